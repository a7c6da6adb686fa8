//! Parties with real keys, and what they say to one another.

use std::sync::LazyLock;

use policy::agreement::Agreement;
use policy::cedar::{ENGINE, schema_digest};
use protocol::negotiation::{Act, Effect, Input, Negotiation, Refusal, Reproduced, Said, State};
use record::digest::{AgreementDigest, MessageDigest, PartyId, sha256};
use record::entropy::{Entropy, NoEntropy};
use record::json::{Json, Map};
use record::key_history::{KeyHistory, Moment};
use record::key_record::{KeyRecord, KeyRecordDraft, PartyKeys, RecoveryKey};
use record::language::TaggedText;
use record::message::{Message, UnverifiedMessage};
use record::time::Timestamp;
use record::{Author, Signed, base64url};

/// Octets that are the same in every run: SHA-256 of a name and a counter.
struct Counted(&'static str, u64);

impl Entropy for Counted {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in out.chunks_mut(32) {
            let octets = sha256(&[self.0.as_bytes(), &self.1.to_be_bytes()]);
            self.1 += 1;
            chunk.iter_mut().zip(octets).for_each(|(place, octet)| *place = octet);
        }
        Ok(())
    }
}

pub(crate) struct Party {
    keys: PartyKeys,
    first: Signed<KeyRecord>,
}

pub(crate) static HARBOUR: LazyLock<Party> = LazyLock::new(|| Party::new("harbour"));
pub(crate) static MERIDIAN: LazyLock<Party> = LazyLock::new(|| Party::new("meridian"));
pub(crate) static LOTUS: LazyLock<Party> = LazyLock::new(|| Party::new("lotus"));
pub(crate) static MALLORY: LazyLock<Party> = LazyLock::new(|| Party::new("mallory"));

impl Party {
    fn new(name: &'static str) -> Self {
        let mut entropy = Counted(name, 0);
        let keys = PartyKeys::generate(&mut entropy).unwrap();
        let recovery = RecoveryKey::generate(&mut entropy).unwrap();
        let draft = KeyRecordDraft::new(at(1), keys.entries(at(1), at(31)).unwrap());
        let first = draft.sign_first(&recovery.commitment(), &keys).unwrap();
        Self { keys, first }
    }

    pub(crate) fn id(&self) -> PartyId {
        self.first.content().party()
    }

    pub(crate) fn sign(&self, content: Map) -> Signed<Message> {
        let keys: Vec<_> = self.keys.record_keys().collect();
        Message::sign(content, &Author::new(self.id(), self.first.digest(), &keys)).unwrap()
    }

    pub(crate) fn says(&self, said: &Said) -> Signed<Message> {
        self.sign(said.to_map().unwrap())
    }

    /// The history after its keys were changed on day 5.
    pub(crate) fn rotated(&self) -> KeyHistory {
        let next = PartyKeys::generate(&mut Counted("next", 0)).unwrap();
        let draft = KeyRecordDraft::new(at(5), next.entries(at(5), at(31)).unwrap());
        let second = draft.rotate(self.first.content(), &self.keys, &next).unwrap();
        let mut history = self.history();
        let _how = history.extend(second.envelope().clone()).unwrap();
        history
    }

    pub(crate) fn history(&self) -> KeyHistory {
        KeyHistory::begin(self.first.envelope().clone()).unwrap()
    }
}

/// Noon of a day of July 2026.
pub(crate) fn at(day: u8) -> Timestamp {
    format!("2026-07-{day:02}T12:00:00Z").parse().unwrap()
}

pub(crate) fn reason() -> TaggedText {
    TaggedText::new("en".parse().unwrap(), "enough").unwrap()
}

pub(crate) fn reproduced() -> Reproduced {
    Reproduced::of([])
}

/// A text between parties, good from day 10 to day 20, told from others by its title.
pub(crate) fn text(title: &str, parties: &[&Party]) -> Map {
    let words = |text: &str| Map::new().with("en", text);
    let member = |(at, party): (usize, &&Party)| {
        Map::new().with("role", format!("r{at}")).with("party", party.id().to_string()).into()
    };
    let language = Map::new().with("language", "en").with("is_authentic", Json::Bool(true));
    Map::new()
        .with("format", policy::agreement::FORMAT)
        .with("engine", ENGINE)
        .with("schema", base64url::encode(&schema_digest()))
        .with("title", words(title))
        .with("languages", Json::Array(vec![language.into()]))
        .with("prevails", "equal")
        .with("parties", Json::Array(parties.iter().enumerate().map(member).collect()))
        .with("from", at(10).to_string())
        .with("until", at(20).to_string())
        .with("zone", "Etc/UTC")
        .with("keep_days", Json::integer(30).unwrap())
        .with("head_every_minutes", Json::integer(60).unwrap())
        .with("clauses", Json::Array(vec![Map::new().with("id", "1").with("text", words("Be kind.")).into()]))
        .with("examples", Json::Array(Vec::new()))
}

pub(crate) fn digest(text: &Map) -> AgreementDigest {
    Agreement::from_map(text.clone()).unwrap().digest()
}

/// Every party's own view of one thread, and a network that delivers at once.
pub(crate) struct Scene {
    pub(crate) views: Vec<(&'static Party, Negotiation)>,
    pub(crate) said: Vec<Signed<Message>>,
    pub(crate) now: Timestamp,
}

impl Scene {
    pub(crate) fn new(parties: &[&'static Party]) -> Self {
        let views = parties.iter().map(|party| (*party, Negotiation::new(party.id()))).collect();
        Self { views, said: Vec::new(), now: at(2) }
    }

    pub(crate) fn view(&mut self, party: &Party) -> &mut Negotiation {
        &mut self.views.iter_mut().find(|(one, _)| one.id() == party.id()).unwrap().1
    }

    /// What a party wants to say, said and signed, and taken in by itself alone.
    pub(crate) fn whispers(&mut self, party: &'static Party, input: Input) -> Result<Signed<Message>, Refusal> {
        let now = self.now;
        let effects = self.view(party).handle(input, now)?;
        let [Effect::SignAndSend(content)] = effects.as_slice() else { panic!("{effects:?}") };
        let signed = party.sign(content.clone());
        let _own = self.view(party).handle(Input::Received(Box::new(signed.clone())), now)?;
        self.said.push(signed.clone());
        Ok(signed)
    }

    pub(crate) fn deliver(&mut self, signed: &Signed<Message>) -> Vec<Effect> {
        let now = self.now;
        let all = self.views.iter_mut().map(|(_, view)| view.handle(Input::Received(Box::new(signed.clone())), now));
        all.collect::<Result<Vec<_>, _>>().unwrap().concat()
    }

    /// What a party wants to say, said, signed and delivered to all.
    pub(crate) fn says(&mut self, party: &'static Party, input: Input) -> Result<MessageDigest, Refusal> {
        let signed = self.whispers(party, input)?;
        let _effects = self.deliver(&signed);
        Ok(signed.digest())
    }

    /// Every party takes each of the steps to a signature that it has not taken.
    pub(crate) fn all_sign(&mut self, agreement: AgreementDigest) {
        let parties: Vec<_> = self.views.iter().map(|(party, _)| *party).collect();
        for party in &parties {
            let _digest = self.says(party, Input::Accept { agreement }).unwrap();
        }
        for party in &parties {
            let _digest = self.says(party, Input::Verify { agreement, outcome: Ok(reproduced()) }).unwrap();
        }
        for party in parties {
            let _digest = self.says(party, Input::Sign { agreement, blocked: Vec::new() }).unwrap();
        }
    }

    /// The state of a text, on which all views agree.
    pub(crate) fn state(&self, agreement: AgreementDigest) -> State {
        let states = self.views.iter().map(|(_, view)| view.report(agreement, self.now).unwrap().state);
        let states: Vec<_> = states.collect();
        assert!(states.iter().all(|state| *state == states[0]), "{states:?}");
        states[0]
    }
}

/// Messages of one party in one thread that our own code would never have put together.
pub(crate) struct Chain {
    pub(crate) party: &'static Party,
    pub(crate) thread: MessageDigest,
    pub(crate) next: u64,
    pub(crate) previous: Option<MessageDigest>,
}

impl Chain {
    pub(crate) const fn new(party: &'static Party, thread: MessageDigest) -> Self {
        Self { party, thread, next: 0, previous: None }
    }

    /// Goes on after an own offer.
    pub(crate) const fn after_offer(party: &'static Party, thread: MessageDigest) -> Self {
        Self { party, thread, next: 1, previous: Some(thread) }
    }

    pub(crate) fn said(&self, act: Act) -> Said {
        let (thread, sequence, previous) = (Some(self.thread), self.next, self.previous);
        Said { thread, sequence, previous, time: at(3), seen: std::collections::BTreeMap::new(), act }
    }

    /// A message in the next place, without going on from it.
    pub(crate) fn aside(&self, act: Act) -> Signed<Message> {
        self.party.says(&self.said(act))
    }

    pub(crate) fn then(&mut self, act: Act) -> Signed<Message> {
        let signed = self.aside(act);
        (self.next, self.previous) = (self.next + 1, Some(signed.digest()));
        signed
    }
}

pub(crate) fn offer(party: &Party, agreement: Map) -> Signed<Message> {
    let said = Said {
        thread: None,
        sequence: 0,
        previous: None,
        time: at(2),
        seen: std::collections::BTreeMap::new(),
        act: Act::Offer { agreement },
    };
    party.says(&said)
}

pub(crate) fn read_at(signed: &Signed<Message>, history: &KeyHistory, day: u8) -> bool {
    let read = UnverifiedMessage::read(signed.envelope().to_json().as_bytes()).unwrap();
    read.verify(history, Moment::At(at(day))).is_ok()
}
