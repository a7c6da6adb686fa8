//! The part of a text that shows why it was found.

use std::collections::BTreeSet;

use crate::limits::SNIPPET_CHARACTERS;
use crate::token;

/// Stretches of a text that are looked at; what comes later is seldom why a record is opened.
const MAX_STRETCHES: usize = 400;

/// The stretch of a text that holds most of what was searched for, on one line; its beginning if it holds nothing of it.
pub(crate) fn snippet(text: &str, wanted: &BTreeSet<String>) -> String {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    // Stretches overlap by half, so that what lies at a border stands whole in one of them.
    let step = SNIPPET_CHARACTERS.div_euclid(2);
    let mut best = (0, 0);
    for first in (0..starts.len()).step_by(step).take(MAX_STRETCHES) {
        let held = token::tokens(stretch(text, &starts, first));
        let found: BTreeSet<_> = held.into_iter().filter(|token| wanted.contains(token)).collect();
        if found.len() > best.0 {
            best = (found.len(), first);
        }
        if found.len() == wanted.len() {
            break;
        }
    }
    framed(text, &starts, best.1)
}

fn stretch<'t>(text: &'t str, starts: &[usize], first: usize) -> &'t str {
    let end = starts.get(first.saturating_add(SNIPPET_CHARACTERS)).copied().unwrap_or(text.len());
    starts.get(first).and_then(|start| text.get(*start..end)).unwrap_or_default()
}

fn framed(text: &str, starts: &[usize], first: usize) -> String {
    let shown = stretch(text, starts, first);
    let line = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let before = if first == 0 { "" } else { "… " };
    let has_more = starts.len() > first.saturating_add(SNIPPET_CHARACTERS);
    format!("{before}{line}{}", if has_more { " …" } else { "" })
}
