//! The certificate of the site: the operator's own, or one that is made here and known by its fingerprint.

use node::tls::{CERTIFICATE_DAYS, RENEW_DAYS, SiteCertificate};
use record::json::{self, Json, Map};
use record::time::Timestamp;

use super::settings::UsersSettings;
use crate::clock;
use crate::home::{self, Home, Readers, read_input};
use crate::outcome::{Done, Failure};

/// What programs are told to believe: it vouches for the certificate.
const AUTHORITY: &str = "site-ca.crt";
/// The certificate that is made here, and the one that vouches for it.
const CERTIFICATE: &str = "site.crt";
/// Its private key.
const KEY: &str = "site.key";
/// When it was made, and for which names.
const ABOUT: &str = "site.json";

const DAY_MICROS: i64 = 24 * 3600 * 1_000_000;

/// The certificate to show. One of ours is made anew before it ends, and when other names are asked for: then its fingerprint
/// changes, and whoever pinned it is to be told.
pub(super) fn of(home: &Home, settings: &UsersSettings) -> Done<SiteCertificate> {
    if let Some((certificate, key)) = &settings.certificate {
        return SiteCertificate::read(&read_input(certificate)?, &read_input(key)?).map_err(Failure::input);
    }
    let path = |name: &str| home.dir().join(name);
    if !is_good(home, settings)? {
        let made = SiteCertificate::generate(&settings.names, clock::now()).map_err(Failure::input)?;
        // The key first: a certificate without its key would be shown by nobody.
        home::replace(&path(KEY), &made.key, Readers::Owner)?;
        home::replace(&path(CERTIFICATE), &made.certificate, Readers::All)?;
        home::replace(&path(AUTHORITY), &made.authority, Readers::All)?;
        home::replace(&path(ABOUT), &about(settings), Readers::All)?;
    }
    home::check_private(&path(KEY))?;
    SiteCertificate::read(&read_input(&path(CERTIFICATE))?, &read_input(&path(KEY))?)
        .map_err(|error| Failure::input(error).advise(format!("delete `{ABOUT}`, and a new one is made")))
}

fn about(settings: &UsersSettings) -> String {
    let names = settings.names.iter().map(|name| Json::text(name.as_str())).collect();
    Map::new().with("made", clock::now().to_string()).with("names", Json::Array(names)).to_text()
}

/// Whether there is one, for these names and for long enough.
fn is_good(home: &Home, settings: &UsersSettings) -> Done<bool> {
    let path = home.dir().join(ABOUT);
    if !path.is_file() || !home.dir().join(CERTIFICATE).is_file() || !home.dir().join(KEY).is_file() {
        return Ok(false);
    }
    let Ok(Json::Object(map)) = json::parse(&read_input(&path)?) else { return Ok(false) };
    let names = map.get("names").and_then(Json::as_array).unwrap_or_default();
    let is_same = names.iter().filter_map(Json::as_str).eq(settings.names.iter().map(String::as_str));
    let made: Option<Timestamp> = map.text("made").and_then(|text| text.parse().ok());
    let lasts = i64::try_from(CERTIFICATE_DAYS.saturating_sub(RENEW_DAYS)).unwrap_or(0).saturating_mul(DAY_MICROS);
    let age = made.map(|made| clock::now().micros().saturating_sub(made.micros()));
    Ok(is_same && age.is_some_and(|age| (-DAY_MICROS..lasts).contains(&age)))
}

/// A fingerprint as browsers show it.
pub(super) fn shown(fingerprint: &[u8; 32]) -> String {
    fingerprint.map(|octet| format!("{octet:02X}")).join(":")
}
