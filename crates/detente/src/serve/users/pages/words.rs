//! What commands tell, as blocks.

use pages::{Block, Inline, Say, Tone};
use record::json::{Json, Map};

use super::shared::{parted, value_in, word};

/// The list of words for what commands tell.
const TOLD: &str = "told";

/// What is told apart, or stands on the page itself: decisions, and reports as they would be filed.
const APART: [&str; 6] = ["made", "decision", "would_file", "unsaid", "disputed", "is_last"];

/// Most things of one list that a preview names.
const MAX_NAMED: usize = 50;

/// What a command told, as names and what stands behind them; and what it warned of.
pub(super) fn told(answer: &Map) -> Vec<Block> {
    let told = answer.get("told").and_then(Json::as_object).cloned().unwrap_or_default();
    let warnings = answer.get("warnings").and_then(Json::as_array).unwrap_or_default();
    let warnings =
        warnings.iter().filter_map(Json::as_str).map(|words| Block::Notice(Tone::Watch, vec![Inline::content(words)]));
    let facts =
        told.iter().filter(|(name, _)| !APART.contains(name)).map(|(name, value)| (word(TOLD, name), line(value)));
    let facts: Vec<_> = facts.filter(|(_, line)| !line.is_empty()).collect();
    let mut blocks: Vec<_> = warnings.collect();
    blocks.extend((!facts.is_empty()).then_some(Block::Facts(facts)));
    blocks.extend(told.get("decision").and_then(Json::as_object).map(decision).unwrap_or_default());
    blocks
}

/// A decision about a release: what would go, and why not the rest. Its reasons come in the language that the form asked for.
fn decision(decision: &Map) -> Vec<Block> {
    let reasons = decision.get("reasons").and_then(Json::as_array).unwrap_or_default();
    let text = |map: &Map, name: &str| Inline::content(map.text(name).unwrap_or_default());
    let reasons = reasons.iter().filter_map(Json::as_object).map(|one| vec![text(one, "why"), text(one, "change")]);
    let reasons: Vec<_> = reasons.collect();
    let shown = decision.get("permit").and_then(Json::as_object).and_then(|permit| permit.get("shown"));
    let shown: Vec<_> = shown.and_then(Json::as_array).unwrap_or_default().iter().filter_map(Json::as_str).collect();
    let places = shown.iter().take(MAX_NAMED).filter_map(|place| place.parse().ok());
    let places: Vec<_> = places.map(|place| Inline::code(crate::command::record::places::short(&place))).collect();
    let mut blocks = vec![Block::line(Say::count("told-decision-goes", shown.len()))];
    blocks.extend((!places.is_empty()).then_some(Block::Line(places)));
    blocks.extend((!reasons.is_empty()).then(|| Block::line("told-decision-lacks")));
    blocks.extend((!reasons.is_empty()).then_some(Block::List(reasons)));
    blocks
}

/// What a command told under one name: of a long list its beginning.
fn line(value: &Json) -> Vec<Inline> {
    match value.as_array() {
        Some(elements) => parted(elements.iter().take(MAX_NAMED).map(|one| value_in(TOLD, one))),
        None => value_in(TOLD, value),
    }
}
