//! Levenshtein distance within a band, so that its cost grows with the text and not with its square.

use crate::similarity::share;

/// The most edits that are ever counted: one row of work is at most twice this many cells.
pub const MAX_EDITS: usize = 256;

/// The least number of characters inserted, deleted or replaced to turn one text into the other;
/// `None` if that is more than `limit` or than [`MAX_EDITS`].
#[must_use]
pub fn edit_distance_within(left: &str, right: &str, limit: usize) -> Option<usize> {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let (short, long) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    let (short, long) = without_common_ends(&short, &long);
    let limit = limit.min(MAX_EDITS).min(long.len());
    if long.len() - short.len() > limit {
        return None;
    }
    banded(short, long, limit).filter(|&distance| distance <= limit)
}

/// 1 minus the share of the longer text that must be edited: 0 to 1, and 1 for equal texts.
/// `None` if the texts are more than [`MAX_EDITS`] edits apart.
#[must_use]
pub fn normalised_levenshtein(left: &str, right: &str) -> Option<f64> {
    let distance = edit_distance_within(left, right, MAX_EDITS)?;
    let longer = left.chars().count().max(right.chars().count());
    Some(if longer == 0 { 1.0 } else { 1.0 - share(distance, longer) })
}

fn without_common_ends<'a>(mut short: &'a [char], mut long: &'a [char]) -> (&'a [char], &'a [char]) {
    while let ([a, short_rest @ ..], [b, long_rest @ ..]) = (short, long)
        && a == b
    {
        (short, long) = (short_rest, long_rest);
    }
    while let ([short_rest @ .., a], [long_rest @ .., b]) = (short, long)
        && a == b
    {
        (short, long) = (short_rest, long_rest);
    }
    (short, long)
}

/// Cell `limit + d` of a row belongs to the column that lies `d` to the right of the diagonal.
fn banded(short: &[char], long: &[char], limit: usize) -> Option<usize> {
    let far = limit + 1;
    let mut row: Vec<usize> = (0..=2 * limit).map(|cell| cell.checked_sub(limit).unwrap_or(far)).collect();
    let mut next = vec![far; row.len()];
    for (at, letter) in (1..).zip(short) {
        let mut before = far;
        let above = row.iter().skip(1).chain([&far]);
        for (cell, ((target, diagonal), above)) in next.iter_mut().zip(&row).zip(above).enumerate() {
            *target = match (at + cell).checked_sub(limit) {
                Some(0) => at,
                Some(column) if column <= long.len() => {
                    let replaced = diagonal + usize::from(long.get(column - 1) != Some(letter));
                    replaced.min(above + 1).min(before + 1)
                }
                _ => far,
            }
            .min(far);
            before = *target;
        }
        std::mem::swap(&mut row, &mut next);
    }
    row.get(limit + long.len() - short.len()).copied()
}

#[cfg(test)]
mod tests {
    use super::{MAX_EDITS, edit_distance_within, normalised_levenshtein};

    #[test]
    fn known_distances() {
        assert_eq!(edit_distance_within("kitten", "sitting", 5), Some(3));
        assert_eq!(edit_distance_within("kitten", "sitting", 2), None);
        assert_eq!(edit_distance_within("", "abc", 3), Some(3));
        assert_eq!(edit_distance_within("中文", "中国文", 1), Some(1));
        assert_eq!(normalised_levenshtein("", ""), Some(1.0));
        assert_eq!(normalised_levenshtein(&"a".repeat(MAX_EDITS + 1), ""), None);
    }
}
