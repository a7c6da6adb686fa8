//! What an evaluation asks of the clocks of an incident: which are set, moved, displaced, withdrawn.
//!
//! What an evaluation cannot settle stays as it is: a clock that runs is not stopped because a fact was taken back. What a person
//! withdrew is not set again while its moment is the same; it is once the facts give it another.

use std::collections::BTreeSet;

use record::json::{Json, Map};
use record::time::Timestamp;

use super::{Clock, ClockEvent, ClockId, Clocks, Happening};
use crate::answer::{Answer, By, Reckoned, StageClock, Standing};

/// Who says what follows from an evaluation. No account can have this name.
pub const NODE: &str = "(node)";

/// What follows for the clocks of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Setting {
    /// What happens to them, in the order of the answers. Nothing, if they stand as the facts ask.
    pub events: Vec<ClockEvent>,
    /// Clocks that run on although the facts do not say any more that they do.
    pub unsettled: Vec<Unsettled>,
}

/// A clock that runs on although nothing says any more that it does.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unsettled {
    /// The stage.
    pub stage: String,
    /// The facts that would settle it; empty if no pack has the duty any more.
    pub missing: Vec<String>,
}

impl Setting {
    /// As JSON.
    #[must_use]
    pub fn to_json(&self) -> Map {
        let unsettled = self.unsettled.iter().map(|one| {
            let missing = one.missing.iter().map(|id| Json::text(id.as_str())).collect();
            Json::from(Map::new().with("stage", one.stage.as_str()).with("missing", Json::Array(missing)))
        });
        Map::new()
            .with("events", Json::Array(self.events.iter().map(ClockEvent::to_json).collect()))
            .with("unsettled", Json::Array(unsettled.collect()))
    }
}

/// What the answers about an incident ask of its clocks, at a moment. `because` is the digest of the record from which the answers
/// follow; it stands in what is withdrawn.
///
/// Asked again with the same answers after its events were taken, it asks for nothing.
#[must_use]
pub fn set(incident: &str, answers: &[Answer<'_>], clocks: &Clocks, because: &str, at: Timestamp) -> Setting {
    let mut asked = Asked { incident, clocks, because, at, setting: Setting::default(), seen: BTreeSet::new() };
    answers.iter().for_each(|answer| asked.answer(answer));
    asked.left();
    asked.setting
}

/// What becomes of the clocks of an incident that is not there any more: those that run are withdrawn. `because` is the digest of the
/// record that says so.
#[must_use]
pub fn withdraw_all(incident: &str, clocks: &Clocks, because: &str, at: Timestamp) -> Setting {
    let running = clocks.iter().filter(|clock| clock.id.incident == incident && clock.is_open());
    let withdrawn = || Happening::Withdrawn { because: because.to_owned() };
    let events = running.map(|clock| ClockEvent::new(clock.id.clone(), at, NODE, withdrawn())).collect();
    Setting { events, unsettled: Vec::new() }
}

struct Asked<'a> {
    incident: &'a str,
    clocks: &'a Clocks,
    because: &'a str,
    at: Timestamp,
    setting: Setting,
    seen: BTreeSet<String>,
}

impl Asked<'_> {
    fn answer(&mut self, answer: &Answer<'_>) {
        for stage in &answer.duty.stages {
            let _new = self.seen.insert(format!("{}/{}", answer.duty.path, stage.id));
        }
        match &answer.standing {
            Standing::Due(due) => due.clocks.iter().for_each(|clock| self.stage(answer, clock)),
            Standing::Undetermined { missing, .. } => self.leave(answer, missing),
            Standing::Displaced { by, .. } => self.end(answer, &Happening::Displaced { by: (*by).to_owned() }),
            Standing::NotDue | Standing::NotInForce { .. } => self.end(answer, &self.withdrawn()),
        }
    }

    fn withdrawn(&self) -> Happening {
        Happening::Withdrawn { because: self.because.to_owned() }
    }

    fn clock(&self, stage: &str) -> Option<&Clock> {
        self.clocks.get(&ClockId::new(self.incident, stage))
    }

    fn stage(&mut self, answer: &Answer<'_>, of_stage: &StageClock<'_>) {
        let stage = format!("{}/{}", answer.duty.path, of_stage.stage.id);
        match &of_stage.reckoned {
            Reckoned::By(by) => {
                if self.clock(&stage).is_none_or(|clock| is_moved(clock, by, of_stage.stage.repeats_until.is_some())) {
                    self.say(stage, Happening::Set { started: by.started, due: by.due });
                }
            }
            Reckoned::None if self.is_open(&stage) => self.say(stage, self.withdrawn()),
            Reckoned::WaitsFor { missing, .. } | Reckoned::Undetermined { missing, .. } => {
                self.unsettled(stage, missing);
            }
            Reckoned::None | Reckoned::WithoutDelay { .. } => {}
        }
    }

    fn is_open(&self, stage: &str) -> bool {
        self.clock(stage).is_some_and(Clock::is_open)
    }

    fn end(&mut self, answer: &Answer<'_>, happening: &Happening) {
        for stage in &answer.duty.stages {
            let stage = format!("{}/{}", answer.duty.path, stage.id);
            if self.is_open(&stage) {
                self.say(stage, happening.clone());
            }
        }
    }

    fn leave(&mut self, answer: &Answer<'_>, missing: &[&str]) {
        for stage in &answer.duty.stages {
            self.unsettled(format!("{}/{}", answer.duty.path, stage.id), missing);
        }
    }

    fn unsettled(&mut self, stage: String, missing: &[&str]) {
        if self.is_open(&stage) {
            let missing = missing.iter().map(|id| (*id).to_owned()).collect();
            self.setting.unsettled.push(Unsettled { stage, missing });
        }
    }

    /// Clocks of duties that no pack has any more.
    fn left(&mut self) {
        let of_incident = self.clocks.iter().filter(|clock| clock.id.incident == self.incident && clock.is_open());
        let left: Vec<String> = of_incident.map(|clock| clock.id.stage.clone()).collect();
        for stage in left.into_iter().filter(|stage| !self.seen.contains(stage)).collect::<Vec<_>>() {
            self.setting.unsettled.push(Unsettled { stage, missing: Vec::new() });
        }
    }

    fn say(&mut self, stage: String, happening: Happening) {
        let event = ClockEvent::new(ClockId::new(self.incident, stage), self.at, NODE, happening);
        self.setting.events.push(event);
    }
}

/// Whether a clock has to be set anew.
fn is_moved(clock: &Clock, by: &By<'_>, is_repeated: bool) -> bool {
    let is_same = clock.started == by.started && clock.due == by.due;
    if clock.is_filed {
        // What was filed stays filed, however the start moves; only the next period of a repeated stage begins anew.
        let begins_after = clock.filings.last().is_some_and(|filing| by.started.first >= filing.at);
        return !is_same && is_repeated && begins_after;
    }
    let is_ended_by_hand = clock.ended_by.as_deref().is_some_and(|by| by != NODE);
    !is_same || (clock.end.is_some() && !is_ended_by_hand)
}
