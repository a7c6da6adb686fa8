//! Messages as JSON.

use std::collections::BTreeMap;

use protocol::negotiation::{Act, MAX_REASON_CHARACTERS, MAX_SEEN, Said, SaidError};
use record::digest::{AgreementDigest, MessageDigest, PartyId};
use record::json::{Json, Map};
use record::language::TaggedText;

use super::scene::{HARBOUR, MERIDIAN, at, reason, reproduced, text};

fn acts() -> Vec<Act> {
    let (agreement, answers) = (AgreementDigest::from_octets([1; 32]), MessageDigest::from_octets([2; 32]));
    vec![
        Act::Counter { agreement: text("t", &[&HARBOUR, &MERIDIAN]), answers },
        Act::Accept { agreement, answers },
        Act::Verify { agreement, examples: reproduced() },
        Act::Sign { agreement },
        Act::Suspend { agreement, reason: None },
        Act::Suspend { agreement, reason: Some(reason()) },
        Act::Resume { agreement },
        Act::Withdraw { agreement },
        Act::Terminate { agreement, reason: reason() },
    ]
}

fn said(act: Act) -> Said {
    let seen = BTreeMap::from([(PartyId::from_octets([5; 32]), MessageDigest::from_octets([6; 32]))]);
    let (thread, previous) = (MessageDigest::from_octets([3; 32]), MessageDigest::from_octets([4; 32]));
    Said { thread: Some(thread), sequence: 7, previous: Some(previous), time: at(2), seen, act }
}

#[test]
fn every_kind_comes_back_as_it_was() {
    for act in acts() {
        let said = said(act);
        assert_eq!(Said::from_map(&said.to_map().unwrap()).as_ref(), Ok(&said));
    }
    let first = Said {
        thread: None,
        sequence: 0,
        previous: None,
        ..said(Act::Offer { agreement: text("t", &[&HARBOUR, &MERIDIAN]) })
    };
    assert_eq!(Said::from_map(&first.to_map().unwrap()), Ok(first));
}

#[test]
fn an_unknown_member_is_refused_in_every_kind() {
    for act in acts() {
        let map = said(act).to_map().unwrap().with("urgent", "yes");
        assert_eq!(Said::from_map(&map), Err(SaidError::Unknown { field: "urgent".to_owned() }));
    }
}

#[test]
fn hostile_contents_are_refused() {
    let sign = || said(Act::Sign { agreement: AgreementDigest::from_octets([1; 32]) }).to_map().unwrap();
    let digest = MessageDigest::from_octets([9; 32]).to_string();
    let seen: Map = (0..=MAX_SEEN)
        .map(|at| (PartyId::from_octets([u8::try_from(at).unwrap(); 32]).to_string(), Json::text(digest.clone())))
        .collect();
    let without = |name: &str| {
        let mut map = sign();
        drop(map.remove(name));
        map
    };
    let cases: Vec<(&str, Map)> = vec![
        ("nothing", Map::new()),
        ("another format", sign().with("format", "detente/notice/v1")),
        ("another kind", sign().with("kind", "ratify")),
        ("a kind that is a number", sign().with("kind", Json::Null)),
        ("no thread", without("thread")),
        ("no sequence", without("sequence")),
        ("no previous", without("previous")),
        ("no time", without("time")),
        ("no seen", without("seen")),
        ("no agreement", without("agreement")),
        ("a negative sequence", sign().with("sequence", Json::integer(-1).unwrap())),
        ("the first place with one before", sign().with("sequence", Json::integer(0).unwrap())),
        ("a digest that is short", sign().with("previous", "AAAA")),
        ("another spelling of the time", sign().with("time", "2026-07-02T12:00:00Z")),
        ("a local time", sign().with("time", "2026-07-02T12:00:00.000000+08:00")),
        ("more parties than there can be", sign().with("seen", seen)),
        ("a party that is none", sign().with("seen", Map::new().with("harbour", digest.as_str()))),
        ("an offer inside a thread", sign().with("kind", "offer").with("agreement", Map::new())),
        ("a sign that holds a text", sign().with("agreement", Map::new())),
        ("a reason where none belongs", sign().with("reason", reason().to_json())),
        ("a termination without a reason", sign().with("kind", "terminate")),
        ("an empty reason", sign().with("kind", "terminate").with("reason", Map::new().with("en", ""))),
        ("a hidden reason", sign().with("kind", "suspend").with("reason", Map::new().with("en", "a\u{202E}b"))),
    ];
    for (name, map) in cases {
        assert!(Said::from_map(&map).is_err(), "{name}");
    }
    let long = TaggedText::new("en".parse().unwrap(), "x".repeat(MAX_REASON_CHARACTERS + 1)).unwrap();
    let agreement = AgreementDigest::from_octets([1; 32]);
    let long = said(Act::Terminate { agreement, reason: long }).to_map();
    assert!(matches!(long, Err(SaidError::TooLong { .. })), "{long:?}");
}
