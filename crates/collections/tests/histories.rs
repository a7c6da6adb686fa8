//! Whatever happened, in whatever order.

use std::collections::BTreeSet;

use collections::{Collection, Filter, Reader, Versions, manifest};
use proptest::prelude::*;
use record::Draft;
use record::label::Tlp;
use record::time::Timestamp;

use crate::scene::{Harbour, Logged, incident};

/// What somebody at the harbour does. Numbers choose among what is there.
#[derive(Debug, Clone)]
enum Deed {
    Report(u64),
    Again(usize),
    Label(usize, usize, bool),
    Lower(usize, usize),
    Derive(usize, usize),
    Erase(usize),
    Wait(i64),
}

fn deed() -> impl Strategy<Value = Deed> {
    let (which, level) = (0..64_usize, 0..5_usize);
    prop_oneof![
        3 => (0..4_u64).prop_map(Deed::Report),
        2 => which.clone().prop_map(Deed::Again),
        5 => (which.clone(), level.clone(), any::<bool>()).prop_map(|(of, level, whole)| Deed::Label(of, level, whole)),
        3 => (which.clone(), level).prop_map(|(of, level)| Deed::Lower(of, level)),
        1 => (which.clone(), which.clone()).prop_map(|(one, other)| Deed::Derive(one, other)),
        1 => which.prop_map(Deed::Erase),
        1 => (0..300_i64).prop_map(Deed::Wait),
    ]
}

/// Somebody who reads on after each deed from the last time that he has seen.
struct Follower {
    reader: Reader,
    after: Option<Timestamp>,
    seen: BTreeSet<(String, String)>,
}

impl Follower {
    fn new(reader: Reader) -> Self {
        Self { reader, after: None, seen: BTreeSet::new() }
    }

    fn follow(&mut self, harbour: &Harbour) {
        let filter = Filter { versions: Versions::all(), ..Filter::default() };
        let page = manifest(&harbour.store, &Collection::Own, &self.reader, &filter, (self.after, 1_000)).unwrap();
        assert!(page.items.is_sorted_by(|one, next| one.added < next.added));
        self.after = page.items.last().map(|entry| entry.added).or(self.after);
        self.seen.extend(page.items.into_iter().map(|entry| (entry.id, entry.version_text)));
    }

    /// He has all that he may read now.
    fn lacks_nothing(&self, harbour: &Harbour) {
        let now = harbour.all_versions(&self.reader);
        let now: BTreeSet<_> = now.into_iter().map(|entry| (entry.id, entry.version_text)).collect();
        assert!(now.is_subset(&self.seen), "{:?} of {now:?} was never read", now.difference(&self.seen));
    }
}

#[derive(Default)]
struct Told {
    records: Vec<Logged>,
    labels: Vec<(Logged, Tlp)>,
}

fn pick<T>(all: &[T], which: usize) -> Option<&T> {
    all.get(which % all.len().max(1))
}

fn act(harbour: &mut Harbour, told: &mut Told, deed: &Deed) {
    match *deed {
        Deed::Report(number) => {
            let version = i64::try_from(told.records.len()).unwrap();
            let record = harbour.sign(Draft::new(incident(number, version, "a report")));
            told.records.push(harbour.log(&record));
        }
        Deed::Again(which) => {
            let Some(before) = pick(&told.records, which).cloned() else { return };
            let version = i64::try_from(told.records.len()).unwrap();
            told.records.push(harbour.next(&before, version, "the next version"));
        }
        Deed::Label(which, level, is_whole) => {
            let Some(about) = pick(&told.records, which).cloned() else { return };
            let path = if is_whole { "*" } else { "/object/name" };
            told.labels.push((harbour.label(&about, path, Tlp::ALL[level]), Tlp::ALL[level]));
        }
        Deed::Lower(which, level) => {
            let Some((label, was)) = pick(&told.labels, which).cloned() else { return };
            let _lowered = harbour.lower(&label, Tlp::ALL[level].min(was));
        }
        Deed::Derive(one, other) => {
            let ends = pick(&told.records, one).cloned().zip(pick(&told.records, other).cloned());
            let Some((source, target)) = ends else { return };
            let _said = harbour.derive(&source, &target);
        }
        Deed::Erase(which) => {
            if told.records.is_empty() {
                return;
            }
            let gone = told.records.remove(which % told.records.len());
            harbour.erase(&gone);
        }
        Deed::Wait(micros) => harbour.wait(micros),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn whoever_reads_on_misses_nothing_and_a_view_made_anew_is_the_same(
        deeds in prop::collection::vec(deed(), 1..40)
    ) {
        let (mut harbour, mut told) = (Harbour::new(), Told::default());
        let unlabelled = Reader::up_to(Tlp::AmberStrict).with_unlabelled();
        let mut followers = [Reader::up_to(Tlp::Green), unlabelled, Reader::everything()].map(Follower::new);
        for deed in &deeds {
            act(&mut harbour, &mut told, deed);
            followers.iter_mut().for_each(|follower| follower.follow(&harbour));
        }
        followers.iter().for_each(|follower| follower.lacks_nothing(&harbour));
        harbour.is_the_same_anew();
    }
}
