//! What is remembered of the bundles for one party: `bundles/PARTY.json`.
//!
//! Nothing breaks without it: the numbers begin anew, and a witness is asked once more.

use record::digest::PartyId;
use record::json::{self, Json, Map};

use crate::home::{Home, Readers, read_input, replace};
use crate::outcome::{Done, Failure};

/// Folder of these files.
const BUNDLES: &str = "bundles";

/// Sizes for which a witness may have been asked without an answer so far. Beyond them the oldest is forgotten, and its
/// answer costs one round more.
const MAX_ASKED: usize = 16;

/// What one party was sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Ledger {
    /// Number of the newest bundle.
    pub(super) sent: u64,
    /// Leaves of the largest head of our node log that a bundle showed: no later one shows a smaller.
    pub(super) shown: u64,
    /// Sizes of our node log that this party was asked to cosign.
    pub(super) asked: Vec<u64>,
}

impl Ledger {
    /// What is remembered. A file that is damaged or not there is one that remembers nothing.
    pub(super) fn read(home: &Home, party: PartyId) -> Self {
        let octets = read_input(&path(home, party)).unwrap_or_default();
        let Ok(Json::Object(map)) = json::parse(&octets) else { return Self::default() };
        let count = |json: &Json| json.as_integer().and_then(|number| u64::try_from(number).ok());
        let one = |name| map.get(name).and_then(count).unwrap_or(0);
        let asked = map.get("asked").and_then(Json::as_array).unwrap_or_default();
        Self { sent: one("sent"), shown: one("shown"), asked: asked.iter().filter_map(count).collect() }
    }

    /// Takes in that a witness was asked for a size.
    pub(super) fn ask(&mut self, size: u64) {
        self.asked.retain(|one| *one != size);
        self.asked.push(size);
        let surplus = self.asked.len().saturating_sub(MAX_ASKED);
        drop(self.asked.drain(..surplus));
    }

    pub(super) fn write(&self, home: &Home, party: PartyId) -> Done {
        let folder = home.dir().join(BUNDLES);
        std::fs::create_dir_all(&folder)
            .map_err(|error| Failure::environment(format!("cannot make `{}`: {error}", folder.display())))?;
        let asked = self.asked.iter().map(|size| Json::count(*size)).collect();
        let map = Map::new()
            .with("asked", Json::Array(asked))
            .with("sent", Json::count(self.sent))
            .with("shown", Json::count(self.shown));
        replace(&path(home, party), &Json::from(map).to_text(), Readers::Owner)
    }
}

fn path(home: &Home, party: PartyId) -> std::path::PathBuf {
    home.dir().join(BUNDLES).join(format!("{party}.json"))
}
