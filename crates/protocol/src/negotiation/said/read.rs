//! From JSON. Whatever is not exactly as it is written is refused.

use std::collections::BTreeMap;
use std::str::FromStr;

use record::digest::{MessageDigest, PartyId};
use record::json::{Json, Map};
use record::language::TaggedText;
use record::time::Timestamp;
use text::invisible_characters;

use super::{Act, FORMAT, MAX_REASON_CHARACTERS, MAX_SEEN, Said, SaidError};
use crate::negotiation::reproduced::Reproduced;

/// Characters of an unknown name that a refusal repeats.
const EXCERPT_CHARACTERS: usize = 64;

/// What every message has.
const COMMON: [&str; 7] = ["format", "kind", "thread", "sequence", "previous", "time", "seen"];

impl Said {
    /// Reads a message's content.
    ///
    /// # Errors
    /// [`SaidError`] for a member that is missing, unknown or not as it must be. The text of an agreement is not looked at.
    pub fn from_map(content: &Map) -> Result<Self, SaidError> {
        let fields = Fields(content);
        if fields.text("format")? != FORMAT {
            return Err(form("format", "is not one that is read here"));
        }
        let act = act(&fields)?;
        let said = Self {
            thread: fields.optional("thread")?,
            sequence: fields.count("sequence")?,
            previous: fields.optional("previous")?,
            time: time(&fields)?,
            seen: seen(fields.object("seen")?)?,
            act,
        };
        said.check_place()?;
        Ok(said)
    }

    /// An offer stands at the beginning of its thread, and every message but the first names the one before it.
    fn check_place(&self) -> Result<(), SaidError> {
        let is_offer = matches!(self.act, Act::Offer { .. });
        if is_offer != self.thread.is_none() {
            return Err(form("thread", "should stand in every message but the offer"));
        }
        if (self.sequence == 0) != self.previous.is_none() {
            return Err(form("previous", "should be there exactly if `sequence` is not 0"));
        }
        if is_offer && self.sequence != 0 {
            return Err(form("sequence", "of an offer should be 0"));
        }
        Ok(())
    }
}

fn act(fields: &Fields<'_>) -> Result<Act, SaidError> {
    let kind = fields.text("kind")?;
    fields.only(match kind {
        "counter" | "accept" => &["agreement", "answers"],
        "verify" => &["agreement", "examples", "outcomes"],
        "suspend" | "terminate" => &["agreement", "reason"],
        _ => &["agreement"],
    })?;
    Ok(match kind {
        "offer" => Act::Offer { agreement: fields.object("agreement")?.clone() },
        "counter" => {
            Act::Counter { agreement: fields.object("agreement")?.clone(), answers: fields.parsed("answers")? }
        }
        "accept" => Act::Accept { agreement: fields.parsed("agreement")?, answers: fields.parsed("answers")? },
        "verify" => Act::Verify { agreement: fields.parsed("agreement")?, examples: examples(fields)? },
        "sign" => Act::Sign { agreement: fields.parsed("agreement")? },
        "suspend" => Act::Suspend { agreement: fields.parsed("agreement")?, reason: reason(fields)? },
        "resume" => Act::Resume { agreement: fields.parsed("agreement")? },
        "withdraw" => Act::Withdraw { agreement: fields.parsed("agreement")? },
        "terminate" => {
            let reason = reason(fields)?.ok_or_else(|| form("reason", "is missing"))?;
            Act::Terminate { agreement: fields.parsed("agreement")?, reason }
        }
        _ => return Err(form("kind", "is not one of a negotiation")),
    })
}

fn examples(fields: &Fields<'_>) -> Result<Reproduced, SaidError> {
    let count = u32::try_from(fields.count("examples")?).map_err(|_| form("examples", "is too large"))?;
    Ok(Reproduced { count, outcomes: fields.parsed("outcomes")? })
}

/// One spelling only, or one instant could be said in two ways.
fn time(fields: &Fields<'_>) -> Result<Timestamp, SaidError> {
    let time: Timestamp = fields.parsed("time")?;
    if time.to_string() == fields.text("time")? {
        Ok(time)
    } else {
        Err(form("time", "should have six digits of fraction, as in 2026-07-01T03:10:00.000000Z"))
    }
}

fn seen(members: &Map) -> Result<BTreeMap<PartyId, MessageDigest>, SaidError> {
    if members.len() > MAX_SEEN {
        return Err(form("seen", "names more parties than an agreement has"));
    }
    members
        .iter()
        .map(|(party, digest)| Some((party.parse().ok()?, digest.as_str()?.parse().ok()?)))
        .collect::<Option<_>>()
        .ok_or_else(|| form("seen", "should hold one digest of a message for each party"))
}

fn reason(fields: &Fields<'_>) -> Result<Option<TaggedText>, SaidError> {
    let Some(value) = fields.0.get("reason") else { return Ok(None) };
    let text = TaggedText::from_json(value)?;
    for (language, words) in text.iter() {
        if words.chars().count() > MAX_REASON_CHARACTERS {
            return Err(SaidError::TooLong { language: language.clone() });
        }
        if let Some(found) = invisible_characters(words).next() {
            return Err(SaidError::Invisible { language: language.clone(), character: found.character });
        }
    }
    Ok(Some(text))
}

pub(super) const fn form(field: &'static str, reason: &'static str) -> SaidError {
    SaidError::Form { field, reason }
}

/// The members of the content, asked for by name.
struct Fields<'m>(&'m Map);

impl<'m> Fields<'m> {
    /// Refuses a member that is neither common nor one of these.
    fn only(&self, own: &[&str]) -> Result<(), SaidError> {
        let unknown = self.0.names().find(|name| !COMMON.contains(name) && !own.contains(name));
        unknown
            .map_or(Ok(()), |name| Err(SaidError::Unknown { field: name.chars().take(EXCERPT_CHARACTERS).collect() }))
    }

    fn get(&self, field: &'static str) -> Result<&'m Json, SaidError> {
        self.0.get(field).ok_or_else(|| form(field, "is missing"))
    }

    fn text(&self, field: &'static str) -> Result<&'m str, SaidError> {
        self.get(field)?.as_str().ok_or_else(|| form(field, "should be a string"))
    }

    fn object(&self, field: &'static str) -> Result<&'m Map, SaidError> {
        self.get(field)?.as_object().ok_or_else(|| form(field, "should be an object"))
    }

    fn count(&self, field: &'static str) -> Result<u64, SaidError> {
        let count = self.get(field)?.as_integer().and_then(|count| u64::try_from(count).ok());
        count.ok_or_else(|| form(field, "should be a whole number from 0"))
    }

    fn parsed<T: FromStr>(&self, field: &'static str) -> Result<T, SaidError> {
        self.text(field)?.parse().map_err(|_| form(field, "is not of its form"))
    }

    fn optional<T: FromStr>(&self, field: &'static str) -> Result<Option<T>, SaidError> {
        self.0.contains(field).then(|| self.parsed(field)).transpose()
    }
}
