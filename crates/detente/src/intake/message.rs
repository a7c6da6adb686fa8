//! What is sealed: a reporter's message, and the desk's answers. Both are bundles with one kind of file each.

use bundle::{Cover, Limits, PrivateBundleKey, Reader, Writer};
use record::digest::PartyId;
use record::entropy::SystemEntropy;
use record::json::{self, Json, Map};
use record::key_record::BundleKey;
use record::time::Timestamp;
use record::words;

use super::{Code, MAX_ANSWERS, MAX_ANSWERS_BYTES, MAX_SEALED_BYTES, MAX_TEXT_BYTES};
use crate::clock;
use crate::node_keys::BUNDLE_SUITE;
use crate::outcome::{Done, Failure};

const FORMAT: &str = "detente/report/v1";

const FILE: &str = "report/message.json";

/// Nobody: a reporter has no party id, and none is made up for one.
const NOBODY: PartyId = PartyId::from_octets([0; 32]);

/// A day in microseconds: covers say the day alone, since an hour can tell who was at a desk.
const DAY_MICROS: i64 = 86_400_000_000;

words! {
    /// What a message is.
    MessageKind, "message" {
        /// More about an earlier report.
        FollowUp = "follow-up",
        /// A report.
        Report = "report",
    }
}

/// What a reporter says.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) kind: MessageKind,
    pub(crate) locator: [u8; 32],
    pub(crate) tag: String,
    /// The key that answers are sealed for.
    pub(crate) key: BundleKey,
    pub(crate) text: String,
}

/// What the desk says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The day on which it was written, as `2026-07-01`.
    pub(crate) day: String,
    pub(crate) text: String,
}

/// Today, without the hour.
fn today() -> Timestamp {
    let now = clock::now().micros();
    Timestamp::from_micros(now.saturating_sub(now.rem_euclid(DAY_MICROS)))
}

/// Today as text.
pub(super) fn day() -> String {
    today().to_string().get(..10).unwrap_or_default().to_owned()
}

/// The day that lies so many days before today, as text.
pub(crate) fn days_before(days: u32) -> String {
    let before = today().micros().saturating_sub(i64::from(days).saturating_mul(DAY_MICROS));
    Timestamp::from_micros(before).to_string().get(..10).unwrap_or_default().to_owned()
}

/// Refuses a text that is too long or empty.
pub(crate) fn check_text(text: &str) -> Done {
    match text.trim() {
        "" => Err(Failure::input("the text is empty").advise("write what happened, in any language")),
        _ if text.len() > MAX_TEXT_BYTES => {
            Err(Failure::input(format!("the text is longer than {MAX_TEXT_BYTES} octets"))
                .advise("shorten it, and name where the rest lies"))
        }
        _ => Ok(()),
    }
}

/// Seals what a reporter says for a desk's bundle key.
pub(crate) fn seal_message(kind: MessageKind, code: &Code, text: &str, to: PartyId, key: &BundleKey) -> Done<Vec<u8>> {
    check_text(text)?;
    let own = code.key()?;
    let message = Map::new()
        .with("format", FORMAT)
        .with("kind", kind.name())
        .with("locator", record::base64url::encode(&code.locator()))
        .with("tag", code.tag())
        .with("key", record::base64url::encode(own.public().octets()))
        .with("text", text);
    seal(to, key, &[(FILE.to_owned(), message)])
}

fn seal(to: PartyId, key: &BundleKey, files: &[(String, Map)]) -> Done<Vec<u8>> {
    let cover = Cover::new(NOBODY, to, today(), 0);
    let mut writer = Writer::new(Vec::new(), &cover, key, &mut SystemEntropy::new()).map_err(Failure::environment)?;
    for (path, content) in files {
        let path = path.parse().map_err(Failure::environment)?;
        writer.add(path, content.to_text().into_bytes()).map_err(Failure::environment)?;
    }
    writer.finish().map_err(Failure::environment)
}

/// Every file of a sealed text, opened.
fn open(sealed: &[u8], to: PartyId, keys: &[PrivateBundleKey], max: u64) -> Result<Vec<(String, Map)>, String> {
    let limits = Limits::new(max, MAX_ANSWERS);
    let mut reader = Reader::open(sealed, to, keys, limits).map_err(|error| error.to_string())?;
    let mut files = Vec::new();
    for package in reader.by_ref() {
        for file in package.map_err(|error| error.to_string())?.files {
            let Json::Object(map) = json::parse(&file.octets).map_err(|error| error.to_string())? else {
                return Err("it holds no object".to_owned());
            };
            files.push((file.path.as_str().to_owned(), map));
        }
    }
    Ok(files)
}

impl Message {
    /// Opens what came to a desk. Nothing of it is believed: anybody can seal anything.
    pub(crate) fn open(sealed: &[u8], own: PartyId, keys: &[PrivateBundleKey]) -> Result<Self, String> {
        let files = open(sealed, own, keys, MAX_SEALED_BYTES)?;
        let [(path, map)] = files.as_slice() else { return Err("it holds more or less than one message".to_owned()) };
        if path != FILE || map.text("format") != Some(FORMAT) {
            return Err(format!("it is no {FORMAT}"));
        }
        Self::read(map).ok_or_else(|| "a part of the message is missing or has another form".to_owned())
    }

    fn read(map: &Map) -> Option<Self> {
        let text = map.text("text").filter(|text| text.len() <= MAX_TEXT_BYTES && !text.trim().is_empty())?;
        let tag = map.text("tag")?;
        let _octets: [u8; 32] = record::base64url::decode_exactly(tag).ok()?;
        Some(Self {
            kind: map.text("kind")?.parse().ok()?,
            locator: record::base64url::decode_exactly(map.text("locator")?).ok()?,
            tag: tag.to_owned(),
            key: key(map.text("key")?)?,
            text: text.to_owned(),
        })
    }
}

/// A reporter's key by its octets in base64url.
pub(super) fn key(text: &str) -> Option<BundleKey> {
    BundleKey::from_octets(BUNDLE_SUITE, &record::base64url::decode(text).ok()?).ok()
}

/// Seals every answer of a thread for its reporter: what is fetched is always the whole of it.
pub(crate) fn seal_answers(key: &BundleKey, answers: &[Answer]) -> Done<Vec<u8>> {
    let files = answers.iter().enumerate().map(|(at, answer)| (format!("answer/{at:04}.json"), answer.to_map()));
    seal(NOBODY, key, &files.collect::<Vec<_>>())
}

/// Opens the answers of a thread with its code.
pub(crate) fn open_answers(sealed: &[u8], code: &Code) -> Done<Vec<Answer>> {
    let files = open(sealed, NOBODY, &[code.key()?], MAX_ANSWERS_BYTES).map_err(|error| {
        Failure::refused(format!("these are no answers under this code: {error}"))
            .advise("fetch the file that bears the tag which `report status CODE` names")
    })?;
    Ok(read_answers(&files.iter().map(|(_, map)| map).collect::<Vec<_>>()))
}

/// Answers as they stand in objects; what is none is passed over.
pub(crate) fn read_answers(maps: &[&Map]) -> Vec<Answer> {
    let read = |map: &Map| Some(Answer { day: map.text("day")?.to_owned(), text: map.text("text")?.to_owned() });
    maps.iter().filter_map(|map| read(map)).collect()
}

impl Answer {
    pub(crate) fn new(text: &str) -> Self {
        Self { day: day(), text: text.to_owned() }
    }

    pub(crate) fn to_map(&self) -> Map {
        Map::new().with("day", self.day.as_str()).with("text", self.text.as_str())
    }
}
