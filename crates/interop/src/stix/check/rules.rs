//! What holds between properties.

use record::json::{Json, Map};

use super::Check;
use crate::stix::code::Code;
use crate::stix::spec::{Property, Rule};

impl Check<'_> {
    pub(super) fn rules(
        &mut self,
        members: &Map,
        properties: &'static [Property],
        rules: &'static [Rule],
        section: &'static str,
    ) {
        for rule in rules {
            self.rule(members, properties, rule, section);
        }
    }

    fn rule(&mut self, members: &Map, properties: &'static [Property], rule: &'static Rule, section: &'static str) {
        match *rule {
            Rule::AtLeastOne(names) => self.count(members, names, section, false),
            Rule::ExactlyOne(names) => self.count(members, names, section, true),
            Rule::Requires(name, others) => self.requires(members, name, others, section),
            Rule::NotBefore(later, earlier) => self.order(members, later, earlier, false, section),
            Rule::After(later, earlier) => self.order(members, later, earlier, true, section),
            Rule::Forbids(name, value, other) => self.forbids(members, (name, value), other, section),
            Rule::Demands(name, value, other) => {
                if members.get(name) == Some(&Json::Bool(value)) && !members.contains(other) {
                    self.note(Code::NeedsAlso, section, name, &format!("`{other}`"));
                }
            }
            Rule::Content => self.content(members, properties, section),
            Rule::Recommends(name) if !members.contains(name) => self.note(Code::Recommended, section, name, ""),
            Rule::Deprecates(name) if members.contains(name) => self.note(Code::Deprecated, section, name, ""),
            Rule::Recommends(_) | Rule::Deprecates(_) => {}
            Rule::Special(rule) => rule(self, members),
        }
    }

    fn count(&mut self, members: &Map, names: &[&str], section: &'static str, is_exact: bool) {
        let present = names.iter().filter(|name| members.contains(name)).count();
        if present == 0 || (is_exact && present > 1) {
            let code = if is_exact { Code::NeedsExactlyOne } else { Code::NeedsOneOf };
            self.note(code, section, &listed(names), "");
        }
    }

    fn requires(&mut self, members: &Map, name: &str, others: &[&str], section: &'static str) {
        let missing: Vec<_> = others.iter().copied().filter(|other| !members.contains(other)).collect();
        if members.contains(name) && !missing.is_empty() {
            self.note(Code::NeedsAlso, section, name, &listed(&missing));
        }
    }

    fn forbids(&mut self, members: &Map, cause: (&str, bool), other: &str, section: &'static str) {
        let (name, value) = cause;
        if members.get(name) == Some(&Json::Bool(value)) && members.contains(other) {
            self.under(other, |check| check.note(Code::NotTogether, section, other, &format!("`{name}`: {value}")));
        }
    }

    fn content(&mut self, members: &Map, properties: &'static [Property], section: &'static str) {
        let has_own = properties.iter().any(|property| members.contains(property.name));
        if !has_own && !members.contains("extensions") {
            self.note(Code::NeedsContent, section, "", "");
        }
    }
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
