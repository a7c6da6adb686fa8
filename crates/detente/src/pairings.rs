//! Pairings that wait for a person to compare the code: the other side's profile, under the code that both read out.

use std::path::PathBuf;

use protocol::pairing::{CODE_DIGITS, OPEN_MS};
use record::json::{self, Json, Map};
use record::time::Timestamp;

use crate::clock;
use crate::home::{Home, Readers, read_input, replace};
use crate::outcome::{Done, Failure};

/// Folder of what waits.
const PAIRINGS: &str = "pairings";
/// The file that says until when strangers may begin to pair.
const OPEN: &str = "open-until";

/// Most pairings that wait at once: whoever knocks again and again must not fill the disk.
const MAX_WAITING: usize = 16;

/// A pairing that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// Its digits, without spaces.
    pub(crate) code: String,
    pub(crate) profile: String,
    pub(crate) address: Option<String>,
    time: Timestamp,
}

fn folder(home: &Home) -> Done<PathBuf> {
    let folder = home.dir().join(PAIRINGS);
    std::fs::create_dir_all(&folder)
        .map_err(|error| Failure::environment(format!("cannot make `{}`: {error}", folder.display())))?;
    Ok(folder)
}

/// Lets strangers begin to pair for [`OPEN_MS`].
pub(crate) fn open(home: &Home) -> Done<Timestamp> {
    let until = clock::now().micros().saturating_add(i64::try_from(OPEN_MS).unwrap_or(0).saturating_mul(1_000));
    let until = Timestamp::from_micros(until);
    replace(&folder(home)?.join(OPEN), &until.to_string(), Readers::All)?;
    Ok(until)
}

/// Whether strangers may begin to pair now.
pub(crate) fn is_open(home: &Home) -> bool {
    let text = std::fs::read_to_string(home.dir().join(PAIRINGS).join(OPEN)).unwrap_or_default();
    text.trim().parse::<Timestamp>().is_ok_and(|until| clock::now() < until)
}

/// Digits alone, as a code is stored and compared.
pub(crate) fn digits(code: &str) -> Done<String> {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    if digits.len() == CODE_DIGITS {
        return Ok(digits);
    }
    Err(Failure::input(format!("a code has {CODE_DIGITS} digits, and this has {}", digits.len()))
        .advise("type all five groups of four, as `detente peer list` shows them"))
}

/// Keeps a pairing until a person has compared its code.
pub(crate) fn keep(home: &Home, code: &str, profile: &str, address: Option<&str>) -> Done {
    if list(home)?.len() >= MAX_WAITING {
        return Err(Failure::refused(format!("{MAX_WAITING} pairings wait already")).advise("wait ten minutes"));
    }
    let map = Map::new()
        .with("profile", profile)
        .with("address", address.map_or(Json::Null, Json::text))
        .with("time", clock::now().to_string());
    let path = folder(home)?.join(format!("{}.json", digits(code)?));
    replace(&path, &Json::from(map).to_text(), Readers::Owner)
}

/// What waits and is not too old.
pub(crate) fn list(home: &Home) -> Done<Vec<Waiting>> {
    let mut waiting = Vec::new();
    for entry in std::fs::read_dir(folder(home)?).map_err(Failure::environment)? {
        let path = entry.map_err(Failure::environment)?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let code = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        let Ok(Json::Object(map)) = json::parse(&read_input(&path)?) else { continue };
        let Some(time) = map.text("time").and_then(|time| time.parse::<Timestamp>().ok()) else { continue };
        if protocol::exchange::timing::elapsed_ms(time, clock::now()) > OPEN_MS {
            let _gone = std::fs::remove_file(&path);
            continue;
        }
        let address = map.text("address").map(str::to_owned);
        waiting.push(Waiting { code, profile: map.text("profile").unwrap_or_default().to_owned(), address, time });
    }
    waiting.sort_by_key(|one| one.time);
    Ok(waiting)
}

/// The pairing with a code.
pub(crate) fn find(home: &Home, code: &str) -> Done<Waiting> {
    let digits = digits(code)?;
    let found = list(home)?.into_iter().find(|one| one.code == digits);
    found.ok_or_else(|| {
        Failure::refused("no pairing with this code waits here")
            .advise("if the other side reads other digits than you, somebody sits between you: do not go on")
    })
}

/// Forgets a pairing, once all that follows from it is done.
pub(crate) fn forget(home: &Home, waiting: &Waiting) -> Done {
    crate::home::remove(&folder(home)?.join(format!("{}.json", waiting.code)))
}

/// A code in groups of four.
pub(crate) fn grouped(code: &str) -> String {
    code.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}
