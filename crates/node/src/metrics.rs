//! What the transport counts, as text that monitoring systems read.
//!
//! The labels are words of this program, never anything that came over the wire: whoever sends many different things
//! must not be able to make many different series.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::tls::TlsFault;

/// Why a connection was refused or ended by the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Refused {
    /// All connections are taken.
    Full,
    /// All connections for strangers are taken.
    StrangersFull,
    /// The address has too many connections.
    AddressFull,
    /// The address opens connections too often.
    AddressRate,
    /// The peer has too many connections.
    PeerFull,
    /// The system has no file to spare.
    NoFiles,
    /// A header did not come in time.
    HeadTime,
    /// A header was too large.
    HeadSize,
    /// The header was not HTTP.
    NotHttp,
    /// The other side read too slowly.
    SlowReader,
}

impl Refused {
    const fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::StrangersFull => "strangers_full",
            Self::AddressFull => "address_full",
            Self::AddressRate => "address_rate",
            Self::PeerFull => "peer_full",
            Self::NoFiles => "no_files",
            Self::HeadTime => "head_time",
            Self::HeadSize => "head_size",
            Self::NotHttp => "not_http",
            Self::SlowReader => "slow_reader",
        }
    }
}

/// One number that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Series {
    /// Connections that are open, to the server.
    Open,
    /// Connections that the server took in.
    Accepted,
    /// Connections that the server refused or ended.
    Refused(Refused),
    /// Handshakes that failed, on either side, by the word of [`TlsFault::word`].
    Handshakes(&'static str),
    /// Requests that the server answered, by status.
    Answered(u16),
    /// Requests that the client made, by how they ended.
    Asked(&'static str),
    /// Connections that the client opened.
    Dialled,
    /// Octets that came in, TLS included.
    OctetsIn,
    /// Octets that went out, TLS included.
    OctetsOut,
}

/// How a number is presented.
struct Form {
    name: &'static str,
    kind: &'static str,
    help: &'static str,
    label: Option<(&'static str, String)>,
}

impl Series {
    fn form(self) -> Form {
        let (name, kind, help) = self.heading();
        let label = match self {
            Self::Refused(cause) => Some(("cause", cause.word().to_owned())),
            Self::Handshakes(cause) => Some(("cause", cause.to_owned())),
            Self::Answered(status) => Some(("status", status.to_string())),
            Self::Asked(outcome) => Some(("outcome", outcome.to_owned())),
            Self::Open | Self::Accepted | Self::Dialled | Self::OctetsIn | Self::OctetsOut => None,
        };
        Form { name, kind, help, label }
    }

    const fn heading(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Open => ("detente_connections", "gauge", "Connections open to the server."),
            Self::Accepted => ("detente_connections_total", "counter", "Connections taken in."),
            Self::Refused(_) => ("detente_refused_total", "counter", "Connections refused or ended, by cause."),
            Self::Handshakes(_) => ("detente_handshakes_failed_total", "counter", "Failed handshakes, by cause."),
            Self::Answered(_) => ("detente_requests_total", "counter", "Requests answered, by status."),
            Self::Asked(_) => ("detente_fetches_total", "counter", "Requests made, by how they ended."),
            Self::Dialled => ("detente_dialled_total", "counter", "Connections opened to peers."),
            Self::OctetsIn => ("detente_octets_in_total", "counter", "Octets received, TLS included."),
            Self::OctetsOut => ("detente_octets_out_total", "counter", "Octets sent, TLS included."),
        }
    }
}

/// The numbers of one node. Server and client share one.
#[derive(Debug, Default)]
pub struct Metrics {
    values: Mutex<BTreeMap<Series, u64>>,
}

impl Metrics {
    /// Nothing counted yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What a series stands at.
    #[must_use]
    pub fn value(&self, series: Series) -> u64 {
        self.values.lock().unwrap_or_else(PoisonError::into_inner).get(&series).copied().unwrap_or(0)
    }

    /// All of it in the text form that Prometheus defined (version 0.0.4).
    #[must_use]
    pub fn to_text(&self) -> String {
        let values = self.values.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut text = String::new();
        let mut heading = "";
        for (series, value) in values {
            let form = series.form();
            if form.name != heading {
                heading = form.name;
                write_heading(&mut text, &form);
            }
            write_value(&mut text, &form, value);
        }
        text
    }

    pub(crate) fn add(&self, series: Series, count: usize) {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.change(series, |value| value.saturating_add(count));
    }

    pub(crate) fn lower(&self, series: Series) {
        self.change(series, |value| value.saturating_sub(1));
    }

    pub(crate) fn handshake_failed(&self, fault: &TlsFault) {
        self.add(Series::Handshakes(fault.word()), 1);
    }

    fn change(&self, series: Series, how: impl FnOnce(u64) -> u64) {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let value = values.entry(series).or_default();
        *value = how(*value);
    }
}

// Writing into a string cannot fail.
fn write_heading(text: &mut String, form: &Form) {
    let _done = writeln!(text, "# HELP {} {}\n# TYPE {} {}", form.name, form.help, form.name, form.kind);
}

fn write_value(text: &mut String, form: &Form, value: u64) {
    let _done = match &form.label {
        Some((label, word)) => writeln!(text, "{}{{{label}=\"{word}\"}} {value}", form.name),
        None => writeln!(text, "{} {value}", form.name),
    };
}
