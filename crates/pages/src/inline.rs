//! What stands within a line.

use record::label::Tlp;
use record::time::Timestamp;

use crate::block::Tone;
use crate::say::Say;

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Inline {
    /// A text.
    Text(Say),
    /// A text that counts more than what is around it.
    Strong(Say),
    /// A link to a page of this site: a path, and a query if need be.
    Link {
        /// Where to.
        to: String,
        /// What it is called.
        text: Say,
    },
    /// A source elsewhere. It becomes a link only if it is one over the web, and tells that site nothing.
    Source(String),
    /// A marking, as a black badge; none if nobody has labelled it.
    Tlp(Option<Tlp>),
    /// A moment, in UTC and the reader's own zone.
    Time(Timestamp),
    /// A short word in a frame.
    Tag(Tone, Say),
    /// A digest, an id, a command: every sign counts.
    Code(String),
    /// Two wordings of one text as one, with what goes and what comes marked in it.
    Compared(Vec<Stretch>),
}

/// A stretch of a text that has two wordings.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "words stay, go or come")]
pub enum Stretch {
    /// Both wordings have it.
    Kept(String),
    /// Only the old one has it.
    Gone(String),
    /// Only the new one has it.
    Come(String),
}

impl Inline {
    /// A link to a page of this site.
    #[must_use]
    pub fn link(to: impl Into<String>, text: impl Into<Say>) -> Self {
        Self::Link { to: to.into(), text: text.into() }
    }

    /// What somebody wrote.
    #[must_use]
    pub fn content(text: impl Into<String>) -> Self {
        Self::Text(Say::content(text))
    }

    /// A sign that is no language.
    #[must_use]
    pub fn sign(text: impl ToString) -> Self {
        Self::Text(Say::sign(text))
    }

    /// A digest, an id, a command.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "whoever writes a page gives a number or an id as it is")]
    pub fn code(text: impl ToString) -> Self {
        Self::Code(text.to_string())
    }

    /// A short word in a frame.
    #[must_use]
    pub fn tag(tone: Tone, text: impl Into<Say>) -> Self {
        Self::Tag(tone, text.into())
    }
}

impl<S: Into<Say>> From<S> for Inline {
    fn from(say: S) -> Self {
        Self::Text(say.into())
    }
}

/// The address, if it is one over the web.
pub(crate) fn web_address(text: &str) -> Option<&str> {
    let is_web = ["https://", "http://"].iter().any(|scheme| text.starts_with(scheme));
    let is_plain = !text.chars().any(|sign| sign.is_control() || sign.is_whitespace());
    (is_web && is_plain).then_some(text)
}
