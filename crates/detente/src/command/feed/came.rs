//! Records that came in urgent frames, before their feed had shown them.

use node::exchange::{CameUrgent, FeedState, UrgentState};
use record::json::{Json, Map};
use storage::LocalStore;

use crate::outcome::{Done, Failure};
use crate::report::Report;

/// What is known of a record, in words.
fn words(one: &CameUrgent) -> String {
    match one.state {
        UrgentState::Signed => "signed, proof pending".to_owned(),
        UrgentState::Early => format!("signed, logged and cosigned; not verified: {} has not signed", one.missing),
        UrgentState::Proven => "proven".to_owned(),
        UrgentState::Doubted => "signed, and does not count".to_owned(),
        UrgentState::Contradicted => "FALSE: the feed shows another entry there".to_owned(),
        UrgentState::Absent => "FALSE: the feed never showed such an entry".to_owned(),
    }
}

fn of(store: &LocalStore, state: &FeedState) -> Done<Vec<CameUrgent>> {
    CameUrgent::of_feed(store, &state.peer, &state.feed).map_err(Failure::environment)
}

/// Says what came urgently in a feed.
pub(super) fn say(store: &LocalStore, state: &FeedState, report: &Report) -> Done<Json> {
    let rows = of(store, state)?.into_iter().map(|one| {
        let (index, record, words) = (one.index, &one.record, words(&one));
        report.line(format!("{index:>6}  URGENT   {record}  {words}  came {}", one.time));
        let map = Map::new().with("index", Json::count(index)).with("record", record.as_str());
        let map = map.with("state", one.state.word()).with("missing", one.missing.as_str());
        Json::from(map.with("came", one.time.to_string()).with("says", words))
    });
    Ok(Json::Array(rows.collect()))
}

/// The record of an entry that came urgently and that the feed has not shown yet.
pub(super) fn record_text(store: &LocalStore, state: &FeedState, index: u64, report: &Report) -> Done<String> {
    let came = of(store, state)?;
    let one = came.iter().find(|one| one.index == index).ok_or_else(|| {
        Failure::input(format!("no entry {index} has come"))
            .advise("`detente feed show FEED --dir DIR` shows those that have")
    })?;
    report.warn(&format!("this record is {}", words(one)));
    let frame = one.frame().ok_or_else(|| Failure::refused("the frame that is kept does not read"))?;
    Ok(String::from_utf8_lossy(frame.body()).into_owned())
}
