//! Foreign text in errors: enough to find it by, and no more. An error may end in a log, where content has no place.

/// Characters that an error quotes.
const EXCERPT_CHARACTERS: usize = 80;

/// The beginning of a text, with a sign that it goes on.
pub(crate) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
