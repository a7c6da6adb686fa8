//! A node with rules of its own, to which incidents come that no command evaluates.

use std::sync::{Arc, Mutex};

use duties::kept::{ADOPTION_TYPE, Adoption, CLOCK_TYPE, KeptAdoption, KeptFacts, Subject};
use duties::{Pack, RULE_PACK_TYPE};
use record::json::{Json, Map};
use record::time::Timestamp;
use serde_json::{Value, json};
use storage::LogName;
use storage::views::records;

use super::super::evaluating::Evaluating;
use crate::arguments::PassphraseArguments;
use crate::cases::Cases;
use crate::duty_book::fold;
use crate::duty_book::{DutyBook, Signs as _, batch_of_all, kept_id};
use crate::operations::tests::office::Office;
use crate::serve::lending::Lending;
use crate::serve::open::{Open, Opener};
use crate::serve::rounds::Tell;
use crate::{clock, keystore};

/// The stage of the harbour's own rule.
pub(in crate::serve::duties) const NOTE: &str = "house/note-a-near-miss/note";

const COALITION: &str = include_str!("../../../../../../data/duties/packs/coalition-template.json");

const MAPPING: &str = r#"{"detente_mapping":1,"source":"Harbour register","format":"csv","id":"Case",
"columns":{"Title":"name","Aware":"aware","Stage":"stage"},"constants":{"event_kind":"near miss"}}"#;

pub(in crate::serve::duties) struct Harbour {
    office: Office,
    pub(in crate::serve::duties) now: Timestamp,
}

impl Harbour {
    /// A member of the coalition whose rule is that a near miss is noted within ten working days, from a day on.
    pub(in crate::serve::duties) fn with_rules(from: &str) -> Self {
        let harbour = Self { office: Office::staffed(), now: clock::now() };
        harbour.office.write("house.json", &rules(from));
        harbour.office.write("mapping.json", MAPPING);
        harbour.types(&format!("duties adopt {}", harbour.path("house.json")));
        harbour.types("duties profile actor.coalition_member=true");
        harbour
    }

    fn path(&self, name: &str) -> String {
        self.office.path(name).display().to_string()
    }

    pub(in crate::serve::duties) fn types(&self, words: &str) -> Map {
        self.office.type_in(&format!("{words} --dir {}", self.office.dir().display()))
    }

    pub(in crate::serve::duties) fn open(&self) -> Arc<Open> {
        let home = self.office.home();
        let arguments = PassphraseArguments { passphrase: false, passphrase_file: None };
        let keys = keystore::open(&home, &home.history().unwrap(), &arguments).unwrap().keys;
        Lending::new(Opener::with_keys(home, keys).unwrap().1).get().unwrap()
    }

    /// Near misses of which we became aware an hour ago, out of a table.
    pub(in crate::serve::duties) fn imports(&self, count: usize) {
        let aware = Timestamp::from_micros(self.now.micros() - 3_600_000_000);
        let row = |number| format!("H-{number},Crane{number},{aware},initial\n");
        let table: String = (1..=count).map(row).collect();
        self.take(&format!("Case,Title,Aware,Stage\n{table}"));
    }

    /// The first of them is closed, as the table says it.
    pub(in crate::serve::duties) fn closes_one(&self) {
        let aware = Timestamp::from_micros(self.now.micros() - 3_600_000_000);
        self.take(&format!("Case,Title,Aware,Stage\nH-1,Crane1,{aware},final\n"));
    }

    fn take(&self, table: &str) {
        self.office.write("register.csv", table);
        let (table, mapping) = (self.path("register.csv"), self.path("mapping.json"));
        let told = self.types(&format!("import {table} --mapping {mapping}"));
        assert_eq!(told.get("rejected").and_then(Json::as_integer), Some(0), "{}", told.to_text());
    }

    /// An incident that names somebody else as its author, taken in as it is.
    pub(in crate::serve::duties) fn takes_from_another(&self) -> String {
        let aware = Timestamp::from_micros(self.now.micros() - 3_600_000_000);
        let id = "incident--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f01";
        let object = json!({
            "type": "incident", "spec_version": "2.1", "id": id, "created": aware.to_string(),
            "modified": aware.to_string(), "created_by_ref": "identity--5f0c2a34-6c1e-4b4f-9a55-0d6f6f3b8a02",
            "name": "Their crane", "extensions": { "extension-definition--e23affed-2d24-48e5-a8b5-9fa59a0701cd": {
                "extension_type": "property-extension", "event_kind": "near miss", "aware": aware.to_string() } }
        });
        self.office.write("object.json", &object.to_string());
        self.types(&format!("record sign {} --out {}", self.path("object.json"), self.path("theirs.json")));
        self.types(&format!("log append {}", self.path("theirs.json")));
        id.to_owned()
    }

    /// Erases every version of an incident; answers it, and the record that says so.
    pub(in crate::serve::duties) fn erases_one(&self) -> (String, String) {
        let told = self.types("log list --limit 1000");
        let entries = told.get("entries").and_then(Json::as_array).unwrap();
        let row = entries.iter().filter_map(Json::as_object).find(|row| row.text("type") == Some("incident")).unwrap();
        let (index, id) = (row.get("index").and_then(Json::as_integer).unwrap(), row.text("id").unwrap().to_owned());
        let erased = self.types(&format!("log erase {index} --reason gone --yes"));
        (id, erased.text("record_digest").unwrap().to_owned())
    }

    /// Adopts the same rule from another day on, of which only the first commit reaches the disk. Answers the command.
    pub(in crate::serve::duties) fn adopts_and_is_killed(&self, from: &str) -> String {
        let (open, rules) = (self.open(), rules(from));
        self.office.write("later.json", &rules);
        let pack = Pack::parse(rules.as_bytes(), &crate::rules::dictionary().unwrap()).unwrap();
        let object = pack.to_object(&kept_id(RULE_PACK_TYPE).unwrap(), self.now).unwrap();
        let record = open.sign_kept(object, self.now).unwrap();
        let word = KeptAdoption::new(&pack, record.digest(), Adoption::Adopted);
        let object = word.to_object(&kept_id(ADOPTION_TYPE).unwrap(), self.now).unwrap();
        let word = open.sign_kept(object, self.now).unwrap();
        assert!(storage::Store::commit(&*open.store, vec![batch_of_all(&[word, record]).unwrap()])[0].is_ok());
        format!("duties adopt {}", self.path("later.json"))
    }

    /// Says that we are no member any more, of which only the first commit reaches the disk.
    pub(in crate::serve::duties) fn says_and_is_killed(&self) {
        let open = self.open();
        let keys = open.keys.get();
        let book = DutyBook::read(Cases::new(&open.store, keys.ring(), open.party()), &[], self.now).unwrap();
        let known = duties::Facts::parse(book.dictionary(), br#"{"actor.coalition_member":false}"#).unwrap();
        let Subject::Party(party) = book.party() else { panic!("the party") };
        let kept = KeptFacts::new(Subject::Party(party), &known, &[]).unwrap();
        let object = kept.to_object(&kept_id(duties::kept::FACTS_TYPE).unwrap(), self.now).unwrap();
        let record = open.sign_kept(object, self.now).unwrap();
        assert!(storage::Store::commit(&*open.store, vec![batch_of_all(&[record]).unwrap()])[0].is_ok());
    }
}

/// Entries of its log.
pub(in crate::serve::duties) fn entries(open: &Open) -> u64 {
    let keys = open.keys.get();
    fold::size(Cases::new(&open.store, keys.ring(), open.party())).unwrap()
}

/// How the clocks of the harbour's own rule stand now, by their words. That of the coalition, which is shipped, has its own beside them.
pub(in crate::serve::duties) fn states(open: &Open) -> Vec<&'static str> {
    let (keys, now) = (open.keys.get(), clock::now());
    let book = DutyBook::read(Cases::new(&open.store, keys.ring(), open.party()), &[], now).unwrap();
    let all = book.all_clocks(now).unwrap();
    let own = all.iter().filter(|row| row.clock.id.stage == NOTE);
    let mut states: Vec<_> = own.map(|row| row.clock.state(now).name()).collect();
    states.sort_unstable();
    states
}

/// Records of clocks that the log has.
pub(in crate::serve::duties) fn clock_records(open: &Open) -> usize {
    records::of_types(&open.store, &LogName::node(), &[CLOCK_TYPE]).unwrap().len()
}

/// The rule of the coalition about near misses, alone and as our own, without the duty that it gives way to.
fn rules(from: &str) -> String {
    let mut pack: Value = serde_json::from_str(COALITION).unwrap();
    pack["id"] = json!("house");
    for unused in ["definitions", "questions"] {
        pack.as_object_mut().unwrap().remove(unused);
    }
    pack["sources"].as_array_mut().unwrap().retain(|source| source["id"] != "silence");
    let vignettes = pack["vignettes"].as_array_mut().unwrap();
    vignettes.retain(|one| one["id"] == "before-the-rules");
    vignettes[0]["expect"].as_array_mut().unwrap().retain(|one| one["duty"] == "note-a-near-miss");
    let duties = pack["duties"].as_array_mut().unwrap();
    duties.retain(|duty| duty["id"] == "note-a-near-miss");
    duties[0].as_object_mut().unwrap().remove("displaced_by");
    duties[0]["in_force"]["from"] = json!(from);
    pack.to_string()
}

/// Takes turns until nothing is left, and says what was told.
pub(in crate::serve::duties) fn turns(evaluating: &mut Evaluating, open: &Open, now: Timestamp) -> Vec<String> {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&lines);
    let tell: Tell = Arc::new(move |line: String| kept.lock().unwrap().push(line));
    for _ in 0..10 {
        if evaluating.turn(open, now, &|| false, &tell).unwrap() {
            break;
        }
    }
    lines.lock().unwrap().clone()
}
