//! A server of TAXII 2.1 on loopback, as a test needs it: it pages, breaks off, points elsewhere, and remembers what it was asked.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use rcgen::{CertificateParams, PKCS_ED25519, PublicKeyData, SerialNumber, SigningKey};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::scene::Desk;

pub(crate) const COLLECTION: &str = "91a7b528-80eb-42ed-a74d-c6fbd5a26116";

/// How long a server that hangs keeps a line open: longer than any story.
const HANGS: Duration = Duration::from_secs(600);

/// How the server is, and what it was asked.
pub(crate) struct State {
    /// Objects in the order in which they were added.
    pub(crate) objects: Vec<String>,
    /// Objects of a page, whatever is asked for.
    pub(crate) page: usize,
    /// Breaks off in the middle of an answer with objects, so many times.
    pub(crate) breaks: usize,
    /// Does not answer pages behind this one, and keeps the line open.
    pub(crate) hangs_behind: Option<usize>,
    /// What discovery is answered with, if not as it should be.
    pub(crate) front: Option<(u16, String, String)>,
    /// Everything it was asked: path and query, and who asked.
    pub(crate) asked: Vec<(String, Option<String>)>,
}

/// A server that ends with the test.
pub(crate) struct Taxii {
    pub(crate) state: Arc<Mutex<State>>,
    pub(crate) address: String,
    scheme: &'static str,
}

/// A certificate of a server's own, and how it is named.
pub(crate) struct Certificate {
    pub(crate) pem: String,
    pub(crate) fingerprint: String,
    config: Arc<ServerConfig>,
}

impl Taxii {
    pub(crate) fn with(count: usize) -> Self {
        Self::begin(count, None)
    }

    pub(crate) fn with_tls(count: usize, certificate: &Certificate) -> Self {
        Self::begin(count, Some(Arc::clone(&certificate.config)))
    }

    fn begin(count: usize, tls: Option<Arc<ServerConfig>>) -> Self {
        let objects = (0..count).map(tool).collect();
        let (page, breaks, hangs_behind, front, asked) = (3, 0, None, None, Vec::new());
        let state = Arc::new(Mutex::new(State { objects, page, breaks, hangs_behind, front, asked }));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, tls) = (Arc::clone(&shared), tls.clone());
                thread::spawn(move || match tls {
                    None => serve(stream, &state),
                    Some(config) => {
                        let connection = ServerConnection::new(config).unwrap();
                        serve(StreamOwned::new(connection, stream), &state);
                    }
                });
            }
        });
        Self { state, address, scheme }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://{}/taxii2/", self.scheme, self.address)
    }

    pub(crate) fn put(&self, object: impl Into<String>) {
        self.state.lock().unwrap().objects.push(object.into());
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap());
    }

    /// What it was asked since this was asked last.
    pub(crate) fn asked(&self) -> Vec<(String, Option<String>)> {
        std::mem::take(&mut self.state.lock().unwrap().asked)
    }

    pub(crate) fn pages_asked(&self) -> usize {
        self.state.lock().unwrap().asked.iter().filter(|(path, _)| path.contains("/objects/")).count()
    }
}

impl Desk {
    /// Names a server as `coast` at the node `harbour`.
    pub(crate) fn name_server(&self, taxii: &Taxii, more: &str) {
        self.run(&format!("taxii add coast {} --dir harbour {more}", taxii.url())).ends_with(0);
    }
}

/// The author of the objects.
pub(crate) const AUTHOR: &str = "identity--b38dfe21-7477-40d1-aa90-5c8671ce51ca";

pub(crate) fn tool_id(number: usize) -> String {
    format!("tool--5d0092c5-5f74-4287-9642-{number:012x}")
}

/// An object that breaks no rule.
pub(crate) fn tool(number: usize) -> String {
    tool_version(number, 1)
}

pub(crate) fn tool_version(number: usize, version: usize) -> String {
    let id = tool_id(number);
    format!(
        r#"{{"type":"tool","spec_version":"2.1","id":"{id}","created_by_ref":"{AUTHOR}","created":"2026-07-01T00:00:00.000Z","modified":"2026-07-{version:02}T00:00:00.000Z","name":"crane {number}"}}"#
    )
}

fn serve(mut stream: impl Read + Write, state: &Mutex<State>) {
    let Some((target, authorization)) = read_head(&mut stream) else { return };
    let mut state = state.lock().unwrap();
    state.asked.push((target.clone(), authorization));
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    if path == "/taxii2/"
        && let Some((status, field, body)) = state.front.clone()
    {
        return send(&mut stream, status, &field, &body, body.len());
    }
    let media = "Content-Type: application/taxii+json;version=2.1";
    let body = match path {
        "/taxii2/" => r#"{"title":"Coast","api_roots":["/api/"]}"#.to_owned(),
        "/api/" => r#"{"title":"Coast","versions":["application/taxii+json;version=2.1"],"max_content_length":1000}"#
            .to_owned(),
        "/api/collections/" => format!(
            r#"{{"collections":[{{"id":"{COLLECTION}","title":"What we saw","can_read":true,"can_write":false}},{{"id":"closed","title":"Ours","can_read":false,"can_write":false}}]}}"#
        ),
        other if other == format!("/api/collections/{COLLECTION}/objects/") => {
            let hangs = page(&mut stream, &mut state, query, media);
            drop(state);
            if hangs {
                thread::sleep(HANGS);
            }
            return;
        }
        _ => return send(&mut stream, 404, media, "{}", 2),
    };
    send(&mut stream, 200, media, &body, body.len());
}

/// Dates are minutes of one day, so that no two objects share one.
fn date(index: usize) -> String {
    format!("2026-07-10T{:02}:{:02}:00.000000Z", index / 60, index % 60)
}

/// True if the answer is to be waited for in vain.
fn page(stream: &mut impl Write, state: &mut State, query: &str, media: &str) -> bool {
    let parameter =
        |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned);
    let after = parameter("added_after").map(|after| after.replace("%3A", ":"));
    let from = match (parameter("next"), after) {
        (Some(next), _) => next.parse().unwrap(),
        (None, Some(after)) => {
            (0..state.objects.len()).find(|index| date(*index) > after).unwrap_or(state.objects.len())
        }
        (None, None) => 0,
    };
    if state.hangs_behind.is_some_and(|most| from / state.page >= most) {
        return true;
    }
    let to = (from + state.page).min(state.objects.len());
    if from == to {
        send(stream, 200, media, "{}", 2);
        return false;
    }
    let objects = state.objects[from..to].join(",");
    let more = if to < state.objects.len() { format!(r#","more":true,"next":"{to}""#) } else { String::new() };
    let body = format!(r#"{{"objects":[{objects}]{more}}}"#);
    let field =
        format!("{media}\r\nX-TAXII-Date-Added-First: {}\r\nX-TAXII-Date-Added-Last: {}", date(from), date(to - 1));
    if state.breaks > 0 {
        state.breaks -= 1;
        send(stream, 200, &field, body.get(..body.len() / 2).unwrap(), body.len());
        return false;
    }
    send(stream, 200, &field, &body, body.len());
    false
}

fn read_head(stream: &mut impl Read) -> Option<(String, Option<String>)> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    let target = first.split(' ').nth(1)?.to_owned();
    let mut authorization = None;
    for line in lines.map_while(Result::ok).take_while(|line| !line.is_empty()) {
        if let Some((name, value)) = line.split_once(": ")
            && name.eq_ignore_ascii_case("authorization")
        {
            authorization = Some(value.to_owned());
        }
    }
    Some((target, authorization))
}

fn send(stream: &mut impl Write, status: u16, field: &str, body: &str, length: usize) {
    // Whoever has hung up does not hear it.
    let _gone =
        write!(stream, "HTTP/1.1 {status} X\r\n{field}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    let _gone = stream.flush();
}

struct Key(Ed25519KeyPair);

impl PublicKeyData for Key {
    fn der_bytes(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        &PKCS_ED25519
    }
}

impl SigningKey for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        Ok(self.0.sign(message).as_ref().to_vec())
    }
}

impl Certificate {
    /// For this machine, by nobody but itself.
    pub(crate) fn own() -> Self {
        let random = aws_lc_rs::rand::SystemRandom::new();
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
        let key = Key(Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap());
        let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        params.serial_number = Some(SerialNumber::from(1_u64));
        let der: CertificateDer<'static> = params.self_signed(&key).unwrap().der().clone();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let key = PrivatePkcs8KeyDer::from(pkcs8.as_ref().to_vec());
        let config = config.with_no_client_auth().with_single_cert(vec![der.clone()], key.into()).unwrap();
        let digest = record::digest::sha256(&[der.as_ref()]);
        let fingerprint = digest.iter().map(|octet| format!("{octet:02X}")).collect::<Vec<_>>().join(":");
        Self { pem: pem(&der), fingerprint, config: Arc::new(config) }
    }
}

fn pem(der: &[u8]) -> String {
    let mut text = record::base64url::encode(der).replace('-', "+").replace('_', "/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    let lines: Vec<String> = text.as_bytes().chunks(64).map(|line| String::from_utf8(line.to_vec()).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}
