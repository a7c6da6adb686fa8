//! The two places where a certificate is looked at.

use std::fmt;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, OtherError, SignatureScheme};

use record::time::Timestamp;

use super::certificate::{STRICT, check};
use super::{Expected, Pins, WrongKey};

/// What a handshake may be signed with.
static ALGORITHMS: WebPkiSupportedAlgorithms =
    WebPkiSupportedAlgorithms { all: STRICT, mapping: &[(SignatureScheme::ED25519, STRICT)] };

/// Lets in whoever proves a key, known or not, and whoever shows none. Which party it is, is asked at each request.
#[derive(Debug)]
pub(super) struct AnyProvenKey;

impl ClientCertVerifier for AnyProvenKey {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        check(certificate, now).map(|_| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(no_tls12())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &ALGORITHMS)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        ALGORITHMS.supported_schemes()
    }
}

/// Insists on the party that is dialled.
pub(super) struct Pinned {
    expected: Expected,
    pins: Arc<dyn Pins>,
}

impl Pinned {
    pub(super) const fn new(expected: Expected, pins: Arc<dyn Pins>) -> Self {
        Self { expected, pins }
    }
}

impl fmt::Debug for Pinned {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Pinned").field("expected", &self.expected).finish_non_exhaustive()
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        // Whose key it is comes first: a stranger's expired certificate is a stranger's above all.
        if let Expected::Party(expected) = self.expected {
            let key = super::key_of(certificate).ok_or(CertificateError::BadEncoding)?;
            let found = self.pins.party_of(&key, timestamp(now));
            if found != Some(expected) {
                return Err(WrongKey { expected, found, key }.into());
            }
        }
        check(certificate, now).map(|_| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(no_tls12())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &ALGORITHMS)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        ALGORITHMS.supported_schemes()
    }
}

impl From<WrongKey> for Error {
    fn from(wrong: WrongKey) -> Self {
        CertificateError::Other(OtherError(Arc::new(wrong))).into()
    }
}

fn no_tls12() -> Error {
    Error::General("TLS 1.2 is not spoken here".to_owned())
}

fn timestamp(now: UnixTime) -> Timestamp {
    let micros = now.as_secs().saturating_mul(1_000_000);
    Timestamp::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
}
