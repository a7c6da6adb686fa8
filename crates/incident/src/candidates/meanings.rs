//! Which words may stand for one another.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::tokens::tokens;

/// Groups of words of one meaning, English and Chinese, written by hand.
const TABLE: &str = include_str!("../../tables/meanings.txt");

/// From a word, or two words with a space between, to the groups it is in.
static GROUPS: LazyLock<BTreeMap<String, Vec<usize>>> = LazyLock::new(read);

/// The groups of a word, or of two neighbouring words with a space between.
pub(super) fn groups(words: &str) -> &'static [usize] {
    GROUPS.get(words).map_or(&[], Vec::as_slice)
}

fn read() -> BTreeMap<String, Vec<usize>> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, line) in TABLE.lines().filter(|line| !line.starts_with('#')).enumerate() {
        for word in line.split_whitespace() {
            let keys: Vec<_> = tokens(word).into_iter().map(|token| token.key).collect();
            let inside = groups.entry(keys.join(" ")).or_default();
            if inside.last() != Some(&number) {
                inside.push(number);
            }
        }
    }
    groups
}
