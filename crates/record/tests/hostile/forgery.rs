//! Records that our own code would never sign, by an author who can sign anything.

use std::fmt;

use record::base64url::encode;
use record::digest::DisclosureDigest;
use record::jws::{Header, MediaType};
use record::sd_jwt::padded;
use record::suite::PrivateKey;

use crate::records::stage::Party;

/// A record in the making: texts that need not even be JSON.
#[derive(Clone)]
pub(crate) struct Forgery {
    object: Vec<String>,
    aside: Vec<String>,
    pub(crate) disclosures: Vec<String>,
}

/// A claim of the payload and its value as JSON text.
pub(crate) type Claim<'c> = (&'c str, String);

impl Forgery {
    /// A sound record: the STIX core and version 1.
    pub(crate) fn new() -> Self {
        Self::bare()
            .object("type", r#""incident""#)
            .object("id", r#""incident--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0""#)
            .object("created", r#""2026-07-01T03:10:00Z""#)
            .object("modified", r#""2026-07-01T03:10:00Z""#)
            .aside("version", "1")
    }

    /// Nothing at all.
    pub(crate) const fn bare() -> Self {
        Self { object: Vec::new(), aside: Vec::new(), disclosures: Vec::new() }
    }

    /// A further property of the object, its value as JSON text.
    pub(crate) fn object(mut self, name: &str, value: &str) -> Self {
        let digest = self.property(name, value);
        self.object.push(digest);
        self
    }

    /// A further claim beside the object.
    pub(crate) fn aside(mut self, name: &str, value: &str) -> Self {
        let digest = self.property(name, value);
        self.aside.push(digest);
        self
    }

    /// A digest in the object's `_sd`, of whatever.
    pub(crate) fn object_digest(mut self, digest: impl Into<String>) -> Self {
        self.object.push(digest.into());
        self
    }

    /// A digest beside the object.
    pub(crate) fn aside_digest(mut self, digest: impl Into<String>) -> Self {
        self.aside.push(digest.into());
        self
    }

    /// The disclosure of a property, whose digest is returned.
    pub(crate) fn property(&mut self, name: &str, value: &str) -> String {
        let salt = self.salt();
        self.disclose(format!(r#"["{salt}","{name}",{value}]"#))
    }

    /// The disclosure of an element.
    pub(crate) fn element(&mut self, value: &str) -> String {
        let salt = self.salt();
        self.disclose(format!(r#"["{salt}",{value}]"#))
    }

    /// Any octets as a disclosure.
    pub(crate) fn disclose(&mut self, octets: impl AsRef<[u8]>) -> String {
        let text = encode(octets.as_ref());
        let digest = digest_of(&text);
        self.disclosures.push(text);
        digest
    }

    /// A disclosure that the object's `_sd` holds, whatever its octets are.
    pub(crate) fn with_disclosure(mut self, octets: impl AsRef<[u8]>) -> Self {
        let digest = self.disclose(octets);
        self.object_digest(digest)
    }

    fn salt(&self) -> String {
        format!("{:022}", self.disclosures.len())
    }

    /// The payload of a party, with some claims replaced, added, or (by an empty text) left out.
    pub(crate) fn payload(&self, party: &Party, claims: &[Claim<'_>]) -> String {
        let own = [
            ("_sd_alg", r#""sha-256""#.to_owned()),
            ("aside", sd_among("aside", &self.aside)),
            ("iss", format!("\"{}\"", party.id())),
            ("key_record", format!("\"{}\"", party.first.digest())),
            ("object", sd(&self.object)),
        ];
        let added = claims.iter().filter(|(name, _)| own.iter().all(|(known, _)| known != name)).cloned();
        let replaced = own.iter().map(|(name, value)| {
            let claim = claims.iter().find(|(changed, _)| changed == name);
            (*name, claim.map_or(value, |(_, value)| value).clone())
        });
        let all: Vec<_> = replaced.chain(added).filter(|(_, value)| !value.is_empty()).collect();
        let members: Vec<_> = all.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        format!("{{{}}}", members.join(","))
    }

    /// The signed text.
    pub(crate) fn sign(&self, party: &Party) -> String {
        self.sign_with(party, &[])
    }

    /// The signed text with other claims.
    pub(crate) fn sign_with(&self, party: &Party, claims: &[Claim<'_>]) -> String {
        sign(party, self.payload(party, claims).as_bytes(), &self.disclosures)
    }
}

impl fmt::Debug for Forgery {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Forgery({} disclosures)", self.disclosures.len())
    }
}

/// The digest that stands for a disclosure's text.
pub(crate) fn digest_of(disclosure: &str) -> String {
    DisclosureDigest::of(disclosure).to_string()
}

/// So many decoys.
pub(crate) fn decoys(count: usize) -> Vec<String> {
    (0..count).map(|number| digest_of(&format!("decoy {number}"))).collect()
}

/// Digests as `_sd`: sorted, and padded to the next step.
pub(crate) fn sd(digests: &[String]) -> String {
    sd_among("", digests)
}

/// Decoys differ from place to place, as digests must.
fn sd_among(place: &str, digests: &[String]) -> String {
    let total = padded(digests.len()).unwrap_or(digests.len());
    let name = digests.first().map_or(place, String::as_str);
    let decoys = (digests.len()..total).map(|number| digest_of(&format!("decoy {number} of {name}")));
    let mut all: Vec<_> = digests.iter().cloned().chain(decoys).collect();
    all.sort_unstable();
    sd_as_is(&all)
}

/// Digests as `_sd`, just as they are.
pub(crate) fn sd_as_is(digests: &[String]) -> String {
    let quoted: Vec<_> = digests.iter().map(|digest| format!("\"{digest}\"")).collect();
    format!(r#"{{"_sd":[{}]}}"#, quoted.join(","))
}

/// Digests as an array of elements, padded to the next step.
pub(crate) fn slots(digests: &[String]) -> String {
    let total = padded(digests.len()).unwrap_or(digests.len());
    let decoys = (digests.len()..total).map(|number| digest_of(&format!("slot {number} of {}", digests.concat())));
    slots_as_is(&digests.iter().cloned().chain(decoys).collect::<Vec<_>>())
}

/// Digests as an array of elements, just as they are.
pub(crate) fn slots_as_is(digests: &[String]) -> String {
    let elements: Vec<_> = digests.iter().map(|digest| format!(r#"{{"...":"{digest}"}}"#)).collect();
    format!("[{}]", elements.join(","))
}

/// A payload under the signatures that the party's key record requires, in the form with disclosures.
pub(crate) fn sign(party: &Party, payload: &[u8], disclosures: &[String]) -> String {
    let payload = encode(payload);
    let signatures: Vec<_> = party.record_keys().into_iter().map(|key| Signature::by(key, &payload)).collect();
    envelope(&payload, &signatures, disclosures)
}

/// One signature of an envelope, in base64url.
#[derive(Debug, Clone)]
pub(crate) struct Signature {
    pub(crate) protected: String,
    pub(crate) signature: String,
}

impl Signature {
    /// A good signature over a payload in base64url.
    pub(crate) fn by(key: &PrivateKey, payload: &str) -> Self {
        let header = Header::new(key.public().suite(), key.public().id(), MediaType::Record);
        Self::under(header.octets(), key, payload)
    }

    /// A signature under any header.
    pub(crate) fn under(header: &[u8], key: &PrivateKey, payload: &str) -> Self {
        let protected = encode(header);
        let signature = encode(&key.sign(format!("{protected}.{payload}").as_bytes()).unwrap());
        Self { protected, signature }
    }

    /// The signature of a compact form.
    pub(crate) fn compact(&self, payload: &str, disclosures: &[String]) -> String {
        let disclosures: String = disclosures.iter().map(|one| format!("{one}~")).collect();
        format!("{}.{payload}.{}~{disclosures}", self.protected, self.signature)
    }
}

/// Flattened for one signature, general for more.
pub(crate) fn envelope(payload: &str, signatures: &[Signature], disclosures: &[String]) -> String {
    let quoted: Vec<_> = disclosures.iter().map(|text| format!("\"{text}\"")).collect();
    let header = format!(r#""header":{{"disclosures":[{}]}},"#, quoted.join(","));
    let parts = |one: &Signature| format!(r#""protected":"{}","signature":"{}""#, one.protected, one.signature);
    match signatures {
        [only] => format!(r#"{{{header}"payload":"{payload}",{}}}"#, parts(only)),
        several => {
            let all = several.iter().enumerate();
            let all: Vec<_> = all
                .map(|(place, one)| format!("{{{}{}}}", if place == 0 { &*header } else { "" }, parts(one)))
                .collect();
            format!(r#"{{"payload":"{payload}","signatures":[{}]}}"#, all.join(","))
        }
    }
}
