//! AI incidents: what is reported, what is known, who says so, and what may be the same.
//!
//! One invariant: **nothing merges by itself.** Candidates are shown with their reasons, a person decides, every decision is a
//! signed statement that can be taken back, and an id never dies.

mod accounts;
pub mod candidates;
mod chain;
mod compute;
mod concern;
mod core_extension;
mod countermeasure;
pub mod criteria;
pub mod csv;
mod difference;
mod error;
mod facts;
mod harm;
mod incident;
pub mod labels;
pub mod links;
mod moment;
mod place;
mod property;
mod reader;
pub mod reference;
mod signed_form;
mod stage;
mod taking_back;
pub mod taxonomy;
pub mod timeline;
mod translation;
pub mod trend;
mod typed;
mod vocabulary;

pub use accounts::{Account, Comparison, Row, Saying, side_by_side};
pub use chain::{Chain, Fault, Version};
pub use compute::{ComputeRange, Flop, NotFlop};
pub use concern::{Acting, Concern, acting};
pub use core_extension::IncidentCore;
pub use countermeasure::{
    COUNTERMEASURE_TYPE, Countermeasure, CountermeasureFacts, CountermeasureText, Outcome, Setting,
};
pub use difference::{Change, Difference, difference};
pub use error::PropertyError;
pub use facts::Facts;
pub use harm::{Harm, HarmState, HarmType, Range};
pub use incident::{INCIDENT_TYPE, Incident, Showing, extension_id};
pub use moment::{Moment, NotAMoment, Precision, TimeName};
pub use place::{Country, Industry, NotACode, Place};
pub use property::{Count, List, Text, property_names};
pub use stage::{Stage, StageError};
pub use translation::{TRANSLATION_TYPE, Translation, TranslationError};
pub use typed::{Wish, typed};
pub use vocabulary::{AutonomyLevel, DeploymentState, EventKind, Severity, SubmitterRole, UseKind};
