//! Places in the list of signals, as addresses have them: sealed, since from one that can be chosen it could be told, by where the list
//! is cut, what lies hidden behind it.

use std::cmp::Reverse;
use std::fmt;
use std::str::FromStr;

use record::digest::PartyId;
use record::stix::StixId;
use record::time::Timestamp;

use super::super::Asked;
use crate::scanning::Known;

/// The name in a query of the sealed place from which a list goes on.
pub(super) const FROM: &str = "from";

/// What a list is asked for in a query, besides where it begins: a sealed place belongs to it.
const ASKED_FOR: [&str; 3] = ["kind", "author", "state"];

/// A place in the list: the newest first, then by whose they are and by id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    pub(super) modified: Reverse<Timestamp>,
    pub(super) author: String,
    pub(super) id: StixId,
}

impl Mark {
    pub(super) fn of(author: &str, known: &Known) -> Self {
        Self { modified: Reverse(known.signal.modified), author: author.to_owned(), id: known.signal.id.clone() }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}.{}", self.modified.0.micros(), self.author, self.id)
    }
}

impl FromStr for Mark {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next().ok_or(());
        let micros = part()?.parse().map_err(|_| ())?;
        let author = part()?.parse::<PartyId>().map_err(|_| ())?.to_string();
        let id = part()?.parse().map_err(|_| ())?;
        Ok(Self { modified: Reverse(Timestamp::from_micros(micros)), author, id })
    }
}

/// Where a page of the list begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Begin {
    /// Behind a signal that was shown.
    Behind(Mark),
    /// At a signal that nobody has judged yet, and whose place nobody may read: it may be hidden.
    At(Mark),
}

impl Begin {
    pub(super) fn of(asked: &Asked<'_>) -> Option<Self> {
        asked.unsealed(FROM, &asked_for(asked))?.parse().ok()
    }

    pub(super) fn comes_before(&self, mark: &Mark) -> bool {
        match self {
            Self::Behind(begin) => begin < mark,
            Self::At(begin) => begin <= mark,
        }
    }
}

impl fmt::Display for Begin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Behind(mark) => write!(out, "{BEHIND}{mark}"),
            Self::At(mark) => write!(out, "{mark}"),
        }
    }
}

impl FromStr for Begin {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        text.strip_prefix(BEHIND).map_or_else(|| text.parse().map(Self::At), |mark| mark.parse().map(Self::Behind))
    }
}

/// In front of a mark behind which a page begins.
const BEHIND: &str = "behind ";

pub(super) fn asked_for<'a>(asked: &Asked<'a>) -> [&'a str; 3] {
    ASKED_FOR.map(|name| asked.query(name).unwrap_or_default())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn mark(micros: i64, last: u8) -> Mark {
        Mark {
            modified: Reverse(Timestamp::from_micros(micros)),
            author: PartyId::from_octets([7; 32]).to_string(),
            id: format!("indicator--00000000-0000-4000-8000-0000000000{last:02}").parse().unwrap(),
        }
    }

    #[test]
    fn where_a_page_begins_reads_back() {
        for begin in [Begin::Behind(mark(5, 1)), Begin::At(mark(5, 1))] {
            assert_eq!(begin.to_string().parse(), Ok(begin.clone()));
        }
    }

    #[test]
    fn a_place_in_the_list_reads_back_and_newer_signals_stand_before_it() {
        let author = mark(0, 0).author;
        assert_eq!(mark(5, 1).to_string().parse(), Ok(mark(5, 1)));
        assert!(mark(9, 1) < mark(5, 1) && mark(5, 1) < mark(5, 2));
        for wrong in ["", "x", "5.x.y", "5", "5..", &format!("5.{author}.x")] {
            assert_eq!(wrong.parse::<Mark>(), Err(()), "{wrong}");
        }
    }
}
