//! Where our verdict differs from that of the validator of OASIS (version 3.2.0), and why.
//!
//! The list is by kind and not by vector: ours by the code of what we refuse, theirs by a part of their message.

/// Who refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// We refuse, they take.
    WeRefuse,
    /// They refuse, we take.
    TheyRefuse,
}

/// A kind of difference.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) direction: Direction,
    /// Our code, or a part of their message.
    pub(crate) mark: &'static str,
    /// The section of STIX 2.1.
    pub(crate) section: &'static str,
    pub(crate) reason: &'static str,
}

pub(crate) const KINDS: &[Kind] = &[];
