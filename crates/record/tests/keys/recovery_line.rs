//! The recovery key as a person keeps it, and the keys as a store keeps them.

use record::key_record::{CannotMakeKeys, PartyKeys, Purpose, RecoveryKey, RecoveryTextError};
use record::suite::{PrivateKey, SUITES, Suite};

use crate::scene::{CountedEntropy, DryEntropy};

const SECRET: [u8; 32] = *b"an offline secret of 32 octets..";
/// Worked out in Python from the description alone.
const LINE: &str = "C5Q2-0VV6-CSP6-JVK5-41SP-ARVJ-CNT2-0VV6-40SK-483F-CDT6-AX3K-5RQ0-7JJF";

#[test]
fn the_line_stands_for_the_secret() {
    let key = RecoveryKey::from_seed(&SECRET).unwrap();
    assert_eq!(key.to_text().as_str(), LINE);
    let typed = RecoveryKey::from_text(LINE).unwrap();
    assert_eq!(typed.commitment(), key.commitment());
    assert_eq!(key.keys().len(), SUITES.len());
    assert_eq!(format!("{key:?}"), "RecoveryKey(secret withheld)");
}

#[test]
fn the_line_may_be_typed_in_many_ways() {
    let zero = RecoveryKey::from_seed(&[0; 32]).unwrap();
    let mut one = [0; 32];
    one[0] = 0b0000_1000;
    let one = RecoveryKey::from_seed(&one).unwrap();
    let typed = [
        (LINE.to_lowercase(), RecoveryKey::from_seed(&SECRET).unwrap()),
        (LINE.replace('-', ""), RecoveryKey::from_seed(&SECRET).unwrap()),
        (format!("  {} \n", LINE.replace('-', " ")), RecoveryKey::from_seed(&SECRET).unwrap()),
        (zero.to_text().replace('0', "o"), zero),
        (one.to_text().replacen('1', "l", 1).replace('0', "O"), one),
    ];
    for (line, key) in typed {
        assert_eq!(RecoveryKey::from_text(&line).unwrap().commitment(), key.commitment(), "{line}");
    }
}

#[test]
fn every_single_typing_error_is_noticed() {
    let letters: Vec<char> = LINE.chars().collect();
    for place in (0..letters.len()).filter(|place| letters[*place] != '-') {
        for wrong in "0123456789ABCDEFGHJKMNPQRSTVWXYZ".chars().filter(|letter| *letter != letters[place]) {
            let mut line = letters.clone();
            line[place] = wrong;
            let refused = RecoveryKey::from_text(&line.iter().collect::<String>()).map(drop);
            assert_eq!(refused, Err(RecoveryTextError::Typo), "{place} {wrong}");
        }
    }
    let swapped = LINE.replacen("C5", "5C", 1);
    assert_eq!(RecoveryKey::from_text(&swapped).map(drop), Err(RecoveryTextError::Typo));
}

#[test]
fn other_errors_say_what_to_look_at() {
    let errors = [
        ("", "a recovery key has 56 characters beside spaces and hyphens, this line has 0"),
        (LINE.trim_start_matches('C'), "a recovery key has 56 characters beside spaces and hyphens, this line has 55"),
        ("C5Q2-U", "`U` (character 5) never stands in a recovery key"),
        ("事", "`事` (character 1) never stands in a recovery key"),
    ];
    for (line, message) in errors {
        assert_eq!(RecoveryKey::from_text(line).unwrap_err().to_string(), message);
    }
    let typo = RecoveryKey::from_text(&LINE.replacen('C', "D", 1)).unwrap_err();
    assert!(typo.to_string().contains("mistyped"), "{typo}");
}

#[test]
fn stored_seeds_bring_the_keys_back() {
    let keys = PartyKeys::generate(&mut CountedEntropy::new("keys")).unwrap();
    assert_eq!(keys.keys().count(), 7);
    let mut restored = PartyKeys::new();
    for (purpose, suite, seed) in keys.seeds() {
        restored.insert(purpose, PrivateKey::from_seed(suite, seed).unwrap());
    }
    assert!(keys.keys().map(PrivateKey::public).eq(restored.keys().map(PrivateKey::public)));
    assert_eq!(keys.record_keys().count(), 2);
    assert!(keys.get(Purpose::Transport, Suite::MlDsa44).is_none());
    assert!(keys.get(Purpose::Bundle, Suite::Ed25519).is_none());
    let shown = format!("{keys:?}");
    assert!(shown.contains("seed withheld"), "{shown}");
}

#[test]
fn no_keys_without_random_octets() {
    let keys = PartyKeys::generate(&mut DryEntropy).map(drop);
    assert!(matches!(keys, Err(CannotMakeKeys::NoEntropy(_))));
    assert!(matches!(RecoveryKey::generate(&mut DryEntropy).map(drop), Err(CannotMakeKeys::NoEntropy(_))));
}
