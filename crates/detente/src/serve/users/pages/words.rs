//! What commands tell, as blocks.

use pages::{Block, Inline, Say, Tone};
use record::json::{Json, Map};

/// Most things of one list that a preview names.
const MAX_NAMED: usize = 50;

/// What a command told, as names and what stands behind them; and what it warned of.
pub(super) fn told(answer: &Map) -> Vec<Block> {
    let told = answer.get("told").and_then(Json::as_object).cloned().unwrap_or_default();
    let warnings = answer.get("warnings").and_then(Json::as_array).unwrap_or_default();
    let warnings =
        warnings.iter().filter_map(Json::as_str).map(|words| Block::Notice(Tone::Watch, vec![Inline::content(words)]));
    let facts = told
        .iter()
        .filter(|(name, _)| *name != "made")
        .map(|(name, value)| (Say::known("told", &name.replace('_', "-")), line(value)));
    let facts: Vec<_> = facts.filter(|(_, line)| !line.is_empty()).collect();
    let mut blocks: Vec<_> = warnings.collect();
    blocks.extend((!facts.is_empty()).then_some(Block::Facts(facts)));
    blocks
}

/// A value in a line.
pub(super) fn line(value: &Json) -> Vec<Inline> {
    match value {
        Json::Null => Vec::new(),
        Json::Bool(is_so) => vec![Inline::Text(Say::Word(if *is_so { "yes" } else { "no" }))],
        Json::String(text) => vec![Inline::content(text.as_str())],
        Json::Number(_) => vec![Inline::sign(value.to_text())],
        Json::Array(elements) => elements.iter().take(MAX_NAMED).flat_map(line).collect(),
        Json::Object(map) => map
            .iter()
            .flat_map(|(name, value)| {
                [vec![Inline::Text(Say::known("told", &name.replace('_', "-")))], line(value)].concat()
            })
            .collect(),
    }
}
