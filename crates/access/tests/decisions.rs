//! The one decision, over everybody and everything.

use std::collections::BTreeSet;

use access::ask::{About, ApproveRelease, ManageAccounts, OwnAccount, ReadFeed, ReadRecord};
use access::{
    AccountName, Belongs, Caller, Change, Decision, Refused, Resource, Right, Role, Sessions, Skeleton, Verdict,
    decide, judge, may_be_told,
};
use record::digest::{PartyId, RecordDigest};
use record::label::Tlp;

use crate::scene::{self, Counted, MINUTE, Node, kept_password, name, noon, party, roles};

const DOCUMENT: &str = include_str!("../../../docs/access.md");

/// The table as it stands in the document.
fn table() -> String {
    let head: String = Role::ALL.iter().map(|role| format!(" {} |", role.words().join(" "))).collect();
    let mut table = format!("| right |{head}\n|---|{}\n", "---|".repeat(Role::ALL.len()));
    for right in Right::ALL {
        let marks = |role: &Role| if role.rights().contains(right) { " yes |" } else { " |" };
        let cells: String = Role::ALL.iter().map(marks).collect();
        table.push_str(&format!("| {} ({}) |{cells}\n", right.words().join(" "), right.name()));
    }
    let read: String = Role::ALL.iter().map(|role| format!(" {} |", role.reads_up_to())).collect();
    table.push_str(&format!("| reads up to TLP |{read}\n"));
    table
}

#[test]
fn the_document_has_the_table_of_the_program() {
    assert!(DOCUMENT.contains(&table()), "put this into docs/access.md:\n{}", table());
}

/// Written out a second time, by hand: a slip in the one table must not change what a role may do unseen.
const WHO_MAY: [(Right, &[Role]); 18] = {
    use Role::{Administrator, Analyst, DutyOfficer, Machine, Reader, Releaser};
    [
        (Right::Accounts, &[Administrator]),
        (Right::Alarms, &[Administrator, DutyOfficer]),
        (Right::Answer, &[DutyOfficer]),
        (Right::Approve, &[Releaser]),
        (Right::Duties, &[Analyst, DutyOfficer]),
        (Right::Label, &[Analyst]),
        (Right::Operate, &[Administrator]),
        (Right::OwnAccount, &[Administrator, Analyst, DutyOfficer, Reader, Releaser]),
        (Right::Post, &[Analyst, Machine]),
        (Right::Propose, &[Analyst, DutyOfficer, Releaser]),
        (Right::Publish, &[Releaser]),
        (Right::Read, &[Administrator, Analyst, DutyOfficer, Machine, Reader, Releaser]),
        (Right::ReadAccessLog, &[Administrator]),
        (Right::ReadFeeds, &[Analyst, DutyOfficer, Machine, Reader, Releaser]),
        (Right::Reports, &[Analyst]),
        (Right::Retract, &[Analyst, DutyOfficer, Releaser]),
        (Right::Scan, &[Analyst, DutyOfficer, Machine]),
        (Right::Write, &[Analyst]),
    ]
};

/// Every resource there is a kind of, as an account finds it: its own, another's proposal, a feed of `theirs`.
fn resources<'a>(own: &'a AccountName, other: &'a Skeleton, theirs: &'a [PartyId]) -> Vec<Resource<'a>> {
    let markings = [None].into_iter().chain(Tlp::ALL.map(Some));
    let records = markings.flat_map(|tlp| [true, false].map(|is_named| Resource::Record { tlp, is_named }));
    let feeds = [theirs, &[]]
        .into_iter()
        .flat_map(|members| [None, Some("incidents")].map(|collection| Resource::Feed { members, collection }));
    let rest = [Resource::Node, Resource::Proposal { proposer: other }, Resource::Account(own)];
    records.chain(feeds).chain(rest).collect()
}

/// What the rules say, in other words than the code.
fn expected(role: Role, right: Right, resource: &Resource<'_>) -> Verdict {
    let is_seen = match resource {
        Resource::Record { tlp: None, .. } => [Role::Analyst, Role::Releaser].contains(&role),
        Resource::Record { tlp: Some(Tlp::Clear | Tlp::Green), .. } => true,
        Resource::Record { tlp: Some(Tlp::Amber), .. } => ![Role::Administrator, Role::Machine].contains(&role),
        Resource::Record { tlp: Some(Tlp::AmberStrict), .. } => {
            [Role::Analyst, Role::DutyOfficer, Role::Releaser].contains(&role)
        }
        Resource::Record { tlp: Some(Tlp::Red), is_named } => *is_named,
        Resource::Node | Resource::Feed { .. } | Resource::Proposal { .. } | Resource::Account(_) | _ => true,
    };
    let (_, who) = WHO_MAY.iter().find(|(known, _)| *known == right).unwrap();
    match (is_seen, who.contains(&role)) {
        (false, _) => Verdict::Hidden,
        (true, false) => Verdict::Forbidden(Refused::Role(right)),
        (true, true) if right == Right::Approve && !matches!(resource, Resource::Proposal { .. }) => {
            Verdict::Forbidden(Refused::OwnProposal)
        }
        (true, true) => Verdict::Allowed,
    }
}

#[test]
fn every_role_has_its_rights_over_everything_and_no_other() {
    let mut asked = 0;
    for role in Role::ALL {
        let (own, other) = (name("somebody"), Skeleton::of("another"));
        let caller = Node::new().with("somebody", &[*role]).caller("somebody");
        for right in Right::ALL {
            for resource in resources(&own, &other, &[party(7)]) {
                let verdict = judge(&caller, *right, &resource);
                assert_eq!(verdict, expected(*role, *right, &resource), "{role} {right} {resource:?}");
                asked += 1;
            }
        }
    }
    assert_eq!(asked, 6 * 18 * 19);
}

#[test]
fn a_partner_gets_its_own_feeds_and_nothing_else_whatever_its_role() {
    let mut allowed = 0;
    for role in Role::ALL {
        let (own, other) = (name("guest"), Skeleton::of("another"));
        let caller = Node::new().with_partner("guest", &[*role], party(7)).caller("guest");
        for right in Right::ALL {
            for resource in resources(&own, &other, &[party(9), party(7)]) {
                let is_theirs = matches!(resource, Resource::Feed { members: [_, _], .. });
                let expected = if is_theirs && *right == Right::ReadFeeds { Verdict::Allowed } else { Verdict::Hidden };
                assert_eq!(judge(&caller, *right, &resource), expected, "{role} {right} {resource:?}");
                allowed += usize::from(expected == Verdict::Allowed);
            }
            let anothers = Resource::Feed { members: &[party(8)], collection: None };
            assert_eq!(judge(&caller, *right, &anothers), Verdict::Hidden);
        }
    }
    assert_eq!(allowed, 2 * Role::ALL.len());
}

#[test]
fn nobody_is_told_to_sign_in_whether_there_is_something_or_not() {
    let (own, other) = (name("ada"), Skeleton::of("another"));
    for right in Right::ALL {
        for resource in resources(&own, &other, &[party(7)]) {
            let verdict = judge(&Caller::nobody(), *right, &resource);
            assert_eq!(verdict, Verdict::Forbidden(Refused::SignIn));
        }
    }
}

#[test]
fn roles_of_one_account_add_up_and_proposer_and_approver_are_two_all_the_same() {
    let small_desk = Node::new().with("lin", &[Role::Analyst, Role::Releaser]).with("remy", &[Role::Releaser]);
    let approve = |who: &str, proposer: &str| {
        let ask = ApproveRelease { binding: [3; 32], proposer: Skeleton::of(proposer) };
        decide(&small_desk.caller(who), ask)
    };
    for alias in ["lin", "LIN", "l i n", "lіn"] {
        assert_eq!(approve("lin", alias), Decision::Forbidden(Refused::OwnProposal), "{alias}");
    }
    let permitted = approve("remy", "lin").permitted().unwrap();
    assert_eq!((permitted.by().account(), permitted.ask().binding), (Some(&name("remy")), [3; 32]));
}

#[test]
fn a_proof_is_for_exactly_what_was_asked() {
    let node = Node::new().with("remy", &[Role::Reader]);
    let record = RecordDigest::from_octets([5; 32]);
    let read = |tlp| decide(&node.caller("remy"), ReadRecord(About { record, tlp: Some(tlp), is_named: false }));
    assert_eq!(read(Tlp::Amber).permitted().unwrap().ask().0.record, record);
    assert_eq!(read(Tlp::Red), Decision::Hidden);
    let own = |whose: &str| decide(&node.caller("remy"), OwnAccount { account: name(whose) });
    assert!(own("remy").permitted().is_some());
    assert_eq!(own("ada"), Decision::Hidden);
    let manage = decide(&node.caller("remy"), ManageAccounts);
    assert_eq!(manage, Decision::Forbidden(Refused::Role(Right::Accounts)));
}

#[test]
fn a_token_reaches_no_further_than_it_was_made_for() {
    let mut node = Node::new().with("gate", &[Role::Machine]);
    let secret = node.token("gate", "reader", scene::scopes(&[Right::ReadFeeds], &["incidents"]));
    let caller = node.accounts.check_token(&node.secret, secret.reveal(), noon(1)).unwrap();
    let read = |collection: Option<&str>| {
        decide(&caller, ReadFeed { members: vec![], collection: collection.map(str::to_owned) })
    };
    assert!(read(Some("incidents")).permitted().is_some());
    assert_eq!(read(Some("signals")), Decision::Hidden);
    assert_eq!(read(None), Decision::Hidden);
    let secret = node.token("gate", "narrow", scene::scopes(&[Right::Read, Right::ReadFeeds], &["incidents"]));
    let narrow = node.accounts.check_token(&node.secret, secret.reveal(), noon(1)).unwrap();
    for by_another_way in [Resource::Node, Resource::Record { tlp: Some(Tlp::Clear), is_named: false }] {
        let verdict = judge(&narrow, Right::Read, &by_another_way);
        assert_eq!(verdict, Verdict::Forbidden(Refused::Scope(Right::Read)));
    }
    let post = judge(&caller, Right::Post, &Resource::Feed { members: &[], collection: Some("incidents") });
    assert_eq!(post, Verdict::Forbidden(Refused::Scope(Right::Post)));
}

#[test]
fn words_of_roles_and_rights_are_there_in_both_languages_and_differ() {
    let words: Vec<[&str; 2]> =
        Role::ALL.iter().map(|role| role.words()).chain(Right::ALL.iter().map(|right| right.words())).collect();
    for place in [0, 1] {
        let unique: BTreeSet<&str> = words.iter().map(|pair| pair[place]).collect();
        assert_eq!(unique.len(), words.len());
    }
    assert!(words.iter().all(|[english, chinese]| english.is_ascii() && chinese.chars().all(|c| !c.is_ascii())));
}

/// A webhook's account is told of what it asked for, and nothing is done in its name.
#[test]
fn whoever_is_told_of_something_can_do_nothing_by_that() {
    let node = Node::new().with("dov", &[Role::DutyOfficer]).with_partner("gil", &[Role::Reader], party(7));
    let of = BTreeSet::from([Right::Alarms, Right::Label]);
    let told = node.accounts.standing_for(&name("dov"), noon(1), of.clone()).unwrap();
    assert!(may_be_told(&told, Right::Alarms) && may_be_told(&told, Right::Read));
    assert!(!may_be_told(&told, Right::Answer), "it did not ask for that");
    assert!(!may_be_told(&told, Right::Label), "its roles have no such right");
    for right in Right::ALL {
        let may = judge(&told, *right, &Resource::Node) == Verdict::Allowed;
        assert_eq!(may, matches!(right, Right::Read | Right::ReadFeeds), "{right}");
    }
    let mut sessions = Sessions::new();
    let begun = sessions.begin(&node.secret, &told, None, noon(1), &mut Counted::default());
    assert!(begun.unwrap().is_none(), "no session either");
    assert_eq!(node.accounts.standing_for(&name("gil"), noon(1), of), None, "a partner's hears nothing");
}

#[test]
fn nobody_is_told_for_an_account_that_is_disabled_removed_or_somebody_elses_now() {
    let mut node = Node::new().with("lin", &[Role::Analyst]);
    let stands = |node: &Node| node.accounts.standing_for(&name("lin"), noon(MINUTE), BTreeSet::new()).is_some();
    assert!(stands(&node));
    node.make(Change::Disable(name("lin")), noon(2 * MINUTE));
    assert!(!stands(&node));
    node.make(Change::Enable(name("lin")), noon(3 * MINUTE));
    assert!(stands(&node));
    node.make(Change::Remove(name("lin")), noon(4 * MINUTE));
    assert!(!stands(&node));
    let analyst = Change::add(name("lin"), roles(&[Role::Analyst]), Belongs::Own, Some(kept_password()));
    node.make(analyst, noon(5 * MINUTE));
    assert!(!stands(&node), "another person of that name");
}
