//! Agreements to change: a template's draft, as JSON that a test edits.

use policy::agreement::{Agreement, AgreementError, RoleName, Template};
use record::digest::PartyId;
use record::json::{self, Json, Map};
use record::time::Timestamp;

pub(super) fn party(number: u8) -> PartyId {
    PartyId::from_octets([number; 32])
}

pub(super) fn role(name: &str) -> RoleName {
    name.parse().unwrap()
}

pub(super) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A template's draft for the year 2027 between so many parties, by the names of the alphabet.
pub(super) fn draft(name: &str, parties: u8) -> Agreement {
    let parties: Vec<_> = (0..parties).map(|at| (role(&char::from(b'a' + at).to_string()), party(at + 1))).collect();
    let (from, until) = (time("2027-01-01T00:00:00Z"), time("2028-01-01T00:00:00Z"));
    Template::find(name).unwrap().draft(&parties, from, until, "UTC").unwrap()
}

/// The public template's text between two.
pub(super) fn text() -> Map {
    draft("public-incident", 2).text().clone()
}

pub(super) fn read(text: &Map) -> Result<Agreement, AgreementError> {
    Agreement::from_map(text.clone())
}

/// The text with one clause changed.
pub(super) fn edit(text: &Map, id: &str, change: impl FnOnce(&mut Map)) -> Map {
    let mut text = text.clone();
    let mut change = Some(change);
    walk(&mut text, &mut |clause| {
        if clause.text("id") == Some(id)
            && let Some(change) = change.take()
        {
            change(clause);
        }
    });
    assert!(change.is_none(), "no clause {id}");
    text
}

/// Visits every clause.
pub(super) fn walk(text: &mut Map, visit: &mut impl FnMut(&mut Map)) {
    for (name, value) in text.iter_mut() {
        let (true, Json::Array(clauses)) = (name == "clauses", value) else { continue };
        for clause in clauses {
            let Json::Object(clause) = clause else { continue };
            visit(clause);
            walk(clause, visit);
        }
    }
}

/// Replaces a piece of a clause's words in one language.
pub(super) fn reword(text: &Map, id: &str, language: &str, old: &str, new: &str) -> Map {
    edit(text, id, |clause| {
        within(clause, "text", |words| {
            let before = words.text(language).unwrap().to_owned();
            assert!(before.contains(old), "clause {id} does not say {old}: {before}");
            words.set(language, before.replace(old, new));
        });
    })
}

/// Replaces a piece of a clause's policy.
pub(super) fn repolicy(text: &Map, id: &str, old: &str, new: &str) -> Map {
    edit(text, id, |clause| {
        let before = clause.text("policy").unwrap().to_owned();
        assert!(before.contains(old), "the policy of {id} does not say {old}: {before}");
        clause.set("policy", before.replace(old, new));
    })
}

/// Changes an object inside a map.
pub(super) fn within(map: &mut Map, name: &str, change: impl FnOnce(&mut Map)) {
    let Some(Json::Object(mut inner)) = map.remove(name) else { panic!("no object `{name}`") };
    change(&mut inner);
    map.set(name, inner);
}

/// Takes a clause out, wherever it stands.
pub(super) fn without(text: &Map, id: &str) -> Map {
    fn prune(map: &mut Map, id: &str) {
        for (name, value) in map.iter_mut() {
            let (true, Json::Array(clauses)) = (name == "clauses", value) else { continue };
            clauses.retain(|clause| clause.as_object().unwrap().text("id") != Some(id));
            for clause in clauses {
                let Json::Object(clause) = clause else { continue };
                prune(clause, id);
            }
        }
    }
    let mut text = text.clone();
    prune(&mut text, id);
    text
}

pub(super) fn object(text: &str) -> Json {
    json::parse(text.as_bytes()).unwrap()
}

pub(super) fn words(list: &[&str]) -> Json {
    Json::Array(list.iter().map(|word| Json::text(*word)).collect())
}
