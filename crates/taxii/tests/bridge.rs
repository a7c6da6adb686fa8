//! A client and whatever answers it, without a line between them.

use std::collections::{BTreeMap, BTreeSet};

use taxii::client::{Answer, Fault, Note, Offered, Place, Pull, Settings, Step, Url};

/// Requests after which a run counts as endless.
const MANY: usize = 5_000;

/// What an answer is made of.
pub enum Back {
    Whole(Answer),
    Broken(&'static str),
}

/// A client with what it has kept.
#[derive(Debug, Default)]
pub struct Reader {
    /// The octets of every object, in the order in which they came.
    pub kept: Vec<String>,
    pub keys: BTreeSet<[u8; 32]>,
    /// Objects that came once more.
    pub again: usize,
    pub places: BTreeMap<String, Place>,
    pub offered: Vec<Offered>,
    pub notes: Vec<Note>,
    pub faults: Vec<Fault>,
    pub asked: Vec<String>,
    pub waited_ms: u64,
}

pub fn settings(home: &str) -> Settings {
    Settings::new(home.parse().unwrap(), "2100-01-01T00:00:00Z".parse().unwrap())
}

impl Reader {
    /// A run to its end.
    pub fn run(&mut self, settings: Settings, answer: impl FnMut(&Url) -> Back) {
        self.run_for(settings, usize::MAX, answer);
    }

    /// A run that is cut off after so many pages: what came with the last of them is kept, and everything else is forgotten.
    pub fn run_for(&mut self, settings: Settings, pages: usize, mut answer: impl FnMut(&Url) -> Back) {
        let mut pull = Pull::new(settings, self.places.clone());
        let (mut left, begun) = (pages, self.asked.len());
        loop {
            assert!(self.asked.len() - begun < MANY, "it does not end: {:?}", self.asked.last());
            match pull.step() {
                Step::Ask(request) => {
                    self.asked.push(request.url.to_string());
                    match answer(&request.url) {
                        Back::Whole(answer) => pull.answered(&answer),
                        Back::Broken(reason) => pull.broke(reason),
                    }
                }
                Step::Wait(milliseconds) => self.waited_ms += milliseconds,
                Step::Offered(offered) => self.offered.push(offered),
                Step::Page(page) => {
                    if left == 0 {
                        return;
                    }
                    left -= 1;
                    for piece in page.pieces {
                        if self.keys.insert(piece.key) {
                            self.kept.push(String::from_utf8(piece.octets).unwrap());
                        } else {
                            self.again += 1;
                        }
                    }
                    drop(self.places.insert(page.collection.address, page.place));
                }
                Step::Note { note, .. } => self.notes.push(note),
                Step::Failed { fault, .. } => self.faults.push(fault),
                Step::Done => return,
                other => panic!("{other:?}"),
            }
        }
    }
}
