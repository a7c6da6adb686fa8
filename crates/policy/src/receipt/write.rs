//! Writing a private receipt.

use record::base64url;
use record::digest::AgreementDigest;
use record::json::{self, Json, Map};

use crate::cedar::{ENGINE, schema_digest};
use crate::decision::{
    Active, Ask, Decision, Engine, Exposure, Movement, Outcome, Permit, Reason, Refusal, Subject, fields_json,
};

pub(super) fn text(engine: &Engine, subject: &Subject, ask: &Ask, exposure: &Exposure, decision: &Decision) -> Vec<u8> {
    let map = Map::new()
        .with("v", number(1))
        .with("engine", ENGINE)
        .with("schema", base64url::encode(&schema_digest()))
        .with("floors", base64url::encode(&engine.floors().digest()))
        .with("sender", engine.own().to_string())
        .with("agreements", agreements(engine, ask))
        .with("subject", subject_json(subject))
        .with("ask", ask_json(ask))
        .with("exposure", exposure.iter().map(|(name, stands)| (name.as_str(), number(*stands))).collect::<Map>())
        .with("outcome", outcome_json(&decision.outcome))
        .with("movements", Json::Array(decision.movements.iter().map(movement_json).collect()));
    let unread = engine.unread(ask);
    // Written only where there is one.
    let map = if unread.is_empty() { map } else { map.with("unread", digests(&unread)) };
    // Every value is text or a whole number of the profile, so it can be written.
    json::canonical(&Json::from(map)).unwrap_or_default()
}

/// The agreements that could bear on it, and how each stood.
pub(super) fn agreements(engine: &Engine, ask: &Ask) -> Json {
    let one = |active: &Active| {
        Map::new()
            .with("agreement", active.agreement.digest().to_string())
            .with("since", active.since.to_string())
            .with("suspended", Json::Bool(active.is_suspended))
    };
    Json::Array(engine.standing(ask).into_iter().map(|active| one(active).into()).collect())
}

/// The agreements that bound a recipient and could not be read.
pub(super) fn digests(unread: &[AgreementDigest]) -> Json {
    list(unread.iter().map(ToString::to_string))
}

/// Counters beyond 2^53 are written as text: they are an error already, and must still be told.
pub(super) fn number(value: i64) -> Json {
    Json::integer(value).unwrap_or_else(|| Json::text(value.to_string()))
}

pub(super) fn list(items: impl Iterator<Item = String>) -> Json {
    Json::Array(items.map(Json::text).collect())
}

fn subject_json(subject: &Subject) -> Map {
    Map::new()
        .with("record", subject.record.to_string())
        .with("kind", subject.kind.name())
        .with("author", subject.author.to_string())
        .with("second_hand", Json::Bool(subject.is_second_hand))
        .with("fields", fields_json(&subject.fields))
}

fn ask_json(ask: &Ask) -> Map {
    let approvals = ask.approvals.iter().map(|approval| {
        let map = Map::new().with("by", approval.by.as_str()).with("time", approval.time.to_string());
        Json::from(map.with("binding", approval.binding.to_string()))
    });
    let map = Map::new()
        .with("agreement", ask.agreement.to_string())
        .with("purpose", ask.purpose.name())
        .with("hide", list(ask.hide.iter().map(ToString::to_string)))
        .with("proposer", ask.proposer.as_str())
        .with("approvals", Json::Array(approvals.collect()))
        .with("time", ask.time.to_string());
    match &ask.clause {
        Some(clause) => map.with("clause", clause.as_str()),
        None => map,
    }
}

fn movement_json(movement: &Movement) -> Json {
    Map::new()
        .with("counter", movement.counter.as_str())
        .with("before", number(movement.before))
        .with("by", number(movement.by))
        .with("at_most", number(movement.at_most))
        .into()
}

fn outcome_json(outcome: &Outcome) -> Map {
    match outcome {
        Outcome::Permitted(permit) => Map::new().with("permitted", permit_json(permit)),
        Outcome::Refused(Refusal { reasons, would_be }) => {
            let map = Map::new().with("refused", codes(reasons));
            match would_be {
                Some(permit) => map.with("would_be", permit_json(permit)),
                None => map,
            }
        }
    }
}

fn permit_json(permit: &Permit) -> Map {
    let dropped = permit
        .dropped
        .iter()
        .map(|one| Json::from(Map::new().with("path", one.path.as_str()).with("reasons", codes(&one.reasons))));
    Map::new()
        .with("clause", permit.clause.as_str())
        .with("recipients", list(permit.recipients.iter().map(ToString::to_string)))
        .with("shown", list(permit.shown.iter().map(ToString::to_string)))
        .with("dropped", Json::Array(dropped.collect()))
        .with("marks", crate::decision::marks_json(&permit.marks))
        .with("approvals_needed", number(i64::from(permit.approvals_needed)))
        .with("binding", permit.binding().to_string())
}

fn codes(reasons: &[Reason]) -> Json {
    list(reasons.iter().map(Reason::code))
}
