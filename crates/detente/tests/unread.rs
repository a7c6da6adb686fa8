//! An agreement of another engine in a node's log: nobody knows what it forbids, so nothing goes to its parties.

use std::collections::BTreeMap;

use protocol::negotiation::{Act, Said};
use record::Author;
use record::base64url;
use record::digest::{AgreementDigest, MessageDigest};
use record::json::{self, Json, Map};
use record::jws::{Envelope, MediaType};
use record::key_history::KeyHistory;
use record::language::TaggedText;
use record::limits::MAX_KEY_RECORD_BYTES;
use record::message::{Message, UnverifiedMessage};
use record::suite::PrivateKey;
use serde_json::Value;

use crate::scene::Desk;
use crate::treaty::propose;

/// A party that says what no command of this build would say, with the keys of its node.
struct Hand {
    keys: Vec<PrivateKey>,
    history: KeyHistory,
    thread: MessageDigest,
    next: u64,
    previous: Option<MessageDigest>,
}

impl Hand {
    /// Goes on after what a party has said in the thread of an agreement.
    fn of(desk: &Desk, dir: &str, agreement: &str) -> Self {
        let file: Value = serde_json::from_str(&desk.read(&format!("{dir}/keys.json"))).unwrap();
        let keys = file["keys"].as_array().unwrap().iter().filter(|row| row["purpose"] == "record").map(|row| {
            let seed = base64url::decode_exactly(row["seed"].as_str().unwrap()).unwrap();
            PrivateKey::from_seed(row["suite"].as_str().unwrap().parse().unwrap(), &seed).unwrap()
        });
        let profile: Value = serde_json::from_str(&desk.read(&format!("{dir}/profile.json"))).unwrap();
        let read = |record: &Value| {
            Envelope::read(record.to_string().as_bytes(), MediaType::KeyRecord, MAX_KEY_RECORD_BYTES).unwrap()
        };
        let history = KeyHistory::from_records(profile["key_records"].as_array().unwrap().iter().map(read)).unwrap();
        let out = format!("all-{dir}");
        desk.run(&format!("agreement messages {agreement} --dir {dir} --out {out}")).ends_with(0);
        let said: Vec<_> =
            desk.read(&out).lines().map(|line| UnverifiedMessage::read(line.as_bytes()).unwrap()).collect();
        let content = |one: &UnverifiedMessage| Said::from_map(one.claims().content()).unwrap();
        let thread = said.iter().find(|one| content(one).thread.is_none()).unwrap().claims().digest();
        let own = said.iter().filter(|one| one.claims().issuer() == history.party());
        let last = own.max_by_key(|one| content(one).sequence).unwrap();
        let (next, previous) = (content(last).sequence + 1, Some(last.claims().digest()));
        Self { keys: keys.collect(), history, thread, next, previous }
    }

    fn says(&mut self, act: Act) -> String {
        let time = "2026-01-01T00:00:00Z".parse().unwrap();
        let (thread, sequence, previous) = (Some(self.thread), self.next, self.previous);
        let said = Said { thread, sequence, previous, time, seen: BTreeMap::new(), act };
        let keys: Vec<_> = self.keys.iter().collect();
        let author = Author::new(self.history.party(), self.history.head().digest(), &keys);
        let signed = Message::sign(said.to_map().unwrap(), &author).unwrap();
        (self.next, self.previous) = (self.next + 1, Some(signed.digest()));
        signed.envelope().to_json()
    }
}

/// The text that is in force, as another engine would have written it.
fn foreign(desk: &Desk) -> (Map, AgreementDigest) {
    let Json::Object(text) = json::parse(desk.read("text.json").as_bytes()).unwrap() else { panic!("an object") };
    let text = text.with("engine", "cedar/9.0 detente-policy/7");
    let digest = AgreementDigest::of(&json::canonical(&Json::from(text.clone())).unwrap());
    (text, digest)
}

#[test]
fn nothing_goes_to_the_parties_of_an_agreement_that_cannot_be_read_until_one_ends_it() {
    let (desk, agreement) = Desk::with_treaty("public-incident");
    desk.label_tempe("clear");
    let proposal = desk.propose(&agreement, "--clause 2.1");
    let (text, digest) = foreign(&desk);
    let [mut harbour, mut hills] = ["harbour", "hills"].map(|dir| Hand::of(&desk, dir, &agreement));
    let answers = hills.thread;
    let told = [
        hills.says(Act::Counter { agreement: text, answers }),
        hills.says(Act::Sign { agreement: digest }),
        harbour.says(Act::Sign { agreement: digest }),
    ];
    desk.write("half", told[..2].join("\n"));
    desk.take("half", "harbour");
    desk.run(&propose(&agreement, "--clause 2.1")).ends_with(0);
    desk.write("whole", &told[2]);
    desk.take("whole", "harbour");
    desk.publish(&proposal)
        .refuses(1, &["nothing was released: unread-agreement"])
        .says(&["Use a build that reads it"]);
    let refused = desk.run(&propose(&agreement, "--language zh-Hans")).refuses(1, &["unread-agreement"]);
    refused.says(&["无法读取其禁止事项"]);
    let what_if = desk.run("release what-if r.json --dir harbour").ends_with(0);
    what_if.says(&["unread-agreement", &digest.to_string()]);
    let list = desk.run("agreement list --dir harbour").ends_with(0);
    assert!(list.err.contains("nothing goes to its parties"), "{list:#?}");
    let refusal = desk.proposals().iter().map(|row| row["proposal"].as_str().unwrap().to_owned()).next_back().unwrap();
    desk.run(&format!("release explain {refusal} --dir harbour")).ends_with(0).says(&["octet for octet"]);

    let reason = TaggedText::new("en".parse().unwrap(), "Read by nobody here").unwrap();
    desk.write("end", hills.says(Act::Terminate { agreement: digest, reason }));
    desk.take("end", "harbour");
    desk.publish(&proposal).ends_with(0);
}
