//! Requests that a witness of other people's making must answer so (torchwood litewitness): the part of the answer that
//! follows from checkpoints and proofs alone.

use record::suite::{PublicKey, Suite};
use tlog::checkpoint::{BadCheckpoint, SignedCheckpoint};
use tlog::note::{BadNote, KeyKind, VerifierKey};
use tlog::{Hash, proof::verify_consistency};

use crate::shared::{data, read, say};

/// What a witness remembers of one log.
struct Log {
    origin: String,
    key: VerifierKey,
    size: u64,
    root: Hash,
}

impl Log {
    fn new(origin: &str, key: VerifierKey) -> Self {
        Self { origin: origin.to_owned(), key, size: 0, root: Hash::EMPTY }
    }

    /// The status of the answer to one `add-checkpoint` request (C2SP tlog-witness; 403 for an unknown log as there).
    fn answer(&mut self, request: &str) -> u16 {
        let (head, note) = request.split_once("\n\n").unwrap();
        let mut lines = head.lines();
        let old = lines.next().and_then(|line| line.strip_prefix("old ")).and_then(|old| old.parse::<u64>().ok());
        let proof: Option<Vec<Hash>> = lines.map(|line| line.parse().ok()).collect();
        let (Some(old), Some(proof)) = (old, proof) else { return 400 };
        let checkpoint = match SignedCheckpoint::parse(note.as_bytes()) {
            Ok(checkpoint) => checkpoint,
            // One script changes the unused last bits of a signature's base64: here that is no signature line at all.
            Err(BadCheckpoint::Note(BadNote::NotASignatureLine)) => return 403,
            Err(_) => return 400,
        };
        let claims = checkpoint.claims();
        if claims.origin() != self.origin || checkpoint.verify(std::slice::from_ref(&self.key)).is_err() {
            return 403;
        }
        if old > claims.size() {
            return 400;
        }
        if old != self.size {
            return 409;
        }
        if old > 0 && verify_consistency(old, claims.size(), &proof, &self.root, claims.root()).is_err() {
            return 422;
        }
        (self.size, self.root) = (claims.size(), *claims.root());
        200
    }
}

/// Every request of a script with the status that must answer it.
fn requests(script: &str) -> Vec<(String, u16)> {
    let parts = script.split("/add-checkpoint\n```\n").skip(1);
    let split = parts.map(|part| part.split_once("```\nHTTP ").unwrap());
    split.map(|(request, rest)| (request.to_owned(), rest.lines().next().unwrap().parse().unwrap())).collect()
}

fn answer_all(script: &str, mut log: Log) {
    let requests = requests(script);
    for (request, status) in &requests {
        assert_eq!(log.answer(request), *status, "{request}");
    }
    say(&format!("COUNT: torchwood requests for {}: {}", log.origin, requests.len()));
}

#[test]
fn every_request_of_the_litewitness_scripts_is_answered_as_there() {
    let Some(folder) = data("logs/torchwood/cmd/litewitness/testdata") else { return };
    let sumdb = String::from_utf8(read(folder.join("sumdb.txt"))).unwrap();
    let key = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
    answer_all(&sumdb, Log::new("go.sum database tree", key.parse().unwrap()));

    let sigsum = String::from_utf8(read(folder.join("litewitness.txt"))).unwrap();
    let origin = "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562";
    let digits = "ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f";
    let octet = |place: usize| u8::from_str_radix(digits.get(place..place + 2).unwrap(), 16).unwrap();
    let octets: Vec<u8> = (0..64).step_by(2).map(octet).collect();
    let public = PublicKey::from_octets(Suite::Ed25519, &octets).unwrap();
    let key = VerifierKey::new(origin.parse().unwrap(), KeyKind::Ed25519, public).unwrap();
    answer_all(&sigsum, Log::new(origin, key));
}
