//! Whether the renditions of a text say the same, as far as a program can tell.
//!
//! Two rules need the text before: words that changed in one authentic language only, and policies that changed under words
//! that did not. They stop a signature. The others compare renditions beside each other, by numbers and by the words that
//! oblige or forbid, and may be wrong: they warn.

mod modals;
mod numbers;

pub use modals::Modal;

use record::language::{LanguageTag, TaggedText};

use super::{Agreement, Clause, ClauseId, Operative};
use crate::explain::Language;

/// What follows from a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "either one may sign, or not")]
pub enum Severity {
    /// A person should look at it.
    Warns,
    /// The text is not to be signed.
    Blocks,
}

/// The text that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Where {
    /// The agreement's title.
    Title,
    /// A clause.
    Clause(ClauseId),
    /// The title of a worked example.
    Example(String),
}

/// Something that the renditions do not share.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Where it stands.
    pub at: Where,
    /// What it is.
    pub kind: FindingKind,
}

/// What the renditions do not share.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FindingKind {
    /// The words changed in some authentic languages and not in others.
    ChangedInOneLanguage {
        /// The languages in which they changed.
        changed: Vec<LanguageTag>,
        /// The languages in which they did not.
        unchanged: Vec<LanguageTag>,
    },
    /// What nodes run or owe changed, and no authentic words did.
    ChangedInMachineOnly,
    /// Authentic words changed, and the courtesy translation did not.
    CourtesyNotUpdated {
        /// The language of the translation.
        language: LanguageTag,
    },
    /// A number stands in one rendition and not in another.
    Number {
        /// The number, in digits.
        number: String,
        /// The language that has it.
        in_language: LanguageTag,
        /// The language that does not.
        not_in: LanguageTag,
    },
    /// One rendition obliges or forbids, and another does not.
    Modal {
        /// What it does.
        modal: Modal,
        /// The language that does.
        in_language: LanguageTag,
        /// The language that does not.
        not_in: LanguageTag,
    },
}

impl Finding {
    /// Whether it stops a signature.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        match self.kind {
            FindingKind::ChangedInOneLanguage { .. } | FindingKind::ChangedInMachineOnly => Severity::Blocks,
            FindingKind::CourtesyNotUpdated { .. } | FindingKind::Number { .. } | FindingKind::Modal { .. } => {
                Severity::Warns
            }
        }
    }

    /// A sentence for a person.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        match language {
            Language::English => format!("{}: {}", self.at.english(), self.kind.english()),
            Language::Chinese => format!("{}：{}", self.at.chinese(), self.kind.chinese()),
        }
    }
}

impl Where {
    fn english(&self) -> String {
        match self {
            Self::Title => "title".to_owned(),
            Self::Clause(id) => format!("clause {id}"),
            Self::Example(id) => format!("example {id}"),
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Title => "标题".to_owned(),
            Self::Clause(id) => format!("第{id}条"),
            Self::Example(id) => format!("范例{id}"),
        }
    }
}

impl FindingKind {
    fn english(&self) -> String {
        match self {
            Self::ChangedInOneLanguage { changed, unchanged } => format!(
                "the words changed in {} and not in {}; change them there too, or take the change back",
                list(changed, ", "),
                list(unchanged, ", ")
            ),
            Self::ChangedInMachineOnly => {
                "what the nodes run or the parties owe changed, and no authentic words did".to_owned()
            }
            Self::CourtesyNotUpdated { language } => {
                format!("the authentic words changed, and the courtesy translation in {language} did not")
            }
            Self::Number { number, in_language, not_in } => {
                format!("the number {number} stands in {in_language} and was not found in {not_in}")
            }
            Self::Modal { modal, in_language, not_in } => format!(
                "the text in {in_language} {}, and no such word was found in {not_in}",
                modal.meaning(Language::English)
            ),
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::ChangedInOneLanguage { changed, unchanged } => format!(
                "文字在{}文本中有改动，在{}文本中没有；请一并改动，或者撤回该改动",
                list(changed, "、"),
                list(unchanged, "、")
            ),
            Self::ChangedInMachineOnly => "节点执行的内容或者缔约方的义务有改动，而作准文本的文字没有改动".to_owned(),
            Self::CourtesyNotUpdated { language } => format!("作准文本有改动，而{language}参考译文没有更新"),
            Self::Number { number, in_language, not_in } => {
                format!("{in_language}文本中的数字{number}未见于{not_in}文本")
            }
            Self::Modal { modal, in_language, not_in } => {
                format!("{in_language}文本{}，而{not_in}文本中未见相应用语", modal.meaning(Language::Chinese))
            }
        }
    }
}

fn list(languages: &[LanguageTag], between: &str) -> String {
    languages.iter().map(LanguageTag::as_str).collect::<Vec<_>>().join(between)
}

/// What is amiss in a text when it is read beside the one that it answers or amends.
///
/// Only what both texts have is compared: what one of them adds or removes is seen by everybody.
#[must_use]
pub fn compare(old: &Agreement, new: &Agreement) -> Vec<Finding> {
    let mut findings = Vec::new();
    words(&mut findings, &Where::Title, new, old.title(), new.title());
    for clause in new.all_clauses() {
        let Some(before) = old.clause(clause.id()) else { continue };
        let at = Where::Clause(clause.id().clone());
        let any_words_changed = words(&mut findings, &at, new, before.text(), clause.text());
        if !any_words_changed && !is_same_machine(before, clause) {
            findings.push(Finding { at, kind: FindingKind::ChangedInMachineOnly });
        }
    }
    for example in new.examples() {
        if let Some(before) = old.examples().iter().find(|one| one.id == example.id) {
            words(&mut findings, &Where::Example(example.id.clone()), new, &before.title, &example.title);
        }
    }
    findings
}

/// Compares one text in all languages, and says whether it changed in any authentic one.
fn words(findings: &mut Vec<Finding>, at: &Where, new: &Agreement, before: &TaggedText, after: &TaggedText) -> bool {
    let (mut changed, mut unchanged, mut stale) = (Vec::new(), Vec::new(), Vec::new());
    for one in new.languages() {
        // A language that only one text has leaves nothing to compare.
        let (Some(before), Some(after)) = (before.get(&one.tag), after.get(&one.tag)) else { continue };
        match (is_same(before, after), one.is_authentic) {
            (false, true) => changed.push(one.tag.clone()),
            (true, true) => unchanged.push(one.tag.clone()),
            (true, false) => stale.push(one.tag.clone()),
            (false, false) => {}
        }
    }
    if changed.is_empty() {
        return false;
    }
    let kinds = stale.into_iter().map(|language| FindingKind::CourtesyNotUpdated { language });
    findings.extend(kinds.map(|kind| Finding { at: at.clone(), kind }));
    if !unchanged.is_empty() {
        let kind = FindingKind::ChangedInOneLanguage { changed, unchanged };
        findings.push(Finding { at: at.clone(), kind });
    }
    true
}

/// The same but for the length of spaces, which no reader takes for a change.
fn is_same(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

fn is_same_machine(old: &Clause, new: &Clause) -> bool {
    let same = |old: &Operative, new: &Operative| {
        is_same(old.policy().text(), new.policy().text())
            && old.from() == new.from()
            && old.to() == new.to()
            && old.transform() == new.transform()
            && old.obligations() == new.obligations()
    };
    match (old.operative(), new.operative()) {
        (None, None) => true,
        (Some(old), Some(new)) => same(old, new),
        _ => false,
    }
}

/// What the renditions of one text do not share, by numbers and by words that oblige or forbid.
#[must_use]
pub fn lint(agreement: &Agreement) -> Vec<Finding> {
    let mut findings = Vec::new();
    renditions(&mut findings, &Where::Title, agreement.title());
    for clause in agreement.all_clauses() {
        renditions(&mut findings, &Where::Clause(clause.id().clone()), clause.text());
    }
    for example in agreement.examples() {
        renditions(&mut findings, &Where::Example(example.id.clone()), &example.title);
    }
    findings
}

/// Each rendition beside each other.
fn renditions(findings: &mut Vec<Finding>, at: &Where, text: &TaggedText) {
    for (in_language, one) in text.iter() {
        for (not_in, other) in text.iter().filter(|(language, _)| *language != in_language) {
            let pair = || (in_language.clone(), not_in.clone());
            let numbers = numbers::missing(one, other).into_iter().map(|number| {
                let (in_language, not_in) = pair();
                FindingKind::Number { number, in_language, not_in }
            });
            let modals = modals::missing((in_language, one), (not_in, other)).into_iter().map(|modal| {
                let (in_language, not_in) = pair();
                FindingKind::Modal { modal, in_language, not_in }
            });
            findings.extend(numbers.chain(modals).map(|kind| Finding { at: at.clone(), kind }));
        }
    }
}
