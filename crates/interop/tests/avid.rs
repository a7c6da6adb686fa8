//! Reports and vulnerabilities of AVID.

use interop::{Markup, Source};
use record::json::Json;

use crate::scene::{own, read, references};

const REPORT: &str = r#"{"data_type":"AVID","metadata":{"report_id":"AVID-2026-R0007"},"affects":{"developer":["Yard"],"deployer":["Harbour","Quay"],"artifacts":[{"type":"Model","name":"lane-net"},{"type":"Dataset","name":"vests"}]},"problemtype":{"classof":"CVE Entry","description":{"lang":"eng","value":"Lanes and vests"}},"references":[{"label":"entry","url":"https://www.cve.org/CVERecord?id=CVE-2026-12345"},{"label":"case","url":"https://incidentdatabase.ai/cite/7"},{"label":"a page","url":"https://example.org/a"}],"description":{"lang":"eng","value":"The model takes vests for lanes."},"impact":{"avid":{"vuln_id":"AVID-2026-V001","risk_domain":["Performance"]},"cwe":[{"cweId":"CWE-367","description":"race"}]},"credit":[{"lang":"eng","value":"A person"}],"reported_date":"2026-01-02"}"#;

#[test]
fn a_report_becomes_an_incident_with_its_references() {
    let came = read(Source::Avid, REPORT.as_bytes(), Markup::Refuse);
    let object = came.one();
    assert_eq!((object.text("name"), object.text("lang")), (Some("Lanes and vests"), Some("en")));
    assert_eq!(own(&object, "deployer").and_then(Json::as_str), Some("Harbour; Quay"));
    assert_eq!(own(&object, "model").and_then(Json::as_str), Some("lane-net"));
    assert_eq!(own(&object, "system"), None);
    let expected = [
        "AVID AVID-2026-R0007",
        "cve CVE-2026-12345",
        "AI Incident Database 7",
        "a page https://example.org/a",
        "AVID AVID-2026-V001",
        "cwe CWE-367",
    ];
    assert_eq!(references(&object), expected);
}

#[test]
fn dates_of_the_database_are_none_of_the_incident() {
    let came = read(Source::Avid, REPORT.as_bytes(), Markup::Refuse);
    assert!(["occurred", "reported", "discovered"].iter().all(|name| own(&came.one(), name).is_none()));
    let lost = ["reported_date", "credit/value", "impact/avid/risk_domain", "problemtype/classof", "affects/artifacts"];
    assert!(lost.iter().all(|field| came.lost(field) == 1), "{:?}", came.losses);
}

#[test]
fn a_line_that_is_no_json_is_named_and_the_next_is_read() {
    let came = read(Source::Avid, format!("{{\"a\":\n{REPORT}\n[]\n").as_bytes(), Markup::Refuse);
    assert_eq!(came.ids(), ["AVID-2026-R0007"]);
    assert!(
        came.told()[0].starts_with("row 1: ") && came.told()[1].contains("should be an object"),
        "{:?}",
        came.told()
    );
}

#[test]
fn html_is_kept_only_where_the_operator_says_so() {
    let html = REPORT.replace("takes vests", "takes <script>vests</script>");
    let came = read(Source::Avid, html.as_bytes(), Markup::Refuse);
    assert!(came.told()[0].contains("`description/value`: holds HTML at octet"), "{:?}", came.told());
    let kept = read(Source::Avid, html.as_bytes(), Markup::KeepHtml);
    assert!(kept.one().text("description").unwrap().contains("<script>"));
}

#[test]
fn what_is_no_whole_address_is_told_in_words() {
    let path = REPORT.replace("https://example.org/a", "../img/R1 a.png");
    let object = read(Source::Avid, path.as_bytes(), Markup::Refuse).one();
    let list = object.get("external_references").unwrap().as_array().unwrap();
    let page = list.iter().filter_map(Json::as_object).find(|one| one.text("source_name") == Some("a page")).unwrap();
    assert_eq!((page.text("url"), page.text("description")), (None, Some("../img/R1 a.png")));
}
