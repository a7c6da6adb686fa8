//! Questions: the facts that would settle something, as fields to answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use duties::{Answer, Dictionary, Fact, FactType, Facts, Reckoned, Value};
use pages::{Field, Inline, Say, Tone, Typed};
use record::json::Json;

use super::words::{both, fact_words};
use crate::rules::known;

/// The member of the commands that take facts.
const FACTS: &str = "facts";

/// The member that takes facts back.
pub(super) const TAKE_BACK: &str = "take_back";

/// Questions that are asked at once. What is answered first settles many of the others, and brings up the next.
pub(super) const MAX_ASKED: usize = 12;

/// Words for answers that are no value of their own: no member of a list at all, and perhaps others than those named.
const NONE_OF_THESE: &str = ",";
const AND_OTHERS: &str = "...";

/// Facts that would settle something, those first on which most hangs: the start of a clock that may run already, before whether
/// there is a duty at all.
pub(super) fn wanted<'p>(answers: &[Answer<'p>]) -> Vec<&'p str> {
    let mut weights: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for answer in answers {
        for id in answer.standing.missing() {
            let (_, duties) = weights.entry(id).or_default();
            *duties = duties.saturating_add(1);
        }
        for clock in answer.due().into_iter().flat_map(|due| &due.clocks) {
            let at_once = clock.at_once.iter().flat_map(|one| one.missing.iter().copied());
            for id in of_clock(&clock.reckoned).into_iter().chain(at_once) {
                let (clocks, _) = weights.entry(id).or_default();
                *clocks = clocks.saturating_add(1);
            }
        }
    }
    let mut ids: Vec<_> = weights.into_iter().filter(|(id, _)| !id.starts_with("filed:")).collect();
    ids.sort_by_key(|(id, (clocks, duties))| (std::cmp::Reverse(*clocks), std::cmp::Reverse(*duties), *id));
    ids.into_iter().map(|(id, _)| id).collect()
}

fn of_clock<'p>(reckoned: &Reckoned<'p>) -> Vec<&'p str> {
    match reckoned {
        Reckoned::WaitsFor { missing, .. } => missing.clone(),
        Reckoned::Undetermined { missing, sooner_if, .. } => {
            missing.iter().chain(sooner_if.iter().flat_map(|one| &one.missing)).copied().collect()
        }
        Reckoned::By(by) => {
            let sooner = by.sooner_if.iter().flat_map(|sooner| &sooner.missing);
            sooner.chain(&by.start_could_move).chain(&by.zone_if).copied().collect()
        }
        Reckoned::WithoutDelay { perhaps, .. } => perhaps.iter().flat_map(|one| one.missing.iter().copied()).collect(),
        Reckoned::None | _ => Vec::new(),
    }
}

/// A question as a field, with what is answered so far.
pub(super) fn field(fact: &Fact, value: Option<&Value>) -> Field {
    let name = format!("{FACTS}:{}", fact.id);
    let label = both(&fact.question);
    let json = value.map(|value| value.to_json(fact));
    let text = json.as_ref().map(plain).unwrap_or_default();
    match fact.fact_type {
        FactType::Boolean => {
            let choices = [("", "duties-unknown"), ("yes", "yes"), ("no", "no")];
            let choices = choices.map(|(word, say)| (word.to_owned(), Say::Word(say)));
            Field::choice(name, label, choices.to_vec()).value(match text.as_str() {
                "true" => "yes",
                "false" => "no",
                _ => "",
            })
        }
        FactType::Code => {
            let codes = fact.codes.iter().map(|code| (code.code.clone(), both(&code.label)));
            let unknown = (String::new(), Say::Word("duties-unknown"));
            Field::choice(name, label, std::iter::once(unknown).chain(codes).collect()).value(text)
        }
        FactType::Codes => {
            let codes = fact.codes.iter().map(|code| (code.code.clone(), both(&code.label)));
            let others = [(AND_OTHERS, "duties-and-others"), (NONE_OF_THESE, "duties-none-of-these")];
            let others = others.map(|(word, say)| (word.to_owned(), Say::Word(say)));
            Field::many(name, label, codes.chain(others).collect()).values(chosen(json.as_ref()))
        }
        FactType::Compute | FactType::Count | FactType::Countries | FactType::Country | FactType::Instant | _ => {
            Field::line(name, label).helped(help(fact.fact_type)).value(text)
        }
    }
}

const fn help(kind: FactType) -> &'static str {
    match kind {
        FactType::Compute => "duties-help-compute",
        FactType::Country => "duties-help-country",
        FactType::Countries => "duties-help-countries",
        FactType::Instant => "duties-help-instant",
        FactType::Boolean | FactType::Code | FactType::Codes | FactType::Count | _ => "duties-help-count",
    }
}

/// A value as it is typed.
fn plain(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        Json::Array(_) | Json::Object(_) if listed(json).is_some() => chosen(Some(json)).join(","),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => json.to_text(),
    }
}

/// What is chosen of a list: a complete one, or one that may go on.
fn chosen(json: Option<&Json>) -> Vec<String> {
    let Some((members, is_complete)) = json.and_then(listed) else { return Vec::new() };
    let mut chosen: Vec<String> = members.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect();
    match (is_complete, chosen.is_empty()) {
        (true, true) => chosen.push(NONE_OF_THESE.to_owned()),
        (false, _) => chosen.push(AND_OTHERS.to_owned()),
        (true, false) => {}
    }
    chosen
}

fn listed(json: &Json) -> Option<(&[Json], bool)> {
    match json.as_array() {
        Some(members) => Some((members, true)),
        None => json.as_object()?.get("has")?.as_array().map(|members| (members, false)),
    }
}

/// What was typed into the fields of a form, read fact by fact, so that one that is wrong hides none of the others.
pub(super) struct Answered {
    pub(super) facts: Facts,
    /// The ids that something was typed for.
    pub(super) ids: BTreeSet<String>,
    pub(super) taken_back: BTreeSet<String>,
    /// What could not be read, and why.
    pub(super) faults: Vec<(String, String)>,
}

impl Answered {
    /// Of a form that was sent with this name.
    pub(super) fn read(dictionary: &Arc<Dictionary>, form: &str, typed: Option<&Typed>) -> Self {
        let (ids, taken_back) = (BTreeSet::new(), BTreeSet::new());
        let mut found = Self { facts: Facts::unknown(dictionary), ids, taken_back, faults: Vec::new() };
        let Some(typed) = typed.filter(|typed| typed.get("form") == Some(form)) else { return found };
        let mut values: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, value) in typed.iter().filter(|(_, value)| !value.trim().is_empty()) {
            if let Some((FACTS, id)) = name.split_once(':') {
                values.entry(id).or_default().push(value.trim());
            }
        }
        found.taken_back = typed.all(TAKE_BACK).into_iter().filter(|id| !id.is_empty()).map(str::to_owned).collect();
        for (id, values) in values {
            found.take(dictionary, id, &values.join(","));
        }
        found
    }

    fn take(&mut self, dictionary: &Arc<Dictionary>, id: &str, value: &str) {
        match known::typed(dictionary, &[format!("{id}={value}")]) {
            Ok(facts) => self.facts = self.facts.clone().with(&facts),
            Err(failure) => self.faults.push((id.to_owned(), failure.message)),
        }
        let _known = self.ids.insert(id.to_owned());
    }

    /// Whether nothing was typed at all.
    pub(super) fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.taken_back.is_empty()
    }

    /// What could not be read, as lines.
    pub(super) fn faults(&self, dictionary: &Dictionary) -> Vec<Vec<Inline>> {
        let line = |(id, why): &(String, String)| {
            vec![Inline::tag(Tone::Grave, "duties-unread"), fact_words(dictionary, id), Inline::content(why.as_str())]
        };
        self.faults.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pages::Kind;

    fn dictionary() -> Arc<Dictionary> {
        duties::shipped::dictionary().unwrap()
    }

    fn typed(text: &str) -> Typed {
        Typed::read(text.as_bytes()).unwrap()
    }

    fn answered(text: &str) -> Answered {
        Answered::read(&dictionary(), "facts", Some(&typed(&format!("form=facts&{text}"))))
    }

    #[test]
    fn what_is_typed_is_read_fact_by_fact() {
        let found = answered(
            "facts%3Aharm.deaths=1&facts%3Aharm.injured=many&facts%3Atime.aware=2026-07-01&facts%3Aharm.damage_usd=",
        );
        assert_eq!(
            found.facts.to_json().to_text(),
            r#"{"harm.deaths":1,"time.aware":"2026-07-01T00:00:00Z/2026-07-01T23:59:59.999999Z"}"#
        );
        assert_eq!(found.faults.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["harm.injured"]);
        assert!(answered("").is_empty());
        let other = Answered::read(&dictionary(), "profile", Some(&typed("form=facts&facts%3Aharm.deaths=1")));
        assert!(other.is_empty(), "what was typed into another form is none of it");
    }

    #[test]
    fn of_many_what_is_chosen_is_all_unless_others_may_be() {
        let json = |text: &str| answered(text).facts.to_json().to_text();
        assert_eq!(
            json("facts%3Aactor.roles=provider&facts%3Aactor.roles=deployer"),
            r#"{"actor.roles":["provider","deployer"]}"#
        );
        assert_eq!(
            json("facts%3Aactor.roles=provider&facts%3Aactor.roles=..."),
            r#"{"actor.roles":{"has":["provider"]}}"#
        );
        assert_eq!(json("facts%3Aactor.roles=%2C"), r#"{"actor.roles":[]}"#);
    }

    #[test]
    fn every_fact_has_a_field_that_says_again_what_it_was_told() {
        let dictionary = dictionary();
        let told = [
            ("harm.deaths", "2"),
            ("incident.imminent_danger", "no"),
            ("actor.roles", "provider,..."),
            ("actor.roles", ","),
            ("place.countries", "DE,FR"),
            ("system.training_compute", "3e25"),
            ("time.aware", "not yet"),
            ("incident.severity", "serious hazard"),
        ];
        for (id, value) in told {
            let Ok(facts) = known::typed(&dictionary, &[format!("{id}={value}")]) else { panic!("{id}={value}") };
            let (index, fact) = dictionary.get(id).unwrap();
            let field = field(fact, facts.get(index));
            assert_eq!(field.values.join(","), value, "{id}");
        }
        for (_, fact) in dictionary.facts() {
            let field = field(fact, None);
            assert_eq!(field.member(), (FACTS, Some(fact.id.as_str())));
            assert!(matches!(field.kind, Kind::Line | Kind::Choice(_) | Kind::Many(_)), "{}", fact.id);
            assert!(field.values.iter().all(String::is_empty), "{}", fact.id);
        }
    }

    #[test]
    fn what_most_hangs_on_is_asked_first() {
        let now: record::time::Timestamp = "2027-02-10T20:00:00Z".parse().unwrap();
        let packs = duties::shipped::packs("2026-11-30".parse().unwrap()).unwrap();
        let nothing = Facts::unknown(packs.dictionary());
        let answers = packs.evaluate(&nothing, now);
        let ids = wanted(&answers);
        let hangs = |id: &str| answers.iter().filter(|answer| answer.standing.missing().contains(&id)).count();
        assert!(ids.len() > MAX_ASKED && !ids.iter().any(|id| id.starts_with("filed:")));
        let (first, last) = (ids.first().unwrap(), ids.last().unwrap());
        assert!(hangs(first) >= hangs(last), "{first} {last}");
    }
}
