//! Agreements: those in force, on the table and over; and one, with its text, its examples and what can be done with it.

mod examples;
mod forms;
mod list;
mod one;
mod redline;
mod said;
mod text;

pub(super) use self::list::page as list;
pub(super) use self::one::page as one;

use pages::{Say, Tone};
use protocol::negotiation::{Period, State};

/// How far a text has come, and how that is meant.
fn state(state: State, period: Period) -> (Say, Tone) {
    let tone = match (state, period) {
        (State::InForce, Period::Covered) => Tone::Good,
        (State::Offered | State::Countered | State::Accepted | State::Verified | State::Suspended, _) => Tone::Watch,
        (State::InForce | State::Withdrawn | State::Terminated, _) => Tone::Calm,
    };
    let word = match (state, period) {
        (State::InForce, Period::NotYet) => "agreement-state-not-yet".into(),
        (State::InForce | State::Suspended, Period::Over) => "agreement-state-over".into(),
        _ => Say::known("agreement-state", &state.name().replace(' ', "-")),
    };
    (word, tone)
}
