//! Letters that stand for Latin ones by their shape or their name, beyond what the frozen table of the normaliser has.
//!
//! This table may grow: no hash follows from it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Each line: a Latin letter, a space, and all that stands for it.
static TABLE: LazyLock<BTreeMap<char, char>> = LazyLock::new(|| {
    let lines = include_str!("../../tables/look_alikes.txt").lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once(' ')).filter_map(|(letter, all)| {
        let letter = letter.chars().next()?;
        Some(all.chars().map(move |like| (like, letter)))
    });
    pairs.flatten().collect()
});

/// The text with these letters replaced; none if it has none.
pub(super) fn replaced(text: &str) -> Option<String> {
    if text.is_ascii() || !text.chars().any(|character| !character.is_ascii() && TABLE.contains_key(&character)) {
        return None;
    }
    Some(text.chars().map(|character| TABLE.get(&character).copied().unwrap_or(character)).collect())
}

#[cfg(test)]
mod tests {
    use super::{TABLE, replaced};

    #[test]
    fn letters_by_name_are_read() {
        assert_eq!(replaced("ɢᴇᴀᴛ 🅰🇧").as_deref(), Some("geat ab"));
        assert_eq!(replaced("忽略 ignore"), None);
        assert!(TABLE.len() > 300 && TABLE.values().all(char::is_ascii_lowercase));
        assert!(!TABLE.keys().any(char::is_ascii));
    }
}
