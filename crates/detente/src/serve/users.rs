//! The site for this node's own people and programs, and for accounts of partners: TAXII, feeds for MISP, the API.
//!
//! It listens at a second address, since nobody who comes there has a transport key, and shows a certificate that browsers read.

mod access_log;
mod accounts;
mod api;
mod audiences;
mod certificate;
mod desk;
pub(super) mod hooks;
mod misp;
mod pages;
mod posting;
mod settings;
mod shelf;
mod statuses;

use std::sync::Arc;

use node::limits::ServerLimits;
use node::metrics::Metrics;
use node::server::{Server, hold};
use web::users::Users;

use super::lending::Lending;
use super::rounds::Tell;
use crate::home::Home;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::scanning::LiveBank;

use self::pages::OpenToAll;
pub(super) use api::to_reply;
pub(super) use desk::UsersDesk;
pub(super) use settings::UsersSettings;

/// Requests in a second from one address, which may be a whole office behind one router; each account is held to less.
const REQUESTS_PER_SECOND: u32 = 1_000;

/// Requests that such an address may make at once.
const REQUESTS_BURST: u32 = 2_000;

/// Connections in a second from one address, and at once: programs that open one for each request.
const CONNECTIONS_PER_SECOND: u32 = 200;
const CONNECTIONS_BURST: u32 = 400;

/// Connections of one address at the same time: a browser takes six, and a program some more.
const CONNECTIONS_PER_ADDRESS: usize = 64;

/// The span over which the rate of a body of more than 64 KiB is measured, in milliseconds, and the octets that must pass in it: 16 KiB
/// in a second, 128 kbit/s. People and programs with a slower line send shorter ones.
const LONG_WINDOW_MS: u64 = 30_000;
const LONG_OCTETS_PER_WINDOW: u64 = 30 * 16 * 1024;

/// The site, bound to its address and not begun.
pub(super) struct Bound {
    pub(super) server: Server<Users<UsersDesk>>,
    pub(super) desk: Arc<UsersDesk>,
}

/// Takes the address, if the settings name one. The certificate is made now, if there is none.
pub(super) async fn bind(
    settings: Option<&UsersSettings>,
    (home, lending, bank): (&Home, &Arc<Lending>, &Arc<LiveBank>),
    (metrics, tell): (&Arc<Metrics>, &Tell),
    report: &mut Report,
) -> Done<Option<Bound>> {
    let Some(settings) = settings else { return Ok(None) };
    let certificate = certificate::of(home, settings)?;
    let fingerprint = certificate::shown(&certificate.fingerprint());
    let config = certificate.config().map_err(Failure::input)?;
    let listener = hold(settings.listen).await.map_err(Failure::environment)?;
    let address = listener.local_addr().map_err(Failure::environment)?.to_string();
    let origin = settings.origin.clone().unwrap_or_else(|| format!("https://{address}"));
    let open_to_all = OpenToAll { reads: settings.is_public, reports: settings.takes_reports };
    let (line, bank) = (Arc::clone(tell), Arc::clone(bank));
    let desk = Arc::new(UsersDesk::open(home, Arc::clone(lending), (origin, open_to_all), bank, line)?);
    let site = Arc::new(Users::new(Arc::clone(&desk)));
    let server = Server::for_users(listener, config, limits(), Arc::clone(metrics), site);
    report.fact("users_listening", address);
    report.fact("certificate_sha256", fingerprint);
    Ok(Some(Bound { server, desk }))
}

fn limits() -> ServerLimits {
    let mut limits = ServerLimits::default();
    limits.max_strangers = limits.max_connections;
    limits.max_strangers_per_address = CONNECTIONS_PER_ADDRESS;
    limits.stranger_connections_per_second = CONNECTIONS_PER_SECOND;
    limits.stranger_connections_burst = CONNECTIONS_BURST;
    limits.stranger_requests_per_second = REQUESTS_PER_SECOND;
    limits.stranger_requests_burst = REQUESTS_BURST;
    (limits.long_window_ms, limits.long_octets_per_window) = (LONG_WINDOW_MS, LONG_OCTETS_PER_WINDOW);
    limits
}
