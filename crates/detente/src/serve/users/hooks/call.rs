//! One call: a name is looked up once, all that it stands for is checked, and what was checked is what is called.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use api::webhook::{Answered, Callee, Message, TIMEOUT_MS, WebhookUrl};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// How long looking up a name may take of the time for a call: whoever answers for a name may be slow on purpose.
const LOOK_UP: Duration = Duration::from_secs(5);

/// The network as calls need it. Production has one, [`Internet`].
pub(super) trait Network: Send + Sync {
    /// Every address that a name stands for just now; none if it stands for nothing.
    fn look_up(&self, host: &str, port: u16) -> Vec<IpAddr>;

    /// Where an address that was checked is.
    fn at(&self, checked: SocketAddr) -> SocketAddr {
        checked
    }

    /// Who may vouch for a certificate.
    fn roots(&self) -> RootCerts {
        RootCerts::WebPki
    }
}

/// The network that everybody shares.
pub(super) struct Internet;

impl Network for Internet {
    fn look_up(&self, host: &str, port: u16) -> Vec<IpAddr> {
        let (send, receive) = channel();
        let name = host.to_owned();
        // The system gives no way to end a look-up: what comes too late is heard by nobody.
        let begun = thread::Builder::new().name("look-up".to_owned()).spawn(move || {
            let found = (name.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
            let _late = send.send(found.unwrap_or_default());
        });
        let found = begun.ok().and_then(|_| receive.recv_timeout(LOOK_UP).ok()).unwrap_or_default();
        found.iter().map(SocketAddr::ip).collect()
    }
}

/// What came of a call.
pub(super) struct Called {
    pub(super) answered: Answered,
    /// Why nothing was taken, in words for the operator.
    pub(super) why: Option<String>,
}

impl Called {
    const fn not(why: String) -> Self {
        Self { answered: Answered::Not, why: Some(why) }
    }
}

/// Calls once.
pub(super) fn call(network: &dyn Network, url: &WebhookUrl, message: &Message) -> Called {
    let began = Instant::now();
    let found = if url.address().is_some() { Vec::new() } else { network.look_up(url.host(), url.port()) };
    let callee = match Callee::check(url, &found) {
        Ok(callee) => callee,
        Err(error) => return Called::not(error.to_string()),
    };
    let left = Duration::from_millis(TIMEOUT_MS).saturating_sub(began.elapsed());
    post(&agent(network, &callee, left), &callee, message)
}

fn post(agent: &ureq::Agent, callee: &Callee, message: &Message) -> Called {
    let mut asked = agent.post(uri(callee)).header("content-type", "application/json");
    for (name, value) in message.headers() {
        asked = asked.header(name, value);
    }
    match asked.send(message.body.as_str()) {
        // Its body is not read: nothing that is said there counts.
        Ok(answer) => {
            let status = answer.status().as_u16();
            let wait = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
            let why = (!answer.status().is_success()).then(|| format!("it answered {status}"));
            Called { answered: Answered::Status(status, wait), why }
        }
        Err(error) => Called::not(error.to_string()),
    }
}

/// The URL again, from the parts that were checked: another reader of URLs need not read the text as ours did.
fn uri(callee: &Callee) -> String {
    let host = if callee.host().contains(':') { format!("[{}]", callee.host()) } else { callee.host().to_owned() };
    match callee.address().port() {
        443 => format!("https://{host}{}", callee.target()),
        port => format!("https://{host}:{port}{}", callee.target()),
    }
}

fn agent(network: &dyn Network, callee: &Callee, left: Duration) -> ureq::Agent {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = TlsConfig::builder().unversioned_rustls_crypto_provider(provider).root_certs(network.roots()).build();
    let config = ureq::Agent::config_builder()
        .tls_config(tls)
        .https_only(true)
        // It would look the name up again, or call from where other addresses are reachable.
        .proxy(None)
        // Where they lead was not checked.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .timeout_global(Some(left))
        .user_agent(concat!("detente/", env!("CARGO_PKG_VERSION")))
        .build();
    let checked = Checked(network.at(callee.address()));
    ureq::Agent::with_parts(config, DefaultConnector::default(), checked)
}

/// Every name stands for the one address that was checked.
#[derive(Debug)]
struct Checked(SocketAddr);

impl Resolver for Checked {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut addresses = self.empty();
        addresses.push(self.0);
        Ok(addresses)
    }
}
