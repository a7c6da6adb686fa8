//! Tests in the words of both languages.

use incident::Country;

use super::{Comparison, Leaf, Test};
use crate::day::spell;
use crate::dictionary::{Fact, FactType};
use crate::text::Both;
use crate::value::compute_text;

/// `People who died: at least 1`.
pub(crate) fn leaf_words(leaf: &Leaf) -> Both {
    let test = test_words(&leaf.fact, &leaf.test);
    Both::new(format!("{}: {}", leaf.fact.label.en, test.en), format!("{}：{}", leaf.fact.label.zh, test.zh))
}

/// What is asked of a fact.
fn test_words(fact: &Fact, test: &Test) -> Both {
    match test {
        Test::Is(true) => Both::new("yes", "是"),
        Test::Is(false) => Both::new("no", "否"),
        Test::CodeIn(bits) | Test::HasCode(bits) => codes(fact, *bits),
        Test::CountryIn(list) | Test::HasCountry(list) => {
            let names = list.iter().map(Country::as_str).collect::<Vec<_>>();
            Both::new(names.join(" or "), names.join("或"))
        }
        Test::Compare(comparison, bound) => compared(fact, *comparison, *bound),
        Test::Happened(true) => Both::new("has come", "已发生"),
        Test::Happened(false) => Both::new("has not come", "尚未发生"),
        Test::From(instant) => Both::new(format!("from {}", spell(*instant)), format!("{}起", spell(*instant))),
        Test::Before(instant) => Both::new(format!("before {}", spell(*instant)), format!("早于{}", spell(*instant))),
    }
}

fn codes(fact: &Fact, bits: u64) -> Both {
    let list = |pick: fn(&Both) -> &str| fact.labels_of(bits).map(pick).collect::<Vec<_>>();
    Both::new(list(|label| &label.en).join(" or "), list(|label| &label.zh).join("或"))
}

fn compared(fact: &Fact, comparison: Comparison, bound: u64) -> Both {
    let number = if fact.fact_type == FactType::Compute { compute_text(bound) } else { bound.to_string() };
    let (en, zh) = match comparison {
        Comparison::AtLeast => ("at least", "不少于"),
        Comparison::MoreThan => ("more than", "多于"),
        Comparison::AtMost => ("at most", "不多于"),
        Comparison::LessThan => ("less than", "少于"),
    };
    Both::new(format!("{en} {number}"), format!("{zh}{number}"))
}
