//! Two published scales: how far something may be passed on (TLP), and what may be done with it (PAP).

use std::fmt;
use std::str::FromStr;

use super::Marks;

/// Writes a scale: its levels from open to closed, each with its name.
macro_rules! scale {
    ($(#[$about:meta])* $scale:ident, $what:literal, $count:literal: $($(#[$level_about:meta])* $level:ident = $name:literal,)*) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(clippy::exhaustive_enums, reason = "the levels are fixed by whoever publishes the scale")]
        pub enum $scale {
            $($(#[$level_about])* $level,)*
        }

        impl $scale {
            /// Every level, from open to closed.
            pub const ALL: [Self; $count] = [$(Self::$level),*];

            /// The level's name in records.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$level => $name,)*
                }
            }
        }

        impl fmt::Display for $scale {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(self.name())
            }
        }

        impl FromStr for $scale {
            type Err = UnknownLevel;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                let known = Self::ALL.into_iter().find(|level| level.name() == name);
                known.ok_or_else(|| UnknownLevel { scale: $what, name: name.chars().take(64).collect() })
            }
        }
    };
}

scale! {
    /// Traffic Light Protocol, version 2.0 (FIRST, August 2022): to whom a recipient may pass it on.
    Tlp, "TLP 2.0", 5:
    /// To anyone.
    Clear = "clear",
    /// Within the recipient's community, not to the public.
    Green = "green",
    /// Within the recipient's organisation and to its clients, who need to know.
    Amber = "amber",
    /// Within the recipient's organisation only.
    AmberStrict = "amber+strict",
    /// To the named persons only.
    Red = "red",
}

scale! {
    /// Permissible Actions Protocol, version 3 (MISP): what a recipient may do with it.
    Pap, "PAP", 4:
    /// Anything.
    Clear = "clear",
    /// Active actions too: to block, to probe, to set traps.
    Green = "green",
    /// Passive checks only, third parties' services among them.
    Amber = "amber",
    /// Only what cannot be seen from outside, such as searching one's own logs.
    Red = "red",
}

/// The marking definitions of TLP 2.0 that OASIS fixed, in the order of [`Tlp::ALL`].
const TLP_2: [&str; 5] = [
    "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
];

/// The marking definitions of TLP 1 in STIX 2.1 section 7.2.1.4. What was white is clear; amber had no strict form.
const TLP_1: [(&str, Tlp); 4] = [
    ("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", Tlp::Clear),
    ("marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", Tlp::Green),
    ("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", Tlp::Amber),
    ("marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", Tlp::Red),
];

impl Tlp {
    /// The id of the STIX marking definition for this level (TLP 2.0).
    #[must_use]
    pub const fn marking_id(self) -> &'static str {
        let [clear, green, amber, amber_strict, red] = TLP_2;
        match self {
            Self::Clear => clear,
            Self::Green => green,
            Self::Amber => amber,
            Self::AmberStrict => amber_strict,
            Self::Red => red,
        }
    }

    /// The level that a STIX marking definition stands for, by its id, in TLP 2.0 or TLP 1.
    #[must_use]
    pub fn from_marking_id(id: &str) -> Option<Self> {
        let newer = Self::ALL.into_iter().find(|level| level.marking_id() == id);
        newer.or_else(|| TLP_1.into_iter().find(|(older, _)| *older == id).map(|(_, level)| level))
    }
}

/// The marks that an object's own `object_marking_refs` ask for, joined; `None` if it has none.
///
/// # Errors
/// [`UnknownMarkings`] if some are not known here: what they ask cannot be kept, so the object is to be treated as
/// unlabelled, which is denied.
pub fn marks_of_markings(ids: impl IntoIterator<Item: AsRef<str>>) -> Result<Option<Marks>, UnknownMarkings> {
    let mut known: Option<Tlp> = None;
    let mut unknown = Vec::new();
    for id in ids {
        match Tlp::from_marking_id(id.as_ref()) {
            Some(level) => known = known.max(Some(level)),
            None => unknown.push(id.as_ref().to_owned()),
        }
    }
    let known = known.map(|tlp| Marks::new(tlp, Pap::Clear));
    if unknown.is_empty() { Ok(known) } else { Err(UnknownMarkings { known, unknown }) }
}

/// An object carries markings whose meaning is not known here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the object carries {} marking(s) that are not known here; label it before it is released", unknown.len())]
#[non_exhaustive]
pub struct UnknownMarkings {
    /// What the markings that are known ask for, joined.
    pub known: Option<Marks>,
    /// The ids of the others.
    pub unknown: Vec<String>,
}

/// A name that is no level of its scale.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a level of {scale}", name.escape_debug())]
#[non_exhaustive]
pub struct UnknownLevel {
    /// The scale.
    pub scale: &'static str,
    /// What stood there, cut to 64 characters.
    pub name: String,
}
