//! The stages of a report. Each is a version of its own, and which may follow which is one total function.

use record::words;

words! {
    /// How far a report has come.
    Stage, "stage" {
        /// All that its author means to say; new facts may open it again.
        Final = "final",
        /// The first report, often incomplete.
        Initial = "initial",
        /// More than the first, and not yet all.
        Interim = "interim",
        /// Found to be nothing that has to be reported.
        NotReportable = "not reportable",
        /// Taken back: it should not have been said.
        Retracted = "retracted",
    }
}

/// A stage cannot follow another.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a report that is {} cannot become {to}; {advice}", from.map_or("new", Stage::name))]
#[non_exhaustive]
pub struct StageError {
    /// The stage before; none for a first version.
    pub from: Option<Stage>,
    /// The stage that was to follow.
    pub to: Stage,
    /// What to do instead.
    pub advice: &'static str,
}

impl Stage {
    /// Whether this stage may follow `from`, or begin a report where there is none before.
    ///
    /// A first report may be final at once, and an event may be known from the start not to be reportable. What was final or
    /// not reportable is opened again by an interim version. Nothing follows a retraction (STIX 2.1 section 3.6.2).
    ///
    /// # Errors
    /// [`StageError`] with what to do instead.
    pub const fn after(self, from: Option<Self>) -> Result<(), StageError> {
        match advice(from, self) {
            None => Ok(()),
            Some(advice) => Err(StageError { from, to: self, advice }),
        }
    }

    /// True if a reason has to stand beside it.
    #[must_use]
    pub const fn needs_reason(self) -> bool {
        match self {
            Self::NotReportable | Self::Retracted => true,
            Self::Final | Self::Initial | Self::Interim => false,
        }
    }
}

/// What to do instead of a step that is not allowed; none for one that is.
const fn advice(from: Option<Stage>, to: Stage) -> Option<&'static str> {
    match (from, to) {
        (None, Stage::Initial | Stage::Final | Stage::NotReportable)
        | (
            Some(Stage::Initial | Stage::Interim),
            Stage::Interim | Stage::Final | Stage::NotReportable | Stage::Retracted,
        )
        | (Some(Stage::Final), Stage::Interim | Stage::Final | Stage::Retracted)
        | (Some(Stage::NotReportable), Stage::Interim | Stage::NotReportable | Stage::Retracted) => None,
        (None, Stage::Interim) => Some("begin with an initial or final one"),
        (None, Stage::Retracted) => Some("there is nothing to take back"),
        (Some(Stage::Initial | Stage::Interim | Stage::Final | Stage::NotReportable), Stage::Initial) => {
            Some("more than the first report is an interim one")
        }
        (Some(Stage::Final), Stage::NotReportable) | (Some(Stage::NotReportable), Stage::Final) => {
            Some("open it again with an interim one")
        }
        (
            Some(Stage::Retracted),
            Stage::Initial | Stage::Interim | Stage::Final | Stage::NotReportable | Stage::Retracted,
        ) => Some("make a new incident and name this one in it"),
    }
}
