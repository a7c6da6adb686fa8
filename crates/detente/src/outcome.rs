//! How a command ends: exit codes, and messages that say what to do.

use std::process::ExitCode;

/// What every command returns.
pub(crate) type Done<T = ()> = Result<T, Failure>;

/// Exit codes, the same in every version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// A check did not hold: a signature, a key, a disclosure, a twin.
    Refused = 1,
    /// The arguments are wrong; mostly the argument parser says so.
    Arguments = 2,
    /// A file is not what the command needs.
    Input = 3,
    /// The machine did not do its part: file system, randomness, a directory that is in the way.
    Environment = 4,
}

impl Exit {
    /// The word for it in JSON.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Arguments => "arguments",
            Self::Input => "input",
            Self::Environment => "environment",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Refused => 1,
            Exit::Arguments => 2,
            Exit::Input => 3,
            Exit::Environment => 4,
        })
    }
}

/// A command that did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    /// What the reader can do about it.
    pub(crate) advice: Option<String>,
    /// Whether it is only that another process has the directory now.
    pub(crate) is_busy: bool,
}

impl Failure {
    #[expect(clippy::needless_pass_by_value, reason = "so that `map_err(Failure::input)` takes an error as it comes")]
    pub(crate) fn new(exit: Exit, message: impl ToString) -> Self {
        Self { exit, message: message.to_string(), advice: None, is_busy: false }
    }

    pub(crate) fn refused(message: impl ToString) -> Self {
        Self::new(Exit::Refused, message)
    }

    pub(crate) fn arguments(message: impl ToString) -> Self {
        Self::new(Exit::Arguments, message)
    }

    pub(crate) fn input(message: impl ToString) -> Self {
        Self::new(Exit::Input, message)
    }

    pub(crate) fn environment(message: impl ToString) -> Self {
        Self::new(Exit::Environment, message)
    }

    /// The same, and it may pass: another process has the directory.
    pub(crate) const fn for_now(mut self) -> Self {
        self.is_busy = true;
        self
    }

    pub(crate) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }
}
