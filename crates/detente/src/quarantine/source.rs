//! What the operator said of a source, and its credentials, which are never printed.

use std::path::Path;

use record::base64url;
use record::json::{self, Json, Map};
use record::time::Timestamp;
use taxii::client::{Origin, Settings, Url};
use zeroize::Zeroizing;

use super::Cell;
use crate::clock::DAY_MICROS;
use crate::home::{self, Readers, read_input};
use crate::outcome::{Done, Failure};

/// The version of the file. Another one is refused and not guessed at.
const VERSION: i64 = 1;

/// How far ahead of this machine's clock a server's dates may be, in microseconds: clocks differ by minutes, and time zones that
/// were forgotten by hours. A date further on would hide everything that is added before it.
const AHEAD_MICROS: i64 = DAY_MICROS;

/// Octets of a password or token. Those of services have some dozens, signed ones some thousands.
const MAX_SECRET_BYTES: usize = 16 * 1024;

/// Octets of SHA-256.
pub(crate) const FINGERPRINT_BYTES: usize = 32;

/// A server, as the operator named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) url: Url,
    /// Ids or aliases; all that may be read if there is none.
    pub(crate) collections: Vec<String>,
    pub(crate) also: Vec<Origin>,
    pub(crate) every_minutes: Option<u32>,
    /// Certificates, as text: whoever they vouch for is believed, and nobody else.
    pub(crate) ca: Option<String>,
    /// SHA-256 of the one certificate that is believed.
    pub(crate) fingerprint: Option<[u8; FINGERPRINT_BYTES]>,
    /// Whether what is said may be read and changed on the way.
    pub(crate) is_insecure: bool,
}

impl Source {
    pub(crate) fn read(cell: &Cell) -> Done<Self> {
        let path = cell.source_path();
        let damaged = || {
            Failure::input(format!("`{}` does not hold what it should", path.display()))
                .advise(format!("name it again with: detente taxii add {} URL --replace", cell.name))
        };
        let Ok(Json::Object(map)) = json::parse(&read_input(&path)?) else { return Err(damaged()) };
        Self::from_map(&map).ok_or_else(damaged)
    }

    /// Writes it. The caller holds the source.
    pub(crate) fn write(&self, cell: &Cell) -> Done {
        home::replace(&cell.source_path(), &self.to_map().to_text(), Readers::Owner)
    }

    /// What to read, as of now.
    pub(crate) fn settings(&self, now: Timestamp) -> Settings {
        let latest = Timestamp::from_micros(now.micros().saturating_add(AHEAD_MICROS));
        let mut settings = Settings::new(self.url.clone(), latest);
        settings.also.clone_from(&self.also);
        settings.collections.clone_from(&self.collections);
        settings
    }

    fn to_map(&self) -> Map {
        let texts = |list: &[String]| Json::Array(list.iter().map(|text| Json::from(text.as_str())).collect());
        let also: Vec<String> = self.also.iter().map(ToString::to_string).collect();
        Map::new()
            .with("detente_taxii_source", Json::count(VERSION))
            .with("url", self.url.to_string())
            .with("collections", texts(&self.collections))
            .with("allow_origins", texts(&also))
            .with("every_minutes", self.every_minutes.map_or(Json::Null, Json::count))
            .with("ca", self.ca.as_deref().map_or(Json::Null, Json::from))
            .with("fingerprint", self.fingerprint.map_or(Json::Null, |octets| Json::from(hexadecimal(&octets))))
            .with("insecure_http", Json::Bool(self.is_insecure))
    }

    fn from_map(map: &Map) -> Option<Self> {
        if map.get("detente_taxii_source")?.as_integer() != Some(VERSION) {
            return None;
        }
        let texts = |name: &str| -> Option<Vec<String>> {
            map.get(name)?.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
        };
        let fingerprint = map.text("fingerprint").map(fingerprint).transpose().ok()?;
        Some(Self {
            url: map.text("url")?.parse().ok()?,
            collections: texts("collections")?,
            also: texts("allow_origins")?.iter().map(|text| text.parse().ok()).collect::<Option<_>>()?,
            every_minutes: map.get("every_minutes")?.as_integer().and_then(|minutes| u32::try_from(minutes).ok()),
            ca: map.text("ca").map(str::to_owned),
            fingerprint,
            is_insecure: *map.get("insecure_http")? == Json::Bool(true),
        })
    }
}

/// SHA-256 in hexadecimal digits, with or without colons, as tools for certificates print it.
pub(crate) fn fingerprint(text: &str) -> Result<[u8; FINGERPRINT_BYTES], String> {
    let wrong =
        || "a fingerprint is SHA-256 of a certificate: 64 hexadecimal digits, with or without colons".to_owned();
    let digits: String = text.chars().filter(|character| *character != ':').collect();
    let nibbles: Option<Vec<u8>> =
        digits.chars().map(|one| one.to_digit(16).and_then(|one| u8::try_from(one).ok())).collect();
    let octets: Vec<u8> =
        nibbles.ok_or_else(wrong)?.chunks(2).filter_map(|pair| Some(pair.first()? << 4 | pair.get(1)?)).collect();
    if digits.len() == 2 * FINGERPRINT_BYTES { octets.try_into().map_err(|_| wrong()) } else { Err(wrong()) }
}

pub(crate) fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// How a source knows us. Nothing prints it.
pub(crate) enum Credentials {
    None,
    Basic { user: String, password: Zeroizing<String> },
    Bearer(Zeroizing<String>),
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Credentials")
    }
}

impl Credentials {
    /// Reads a password from the first line of a file.
    pub(crate) fn basic(user: &str, file: &Path) -> Done<Self> {
        if user.contains(':') || user.chars().any(char::is_control) {
            return Err(Failure::arguments("a user's name has no colon and no control character"));
        }
        Ok(Self::Basic { user: user.to_owned(), password: first_line(file)? })
    }

    /// Reads a token from the first line of a file.
    pub(crate) fn bearer(file: &Path) -> Done<Self> {
        let token = first_line(file)?;
        if token.bytes().all(|octet| octet.is_ascii_graphic()) {
            return Ok(Self::Bearer(token));
        }
        Err(Failure::input(format!(
            "the first line of `{}` is no token: it has spaces or other characters",
            file.display()
        )))
    }

    /// What they are called where they must not be told.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Basic { .. } => "password",
            Self::Bearer(_) => "token",
        }
    }

    /// The field `Authorization`.
    pub(super) fn field(&self) -> Option<Zeroizing<String>> {
        match self {
            Self::None => None,
            Self::Basic { user, password } => {
                let pair = Zeroizing::new(format!("{user}:{}", **password));
                Some(Zeroizing::new(format!("Basic {}", base64(pair.as_bytes()))))
            }
            Self::Bearer(token) => Some(Zeroizing::new(format!("Bearer {}", **token))),
        }
    }

    pub(crate) fn read(cell: &Cell) -> Done<Self> {
        let path = cell.credentials_path();
        if !path.exists() {
            return Ok(Self::None);
        }
        home::check_private(&path)?;
        let text = Zeroizing::new(read_input(&path)?);
        let map = json::parse(&text).ok();
        let map = map.as_ref().and_then(Json::as_object);
        let text = |name: &str| map.and_then(|map| map.text(name)).map(|text| Zeroizing::new(text.to_owned()));
        match (text("user"), text("password"), text("token")) {
            (Some(user), Some(password), None) => Ok(Self::Basic { user: user.to_string(), password }),
            (None, None, Some(token)) => Ok(Self::Bearer(token)),
            _ => Err(Failure::input(format!("`{}` does not hold what it should", path.display()))
                .advise(format!("name the source again with: detente taxii add {} URL --replace", cell.name))),
        }
    }

    /// Writes them for their owner alone, or takes away those that were there. The caller holds the source.
    pub(crate) fn write(&self, cell: &Cell) -> Done {
        let path = cell.credentials_path();
        let map = match self {
            Self::None => return home::remove(&path),
            Self::Basic { user, password } => {
                Map::new().with("user", user.as_str()).with("password", password.as_str())
            }
            Self::Bearer(token) => Map::new().with("token", token.as_str()),
        };
        home::replace(&path, &Zeroizing::new(map.to_text()), Readers::Owner)
    }
}

fn first_line(file: &Path) -> Done<Zeroizing<String>> {
    let octets = Zeroizing::new(read_input(file)?);
    let line = octets.split(|octet| *octet == b'\n').next().unwrap_or_default();
    let line = str::from_utf8(line).map(|line| line.trim_end_matches('\r')).unwrap_or_default();
    if line.is_empty() || line.len() > MAX_SECRET_BYTES || line.chars().any(char::is_control) {
        return Err(Failure::input(format!("the first line of `{}` holds no password or token", file.display())));
    }
    Ok(Zeroizing::new(line.to_owned()))
}

/// The alphabet of RFC 4648 section 4, which HTTP has, with its padding.
fn base64(octets: &[u8]) -> String {
    let mut text = base64url::encode(octets).replace('-', "+").replace('_', "/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_sent_as_http_has_it() {
        let credentials =
            Credentials::Basic { user: "Aladdin".to_owned(), password: Zeroizing::new("open sesame".to_owned()) };
        assert_eq!(
            credentials.field().map(|field| field.to_string()).as_deref(),
            Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
        );
        assert_eq!(format!("{credentials:?}"), "Credentials");
    }

    #[test]
    fn a_fingerprint_may_have_colons() {
        let digits = "ab".repeat(32);
        let colons = vec!["AB"; 32].join(":");
        assert_eq!(fingerprint(&digits), Ok([0xab; 32]));
        assert_eq!(fingerprint(&colons), Ok([0xab; 32]));
        assert!(
            ["", "ab", &"ab".repeat(33), &"ag".repeat(32), &"é".repeat(64)]
                .iter()
                .all(|text| fingerprint(text).is_err())
        );
    }
}
