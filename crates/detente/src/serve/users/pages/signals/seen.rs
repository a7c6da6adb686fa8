//! Who saw a signal: sightings of which this account may see the records.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use access::Right;
use matching::bank::SignalName;
use matching::signed::Sighting;
use pages::{Arg, Block, Inline, Row, Say, Table, Tone};
use record::digest::PartyId;
use record::stix::StixId;

use super::super::Made;
use super::super::shared::record_link;
use super::judged::Judged;
use crate::scanning::Scanner;

/// Sightings of one signal that are judged for its row in a list: the latest.
const MAX_IN_A_ROW: usize = 8;

/// Sightings of one signal that its own page shows: the latest.
const MAX_SHOWN: usize = 50;

/// Sightings of one signal that are for an account.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The latest first.
    rows: Vec<Sighting>,
    /// Whether there are more, of which nothing is said.
    is_cut: bool,
}

type Wanted = BTreeMap<(PartyId, StixId), Vec<Sighting>>;

impl Seen {
    /// The sightings of each of these signals.
    pub(super) fn of_all(
        judged: &mut Judged<'_>,
        scanner: &Scanner,
        names: &[&SignalName],
    ) -> Made<BTreeMap<SignalName, Self>> {
        Self::read(judged, scanner, names, MAX_IN_A_ROW)
    }

    /// The sightings of one signal.
    pub(super) fn of(judged: &mut Judged<'_>, scanner: &Scanner, name: &SignalName) -> Made<Self> {
        Ok(Self::read(judged, scanner, &[name], MAX_SHOWN)?.remove(name).unwrap_or_default())
    }

    fn read(
        judged: &mut Judged<'_>,
        scanner: &Scanner,
        names: &[&SignalName],
        most: usize,
    ) -> Made<BTreeMap<SignalName, Self>> {
        let mut all = gathered(scanner, names);
        let mut seen = BTreeMap::new();
        for name in names {
            let Some(sightings) = key(name).and_then(|key| all.remove(&key)) else { continue };
            seen.insert((*name).clone(), Self::judged(judged, sightings, most)?);
        }
        Ok(seen)
    }

    fn judged(judged: &mut Judged<'_>, mut sightings: Vec<Sighting>, most: usize) -> Made<Self> {
        sightings.sort_by_key(|one| (Reverse(one.last_seen), Reverse(one.modified), one.record));
        let mut seen = Self::default();
        for one in sightings {
            if seen.rows.len() >= most {
                seen.is_cut = true;
                break;
            }
            if judged.reads(one.record)? {
                seen.rows.push(one);
            }
        }
        seen.is_cut |= judged.is_cut;
        Ok(seen)
    }

    /// Whether some sighting does not say how often, which agreements may keep back: it counts for one, and more is possible.
    fn is_partly_told(&self) -> bool {
        self.rows.iter().any(|one| one.count.is_none())
    }

    fn count(&self) -> u64 {
        self.rows.iter().fold(0, |all, one| all.saturating_add(u64::from(one.count.unwrap_or(1))))
    }

    fn parties(&self) -> BTreeSet<PartyId> {
        self.rows.iter().map(|one| one.author).collect()
    }

    /// How often, by how many parties.
    pub(super) fn line(&self) -> Vec<Inline> {
        if self.rows.is_empty() {
            return Vec::new();
        }
        let number = |count: u64| Arg::Number(i64::try_from(count).unwrap_or(i64::MAX));
        let parties = u64::try_from(self.parties().len()).unwrap_or(u64::MAX);
        let key = match (self.is_cut, self.is_partly_told()) {
            (true, _) => "signals-seen-at-least",
            (false, true) => "signals-seen-partly-told",
            (false, false) => "signals-seen-by",
        };
        vec![Say::With(key, vec![("count", number(self.count())), ("parties", number(parties))]).into()]
    }

    /// Each of them, with how often and when.
    pub(super) fn block(&self, judged: &Judged<'_>) -> Block {
        let head =
            &["signals-seen-by-whom", "signals-seen-count", "signals-seen-first", "signals-seen-last", "signals-proof"];
        let rows = self.rows.iter().map(|one| row(judged, one));
        let mut blocks = Vec::new();
        blocks.extend((!self.rows.is_empty()).then(|| Block::Line(self.line())));
        blocks.push(Table::new("signals-seen-caption", head, "signals-seen-none").rows(rows).into());
        Block::section("seen", "signals-seen", blocks)
    }
}

fn row(judged: &Judged<'_>, one: &Sighting) -> Row {
    let asked = judged.asked;
    let time = |time: Option<record::time::Timestamp>| time.map(Inline::Time).into_iter().collect::<Vec<_>>();
    let is_ours = one.author == asked.open.party();
    let mut record = vec![record_link(one.record)];
    // One of ours helps its signal's author only once it is released.
    let release = Inline::link(format!("/releases/what-if?record={}", one.record), "signals-release");
    record.extend((is_ours && asked.may(Right::Propose)).then_some(release));
    let cells = vec![
        vec![asked.name(one.author).into()],
        vec![one.count.map_or_else(|| Inline::from("signals-not-told"), Inline::sign)],
        time(one.first_seen),
        time(one.last_seen),
        record,
    ];
    Row::new(cells).toned(Tone::Calm)
}

fn key(name: &SignalName) -> Option<(PartyId, StixId)> {
    Some((name.author.parse().ok()?, name.id.clone()))
}

/// All sightings of these signals, in one pass over all that are here.
fn gathered(scanner: &Scanner, names: &[&SignalName]) -> Wanted {
    let mut wanted: Wanted = names.iter().filter_map(|name| Some((key(name)?, Vec::new()))).collect();
    for sighting in scanner.every_sighting() {
        if let Some(of_it) = wanted.get_mut(&(sighting.signal_author, sighting.signal.clone())) {
            of_it.push(sighting.clone());
        }
    }
    wanted
}
