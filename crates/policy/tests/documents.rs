//! What `docs/agreements.md` says of the policy language is what this crate checks policies against.

const DOCUMENT: &str = include_str!("../../../docs/agreements.md");

#[test]
fn the_document_holds_the_schema() {
    let block =
        DOCUMENT.split_once("```cedarschema\n").and_then(|(_, rest)| rest.split_once("```")).map(|(block, _)| block);
    assert_eq!(block, Some(policy::cedar::schema_text().as_str()), "write the schema anew into docs/agreements.md");
}

#[test]
fn the_document_names_the_engine() {
    assert!(DOCUMENT.contains(policy::cedar::ENGINE), "docs/agreements.md names another engine");
}

#[test]
fn the_document_names_every_kind_of_entry_and_every_reason_of_a_recall() {
    let words = policy::feed::RecallReason::ALL.iter().map(|reason| reason.name());
    for word in words.chain(["release", "recall", "marks", "erased", "close"]) {
        assert!(DOCUMENT.contains(&format!("`{word}`")), "docs/agreements.md does not name `{word}`");
    }
}
