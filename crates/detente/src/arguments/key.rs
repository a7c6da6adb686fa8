//! `detente key`: what can be asked about keys.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use record::key_record::{Purpose, RevocationReason};
use record::time::Timestamp;

use super::PassphraseArguments;

/// What can be done with a party's keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// List key records, their keys, and what became of each
    ///
    /// A party is a chain of key records. The last one is in force; what a recovery overruled binds nobody and is kept as
    /// evidence.
    List(KeyListArguments),
    /// Replace keys by new ones, in good time
    ///
    /// The old keys sign the new key record, so that everybody can see that it is yours. What they signed before stays
    /// signed. Do this before keys expire, and when somebody who knew them leaves. If somebody else may have them, revoke
    /// them or recover.
    Rotate(KeyRotateArguments),
    /// Withdraw a key that must not count any more, and replace it
    ///
    /// Everybody who has the new profile file refuses what that key signed. A thief who holds the keys for records could
    /// sign a key record too: against a thief, recover.
    Revoke(KeyRevokeArguments),
    /// Take the party back with its recovery key
    ///
    /// All keys are new, and every key record after the one that you name is overruled, whoever signed it. No old private
    /// key is needed: the machine may be stolen, its disk dead, its passphrase forgotten. The recovery key is spent by this,
    /// and a new one is printed once.
    Recover(KeyRecoverArguments),
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("whose").required(true).multiple(true).args(["dir", "profiles"]))]
pub(crate) struct KeyListArguments {
    /// Directory of the node whose keys are listed
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// List the keys in this profile file instead. Given several files of one party, a fork between them is found
    #[arg(long = "keys-of", value_name = "PROFILE")]
    pub(crate) profiles: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct KeyRotateArguments {
    /// Directory of the node
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Replace the keys of this purpose: record, log, cosign, transport or bundle; may be given many times; all, if not given
    #[arg(long = "purpose", value_name = "PURPOSE")]
    pub(crate) purposes: Vec<Purpose>,
    /// Days until the new keys expire
    #[arg(long, value_name = "DAYS", default_value_t = 730, value_parser = clap::value_parser!(u16).range(1..=3650))]
    pub(crate) valid_days: u16,
    /// Only say what would change
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseArguments,
}

#[derive(Debug, Args)]
pub(crate) struct KeyRevokeArguments {
    /// The key's id as `detente key list` shows it, or its beginning of at least 8 characters
    #[arg(value_name = "KEY_ID", allow_hyphen_values = true)]
    pub(crate) key_id: String,
    /// Directory of the node
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Why: compromised (somebody else may have it), lost (nobody has it), superseded (another took its place)
    #[arg(long, value_name = "REASON")]
    pub(crate) reason: RevocationReason,
    /// Since when nothing by it should count; now, if not given
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<Timestamp>,
    /// Only say what would change
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseArguments,
}

#[derive(Debug, Args)]
pub(crate) struct KeyRecoverArguments {
    /// Directory of the node; only its profile.json is needed
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Read the recovery key from the first line of a file instead of asking for it
    #[arg(long, value_name = "FILE")]
    pub(crate) recovery_key_file: Option<PathBuf>,
    /// The last key record that nobody disputes, or the beginning of its digest; the one in force, if not given
    #[arg(long, value_name = "KEY_RECORD", allow_hyphen_values = true)]
    pub(crate) after: Option<String>,
    /// Days until the new keys expire
    #[arg(long, value_name = "DAYS", default_value_t = 730, value_parser = clap::value_parser!(u16).range(1..=3650))]
    pub(crate) valid_days: u16,
    /// Only say what would change
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseArguments,
}
