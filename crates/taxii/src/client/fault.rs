//! What ends a reading, and what is told while it goes on.

use super::tries::MAX_WAIT_MS;

/// Why a source or a collection could not be read to its end. What was read before it stays.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The line broke, again and again.
    #[error("the server was not reached, in {tries} tries: {reason}")]
    Unreachable {
        /// How often it was tried.
        tries: u32,
        /// What the line said the last time.
        reason: String,
    },
    /// Whoever answers at this address is not who is meant, or is not believed to be.
    #[error("the server is not believed to be the one that is meant: {0}")]
    NotBelieved(String),
    /// It answers that it cannot, again and again.
    #[error("the server answered {status}, {tries} times")]
    Failing {
        /// Its last status.
        status: u16,
        /// How often it was asked.
        tries: u32,
    },
    /// It asks to be left alone for longer than a run waits.
    #[error("the server asks to be left alone for {seconds} seconds")]
    Later {
        /// For how long.
        seconds: u64,
    },
    /// 401.
    #[error("the server does not know who asks (401)")]
    Unauthenticated,
    /// 403.
    #[error("the server does not let us read this (403)")]
    Forbidden,
    /// 404 or 410.
    #[error("there is nothing at this address, or nothing for us (404)")]
    NotFound,
    /// 406 or 415.
    #[error("the server does not answer in the form of TAXII 2.1 (406)")]
    NotAcceptable,
    /// Any other status.
    #[error("the server answered {status}{}", if title.is_empty() { String::new() } else { format!(": {title}") })]
    Status {
        /// The status.
        status: u16,
        /// What it says about it, cut short.
        title: String,
    },
    /// It speaks another version.
    #[error("the server speaks version {0} and not TAXII 2.1")]
    OtherVersion(String),
    /// What it sends is no JSON.
    #[error("the server sent `{0}` where JSON should come")]
    ContentType(String),
    /// A document of the server cannot be read.
    #[error("{what} cannot be read: {why}")]
    Document {
        /// Which.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// It points somewhere else.
    #[error("the server points to `{0}`, which is another one")]
    Elsewhere(String),
    /// It points on and on.
    #[error("the server points from one address to another and does not answer")]
    Redirected,
    /// It has no API root that we may ask.
    #[error("the server names no API root that can be asked")]
    NoRoot,
    /// A collection that was asked for is not there.
    #[error("the server offers no collection `{0}`")]
    NoSuchCollection(String),
    /// It says that there is more, and neither how to get it nor until when it has given.
    #[error("the server says that there is more, and not how to ask for it")]
    NoWayOn,
    /// It gives a cursor that it gave before, and nothing new with it.
    #[error("the server gives the same cursor again and nothing new with it, so this would never end")]
    CursorRepeats,
    /// It gives the same objects, or none, again and again, and says that there is more.
    #[error("the server gives the same objects again and again, so this would never end")]
    GoesRound,
    /// One object is larger than an answer may be.
    #[error("the server sends more octets for a single object than are taken")]
    TooLarge,
    /// A page has more objects than any page may have.
    #[error("the server sends more objects on a page than are taken")]
    TooManyObjects,
    /// There are more pages than a run reads.
    #[error("the server gives more pages than one run reads")]
    TooManyPages,
}

/// What is told of a server that goes its own ways, while it is read all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Note {
    /// Its answers have no type.
    #[error("answers come without a content type")]
    NoContentType,
    /// Its answers have another type.
    #[error("answers come as `{0}` and not as application/taxii+json")]
    ContentType(String),
    /// A date that cannot be read.
    #[error("`X-TAXII-Date-Added-Last: {0}` cannot be read and is passed over")]
    DateUnreadable(String),
    /// An API root elsewhere, or one that is no address.
    #[error("the API root `{0}` is at another server, or no address, and is not asked")]
    RootElsewhere(String),
    /// An API root without this version.
    #[error("the API root `{0}` does not speak TAXII 2.1 and is not asked")]
    RootOtherVersion(String),
    /// A collection whose id could not stand in a path, or that stands there twice.
    #[error("a collection with the id `{0}` cannot be asked for")]
    BadCollection(String),
    /// A collection that we may not read.
    #[error("the collection `{0}` is not for us to read")]
    NotReadable(String),
    /// A cursor of an earlier page is not taken any more; the date goes on.
    #[error("the server does not take its own cursor any more; it is asked by date instead")]
    CursorRefused,
    /// More objects than fit on a page have one date, and there is no cursor.
    #[error("the server gives more than a page of objects one and the same date and no cursor: some may be missing")]
    SharedDate,
    /// It sends more than was asked for.
    #[error("the server sends more objects than it is asked for")]
    LimitPassedOver,
    /// A page was too large and is asked for in smaller ones.
    #[error("a page had too many octets; it is asked for with {0} objects at a time")]
    SmallerPages(usize),
    /// It neither dates its pages nor gives cursors: the next run reads everything again, and keeps what is new.
    #[error("the server does not date its pages: each run reads all of it again, and keeps what is new")]
    Undated,
}

impl Fault {
    /// Whether nothing else need be asked of this server now.
    #[must_use]
    pub const fn ends_all(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. }
                | Self::NotBelieved(_)
                | Self::Failing { .. }
                | Self::Later { .. }
                | Self::Unauthenticated
        )
    }

    /// What the operator can do about it.
    #[must_use]
    pub fn advice(&self) -> String {
        match self {
            Self::Unreachable { .. } | Self::Failing { .. } => {
                "try again later: what was read is kept, and the next run goes on from there".to_owned()
            }
            Self::NotBelieved(_) => {
                "nothing was said to it. If it has a certificate of its own, ask its operator for its SHA-256 and name it with --fingerprint, \
                 or name its authority with --ca"
                    .to_owned()
            }
            Self::Later { seconds } => {
                let most = MAX_WAIT_MS / 1_000;
                format!("a run waits {most} seconds at most; begin again in {seconds} seconds")
            }
            Self::Unauthenticated => {
                "name the source again with the right --user and --password-file, or --token-file".to_owned()
            }
            Self::Forbidden => "ask its operator for the right to read, or name other collections".to_owned(),
            Self::NotFound => "is the address right? Discovery is mostly at https://HOST/taxii2/".to_owned(),
            Self::NotAcceptable | Self::OtherVersion(_) => {
                "TAXII 2.0 and 1.x are not read; ask its operator for an address of version 2.1".to_owned()
            }
            Self::ContentType(_) | Self::Document { .. } => {
                "is this the address of a TAXII 2.1 server? Discovery is mostly at https://HOST/taxii2/".to_owned()
            }
            Self::Elsewhere(_) | Self::NoRoot => {
                "if that one is meant, name the source with its address, or add --allow-origin for its API roots"
                    .to_owned()
            }
            Self::NoSuchCollection(_) => "see what there is with: detente taxii collections NAME".to_owned(),
            Self::Status { .. } | Self::Redirected | Self::NoWayOn | Self::CursorRepeats | Self::GoesRound => {
                "tell its operator; what was read before it is kept".to_owned()
            }
            Self::TooLarge | Self::TooManyObjects => "tell its operator; nothing of that page was kept".to_owned(),
            Self::TooManyPages => "run it again: it goes on from there".to_owned(),
        }
    }
}
