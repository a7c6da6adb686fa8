//! Signed notes and verifier keys.

use proptest::prelude::*;
use record::suite::{PrivateKey, Suite};
use tlog::note::{BadNote, BadVerifierKey, KeyKind, Note, Signer, VerifierKey};

use crate::scene::{log_signer, signer};

const LINE: &str = "— a.example AAAAAAE=\n";

fn refused(note: &str) -> BadNote {
    Note::parse(note.as_bytes()).unwrap_err()
}

#[test]
fn a_note_is_text_blank_line_and_signature_lines() {
    let note = Note::parse(format!("one\n\ntwo\n\n{LINE}{LINE}").as_bytes()).unwrap();
    assert_eq!(note.text(), "one\n\ntwo\n");
    assert_eq!(note.signatures().len(), 2);
    assert_eq!(note.signatures()[0].octets(), [1]);
    assert_eq!(Note::parse(format!("a\n\n\n{LINE}").as_bytes()).unwrap().text(), "a\n\n");
}

#[test]
fn what_the_format_forbids_is_refused() {
    assert_eq!(refused("text\n"), BadNote::NoSignatures);
    assert_eq!(refused(&format!("text\n{LINE}")), BadNote::NoSignatures);
    assert_eq!(refused("text\n\n"), BadNote::NoFinalNewline);
    assert_eq!(refused(&format!("text\n\n{}", LINE.trim_end())), BadNote::NoFinalNewline);
    assert_eq!(refused(&format!("te\txt\n\n{LINE}")), BadNote::ControlCharacter);
    assert_eq!(refused(&format!("te\rxt\n\n{LINE}")), BadNote::ControlCharacter);
    assert_eq!(Note::parse(b"te\xffxt\n\n").unwrap_err(), BadNote::NotUtf8);
    for line in [
        "- a AAAAAAE=",
        "—a AAAAAAE=",
        "— a",
        "— a AAAAAAE",
        "— a AAAAAAF=x",
        "— a AAAA",
        "— a  AAAAAAE=",
        "— a AAAAAAE= ",
    ] {
        assert_eq!(refused(&format!("text\n\n{line}\n")), BadNote::NotASignatureLine, "{line}");
    }
    assert_eq!(refused("text\n\n— a AAAAAA==\n"), BadNote::SignatureLength { bytes: 0 });
    assert!(matches!(refused("text\n\n—  AAAAAAE=\n"), BadNote::Name(_)));
    assert!(matches!(refused("text\n\n— a+b AAAAAAE=\n"), BadNote::Name(_)));
    assert!(matches!(refused("text\n\n— a\u{2003}b AAAAAAE=\n"), BadNote::Name(_)));
}

#[test]
fn sixteen_signatures_are_read_and_a_flood_is_not() {
    for count in [16, 64] {
        assert_eq!(Note::parse(format!("t\n\n{}", LINE.repeat(count)).as_bytes()).unwrap().signatures().len(), count);
    }
    assert_eq!(refused(&format!("t\n\n{}", LINE.repeat(65))), BadNote::TooManySignatures { limit: 64 });
    assert!(matches!(refused(&format!("t\n\n{}", LINE.repeat(100_000))), BadNote::TooLong { .. }));
}

#[test]
fn a_verifier_key_is_read_as_it_is_written() {
    let kinds = [KeyKind::Ed25519, KeyKind::CosignatureEd25519, KeyKind::CosignatureMlDsa44];
    let mut ids = Vec::new();
    for kind in kinds {
        let key = signer("a.example/k", kind, 7).verifier().clone();
        let text = key.to_string();
        assert_eq!(text.parse::<VerifierKey>().unwrap(), key);
        assert_eq!(text.replacen("a.example", "b.example", 1).parse::<VerifierKey>(), Err(BadVerifierKey::WrongId));
        ids.push(key.id());
    }
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn a_private_kind_is_kept_and_written_again_but_checks_nothing() {
    let text = "sm2.example+01020304+/2RldGVudGUvc20y";
    let key: VerifierKey = text.parse().unwrap();
    assert_eq!((key.kind(), key.public().is_none()), (KeyKind::Private, true));
    assert_eq!(key.to_string(), text);
}

#[test]
fn what_is_no_verifier_key_is_refused() {
    let good = log_signer().verifier().to_string();
    let id = good.split('+').nth(1).unwrap();
    let upper = good.replacen(id, &id.to_uppercase(), 1);
    for bad in ["", "a", "a+b", "a+00000000", "a+00000000+", "+00000000+AQ==", "a b+00000000+AQ==", "a+0000000g+AQ=="] {
        assert!(bad.parse::<VerifierKey>().is_err(), "{bad}");
    }
    assert_eq!("a+00000000+AgAA".parse::<VerifierKey>(), Err(BadVerifierKey::UnknownKind { octet: 2 }));
    assert!(matches!("a+00000000+AQAA".parse::<VerifierKey>(), Err(BadVerifierKey::Unusable { .. })));
    assert!(upper == good || upper.parse::<VerifierKey>().is_err());
    let key = PrivateKey::from_seed(Suite::Ed25519, &[1; 32]).unwrap();
    let wrong = Signer::new("a".parse().unwrap(), KeyKind::CosignatureMlDsa44, key);
    assert!(matches!(wrong, Err(BadVerifierKey::WrongSuite { .. })));
}

proptest! {
    #[test]
    fn a_note_that_is_read_is_written_alike(text in "[a-z\n]{0,40}\n", octets in proptest::collection::vec(any::<u8>(), 5..90)) {
        use base64::Engine as _;
        let line = base64::engine::general_purpose::STANDARD.encode(octets);
        let written = format!("{text}\n— key.example {line}\n");
        let note = Note::parse(written.as_bytes()).unwrap();
        prop_assert_eq!(note.text(), text);
        prop_assert_eq!(note.to_string(), written);
    }

    #[test]
    fn whatever_comes_is_read_or_refused_and_never_more(text in "(?s).{0,60}\n\n— .{0,30}\n") {
        if let Ok(note) = Note::parse(text.as_bytes()) {
            prop_assert_eq!(note.to_string(), text);
        }
    }
}
