//! Answers about duties, as lines for a person.

use std::collections::BTreeSet;

use duties::clock::{ClockEvent, Happening};
use duties::{
    Answer, By, Change, Language, Packs, Reason, Reckoned, Sooner, Span, StageClock, Standing, StandingWord, Summary,
    Truth, spell,
};
use record::json::{Json, Map};

use super::either;
use crate::report::Report;

/// The order in which answers are told: what has to be done first, what cannot be said yet after it.
pub(super) fn rank(answer: &Answer<'_>) -> (u8, bool) {
    let rank = match answer.standing.word() {
        StandingWord::Due => 0,
        StandingWord::Undetermined => 1,
        StandingWord::Displaced => 2,
        StandingWord::NotInForce => 3,
        StandingWord::NotDue | _ => 4,
    };
    (rank, answer.next_due().is_none())
}

/// Whether anybody has to do or find out something.
pub(super) fn is_open(answer: &Answer<'_>) -> bool {
    matches!(answer.standing.word(), StandingWord::Due | StandingWord::Undetermined | StandingWord::Displaced)
}

pub(super) fn count(word: StandingWord, count: usize, language: Language) -> String {
    match language {
        Language::English => format!("{count} {}", word.spoken(false, language)),
        Language::Chinese => format!("{}{count}项", word.spoken(false, language)),
    }
}

/// An answer with its clocks, and what it says besides.
pub(super) fn answer(answer: &Answer<'_>, language: Language, report: &Report) {
    let say = |words: [&str; 2], value: &str| report.line(format!("    {} {value}", either(language, words)));
    let head = answer.standing.word().spoken(!answer.disputed.is_empty(), language);
    let colon = either(language, [": ", "："]);
    report.line(format!("\n{}{colon}{}", head.to_uppercase(), answer.duty.label.get(language)));
    report.line(format!("    {}  {}", answer.duty.path, answer.duty.source.cite(language)));
    match &answer.standing {
        Standing::Due(due) => {
            say(["tell:", "报告对象："], answer.duty.recipient.get(language));
            due.clocks
                .iter()
                .filter_map(|one| clock(one, language))
                .for_each(|line| report.line(format!("    {line}")));
            for possible in &due.displaced_if {
                let questions = possible.disputed.iter().map(|question| question.id.as_str());
                let hangs = possible.missing.iter().copied().chain(questions).collect::<Vec<_>>().join(", ");
                say(["gives way to", "可能由以下义务替代："], &format!("{} ({hangs})", possible.by));
            }
        }
        Standing::Undetermined { missing, .. } => {
            say(["would be settled by:", "明确以下事实即可确定："], &missing.join(", "));
        }
        Standing::Displaced { by, .. } => say(["takes its place:", "替代义务："], by),
        Standing::NotInForce { from: Some(from), .. } => say(["in force from", "施行日期："], &from.to_string()),
        Standing::NotInForce { .. } | Standing::NotDue | _ => {}
    }
    for question in &answer.disputed {
        say(["open question of law:", "法律未决问题："], question.text.get(language));
    }
    if answer.is_past_review {
        let day = answer.pack.review_by.to_string();
        say(["the pack should have been read again by", "本规则包应于此日前复核："], &day);
    }
}

/// One line for a stage; none where there is no such stage.
fn clock(clock: &StageClock<'_>, language: Language) -> Option<String> {
    let label = clock.stage.label.get(language);
    let told = match &clock.reckoned {
        Reckoned::By(by) => moment(by, language),
        Reckoned::WithoutDelay { started, deadline, perhaps: numbered, .. } => {
            let since = started.map(|span| format!(" ({})", since(span, language))).unwrap_or_default();
            format!("{}{since}{}", deadline.label.get(language), perhaps(numbered, language))
        }
        Reckoned::WaitsFor { missing, .. } => {
            let deadlines: Vec<&str> = clock.stage.deadlines.iter().map(|one| one.label.get(language)).collect();
            let words = ["its clock may already run; tell this:", "期限可能已开始计算，须明确："];
            format!("{} ({}) {}", either(language, words), deadlines.join("; "), missing.join(", "))
        }
        Reckoned::Undetermined { missing, sooner_if, .. } => {
            let words = ["not known without:", "尚缺事实："];
            format!("{} {}{}", either(language, words), missing.join(", "), perhaps(sooner_if, language))
        }
        Reckoned::None | _ => return None,
    };
    let besides: String = clock.at_once.iter().map(|one| beside(one, language)).collect();
    Some(format!("{label}{}{told}{besides}", either(language, [": ", "："])))
}

/// A deadline without a number beside one in numbers.
fn beside(at_once: &Sooner<'_>, language: Language) -> String {
    let (label, hangs) = (at_once.deadline.label.get(language), hangs_on(at_once));
    match (language, at_once.is_certain()) {
        (Language::English, true) => format!("; and besides, without a number: {label}"),
        (Language::English, false) => format!("; perhaps besides, without a number: {label} ({hangs})"),
        (Language::Chinese, true) => format!("；此外，未定日数：{label}"),
        (Language::Chinese, false) => format!("；或另有未定日数者：{label}（{hangs}）"),
    }
}

/// The facts, and the open questions, that a deadline hangs on.
fn hangs_on(sooner: &Sooner<'_>) -> String {
    let questions = sooner.disputed.iter().map(|question| question.id.as_str());
    sooner.missing.iter().copied().chain(questions).collect::<Vec<_>>().join(", ")
}

fn moment(by: &By<'_>, language: Language) -> String {
    let mut line = match language {
        Language::English => format!("by {} ({}, {})", spell(by.due.first), by.deadline.label.en, by.zone),
        Language::Chinese => format!("{}前（{}，{}）", spell(by.due.first), by.deadline.label.zh, by.zone),
    };
    if !by.due.is_exact() {
        line.push_str(either(
            language,
            ["; the start is not known exactly, the earliest counts", "；起点不精确，以最早者为准"],
        ));
    }
    let could_move = by.start_could_move.iter().copied().chain(by.zone_if).collect::<Vec<_>>().join(", ");
    if !could_move.is_empty() {
        line.push_str(&match language {
            Language::English => format!("; EARLIER if this says so: {could_move}"),
            Language::Chinese => format!("；明确以下事实后期限可能更早：{could_move}"),
        });
    }
    line.push_str(&perhaps(&by.sooner_if, language));
    if let Some(otherwise) = &by.otherwise {
        let (due, label) = (spell(otherwise.due.first), otherwise.deadline.label.get(language));
        line.push_str(&match language {
            Language::English => format!("; by the other reading of the open question {due} ({label})"),
            Language::Chinese => format!("；若未决问题作相反回答，则为{due}（{label}）"),
        });
    }
    for year in &by.calendar_missing {
        line.push_str(&match language {
            Language::English => format!("; the holidays of {year} are not in this pack"),
            Language::Chinese => format!("；本规则包未列{year}年节假日"),
        });
    }
    line
}

/// Deadlines that could still apply, each with its moment and the facts that would say so.
fn perhaps(list: &[Sooner<'_>], language: Language) -> String {
    let one = |sooner: &Sooner<'_>| {
        let (hangs, label) = (hangs_on(sooner), sooner.deadline.label.get(language));
        match (language, sooner.due.map(|span| spell(span.first))) {
            (Language::English, Some(due)) => format!("; perhaps by {due}: {label} ({hangs})"),
            (Language::English, None) => format!("; perhaps {label} ({hangs})"),
            (Language::Chinese, Some(due)) => format!("；或须于{due}前：{label}（{hangs}）"),
            (Language::Chinese, None) => format!("；或适用：{label}（{hangs}）"),
        }
    };
    list.iter().map(one).collect()
}

fn since(span: Span, language: Language) -> String {
    format!("{} {}", either(language, ["since", "自"]), spell(span.first))
}

/// The facts that would settle something, each once, with its question.
pub(super) fn missing<'p>(packs: &'p Packs, answers: &[&Answer<'p>], language: Language) -> Vec<(&'p str, &'p str)> {
    let named = answers.iter().flat_map(|answer| answer.standing.missing());
    let waiting = answers.iter().filter_map(|answer| answer.due()).flat_map(|due| &due.clocks).flat_map(|clock| {
        let besides = clock.at_once.iter().flat_map(|at_once| at_once.missing.iter().copied());
        waits(&clock.reckoned).into_iter().chain(besides)
    });
    let all: BTreeSet<&str> = named.chain(waiting).collect();
    let question = |id: &'p str| packs.dictionary().get(id).map_or("", |(_, fact)| fact.question.get(language));
    all.into_iter().map(|id| (id, question(id))).collect()
}

fn waits<'p>(reckoned: &Reckoned<'p>) -> Vec<&'p str> {
    match reckoned {
        Reckoned::WaitsFor { missing, .. } | Reckoned::Undetermined { missing, .. } => missing.clone(),
        Reckoned::By(by) => {
            let sooner = by.sooner_if.iter().flat_map(|sooner| sooner.missing.iter().copied());
            sooner.chain(by.start_could_move.iter().copied()).chain(by.zone_if).collect()
        }
        Reckoned::WithoutDelay { perhaps, .. } => {
            perhaps.iter().flat_map(|numbered| numbered.missing.iter().copied()).collect()
        }
        Reckoned::None | _ => Vec::new(),
    }
}

/// A step of an explanation: the deeper, the further in.
pub(super) fn step(step: &Reason, language: Language) -> String {
    let indent = "  ".repeat(usize::from(step.depth));
    let truth = step.truth.map(|truth| format!(" = {}", either(language, words(truth)))).unwrap_or_default();
    let source = step.source.as_ref().map(|source| format!("  [{}]", source.cite(language))).unwrap_or_default();
    format!("{indent}{}{truth}{source}", step.what.get(language))
}

const fn words(truth: Truth) -> [&'static str; 2] {
    match truth {
        Truth::True => ["true", "成立"],
        Truth::False => ["false", "不成立"],
        Truth::Unknown => ["undetermined", "尚不能确定"],
        _ => ["?", "？"],
    }
}

/// What is otherwise about a duty, in one line.
pub(super) fn change(change: &Change, language: Language) -> String {
    let word = |summary: Option<&Summary>| {
        let Some(summary) = summary else { return "–".to_owned() };
        let due = summary.due.values().map(|span| span.first).min();
        let due = due.map(|due| format!(" {}", spell(due))).unwrap_or_default();
        format!("{}{due}", summary.standing.spoken(summary.is_disputed, language))
    };
    format!("  {:<52} {} -> {}", change.duty, word(change.before.as_ref()), word(change.after.as_ref()))
}

/// The same for a program.
pub(super) fn change_json(change: &Change) -> Json {
    let json = |summary: Option<&Summary>| summary.map_or(Json::Null, Summary::to_json);
    let map = Map::new().with("duty", change.duty.as_str());
    map.with("before", json(change.before.as_ref())).with("after", json(change.after.as_ref())).into()
}

/// What happened to a clock, in one line.
pub(super) fn event(event: &ClockEvent, language: Language) -> String {
    let what = match (&event.happening, language) {
        (Happening::Set { due, .. }, Language::English) => format!("set: due {}", spell(due.first)),
        (Happening::Set { due, .. }, Language::Chinese) => format!("计时：期限 {}", spell(due.first)),
        (Happening::Acknowledged, Language::English) => format!("taken on by {}", event.by),
        (Happening::Acknowledged, Language::Chinese) => format!("{} 已接手", event.by),
        (Happening::Filed { version }, Language::English) => format!("filed: {version}"),
        (Happening::Filed { version }, Language::Chinese) => format!("已报送：{version}"),
        (Happening::Displaced { by }, Language::English) => format!("displaced by {by}"),
        (Happening::Displaced { by }, Language::Chinese) => format!("由 {by} 替代"),
        (Happening::Withdrawn { because }, Language::English) => format!("withdrawn because of record {because}"),
        (Happening::Withdrawn { because }, Language::Chinese) => format!("依记录 {because} 撤销"),
        (Happening::Missed { due }, Language::English) => format!("MISSED: nothing was filed by {}", spell(*due)),
        (Happening::Missed { due }, Language::Chinese) => format!("逾期：至 {} 未报送", spell(*due)),
        (Happening::Reminded { percent }, Language::English) => {
            format!("reminded: {percent} % of the time have passed")
        }
        (Happening::Reminded { percent }, Language::Chinese) => format!("已提醒：已过 {percent}% 时间"),
        (Happening::Escalated, Language::English) => "the second person was told".to_owned(),
        (Happening::Escalated, Language::Chinese) => "已通知第二责任人".to_owned(),
        _ => event.happening.name().to_owned(),
    };
    format!("  {}  {:<52} {what}", spell(event.at), event.clock.stage)
}

/// A clock in one line, out of what a program is told of it.
pub(super) fn clock_row(row: &Map) -> String {
    let text = |name: &str| row.text(name).unwrap_or_default();
    let left = row.get("left_seconds").and_then(Json::as_integer).map(left).unwrap_or_default();
    format!("{:<12} {}  {left:<14} {}  {}", text("state"), text("due"), text("stage"), text("incident"))
}

/// Time that is left, or has passed, in its two largest units.
fn left(seconds: i64) -> String {
    let (days, hours, minutes) = (seconds.abs() / 86_400, seconds.abs() % 86_400 / 3_600, seconds.abs() % 3_600 / 60);
    let span = match (days, hours) {
        (0, 0) => format!("{minutes} min"),
        (0, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    };
    if seconds < 0 { format!("{span} ago") } else { format!("in {span}") }
}
