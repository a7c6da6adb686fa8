//! What holds for every agreement, every label and every ask.

use std::collections::BTreeSet;

use policy::decision::{Approval, Ask, Cache, Decision, Engine, Exposure, Reason, Subject};
use policy::floors::{DEFAULTS, Floors};
use policy::receipt::{PrivateReceipt, ReplayError, replay};
use policy::vocabulary::{Care, Purpose};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use record::label::{Marks, Pap, Recipients, Tlp};
use record::path::Path;
use record::{Record, Signed};

use crate::decision_scene::{
    ARCHIVE, ClauseText, DESCRIPTION, HARBOUR, LOTUS, MERIDIAN, OCCURRED, PERMIT_ALL, PLACE, Terms, clause, incident,
    instant, node, noon, signed, subject,
};

/// Places that labels are put on.
const PLACES: [&str; 6] = ["/object", "/object/name", DESCRIPTION, PLACE, OCCURRED, "/aside/occurred_year"];

const PERMITS: [&str; 6] = [
    PERMIT_ALL,
    r#"permit(principal, action, resource) when { context.tlp == Tlp::"clear" || context.tlp == Tlp::"green" };"#,
    r#"permit(principal, action, resource) when { context.kind == Kind::"incident" && context.tlp != Tlp::"red" };"#,
    "permit(principal, action, resource) when { context.approvals >= 2 };",
    "permit(principal, action, resource) when { !context.foreign && !context.relayed };",
    r#"permit(principal, action, resource) unless { context.care.contains(Care::"personal-data:health") };"#,
];

const FORBIDS: [&str; 4] = [
    r#"forbid(principal, action, resource) when { context.pap == Pap::"red" };"#,
    r#"forbid(principal, action, resource) when { context.tlp == Tlp::"amber+strict" } unless { context.approvals >= 1 };"#,
    r#"forbid(principal, action, resource) when { context.foreign && context.tlp == Tlp::"green" };"#,
    r#"forbid(principal, action, resource) when { context.purpose == Purpose::"verification" };"#,
];

/// One clause of a random agreement.
#[derive(Debug, Clone)]
struct Drawn {
    policy: &'static str,
    purposes: Vec<Purpose>,
    approvals: i64,
    is_coarse: bool,
    drops: bool,
    at_most: i64,
}

impl Drawn {
    fn clause(&self, number: usize) -> ClauseText {
        let clause = clause(&number.to_string(), "Words.", "文字。", self.policy);
        if self.policy.starts_with("forbid") {
            return clause;
        }
        let purposes: Vec<_> = self.purposes.iter().map(|purpose| purpose.name()).collect();
        let clause = clause.purposes(&purposes).approvals(self.approvals).budget(
            &format!("all-{number}"),
            "records",
            self.at_most,
            "month",
        );
        let clause = if self.is_coarse { clause.coarsens(&["occurred", "place"]) } else { clause };
        if self.drops { clause.drops(&["description"]) } else { clause }
    }
}

fn drawn(policies: Vec<&'static str>) -> impl Strategy<Value = Drawn> {
    let purposes = subsequence(Purpose::ALL.to_vec(), 1..=Purpose::ALL.len());
    let parts = (select(policies), purposes, 0..3_i64, any::<bool>(), any::<bool>(), 1..4_i64);
    parts.prop_map(|(policy, purposes, approvals, is_coarse, drops, at_most)| Drawn {
        policy,
        purposes,
        approvals,
        is_coarse,
        drops,
        at_most,
    })
}

fn terms(drawn: &[Drawn], parties: &[record::digest::PartyId]) -> Terms {
    let clauses = drawn.iter().zip(1..).map(|(one, number)| one.clause(number)).collect();
    Terms::new("Drawn", parties, clauses)
}

fn any_terms() -> impl Strategy<Value = Vec<Drawn>> {
    let all = PERMITS.iter().chain(&FORBIDS).copied().collect();
    (drawn(PERMITS.to_vec()), vec(drawn(all), 0..4)).prop_map(|(first, rest)| [vec![first], rest].concat())
}

fn any_marks() -> impl Strategy<Value = Marks> {
    let levels = (
        prop_oneof![4 => select(vec![Tlp::Clear, Tlp::Green, Tlp::Amber]), 1 => select(Tlp::ALL.to_vec())],
        prop_oneof![3 => Just(Pap::Clear), 1 => select(Pap::ALL.to_vec())],
    );
    let tags = prop_oneof![3 => Just(Vec::new()), 2 => subsequence(Care::ALL.to_vec(), 0..3)];
    let origins = prop_oneof![4 => Just(None), 1 => Just(Some(ARCHIVE))];
    let audience = prop_oneof![
        5 => Just(Recipients::Anyone),
        1 => subsequence(vec![LOTUS, MERIDIAN], 0..=2).prop_map(|some| Recipients::Only(some.into_iter().collect())),
    ];
    (levels, tags, origins, audience).prop_map(|((tlp, pap), tags, origin, audience)| {
        let tags = tags.into_iter().map(|care| care.name().parse().unwrap());
        Marks::new(tlp, pap).with_tags(tags).with_origins(origin).with_recipients(audience)
    })
}

type Labels = Vec<(&'static str, Marks)>;

fn any_labels() -> impl Strategy<Value = Labels> {
    let whole = prop_oneof![6 => any_marks().prop_map(|marks| vec![("*", marks)]), 1 => Just(Vec::new())];
    (whole, vec((select(PLACES.to_vec()), any_marks()), 0..4)).prop_map(|(whole, rest)| [whole, rest].concat())
}

fn record() -> Signed<Record> {
    signed(HARBOUR, incident())
}

fn described(labels: &Labels) -> Subject {
    subject(record().content(), labels)
}

fn asking(terms: &Terms, purpose: Purpose) -> Ask {
    Ask::new(terms.agreement().digest(), purpose, "Anna Visser", noon())
}

fn any_purpose() -> impl Strategy<Value = Purpose> {
    select(Purpose::ALL.to_vec())
}

/// An ask, with as many persons' approvals as it needs, as far as persons can help.
fn approved(engine: &Engine, subject: &Subject, ask: &Ask) -> Ask {
    let mut ask = ask.clone();
    // What is shown can depend on how many approved, so they may have to look again.
    for _ in 0..4 {
        let decision = engine.decide(subject, &ask, &Exposure::new());
        let Some(permit) = decision.proposal().filter(|_| decision.permit().is_none()) else { return ask };
        let by = |name| Approval::new(name, ask.time, permit.binding());
        ask.approvals = ["B", "C", "D"].map(by).into_iter().take(usize::from(permit.approvals_needed)).collect();
    }
    ask
}

fn decide(engine: &Engine, subject: &Subject, ask: &Ask) -> Decision {
    engine.decide(subject, &approved(engine, subject, ask), &Exposure::new())
}

fn shown(decision: &Decision) -> BTreeSet<Path> {
    decision.permit().into_iter().flat_map(|permit| permit.shown.iter().cloned()).collect()
}

fn floors_of(marks: &Marks) -> BTreeSet<String> {
    let cares: Vec<_> = marks.tags().iter().filter_map(Care::of).collect();
    let named = |care: &Care| DEFAULTS.iter().find(|floor| floor.policy.contains(&format!("\"{care}\"")));
    let of_care = cares.iter().filter_map(named).map(|floor| floor.name.to_owned());
    of_care.chain((marks.tlp() == Tlp::Red).then(|| "red".to_owned())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn floors_beat_every_agreement(drawn in any_terms(), labels in any_labels(), purpose in any_purpose()) {
        let everything = Drawn { policy: PERMIT_ALL, purposes: Purpose::ALL.to_vec(), approvals: 0, is_coarse: false, drops: false, at_most: 9 };
        let drawn = [vec![everything], drawn].concat();
        let terms = terms(&drawn, &[HARBOUR, LOTUS]);
        let (engine, subject) = (node(HARBOUR, &[&terms], &[]), described(&labels));
        let shown = shown(&decide(&engine, &subject, &asking(&terms, purpose)));
        for field in subject.fields.iter().filter(|field| shown.contains(&field.path)) {
            let marks = field.marks.as_ref();
            prop_assert!(marks.is_some_and(|marks| floors_of(marks).is_empty()), "{} is shown", field.path);
        }
    }

    #[test]
    fn another_permit_lifts_no_floor_and_no_red_line(
        before in any_terms(), more in drawn(PERMITS.to_vec()), labels in any_labels(), purpose in any_purpose()
    ) {
        let after = [before.clone(), vec![more]].concat();
        let (before, after) = (terms(&before, &[HARBOUR, LOTUS]), terms(&after, &[HARBOUR, LOTUS]));
        let subject = described(&labels);
        let floors = Floors::new(&[]).unwrap();
        let open = Drawn { policy: PERMIT_ALL, purposes: Purpose::ALL.to_vec(), approvals: 0, is_coarse: false, drops: false, at_most: 9 };
        let all = terms(&[open], &[HARBOUR, LOTUS]);
        // Under an agreement that permits everything, beside the other: what stays, stays for floors and red lines alone.
        let stays = |beside: &Terms| {
            let engine = node(HARBOUR, &[&all, beside], &[]);
            let decision = engine.decide(&subject, &asking(&all, purpose), &Exposure::new());
            let fields: Vec<_> = decision.permit().map(|permit| permit.dropped.clone()).unwrap_or_default();
            let codes = |reasons: &[Reason]| reasons.iter().map(Reason::code).collect::<BTreeSet<_>>();
            let fields: Vec<_> = fields.iter().map(|one| (one.path.clone(), codes(&one.reasons))).collect();
            (codes(decision.reasons()), fields)
        };
        prop_assert_eq!(stays(&before), stays(&after));
        prop_assert_eq!(floors.digest(), node(HARBOUR, &[&after], &[]).floors().digest());
    }

    #[test]
    fn hiding_more_never_shows_more(
        drawn in any_terms(), labels in any_labels(), purpose in any_purpose(), hide in subsequence(PLACES.to_vec(), 1..4)
    ) {
        let terms = terms(&drawn, &[HARBOUR, LOTUS]);
        let (engine, subject) = (node(HARBOUR, &[&terms], &[]), described(&labels));
        // Under each clause by name: hiding may make another clause the first that permits.
        for number in 1..=drawn.len() {
            let ask = asking(&terms, purpose).under(number.to_string().parse().unwrap());
            let hidden = ask.clone().hiding(hide.iter().map(|place| place.parse().unwrap()));
            let (more, less) = (engine.decide(&subject, &ask, &Exposure::new()), engine.decide(&subject, &hidden, &Exposure::new()));
            // With more persons' approval a clause may show more, so those are compared that need no more of them.
            let less = less.proposal().filter(|less| more.proposal().is_some_and(|more| less.approvals_needed <= more.approvals_needed));
            if let (Some(more), Some(less)) = (more.proposal(), less) {
                prop_assert!(less.shown.iter().all(|path| more.shown.contains(path)));
                prop_assert!(more.marks.covers(&less.marks));
                let hidden: Vec<Path> = hide.iter().map(|place| place.parse().unwrap()).collect();
                prop_assert!(!less.shown.iter().any(|path| hidden.iter().any(|place| path.is_within(place))));
            }
        }
    }

    #[test]
    fn another_label_never_shows_more(
        drawn in any_terms(), labels in any_labels(), purpose in any_purpose(),
        more in (select([&["*"][..], &PLACES].concat()), any_marks())
    ) {
        // Parties may agree on a clause that permits only what is marked; no policy drawn here is such a one.
        let terms = terms(&drawn, &[HARBOUR, LOTUS]);
        let engine = node(HARBOUR, &[&terms], &[]);
        let labelled = subject_labelled_everywhere(&labels);
        let tighter = [labelled.clone(), vec![more]].concat();
        for number in 1..=drawn.len() {
            let ask = asking(&terms, purpose).under(number.to_string().parse().unwrap());
            let of = |labels: &Labels| engine.decide(&described(labels), &ask, &Exposure::new());
            let (before, after) = (of(&labelled), of(&tighter));
            // Where the whole was refused for what its parts say together, a part that stays may let the others go.
            if let (Some(before), Some(after)) = (before.permit(), after.permit()) {
                prop_assert!(after.shown.iter().all(|path| before.shown.contains(path)), "{after:?} beside {before:?}");
            }
        }
    }

    #[test]
    fn a_receipt_replays_bit_for_bit_and_one_octet_is_noticed(
        drawn in any_terms(), labels in any_labels(), purpose in any_purpose(), stands in 0..5_i64,
        flip in any::<proptest::sample::Index>(), bit in 0..8_u8, salt in any::<[u8; 32]>()
    ) {
        let terms = terms(&drawn, &[HARBOUR, LOTUS]);
        let (engine, subject) = (node(HARBOUR, &[&terms], &[]), described(&labels));
        let ask = approved(&engine, &subject, &asking(&terms, purpose));
        let exposure: Exposure = engine.counters(&ask).into_iter().map(|name| (name, stands)).collect();
        let decision = engine.decide(&subject, &ask, &exposure);
        let receipt = PrivateReceipt::of((&engine, &subject, &ask, &exposure), &decision, &salt);
        prop_assert_eq!(replay(receipt.digest(), receipt.body(), &engine), Ok(()));
        let mut body = receipt.body().to_vec();
        let at = flip.index(body.len());
        body[at] ^= 1 << bit;
        prop_assert_eq!(replay(receipt.digest(), &body, &engine), Err(ReplayError::OtherReceipt));
    }

    #[test]
    fn a_cache_answers_as_nobody_who_forgets(
        drawn in vec(any_terms(), 2..4),
        asks in vec((any_labels(), any_purpose(), 0..4_u8, 0..5_i64, 0..3_usize, any::<bool>(), any::<bool>()), 1..24)
    ) {
        let all: Vec<_> = drawn.iter().map(|one| terms(one, &[HARBOUR, LOTUS])).collect();
        let first = all[0].clone().lasting("2026-06-30T16:00:00Z", "2026-08-01T00:00:00Z");
        let agreements: Vec<_> = std::iter::once(&first).chain(&all[1..]).collect();
        let engine = node(HARBOUR, &agreements, &[]);
        let mut cache = Cache::new();
        // Few different labels, so that answers are found again.
        let labels: Vec<_> = asks.iter().take(3).map(|one| one.0.clone()).collect();
        for (number, (_, purpose, approvals, stands, which, is_late, hides)) in asks.iter().enumerate() {
            let subject = described(&labels[number % labels.len()]);
            let mut ask = asking(agreements[which % agreements.len()], *purpose);
            ask.time = instant(if *is_late { "2026-08-01T00:00:00Z" } else { "2026-07-31T23:59:59.999999Z" });
            if *hides {
                ask = ask.hiding([DESCRIPTION.parse().unwrap()]);
            }
            let binding = engine.decide(&subject, &ask, &Exposure::new()).proposal().map(policy::decision::Permit::binding);
            // Some of them at the edge of their time: it is over for the later of the two moments alone.
            let given = instant(if stands % 2 == 0 { "2026-07-25T00:00:00Z" } else { "2026-07-24T23:59:59.999999Z" });
            let by = |name: &&str| Some(Approval::new(name, given, binding?));
            let given: Vec<_> = ["B", "c", "Anna Visser"].iter().take(usize::from(*approvals)).filter_map(by).collect();
            let ask = ask.approved(given);
            let exposure: Exposure = engine.counters(&ask).into_iter().map(|name| (name, *stands)).collect();
            let remembered = cache.decide(&engine, &subject, &ask, &exposure);
            prop_assert_eq!(remembered, engine.decide(&subject, &ask, &exposure));
        }
    }
}

/// The same labels, and one on the whole if there was none: what is unlabelled becomes labelled by a further label, and that
/// is the one thing that a further label may let out.
fn subject_labelled_everywhere(labels: &Labels) -> Labels {
    let has_whole = labels.iter().any(|(place, _)| *place == "*");
    if has_whole { labels.clone() } else { [vec![("*", Marks::OPEN)], labels.clone()].concat() }
}
