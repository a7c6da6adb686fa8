//! A redline as plain text: for a terminal, a mail, a page without style.

use std::collections::BTreeSet;
use std::fmt::Display;

use record::digest::PartyId;

use super::{ClauseChange, Fate, MachineChange, Moved, Position, Redline, TermChange, Treatment};
use crate::agreement::{Budget, LanguageOf, Prevails, RoleName};
use crate::explain::Language;

impl Redline {
    /// The whole of it, a line for each change, with `[-old-]{+new+}` where words or values differ.
    #[must_use]
    pub fn render(&self, language: Language) -> String {
        let say = Say(language);
        let terms = self.terms.iter().map(|change| say.term(change));
        let clauses = self.clauses.iter().flat_map(|change| say.clause(change));
        terms.chain(clauses).flat_map(|line| [line, "\n".to_owned()]).collect()
    }
}

impl MachineChange {
    /// What nodes would do otherwise, in one line, with `[-` what goes `-]` and `{+` what comes `+}`.
    #[must_use]
    pub fn line(&self, language: Language) -> String {
        Say(language).machine(self)
    }
}

impl TermChange {
    /// What differs beside the clauses, in one line of the same form.
    #[must_use]
    pub fn line(&self, language: Language) -> String {
        Say(language).term(self)
    }
}

impl Treatment {
    /// What becomes of the property, in a word.
    #[must_use]
    pub const fn word(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Dropped, Language::English) => "stays",
            (Self::Coarsened, Language::English) => "its twin goes",
            (Self::Shown, Language::English) => "goes",
            (Self::Dropped, Language::Chinese) => "保留",
            (Self::Coarsened, Language::Chinese) => "发布概略值",
            (Self::Shown, Language::Chinese) => "发布",
        }
    }
}

struct Say(Language);

impl Say {
    const fn of(&self, english: &'static str, chinese: &'static str) -> &'static str {
        match self.0 {
            Language::English => english,
            Language::Chinese => chinese,
        }
    }

    fn values(&self, english: &'static str, chinese: &'static str, old: impl Display, new: impl Display) -> String {
        let colon = self.of(": ", "：");
        format!("{}{colon}[-{old}-]{{+{new}+}}", self.of(english, chinese))
    }

    fn clause(&self, change: &ClauseChange) -> Vec<String> {
        let fate = match change.fate {
            Fate::Added => self.of(" (added)", "（新增）"),
            Fate::Kept => "",
            Fate::Removed => self.of(" (removed)", "（删除）"),
        };
        let head = match self.0 {
            Language::English => format!("Clause {}{fate}", change.id),
            Language::Chinese => format!("第{}条{fate}", change.id),
        };
        let moved = change.moved.iter().map(|moved| self.moved(moved));
        let texts = change.texts.iter().map(|one| format!("{}: {}", one.language, one.words));
        let machine = change.machine.iter().map(|one| self.machine(one));
        let lines = moved.chain(texts).chain(machine).map(|line| format!("  {line}"));
        std::iter::once(head).chain(lines).collect()
    }

    fn moved(&self, moved: &Moved) -> String {
        let place = |position: &Position| {
            let number = position.before.saturating_add(1);
            match (&position.under, self.0) {
                (None, Language::English) => format!("place {number}"),
                (None, Language::Chinese) => format!("第{number}位"),
                (Some(under), Language::English) => format!("place {number} in clause {under}"),
                (Some(under), Language::Chinese) => format!("第{under}条内第{number}位"),
            }
        };
        self.values("moved", "移动", place(&moved.from), place(&moved.to))
    }

    fn machine(&self, change: &MachineChange) -> String {
        match change {
            MachineChange::Operative { is_now: true } => self.of("has a policy now", "现附策略").to_owned(),
            MachineChange::Operative { is_now: false } => self.of("has no policy any more", "不再附策略").to_owned(),
            MachineChange::Policy(words) => format!("{}{words}", self.of("policy: ", "策略：")),
            MachineChange::From { old, new } => self.values("senders", "发送方", list(old), list(new)),
            MachineChange::To { old, new } => self.values("recipients", "接收方", list(old), list(new)),
            MachineChange::Sealed { is_now: true } => self.of("is sealed now", "现为密封发布").to_owned(),
            MachineChange::Sealed { is_now: false } => self.of("is sealed no more", "不再为密封发布").to_owned(),
            MachineChange::Field { name, old, new } => {
                let name = name.as_deref().unwrap_or_else(|| self.of("any other field", "其他字段"));
                let colon = self.of(": ", "：");
                format!("{name}{colon}[-{}-]{{+{}+}}", old.word(self.0), new.word(self.0))
            }
            MachineChange::Purposes { old, new } => {
                let words = |set: &BTreeSet<crate::vocabulary::Purpose>| {
                    let words: Vec<_> = set.iter().map(|one| one.meaning(self.0)).collect();
                    words.join(self.of(", ", "、"))
                };
                self.values("purposes", "目的", words(old), words(new))
            }
            MachineChange::Retention { old, new } => {
                self.values("kept for days", "保存日数", self.limit(*old), self.limit(*new))
            }
            MachineChange::Onward { old, new } => self.values("may go on to", "可转送至", old, new),
            MachineChange::Approvals { old, new } => self.values("approvals", "批准人数", old, new),
            MachineChange::Budget { old, new } => {
                self.values("at most", "限量", self.budget(old.as_ref()), self.budget(new.as_ref()))
            }
            MachineChange::AnswerWithin { old, new } => {
                self.values("hours for an answer", "答复时限（小时）", self.limit(*old), self.limit(*new))
            }
            MachineChange::Prevails { old, new } => {
                let word = |one: &Option<Prevails>| {
                    one.as_ref()
                        .map_or_else(|| self.of("as the agreement", "依协定").to_owned(), |one| self.prevails(one))
                };
                self.values("prevails", "优先文本", word(old), word(new))
            }
        }
    }

    fn term(&self, change: &TermChange) -> String {
        match change {
            TermChange::Title(one) => format!("{}{}: {}", self.of("title, ", "标题，"), one.language, one.words),
            TermChange::Joined { role, party } => format!("{}{{+{role} {party}+}}", self.of("joins: ", "加入：")),
            TermChange::Left { role, party } => format!("{}[-{role} {party}-]", self.of("leaves: ", "退出：")),
            TermChange::Role { old, new, .. } => self.values("role", "角色", old, new),
            TermChange::From { old, new } => self.values("from", "起始", old, new),
            TermChange::Until { old, new } => self.values("until", "截止", old, new),
            TermChange::Zone { old, new } => self.values("time zone", "时区", old, new),
            TermChange::KeepDays { old, new } => self.values("days kept for disputes", "为争端保存日数", old, new),
            TermChange::HeadEveryMinutes { old, new } => {
                self.values("minutes between heads", "序列状态声明间隔（分钟）", old, new)
            }
            TermChange::CommonBy { old, new } => {
                let roles = |one: &Option<BTreeSet<RoleName>>| {
                    let named = one.as_ref().map(|roles| roles.iter().map(ToString::to_string).collect::<Vec<_>>());
                    named.map_or_else(|| self.of("every member", "全体成员").to_owned(), |roles| roles.join(", "))
                };
                self.values("a head is common by", "共同状态须由其会签", roles(old), roles(new))
            }
            TermChange::Depositary { old, new } => {
                let name = |one: &Option<PartyId>| {
                    one.as_ref().map_or_else(|| self.of("nobody", "无").to_owned(), PartyId::to_string)
                };
                self.values("depositary", "保存方", name(old), name(new))
            }
            TermChange::Prevails { old, new } => {
                self.values("prevails", "优先文本", self.prevails(old), self.prevails(new))
            }
            TermChange::Languages { old, new } => {
                self.values("languages", "语言", self.languages(old), self.languages(new))
            }
            TermChange::Replaces { old, new } => {
                let name = |one: &Option<record::digest::AgreementDigest>| {
                    one.map_or_else(|| self.of("none", "无").to_owned(), |one| one.to_string())
                };
                self.values("amends", "修正", name(old), name(new))
            }
            TermChange::Example { old, new } => {
                let id = |one: &Option<Box<crate::agreement::Example>>| one.as_ref().map(|one| one.id.clone());
                let what = match (old.is_some(), new.is_some()) {
                    (false, _) => self.of("example added: ", "新增范例："),
                    (true, false) => self.of("example removed: ", "删除范例："),
                    (true, true) => self.of("example changed: ", "修改范例："),
                };
                format!("{what}{}", id(new).or_else(|| id(old)).unwrap_or_default())
            }
        }
    }

    fn limit(&self, limit: Option<u32>) -> String {
        limit.map_or_else(|| self.of("no limit", "不限").to_owned(), |limit| limit.to_string())
    }

    fn budget(&self, budget: Option<&Budget>) -> String {
        budget.map_or_else(
            || self.of("no limit", "不限").to_owned(),
            |one| format!("{} {} / {} ({})", one.at_most, one.counted, one.per, one.category),
        )
    }

    fn prevails(&self, prevails: &Prevails) -> String {
        match prevails {
            Prevails::Equal => self.of("all authentic texts alike", "各作准文本同等").to_owned(),
            Prevails::Machine => self.of("the policy", "策略").to_owned(),
            Prevails::Language(language) => language.to_string(),
        }
    }

    fn languages(&self, languages: &[LanguageOf]) -> String {
        let word = |one: &LanguageOf| match one.is_authentic {
            true => one.tag.to_string(),
            false => format!("{} ({})", one.tag, self.of("courtesy", "参考译文")),
        };
        languages.iter().map(word).collect::<Vec<_>>().join(", ")
    }
}

fn list(items: &BTreeSet<impl Display>) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
