//! The client's side of TAXII 2.1: it says what to ask next, is handed what was answered, and gives objects and the state to keep.
//!
//! One invariant: **whoever answers decides neither whom is asked nor for how long.** Only the origin that the operator named is
//! ever asked, whatever an API root, a cursor or a redirect says; each run ends; and what was given once is passed over when it
//! is given again. The place from which a later run goes on moves only with the objects that it stands behind.
//!
//! ```text
//! Settings + places kept --Pull--> Step::Ask(Request) --the caller's line--> Answer | a line that broke --Pull--> Step
//! Step::Page { pieces, place }: keep both together, then go on        Step::Wait, Note, Failed, Done
//! ```

mod answer;
mod fault;
mod offer;
mod page;
mod place;
mod pull;
mod reading;
mod tries;
mod url;

pub use answer::{Answer, MAX_ANSWER_BYTES};
pub use fault::{Fault, Note};
pub use offer::Offered;
pub use page::{MAX_PAGE_PIECES, Piece};
pub use place::Place;
pub use pull::{Page, Pull, Request, Settings, Step};
pub use reading::{MAX_ASKED_OBJECTS, MAX_PAGES};
pub use tries::{MAX_TRIES, MAX_WAIT_MS};
pub use url::{NotAnAddress, Origin, Url};

/// The type that is asked for. One without its version would do by the standard, and a known server refuses it.
pub const ACCEPT: &str = crate::media::MEDIA_TYPE;

/// Characters of foreign text that a fault or a note repeats.
const TOLD_CHARACTERS: usize = crate::limits::EXCERPT_CHARACTERS;

/// Characters of what a line says when it breaks: a digest and a sentence around it.
const LINE_CHARACTERS: usize = 300;

/// Foreign text on one line, cut short, with nothing in it that a terminal acts upon.
fn told(text: &str) -> String {
    told_within(text, TOLD_CHARACTERS)
}

fn told_within(text: &str, most: usize) -> String {
    let mut out = String::new();
    for character in text.chars().take(most) {
        // What is printable but for quotation marks, which are printable too.
        if matches!(character, '\'' | '"') { out.push(character) } else { out.extend(character.escape_debug()) }
    }
    if text.chars().nth(most).is_some() {
        out.push('…');
    }
    out
}
