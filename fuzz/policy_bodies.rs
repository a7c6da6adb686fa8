//! What the fuzz targets of `policy` do with their input. The tests of `policy` include this file and run the kept corpora
//! through it.

use std::sync::OnceLock;

use policy::agreement::Agreement;
use policy::belief::Quorum;
use policy::decision::Engine;
use policy::floors::Floors;
use policy::receipt::{self, SALT_BYTES};
use record::digest::{AgreementDigest, PartyId, sha256};
use record::json::{self, Json};

/// An agreement that reads is named by its canonical text, and reads back from it as the same.
pub fn policy_agreement(data: &[u8]) {
    let Ok(agreement) = Agreement::parse(data) else { return };
    let canonical = json::canonical(&Json::from(agreement.text().clone())).unwrap();
    assert_eq!(agreement.digest(), AgreementDigest::of(&canonical));
    let again = Agreement::parse(&canonical).unwrap();
    assert_eq!((again.digest(), again.text()), (agreement.digest(), agreement.text()));
    assert!((2..=64).contains(&agreement.members().len()) && agreement.from() < agreement.until());
    assert!(agreement.members().iter().all(|member| agreement.has(member.party)));
}

/// A policy of witnesses has one meaning: what it is written as reads as the same. Nobody's word meets it only if it asks for
/// nobody's.
pub fn policy_quorum(data: &[u8]) {
    let Ok(quorum) = Quorum::parse(data) else { return };
    let text = quorum.to_string();
    assert_eq!(Quorum::parse(text.as_bytes()).as_ref(), Ok(&quorum));
    assert_eq!(quorum.is_met(&[]).is_met(), text.lines().any(|line| line == "quorum none"));
}

/// A private receipt opens under its own digest alone, always as the same, and whoever decides again comes to an answer. The
/// input is salt and text, and also taken as a text whose salt is zeros.
pub fn policy_receipt(data: &[u8]) {
    let zeros = [0; SALT_BYTES];
    for body in [data.to_vec(), [zeros.as_slice(), data].concat()] {
        let digest = sha256(&[b"detente/receipt/v1\0", &body]);
        let Ok(opened) = receipt::open(&digest, &body) else { continue };
        assert_eq!(receipt::open(&digest, &body), Ok(opened));
        assert!(receipt::open(&[1; 32], &body).is_err());
        // Nobody here has signed anything, so what replays is a refusal or nothing.
        let _replayed = receipt::replay(&digest, &body, engine());
    }
}

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    let own = PartyId::from_octets([0x11; 32]);
    ENGINE.get_or_init(|| Engine::new(own, Floors::new(&[]).unwrap(), Vec::new()).unwrap())
}
