//! What each command does.

pub(crate) mod init;
pub(crate) mod key;
pub(crate) mod record;
