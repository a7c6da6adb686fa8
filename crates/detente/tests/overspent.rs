//! A sender whose program forgets what its agreement allows, and a reader that counts.

use std::sync::Arc;

use node::exchange::Sender;
use policy::agreement::Agreement;
use policy::belief::logged;
use policy::decision::{Active, Ask, Engine, Exposure};
use policy::feed::{FeedEntry, FeedWriter};
use policy::floors::Floors;
use policy::labels::{SignedLabel, in_force};
use policy::released::OwnLeaf;
use policy::vocabulary::Purpose;
use record::key_history::Moment;
use record::label::{Label, Marks, Pap, Tlp};
use record::{Draft, Record, Signed, Unverified, json};
use serde_json::{Value, json};
use storage::views::records;
use storage::{Batch, BatchId, Body, LocalStore, LogName, Place, Store as _};

use crate::exchange::Federation;
use crate::floods::{Peer, now};
use crate::log_clock::open_to_write;
use crate::scene::Desk;
use crate::treaty::{clause, propose};

/// Harbour and Hills under a text by which one record goes in a month, and the one has gone.
struct Spent {
    federation: Federation,
    agreement: String,
}

impl Spent {
    fn new() -> Self {
        let federation = Federation::new();
        let desk = &federation.desk;
        desk.draft("public-incident", "draft.json");
        desk.edit("draft.json", "text.json", |text| {
            clause(text, "2.1")["obligations"]["budget"] =
                json!({"category": "incidents", "counted": "records", "at_most": 1, "per": "month"});
        });
        let agreement = desk.offer("harbour", "text.json", "offer");
        desk.until("the offer arrives", |desk| desk.state("hills", &agreement) == "offered");
        desk.sign_text("hills", &agreement, "hills-signs");
        desk.sign_text("harbour", &agreement, "harbour-signs");
        desk.until("it is in force for both", |desk| {
            ["harbour", "hills"].iter().all(|node| desk.state(node, &agreement) == "in force")
        });
        desk.label_tempe("clear");
        let proposal = desk.propose(&agreement, "--clause 2.1");
        desk.publish(&proposal).ends_with(0);
        desk.run(&propose(&agreement, "--clause 2.1 --hide description")).refuses(1, &["over-budget"]);
        let spent = Self { federation, agreement };
        spent.reads(1);
        spent
    }

    fn desk(&self) -> &Desk {
        &self.federation.desk
    }

    fn reads(&self, size: u64) {
        self.desk().until("Hills has read it", |desk| desk.read_feeds("hills").iter().any(|feed| feed["size"] == size));
    }

    /// Harbour's node comes back after another program, which counts nothing, has released the same incident once more.
    fn released_beyond(&mut self) {
        let address = self.federation.nodes.remove(0).address.clone();
        let desk = self.desk();
        Forgetful::new(desk).release(&self.agreement, desk);
        let node = desk.serve("harbour", &address);
        self.federation.nodes.insert(0, node);
    }

    fn budget_alarms(&self) -> Vec<Value> {
        self.desk().alarms("hills").into_iter().filter(|alarm| alarm["kind"] == "budget").collect()
    }
}

/// Harbour's store and keys under a program of somebody's own.
struct Forgetful {
    store: Arc<LocalStore>,
    harbour: Peer,
    record: Signed<Record>,
}

impl Forgetful {
    fn new(desk: &Desk) -> Self {
        let harbour = Peer::of(desk, "harbour");
        let record = Unverified::read(desk.read("r.json").trim().as_bytes()).unwrap();
        let record = record.verify(&harbour.history, Moment::AsNamed).unwrap();
        Self { store: Arc::new(open_to_write(desk, now)), harbour, record }
    }

    /// What decides, told that nothing went before.
    fn entry(&self, agreement: &Arc<Agreement>, desk: &Desk) -> FeedEntry {
        let (party, content) = (self.harbour.party, self.record.content());
        let marks = Label::new(content.digest(), "*".parse().unwrap(), Marks::new(Tlp::Clear, Pap::Clear));
        let id = "detente-label--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f07".parse().unwrap();
        let label = self.harbour.sign(Draft::new(marks.to_object(&id, now()).unwrap()));
        let labels = in_force(content, party, &[SignedLabel::of(&label).unwrap()], &[], None, &[]);
        let index = records::find(&self.store, &LogName::node(), &content.digest()).unwrap().unwrap();
        let Body::Kept(body) = self.store.bodies(&[Place::new(LogName::node(), index)]).unwrap().remove(0) else {
            panic!("no body")
        };
        let salt = *body.first_chunk::<32>().unwrap();
        let sender = Sender::new(Arc::clone(&self.store), desk.read("harbour/profile.json").into_bytes());
        let proof = sender.prove_to_ourselves(index, salt).unwrap();
        let source = logged(self.record.clone(), proof.as_ref(), &self.harbour.history).unwrap();
        let active = Active::new(Arc::clone(agreement), agreement.from());
        let engine = Engine::new(party, Floors::new(&[]).unwrap(), vec![active]).unwrap();
        let ask = Ask::new(agreement.digest(), Purpose::SafetyResearch, "Ada", now()).under("2.1".parse().unwrap());
        let leaf = OwnLeaf::new(index, self.record.commitment(&salt), salt);
        let released = engine.release((&source).into(), leaf, &labels, (&ask, &Exposure::new()), &[5; 32]).unwrap();
        let mut writer = FeedWriter::new(agreement.digest());
        writer.append(released).unwrap();
        writer.into_entries().remove(0)
    }

    fn release(self, digest: &str, desk: &Desk) {
        let json::Json::Object(text) = json::parse(desk.read("text.json").as_bytes()).unwrap() else {
            panic!("a text")
        };
        let agreement = Arc::new(Agreement::from_map(text).unwrap());
        assert_eq!(agreement.digest().to_string(), digest);
        self.store.publish().unwrap();
        let entry = self.entry(&agreement, desk);
        let mut batch = Batch::new(BatchId::of(&[b"once more"])).feed(0, &entry);
        // The store would count too.
        batch.movements.clear();
        self.store.commit(vec![batch]).remove(0).unwrap();
        self.store.publish().unwrap();
    }
}

#[test]
fn a_running_reader_tells_its_operator_of_a_sender_that_shows_more_than_it_may() {
    let mut spent = Spent::new();
    assert_eq!(spent.budget_alarms(), Vec::<Value>::new());
    spent.released_beyond();
    spent.reads(2);
    spent.desk().until("Hills is told", |_| !spent.budget_alarms().is_empty());
    let alarm = &spent.budget_alarms()[0];
    let text = alarm["text"].as_str().unwrap();
    assert!(text.contains("1 records of the category `incidents` per month") && text.contains("entry 1"), "{text}");
    assert_eq!(alarm["peer"], json!(spent.desk().party("harbour")));
    std::thread::sleep(std::time::Duration::from_secs(1));
    assert_eq!(spent.budget_alarms().len(), 1, "it is told once");
}
