//! The finite space of facts: floors and the engine over all of it.

use std::collections::BTreeSet;

use cedar_policy::{
    Authorizer, Context, Entities, EntityUid, PolicyId, PolicySet, Request, RestrictedExpression, get_lang_version,
};
use policy::cedar::{Checked, ENGINE, Facts, MAX_APPROVALS, Policies};
use policy::decision::{Ask, Exposure, FieldRole, Reason};
use policy::floors::{DEFAULTS, Floors};
use policy::space::Space;
use policy::vocabulary::{Care, Kind, Purpose};
use record::digest::RecordDigest;
use record::label::{Marks, Pap, Tlp};

use crate::decision_scene::{HARBOUR, LOTUS, Terms, ask, clause, node, plain_incident, signed, subject};

/// The floor that a reason for care has; the other two floors look at levels and origin.
fn floor_of(care: Care) -> &'static str {
    let name = care.name();
    let floor = DEFAULTS.iter().find(|floor| floor.policy.contains(&format!("Care::\"{name}\"")));
    floor.map_or_else(|| panic!("no floor for {name}"), |floor| floor.name)
}

/// What floors should say, by another way than Cedar's.
fn expected(facts: &Facts) -> BTreeSet<&'static str> {
    let mut floors: BTreeSet<_> = facts.care.iter().copied().map(floor_of).collect();
    if facts.tlp == Tlp::Red {
        floors.extend(["red"]);
    }
    if facts.foreign && facts.tlp >= Tlp::Amber {
        floors.extend(["foreign-origin"]);
    }
    floors
}

fn check(floors: &Floors, facts: &Facts) {
    let asked = facts.to_party(LOTUS, RecordDigest::from_octets([0; 32])).unwrap();
    let said = floors.ask(&asked);
    assert_eq!(said.failed, Vec::<String>::new(), "{facts:?}");
    assert!(said.holds.iter().map(String::as_str).eq(expected(facts)), "{facts:?}: {:?}", said.holds);
}

fn care_of(number: u32) -> BTreeSet<Care> {
    let has = |at: &usize| number >> at & 1 == 1;
    (0..Care::ALL.len()).filter(has).map(|at| Care::ALL[at]).collect()
}

fn facts_of(care: BTreeSet<Care>, tlp: Tlp) -> Facts {
    let mut facts = Facts::new(Kind::Incident, Purpose::SafetyResearch, tlp, Pap::Clear);
    facts.care = care;
    facts
}

#[test]
fn every_reason_for_care_has_one_floor_and_no_floor_is_of_another_kind() {
    let of_care: BTreeSet<_> = Care::ALL.iter().copied().map(floor_of).collect();
    assert_eq!(of_care.len(), Care::ALL.len());
    let others: Vec<_> = DEFAULTS.iter().map(|floor| floor.name).filter(|name| !of_care.contains(name)).collect();
    assert_eq!(others, ["foreign-origin", "red"]);
}

#[test]
fn floors_hold_exactly_for_their_tag_over_a_seventeenth_of_all_sets() {
    let floors = Floors::new(&[]).unwrap();
    let numbers = (0..1_u32 << Care::ALL.len()).filter(|number| number % 17 == 0);
    let cases = numbers.inspect(|number| check(&floors, &facts_of(care_of(*number), Tlp::Green))).count();
    println!("{cases} sets of tags");
}

#[test]
#[ignore = "every set of tags, half a minute and more: for the long run"]
fn long_floors_hold_exactly_for_their_tag_over_every_set() {
    let floors = Floors::new(&[]).unwrap();
    let sets = 1_u32 << Care::ALL.len();
    (0..sets).for_each(|number| check(&floors, &facts_of(care_of(number), Tlp::Green)));
    println!("{sets} sets of tags");
}

/// Each tag alone and each pair, and none.
fn singles_and_pairs() -> Vec<BTreeSet<Care>> {
    let pairs = Care::ALL.iter().flat_map(|one| Care::ALL.iter().map(move |other| BTreeSet::from([*one, *other])));
    std::iter::once(BTreeSet::new()).chain(pairs).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Every value of everything but tags.
fn without_care() -> Vec<Facts> {
    let whole = Space::whole();
    // The digits of tags are the last, so the first cases are those without any.
    let count = whole.cases() >> Care::ALL.len();
    whole.iter().take(usize::try_from(count).unwrap()).collect()
}

fn with_care(mut facts: Facts, care: &BTreeSet<Care>) -> Facts {
    facts.care.clone_from(care);
    facts
}

fn over(care: &[BTreeSet<Care>], mut rest: impl FnMut(usize) -> bool) -> usize {
    let floors = Floors::new(&[]).unwrap();
    let others = without_care();
    let cases = care.iter().flat_map(|care| others.iter().map(move |facts| with_care(facts.clone(), care)));
    let cases = cases.enumerate().filter(|(number, _)| rest(*number));
    cases.inspect(|(_, facts)| check(&floors, facts)).count()
}

#[test]
fn floors_look_at_nothing_else_for_each_tag_and_pair() {
    let care = singles_and_pairs();
    assert_eq!(without_care().iter().filter(|facts| facts.care.is_empty()).count(), 19_200);
    // A step that shares no divisor with the lists' lengths meets every value of every list beside every pair.
    let cases = over(&care, |number| number % 149 == 0);
    println!("{cases} of {} cases", care.len() * 19_200);
}

#[test]
#[ignore = "two million cases: for the long run"]
fn long_floors_look_at_nothing_else_for_each_tag_and_pair() {
    println!("{} cases", over(&singles_and_pairs(), |_| true));
}

/// The whole space has 2,516,582,400 cases. No floor names `approvals`, `kind`, `pap`, `purpose` or `relayed`: not in its
/// text with every escape undone, which is what [`Space::of`] looks at. A Cedar policy is a pure function of the attributes
/// that it names, and has no way to reach one by a name that it computes; and what is expected looks at none of the five
/// either. So what holds for one value of them holds for each of their 1,920 combinations, and one is tried.
fn all_that_floors_tell_apart() -> Space {
    let floors: Vec<_> = DEFAULTS.iter().map(|floor| Checked::parse(floor.name, floor.policy).unwrap()).collect();
    Space::of(&floors)
}

#[test]
fn what_floors_tell_apart_stands_for_the_whole_space() {
    let unnamed = 4 * Kind::ALL.len() * Pap::ALL.len() * Purpose::ALL.len() * 2;
    assert_eq!(usize::from(MAX_APPROVALS), 3);
    let told_apart = all_that_floors_tell_apart().cases();
    assert_eq!((told_apart, unnamed), (1_310_720, 1_920));
    assert_eq!(told_apart * u128::try_from(unnamed).unwrap(), Space::whole().cases());
}

#[test]
#[ignore = "1,310,720 cases, which stand for the whole space: for the long run"]
fn long_floors_hold_over_the_whole_space() {
    let floors = Floors::new(&[]).unwrap();
    all_that_floors_tell_apart().iter().for_each(|facts| check(&floors, &facts));
}

#[test]
fn the_engine_is_named_by_the_language_that_cedar_really_speaks() {
    let version = get_lang_version();
    assert_eq!(ENGINE, format!("cedar/{}.{} detente-policy/1", version.major, version.minor));
}

#[test]
fn what_a_policy_spells_with_escapes_counts_as_asked_about() {
    let plain = r#"permit(principal, action, resource) when { context.tlp == Tlp::"red" || context.care.contains(Care::"model-weights") };"#;
    let spelled = r#"permit(principal, action, resource) when { context["tl\u{70}"] == Tlp::"red" || context["c\u{61}re"].contains(Care::"model\u{2d}weights") };"#;
    let cases = |text: &str| Space::of([&Checked::parse("2", text).unwrap()]).iter().collect::<BTreeSet<_>>();
    assert_eq!(cases(plain), cases(spelled));
    assert_eq!(cases(plain).len(), 20, "five levels, the tag, and one that stands for the others");
}

#[test]
fn a_space_holds_each_of_its_cases_once() {
    let policy = Checked::parse("2", BROAD).unwrap();
    let space = Space::of([&policy]);
    let cases: BTreeSet<_> = space.iter().collect();
    assert_eq!(u128::try_from(cases.len()).unwrap(), space.cases());
}

/// Asks about much at once.
const BROAD: &str = r#"permit(principal, action, resource) when {
    (context.kind == Kind::"incident" || context.purpose == Purpose::"verification")
    && context.tlp != Tlp::"red" && (context.approvals >= 1 || !context.relayed)
    && !context.care.contains(Care::"personal-data:health") };"#;

const GREEN: &str =
    r#"permit(principal, action, resource) when { context.tlp == Tlp::"clear" || context.tlp == Tlp::"green" };"#;
const HEALTH: &str = r#"forbid(principal, action, resource)
    when { context.care.contains(Care::"personal-data:health") } unless { context.purpose == Purpose::"incident-response" };"#;
const SECRET: &str =
    r#"forbid(principal, action, resource) when { context.pap == Pap::"red" && context.tlp != Tlp::"clear" };"#;

/// Cedar by itself: all policies in one set, the context built by hand.
struct Oracle(PolicySet);

impl Oracle {
    fn new(policies: &[(&str, &str)]) -> Self {
        let parse = |(id, text): &(&str, &str)| cedar_policy::Policy::parse(Some(PolicyId::new(id)), *text).unwrap();
        let floors = DEFAULTS.iter().map(|floor| (floor.name, floor.policy));
        let all: Vec<_> = policies.iter().copied().chain(floors).collect();
        Self(PolicySet::from_policies(all.iter().map(parse)).unwrap())
    }

    fn allows(&self, facts: &Facts) -> bool {
        let uid = |text: String| text.parse::<EntityUid>().unwrap();
        let word = |list: &str, name: &str| RestrictedExpression::new_entity_uid(uid(format!("{list}::\"{name}\"")));
        let care = facts.care.iter().map(|care| word("Care", care.name()));
        let pairs = [
            ("approvals", RestrictedExpression::new_long(i64::from(facts.approvals))),
            ("care", RestrictedExpression::new_set(care)),
            ("foreign", RestrictedExpression::new_bool(facts.foreign)),
            ("kind", word("Kind", facts.kind.name())),
            ("pap", word("Pap", facts.pap.name())),
            ("purpose", word("Purpose", facts.purpose.name())),
            ("relayed", RestrictedExpression::new_bool(facts.relayed)),
            ("tlp", word("Tlp", facts.tlp.name())),
        ];
        let context = Context::from_pairs(pairs.map(|(name, value)| (name.to_owned(), value))).unwrap();
        let [who, what, which] =
            ["Party::\"p\"", "Action::\"release\"", "Record::\"r\""].map(|one| uid(one.to_owned()));
        let request = Request::new(who, what, which, context, None).unwrap();
        let response = Authorizer::new().is_authorized(&request, &self.0, &Entities::empty());
        assert_eq!(response.diagnostics().errors().count(), 0);
        response.decision() == cedar_policy::Decision::Allow
    }
}

#[test]
fn floors_forbids_and_permits_apart_say_what_cedar_says_of_all_together() {
    let policies = [("2", BROAD), ("3", GREEN), ("4", HEALTH), ("5", SECRET)];
    let oracle = Oracle::new(&policies);
    let checked = policies.map(|(id, text)| Checked::parse(id, text).unwrap());
    let permits = Policies::new(&checked[..2]).unwrap();
    let forbids = Policies::new(&checked[2..]).unwrap();
    let floors = Floors::new(&[]).unwrap();
    let space = Space::of(&checked);
    let mut allowed = 0_usize;
    for facts in space.iter() {
        let asked = facts.to_party(LOTUS, RecordDigest::from_octets([0; 32])).unwrap();
        let stays = !floors.ask(&asked).holds.is_empty() || !forbids.ask(&asked).holds.is_empty();
        let goes = !stays && !permits.ask(&asked).holds.is_empty();
        assert_eq!(goes, oracle.allows(&facts), "{facts:?}");
        allowed += usize::from(goes);
    }
    println!("{} cases, {allowed} of them allowed", space.cases());
    assert!(space.cases() > 30_000 && allowed > 100, "{} {allowed}", space.cases());
}

/// The marks of a case, as a label has them.
fn marks(facts: &Facts) -> Marks {
    let origin = facts.foreign.then_some(crate::decision_scene::ARCHIVE);
    let marks = Marks::new(facts.tlp, facts.pap).with_origins(origin);
    marks.with_tags(facts.care.iter().map(|care| care.name().parse().unwrap()))
}

#[test]
fn whole_decisions_say_what_cedar_says_of_all_together() {
    let policies = [("2", GREEN), ("4", HEALTH), ("5", SECRET)];
    let oracle = Oracle::new(&policies);
    let checked = policies.map(|(id, text)| Checked::parse(id, text).unwrap());
    let purposes: Vec<_> = Purpose::ALL.iter().map(|purpose| purpose.name()).collect();
    let worded = |(id, text): (&str, &'static str)| {
        let clause = clause(id, "Words.", "文字。", text);
        if text.starts_with("permit") { clause.purposes(&purposes) } else { clause }
    };
    let clauses = policies.map(worded).to_vec();
    let terms = Terms::new("All of it", &[HARBOUR, LOTUS], clauses);
    let engine = node(HARBOUR, &[&terms], &[]);
    let record = signed(HARBOUR, plain_incident());
    let space = Space::of(&checked);
    let mut allowed = 0_usize;
    for facts in space.iter().filter(|facts| facts.kind == Kind::Incident && !facts.relayed && facts.approvals == 0) {
        let subject = subject(record.content(), &[("*", marks(&facts))]);
        let ask = Ask::new(ask(&terms).agreement, facts.purpose, "Anna Visser", ask(&terms).time);
        let goes = engine.decide(&subject, &ask, &Exposure::new()).permit().is_some();
        assert_eq!(goes, oracle.allows(&facts), "{facts:?}");
        allowed += usize::from(goes);
    }
    println!("{} cases, {allowed} of them allowed", space.cases());
    assert!(allowed > 10 && MAX_APPROVALS == 3);
}

#[test]
fn whatever_carries_a_floor_s_tag_stays_whatever_is_permitted() {
    let purposes: Vec<_> = Purpose::ALL.iter().map(|purpose| purpose.name()).collect();
    let all = clause("2", "All.", "全部。", crate::decision_scene::PERMIT_ALL).purposes(&purposes);
    let terms = Terms::new("Everything", &[HARBOUR, LOTUS], vec![all]);
    let engine = node(HARBOUR, &[&terms], &[]);
    let record = signed(HARBOUR, plain_incident());
    let mut cases = 0_usize;
    for (care, purpose) in Care::ALL.iter().flat_map(|care| Purpose::ALL.iter().map(move |purpose| (care, purpose))) {
        for tlp in Tlp::ALL {
            let tagged = Marks::new(tlp, Pap::Clear).with_tags([care.name().parse().unwrap()]);
            let open = Marks::OPEN;
            let subject = subject(record.content(), &[("*", open), ("/object/description", tagged)]);
            let ask = Ask::new(ask(&terms).agreement, *purpose, "Anna Visser", ask(&terms).time);
            let decision = engine.decide(&subject, &ask, &Exposure::new());
            let permit = decision.permit().unwrap();
            let floor = Reason::Floor { floor: floor_of(*care).to_owned() };
            let dropped = permit.dropped.iter().find(|one| one.path.as_str() == "/object/description").unwrap();
            assert!(dropped.reasons.contains(&floor), "{care} {purpose} {tlp}");
            assert!(permit.dropped.iter().all(|one| one.reasons.contains(&floor) || is_history(&subject, &one.path)));
            cases += 1;
        }
    }
    println!("{cases} cases");
}

fn is_history(subject: &policy::decision::Subject, path: &record::path::Path) -> bool {
    subject.fields.iter().any(|field| field.path == *path && field.role == FieldRole::History)
}
