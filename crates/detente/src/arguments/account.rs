//! Arguments of `detente account` and `detente token`.

use std::path::PathBuf;

use access::{AccountName, Right, Role};
use clap::{Args, Subcommand};
use record::digest::PartyId;

use super::NodeArguments;

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Add an account; the first one is an administrator's
    ///
    /// Names that look alike are one account. The password is asked for twice, or read from a file.
    Add(AccountAddArguments),
    /// List the accounts with their roles and rights
    List(AccountListArguments),
    /// Give an account other roles
    ///
    /// Everybody who is signed in as this account is signed out, and its tokens reach no further than its new rights.
    SetRole(AccountRoleArguments),
    /// Give an account another password, and sign it out everywhere
    SetPassword(AccountPasswordArguments),
    /// Let an account and its tokens do nothing any more
    Disable(AccountNameArguments),
    /// Let a disabled account work again
    Enable(AccountNameArguments),
    /// Remove an account for good, with its tokens
    Remove(AccountNameArguments),
    /// End every session of an account; its tokens go on
    SignOut(AccountNameArguments),
    /// Check the log of requests against the digests that this node logged of it
    ///
    /// Each minute with requests has a digest in the node's log `access`. A line of `access.log`, or of an older file of it, that was
    /// changed, added, taken out or moved is found, and so is a file that was taken away. Nothing is proved of lines since the last
    /// digest, nor that a request was written down at all.
    Requests(AccountListArguments),
}

/// Who changes what, where.
#[derive(Debug, Args)]
pub(crate) struct ChangeArguments {
    /// Who does this; it is logged
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    /// Do it; without this, only say what would change
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct AccountAddArguments {
    /// The account's name: one word
    #[arg(value_name = "NAME")]
    pub(crate) name: AccountName,
    /// A role: administrator, analyst, duty-officer, machine, reader or releaser; may be given many times
    #[arg(long = "role", value_name = "ROLE", required = true)]
    pub(crate) roles: Vec<Role>,
    /// The other party that it belongs to: it gets that party's feeds and nothing else
    #[arg(long, value_name = "PARTY", allow_hyphen_values = true)]
    pub(crate) partner: Option<PartyId>,
    /// Read its password from the first line of a file
    #[arg(long, value_name = "FILE", conflicts_with = "no_password")]
    pub(crate) password_file: Option<PathBuf>,
    /// Set no password yet: nobody can sign in to it until one is set
    #[arg(long)]
    pub(crate) no_password: bool,
    #[command(flatten)]
    pub(crate) change: ChangeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct AccountListArguments {
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct AccountRoleArguments {
    /// The account
    #[arg(value_name = "NAME")]
    pub(crate) name: AccountName,
    /// A role that it has from then on; may be given many times
    #[arg(long = "role", value_name = "ROLE", required = true)]
    pub(crate) roles: Vec<Role>,
    #[command(flatten)]
    pub(crate) change: ChangeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct AccountPasswordArguments {
    /// The account
    #[arg(value_name = "NAME")]
    pub(crate) name: AccountName,
    /// Read the new password from the first line of a file
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) change: ChangeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct AccountNameArguments {
    /// The account
    #[arg(value_name = "NAME")]
    pub(crate) name: AccountName,
    #[command(flatten)]
    pub(crate) change: ChangeArguments,
}

/// What can be done with tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token for a program; it is printed once
    ///
    /// It reaches as far as its account does, and no further than the rights that are named. What is kept is a keyed hash.
    Make(TokenMakeArguments),
    /// List the tokens: how far they reach, when they end, when they were last used
    List(TokenListArguments),
    /// Let a token not count any more
    Revoke(TokenRevokeArguments),
}

#[derive(Debug, Args)]
pub(crate) struct TokenMakeArguments {
    /// The account that it speaks for
    #[arg(value_name = "ACCOUNT")]
    pub(crate) account: AccountName,
    /// The token's name, one of its kind in the account
    #[arg(value_name = "NAME")]
    pub(crate) name: AccountName,
    /// A right that it carries, such as read, read-feeds, post or write; may be given many times
    #[arg(long = "right", value_name = "RIGHT", required = true)]
    pub(crate) rights: Vec<Right>,
    /// A collection that it reaches; may be given many times; all, if none is named
    #[arg(long = "collection", value_name = "NAME")]
    pub(crate) collections: Vec<String>,
    /// Days until it ends
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..=400))]
    pub(crate) days: u16,
    #[command(flatten)]
    pub(crate) change: ChangeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct TokenListArguments {
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Only those of this account
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) account: Option<AccountName>,
}

#[derive(Debug, Args)]
pub(crate) struct TokenRevokeArguments {
    /// The account that it speaks for
    #[arg(value_name = "ACCOUNT")]
    pub(crate) account: AccountName,
    /// The token's name
    #[arg(value_name = "NAME")]
    pub(crate) name: AccountName,
    #[command(flatten)]
    pub(crate) change: ChangeArguments,
}
