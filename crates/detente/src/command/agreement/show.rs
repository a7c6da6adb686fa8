//! `detente agreement show`: clauses in one language, with what nodes run beside them.

use policy::agreement::{Agreement, Clause, Operative, lint};
use policy::cedar::Effect;
use policy::explain::Language;
use record::json::{Json, Map};

use super::find;
use crate::arguments::AgreementShowArguments;
use crate::home::{Readers, check_absent, write_whole};
use crate::outcome::Done;
use crate::report::Report;

pub(super) fn run(arguments: &AgreementShowArguments, report: &mut Report) -> Done {
    arguments.out.as_deref().map_or(Ok(()), check_absent)?;
    let agreement = find(&arguments.agreement, arguments.dir.as_deref())?;
    report.fact("agreement", agreement.digest().to_string());
    report.fact("title", arguments.language.choose(agreement.title()));
    report.fact("from", agreement.from().to_string());
    report.fact("until", agreement.until().to_string());
    report.fact("zone", agreement.zone());
    for member in agreement.members() {
        report.line(format!("party {}: {}", member.role, member.party));
    }
    if let Some(depositary) = agreement.depositary() {
        report.fact("depositary", depositary.to_string());
    }
    let mut rows = Vec::new();
    for clause in agreement.all_clauses() {
        rows.push(say(clause, arguments.language, arguments.policies, report));
    }
    report.data("clauses", Json::Array(rows));
    say_findings(&agreement, arguments, report);
    if let Some(path) = &arguments.out {
        write_whole(path, &Json::from(agreement.text().clone()).to_text(), Readers::Owner)?;
        report.fact("written", path.display().to_string());
    }
    Ok(())
}

fn say(clause: &Clause, language: Language, policies: bool, report: &Report) -> Json {
    let words = language.choose(clause.text());
    report.line(format!("\n{}  {words}", clause.id()));
    let map = Map::new().with("id", clause.id().as_str()).with("text", words);
    let Some(operative) = clause.operative() else { return map.into() };
    report.line(format!("   [{}]", terms(operative)));
    if policies {
        report.line(format!("   {}", operative.policy().text()));
    }
    map.with("terms", terms(operative)).with("policy", operative.policy().text()).into()
}

/// What a clause does, in one line.
fn terms(operative: &Operative) -> String {
    if operative.effect() == Effect::Forbid {
        return "forbids".to_owned();
    }
    let (transform, owed) = (operative.transform(), operative.obligations());
    let mut words = vec!["permits".to_owned()];
    let list = |names: &std::collections::BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(", ");
    if transform.is_sealed {
        words.push("sealed".to_owned());
    }
    words.extend(transform.show.as_ref().map(|names| format!("shows only {}", list(names))));
    words.extend((!transform.drop.is_empty()).then(|| format!("drops {}", list(&transform.drop))));
    words.extend((!transform.twin.is_empty()).then(|| format!("coarsens {}", list(&transform.twin))));
    let purposes: Vec<_> = owed.purposes.iter().map(|purpose| purpose.name()).collect();
    words.push(format!("for {}", purposes.join(", ")));
    words.extend(owed.retention_days.map(|days| format!("kept at most {days} days")));
    words.push(format!("onward: {}", owed.onward));
    words.extend((owed.approvals > 0).then(|| format!("approvals: {}", owed.approvals)));
    let budget = owed.budget.as_ref();
    words.extend(budget.map(|one| format!("at most {} {} a {} ({})", one.at_most, one.counted, one.per, one.category)));
    words.extend(owed.answer_within_hours.map(|hours| format!("answer within {hours} hours")));
    words.join("; ")
}

fn say_findings(agreement: &Agreement, arguments: &AgreementShowArguments, report: &mut Report) {
    let findings = lint(agreement);
    for finding in &findings {
        report.warn(&finding.message(arguments.language));
    }
    let findings = findings.iter().map(|finding| Json::text(finding.message(arguments.language)));
    report.data("findings", Json::Array(findings.collect()));
}
