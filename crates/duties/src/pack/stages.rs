//! Reading duties and their stages.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::parts::{Parts, small, zone_rule};
use super::read::distinct;
use super::{Confidence, Deadline, Displacement, Duty, PredicateWindow, Question, Stage, Start, Window};
use crate::condition::{self, Condition};
use crate::counting::{Counting, Ends, Unit, Within};
use crate::day::Day;
use crate::dictionary::{FactIndex, FactType};
use crate::facts::FILED;
use crate::form;
use crate::limits::MAX_QUESTIONS_OF_A_DUTY;
use crate::reader::{At, Members};
use crate::text::Both;

const DUTY: [&str; 16] = [
    "id",
    "label",
    "binding",
    "holder",
    "in_force",
    "predicate_in_force",
    "trigger",
    "source",
    "recipient",
    "channel",
    "languages",
    "penalty",
    "zone",
    "displaced_by",
    "question",
    "stages",
];

pub(super) fn duty(parts: &Parts, pack: &str, at: &At<'_>) -> Option<Duty> {
    let members = at.object(&DUTY)?;
    let both = |name: &str| members.need(name).and_then(|at| at.both());
    let id = members.need("id").and_then(|at| at.id());
    let (label, holder, recipient, channel) = (both("label"), both("holder"), both("recipient"), both("channel"));
    let binding = members.need("binding").and_then(|at| at.parse());
    let in_force = members.need("in_force").and_then(|at| windows(parts, &at));
    let predicate_in_force = predicates(parts, &members);
    let trigger = members.need("trigger").and_then(|at| condition::read(&parts.terms(), &at));
    let source = members.need("source").and_then(|at| parts.source(&at));
    let languages = members.need("languages").and_then(|at| at.any_list()?.iter().map(language).collect());
    let penalty = members.may("penalty").and_then(|at| at.both());
    let zone = members.need("zone").and_then(|at| zone_rule(parts, &at));
    let displaced_by = members.each("displaced_by", |at| displacement(parts, &at));
    let question = optional(&members, "question", |at| condition_question(parts, at));
    let path = format!("{pack}/{}", id?);
    let stages = members.need("stages").and_then(|at| stages(parts, &path, &at));
    let mut duty = Duty {
        id: id?.to_owned(),
        path,
        label: label?,
        binding: binding?,
        holder: holder?,
        in_force: in_force?,
        predicate_in_force: predicate_in_force?,
        trigger: trigger?,
        source: source?,
        recipient: recipient?,
        channel: channel?,
        languages: languages?,
        penalty,
        zone: zone?,
        displaced_by,
        question,
        stages: stages?,
        questions: Vec::new(),
        rests_on: Confidence::Official,
    };
    duty.questions = questions(&duty, at)?;
    duty.rests_on = weakest(&duty);
    Some(duty)
}

fn weakest(duty: &Duty) -> Confidence {
    let mut terms = Vec::new();
    duty.trigger.terms(&mut terms);
    terms.into_iter().map(|term| term.source.confidence).fold(duty.source.confidence, Confidence::weaker)
}

fn optional<'f, T>(members: &Members<'f>, name: &str, read: impl Fn(&At<'f>) -> Option<T>) -> Option<T> {
    members.may(name).and_then(|at| read(&at))
}

fn condition_question(parts: &Parts, at: &At<'_>) -> Option<Arc<Question>> {
    condition::question(&parts.terms(), at)
}

fn condition(parts: &Parts, members: &Members<'_>) -> Option<Option<Condition>> {
    let Some(at) = members.may("when") else { return Some(None) };
    let when = condition::read(&parts.terms(), &at)?;
    let mut asked = Vec::new();
    when.questions(&mut asked);
    match asked.len() {
        0..=MAX_QUESTIONS_OF_A_DUTY => Some(Some(when)),
        more => at.fault(format!("asks {more} open questions; at most {MAX_QUESTIONS_OF_A_DUTY}")),
    }
}

fn questions(duty: &Duty, at: &At<'_>) -> Option<Vec<Arc<Question>>> {
    let mut found = Vec::new();
    duty.trigger.questions(&mut found);
    let mut found: Vec<Arc<Question>> = found.into_iter().cloned().collect();
    let outside = duty.predicate_in_force.iter().filter_map(|predicate| predicate.question.as_ref());
    for question in outside {
        if found.iter().all(|known| known.place != question.place) {
            found.push(Arc::clone(question));
        }
    }
    if found.len() > MAX_QUESTIONS_OF_A_DUTY {
        return at.fault(format!("hangs on {} open questions; at most {MAX_QUESTIONS_OF_A_DUTY}", found.len()));
    }
    Some(found)
}

fn language(at: &At<'_>) -> Option<String> {
    at.parse::<record::language::LanguageTag>().map(|tag| tag.as_str().to_owned())
}

/// One element, or a list of them.
fn one_or_more<'f>(at: &At<'f>) -> Option<Vec<At<'f>>> {
    if at.json().as_array().is_some() { at.list() } else { Some(vec![at.clone()]) }
}

fn windows(parts: &Parts, at: &At<'_>) -> Option<Vec<Window>> {
    let mut found: Vec<Window> = Vec::new();
    for at in one_or_more(at)? {
        let members = at.object(&["from", "until", "stood", "source"])?;
        let window = window(parts, &members)?;
        refuse_overlap(&at, &found.iter().collect::<Vec<_>>(), &window);
        found.push(window);
    }
    Some(found)
}

fn predicates(parts: &Parts, members: &Members<'_>) -> Option<Vec<PredicateWindow>> {
    let Some(at) = members.may("predicate_in_force") else { return Some(Vec::new()) };
    let mut found: Vec<PredicateWindow> = Vec::new();
    for at in one_or_more(&at)? {
        let members = at.object(&["from", "until", "stood", "source", "outside", "question"])?;
        let predicate = PredicateWindow { window: window(parts, &members)?, question: outside(parts, &members)? };
        refuse_overlap(&at, &found.iter().map(|found| &found.window).collect::<Vec<_>>(), &predicate.window);
        found.push(predicate);
    }
    Some(found)
}

fn outside(parts: &Parts, members: &Members<'_>) -> Option<Option<Arc<Question>>> {
    let at = members.need("outside")?;
    match (at.str()?, members.may("question")) {
        ("not in force", None) => Some(None),
        ("not in force", Some(at)) => at.fault("stands only with `outside`: `question`; take it out"),
        ("question", Some(at)) => condition_question(parts, &at).map(Some),
        ("question", None) => at.fault("needs `question`: the id of the open question"),
        _ => at.fault("should be `not in force` or `question`"),
    }
}

fn window(parts: &Parts, members: &Members<'_>) -> Option<Window> {
    let from = members.need("from").and_then(|at| at.day());
    let until = optional(members, "until", At::day);
    let source = members.need("source").and_then(|at| parts.source(&at));
    let (stood_from, stood_until) = match members.may("stood") {
        Some(at) => stood(&at)?,
        None => (None, None),
    };
    ends_after(members.at(), from, until);
    Some(Window { from: from?, until, stood_from, stood_until, source: source? })
}

fn stood(at: &At<'_>) -> Option<(Option<Day>, Option<Day>)> {
    let members = at.object(&["from", "until"])?;
    let (from, until) = (optional(&members, "from", At::day), optional(&members, "until", At::day));
    ends_after(at, from, until);
    Some((from, until))
}

fn ends_after(at: &At<'_>, from: Option<Day>, until: Option<Day>) {
    if let (Some(from), Some(until)) = (from, until)
        && until <= from
    {
        at.fault::<()>(format!("ends ({until}) before it begins ({from})"));
    }
}

fn refuse_overlap(at: &At<'_>, before: &[&Window], window: &Window) {
    let overlaps = |one: &Window| {
        both_hold((one.from.into(), one.until), (window.from.into(), window.until))
            && both_hold((one.stood_from, one.stood_until), (window.stood_from, window.stood_until))
    };
    if let Some(other) = before.iter().find(|one| overlaps(one)) {
        let until = other.until.map_or_else(|| "open".to_owned(), |day| day.to_string());
        at.fault::<()>(format!("overlaps the window from {} (until {until}); end one before the other", other.from));
    }
}

fn both_hold(one: (Option<Day>, Option<Day>), other: (Option<Day>, Option<Day>)) -> bool {
    let begins_before_end = |from: Option<Day>, until: Option<Day>| match (from, until) {
        (Some(from), Some(until)) => from < until,
        (None, _) | (_, None) => true,
    };
    begins_before_end(one.0, other.1) && begins_before_end(other.0, one.1)
}

fn displacement(parts: &Parts, at: &At<'_>) -> Option<Displacement> {
    let members = at.object(&["duty", "when", "if_due", "source"])?;
    let duty = members.need("duty").and_then(|at| duty_path(&at));
    let when = condition(parts, &members);
    let if_due = members.may("if_due").map_or(Some(false), |at| at.truth());
    let source = members.need("source").and_then(|at| parts.source(&at));
    Some(Displacement { duty: duty?, when: when?, if_due: if_due?, source: source?, at: at.path.clone() })
}

fn duty_path(at: &At<'_>) -> Option<String> {
    let text = at.str()?;
    let is_path = text.split('/').count() == 2 && text.split('/').all(|part| !part.is_empty());
    if is_path { Some(text.to_owned()) } else { at.fault("should be PACK/DUTY, such as eu-nis2-23/notify") }
}

fn stages(parts: &Parts, duty: &str, at: &At<'_>) -> Option<Vec<Stage>> {
    let mut found: Vec<Stage> = Vec::new();
    for at in at.list()? {
        let stage = stage(parts, duty, &found, &at)?;
        found.push(stage);
    }
    distinct(at, found.iter().map(|stage| &stage.id));
    Some(found)
}

fn stage(parts: &Parts, duty: &str, before: &[Stage], at: &At<'_>) -> Option<Stage> {
    let known = ["id", "label", "when", "start", "deadlines", "repeats_until", "content", "form"];
    let members = at.object(&known)?;
    let id = members.need("id").and_then(|at| at.id());
    let label = members.need("label").and_then(|at| at.both());
    let when = condition(parts, &members);
    let start = members.need("start").and_then(|at| start(parts, before, &at));
    let deadlines = members.need("deadlines").and_then(|at| deadlines(parts, &at));
    let repeats = optional(&members, "repeats_until", |at| parts.fact(at, FactType::Instant));
    let content: Vec<Both> = members.each("content", |at| at.both());
    let form = optional(&members, "form", form_name);
    let id = id?.to_owned();
    let filed = format!("{FILED}{duty}/{id}");
    Some(Stage {
        id,
        filed,
        label: label?,
        when: when?,
        start: start?,
        deadlines: deadlines?,
        repeats_until: repeats,
        content,
        form,
    })
}

fn form_name(at: &At<'_>) -> Option<String> {
    let name = at.id()?;
    if form::names().any(|known| known == name) {
        return Some(name.to_owned());
    }
    at.fault(format!("there is no form `{name}`; there are {}", form::names().collect::<Vec<_>>().join(", ")))
}

fn start(parts: &Parts, before: &[Stage], at: &At<'_>) -> Option<Start> {
    let members = at.object(&["fact", "earliest_of", "latest_of", "filed"])?;
    let mut named = members.each_member();
    let (Some((name, at)), None) = (named.next(), named.next()) else {
        return members.at().fault("needs one of `fact`, `earliest_of`, `latest_of`, `filed`");
    };
    let instants = |at: &At<'_>| -> Option<Vec<(FactIndex, String)>> {
        at.list()?.iter().map(|at| parts.fact(at, FactType::Instant)).collect()
    };
    match name {
        "fact" => Some(Start::EarliestOf(vec![parts.fact(&at, FactType::Instant)?])),
        "earliest_of" => instants(&at).map(Start::EarliestOf),
        "latest_of" => instants(&at).map(Start::LatestOf),
        _ => {
            let id = at.id()?;
            let stage = before.iter().find(|stage| stage.id == id).map(|stage| Start::Filed(stage.filed.clone()));
            if stage.is_none() { at.fault(format!("no stage `{id}` stands before this one")) } else { stage }
        }
    }
}

fn deadlines(parts: &Parts, at: &At<'_>) -> Option<Vec<Deadline>> {
    let found = at.each(|at| deadline(parts, &at))?;
    distinct(at, found.iter().map(|deadline| &deadline.id));
    let ids: BTreeSet<&str> = found.iter().map(|deadline| deadline.id.as_str()).collect();
    if ids.is_empty() { None } else { Some(found) }
}

fn deadline(parts: &Parts, at: &At<'_>) -> Option<Deadline> {
    let members = at.object(&["id", "label", "when", "within", "counting", "question", "source"])?;
    let id = members.need("id").and_then(|at| at.id());
    let label = members.need("label").and_then(|at| at.both());
    let when = condition(parts, &members);
    let within = members.need("within").and_then(|at| period(parts, &members, &at));
    let question = optional(&members, "question", |at| condition_question(parts, at));
    let source = members.need("source").and_then(|at| parts.source(&at));
    Some(Deadline { id: id?.to_owned(), label: label?, when: when?, within: within?, question, source: source? })
}

fn period(parts: &Parts, deadline: &Members<'_>, at: &At<'_>) -> Option<Option<(Within, Arc<Counting>)>> {
    if at.json().as_str().is_some() {
        return without_delay(deadline, at).map(|()| None);
    }
    let members = at.object(&["minutes", "hours", "days", "working_days", "weeks", "months"])?;
    let mut named = members.each_member();
    let (Some((unit, count)), None) = (named.next(), named.next()) else {
        return at.fault("needs one unit, such as {\"hours\": 72}");
    };
    let within = Within { count: small(&count)?, unit: unit.parse().ok()? };
    let rule = deadline.need("counting").and_then(|at| parts.rule(&at))?;
    refuse_unfit(at, within, &rule)?;
    Some(Some((within, rule)))
}

fn without_delay(deadline: &Members<'_>, at: &At<'_>) -> Option<()> {
    if at.str()? != "without delay" {
        return at.fault("should be a period such as {\"hours\": 72}, or `without delay`");
    }
    match deadline.may("counting") {
        Some(at) => at.fault("there is nothing to count without delay; take it out"),
        None => Some(()),
    }
}

fn refuse_unfit(at: &At<'_>, within: Within, rule: &Counting) -> Option<()> {
    match within.unit {
        Unit::WorkingDays if rule.calendar.is_none() => at.fault("working days need a counting rule with a calendar"),
        Unit::WorkingDays | Unit::Months if rule.ends == Ends::Elapsed => {
            at.fault("months and working days are not so many times 24 hours; take another counting rule")
        }
        _ if within.count == 0 => at.fault("is no time at all; write `without delay` where the law has no number"),
        Unit::Days | Unit::Hours | Unit::Minutes | Unit::Months | Unit::Weeks | Unit::WorkingDays => Some(()),
    }
}
