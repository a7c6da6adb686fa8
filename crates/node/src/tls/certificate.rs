//! What a certificate says to us: a key, and when.

use rustls::pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, SignatureVerificationAlgorithm, UnixTime, alg_id,
};
use rustls::{CertificateError, Error};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};

use record::suite::{PublicKey, Suite};

use super::TransportKey;

/// What stands before the 32 octets of an Ed25519 key in a certificate (RFC 8410 section 4).
const ED25519_PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// Ed25519 by the one strict rule of Détente, for the library that reads certificates and handshakes.
#[derive(Debug)]
pub(super) struct StrictEd25519;

/// The one algorithm that certificates and handshakes may use.
pub(super) static STRICT: &[&dyn SignatureVerificationAlgorithm] = &[&StrictEd25519];

impl SignatureVerificationAlgorithm for StrictEd25519 {
    fn verify_signature(&self, key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let key = PublicKey::from_octets(Suite::Ed25519, key).map_err(|_| InvalidSignature)?;
        key.verify(message, signature).map_err(|_| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ED25519
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ED25519
    }
}

/// The transport key in a certificate; none if it is no certificate of an Ed25519 key.
pub(crate) fn key_of(certificate: &CertificateDer<'_>) -> Option<TransportKey> {
    let parsed = EndEntityCert::try_from(certificate).ok()?;
    let info = parsed.subject_public_key_info();
    info.as_ref().strip_prefix(&ED25519_PREFIX)?.try_into().ok()
}

/// The transport key in a certificate that is well formed, signed by that very key, and inside its validity.
pub(super) fn check(certificate: &CertificateDer<'_>, now: UnixTime) -> Result<TransportKey, Error> {
    let key = key_of(certificate).ok_or(CertificateError::BadEncoding)?;
    let anchor = anchor_from_trusted_cert(certificate).map_err(|error| refused(&error))?;
    let parsed = EndEntityCert::try_from(certificate).map_err(|error| refused(&error))?;
    parsed
        .verify_for_usage(STRICT, &[anchor], &[], now, KeyUsage::server_auth(), None, None)
        .map_err(|error| refused(&error))?;
    Ok(key)
}

fn refused(error: &webpki::Error) -> CertificateError {
    if matches!(error, webpki::Error::CertExpired { .. }) {
        return CertificateError::Expired;
    }
    if matches!(error, webpki::Error::CertNotValidYet { .. }) {
        return CertificateError::NotValidYet;
    }
    CertificateError::BadEncoding
}
