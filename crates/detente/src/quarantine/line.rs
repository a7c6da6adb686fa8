//! The line to a server: one `GET` at a time, bounded in time and size.

use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use taxii::client::{Answer, MAX_ANSWER_BYTES, Request};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{ConnectProxyConnector, Connector as _, TcpConnector};
use zeroize::Zeroizing;

use super::pinned::PinnedConnector;
use super::source::{Credentials, Source};
use crate::outcome::{Done, Failure};

/// Seconds until a server must have taken the connection.
const CONNECT_SECONDS: u64 = 30;

/// Seconds until it must have begun to answer: a known server needs more than two minutes for its first page.
const BEGIN_SECONDS: u64 = 300;

/// Seconds that one answer may take: 32 MiB over a line of half a megabit a second.
const ANSWER_SECONDS: u64 = 600;

/// Why there is no answer.
pub(super) enum Broken {
    /// The line broke: another try may succeed.
    Line(String),
    /// Whoever answered could not show that it is the one that is meant.
    NotBelieved(String),
}

impl Broken {
    fn of(error: &ureq::Error) -> Self {
        if let ureq::Error::Rustls(error) = error {
            return Self::NotBelieved(error.to_string());
        }
        let inner = if let ureq::Error::Io(error) = error { error.get_ref() } else { None };
        match inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(inner) => Self::NotBelieved(inner.to_string()),
            None => Self::Line(error.to_string()),
        }
    }
}

/// A line to one server.
pub(super) struct Line {
    agent: ureq::Agent,
    credentials: Option<Zeroizing<String>>,
}

impl Line {
    pub(super) fn new(source: &Source, credentials: &Credentials) -> Done<Self> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut tls = TlsConfig::builder().unversioned_rustls_crypto_provider(Arc::clone(&provider));
        if let Some(text) = &source.ca {
            tls = tls.root_certs(RootCerts::from(certificates(text)?));
        }
        let mut config = ureq::Agent::config_builder()
            .tls_config(tls.build())
            .http_status_as_error(false)
            // Where a server points is decided by whoever asked, who knows the origin that was named.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(Duration::from_secs(CONNECT_SECONDS)))
            .timeout_recv_response(Some(Duration::from_secs(BEGIN_SECONDS)))
            .timeout_global(Some(Duration::from_secs(ANSWER_SECONDS)))
            .user_agent(concat!("detente/", env!("CARGO_PKG_VERSION")));
        if source.url.origin().is_loopback() {
            // A proxy's own loopback is another machine.
            config = config.proxy(None);
        }
        let agent = match source.fingerprint {
            None => config.build().into(),
            Some(fingerprint) => {
                let connector =
                    ().chain(ConnectProxyConnector::default())
                        .chain(TcpConnector::default())
                        .chain(PinnedConnector::new(fingerprint, &provider)?);
                ureq::Agent::with_parts(config.build(), connector, DefaultResolver::default())
            }
        };
        Ok(Self { agent, credentials: credentials.field() })
    }

    /// Asks, and reads the answer up to its limit.
    ///
    /// # Errors
    /// Why there is none, in words that hold nothing of what was sent.
    pub(super) fn ask(&self, request: &Request) -> Result<Answer, Broken> {
        let mut asked = self.agent.get(request.url.to_string()).header("Accept", request.accept);
        if let Some(credentials) = &self.credentials {
            asked = asked.header("Authorization", credentials.as_str());
        }
        let answered = asked.call().map_err(|error| Broken::of(&error))?;
        let mut answer = Answer::new(answered.status().as_u16());
        for (name, value) in answered.headers() {
            if let Ok(value) = value.to_str() {
                answer = answer.with_field(name.as_str(), value);
            }
        }
        let most = u64::try_from(MAX_ANSWER_BYTES).unwrap_or(u64::MAX).saturating_add(1);
        let mut body = Vec::new();
        let mut reader = answered.into_body().into_reader().take(most);
        let _octets = reader.read_to_end(&mut body).map_err(|error| Broken::Line(error.to_string()))?;
        Ok(answer.with_body(body))
    }
}

/// The certificates of a PEM file.
pub(super) fn certificates(text: &str) -> Done<Vec<Certificate<'static>>> {
    let mut found = Vec::new();
    for item in parse_pem(text.as_bytes()) {
        if let PemItem::Certificate(certificate) =
            item.map_err(|error| Failure::input(format!("the certificates: {error}")))?
        {
            found.push(certificate);
        }
    }
    if found.is_empty() {
        return Err(Failure::input("there is no certificate in that file").advise("it should have one in PEM form"));
    }
    Ok(found)
}

/// Refuses a file without a certificate: said when it is named, and not at the first pull.
pub(crate) fn check_certificates(text: &str) -> Done {
    certificates(text).map(drop)
}
