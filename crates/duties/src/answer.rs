//! What is answered about a duty.

use std::collections::BTreeSet;
use std::sync::Arc;

use record::words;

use crate::day::{Day, Span};
use crate::pack::{Confidence, Deadline, Duty, Pack, Question, Stage};
use crate::text::Language;

words! {
    /// How a duty stands, in one word.
    StandingWord, "standing" {
        /// It gives way to another duty.
        Displaced = "displaced",
        /// It has to be done.
        Due = "due",
        /// It does not have to be done.
        NotDue = "not due",
        /// It is not in force.
        NotInForce = "not in force",
        /// What is known does not say.
        Undetermined = "undetermined",
    }
}

impl StandingWord {
    /// The word as people read it, with what is open of it.
    #[must_use]
    pub fn spoken(self, is_disputed: bool, language: Language) -> String {
        let [english, chinese] = match self {
            Self::Displaced => ["displaced by another duty", "由其他义务替代"],
            Self::Due => ["due", "应当履行"],
            Self::NotDue => ["not due", "无须履行"],
            Self::NotInForce => ["not in force", "未施行"],
            Self::Undetermined => ["undetermined", "尚不能确定"],
        };
        let (word, mark) = match language {
            Language::English => (english, " (disputed)"),
            Language::Chinese => (chinese, "（有争议）"),
        };
        format!("{word}{}", if is_disputed { mark } else { "" })
    }
}

/// The answer about one duty, as of one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer<'p> {
    /// The pack.
    pub pack: &'p Pack,
    /// The duty.
    pub duty: &'p Duty,
    /// How it stands.
    pub standing: Standing<'p>,
    /// The open questions of law that the answer hangs on: whether it is due, and by when.
    pub disputed: Vec<&'p Arc<Question>>,
    /// Those of them on which it hangs whether it is due.
    pub contested: Vec<&'p Arc<Question>>,
    /// The weakest of the sources that it rests on.
    pub confidence: Confidence,
    /// True if the pack is past its review.
    pub is_past_review: bool,
}

/// How a duty stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing<'p> {
    /// It has to be done.
    Due(Due<'p>),
    /// It does not have to be done, whatever else becomes known.
    NotDue,
    /// What is known does not say; these facts could still change it.
    #[non_exhaustive]
    Undetermined {
        /// Ids of facts, in the dictionary's order.
        missing: Vec<&'p str>,
    },
    /// It gives way to another duty, should it be due at all.
    #[non_exhaustive]
    Displaced {
        /// The other duty: `PACK/DUTY`.
        by: &'p str,
    },
    /// It is not in force as of the moment.
    #[non_exhaustive]
    NotInForce {
        /// The next day on which it is, as the law stood at the moment; none if it is over.
        from: Option<Day>,
    },
}

/// What is due.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Due<'p> {
    /// A clock for each stage, in the order of the stages.
    pub clocks: Vec<StageClock<'p>>,
    /// What could still displace it.
    pub displaced_if: Vec<PossibleDisplacement<'p>>,
}

/// What could still displace a duty.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PossibleDisplacement<'p> {
    /// The other duty: `PACK/DUTY`.
    pub by: &'p str,
    /// The facts that would settle it.
    pub missing: Vec<&'p str>,
    /// The open questions on whose answer it hangs too.
    pub disputed: Vec<&'p Arc<Question>>,
}

/// The clock of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StageClock<'p> {
    /// The stage.
    pub stage: &'p Stage,
    /// How it runs.
    pub reckoned: Reckoned<'p>,
    /// Deadlines "without delay" beside one in numbers: certain where nothing is missing, otherwise possible.
    pub at_once: Vec<Sooner<'p>>,
    /// The open questions that this clock hangs on.
    pub disputed: Vec<&'p Arc<Question>>,
}

/// How the clock of a stage runs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reckoned<'p> {
    /// There is a moment by which it has to be done.
    By(By<'p>),
    /// It has to be done without delay: the law has no number. With what is known of its start.
    #[non_exhaustive]
    WithoutDelay {
        /// When it began, as far as known.
        started: Option<Span>,
        /// The deadline that says so.
        deadline: &'p Deadline,
        /// The deadlines in numbers that could apply beside it, with the moment at which each would fall.
        perhaps: Vec<Sooner<'p>>,
    },
    /// No start is known; these facts would tell it.
    #[non_exhaustive]
    WaitsFor {
        /// Ids of facts.
        missing: Vec<&'p str>,
    },
    /// Whether there is such a stage, or which deadline applies, is not known; these facts would settle it.
    #[non_exhaustive]
    Undetermined {
        /// Ids of facts.
        missing: Vec<&'p str>,
        /// The deadlines that could apply, with the moment at which each would fall.
        sooner_if: Vec<Sooner<'p>>,
    },
    /// There is no such stage, or it is repeated no more.
    None,
}

/// The moment by which a stage has to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct By<'p> {
    /// When its clock started.
    pub started: Span,
    /// By when. Of a span, the first is the one to keep.
    pub due: Span,
    /// The deadline that says so.
    pub deadline: &'p Deadline,
    /// The zone in which it was counted.
    pub zone: &'p str,
    /// Deadlines that could still apply and would fall earlier.
    pub sooner_if: Vec<Sooner<'p>>,
    /// What holds if the open questions that let this deadline apply are answered otherwise; none where no question does.
    pub otherwise: Option<Otherwise<'p>>,
    /// Facts that could move the start.
    pub start_could_move: Vec<&'p str>,
    /// The fact that would tell the zone; until then the soonest of all zones holds.
    pub zone_if: Option<&'p str>,
    /// Years whose holidays are not in the pack.
    pub calendar_missing: BTreeSet<i16>,
}

/// A deadline that could still apply.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sooner<'p> {
    /// The deadline.
    pub deadline: &'p Deadline,
    /// When it would fall; none if it is one without a number, or its start is not known.
    pub due: Option<Span>,
    /// The facts that would settle whether it applies.
    pub missing: Vec<&'p str>,
    /// The open questions on whose answer it hangs too.
    pub disputed: Vec<&'p Arc<Question>>,
}

/// The deadline that holds for certain, where an open question lets an earlier one apply.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Otherwise<'p> {
    /// The deadline.
    pub deadline: &'p Deadline,
    /// When it falls.
    pub due: Span,
}

impl Sooner<'_> {
    /// True if it applies for certain.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.missing.is_empty() && self.disputed.is_empty()
    }
}

impl<'p> StageClock<'p> {
    /// The deadlines that hold, whether in numbers or without delay.
    pub(crate) fn used(&self) -> impl Iterator<Item = &'p Deadline> {
        let main = match &self.reckoned {
            Reckoned::By(by) => Some(by.deadline),
            Reckoned::WithoutDelay { deadline, .. } => Some(*deadline),
            Reckoned::WaitsFor { .. } | Reckoned::Undetermined { .. } | Reckoned::None => None,
        };
        let beside = self.at_once.iter().filter(|at_once| at_once.missing.is_empty()).map(|at_once| at_once.deadline);
        main.into_iter().chain(beside)
    }
}

impl<'p> Standing<'p> {
    /// The standing in one word.
    #[must_use]
    pub const fn word(&self) -> StandingWord {
        match self {
            Self::Due(_) => StandingWord::Due,
            Self::NotDue => StandingWord::NotDue,
            Self::Undetermined { .. } => StandingWord::Undetermined,
            Self::Displaced { .. } => StandingWord::Displaced,
            Self::NotInForce { .. } => StandingWord::NotInForce,
        }
    }

    /// The facts that could still change it: those that would settle it, or that could displace what is due.
    #[must_use]
    pub fn missing(&self) -> Vec<&'p str> {
        match self {
            Self::Undetermined { missing } => missing.clone(),
            Self::Due(due) => {
                let all = due.displaced_if.iter().flat_map(|possible| possible.missing.iter().copied());
                all.collect::<BTreeSet<_>>().into_iter().collect()
            }
            Self::NotDue | Self::Displaced { .. } | Self::NotInForce { .. } => Vec::new(),
        }
    }
}

impl<'p> Answer<'p> {
    /// What is due, if it is.
    #[must_use]
    pub const fn due(&self) -> Option<&Due<'p>> {
        if let Standing::Due(due) = &self.standing { Some(due) } else { None }
    }

    /// The next moment by which something of it has to be done.
    #[must_use]
    pub fn next_due(&self) -> Option<Span> {
        let clocks = self.due()?.clocks.iter();
        clocks.filter_map(|clock| clock.reckoned.by().map(|by| by.due)).min()
    }
}

impl<'p> Due<'p> {
    /// The clock of a stage.
    #[must_use]
    pub fn clock(&self, stage: &str) -> Option<&StageClock<'p>> {
        self.clocks.iter().find(|clock| clock.stage.id == stage)
    }
}

impl<'p> Reckoned<'p> {
    /// The moment, if there is one.
    #[must_use]
    pub const fn by(&self) -> Option<&By<'p>> {
        if let Self::By(by) = self { Some(by) } else { None }
    }
}
