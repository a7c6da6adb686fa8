//! Filings that are frozen: what is kept renders again octet for octet, and nothing hostile in it acts.

use duties::Language;
use duties::form::{self, Document, Filled};
use duties::kept::{FILING_EXTENSION, FreezeError, KeptFiling};
use incident::Incident;
use record::digest::{KeyRecordDigest, PartyId};
use record::entropy::SystemEntropy;
use record::json::{Json, Map, parse};
use record::stix::StixId;
use record::suite::{PrivateKey, Suite};
use record::{Author, Draft};

use crate::filings::texts;
use crate::scene::{answer, at, facts, small};

/// The digests of the pages of [`pinned`]. They change only together with `DOCUMENT_FORMAT`: what was frozen has to render again.
const PAGES: [(&str, &str); 2] = [
    ("en", "ebd534cb53e11d5e7f3612dbc273d80d43c817407495d74967c7303738105927"),
    ("zh-Hans", "505905909b7b79aaf5a745eb6873e49bbc26392098119b6a00ba6414aa35eb84"),
];

fn incident(name: &str, description: &str) -> Incident {
    let own = Map::new().with("extension_type", "property-extension").with("system", "Yard Pilot");
    let map = Map::new()
        .with("type", "incident")
        .with("spec_version", "2.1")
        .with("id", "incident--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f01")
        .with("created", "2026-07-01T00:30:00.000000Z")
        .with("modified", "2026-07-01T00:30:00.000000Z")
        .with("name", name)
        .with("description", description)
        .with("extensions", Map::new().with("extension-definition--e23affed-2d24-48e5-a8b5-9fa59a0701cd", own));
    Incident::of_shown(&map).unwrap()
}

fn filled(incident: &Incident, written: &[(&str, &str)]) -> Filled {
    let packs = small();
    let known = facts(r#"{"time.aware": "2026-07-01T00:20:00Z", "actor.roles": ["provider"]}"#);
    let answer = answer(&packs, &known, "2026-07-02T00:00:00Z", "small/tell");
    let filing = form::Filing::new(incident, &known, &answer, "initial", at("2026-07-02T08:00:00Z"));
    form::shipped("us-ca-sb53").unwrap().fill(&filing, &texts(written))
}

/// A filing with a field of every state and texts that need care.
fn pinned(language: &str) -> Document {
    let field = |id: &str, state: &str, said: &str| {
        format!(r#"{{"id": "{id}", "label": "{id} <1>", "state": "{state}", "said": [{said}]}}"#)
    };
    let said = r#"{"from": "written", "words": "It moved.\nIt stopped; \"so\" & <b>so</b>\u202e", "value": 1}"#;
    let fields = [
        field("what", "said", said),
        field("contact", "missing", ""),
        field("cause", "to follow", ""),
        field("comments", "left out", ""),
    ];
    let text = format!(
        r#"{{"format": "detente-filing/1", "language": "{language}", "form": "ours", "form_version": "1", "title": "Report",
        "about": "Invented.", "incident": "incident--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f01", "duty": "small/tell",
        "stage": "initial", "filled_at": "2026-07-02T08:00:00Z", "is_last": false, "is_draft": false,
        "incomplete_because": "it is being looked for", "sections": [{{"id": "one", "label": "One", "fields": [{}]}}]}}"#,
        fields.join(", ")
    );
    Document::parse(text.as_bytes()).unwrap()
}

fn frozen(incident: &Incident, language: Language) -> KeptFiling {
    let packs = small();
    let draft = filled(incident, &[("contact", "A. Officer")]).document(language);
    let reason = draft.missing().next().is_some().then(|| "it is being looked for".to_owned());
    KeptFiling::freeze(draft, &packs.packs()[0], reason).unwrap()
}

fn object(kept: &KeptFiling) -> Map {
    let id: StixId = "detente-filing--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f01".parse().unwrap();
    kept.to_object(&id, at("2026-07-02T08:00:00Z")).unwrap().into_map()
}

#[test]
fn a_page_is_rendered_as_it_was_when_it_was_frozen() {
    let told = PAGES.map(|(language, _)| (language, pinned(language).html_digest()));
    let pages = PAGES.map(|(language, digest)| (language, digest.to_owned()));
    assert_eq!(told, pages, "the page changed: give it another DOCUMENT_FORMAT\n{}", pinned("en").to_html());
}

#[test]
fn what_is_read_again_is_the_same_in_both_languages() {
    for language in Language::ALL {
        let kept = frozen(&incident("A crane", "It moved."), language);
        let again = KeptFiling::of_shown(&object(&kept)).unwrap();
        assert_eq!(again, kept);
        assert_eq!(again.document.to_html(), kept.document.to_html());
        assert!(again.renders_the_same() && !again.document.is_draft);
    }
}

#[test]
fn a_filing_is_signed_as_a_record_and_read_back_from_it() {
    let kept = frozen(&incident("A crane", "It moved."), Language::Chinese);
    let id: StixId = "detente-filing--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f01".parse().unwrap();
    let key = PrivateKey::from_seed(Suite::Ed25519, &[1; 32]).unwrap();
    let keys = [&key];
    let author = Author::new(PartyId::from_octets([7; 32]), KeyRecordDigest::from_octets([9; 32]), &keys);
    let record = Draft::new(kept.to_object(&id, at("2026-07-02T08:00:00Z")).unwrap());
    let record = record.sign(&author, &mut SystemEntropy::new()).unwrap();
    assert_eq!(KeptFiling::of_shown(record.content().object()).unwrap(), kept);
}

#[test]
fn something_missing_is_filed_only_with_a_reason() {
    let packs = small();
    let pack = &packs.packs()[0];
    let draft = || filled(&incident("A crane", "It moved."), &[]).document(Language::English);
    let refused = KeptFiling::freeze(draft(), pack, None).unwrap_err();
    assert!(
        matches!(&refused, FreezeError::Incomplete { missing, .. } if missing.contains(&"contact".to_owned())),
        "{refused}"
    );
    assert!(KeptFiling::freeze(draft(), pack, Some("  ".to_owned())).is_err(), "an empty reason is none");
    let kept = KeptFiling::freeze(draft(), pack, Some("nobody is in yet".to_owned())).unwrap();
    assert!(kept.document.to_html().contains("nobody is in yet"), "the authority is told too");
}

#[test]
fn an_object_that_says_otherwise_than_its_document_is_refused() {
    let kept = frozen(&incident("A crane", "It moved."), Language::English);
    let with = |name: &str, value: Json| {
        let mut map = object(&kept);
        let mut all = map.get("extensions").and_then(Json::as_object).unwrap().clone();
        let mut own = all.get(FILING_EXTENSION).and_then(Json::as_object).unwrap().clone();
        own.set(name, value);
        all.set(FILING_EXTENSION, own);
        map.set("extensions", all);
        KeptFiling::of_shown(&map)
    };
    for (name, value) in
        [("stage", "small/tell/other"), ("language", "zh-Hans"), ("form", "oecd-29"), ("form_version", "9")]
    {
        assert!(with(name, Json::text(value)).is_err(), "{name}");
    }
    assert!(with("is_last", Json::Bool(true)).is_err());
    assert!(with("incident", Json::text("incident--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f02")).is_err());
    assert!(with("html_digest", Json::text("0")).is_err());
    assert!(
        with("more", Json::text("x")).is_err(),
        "a member that this build does not know may change what the rest means"
    );
    assert!(with("document", Json::text("{}")).is_err());
    let other = with("html_digest", Json::text("0".repeat(64))).unwrap();
    assert!(!other.renders_the_same());
}

#[test]
fn a_draft_is_never_read_as_filed() {
    let kept = frozen(&incident("A crane", "It moved."), Language::English);
    let mut draft = kept.clone();
    draft.document.is_draft = true;
    assert!(KeptFiling::of_shown(&object(&draft)).is_err());
    assert!(draft.document.to_html().contains("Draft. Nothing of this was filed."));
    assert!(!kept.document.to_html().contains("Draft"));
}

/// What an author might write so that it acts on whoever opens the page.
const HOSTILE: &str = "</dd></dl><script>alert(1)</script><img src=x onerror=alert(1)> &lt; \u{202E}evil\u{202C} \
                       \u{0}\u{7}\u{1B}[31m \u{2028} \u{E0041} \u{200B} \"quoted\" 'single' <!-- ]]> %PDF";

#[test]
fn hostile_text_is_text_in_the_page() {
    let page = frozen(&incident(HOSTILE, HOSTILE), Language::English).document.to_html();
    let body = page.split("<body>").nth(1).unwrap();
    for acting in [
        "<script",
        "<img",
        "<!--",
        "onerror=\"",
        "</dd></dl><",
        "\u{202E}",
        "\u{0}",
        "\u{1B}",
        "\u{2028}",
        "\u{E0041}",
        "\u{200B}",
    ] {
        assert!(!body.contains(acting), "{acting:?}");
    }
    assert!(body.contains("&lt;script&gt;alert(1)") && body.contains("&amp;lt;"), "it is shown, and not dropped");
    assert!(body.contains("U+202E") && body.contains("U+001B"), "what is hidden is shown by its number");
    assert!(page.contains("default-src 'none'"));
    for fetched in ["src=", "href=", "url(", "@import", "http-equiv=\"refresh\""] {
        assert!(!page.replace("&lt;img src=x", "").contains(fetched), "{fetched}");
    }
}

#[test]
fn hostile_text_is_the_same_text_in_json_and_acts_on_no_reader() {
    let kept = frozen(&incident(HOSTILE, HOSTILE), Language::Chinese);
    let text = kept.document.to_json().to_text();
    assert!(!text.chars().any(|one| one.is_control()), "controls are escaped");
    assert_eq!(Document::parse(text.as_bytes()).unwrap(), kept.document);
    assert_eq!(parse(text.as_bytes()).unwrap(), kept.document.to_json());
    assert_eq!(KeptFiling::of_shown(&object(&kept)).unwrap(), kept);
}

#[test]
fn a_mebibyte_is_filed_and_more_is_refused_by_name() {
    let kept = frozen(&incident("A crane", &"字<".repeat(250_000)), Language::English);
    assert!(KeptFiling::of_shown(&object(&kept)).unwrap().renders_the_same());
    let packs = small();
    let long = filled(&incident("A crane", &"x".repeat(3 << 20)), &[("contact", "A. Officer")]);
    let refused = KeptFiling::freeze(long.document(Language::English), &packs.packs()[0], None).unwrap_err();
    assert!(matches!(refused, FreezeError::TooLong { .. }), "{refused}");
}

#[test]
fn a_text_that_is_no_filing_is_refused_with_what_is_wrong() {
    for (text, wrong) in [("", "JSON"), ("[]", "object"), (r#"{"format": "detente-filing/2"}"#, "detente-filing/1")] {
        let faults = Document::parse(text.as_bytes()).unwrap_err();
        assert!(faults.iter().any(|fault| fault.reason.contains(wrong)), "{text}: {faults:?}");
    }
}
