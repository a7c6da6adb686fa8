//! Reports for authorities over the network: who may draft and file them, and what is never reached for whoever asks.

use api::ProblemKind;
use record::json::{Json, Map};

use super::office::Office;

const STAGE: &str = "us-ca-sb53/report-15-days/initial";

fn page(answer: &Map) -> String {
    let files = answer.get("files").and_then(Json::as_object).unwrap();
    files.get("out").and_then(Json::as_object).unwrap().text("text").unwrap().to_owned()
}

#[test]
fn a_report_is_drafted_filed_and_shown_over_the_network() {
    let office = Office::staffed();
    let (incident, digest) = office.incident("A model was let out");
    office.label(&digest, "green");
    let drafted =
        office.ask("rea", "duties form fill", &format!(r#"{{"incident":"{incident}","stage":"{STAGE}","out":true}}"#));
    let draft = page(&drafted.unwrap());
    assert!(draft.contains("A model was let out") && draft.contains("Draft."), "{draft}");
    let body = format!(
        r#"{{"incident":"{incident}","stage":"{STAGE}","incomplete":"the facts come in","yes":true,"out":true}}"#
    );
    assert_eq!(office.refused("rea", "duties form file", &body), ProblemKind::Forbidden);
    let filed = office.ask("dov", "duties form file", &body).unwrap();
    let told = filed.get("told").and_then(Json::as_object).unwrap();
    let filing = told.text("record_digest").unwrap();
    let listed = office.told("rea", "duties form filings", &format!(r#"{{"incident":"{incident}"}}"#));
    assert!(listed.to_text().contains(filing), "{listed:?}");
    let shown = office.ask("rea", "duties form show", &format!(r#"{{"filing":"{filing}","out":true}}"#)).unwrap();
    assert_eq!(page(&shown), page(&filed), "octet for octet");
}

#[test]
fn whoever_may_not_see_the_incident_sees_no_report_of_it() {
    let office = Office::staffed();
    let (incident, digest) = office.incident("A secret model was let out");
    office.label(&digest, "green");
    let body = format!(r#"{{"incident":"{incident}","stage":"{STAGE}","incomplete":"the facts come in","yes":true}}"#);
    let filing = office.told("dov", "duties form file", &body).text("record_digest").unwrap().to_owned();
    office.label(&digest, "red");
    for (command, body) in [
        ("duties form fill", format!(r#"{{"incident":"{incident}","stage":"{STAGE}"}}"#)),
        ("duties form filings", format!(r#"{{"incident":"{incident}"}}"#)),
        ("duties form show", format!(r#"{{"filing":"{filing}"}}"#)),
    ] {
        assert_eq!(office.refused("rea", command, &body), ProblemKind::NotFound, "{command}");
    }
}

#[test]
fn nobody_starts_a_browser_or_reads_a_file_from_afar() {
    let office = Office::staffed();
    let (incident, _) = office.incident("A model was let out");
    let ask = |more: &str| {
        let body = format!(r#"{{"incident":"{incident}","stage":"{STAGE}",{more}}}"#);
        office.ask("lin", "duties form fill", &body).unwrap_err()
    };
    assert_eq!(ask(r#""out":true,"as":"pdf""#).kind(), ProblemKind::Refused);
    assert_eq!(ask(r#""form":"/etc/hostname""#).kind(), ProblemKind::Input);
    assert_eq!(ask(r#""facts":"/etc/hostname""#).status(), 400, "there is no such member");
}
