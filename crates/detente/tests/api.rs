//! `detente api`: the document, as a person and as a program gets it.

use crate::scene::Desk;

#[test]
fn the_document_is_printed_and_written() {
    let desk = Desk::new();
    let printed = desk.run("api document").ends_with(0).out;
    let checked_in = include_str!("../../../docs/openapi.json");
    assert!(printed == checked_in, "renew it: cargo run -- api document > docs/openapi.json");
    desk.run("api document --out openapi.json").ends_with(0);
    assert_eq!(desk.read("openapi.json"), checked_in);
    desk.run("api document --out openapi.json").refuses(4, &["openapi.json"]);
    let json = desk.run("--json api document").ends_with(0).json();
    assert_eq!(json["document"]["openapi"], "3.1.0");
}
