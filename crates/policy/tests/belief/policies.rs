//! Policy files that are read, and those that are refused.

use policy::belief::Quorum;
use policy::belief::limits::{MAX_GROUPS, MAX_LOGS, MAX_NAME_BYTES, MAX_POLICY_BYTES, MAX_URL_BYTES, MAX_WITNESSES};
use policy::belief::quorum::{BadQuorum, QuorumOutcome};
use record::suite::{PrivateKey, Suite};
use tlog::note::{KeyKind, Signer};

use super::stage::policy_text;
use crate::scene::witness;

fn refusal(text: &str) -> String {
    Quorum::parse(text.as_bytes()).unwrap_err().to_string()
}

/// Puts keys in the place of words that stand for them.
fn with_keys(text: &str) -> String {
    let vkey = |name, kind| witness(name, kind).verifier().to_string();
    text.replace("$A", &vkey("a", KeyKind::CosignatureEd25519))
        .replace("$B", &vkey("b", KeyKind::CosignatureEd25519))
        .replace("$P", &vkey("a", KeyKind::CosignatureMlDsa44))
        .replace("$L", &vkey("log", KeyKind::Ed25519))
}

const REFUSED: &[(&str, &str)] = &[
    ("", "the policy has no `quorum` line"),
    ("witness a $A\n", "the policy has no `quorum` line"),
    ("quorum none", "line 1: the line does not end with a newline"),
    ("quorum a\n", "line 1: `a` is not defined on an earlier line"),
    ("quorum a\nwitness a $A\n", "line 1: `a` is used before line 2 defines it; move that line up"),
    ("witness a $A\ngroup g any a b\nquorum g\n", "line 2: `b` is not defined on an earlier line"),
    ("group g any a\nwitness a $A\nquorum g\n", "line 1: `a` is used before line 2 defines it"),
    ("group g any g\nquorum g\n", "line 1: `g` is used before line 1 defines it"),
    ("witness a $A\ngroup g any none\nquorum g\n", "line 2: `none` is not defined on an earlier line"),
    ("witness a $A\nwitness a $B\nquorum a\n", "line 2: there is a witness or group `a` already"),
    ("witness a $A\ngroup a any a\nquorum a\n", "line 2: there is a witness or group `a` already"),
    ("witness none $A\nquorum none\n", "line 1: `none` cannot be a name"),
    ("witness a $A\ngroup none any a\nquorum none\n", "line 2: `none` cannot be a name"),
    ("witness a $A\nwitness b $A\nquorum a\n", "line 2: this key is that of `a` already, and would count twice"),
    ("witness a $A\ngroup g 0 a\nquorum g\n", "line 2: a threshold of 0 asks for nobody"),
    ("witness a $A\ngroup g 2 a\nquorum g\n", "line 2: a threshold of 2 with 1 members can never be met"),
    ("witness a $A\ngroup g 01 a\nquorum g\n", "line 2: `01` is no threshold"),
    ("witness a $A\ngroup g +1 a\nquorum g\n", "line 2: `+1` is no threshold"),
    ("witness a $A\ngroup g some a\nquorum g\n", "line 2: `some` is no threshold; write all, any or a number"),
    (
        "witness a $A\ngroup g 99999999999999999999999 a\nquorum g\n",
        "line 2: `99999999999999999999999` is no threshold",
    ),
    ("witness a $A\ngroup g any\nquorum g\n", "line 2: the line is too short"),
    ("witness a $A\ngroup g any a a\nquorum g\n", "line 2: `a` is a member of a group already"),
    ("witness a $A\ngroup g any a\ngroup h any a\nquorum g\n", "line 3: `a` is a member of a group already"),
    ("quorum none\nquorum none\n", "line 2: there is a `quorum` line already, on line 1"),
    ("quorum none # nobody\n", "line 1: `#` is one word too many; write `quorum NAME|none`"),
    ("quorum\n", "line 1: the line is too short; write `quorum NAME|none`"),
    ("witness a\nquorum none\n", "line 1: the line is too short; write `witness NAME VKEY [URL]`"),
    ("witness a $A https://a.example b\nquorum none\n", "line 1: `b` is one word too many"),
    ("witness a key\nquorum none\n", "line 1: a verifier key is written"),
    ("witness a $L\nquorum none\n", "line 1: a key of kind 0x01 cannot be that of a witness"),
    ("log $A\nquorum none\n", "line 1: a key of kind 0x04 cannot be that of a log"),
    ("log $L\nlog $L\nquorum none\n", "line 2: this log's key is listed already"),
    ("log\nquorum none\n", "line 1: the line is too short; write `log VKEY [URL]`"),
    ("quorum none\r\n", "line 1: the line holds a control character"),
    ("# \u{7f}\nquorum none\n", "line 1: the line holds a control character"),
    ("mirror a $A\nquorum none\n", "line 1: unknown word `mirror`"),
];

#[test]
fn what_is_no_policy_is_refused_with_its_line() {
    for (text, expected) in REFUSED {
        let refused = refusal(&with_keys(text));
        assert!(refused.starts_with(expected), "{text:?} gave: {refused}");
    }
    let refused = Quorum::parse(b"# \xff\nquorum none\n").unwrap_err();
    assert_eq!(refused.to_string(), "line 1: the line is not UTF-8");
}

#[test]
fn one_key_under_another_name_or_kind_is_the_same_key() {
    let key = || PrivateKey::from_seed(Suite::Ed25519, &[7; 32]).unwrap();
    let signer = |name: &str| Signer::new(name.parse().unwrap(), KeyKind::CosignatureEd25519, key()).unwrap();
    let (one, other) = (signer("one.example"), signer("other.example"));
    let text = format!("witness a {}\nwitness b {}\nquorum a\n", one.verifier(), other.verifier());
    assert!(refusal(&text).starts_with("line 2: this key is that of `a` already"));
}

#[test]
fn limits_hold() {
    let long = "n".repeat(MAX_NAME_BYTES + 1);
    assert!(
        refusal(&with_keys(&format!("witness {long} $A\nquorum none\n"))).starts_with("line 1: a name of more than")
    );
    let url = "u".repeat(MAX_URL_BYTES + 1);
    assert!(refusal(&with_keys(&format!("log $L {url}\nquorum none\n"))).starts_with("line 1: a URL of more than"));
    let bytes = MAX_POLICY_BYTES + 1;
    assert_eq!(Quorum::parse(&vec![b'\n'; bytes]).unwrap_err(), BadQuorum::TooLong { bytes });
    let mut text = with_keys("witness g0 $A\n");
    (1..=MAX_GROUPS).for_each(|place| text.push_str(&format!("group g{place} any g{}\n", place - 1)));
    assert!(Quorum::parse(format!("{text}quorum g{MAX_GROUPS}\n").as_bytes()).is_ok());
    let more = format!("{text}group h any g{MAX_GROUPS}\nquorum h\n");
    assert!(refusal(&more).ends_with("more than 256 groups"), "{}", refusal(&more));
}

#[test]
fn a_policy_lists_no_more_than_it_may() {
    let numbered = |count: usize, write: fn(usize) -> String| (0..count).map(write).collect::<String>();
    let witnesses = |count| {
        let line = |place: usize| {
            let key = witness(&place.to_string(), KeyKind::CosignatureEd25519);
            format!("witness w{place} {}\n", key.verifier())
        };
        numbered(count, line) + "quorum w0\n"
    };
    assert!(Quorum::parse(witnesses(MAX_WITNESSES).as_bytes()).is_ok());
    assert_eq!(refusal(&witnesses(MAX_WITNESSES + 1)), "line 257: more than 256 witnesses");
    let logs = |count| {
        let line = |place: usize| format!("log {}\n", witness(&place.to_string(), KeyKind::Ed25519).verifier());
        numbered(count, line) + "quorum none\n"
    };
    assert!(Quorum::parse(logs(MAX_LOGS).as_bytes()).is_ok());
    assert_eq!(refusal(&logs(MAX_LOGS + 1)), "line 257: more than 256 logs");
}

#[test]
fn a_policy_is_written_as_it_was_read() {
    let text = with_keys(concat!(
        "# two blocs\n\n \tlog\t$L  https://log.example/ \nwitness a $A https://a.example\nwitness a-pq $P\n",
        "  # the other\nwitness 乙 $B\ngroup one any a a-pq\ngroup two all one 乙\nquorum two\n# end\n"
    ));
    let policy = Quorum::parse(text.as_bytes()).unwrap();
    let written = policy.to_string();
    assert_eq!(Quorum::parse(written.as_bytes()).unwrap(), policy);
    let plain = with_keys(concat!(
        "log $L https://log.example/\nwitness a $A https://a.example\nwitness a-pq $P\nwitness 乙 $B\n",
        "group one any a a-pq\ngroup two all one 乙\nquorum two\n"
    ));
    assert_eq!(written, plain);
    assert_eq!(policy.logs()[0].url(), Some("https://log.example/"));
    let witnesses: Vec<_> = policy.witnesses().map(|one| (one.name(), one.url())).collect();
    assert_eq!(witnesses, [("a", Some("https://a.example")), ("a-pq", None), ("乙", None)]);
    assert_eq!(Quorum::none().to_string(), "quorum none\n");
}

#[test]
fn what_is_lacking_is_told_by_group() {
    let policy = Quorum::parse(policy_text().as_bytes()).unwrap();
    let east: Vec<_> = ["east-1", "east-2"].map(|name| witness(name, KeyKind::CosignatureEd25519)).into();
    let told = |signers: &[&Signer]| {
        let keys: Vec<_> = signers.iter().map(|signer| signer.verifier()).collect();
        let QuorumOutcome::Unmet(shortfall) = policy.is_met(&keys) else { return "met".to_owned() };
        shortfall.to_string()
    };
    let west = witness("west", KeyKind::CosignatureMlDsa44);
    assert_eq!(told(&[&east[0], &east[1], &west]), "met");
    assert_eq!(
        told(&[&east[0], &east[0], &west]),
        "group `blocs` has 1 of 2, and lacks 1 of east; group `east` has 1 of 2, and lacks 1 of east-2, east-3"
    );
    let lacks = "group `either` has 0 of 1, and lacks 1 of west, west-pq";
    assert_eq!(told(&[&east[0], &east[1]]), format!("group `blocs` has 1 of 2, and lacks 1 of either; {lacks}"));
    let single = Quorum::parse(with_keys("witness a $A\nquorum a\n").as_bytes()).unwrap();
    let QuorumOutcome::Unmet(shortfall) = single.is_met(&[]) else { panic!("met by nobody") };
    assert_eq!(shortfall.to_string(), "witness `a` did not cosign");
    assert_eq!(shortfall.lacks().len(), 1);
    assert!(Quorum::none().is_met(&[]).is_met());
}
