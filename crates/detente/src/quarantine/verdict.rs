//! What the checker says of an object, before anybody believes it.

use interop::stix::{Finding, Level, check, read};
use record::json::{Json, Map, parse_within};
use taxii::limits::MAX_OBJECT_BYTES;

/// Reasons that are kept with an object. Whoever sends it hears of the others when these are mended.
const MAX_REASONS: usize = 16;

/// Octets of one reason. A pointer into a hostile object may be as long as the object; without it the sentence still says what is
/// wrong.
const MAX_REASON_BYTES: usize = 4 * 1024;

/// What became of the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It breaks no rule of STIX 2.1.
    Sound,
    /// It breaks some.
    Findings,
    /// It cannot be read.
    Unreadable,
}

impl Verdict {
    pub(crate) const ALL: [Self; 3] = [Self::Sound, Self::Findings, Self::Unreadable];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Sound => "sound",
            Self::Findings => "findings",
            Self::Unreadable => "unreadable",
        }
    }

    pub(super) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.word() == word)
    }
}

/// An object with its verdict.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) verdict: Verdict,
    /// Why it is not sound, or what the standard advises.
    pub(crate) reasons: Vec<Json>,
    /// The object, if it is sound.
    pub(crate) object: Option<Map>,
}

/// Checks the octets of one object.
pub(crate) fn judge(octets: &[u8]) -> Judged {
    if octets.len() > MAX_OBJECT_BYTES {
        return unreadable(vec![too_large(octets.len())]);
    }
    match parse_within(octets, MAX_OBJECT_BYTES) {
        Ok(Json::Object(members)) => match check(members) {
            Ok(object) => {
                let reasons = object.advice().iter().map(reason);
                Judged {
                    verdict: Verdict::Sound,
                    reasons: reasons.take(MAX_REASONS).collect(),
                    object: Some(object.into_map()),
                }
            }
            Err(held) => {
                let faults = held.findings().iter().filter(|finding| finding.level() == Level::Must);
                let reasons = faults.map(reason).take(MAX_REASONS).collect();
                Judged { verdict: Verdict::Findings, reasons, object: None }
            }
        },
        Ok(_) => unreadable(vec![words("it is no JSON object", "它不是 JSON 对象")]),
        Err(_) => {
            let report = read(octets);
            let reasons = report.lines().map(|line| reason(line.finding));
            unreadable(reasons.take(MAX_REASONS).collect())
        }
    }
}

fn reason(finding: &Finding) -> Json {
    let mut map = finding.to_json();
    if map.to_text().len() > MAX_REASON_BYTES {
        let _pointer = map.remove("pointer");
    }
    Json::from(map)
}

fn unreadable(reasons: Vec<Json>) -> Judged {
    Judged { verdict: Verdict::Unreadable, reasons, object: None }
}

fn too_large(octets: usize) -> Json {
    words(
        &format!("it has {octets} octets, and a record may have {MAX_OBJECT_BYTES}; its octets are not kept"),
        &format!("它有 {octets} 个字节，而一条记录最多 {MAX_OBJECT_BYTES} 个；未保留其字节"),
    )
}

fn words(english: &str, chinese: &str) -> Json {
    Json::from(
        Map::new().with("level", "must").with("code", "json").with("message", english).with("message_zh", chinese),
    )
}
