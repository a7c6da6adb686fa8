//! Duties of reporting: whom must we tell, by when, with what.
//!
//! One invariant: **no rule of any law stands here.** Packs are data with their sources; this crate reads them, counts time, and
//! says what it cannot know yet and which fact would settle it. Nothing is guessed: what is not known stays so, and what the law
//! leaves open is told as disputed. The moment is an argument; the same facts and moment give the same answers.

mod answer;
mod change;
pub mod clock;
mod condition;
mod counting;
mod day;
mod dictionary;
mod evaluate;
mod explain;
mod facts;
mod fault;
pub mod form;
mod json;
pub mod kept;
pub mod limits;
mod lines;
pub mod lint;
mod of_incident;
mod order;
mod pack;
mod reader;
mod set;
mod settle;
pub mod shipped;
mod signed_form;
mod text;
mod truth;
mod value;
mod vignette;
mod work;
mod zone;

pub use answer::{
    Answer, By, Due, Otherwise, PossibleDisplacement, Reckoned, Sooner, StageClock, Standing, StandingWord,
};
pub use change::{Change, Preview, Settling, Summary, changed};
pub use condition::{Comparison, Condition, Leaf, Test};
pub use counting::{Calendar, Counting, DayOfWeek, Ends, Unit, Within};
pub use day::{Day, NotADay, Span, spell};
pub use dictionary::{About, Code, Dictionary, Fact, FactIndex, FactType, IncidentKind};
pub use explain::Reason;
pub use facts::Facts;
pub use fault::Fault;
pub use pack::{
    Binding, Confidence, Deadline, Definition, Displacement, Duty, FORMAT, Pack, PredicateWindow, Question, Source,
    Stage, Start, Window,
};
pub use set::{PackFault, Packs};
pub use signed_form::{RULE_PACK_EXTENSION, RULE_PACK_TYPE};
pub use text::{Both, Language};
pub use truth::Truth;
pub use value::{Value, words as value_words};
pub use vignette::{Expectation, ExpectedClock, ExpectedStage, Failure, Step, Vignette, scenario};
pub use zone::{Zone, ZoneRule};
