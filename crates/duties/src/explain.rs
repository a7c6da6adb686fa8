//! Why an answer is as it is, step by step, each with where it is written.

use std::sync::Arc;

use record::json::{Json, Map};

use crate::answer::{Answer, By, Reckoned, Sooner, StageClock, Standing};
use crate::condition::{Condition, Leaf, leaf_words};
use crate::day::spell;
use crate::evaluate::weigh::weigh;
use crate::facts::Facts;
use crate::pack::{Question, Source, Window};
use crate::set::Packs;
use crate::text::{Both, Language};
use crate::truth::Truth;
use crate::value;
use crate::work::Work;

/// A step of an explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reason {
    /// How deep it stands: a step explains the one above it that is less deep.
    pub depth: u8,
    /// What it says.
    pub what: Both,
    /// Whether it holds; none where it is a plain statement.
    pub truth: Option<Truth>,
    /// Where it is written; none where it follows from the steps under it.
    pub source: Option<Arc<Source>>,
}

impl Reason {
    fn new(depth: u8, what: Both, truth: Option<Truth>, source: Option<&Arc<Source>>) -> Self {
        Self { depth, what, truth, source: source.map(Arc::clone) }
    }

    /// The step as JSON, with its citation.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let what = Map::new().with("en", self.what.en.as_str()).with("zh", self.what.zh.as_str());
        let mut map = Map::new().with("depth", Json::count(self.depth)).with("what", what);
        if let Some(truth) = self.truth {
            map.set("holds", truth.name());
        }
        if let Some(source) = &self.source {
            map.set("source", source.to_json());
        }
        map.into()
    }
}

impl Source {
    /// The citation as JSON.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let instrument = Map::new().with("en", self.instrument.en.as_str()).with("zh", self.instrument.zh.as_str());
        let map = Map::new().with("instrument", instrument).with("article", self.article.as_str());
        let map = map.with("link", self.link.as_str()).with("read_on", self.read_on.to_string());
        map.with("confidence", self.confidence.name()).into()
    }

    /// The citation in one line: instrument, article, confidence, when it was read.
    #[must_use]
    pub fn cite(&self, language: Language) -> String {
        let confidence = match (self.confidence, language) {
            (confidence, Language::English) => confidence.name(),
            (crate::pack::Confidence::Official, Language::Chinese) => "官方文本",
            (crate::pack::Confidence::Secondary, Language::Chinese) => "二手来源",
            (crate::pack::Confidence::Disputed, Language::Chinese) => "有争议",
        };
        let instrument = self.instrument.get(language);
        match language {
            Language::English => format!("{instrument}, {} ({confidence}, read {})", self.article, self.read_on),
            Language::Chinese => format!("{instrument}，{}（{confidence}，阅于{}）", self.article, self.read_on),
        }
    }
}

impl Packs {
    /// Why an answer is as it is. The facts are those that it was evaluated with.
    #[must_use]
    pub fn explain(&self, answer: &Answer<'_>, facts: &Facts) -> Vec<Reason> {
        let mut steps = vec![headline(answer)];
        steps.extend(answer.duty.in_force.iter().map(|window| window_step(window, "In force", "施行")));
        let predicates = answer.duty.predicate_in_force.iter();
        steps.extend(
            predicates
                .map(|predicate| window_step(&predicate.window, "The rule it hangs on applies", "所依据的规定适用")),
        );
        let mut tell = Telling { facts, steps, work: Work::of_explanation() };
        tell.condition(&answer.duty.trigger, 1);
        let mut steps = tell.steps;
        steps.extend(answer.disputed.iter().map(|question| {
            let what =
                Both::new(format!("Open question: {}", question.text.en), format!("未决问题：{}", question.text.zh));
            Reason::new(1, what, None, Some(&question.source))
        }));
        steps.extend(displaced(answer));
        steps.extend(answer.due().into_iter().flat_map(|due| &due.clocks).flat_map(clock));
        if answer.is_past_review {
            steps.push(past_review(answer));
        }
        steps
    }
}

fn headline(answer: &Answer<'_>) -> Reason {
    let spoken = |language| answer.standing.word().spoken(!answer.disputed.is_empty(), language);
    let label = &answer.duty.label;
    let what = Both::new(
        format!("{}: {}", label.en, spoken(Language::English)),
        format!("{}：{}", label.zh, spoken(Language::Chinese)),
    );
    Reason::new(0, what, None, Some(&answer.duty.source))
}

fn window_step(window: &Window, en: &str, zh: &str) -> Reason {
    let until = window.until.map(|day| (format!(" until {day}"), format!("，至{day}前"))).unwrap_or_default();
    let stood = stood(window);
    let what = Both::new(
        format!("{en} from {}{}{}", window.from, until.0, stood.0),
        format!("自{}起{zh}{}{}", window.from, until.1, stood.1),
    );
    Reason::new(1, what, None, Some(&window.source))
}

/// When the law named a window, if it did not always: a date that was moved stands there twice.
fn stood(window: &Window) -> (String, String) {
    match (window.stood_from, window.stood_until) {
        (None, None) => <(String, String)>::default(),
        (Some(from), None) => (format!(" (as the law stands since {from})"), format!("（按{from}起的法律）")),
        (None, Some(until)) => (format!(" (as the law stood until {until})"), format!("（按{until}前的法律）")),
        (Some(from), Some(until)) => {
            (format!(" (as the law stood from {from} until {until})"), format!("（按{from}起至{until}前的法律）"))
        }
    }
}

fn past_review(answer: &Answer<'_>) -> Reason {
    let day = answer.pack.review_by;
    let what = Both::new(
        format!("This pack should have been looked at again by {day}; the law may have changed"),
        format!("本规则包应于{day}前复核；法律可能已有变化"),
    );
    Reason::new(1, what, None, None)
}

struct Telling<'f> {
    facts: &'f Facts,
    steps: Vec<Reason>,
    work: Work,
}

impl Telling<'_> {
    fn condition(&mut self, condition: &Condition, depth: u8) {
        let inner = depth.saturating_add(1);
        let (what, source, parts) = match condition {
            Condition::All(parts) => (Both::new("All of these:", "以下全部："), None, parts.as_slice()),
            Condition::Any(parts) => (Both::new("At least one of these:", "以下至少一项："), None, parts.as_slice()),
            Condition::Not(part) => (Both::new("Not this:", "并非："), None, std::slice::from_ref(part.as_ref())),
            Condition::Term(definition) => {
                (definition.label.clone(), Some(&definition.source), std::slice::from_ref(&definition.when))
            }
            Condition::Leaf(leaf) => return self.leaf(leaf, depth),
            Condition::Question(question) => return self.question(question, depth),
        };
        let truth = self.truth(condition);
        self.steps.push(Reason::new(depth, what, Some(truth), source));
        if truth != Truth::Unknown && self.by_parts(condition) == Truth::Unknown {
            self.steps.push(Reason::new(inner, by_all_cases(truth), None, None));
        }
        parts.iter().for_each(|part| self.condition(part, inner));
    }

    /// What it says under every reading, all cases of what is not known being tried.
    fn truth(&self, condition: &Condition) -> Truth {
        weigh(Some(condition), self.facts, &self.work).certain
    }

    /// What follows from its parts, each by itself.
    fn by_parts(&self, condition: &Condition) -> Truth {
        match condition {
            Condition::All(parts) => Truth::all(parts.iter().map(|part| self.truth(part))),
            Condition::Any(parts) => Truth::any(parts.iter().map(|part| self.truth(part))),
            Condition::Not(part) => self.truth(part).negated(),
            Condition::Term(definition) => self.truth(&definition.when),
            Condition::Leaf(_) | Condition::Question(_) => self.truth(condition),
        }
    }

    fn question(&mut self, question: &Arc<Question>, depth: u8) {
        let what = Both::new(format!("Open: {}", question.text.en), format!("未决：{}", question.text.zh));
        self.steps.push(Reason::new(depth, what, Some(Truth::Unknown), Some(&question.source)));
    }

    fn leaf(&mut self, leaf: &Leaf, depth: u8) {
        let asked = leaf_words(leaf);
        let known = self.facts.get(leaf.index);
        let say = |language| known.map(|value| value::words(value, &leaf.fact, language));
        let en = say(Language::English).unwrap_or_else(|| "not known".to_owned());
        let zh = say(Language::Chinese).unwrap_or_else(|| "未知".to_owned());
        let what = Both::new(format!("{} – known: {en}", asked.en), format!("{}——已知：{zh}", asked.zh));
        self.steps.push(Reason::new(depth, what, Some(leaf.truth(self.facts)), None));
    }
}

/// Where parts exclude one another, each may be open by itself, and all together are not.
fn by_all_cases(truth: Truth) -> Both {
    let (en, zh) = if truth == Truth::True {
        ("it holds in every one", "均成立")
    } else {
        ("it holds in none", "均不成立")
    };
    Both::new(
        format!("Its parts are open each by itself; all cases of the facts not known were tried together, and {en}"),
        format!("各部分单独看尚不能确定；已就未知事实的所有情形一并检验，{zh}"),
    )
}

fn displaced(answer: &Answer<'_>) -> Option<Reason> {
    let Standing::Displaced { by } = answer.standing else { return None };
    let displacement = answer.duty.displaced_by.iter().find(|displacement| displacement.duty == by)?;
    let what = Both::new(format!("Gives way to {by}"), format!("由{by}替代"));
    Some(Reason::new(1, what, None, Some(&displacement.source)))
}

fn clock(clock: &StageClock<'_>) -> Vec<Reason> {
    let stage = &clock.stage.label;
    let mut steps = match &clock.reckoned {
        Reckoned::By(by) => counted(stage, by),
        Reckoned::WithoutDelay { deadline, perhaps, .. } => {
            let what = Both::new(
                format!("{}: {}", stage.en, deadline.label.en),
                format!("{}：{}", stage.zh, deadline.label.zh),
            );
            let mut steps = vec![Reason::new(1, what, None, Some(&deadline.source))];
            steps.extend(perhaps.iter().map(possible));
            steps
        }
        Reckoned::WaitsFor { missing } => waiting(stage, missing, ("its clock waits for", "计时起点尚缺")),
        Reckoned::Undetermined { missing, sooner_if } => {
            let mut steps = waiting(stage, missing, ("undetermined for want of", "尚不能确定，缺"));
            steps.extend(sooner_if.iter().map(possible));
            steps
        }
        Reckoned::None => Vec::new(),
    };
    steps.extend(clock.at_once.iter().map(beside));
    steps
}

/// A deadline without a number beside one in numbers.
fn beside(at_once: &Sooner<'_>) -> Reason {
    let label = &at_once.deadline.label;
    let truth = if at_once.is_certain() { Truth::True } else { Truth::Unknown };
    let hangs = hangs_on(at_once);
    let what = Both::new(
        format!("Besides, without a number of its own: {}{}", label.en, hangs.0),
        format!("此外，另有未定日数的期限：{}{}", label.zh, hangs.1),
    );
    Reason::new(2, what, Some(truth), Some(&at_once.deadline.source))
}

/// A deadline that could apply.
fn possible(sooner: &Sooner<'_>) -> Reason {
    let (label, hangs) = (&sooner.deadline.label, hangs_on(sooner));
    let when = sooner.due.map(|due| (format!("by {} (", spell(due.first)), format!("不迟于{}（", spell(due.first))));
    let what = match when {
        Some((en, zh)) => {
            Both::new(format!("Perhaps {en}{}){}", label.en, hangs.0), format!("或须{zh}{}）{}", label.zh, hangs.1))
        }
        None => Both::new(format!("Perhaps {}{}", label.en, hangs.0), format!("或须{}{}", label.zh, hangs.1)),
    };
    Reason::new(2, what, Some(Truth::Unknown), Some(&sooner.deadline.source))
}

/// What it hangs on whether a deadline applies: facts, and open questions.
fn hangs_on(sooner: &Sooner<'_>) -> (String, String) {
    let questions = sooner.disputed.iter().map(|question| question.id.as_str());
    let all: Vec<&str> = sooner.missing.iter().copied().chain(questions).collect();
    if all.is_empty() {
        return <(String, String)>::default();
    }
    let all = all.join(", ");
    (format!(", depending on {all}"), format!("，取决于{all}"))
}

fn waiting(stage: &Both, missing: &[&str], (en, zh): (&str, &str)) -> Vec<Reason> {
    let missing = missing.join(", ");
    let what = Both::new(format!("{}: {en} {missing}", stage.en), format!("{}：{zh}{missing}", stage.zh));
    vec![Reason::new(1, what, None, None)]
}

fn counted(stage: &Both, by: &By<'_>) -> Vec<Reason> {
    let due = spell(by.due.first);
    let what = Both::new(
        format!("{}: {} from {}, in {}: by {due}", stage.en, by.deadline.label.en, by.started, by.zone),
        format!("{}：{}，自{}起，按{}时区：不迟于{due}", stage.zh, by.deadline.label.zh, by.started, by.zone),
    );
    let mut steps = vec![Reason::new(1, what, None, Some(&by.deadline.source))];
    if let Some((_, rule)) = &by.deadline.within {
        steps.push(Reason::new(2, rule.label.clone(), None, Some(&rule.source)));
    }
    steps.extend(by.calendar_missing.iter().map(|year| {
        let what =
            Both::new(format!("holidays of {year} are not in this pack"), format!("本规则包不含{year}年的节假日"));
        Reason::new(2, what, None, None)
    }));
    steps.extend(by.sooner_if.iter().map(possible));
    steps.extend(by.otherwise.as_ref().map(|otherwise| {
        let (label, due) = (&otherwise.deadline.label, spell(otherwise.due.first));
        let what = Both::new(
            format!("If the open question is answered otherwise: {}, by {due}", label.en),
            format!("若未决问题作相反回答：{}，不迟于{due}", label.zh),
        );
        Reason::new(2, what, Some(Truth::Unknown), Some(&otherwise.deadline.source))
    }));
    steps.extend(moved(by));
    steps
}

fn moved(by: &By<'_>) -> Vec<Reason> {
    let mut steps = Vec::new();
    if !by.start_could_move.is_empty() {
        let facts = by.start_could_move.join(", ");
        let what = Both::new(
            format!("The clock began earlier if {facts} is earlier"),
            format!("若{facts}更早，则计时更早开始"),
        );
        steps.push(Reason::new(2, what, Some(Truth::Unknown), None));
    }
    if let Some(fact) = by.zone_if {
        let what = Both::new(
            format!("The zone is not known ({fact}): the soonest is taken"),
            format!("时区未知（{fact}）：取最早者"),
        );
        steps.push(Reason::new(2, what, Some(Truth::Unknown), None));
    }
    steps
}
