//! The format is fixed for ever: these files were made once and must be made and read the same in every later build.

use record::key_history::KeyHistory;
use record::key_record::{KeyRecord, Revocation, RevocationReason};
use record::signed::Signed;

use super::world::{self, Party, at};

const FIRST: &str = include_str!("../golden/key-record-0.json");
const SECOND: &str = include_str!("../golden/key-record-1.json");
const DIGESTS: [&str; 2] =
    ["h3dCTwi31RtFhr3NJ-XJtp5RQVQAQJADUFlZdg-Qy6M", "WffwUdQdtBOweIn91RS5oGfd9dXsYu6MZ4YEol0WIcA"];

#[test]
fn golden_key_records_are_read() {
    let records = [FIRST, SECOND].map(|text| world::read(text.as_bytes()));
    let history = KeyHistory::from_records(records).unwrap();
    let digests: Vec<_> = history.records().map(|record| record.digest().to_string()).collect();
    assert_eq!(digests, DIGESTS);
    assert_eq!(history.party().to_string(), DIGESTS[0]);
}

/// ML-DSA signatures are random, so a new signing gives the same payload, digest and Ed25519 signatures only.
#[test]
fn golden_key_records_are_made() {
    for (made, golden) in golden().iter().zip([FIRST, SECOND]) {
        let golden = world::read(golden.as_bytes());
        assert_eq!(String::from_utf8_lossy(made.envelope().payload()), String::from_utf8_lossy(golden.payload()));
        assert_eq!(made.envelope().to_json().len(), golden.to_json().len());
        let ed25519 = |envelope: &record::jws::Envelope| {
            let all = envelope.signatures().iter().filter(|one| one.octets().len() == 64);
            all.map(|one| (one.key_id(), one.octets().to_vec())).collect::<Vec<_>>()
        };
        assert_eq!(ed25519(made.envelope()), ed25519(&golden));
    }
}

/// Prints what the files hold: `cargo test -p detente-record make_golden_key_records -- --ignored --nocapture`.
#[test]
#[ignore = "makes the golden files anew, which must never be needed"]
fn make_golden_key_records() {
    for record in golden() {
        println!("GOLDEN {} {}", record.digest(), record.envelope().to_json());
    }
}

fn golden() -> [Signed<KeyRecord>; 2] {
    let (party, next) = (Party::new("golden"), Party::new("golden next").keys);
    let old = party.keys.record_keys().next().map(|key| key.public().id());
    let revoked = old.map(|key_id| Revocation::new(key_id, RevocationReason::Superseded, at(2)));
    let draft = revoked.into_iter().fold(world::draft(&next, 2), record::key_record::KeyRecordDraft::revoke);
    let second = draft.rotate(party.first.content(), &party.keys, &next);
    [party.first, second.unwrap_or_else(|error| unreachable!("{error}"))]
}
