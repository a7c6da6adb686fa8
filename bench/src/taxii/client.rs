//! A program that speaks TAXII: HTTP/1.1, one request after another over a connection that stays open, or over one connection
//! each where the server closes it.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use record::json::{self, Json, Map};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, Error, SignatureScheme, StreamOwned};

/// What bodies are called.
const MEDIA: &str = "application/taxii+json;version=2.1";

/// How long an answer is waited for: far longer than any takes, and shorter than who runs this waits.
const PATIENCE: Duration = Duration::from_secs(300);

/// Octets of the longest answer that is read: twice the longest page of a node.
const MAX_ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// Octets that are read at once: some records of TLS.
const BUFFER_BYTES: usize = 64 * 1024;

/// A server, who asks there, and the collection that is read and written.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) address: String,
    /// The field that says who asks, whole: a token's, a password's or a session's.
    pub(crate) proof: String,
    /// None where no TLS is spoken.
    pub(crate) tls: Option<Arc<ClientConfig>>,
    /// The path of the collection's objects.
    pub(crate) objects: String,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    /// The cookies that it gives, as they are sent back.
    pub(crate) cookies: Vec<String>,
    closes: bool,
}

/// A program at a site.
#[derive(Debug)]
pub(crate) struct Line {
    site: Site,
    stream: Option<BufReader<Stream>>,
}

#[derive(Debug)]
enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Site {
    /// Connects.
    pub(crate) fn line(&self) -> anyhow::Result<Line> {
        let stream = Some(self.connect()?);
        Ok(Line { site: self.clone(), stream })
    }

    fn connect(&self) -> anyhow::Result<BufReader<Stream>> {
        Ok(BufReader::with_capacity(BUFFER_BYTES, self.stream()?))
    }

    fn stream(&self) -> anyhow::Result<Stream> {
        let socket = TcpStream::connect(&self.address).with_context(|| format!("nobody is at {}", self.address))?;
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        let Some(config) = &self.tls else { return Ok(Stream::Plain(socket)) };
        let connection = ClientConnection::new(Arc::clone(config), ServerName::try_from("localhost")?)?;
        let mut stream = StreamOwned::new(connection, socket);
        while stream.conn.is_handshaking() {
            let _octets = stream.conn.complete_io(&mut stream.sock)?;
        }
        Ok(Stream::Tls(Box::new(stream)))
    }
}

impl Line {
    pub(crate) fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        self.ask("GET", path, "", &[])
    }

    /// Sends an envelope to the collection.
    /// The same for a browser, which takes text in fewer octets.
    pub(crate) fn browse(&mut self, path: &str) -> anyhow::Result<Answer> {
        self.ask("GET", path, "Accept-Encoding: deflate\r\n", &[])
    }

    /// Sends a form, as a browser does.
    pub(crate) fn send(&mut self, path: &str, form: &str) -> anyhow::Result<Answer> {
        let kind = "application/x-www-form-urlencoded";
        let more = format!("Content-Type: {kind}\r\nContent-Length: {}\r\n", form.len());
        self.ask("POST", path, &more, form.as_bytes())
    }

    pub(crate) fn post(&mut self, body: &[u8]) -> anyhow::Result<Answer> {
        let path = self.site.objects.clone();
        self.ask("POST", &path, &format!("Content-Type: {MEDIA}\r\nContent-Length: {}\r\n", body.len()), body)
    }

    pub(crate) fn objects(&self) -> &str {
        &self.site.objects
    }

    fn ask(&mut self, method: &str, path: &str, more: &str, body: &[u8]) -> anyhow::Result<Answer> {
        let Site { address, proof, .. } = &self.site;
        // TAXII's own type where TAXII is spoken; elsewhere what a program, or a browser, asks for.
        let accept = match path.split('/').nth(1) {
            Some("taxii2") => MEDIA,
            Some("api") => "application/json",
            _ => "text/html",
        };
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\n{proof}\r\nAccept: {accept}\r\n{more}\r\n");
        let mut stream = self.stream.take().map_or_else(|| self.site.connect(), Ok)?;
        let request = [head.as_bytes(), body].concat();
        stream.get_mut().write_all(&request)?;
        stream.get_mut().flush()?;
        let answer = read(&mut stream).with_context(|| format!("the answer to {method} {path}"))?;
        self.stream = (!answer.closes).then_some(stream);
        Ok(answer)
    }
}

impl Answer {
    pub(crate) fn is(self, status: u16) -> anyhow::Result<Self> {
        let found = self.status;
        ensure!(found == status, "{status} was awaited and {found} came: {}", String::from_utf8_lossy(&self.body));
        Ok(self)
    }

    pub(crate) fn json(&self) -> anyhow::Result<Map> {
        let Json::Object(members) = json::parse_within(&self.body, MAX_ANSWER_BYTES)? else {
            bail!("the answer is no object")
        };
        Ok(members)
    }
}

/// An answer to its end.
fn read(stream: &mut BufReader<Stream>) -> anyhow::Result<Answer> {
    let first = line_of(stream)?;
    let status = first.split(' ').nth(1).context("no status")?.parse()?;
    let (mut length, mut cookies, mut closes) = (None, Vec::new(), first.starts_with("HTTP/1.0"));
    loop {
        let line = line_of(stream)?;
        let parted = line.split_once(':').map(|(name, value)| (name.to_ascii_lowercase(), value.trim()));
        match parted.as_ref().map(|(name, value)| (name.as_str(), *value)) {
            None => break,
            Some(("content-length", value)) => length = Some(value.parse::<usize>()?),
            Some(("connection", value)) => closes = value.eq_ignore_ascii_case("close"),
            Some(("set-cookie", value)) => cookies.extend(value.split(';').next().map(str::to_owned)),
            Some(_) => {}
        }
    }
    let length = length.filter(|length| *length <= MAX_ANSWER_BYTES).context("an answer of no length, or too long")?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(Answer { status, body, cookies, closes })
}

fn line_of(stream: &mut BufReader<Stream>) -> anyhow::Result<String> {
    let mut line = String::new();
    ensure!(stream.read_line(&mut line)? > 0, "the connection ended before the answer did");
    Ok(line.trim_end().to_owned())
}

impl Read for Stream {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(room),
            Self::Tls(stream) => stream.read(room),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.write(octets),
            Self::Tls(stream) => stream.write(octets),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::Plain(socket) => socket.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}

/// TLS to a node of our own on loopback: whose certificate it is, is not looked at; that the session is its owner's, is.
pub(crate) fn unchecked() -> anyhow::Result<Arc<ClientConfig>> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    let verifier = Arc::new(Unchecked { provider });
    Ok(Arc::new(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()))
}

#[derive(Debug)]
struct Unchecked {
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Unchecked {
    fn verify_server_cert(
        &self,
        _certificate: &CertificateDer<'_>,
        _others: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
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
