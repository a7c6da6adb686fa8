//! What each command does.

pub(crate) mod check;
pub(crate) mod init;
pub(crate) mod key;
pub(crate) mod log;
pub(crate) mod rebuild;
pub(crate) mod record;
