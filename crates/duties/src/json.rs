//! Answers as JSON, for commands and pages of others.

use std::sync::Arc;

use record::json::{Json, Map};

use crate::answer::{Answer, By, Due, Otherwise, Reckoned, Sooner, StageClock, Standing};
use crate::day::Span;
use crate::pack::Question;
use crate::text::Both;

impl Both {
    /// Both texts.
    #[must_use]
    pub fn to_json(&self) -> Json {
        Map::new().with("en", self.en.as_str()).with("zh", self.zh.as_str()).into()
    }
}

impl Answer<'_> {
    /// The answer with everything that it says.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let disputed = self.disputed.iter().map(|question| {
            Json::from(Map::new().with("id", question.id.as_str()).with("question", question.text.to_json()))
        });
        let map = Map::new()
            .with("pack", self.pack.id.as_str())
            .with("pack_version", self.pack.version.as_str())
            .with("duty", self.duty.path.as_str())
            .with("label", self.duty.label.to_json())
            .with("jurisdiction", self.pack.jurisdiction.as_str())
            .with("binding", self.duty.binding.name())
            .with("standing", self.standing.word().name())
            .with("disputed", Json::Array(disputed.collect()))
            .with("confidence", self.confidence.name())
            .with("past_review", Json::Bool(self.is_past_review))
            .with("recipient", self.duty.recipient.to_json())
            .with("source", self.duty.source.to_json());
        standing(map, &self.standing).into()
    }
}

fn standing(map: Map, standing: &Standing<'_>) -> Map {
    match standing {
        Standing::Due(due) => due_members(map, due),
        Standing::NotDue => map,
        Standing::Undetermined { missing } => map.with("missing", texts(missing)),
        Standing::Displaced { by } => map.with("displaced_by", *by),
        Standing::NotInForce { from: Some(from) } => map.with("in_force_from", from.to_string()),
        Standing::NotInForce { from: None } => map,
    }
}

fn due_members(map: Map, due: &Due<'_>) -> Map {
    let clocks = due.clocks.iter().map(clock).collect();
    let displaced_if = due.displaced_if.iter().map(|possible| {
        let map = Map::new().with("by", possible.by).with("missing", texts(&possible.missing));
        Json::from(map.with("disputed", questions(&possible.disputed)))
    });
    map.with("clocks", Json::Array(clocks)).with("displaced_if", Json::Array(displaced_if.collect()))
}

fn clock(clock: &StageClock<'_>) -> Json {
    let map = Map::new().with("stage", clock.stage.id.as_str()).with("label", clock.stage.label.to_json());
    let map = match &clock.stage.form {
        Some(form) => map.with("form", form.as_str()),
        None => map,
    };
    let map = match &clock.reckoned {
        Reckoned::By(by) => by_members(map.with("clock", "by"), by),
        Reckoned::WithoutDelay { started, deadline, perhaps } => {
            let map = map.with("clock", "without delay").with("deadline", deadline.label.to_json());
            let map = map.with("perhaps", sooner(perhaps));
            started.map_or_else(|| map.clone(), |span| map.clone().with("started", text(span)))
        }
        Reckoned::WaitsFor { missing } => map.with("clock", "waits for").with("missing", texts(missing)),
        Reckoned::Undetermined { missing, sooner_if } => {
            map.with("clock", "undetermined").with("missing", texts(missing)).with("perhaps", sooner(sooner_if))
        }
        Reckoned::None => map.with("clock", "none"),
    };
    map.with("at_once", sooner(&clock.at_once)).with("disputed", questions(&clock.disputed)).into()
}

/// The ids of open questions; their texts stand once, in the answer.
fn questions(list: &[&Arc<Question>]) -> Json {
    Json::Array(list.iter().map(|question| Json::text(question.id.as_str())).collect())
}

fn by_members(map: Map, by: &By<'_>) -> Map {
    let years = by.calendar_missing.iter().map(|year| Json::count(*year)).collect();
    let map = map
        .with("started", text(by.started))
        .with("due", text(by.due))
        .with("deadline", by.deadline.id.as_str())
        .with("deadline_label", by.deadline.label.to_json())
        .with("zone", by.zone)
        .with("sooner_if", sooner(&by.sooner_if))
        .with("start_could_move", texts(&by.start_could_move))
        .with("holidays_missing", Json::Array(years));
    let map = match &by.otherwise {
        Some(other) => map.with("otherwise", otherwise(other)),
        None => map,
    };
    match by.zone_if {
        Some(fact) => map.with("zone_depends_on", fact),
        None => map,
    }
}

fn otherwise(otherwise: &Otherwise<'_>) -> Json {
    let map = Map::new().with("deadline", otherwise.deadline.id.as_str());
    map.with("label", otherwise.deadline.label.to_json()).with("due", text(otherwise.due)).into()
}

fn sooner(list: &[Sooner<'_>]) -> Json {
    let tell = |sooner: &Sooner<'_>| {
        let map = Map::new().with("deadline", sooner.deadline.id.as_str()).with("missing", texts(&sooner.missing));
        let map = map.with("label", sooner.deadline.label.to_json()).with("disputed", questions(&sooner.disputed));
        Json::from(sooner.due.map_or_else(|| map.clone(), |due| map.clone().with("due", text(due))))
    };
    Json::Array(list.iter().map(tell).collect())
}

fn text(span: Span) -> Json {
    Json::text(span.to_string())
}

fn texts(list: &[&str]) -> Json {
    Json::Array(list.iter().map(|text| Json::text(*text)).collect())
}
