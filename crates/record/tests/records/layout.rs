//! What is signed, worked out here from the words of the format alone.

use record::digest::sha256;
use record::json::{self, Json, Map};
use record::jws::EnvelopeSignature;
use record::sd_jwt::PADDING_STEPS;
use record::signed::Signed;
use record::{Draft, Record, base64url};

use super::stage::{INCIDENT, Party, batch, incident};

/// Every digest of a record, in the payload and in its disclosures, decoys included.
pub(crate) fn digests(signed: &Signed<Record>) -> Vec<String> {
    let mut found = Vec::new();
    let envelope = signed.envelope();
    collect(&json::parse(envelope.payload()).unwrap(), &mut found);
    for disclosure in envelope.disclosures() {
        collect(&json::parse(&base64url::decode(disclosure).unwrap()).unwrap(), &mut found);
    }
    found
}

fn collect(value: &Json, found: &mut Vec<String>) {
    for (name, value) in value.as_object().into_iter().flat_map(Map::iter) {
        match name {
            "_sd" => found.extend(value.as_array().unwrap().iter().map(|digest| digest.as_str().unwrap().to_owned())),
            "..." => found.push(value.as_str().unwrap().to_owned()),
            _ => collect(value, found),
        }
    }
    value.as_array().into_iter().flatten().for_each(|element| collect(element, found));
}

#[test]
fn the_payload_has_five_claims_in_canonical_order_and_no_other_content() {
    let party = Party::new("author");
    let signed = party.sign(Draft::new(incident()), "incident");
    let payload = json::parse(signed.envelope().payload()).unwrap();
    let names: Vec<_> = payload.as_object().unwrap().names().collect();
    assert_eq!(names, ["_sd_alg", "aside", "iss", "key_record", "object"]);
    assert_eq!(json::canonical(&payload).unwrap(), signed.envelope().payload());
    let claims = payload.as_object().unwrap();
    assert_eq!(claims.text("_sd_alg"), Some("sha-256"));
    assert_eq!(claims.text("iss"), Some(&*party.id().to_string()));
    assert_eq!(claims.text("key_record"), Some(&*party.first.digest().to_string()));
}

#[test]
fn record_digest_signature_set_and_commitment_are_what_the_format_says() {
    for party in [Party::new("author"), Party::cautious("cautious")] {
        let signed = party.sign(Draft::new(incident()), "incident");
        let digest = sha256(&[b"detente/record/v1\0", signed.envelope().payload()]);
        assert_eq!(signed.digest().octets(), &digest);
        let mut signatures: Vec<&EnvelopeSignature> = signed.envelope().signatures().iter().collect();
        signatures.sort_by_key(|one| *one.key_id().octets());
        let mut set = Vec::new();
        for signature in signatures {
            for part in [signature.header().octets(), signature.octets()] {
                set.extend([u8::try_from(part.len() / 256).unwrap(), u8::try_from(part.len() % 256).unwrap()]);
                set.extend(part);
            }
        }
        assert_eq!(signed.signature_set(), set);
        let salt = [3; 32];
        let leaf = sha256(&[b"detente/leaf/v1\0", &salt, &digest, &sha256(&[&set])]);
        assert_eq!(signed.commitment(&salt).octets(), &leaf);
        assert_ne!(signed.commitment(&[4; 32]).octets(), &leaf);
    }
}

/// Keys of several parties, so that either suite comes first.
#[test]
fn the_signature_set_stands_in_the_order_of_key_ids_whatever_the_envelopes_order() {
    let mut orders = std::collections::BTreeSet::new();
    for name in ["a", "b", "c", "d", "e", "f"] {
        let party = Party::cautious(name);
        let signed = party.sign(Draft::new(incident()), "incident");
        let ids: Vec<_> =
            signed.envelope().signatures().iter().map(|one| (one.key_id(), one.header().suite())).collect();
        assert!(ids.is_sorted_by_key(|(id, _)| *id.octets()));
        orders.insert(ids.iter().map(|(_, suite)| *suite).collect::<Vec<_>>());
        let text = signed.envelope().to_json();
        let turned = party.verify(&turn_signatures(&text)).unwrap();
        assert_ne!(turned.envelope().signatures()[0], signed.envelope().signatures()[0]);
        assert_eq!(turned.signature_set(), signed.signature_set());
    }
    assert_eq!(orders.len(), 2, "both orders occur");
}

/// The same envelope with its two signatures in the other order.
fn turn_signatures(text: &str) -> String {
    let Json::Object(mut envelope) = json::parse(text.as_bytes()).unwrap() else { panic!("no object") };
    let mut signatures = envelope.get("signatures").unwrap().as_array().unwrap().to_vec();
    let header = beside(&mut signatures[0]).remove("header").unwrap();
    signatures.reverse();
    beside(&mut signatures[0]).set("header", header);
    envelope.set("signatures", Json::Array(signatures));
    envelope.to_text()
}

fn beside(signature: &mut Json) -> &mut Map {
    let Json::Object(members) = signature else { panic!("no object: {signature}") };
    members
}

#[test]
fn a_key_id_is_the_digest_of_suite_and_public_key() {
    let party = Party::cautious("cautious");
    for key in party.record_keys() {
        let public = key.public();
        let id = sha256(&[b"detente/kid/v1\0", public.suite().name().as_bytes(), b"\0", public.octets()]);
        assert_eq!(public.id().octets(), &id);
    }
}

#[test]
fn every_signature_covers_header_and_payload_in_base64url() {
    let party = Party::cautious("cautious");
    let signed = party.sign(Draft::new(incident()), "incident");
    for signature in signed.envelope().signatures() {
        let header = base64url::encode(signature.header().octets());
        let message = format!("{header}.{}", base64url::encode(signed.envelope().payload()));
        let key = party.record_keys().into_iter().find(|key| key.public().id() == signature.key_id()).unwrap();
        assert!(key.public().verify(message.as_bytes(), signature.octets()).is_ok());
    }
}

#[test]
fn every_group_of_digests_is_padded_and_its_elements_are_of_one_size() {
    let party = Party::new("author");
    for (draft, salts) in [(Draft::new(incident()), "incident"), (batch(), "batch")] {
        let signed = party.sign(draft, salts);
        for set in signed.content().digest_sets() {
            assert!(PADDING_STEPS.contains(&set.total) && set.shown <= set.total && set.is_regular, "{set:?}");
        }
        assert!(digests(&signed).iter().all(|digest| digest.len() == 43));
    }
}

#[test]
fn the_groups_are_where_the_format_has_them() {
    let party = Party::new("author");
    let sets = |signed: &Signed<Record>| {
        let mut sets: Vec<_> = signed.content().digest_sets().iter().map(|set| set.at.to_string()).collect();
        sets.sort();
        sets
    };
    let signed = party.sign(Draft::new(incident()), "incident");
    let ours = format!("/object/extensions/{INCIDENT}");
    let foreign = format!("/object/extensions/{}", super::FOREIGN);
    let arrays =
        [format!("{ours}/affected_parties"), format!("{ours}/countries"), "/object/external_references".into()];
    let mut expected = [["/aside".to_owned(), "/object".to_owned(), ours, foreign].to_vec(), arrays.to_vec()].concat();
    expected.sort();
    assert_eq!(sets(&signed), expected);
    assert_eq!(sets(&party.sign(batch(), "batch")), ["/aside", "/aside/members", "/object"]);
}
