//! A receiver of webhooks: HTTPS on this machine, with answers that were laid down before.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use api::webhook::{Subscription, verify};
use node::tls::SiteCertificate;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use ureq::tls::{PemItem, RootCerts, parse_pem};

use super::super::Delivery;
use super::super::call::Network;
use super::town::PUBLIC;
use crate::clock;

#[derive(Debug, Clone, Copy)]
pub(super) enum Answer {
    Status(u16),
    /// To another place on the same machine.
    Moved,
    /// The line stays open, and nothing comes.
    Never,
}

/// What came.
#[derive(Debug)]
pub(super) struct Heard {
    pub(super) line: String,
    fields: Vec<(String, String)>,
    pub(super) body: String,
}

pub(super) struct Receiver {
    pub(super) address: SocketAddr,
    authority: String,
    heard: mpsc::Receiver<Heard>,
    count: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
}

impl Heard {
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(super) fn is_signed_for(&self, hook: &Subscription) -> bool {
        let fields = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(|name| self.field(name).unwrap());
        verify(fields, self.body.as_bytes(), hook.secret(), clock::now()).is_ok()
    }
}

impl Receiver {
    pub(super) fn open(answers: impl IntoIterator<Item = Answer>) -> Self {
        let names = ["hooks.example.org".to_owned(), "slow.example.org".to_owned()];
        let pem = SiteCertificate::generate(&names, clock::now()).unwrap();
        let certificate = SiteCertificate::read(pem.certificate.as_bytes(), pem.key.as_bytes()).unwrap();
        let config = Arc::new(certificate.config().unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let answers = Arc::new(Mutex::new(answers.into_iter().collect::<VecDeque<_>>()));
        let (send, heard) = channel();
        let (count, connections) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (counted, connected) = (Arc::clone(&count), Arc::clone(&connections));
        // It ends with the process.
        let _listens = thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let _before = connected.fetch_add(1, Ordering::SeqCst);
                let (config, answers, send) = (Arc::clone(&config), Arc::clone(&answers), send.clone());
                let counted = Arc::clone(&counted);
                let _answers = thread::spawn(move || answer(stream, config, &answers, (&send, &counted)));
            }
        });
        Self { address, authority: pem.authority, heard, count, connections }
    }

    /// A network in which every name stands for these addresses, and this receiver is at all of them.
    pub(super) fn network(&self, stands_for: &[IpAddr]) -> Arc<dyn Network> {
        Arc::new(Streets {
            names: vec![("hooks.example.org", stands_for.to_vec())],
            at: vec![self.at()],
            roots: self.roots(),
        })
    }

    /// The same with another receiver at `slow.example.org`.
    pub(super) fn network_beside(&self, slow: &Self) -> Arc<dyn Network> {
        let other: IpAddr = "1.1.1.1".parse().unwrap();
        let names = vec![("hooks.example.org", vec![PUBLIC]), ("slow.example.org", vec![other])];
        let roots = [self.roots(), slow.roots()].concat();
        Arc::new(Streets { names, at: vec![self.at(), (other, slow.address)], roots })
    }

    fn at(&self) -> (IpAddr, SocketAddr) {
        (PUBLIC, self.address)
    }

    fn roots(&self) -> Vec<ureq::tls::Certificate<'static>> {
        let items = parse_pem(self.authority.as_bytes()).map(Result::unwrap);
        items.filter_map(|item| if let PemItem::Certificate(one) = item { Some(one) } else { None }).collect()
    }

    /// What comes next, while the delivery works.
    pub(super) fn hear(&self, delivery: &mut Delivery<'_>) -> Heard {
        let end = Instant::now() + Duration::from_secs(40);
        while Instant::now() < end {
            delivery.round(Duration::from_millis(100));
            if let Ok(heard) = self.heard.try_recv() {
                return heard;
            }
        }
        panic!("nothing came");
    }

    /// Requests that came.
    pub(super) fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

fn answer(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    answers: &Mutex<VecDeque<Answer>>,
    (send, counted): (&Sender<Heard>, &AtomicUsize),
) {
    let mut stream = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
    let Some(heard) = read(&mut stream) else { return };
    let _before = counted.fetch_add(1, Ordering::SeqCst);
    let answer = answers.lock().unwrap().pop_front().unwrap_or(Answer::Status(500));
    let (status, more) = match answer {
        Answer::Status(status) => (status, ""),
        Answer::Moved => (307, "Location: /elsewhere\r\n"),
        Answer::Never => {
            thread::sleep(Duration::from_secs(60));
            return;
        }
    };
    let text = format!("HTTP/1.1 {status} X\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(text.as_bytes()).unwrap();
    stream.conn.send_close_notify();
    stream.flush().unwrap();
    let _nobody_listens = send.send(heard);
}

fn read(stream: &mut StreamOwned<ServerConnection, TcpStream>) -> Option<Heard> {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let (first, rest) = lines.split_first()?;
    let fields: Vec<_> = rest.iter().filter_map(|line| line.split_once(": ")).collect();
    let length = fields.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?.1.parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let fields = fields.into_iter().map(owned).collect();
    Some(Heard { line: first.clone(), fields, body: String::from_utf8(body).ok()? })
}

/// Names and places of a story. What is at no place is reached by nobody.
struct Streets {
    names: Vec<(&'static str, Vec<IpAddr>)>,
    at: Vec<(IpAddr, SocketAddr)>,
    roots: Vec<ureq::tls::Certificate<'static>>,
}

impl Network for Streets {
    fn look_up(&self, host: &str, _: u16) -> Vec<IpAddr> {
        self.names.iter().find(|(name, _)| *name == host).map(|(_, found)| found.clone()).unwrap_or_default()
    }

    fn at(&self, checked: SocketAddr) -> SocketAddr {
        let found = self.at.iter().find(|(address, _)| *address == checked.ip());
        found.unwrap_or_else(|| panic!("{checked} was called, and nobody is there")).1
    }

    fn roots(&self) -> RootCerts {
        RootCerts::new_with_certs(&self.roots)
    }
}
