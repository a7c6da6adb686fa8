//! Closed vocabularies as enums: a word that some nodes skip would split them.

use crate::excerpt::excerpt;

/// An enum whose variants are words of the format, listed in the order of their names.
#[macro_export]
macro_rules! words {
    ($(#[$about:meta])* $kind:ident, $what:literal { $($(#[$doc:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $kind {
            $($(#[$doc])* $variant,)+
        }

        impl $kind {
            /// All of them, in the order of their names.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }

        impl std::fmt::Display for $kind {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(self.name())
            }
        }

        impl std::str::FromStr for $kind {
            type Err = $crate::words::UnknownWord;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                let known = Self::ALL.iter().copied().find(|word| word.name() == name);
                known.ok_or_else(|| $crate::words::UnknownWord::new($what, name, &[$($name),+]))
            }
        }
    };
}

/// A word that the format does not have. The vocabularies are closed: a word that some nodes skip would split them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} `{}`; known are {}", found.escape_debug(), known.join(", "))]
#[non_exhaustive]
pub struct UnknownWord {
    /// The kind of word that was expected.
    pub what: &'static str,
    /// What stood there.
    pub found: String,
    /// The words of that kind.
    pub known: &'static [&'static str],
}

impl UnknownWord {
    /// What stood there is cut.
    #[must_use]
    pub fn new(what: &'static str, found: &str, known: &'static [&'static str]) -> Self {
        Self { what, found: excerpt(found), known }
    }
}
