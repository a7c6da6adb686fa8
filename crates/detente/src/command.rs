//! What each command does.

pub(crate) mod init;
pub(crate) mod record;
