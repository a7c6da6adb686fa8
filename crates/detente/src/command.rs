//! What each command does.

pub(crate) mod agreement;
pub(crate) mod alarm;
pub(crate) mod bundle;
pub(crate) mod check;
pub(crate) mod clarify;
pub(crate) mod countermeasure;
pub(crate) mod export;
pub(crate) mod feed;
pub(crate) mod floor;
pub(crate) mod import;
pub(crate) mod incident;
pub(crate) mod init;
pub(crate) mod intake;
pub(crate) mod key;
pub(crate) mod label;
pub(crate) mod log;
pub(crate) mod partner;
pub(crate) mod peer;
pub(crate) mod rebuild;
pub(crate) mod record;
pub(crate) mod release;
pub(crate) mod search;
pub(crate) mod stix;
pub(crate) mod target;
pub(crate) mod watch;
