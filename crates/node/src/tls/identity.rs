//! Who we are on the wire.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rcgen::{CertificateParams, DistinguishedName, DnType, PKCS_ED25519, PublicKeyData, SerialNumber, date_time_ymd};
use rustls::client::ResolvesClientCert;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::{CertifiedKey, Signer, SigningKey};
use rustls::time_provider::TimeProvider;
use rustls::{Error, SignatureAlgorithm, SignatureScheme};

use record::digest::PartyId;
use record::suite::{BadKey, PrivateKey, SEED_BYTES, Suite};
use record::time::Timestamp;

use crate::clock::{Clock, since_epoch};

/// How far two clocks may stand apart: some machines never hear from a time server.
const CLOCK_SKEW_HOURS: u64 = 24;

/// How long a certificate is used before another is made.
const USE_HOURS: u64 = 24;

/// The last second for which a certificate is made, in the year 9987: the form of its dates ends with the year 9999.
const LAST_SECOND: u64 = 253_000_000_000;

/// A party at one end of a connection: its name, its transport key, and the certificate of the day.
#[derive(Debug)]
pub struct Identity {
    party: PartyId,
    key: Arc<Key>,
    clock: Arc<dyn Clock>,
    today: Mutex<Option<Today>>,
}

struct Key(PrivateKey);

struct Today {
    last_use: Duration,
    certified: Arc<CertifiedKey>,
}

impl Identity {
    /// The identity of a party with this seed of its transport key.
    ///
    /// # Errors
    /// [`CannotIdentify`] if the seed is unusable, or no certificate can be made at this clock's time.
    pub fn new(party: PartyId, seed: &[u8; SEED_BYTES], clock: Arc<dyn Clock>) -> Result<Self, CannotIdentify> {
        let key = Arc::new(Key(PrivateKey::from_seed(Suite::Ed25519, seed)?));
        let identity = Self { party, key, clock, today: Mutex::new(None) };
        identity.certified()?;
        Ok(identity)
    }

    /// The party.
    #[must_use]
    pub const fn party(&self) -> PartyId {
        self.party
    }

    /// Its clock's time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn time(&self) -> Arc<dyn TimeProvider> {
        Arc::new(WireTime(self.clock.clone()))
    }

    pub(super) fn resolver(self: &Arc<Self>) -> Arc<Resolver> {
        Arc::new(Resolver(self.clone()))
    }

    /// The certificate of the day, made anew when the one before has been used for long enough.
    fn certified(&self) -> Result<Arc<CertifiedKey>, CannotIdentify> {
        let now = since_epoch(self.clock.now());
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(today) = today.as_ref().filter(|today| today.serves(now)) {
            return Ok(today.certified.clone());
        }
        let made = self.make(now)?;
        let certified = made.certified.clone();
        *today = Some(made);
        Ok(certified)
    }

    fn make(&self, now: Duration) -> Result<Today, CannotIdentify> {
        if now.as_secs() > LAST_SECOND {
            return Err(CannotIdentify::Clock);
        }
        let certificate = certificate(self.party, &self.key, now)?;
        let certified = CertifiedKey::new(vec![certificate], Arc::new(Hand(self.key.clone())));
        Ok(Today { last_use: now + hours(USE_HOURS), certified: Arc::new(certified) })
    }
}

impl Today {
    // A clock that was set back needs another certificate as well.
    fn serves(&self, now: Duration) -> bool {
        now <= self.last_use && now + hours(USE_HOURS) >= self.last_use
    }
}

/// Good for a day, and for clocks that are a day early or late.
fn certificate(party: PartyId, key: &Key, now: Duration) -> Result<CertificateDer<'static>, rcgen::Error> {
    let epoch = date_time_ymd(1970, 1, 1);
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, party.to_string());
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = name;
    parameters.not_before = epoch + now.saturating_sub(hours(CLOCK_SKEW_HOURS));
    parameters.not_after = epoch + now + hours(USE_HOURS + CLOCK_SKEW_HOURS);
    parameters.serial_number = Some(SerialNumber::from(now.as_secs()));
    Ok(parameters.self_signed(key)?.der().clone())
}

const fn hours(count: u64) -> Duration {
    Duration::from_secs(count * 3600)
}

impl PublicKeyData for Key {
    fn der_bytes(&self) -> &[u8] {
        self.0.public().octets()
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        &PKCS_ED25519
    }
}

impl rcgen::SigningKey for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        self.0.sign(message).map_err(|_| rcgen::Error::RemoteKeyError)
    }
}

/// The key as TLS holds it.
#[derive(Debug, Clone)]
struct Hand(Arc<Key>);

impl SigningKey for Hand {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        offered.contains(&SignatureScheme::ED25519).then(|| Box::new(self.clone()) as Box<dyn Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ED25519
    }
}

impl Signer for Hand {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        self.0.0.sign(message).map_err(|error| Error::General(error.to_string()))
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ED25519
    }
}

/// Shows the certificate of the day.
#[derive(Debug)]
pub(super) struct Resolver(Arc<Identity>);

impl ResolvesServerCert for Resolver {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.0.certified().ok()
    }
}

impl ResolvesClientCert for Resolver {
    fn resolve(&self, _issuers: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.certified().ok()
    }

    fn has_certs(&self) -> bool {
        true
    }
}

#[derive(Debug)]
struct WireTime(Arc<dyn Clock>);

impl TimeProvider for WireTime {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(since_epoch(self.0.now())))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl fmt::Debug for Today {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Today").field("last_use", &self.last_use).finish_non_exhaustive()
    }
}

/// An identity on the wire cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CannotIdentify {
    /// The seed is no transport key.
    #[error("the seed of the transport key is unusable: {0}")]
    Key(#[from] BadKey),
    /// The clock stands beyond any date that a certificate can have.
    #[error("the clock stands thousands of years ahead: set it")]
    Clock,
    /// The library could not make the certificate.
    #[error("the certificate could not be made: {detail}")]
    Certificate {
        /// What the library says.
        detail: String,
    },
}

impl From<rcgen::Error> for CannotIdentify {
    fn from(error: rcgen::Error) -> Self {
        Self::Certificate { detail: error.to_string() }
    }
}
