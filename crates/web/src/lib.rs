//! What a node shows over HTTPS: thin handlers that turn paths into questions and answers into status codes.
//!
//! ```text
//! GET  /log/..  /feed/..  /peer/profile      files, by protocol::exchange::Resource
//! GET  /peer/feeds?wait=SECONDS              the caller's feeds; with If-None-Match and wait, once they have changed
//! GET  /peer/heads                           what this node remembers of the caller's node log (for its restore guard)
//! GET  /peer/seen?feed=NAME                  the checkpoint that this node saw of a feed that the caller reads too
//! POST /peer/statement                       an acknowledgement, an answer to a recall, a silence
//! POST /peer/message                         a step of a negotiation
//! POST /peer/cosignature                     a member's cosignature on a checkpoint of a feed
//! POST /peer/deposit                          a body for a member, sealed, of an agreement that names this node depositary
//! POST /peer/deposit/ask                      the question of a member for such a body
//! POST /peer/add-checkpoint                  C2SP tlog-witness
//! POST /peer/pair/..                         pairing by a spoken code
//! GET  /healthz  /readyz  /metrics
//! ```

mod desk;
mod routes;
pub mod users;

pub use desk::{Desk, Handed, PairStep, Shown};
pub use routes::{MAX_WAIT_SECONDS, Routes};
