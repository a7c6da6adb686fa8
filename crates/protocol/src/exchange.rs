//! Exchange between nodes: what is read of a peer, what is checked before any of it counts, and what a peer is caught at.
//!
//! A reader looks at files, wherever they come from: the answers of a peer, a bundle, another node of a simulation. Each step
//! is a pure function of what is known and of the files that came so far. It answers which files it still needs, or what
//! follows from them. So a lost line costs nothing but asking again, and a stick with files is read by the same code as a
//! peer.
//!
//! ```text
//! head statement, opened --> node log continues what we knew? --> feed's checkpoint agrees, and continues what we knew?
//!   --> entries, each checked against the feed's tree --> leaves, each proved in the node log --> bodies --> Package
//! ```
//!
//! Nothing here believes a peer. What is wrong becomes [`Caught`], with evidence where a stranger could check it.

mod allowance;
mod caught;
mod compare;
mod control;
pub mod deposit;
pub mod evidence;
mod files;
pub mod listing;
mod opened;
mod pull;
pub mod quota;
mod resource;
pub mod timing;
pub mod urgent;
mod witness;

pub use allowance::Allowance;
pub use caught::{Caught, FalseFrame, FalseHead, Weight};
pub use compare::compare;
pub use control::{Control, OwnOpened, PairReveal};
pub use deposit::{BadDeposit, HandIn, Kept, NotSealed};
pub use files::{Absence, Files};
pub use listing::ListedFeed;
pub use opened::{BadOpened, Disbelieved, MAX_OPENED_BYTES, Opened, Proven};
pub use pull::{Arrived, Content, FeedKnown, Known, MAX_PACKAGE, Package, Peer, Ring, Seen, Step, pull};
pub use quota::{HandedIn, Quotas, Spells, UsedUp};
pub use resource::{FeedName, LogId, MAX_PROFILE_BYTES, NotAResource, Resource};
pub use witness::{AddCheckpoint, BadRequest, MAX_ADD_CHECKPOINT_BYTES, Refusal, Remembered, add_checkpoint, fork_of};
