//! What an event gives to search for: signals, and no facts of an incident.

use record::json::{Json, Map};
use uuid::Uuid;

use super::event::Attribute;

/// The object whose prompts are signals of misuse.
pub(super) const CHAT_PROMPT: &str = "ai-chat-prompt";

/// One thing to search for, with where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Observable {
    /// The attribute's id.
    pub uuid: Uuid,
    /// The name of the object that it stands in.
    pub object: Option<String>,
    /// What it is to that object.
    pub relation: Option<String>,
    /// MISP's type.
    pub attribute_type: &'static str,
    /// What it says.
    pub value: String,
    /// A remark.
    pub comment: String,
    /// True if its author would search traffic for it.
    pub is_for_detection: bool,
}

/// Property of a STIX object that each type of MISP says.
const PATTERNS: [(&str, &str); 15] = [
    ("domain", "domain-name:value"),
    ("email", "email-addr:value"),
    ("email-dst", "email-addr:value"),
    ("email-src", "email-addr:value"),
    ("filename", "file:name"),
    ("hostname", "domain-name:value"),
    ("md5", "file:hashes.MD5"),
    ("mutex", "mutex:name"),
    ("sha1", "file:hashes.'SHA-1'"),
    ("sha256", "file:hashes.'SHA-256'"),
    ("sha512", "file:hashes.'SHA-512'"),
    ("ssdeep", "file:hashes.SSDEEP"),
    ("uri", "url:value"),
    ("url", "url:value"),
    ("x509-fingerprint-sha256", "x509-certificate:hashes.'SHA-256'"),
];

impl Observable {
    /// The attribute as something to search for, if that is what it is: its author says so, STIX has a property for it, or it is
    /// the prompt of a chat.
    pub(super) fn of(attribute: &Attribute, object: Option<&str>) -> Option<Self> {
        let is_prompt = object == Some(CHAT_PROMPT) && attribute.object_relation.as_deref() == Some("prompt");
        let found = Self {
            uuid: attribute.uuid,
            object: object.map(str::to_owned),
            relation: attribute.object_relation.clone(),
            attribute_type: attribute.attribute_type.name(),
            value: attribute.value.clone(),
            comment: attribute.comment.clone(),
            is_for_detection: attribute.is_for_detection,
        };
        (is_prompt || found.is_for_detection || found.pattern().is_some()).then_some(found)
    }

    /// The STIX pattern that finds it, where one does.
    #[must_use]
    pub fn pattern(&self) -> Option<String> {
        let property = match self.attribute_type {
            "ip-dst" | "ip-src" if self.value.contains(':') => "ipv6-addr:value",
            "ip-dst" | "ip-src" => "ipv4-addr:value",
            other => PATTERNS.iter().find(|(name, _)| *name == other)?.1,
        };
        // STIX 2.1 section 9.2: a stroke and an apostrophe are escaped.
        let value = self.value.replace('\\', "\\\\").replace('\'', "\\'");
        Some(format!("[{property} = '{value}']"))
    }

    /// As JSON, for a report.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut map = Map::new()
            .with("uuid", self.uuid.to_string())
            .with("type", self.attribute_type)
            .with("value", self.value.as_str())
            .with("to_ids", Json::Bool(self.is_for_detection));
        let texts = [("object", &self.object), ("object_relation", &self.relation), ("pattern", &self.pattern())];
        for (name, text) in texts {
            if let Some(text) = text {
                map.set(name, text.as_str());
            }
        }
        if !self.comment.is_empty() {
            map.set("comment", self.comment.as_str());
        }
        Json::Object(map)
    }
}
