//! The example in `docs/record-format.md`, done by hand as an outsider would, with what it prints.

use std::path::Path;
use std::process::Command;

use record::Unverified;
use record::json::Json;
use record::jws::{Envelope, MediaType};
use record::key_history::{KeyHistory, Moment};
use record::limits::MAX_KEY_RECORD_BYTES;

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs");

/// A block of commands, and the text that the document says it prints.
struct Block {
    commands: String,
    prints: String,
}

fn blocks() -> Vec<Block> {
    let document = std::fs::read_to_string(Path::new(DOCS).join("record-format.md")).unwrap();
    let mut blocks = Vec::new();
    for part in document.split("```sh\n").skip(1) {
        let (commands, rest) = part.split_once("```").unwrap();
        let prints =
            rest.strip_prefix("\n```text\n").and_then(|rest| rest.split_once("```")).map_or("", |(text, _)| text);
        blocks.push(Block { commands: commands.to_owned(), prints: prints.to_owned() });
    }
    blocks
}

fn has(tool: &str) -> bool {
    Command::new(tool).arg("version").output().is_ok()
}

#[test]
fn every_block_prints_what_the_document_says() {
    if !has("bash") || !has("openssl") {
        println!("SKIPPED: the worked example needs bash and openssl");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for name in ["whole.json", "part.json", "profile.json"] {
        std::fs::copy(Path::new(DOCS).join("example").join(name), folder.path().join(name)).unwrap();
    }
    let blocks = blocks();
    let script: String = blocks.iter().map(|block| format!("{}\nprintf '@@@'\n", block.commands)).collect();
    let output = Command::new("bash").args(["-euc", &script]).current_dir(&folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    let printed: Vec<_> = printed.split("@@@").collect();
    for (block, printed) in blocks.iter().zip(printed) {
        assert_eq!(printed, block.prints, "after\n{}", block.commands);
    }
    println!("COUNT: blocks of the worked example run by hand: {}", blocks.len());
    assert!(blocks.len() >= 9, "the example has gone");
}

#[test]
fn the_commitment_worked_out_by_hand_is_the_one_that_we_make() {
    let read = |name: &str| std::fs::read(Path::new(DOCS).join("example").join(name)).unwrap();
    let Json::Object(profile) = record::json::parse(&read("profile.json")).unwrap() else { panic!("not an object") };
    let first = profile.get("key_records").and_then(Json::as_array).unwrap()[0].to_text();
    let first = Envelope::read(first.as_bytes(), MediaType::KeyRecord, MAX_KEY_RECORD_BYTES).unwrap();
    let history = KeyHistory::begin(first).unwrap();
    let part = Unverified::read(&read("part.json")).unwrap().verify(&history, Moment::AsNamed).unwrap();
    let commitment = part.commitment(&[0; 32]).to_string();
    assert!(blocks().iter().any(|block| block.prints.trim() == commitment), "{commitment}");
}
