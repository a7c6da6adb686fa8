//! What can be asked: each ask names its right once, and carries what it is about.

use record::digest::{PartyId, RecordDigest};
use record::label::Tlp;

use crate::decide::Resource;
use crate::name::{AccountName, Skeleton};
use crate::role::Right;

mod sealed {
    #[expect(unnameable_types, reason = "nobody else may say that something of theirs is an ask")]
    pub trait Sealed {}
}

/// Something that a handler does for somebody who may. Closed: a right cannot be asked for under another's name.
pub trait Ask: sealed::Sealed {
    /// The right that it takes.
    const RIGHT: Right;

    /// What it is asked for.
    fn resource(&self) -> Resource<'_>;
}

/// A record, as the node knows it when it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "handlers make these; a further fact must break them")]
pub struct About {
    /// Which record.
    pub record: RecordDigest,
    /// The marking in force for it as a whole; none if nobody has labelled it.
    pub tlp: Option<Tlp>,
    /// Whether the caller's account was named as one who may see it.
    pub is_named: bool,
}

impl About {
    const fn resource(&self) -> Resource<'_> {
        Resource::Record { tlp: self.tlp, is_named: self.is_named }
    }
}

/// Writes asks that are about the node as a whole.
macro_rules! about_node {
    ($($(#[$doc:meta])* $ask:ident = $right:ident,)+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(clippy::exhaustive_structs, reason = "it is about nothing in particular")]
        pub struct $ask;

        impl sealed::Sealed for $ask {}

        impl Ask for $ask {
            const RIGHT: Right = Right::$right;

            fn resource(&self) -> Resource<'_> {
                Resource::Node
            }
        }
    )+ };
}

/// Writes asks that are about one record.
macro_rules! about_record {
    ($($(#[$doc:meta])* $ask:ident = $right:ident,)+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[expect(clippy::exhaustive_structs, reason = "it is about one record")]
        pub struct $ask(pub About);

        impl sealed::Sealed for $ask {}

        impl Ask for $ask {
            const RIGHT: Right = Right::$right;

            fn resource(&self) -> Resource<'_> {
                self.0.resource()
            }
        }
    )+ };
}

about_node! {
    /// Change accounts and anybody's tokens.
    ManageAccounts = Accounts,
    /// See alarms and settle them.
    HandleAlarms = Alarms,
    /// Acknowledge notices, ask and give clarifications.
    AnswerNotices = Answer,
    /// Peers, floors, keys, jobs.
    Operate = Operate,
    /// Search and list. What is found is asked for record by record.
    Search = Read,
    /// Read the log of requests.
    ReadAccessLog = ReadAccessLog,
    /// Open confidential reports.
    ReadReports = Reports,
    /// Take in something new: a draft, an import.
    WriteNew = Write,
    /// See what waits to be approved or published.
    ReadQueue = Propose,
}

about_record! {
    /// Read a record.
    ReadRecord = Read,
    /// Write the next version of a record, link it, merge it.
    ChangeRecord = Write,
    /// Label a record.
    LabelRecord = Label,
    /// Propose the release of a record.
    ProposeRelease = Propose,
}

/// Approve a proposed release.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "handlers make these; a further fact must break them")]
pub struct ApproveRelease {
    /// The octets of what the approval is bound to (`policy`'s binding).
    pub binding: [u8; 32],
    /// Who proposed it, from the proposal and not from the request.
    pub proposer: Skeleton,
}

/// Publish a release that was approved, or recall one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "handlers make these; a further fact must break them")]
pub struct PublishRelease {
    /// The octets of what was approved (`policy`'s binding).
    pub binding: [u8; 32],
    /// The record.
    pub about: About,
}

/// Read a feed, or the collection that is a view of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "handlers make these; a further fact must break them")]
pub struct ReadFeed {
    /// The parties that are its members now.
    pub members: Vec<PartyId>,
    /// The collection's name, where it is one.
    pub collection: Option<String>,
}

/// Hand in objects to a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "handlers make these; a further fact must break them")]
pub struct PostObjects {
    /// The collection's name.
    pub collection: String,
}

/// Change one's own password, sessions or tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "handlers make these; a further fact must break them")]
pub struct OwnAccount {
    /// The account that is to be changed.
    pub account: AccountName,
}

/// Writes the rights of asks that carry more than a record.
macro_rules! ask {
    ($ask:ident = $right:ident, $self:ident => $resource:expr) => {
        impl sealed::Sealed for $ask {}

        impl Ask for $ask {
            const RIGHT: Right = Right::$right;

            fn resource(&$self) -> Resource<'_> {
                $resource
            }
        }
    };
}

ask!(ApproveRelease = Approve, self => Resource::Proposal { proposer: &self.proposer });
ask!(PublishRelease = Publish, self => self.about.resource());
ask!(ReadFeed = ReadFeeds, self => Resource::Feed { members: &self.members, collection: self.collection.as_deref() });
ask!(PostObjects = Post, self => Resource::Feed { members: &[], collection: Some(&self.collection) });
ask!(OwnAccount = OwnAccount, self => Resource::Account(&self.account));
