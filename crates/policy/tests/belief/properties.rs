//! What holds for every policy.

use std::fmt::Write as _;
use std::sync::LazyLock;

use policy::belief::Quorum;
use policy::belief::quorum::QuorumOutcome;
use proptest::prelude::*;
use tlog::note::{KeyKind, VerifierKey};

use crate::scene::witness;

const WITNESSES: usize = 9;

static KEYS: LazyLock<Vec<VerifierKey>> = LazyLock::new(|| {
    let key = |place| witness(&format!("w{place}"), KeyKind::CosignatureEd25519).verifier().clone();
    (0..WITNESSES).map(key).collect()
});

/// A policy of nested groups: each choice takes so many of what is not yet in a group, under a threshold.
fn policy() -> impl Strategy<Value = String> {
    let choice = (1_usize..5, any::<prop::sample::Index>(), 0_u8..3);
    prop::collection::vec(choice, 0..8).prop_map(|choices| {
        let mut text = String::new();
        for (place, key) in KEYS.iter().enumerate() {
            writeln!(text, "witness w{place} {key}").unwrap();
        }
        let mut free: Vec<String> = (0..WITNESSES).map(|place| format!("w{place}")).collect();
        for (group, (size, threshold, form)) in choices.into_iter().enumerate() {
            let members: Vec<_> = free.drain(..size.min(free.len())).collect();
            let count = (threshold.index(members.len()) + 1).to_string();
            let threshold = ["all", "any", &count][usize::from(form)];
            writeln!(text, "group g{group} {threshold} {}", members.join(" ")).unwrap();
            free.push(format!("g{group}"));
        }
        writeln!(text, "quorum {}", free.last().unwrap()).unwrap();
        text
    })
}

fn chosen(bits: u16) -> Vec<&'static VerifierKey> {
    KEYS.iter().enumerate().filter(|(place, _)| bits & (1 << place) != 0).map(|(_, key)| key).collect()
}

proptest! {
    #[test]
    fn more_cosigners_never_take_a_quorum_away(text in policy(), some: u16, more: u16) {
        let policy = Quorum::parse(text.as_bytes()).unwrap();
        if policy.is_met(&chosen(some)).is_met() {
            prop_assert!(policy.is_met(&chosen(some | more)).is_met());
        }
        prop_assert!(policy.is_met(&chosen(u16::MAX)).is_met());
        prop_assert!(!policy.is_met(&[]).is_met());
    }

    #[test]
    fn a_shortfall_is_true(text in policy(), some: u16) {
        let policy = Quorum::parse(text.as_bytes()).unwrap();
        if let QuorumOutcome::Unmet(shortfall) = policy.is_met(&chosen(some)) {
            prop_assert!(!shortfall.lacks().is_empty());
            for lack in shortfall.lacks() {
                prop_assert!(lack.found < lack.wanted, "{lack}");
                prop_assert!(lack.absent.is_empty() || lack.absent.len() >= lack.wanted - lack.found, "{lack}");
            }
        }
    }

    #[test]
    fn a_policy_survives_writing(text in policy()) {
        let policy = Quorum::parse(text.as_bytes()).unwrap();
        prop_assert_eq!(policy.to_string(), text);
    }

    #[test]
    fn no_octets_end_the_reader(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        drop(Quorum::parse(&octets));
    }

    #[test]
    fn no_words_end_the_reader(words in prop::collection::vec("(group|witness|quorum|log|any|0|2|a|b|none|#|\n)", 0..60)) {
        if let Ok(policy) = Quorum::parse(format!("{}\n", words.join(" ")).as_bytes()) {
            prop_assert_eq!(Quorum::parse(policy.to_string().as_bytes()), Ok(policy));
        }
    }
}
