//! Why an answer is as it is, step by step, each with where it is written.

use std::sync::Arc;

use record::json::{Json, Map};

use crate::answer::{Answer, By, Reckoned, StageClock, Standing};
use crate::condition::{Condition, Leaf, Reading, leaf_words};
use crate::day::spell;
use crate::facts::Facts;
use crate::pack::{Source, Window};
use crate::set::Packs;
use crate::text::{Both, Language};
use crate::truth::Truth;
use crate::value;

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
        let mut tell = Telling { facts, steps, reading: Reading::default() };
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
    let what =
        Both::new(format!("{en} from {}{}", window.from, until.0), format!("自{}起{zh}{}", window.from, until.1));
    Reason::new(1, what, None, Some(&window.source))
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
    reading: Reading,
}

impl Telling<'_> {
    fn condition(&mut self, condition: &Condition, depth: u8) {
        let truth = Some(condition.truth(self.facts, self.reading));
        let inner = depth.saturating_add(1);
        match condition {
            Condition::All(parts) => {
                self.steps.push(Reason::new(depth, Both::new("All of these:", "以下全部："), truth, None));
                parts.iter().for_each(|part| self.condition(part, inner));
            }
            Condition::Any(parts) => {
                self.steps.push(Reason::new(depth, Both::new("At least one of these:", "以下至少一项："), truth, None));
                parts.iter().for_each(|part| self.condition(part, inner));
            }
            Condition::Not(part) => {
                self.steps.push(Reason::new(depth, Both::new("Not this:", "并非："), truth, None));
                self.condition(part, inner);
            }
            Condition::Leaf(leaf) => self.leaf(leaf, depth),
            Condition::Term(definition) => {
                self.steps.push(Reason::new(depth, definition.label.clone(), truth, Some(&definition.source)));
                self.condition(&definition.when, inner);
            }
            Condition::Question(question) => {
                let what = Both::new(format!("Open: {}", question.text.en), format!("未决：{}", question.text.zh));
                self.steps.push(Reason::new(depth, what, Some(Truth::Unknown), Some(&question.source)));
            }
        }
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

fn displaced(answer: &Answer<'_>) -> Option<Reason> {
    let Standing::Displaced { by } = answer.standing else { return None };
    let displacement = answer.duty.displaced_by.iter().find(|displacement| displacement.duty == by)?;
    let what = Both::new(format!("Gives way to {by}"), format!("由{by}替代"));
    Some(Reason::new(1, what, None, Some(&displacement.source)))
}

fn clock(clock: &StageClock<'_>) -> Vec<Reason> {
    let stage = &clock.stage.label;
    match &clock.reckoned {
        Reckoned::By(by) => counted(stage, by),
        Reckoned::WithoutDelay { deadline, .. } => {
            let what = Both::new(
                format!("{}: {}", stage.en, deadline.label.en),
                format!("{}：{}", stage.zh, deadline.label.zh),
            );
            vec![Reason::new(1, what, None, Some(&deadline.source))]
        }
        Reckoned::WaitsFor { missing } => waiting(stage, missing, ("its clock waits for", "计时起点尚缺")),
        Reckoned::Undetermined { missing, .. } => {
            waiting(stage, missing, ("undetermined for want of", "尚不能确定，缺"))
        }
        Reckoned::None => Vec::new(),
    }
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
    steps.extend(by.sooner_if.iter().map(|sooner| {
        let (label, missing) = (&sooner.deadline.label, sooner.missing.join(", "));
        let when = sooner.due.map(|due| spell(due.first)).unwrap_or_default();
        let what = Both::new(
            format!("Sooner, by {when} ({}), depending on {missing}", label.en),
            format!("可能提前至{when}（{}），取决于{missing}", label.zh),
        );
        Reason::new(2, what, Some(Truth::Unknown), Some(&sooner.deadline.source))
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
