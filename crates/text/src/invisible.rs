//! Characters that a reader cannot see, or that change the order of what is read.

use crate::class::Class;
use crate::tables::V1;

/// What an invisible character does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum InvisibleKind {
    /// Changes the direction in which text is shown, so that a clause can read otherwise than it is.
    BidiControl,
    /// Takes no room: zero-width space, joiners, word joiner, byte order mark, invisible operators.
    ZeroWidth,
    /// A hyphen that is shown only at a line's end.
    SoftHyphen,
    /// Chooses a glyph, or carries hidden bytes when many stand in a row.
    VariationSelector,
    /// Invisible copies of ASCII, known for hidden instructions to language models.
    Tag,
    /// A letter by name that shows nothing.
    Filler,
    /// A control character other than white space.
    Control,
    /// Any other format character.
    Format,
}

impl InvisibleKind {
    fn of(character: char) -> Self {
        match character {
            '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
                Self::BidiControl
            }
            '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2065}' | '\u{FEFF}' | '\u{180E}' | '\u{34F}' => Self::ZeroWidth,
            '\u{AD}' => Self::SoftHyphen,
            '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' | '\u{180B}'..='\u{180D}' | '\u{180F}' => {
                Self::VariationSelector
            }
            '\u{E0000}'..='\u{E007F}' => Self::Tag,
            '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' | '\u{17B4}' | '\u{17B5}' => Self::Filler,
            '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' => Self::Control,
            _ => Self::Format,
        }
    }
}

/// An invisible character found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Invisible {
    /// Where it starts, in bytes.
    pub offset: usize,
    /// The character itself.
    pub character: char,
    /// What it does.
    pub kind: InvisibleKind,
}

/// Every invisible character of a text, in order: exactly those that `norm/1` drops anywhere.
pub fn invisible_characters(text: &str) -> impl Iterator<Item = Invisible> {
    let hidden = text.char_indices().filter(|&(_, character)| V1.class(character) == Class::Invisible);
    hidden.map(|(offset, character)| Invisible { offset, character, kind: InvisibleKind::of(character) })
}

/// Every bidirectional control of a text, in order.
pub fn bidi_controls(text: &str) -> impl Iterator<Item = Invisible> {
    invisible_characters(text).filter(|found| found.kind == InvisibleKind::BidiControl)
}
