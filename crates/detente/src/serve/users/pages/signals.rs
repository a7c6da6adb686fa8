//! Misuse signals: what is looked for, whose each is and who saw it; and what is found in content that somebody pastes.
//!
//! A signal is there for an account if all of the record that holds it is; a sighting, a withdrawal and a countermeasure besides only
//! if its own record is. So nothing that is counted, ordered or found on these pages tells of a record that the account may not see.

mod bank;
mod decided;
mod forms;
mod judged;
mod list;
mod look;
mod new;
mod one;
mod pasted;
mod place;
mod released;
mod seen;
mod standing;
mod target;
mod waiting;
mod words;

pub(super) use self::decided::page as decided;
pub(super) use self::list::page as list;
pub(super) use self::look::page as scan;
pub(super) use self::new::page as new;
pub(super) use self::one::page as one;
pub(super) use self::waiting::for_a_person;

use matching::bank::SignalName;
use record::digest::RecordDigest;

/// The page's own path.
const PATH: &str = "/signals";

/// The page of a signal, as it stands in a record.
fn path(record: RecordDigest, name: &SignalName) -> String {
    format!("{PATH}/{record}/{}", name.id)
}
