//! A browser or program as small as can be: one request over TLS, with the certificate pinned by its fingerprint.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use record::digest::sha256;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, Error, SignatureScheme, StreamOwned,
};
use serde_json::Value;

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header field.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let named = |line: &&str| line.split_once(':').is_some_and(|(known, _)| known.eq_ignore_ascii_case(name));
        self.head.lines().find(named).and_then(|line| line.split_once(':')).map(|(_, value)| value.trim())
    }

    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{} {}", self.head, self.text());
        self
    }
}

/// Where a site is, and by which certificate it is known.
#[derive(Debug, Clone)]
pub(crate) struct SiteAt {
    pub(crate) address: String,
    pub(crate) fingerprint: String,
}

impl SiteAt {
    fn connect(&self) -> StreamOwned<ClientConnection, TcpStream> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let pinned = Arc::new(Pinned { fingerprint: self.fingerprint.clone(), provider: provider.clone() });
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.dangerous().with_custom_certificate_verifier(pinned).with_no_client_auth();
        let name = ServerName::try_from("localhost").unwrap();
        let connection = ClientConnection::new(Arc::new(config), name).unwrap();
        let socket = TcpStream::connect(&self.address).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        StreamOwned::new(connection, socket)
    }

    /// Sends a request as it stands, and reads the answer to the end of the connection.
    pub(crate) fn raw(&self, request: &[u8]) -> Answer {
        let mut begun = self.begin();
        begun.send(request);
        begun.answer()
    }

    /// A line over which nothing was sent yet.
    pub(crate) fn begin(&self) -> Begun {
        Begun(self.connect())
    }
}

/// A request that has begun.
pub(crate) struct Begun(StreamOwned<ClientConnection, TcpStream>);

impl Begun {
    pub(crate) fn send(&mut self, octets: &[u8]) {
        self.0.write_all(octets).unwrap();
        self.0.flush().unwrap();
    }

    /// Whether the other side ends the line within this time.
    pub(crate) fn ends_within(mut self, most: Duration) -> bool {
        let (end, mut piece) = (Instant::now() + most, [0; 4096]);
        while Instant::now() < end {
            let left = end.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
            self.0.sock.set_read_timeout(Some(left)).unwrap();
            match self.0.read(&mut piece) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) => return error.kind() != std::io::ErrorKind::WouldBlock,
            }
        }
        false
    }

    /// Reads until something is in what comes.
    pub(crate) fn hears(&mut self, until: &str) {
        let (mut heard, mut piece) = (String::new(), [0; 4096]);
        while !heard.contains(until) {
            let length = self.0.read(&mut piece).unwrap();
            assert!(length > 0, "it ended: {heard}");
            heard.push_str(&String::from_utf8_lossy(&piece[..length]));
        }
    }

    pub(crate) fn answer(self) -> Answer {
        let (mut stream, mut octets) = (self.0, Vec::new());
        // A server that closes without saying goodbye has said all the same what it said.
        let _end = stream.read_to_end(&mut octets);
        let at = octets.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or_else(|| panic!("no answer"));
        let head = String::from_utf8_lossy(&octets[..at]).into_owned();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head, body: octets[at + 4..].to_vec() }
    }
}

impl SiteAt {
    /// Reads what keeps coming until something is in it.
    pub(crate) fn listen(&self, path: &str, fields: &[(&str, &str)], until: &str) -> String {
        let mut stream = self.connect();
        let fields: String = fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n").as_bytes()).unwrap();
        let (mut heard, mut piece, end) = (String::new(), [0; 4096], Instant::now() + Duration::from_secs(30));
        while !heard.contains(until) {
            assert!(Instant::now() < end, "never: {heard}");
            let length = stream.read(&mut piece).unwrap();
            assert!(length > 0, "it ended: {heard}");
            heard.push_str(&String::from_utf8_lossy(&piece[..length]));
        }
        heard
    }

    pub(crate) fn ask(&self, method: &str, path: &str, fields: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        for (name, value) in fields {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() || method == "POST" {
            request.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        self.raw(&[request.as_bytes(), b"\r\n", body].concat())
    }

    /// Asks as a program with a token.
    pub(crate) fn get(&self, path: &str, token: &str) -> Answer {
        self.ask("GET", path, &[("Authorization", &format!("Bearer {token}")), ("Accept", TAXII)], &[])
    }

    pub(crate) fn post(&self, path: &str, token: &str, body: &[u8]) -> Answer {
        let bearer = format!("Bearer {token}");
        let fields = [("Authorization", bearer.as_str()), ("Accept", TAXII), ("Content-Type", TAXII)];
        self.ask("POST", path, &fields, body)
    }
}

pub(crate) const TAXII: &str = "application/taxii+json;version=2.1";

#[derive(Debug)]
struct Pinned {
    fingerprint: String,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _others: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let found: Vec<String> = sha256(&[certificate]).iter().map(|octet| format!("{octet:02X}")).collect();
        if found.join(":") == self.fingerprint {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("TLS 1.3 alone is spoken".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
