//! The attribute types of MISP: a closed list, since other software refuses an event that holds another.

use std::fmt;
use std::str::FromStr;

/// The types that MISP 2.5 and `PyMISP` 2.5.34 know, in the order of their names.
pub(super) const TYPES: [&str; 194] = [
    "AS",
    "aba-rtn",
    "anonymised",
    "attachment",
    "authentihash",
    "azure-application-id",
    "bank-account-nr",
    "bic",
    "bin",
    "boolean",
    "bro",
    "btc",
    "campaign-id",
    "campaign-name",
    "cc-number",
    "cdhash",
    "chrome-extension-id",
    "comment",
    "community-id",
    "cookie",
    "cortex",
    "counter",
    "country-of-residence",
    "cpe",
    "dash",
    "date-of-birth",
    "datetime",
    "dkim",
    "dkim-signature",
    "dns-soa-email",
    "dom-hash",
    "domain",
    "domain|ip",
    "edge-extension-id",
    "email",
    "email-attachment",
    "email-body",
    "email-dst",
    "email-dst-display-name",
    "email-header",
    "email-message-id",
    "email-mime-boundary",
    "email-reply-to",
    "email-src",
    "email-src-display-name",
    "email-subject",
    "email-thread-index",
    "email-x-mailer",
    "eppn",
    "favicon-mmh3",
    "filename",
    "filename-pattern",
    "filename|authentihash",
    "filename|impfuzzy",
    "filename|imphash",
    "filename|md5",
    "filename|pehash",
    "filename|sha1",
    "filename|sha224",
    "filename|sha256",
    "filename|sha3-224",
    "filename|sha3-256",
    "filename|sha3-384",
    "filename|sha3-512",
    "filename|sha384",
    "filename|sha512",
    "filename|sha512/224",
    "filename|sha512/256",
    "filename|ssdeep",
    "filename|tlsh",
    "filename|vhash",
    "first-name",
    "float",
    "frequent-flyer-number",
    "full-name",
    "gender",
    "gene",
    "git-commit-id",
    "github-organisation",
    "github-repository",
    "github-username",
    "hassh-md5",
    "hasshserver-md5",
    "hex",
    "hostname",
    "hostname|port",
    "http-method",
    "iban",
    "identity-card-number",
    "impfuzzy",
    "imphash",
    "integer",
    "ip-dst",
    "ip-dst|port",
    "ip-src",
    "ip-src|port",
    "issue-date-of-the-visa",
    "ja3-fingerprint-md5",
    "jabber-id",
    "jarm-fingerprint",
    "kusto-query",
    "last-name",
    "link",
    "mac-address",
    "mac-eui-64",
    "malware-sample",
    "malware-type",
    "md5",
    "middle-name",
    "mime-type",
    "mobile-application-id",
    "mutex",
    "named pipe",
    "nationality",
    "onion-address",
    "other",
    "passenger-name-record-locator-number",
    "passport-country",
    "passport-expiration",
    "passport-number",
    "pattern-in-file",
    "pattern-in-memory",
    "pattern-in-traffic",
    "payment-details",
    "pdb",
    "pehash",
    "pgp-private-key",
    "pgp-public-key",
    "phone-number",
    "place-of-birth",
    "place-port-of-clearance",
    "place-port-of-onward-foreign-destination",
    "place-port-of-original-embarkation",
    "port",
    "primary-residence",
    "process-state",
    "prtn",
    "redress-number",
    "regkey",
    "regkey|value",
    "sha1",
    "sha224",
    "sha256",
    "sha3-224",
    "sha3-256",
    "sha3-384",
    "sha3-512",
    "sha384",
    "sha512",
    "sha512/224",
    "sha512/256",
    "sigma",
    "size-in-bytes",
    "snort",
    "special-service-request",
    "ssdeep",
    "ssh-fingerprint",
    "stix2-pattern",
    "suricata",
    "target-email",
    "target-external",
    "target-location",
    "target-machine",
    "target-org",
    "target-user",
    "telfhash",
    "text",
    "threat-actor",
    "tlsh",
    "travel-details",
    "twitter-id",
    "uri",
    "url",
    "user-agent",
    "uuid",
    "vhash",
    "visa-number",
    "vulnerability",
    "weakness",
    "whois-creation-date",
    "whois-registrant-email",
    "whois-registrant-name",
    "whois-registrant-org",
    "whois-registrant-phone",
    "whois-registrar",
    "windows-scheduled-task",
    "windows-service-displayname",
    "windows-service-name",
    "x509-fingerprint-md5",
    "x509-fingerprint-sha1",
    "x509-fingerprint-sha256",
    "xmr",
    "yara",
    "zeek",
];

/// The type of an attribute, one that MISP knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttributeType(&'static str);

impl AttributeType {
    /// The identifier of a vulnerability.
    pub const VULNERABILITY: Self = Self("vulnerability");
    /// An address of a page.
    pub const LINK: Self = Self("link");
    /// Text.
    pub const TEXT: Self = Self("text");
    /// A count.
    pub const COUNTER: Self = Self("counter");
    /// A time. `PyMISP` changes its spelling when it reads it.
    pub const DATETIME: Self = Self("datetime");
    /// A file with malware, whose value is its name and its digest.
    pub const MALWARE_SAMPLE: Self = Self("malware-sample");

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0
    }

    /// True if a value of this type is two values with a stroke between them.
    #[must_use]
    pub fn is_composite(self) -> bool {
        self.0.contains('|') || self == Self::MALWARE_SAMPLE
    }
}

impl FromStr for AttributeType {
    type Err = UnknownType;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = TYPES.iter().find(|known| **known == name);
        known.map(|known| Self(known)).ok_or_else(|| UnknownType { name: crate::error::excerpt(name) })
    }
}

impl fmt::Display for AttributeType {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0)
    }
}

/// A name that is no attribute type of MISP.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is none of the {} attribute types of MISP", name.escape_debug(), TYPES.len())]
#[non_exhaustive]
pub struct UnknownType {
    /// What stood there.
    pub name: String,
}
