//! Reports from outside, as the running node takes them: laid aside unread, and answered with what is sealed already.
//!
//! Whoever hands one in is not asked who he is. The node opens nothing here: it has no need of the keys.

use web::{Handed, Shown};

use super::desk::{TOO_MANY, ok};
use crate::home::Home;
use crate::intake::Intake;
use crate::outcome::Exit;

/// There is no such page.
const NOT_FOUND: u16 = 404;

/// What came is no sealed report.
const UNPROCESSABLE: u16 = 422;

/// Lays a sealed report aside.
pub(super) fn take(home: &Home, octets: &[u8]) -> Handed {
    let Ok(intake) = Intake::open(home) else {
        return Handed::Refused(NOT_FOUND, "this node takes in no reports\n".to_owned());
    };
    let sealed = std::str::from_utf8(octets).ok().and_then(|text| record::base64url::decode(text.trim()).ok());
    let Some(sealed) = sealed else {
        return Handed::Refused(
            UNPROCESSABLE,
            "this is no sealed report; make one with: detente report submit\n".to_owned(),
        );
    };
    match intake.lay_aside(&sealed) {
        Ok(()) => ok("laid aside"),
        Err(failure) if failure.exit == Exit::Refused => Handed::Refused(TOO_MANY, format!("{failure}\n")),
        Err(failure) if failure.exit == Exit::Input => Handed::Refused(UNPROCESSABLE, format!("{failure}\n")),
        Err(failure) => Handed::Unavailable(failure.message),
    }
}

/// The sealed answers under a tag.
pub(super) fn answers(home: &Home, tag: &str) -> Shown {
    // A tag is a digest and nothing else, so no path can be made of it.
    let is_tag = record::base64url::decode_exactly::<32>(tag).is_ok();
    let Some(intake) = is_tag.then(|| Intake::open(home).ok()).flatten() else { return Shown::NotThere };
    match std::fs::read(intake.answers_path(tag)) {
        Ok(octets) => Shown::Octets(octets),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Shown::NotThere,
        Err(error) => Shown::Unavailable(error.to_string()),
    }
}
