//! Names of accounts and tokens: one person under one name.

use std::fmt;
use std::str::FromStr;

use text::NormaliserVersion;

/// Characters of a name: the longest honest one is an address at an organisation.
pub const MAX_NAME_CHARACTERS: usize = 64;

/// Octets of a name: looked at first, so that nothing is normalised at a stranger's expense.
pub const MAX_NAME_BYTES: usize = 4 * MAX_NAME_CHARACTERS;

/// The name of an account, or of a token: one word, as it is to be shown and logged.
///
/// It is in normalisation form KC, so that one name has one spelling, and has no blank, no invisible character and no
/// mark that a line of a log or a path gives a meaning to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountName {
    name: Box<str>,
    skeleton: Skeleton,
}

/// What a name looks like: names that a reader could take for one another have one skeleton.
///
/// It is coarser than the comparison of approvals in `policy`, which keeps the gaps: so two accounts are two persons there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Skeleton(Box<str>);

/// A text is no name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// Empty, or longer than [`MAX_NAME_CHARACTERS`].
    #[error("a name has 1 to {MAX_NAME_CHARACTERS} characters")]
    Length,
    /// A character that a name does not have.
    #[error("a name is one word of letters, digits, `.`, `-`, `_` and `@`: it does not have `{}`", .0.escape_unicode())]
    Character(char),
    /// It does not begin with a letter or digit.
    #[error("a name begins with a letter or a digit")]
    Start,
    /// Another spelling of it is the one that is kept.
    #[error("write the name as `{}`", .0.escape_debug())]
    Spelling(String),
}

impl AccountName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// What it looks like.
    #[must_use]
    pub const fn skeleton(&self) -> &Skeleton {
        &self.skeleton
    }
}

impl FromStr for AccountName {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Self, NameError> {
        let length = if name.len() > MAX_NAME_BYTES { usize::MAX } else { name.chars().count() };
        if !(1..=MAX_NAME_CHARACTERS).contains(&length) {
            return Err(NameError::Length);
        }
        if let Some(hidden) = text::invisible_characters(name).next() {
            return Err(NameError::Character(hidden.character));
        }
        let composed = text::nfkc(name);
        if composed != name {
            return Err(NameError::Spelling(composed));
        }
        name.chars().find(|character| !is_of_names(*character)).map_or(Ok(()), |odd| Err(NameError::Character(odd)))?;
        let begins_well = name.chars().next().is_some_and(char::is_alphanumeric);
        // What has no skeleton would look like every other such name.
        let skeleton = Skeleton::of(name);
        let is_seen = !skeleton.0.is_empty();
        if begins_well && is_seen { Ok(Self { name: name.into(), skeleton }) } else { Err(NameError::Start) }
    }
}

/// Marks on letters are characters of their own in many scripts, so outside ASCII only blanks and controls are refused here.
fn is_of_names(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_' | '@');
    }
    !character.is_whitespace() && !character.is_control()
}

impl Skeleton {
    /// The skeleton of any text that names somebody, also of one that is no [`AccountName`].
    #[must_use]
    pub fn of(name: &str) -> Self {
        let normal = NormaliserVersion::V1.normalise(name);
        Self(normal.as_str().split(' ').collect::<String>().into())
    }

    /// For comparing and for keys of maps; not to be shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.name)
    }
}
