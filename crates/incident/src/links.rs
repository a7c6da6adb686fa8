//! Links between reports and incidents, as a pure function of the set of signed statements.
//!
//! Nothing merges by itself. Two incidents are the same only where somebody said so of these two; what follows from two
//! statements together is shown as a question and never joined.

mod graph;
mod statement;

pub use crate::taking_back::{VoidReason, Voided};
pub use graph::{BEYOND_STEPS_MAX, Beyond, Graph, Lead, Report, Resolution, Verdict};
pub use statement::{LINK_TYPE, Link, LinkError, LinkStatement, LinkWord};
