//! What a POST brings, object by object.

use record::json::{self, Json, Map};
use record::stix::StixId;
use record::time::{LexicalTime, Timestamp};

use crate::collection::StatusId;
use crate::envelope::split;
use crate::limits::MAX_OBJECT_BYTES;
use crate::refusal::{Refusal, excerpt};
use crate::status::{Detail, Outcome, Status};

/// The objects of one envelope, apart.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Submission<'a> {
    /// Those that can be named, in their order.
    pub objects: Vec<Offered<'a>>,
    /// Those that cannot, which spoil no other.
    pub unreadable: Vec<Unreadable>,
}

/// An object that is offered: JSON under the record's profile, with a STIX id and a version. Whether it is more is for
/// whoever makes a record of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Offered<'a> {
    /// Where it stands in the envelope, from 0.
    pub place: usize,
    /// Its text, octet for octet.
    pub text: &'a str,
    /// Its id.
    pub id: StixId,
    /// `modified`, otherwise `created`. None if it has neither: its version is then when it was added (section 3.4.1).
    pub version: Option<LexicalTime>,
}

/// Something in an envelope that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unreadable {
    /// Where it stands in the envelope, from 0.
    pub place: usize,
    /// What it calls itself, if it says that.
    pub id: Option<String>,
    /// What is wrong with it.
    pub reason: String,
}

impl<'a> Submission<'a> {
    /// Takes an envelope apart.
    ///
    /// # Errors
    /// [`Refusal`] if the envelope itself cannot be read, is empty, or holds too much.
    pub fn read(body: &'a [u8]) -> Result<Self, Refusal> {
        let mut submission = Self { objects: Vec::new(), unreadable: Vec::new() };
        for (place, text) in split(body)?.into_iter().enumerate() {
            match Offered::read(place, text) {
                Ok(offered) => submission.objects.push(offered),
                Err(unreadable) => submission.unreadable.push(unreadable),
            }
        }
        Ok(submission)
    }

    /// The status, once it is known of each object what became of it.
    pub fn settle(
        &self,
        id: StatusId,
        received: Timestamp,
        mut outcome: impl FnMut(&Offered<'_>) -> Outcome,
    ) -> Status {
        let mut status = Status::new(id, received);
        for offered in &self.objects {
            let version = offered.version.as_ref().map_or_else(|| received.to_string(), |time| time.text().to_owned());
            let detail = Detail::new(offered.id.to_string(), version);
            status.add(detail, outcome(offered));
        }
        for unreadable in &self.unreadable {
            let id = unreadable.id.clone().unwrap_or_else(|| format!("objects[{}]", unreadable.place));
            status.add(Detail::new(id, received.to_string()), Outcome::Failure(unreadable.reason.clone()));
        }
        status
    }
}

impl<'a> Offered<'a> {
    fn read(place: usize, octets: &'a [u8]) -> Result<Self, Unreadable> {
        let unreadable = |id, reason| Unreadable { place, id, reason };
        let (text, members) = object(octets).map_err(|reason| unreadable(None, reason))?;
        let claimed = members.text("id").map(excerpt);
        let (id, version) = named(&members).map_err(|reason| unreadable(claimed, reason))?;
        Ok(Self { place, text, id, version })
    }
}

fn object(octets: &[u8]) -> Result<(&str, Map), String> {
    let value = json::parse_within(octets, MAX_OBJECT_BYTES).map_err(|error| error.to_string())?;
    // What was parsed is UTF-8.
    let text = std::str::from_utf8(octets).map_err(|error| error.to_string())?;
    match value {
        Json::Object(members) => Ok((text, members)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => {
            Err(format!("an object should stand here, and {} does", value.form()))
        }
    }
}

fn named(members: &Map) -> Result<(StixId, Option<LexicalTime>), String> {
    let id: StixId = members.text("id").ok_or("it has no `id`")?.parse().map_err(|error| format!("{error}"))?;
    if members.text("type") != Some(id.object_type()) {
        return Err("its `type` is not that of its `id`".to_owned());
    }
    let version = ["modified", "created"].into_iter().find_map(|name| members.get(name));
    let time = |value: &Json| value.as_str().ok_or("its version is no text".to_owned()).and_then(instant);
    Ok((id, version.map(time).transpose()?))
}

fn instant(text: &str) -> Result<LexicalTime, String> {
    text.parse().map_err(|error| format!("its version: {error}"))
}
