//! Which words may stand for one another.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::tokens::{Script, tokens};

/// Groups of words of one meaning, English and Chinese, written by hand.
const TABLE: &str = include_str!("../../tables/meanings.txt");

/// From a word, or two words with a space between, to the groups it is in.
static GROUPS: LazyLock<BTreeMap<String, Vec<usize>>> = LazyLock::new(read);

/// The groups of a word, or of two neighbouring words with a space between.
pub(super) fn groups(words: &str) -> &'static [usize] {
    GROUPS.get(words).map_or(&[], Vec::as_slice)
}

/// Words of the other script that may stand for words of a text, as an index of texts can be asked for them: Chinese ones for what is
/// written in English, English ones for what is written in Chinese.
#[must_use]
pub fn across(text: &str) -> Vec<String> {
    let wanted = &wanted(text);
    let lines = TABLE.lines().filter(|line| !line.starts_with('#')).enumerate();
    let words = lines.flat_map(|(group, line)| {
        line.split_whitespace().filter(move |word| wanted.contains(&(group, !word.is_ascii())))
    });
    words.map(|word| word.replace('-', " ")).collect()
}

/// The groups in which words of a text are, each with whether its Chinese words are wanted or its English ones.
fn wanted(text: &str) -> BTreeSet<(usize, bool)> {
    let found = tokens(text);
    let single = found.iter().map(|token| (token.key.clone(), token.script));
    let pairs = found.iter().zip(found.iter().skip(1));
    let pairs = pairs.map(|(one, next)| (format!("{} {}", one.key, next.key), next.script));
    let of = |(words, script): (String, Script)| groups(&words).iter().map(move |at| (*at, script != Script::Unspaced));
    single.chain(pairs).flat_map(of).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_leads_to_those_of_the_other_script() {
        let chinese = across("A driverless taxi hit a child");
        assert!(
            ["汽车", "无人", "相撞", "儿童"].iter().all(|word| chinese.iter().any(|known| known == word)),
            "{chinese:?}"
        );
        let english = across("无人车辆相撞");
        assert!(
            ["vehicle", "self driving", "crash"].iter().all(|word| english.iter().any(|known| known == word)),
            "{english:?}"
        );
        assert!(chinese.iter().all(|word| !word.is_ascii()) && english.iter().all(|word| word.is_ascii()));
        assert!(across("1 2 3").is_empty());
    }
}
