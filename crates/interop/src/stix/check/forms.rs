//! Texts that follow other standards.

mod addresses;
mod charsets;
mod cpe;

pub(in crate::stix) use addresses::{is_ipv4, is_ipv6};

use super::{Check, names};
use crate::stix::code::Code;
use crate::stix::spec::Form;

/// Octets of an ssdeep hash: block size, and two parts of at most 64 and 64 characters, as the tool prints them.
const MAX_SSDEEP: usize = 148;

/// Hives of the Windows registry by their short names (STIX 2.1 section 6.17.1 asks for the long ones).
const SHORT_HIVES: [&str; 5] = ["HKLM", "HKCC", "HKCR", "HKCU", "HKU"];

/// The kinds of media that IANA registers.
const MEDIA: [&str; 10] =
    ["application", "audio", "font", "haptics", "image", "message", "model", "multipart", "text", "video"];

/// Octets of the name of a protocol in IANA's registry (RFC 6335 section 5.1).
const MAX_PROTOCOL: usize = 15;

impl Check<'_> {
    pub(super) fn form(&mut self, form: Form, text: &str) {
        match form {
            Form::SpecVersion if text == "2.1" => {}
            Form::SpecVersion => self.note(Code::OtherVersion, "3.2", text, ""),
            Form::TypeName => self.type_text(text),
            Form::PropertyName if names::is_property(text) => {}
            Form::PropertyName => self.note(Code::PropertyName, "7.3.2", text, ""),
            Form::Language => self.language(text, "3.2"),
            Form::HyphenatedName => self.advise(names::is_hyphenated(text), "2.11", text, "in lower case with hyphens"),
            Form::Country => {
                self.advise(is_country(text), "4.10.1", text, "a country code of two letters (ISO 3166-1)");
            }
            Form::ProductName => self.advise(names::is_hyphenated(text), "4.12.1", text, "in lower case with hyphens"),
            Form::MediaType => self.advise(is_media_type(text), "6.7.1", text, "a media type such as application/pdf"),
            Form::PriorityClass => self.advise(text.ends_with("_CLASS"), "6.13.2", text, "a text that ends in _CLASS"),
            Form::ProtocolName => self.advise(is_protocol(text), "6.12.1", text, "a service name of IANA's registry"),
            Form::Url => self.demand(addresses::is_url(text), "RFC 3986", text, "a URL"),
            Form::EmailAddress => {
                self.demand(addresses::is_mailbox(text), "6.5.1", text, "an address such as jane@example.com");
            }
            Form::DomainName => self.domain_name(text),
            Form::Ipv4 => self.demand(is_ipv4(text), "6.8.1", text, "an IPv4 address or network"),
            Form::Ipv6 => self.demand(is_ipv6(text), "6.9.1", text, "an IPv6 address or network"),
            Form::MacAddress => {
                self.demand(addresses::is_mac(text), "6.10.1", text, "an address such as d2:fb:49:24:37:18");
            }
            Form::Cpe => self.demand(cpe::is_name(text), "6.14.1", text, "a CPE name of version 2.3"),
            Form::CharacterSet => {
                self.demand(charsets::is_known(text), "3.9.1", text, "a character set of IANA's registry");
            }
            Form::RelationshipType => {
                self.demand(is_relationship(text), "5.1.2", text, "of a to z, digits and hyphens");
            }
            Form::RegistryKey => self.demand(has_long_hive(text), "6.17.1", text, "a key whose hive is written out"),
        }
    }

    fn demand(&mut self, fits: bool, section: &'static str, text: &str, what: &str) {
        if !fits {
            self.note(Code::Value, section, text, what);
        }
    }

    fn advise(&mut self, fits: bool, section: &'static str, text: &str, what: &str) {
        if !fits {
            self.note(Code::ValueForm, section, text, what);
        }
    }

    fn type_text(&mut self, text: &str) {
        if text == "action" {
            self.note(Code::ReservedName, "3.8", text, "");
        } else if !names::is_type(text) {
            self.note(Code::TypeName, "3.1", text, "");
        }
    }

    fn domain_name(&mut self, text: &str) {
        self.demand(addresses::is_domain(text), "6.4.1", text, "a domain name");
        self.advise(!text.contains('_'), "6.4.1", text, "a host name: it holds an underscore");
    }

    pub(super) fn hex(&mut self, text: &str) {
        if !is_hex(text) {
            self.note(Code::Hex, "2.8", text, "");
        } else if text.bytes().any(|octet| octet.is_ascii_uppercase()) {
            self.note(Code::HexCase, "2.8", "", "");
        }
    }

    pub(super) fn binary(&mut self, text: &str) {
        if !is_base64(text) {
            self.note(Code::Binary, "2.1", text, "");
        }
    }
}

pub(super) fn is_hex(text: &str) -> bool {
    text.len().is_multiple_of(2) && !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_hexdigit())
}

/// RFC 4648 section 4, with its padding.
pub(in crate::stix) fn is_base64(text: &str) -> bool {
    let content = text.trim_end_matches('=');
    let padding = text.len().saturating_sub(content.len());
    let fits = |octet: u8| octet.is_ascii_alphanumeric() || octet == b'+' || octet == b'/';
    text.len().is_multiple_of(4) && padding <= 2 && content.bytes().all(fits)
}

/// STIX 2.1 section 10.7: each hash of the vocabulary has its form, and of others nothing is known.
pub(in crate::stix) fn is_hash(name: &str, text: &str) -> bool {
    let hex = |length: usize| text.len() == length && text.bytes().all(|octet| octet.is_ascii_hexdigit());
    match name {
        "MD5" => hex(32),
        "SHA-1" => hex(40),
        "SHA-256" | "SHA3-256" => hex(64),
        "SHA-512" | "SHA3-512" => hex(128),
        "SSDEEP" => is_ssdeep(text),
        // Older hashes have no version before them.
        "TLSH" => hex(70) || text.strip_prefix("T1").is_some_and(|rest| rest.len() == 70 && hex_only(rest)),
        _ => true,
    }
}

fn hex_only(text: &str) -> bool {
    text.bytes().all(|octet| octet.is_ascii_hexdigit())
}

fn is_ssdeep(text: &str) -> bool {
    let fits = |octet: u8| octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'/' | b':' | b'.');
    (1..=MAX_SSDEEP).contains(&text.len()) && text.bytes().all(fits)
}

fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|octet| octet.is_ascii_alphabetic())
}

fn is_media_type(text: &str) -> bool {
    let Some((kind, name)) = text.split_once('/') else { return false };
    let fits = |octet: u8| octet.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&octet);
    MEDIA.contains(&kind) && !name.is_empty() && name.bytes().all(fits)
}

fn is_protocol(text: &str) -> bool {
    let fits = |octet: u8| octet.is_ascii_alphanumeric() || octet == b'-';
    (1..=MAX_PROTOCOL).contains(&text.len()) && text.bytes().all(fits)
}

fn is_relationship(text: &str) -> bool {
    let fits = |octet: u8| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'-';
    !text.is_empty() && text.bytes().all(fits)
}

fn has_long_hive(text: &str) -> bool {
    let hive = text.split('\\').next().unwrap_or_default();
    !SHORT_HIVES.iter().any(|short| short.eq_ignore_ascii_case(hive))
}
