//! The settings of TLS.

use std::sync::Arc;

use rustls::client::Resumption;
use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs::{cipher_suite, default_provider, kx_group};
use rustls::server::NoServerSessionStorage;
use rustls::version::TLS13;
use rustls::{ClientConfig, Error, ServerConfig};

use super::verify::{AnyProvenKey, Pinned};
use super::{Expected, Identity, Pins};

/// The one protocol spoken inside.
pub(super) const HTTP: &[u8] = b"http/1.1";

/// How a server speaks. Whose connection it is, is for [`Pins`] to say about the certificate's key.
///
/// # Errors
/// If the library refuses the settings.
pub fn server_config(identity: &Arc<Identity>) -> Result<ServerConfig, Error> {
    let builder = ServerConfig::builder_with_details(provider(), identity.time());
    let builder = builder.with_protocol_versions(&[&TLS13])?.with_client_cert_verifier(Arc::new(AnyProvenKey));
    let mut config = builder.with_cert_resolver(identity.resolver());
    config.alpn_protocols = vec![HTTP.to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(config)
}

/// How a client speaks to whom it expects.
///
/// # Errors
/// If the library refuses the settings.
pub fn client_config(identity: &Arc<Identity>, pins: Arc<dyn Pins>, expected: Expected) -> Result<ClientConfig, Error> {
    let builder = ClientConfig::builder_with_details(provider(), identity.time()).with_protocol_versions(&[&TLS13])?;
    let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(Pinned::new(expected, pins)));
    let mut config = builder.with_client_cert_resolver(identity.resolver());
    config.alpn_protocols = vec![HTTP.to_vec()];
    config.resumption = Resumption::disabled();
    // The name of a party is nobody's business on the line.
    config.enable_sni = false;
    Ok(config)
}

// Spelled out, so that no default of a library changes what is on the wire.
pub(super) fn provider() -> Arc<CryptoProvider> {
    let mut provider = default_provider();
    provider.kx_groups = vec![kx_group::X25519MLKEM768, kx_group::X25519];
    provider.cipher_suites = vec![
        cipher_suite::TLS13_AES_256_GCM_SHA384,
        cipher_suite::TLS13_CHACHA20_POLY1305_SHA256,
        cipher_suite::TLS13_AES_128_GCM_SHA256,
    ];
    Arc::new(provider)
}
