//! The certificate that people's browsers and programs see.
//!
//! They know nothing of transport keys, and many read no Ed25519 certificates. So this is a key of its own, ECDSA P-256, known by the
//! fingerprint of its certificate; or a certificate that the operator got from an authority.
//!
//! Programs want a certificate that vouches for the one that they are shown: some refuse one that vouches for itself, others one
//! that may vouch for others. So there are two, and the key of the upper one is forgotten once it has signed.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PublicKeyData, SanType, SerialNumber, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::NoServerSessionStorage;
use rustls::sign::CertifiedKey;
use rustls::version::TLS13;
use zeroize::Zeroizing;

use record::digest::sha256;
use record::time::Timestamp;

use super::config::{HTTP, provider};
use crate::clock::since_epoch;

/// For how many days a certificate of ours is good: what browsers bear at most.
pub const CERTIFICATE_DAYS: u64 = 397;

/// Days before the end of a certificate of ours at which another is made.
pub const RENEW_DAYS: u64 = 30;

/// Octets of a key's name: those of the digest that RFC 5280 suggests.
const IDENTIFIER_BYTES: usize = 20;

/// Octets of a line of PEM (RFC 7468 section 2).
const PEM_LINE: usize = 64;

/// A certificate with its key.
pub struct SiteCertificate {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

/// A certificate and its key as they are kept in files.
#[non_exhaustive]
pub struct SitePem {
    /// The certificate, and the one that vouches for it.
    pub certificate: String,
    /// The one that vouches alone: what a program is told to believe.
    pub authority: String,
    /// The private key, for nobody else to read.
    pub key: Zeroizing<String>,
}

/// There is no certificate to show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoCertificate {
    /// A name can stand in no certificate.
    #[error("`{0}` is no name of a host, and no address")]
    Name(String),
    /// The file holds none.
    #[error("there is no certificate in PEM form in it")]
    NotACertificate,
    /// The file holds none.
    #[error("there is no private key in PEM form in it")]
    NotAKey,
    /// They do not fit, or the key is of a kind that is not spoken here.
    #[error("certificate and key cannot be used: {0}")]
    Unusable(String),
    /// The library could not make it.
    #[error("the certificate could not be made: {0}")]
    NotMade(String),
}

/// The key in the form in which the library that writes certificates asks it to sign.
struct Key {
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl SiteCertificate {
    /// A new key under a certificate for these names and addresses, and a certificate that vouches for it.
    ///
    /// # Errors
    /// [`NoCertificate::Name`] or [`NoCertificate::NotMade`].
    pub fn generate(names: &[String], now: Timestamp) -> Result<SitePem, NoCertificate> {
        let now = since_epoch(now);
        let (upper, key) = (Key::generate()?, Key::generate()?);
        let secret = Zeroizing::new(pem("PRIVATE KEY", key.pair.to_pkcs8v1().map_err(no_key)?.as_ref()));
        let vouching = vouching(names, &upper, now);
        let authority = vouching.self_signed(&upper).map_err(|error| made(&error))?;
        let issuer = Issuer::new(vouching, upper);
        let certificate = parameters(names, now)?.signed_by(&key, &issuer).map_err(|error| made(&error))?;
        let authority = pem("CERTIFICATE", authority.der());
        let certificate = format!("{}{authority}", pem("CERTIFICATE", certificate.der()));
        Ok(SitePem { certificate, authority, key: secret })
    }

    /// From the octets of two files in PEM form. The certificate of this site comes first, those that vouch for it after it.
    ///
    /// # Errors
    /// [`NoCertificate`].
    pub fn read(certificate: &[u8], key: &[u8]) -> Result<Self, NoCertificate> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificate).collect();
        let chain = chain.ok().filter(|chain| !chain.is_empty()).ok_or(NoCertificate::NotACertificate)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| NoCertificate::NotAKey)?;
        let read = Self { chain, key };
        let _usable = read.certified()?;
        Ok(read)
    }

    /// SHA-256 of the certificate, as browsers and programs show it.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        sha256(&[self.chain.first().map_or(&[][..], |first| first)])
    }

    /// How a server speaks to people and programs. TLS 1.3 alone, as between nodes.
    ///
    /// # Errors
    /// [`NoCertificate::Unusable`].
    pub fn config(&self) -> Result<ServerConfig, NoCertificate> {
        let builder = ServerConfig::builder_with_provider(provider());
        let builder = builder.with_protocol_versions(&[&TLS13]).map_err(|error| unusable(&error))?;
        let chain = self.certified()?;
        let mut config = builder.with_no_client_auth().with_cert_resolver(Arc::new(Always(Arc::new(chain))));
        config.alpn_protocols = vec![HTTP.to_vec()];
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(config)
    }

    fn certified(&self) -> Result<CertifiedKey, NoCertificate> {
        CertifiedKey::from_der(self.chain.clone(), self.key.clone_key(), &provider()).map_err(|error| unusable(&error))
    }
}

/// The one certificate, whatever name is asked for: names mean nothing where the fingerprint is known.
#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl rustls::server::ResolvesServerCert for Always {
    fn resolve(&self, _hello: rustls::server::ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

fn no_key(_: aws_lc_rs::error::Unspecified) -> NoCertificate {
    NoCertificate::NotMade("no key could be made".to_owned())
}

impl Key {
    fn generate() -> Result<Self, NoCertificate> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).map_err(no_key)?;
        Ok(Self { pair, random: SystemRandom::new() })
    }

    /// A name for the key (RFC 5280 section 4.2.1.2), by which the one certificate finds the other.
    fn identifier(&self) -> Vec<u8> {
        sha256(&[self.pair.public_key().as_ref()]).get(..IDENTIFIER_BYTES).unwrap_or_default().to_vec()
    }
}

fn unusable(error: &rustls::Error) -> NoCertificate {
    NoCertificate::Unusable(error.to_string())
}

fn made(error: &rcgen::Error) -> NoCertificate {
    NoCertificate::NotMade(error.to_string())
}

/// What vouches for the site's certificate, and for nothing below that.
fn vouching(names: &[String], key: &Key, now: Duration) -> CertificateParams {
    let mut vouching = dated(&format!("{} (for this site alone)", leading(names)), now);
    vouching.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    vouching.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    vouching.key_identifier_method = KeyIdMethod::PreSpecified(key.identifier());
    vouching
}

fn leading(names: &[String]) -> &str {
    names.first().map_or("detente", String::as_str)
}

fn parameters(names: &[String], now: Duration) -> Result<CertificateParams, NoCertificate> {
    let mut parameters = dated(leading(names), now);
    parameters.subject_alt_names = names.iter().map(|name| alternative(name)).collect::<Result<_, _>>()?;
    parameters.serial_number = Some(SerialNumber::from(now.as_secs().saturating_add(1)));
    parameters.is_ca = IsCa::ExplicitNoCa;
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    parameters.use_authority_key_identifier_extension = true;
    parameters.key_identifier_method = KeyIdMethod::PreSpecified(Vec::new());
    Ok(parameters)
}

fn dated(name: &str, now: Duration) -> CertificateParams {
    let epoch = date_time_ymd(1970, 1, 1);
    let mut parameters = CertificateParams::default();
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    parameters.distinguished_name = distinguished;
    // A day early, for clocks that are late.
    parameters.not_before = epoch + now.saturating_sub(days(1));
    parameters.not_after = epoch + now + days(CERTIFICATE_DAYS - 1);
    parameters.serial_number = Some(SerialNumber::from(now.as_secs()));
    parameters
}

const fn days(count: u64) -> Duration {
    Duration::from_secs(count * 24 * 3600)
}

fn alternative(name: &str) -> Result<SanType, NoCertificate> {
    if let Ok(address) = name.parse::<IpAddr>() {
        return Ok(SanType::IpAddress(address));
    }
    let is_host = |octet: u8| octet.is_ascii_alphanumeric() || b"-.".contains(&octet);
    let no_name = || NoCertificate::Name(name.to_owned());
    if name.is_empty() || !name.bytes().all(is_host) {
        return Err(no_name());
    }
    name.try_into().map(SanType::DnsName).map_err(|_| no_name())
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<String> =
        text.as_bytes().chunks(PEM_LINE).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

impl PublicKeyData for Key {
    fn der_bytes(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

impl rcgen::SigningKey for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let signed = self.pair.sign(&self.random, message).map_err(|_| rcgen::Error::RemoteKeyError)?;
        Ok(signed.as_ref().to_vec())
    }
}

impl fmt::Debug for SiteCertificate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SiteCertificate").field("chain", &self.chain.len()).finish_non_exhaustive()
    }
}

impl fmt::Debug for SitePem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SitePem(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_is_generated_can_be_read_and_served() {
        let made = SiteCertificate::generate(&names(&["desk.example", "127.0.0.1", "::1"]), Timestamp::from_micros(0));
        let made = made.unwrap();
        let read = SiteCertificate::read(made.certificate.as_bytes(), made.key.as_bytes()).unwrap();
        assert_eq!(read.fingerprint(), read.fingerprint());
        assert!(read.config().is_ok());
    }

    #[test]
    fn a_key_of_another_certificate_is_refused() {
        let one = SiteCertificate::generate(&names(&["a.example"]), Timestamp::from_micros(0)).unwrap();
        let other = SiteCertificate::generate(&names(&["a.example"]), Timestamp::from_micros(0)).unwrap();
        let read = SiteCertificate::read(one.certificate.as_bytes(), other.key.as_bytes());
        assert!(matches!(read, Err(NoCertificate::Unusable(_))), "{read:?}");
    }

    #[test]
    fn what_is_no_certificate_is_told() {
        let one = SiteCertificate::generate(&names(&["a.example"]), Timestamp::from_micros(0)).unwrap();
        assert_eq!(SiteCertificate::read(b"nothing", one.key.as_bytes()).unwrap_err(), NoCertificate::NotACertificate);
        assert_eq!(SiteCertificate::read(one.certificate.as_bytes(), b"").unwrap_err(), NoCertificate::NotAKey);
        for name in ["", "a b", "é.example"] {
            let made = SiteCertificate::generate(&names(&[name]), Timestamp::from_micros(0));
            assert_eq!(made.unwrap_err(), NoCertificate::Name(name.to_owned()));
        }
    }
}
