//! Which incidents may be the same event, and why.
//!
//! One invariant: **what comes out is a list with reasons, never a decision.** There is no function here that joins two
//! incidents and no threshold above which they count as one: in independently written texts about one event less is shared
//! than in many texts about two. A score orders a list and says nothing more; in particular it is no probability. The weights
//! of a candidate's reasons add up to its score, so nothing about the order stays unexplained.

mod evaluation;
mod features;
mod index;
mod meanings;
mod reasons;
mod row;
mod stem;
mod tokens;
mod weights;

pub use evaluation::{Evaluation, Judged, evaluate};
pub use index::{Index, IndexError, MAX_ANSWERS};
pub use meanings::across;
pub use reasons::{Candidate, Reason, Shared};
pub use row::{DayRange, MAX_CODED, MAX_NAME_BYTES, MAX_TEXT_BYTES, Row};
pub use weights::{WINDOW_DAYS, Weights};
