//! Whatever is done in whatever order, a store answers as a simple model in memory does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use storage::batch::Movement;
use storage::disk::memory::MemoryDisk;
use storage::{Batch, BatchId, Body, LocalStore, LogName, NewEntry, Place, Store as _};

use crate::scene::options;

const LOGS: usize = 3;

/// One thing to do.
#[derive(Debug, Clone)]
enum Step {
    Commit(Vec<Plan>),
    Publish,
    Rebuild,
    Close,
    Crash(u64),
}

/// One batch, told in numbers.
#[derive(Debug, Clone)]
struct Plan {
    id: u8,
    open: Option<(usize, usize)>,
    entries: Vec<(usize, bool)>,
    movement: Option<(usize, i64)>,
    erase: Option<(usize, u64)>,
    expect: Option<(usize, u64)>,
}

/// What a store must answer.
#[derive(Debug, Default)]
struct Model {
    logs: BTreeMap<usize, (usize, Vec<Vec<u8>>)>,
    bodies: BTreeMap<(usize, u64), Body>,
    counters: BTreeMap<usize, i64>,
    done: BTreeMap<u8, Vec<(usize, u64)>>,
}

fn log(number: usize) -> LogName {
    format!("log-{number}").parse().unwrap()
}

fn origin(number: usize) -> String {
    format!("model.example/{number}")
}

fn batch(plan: &Plan) -> Batch {
    let mut batch = Batch::new(BatchId::of(&[&[plan.id]]));
    if let Some((number, with)) = plan.open {
        batch = batch.open(log(number), &origin(with));
    }
    for (at, (number, has_body)) in plan.entries.iter().enumerate() {
        let entry = vec![plan.id, at as u8];
        let body = has_body.then(|| vec![plan.id; at * 100]);
        batch = batch.entry(match body {
            Some(body) => NewEntry::with_body(log(*number), entry, body),
            None => NewEntry::bare(log(*number), entry),
        });
    }
    if let Some((counter, by)) = plan.movement {
        batch = batch.movement(Movement::new(counter.to_string(), by, 10));
    }
    if let Some((number, index)) = plan.erase {
        batch = batch.erase(Place::new(log(number), index));
    }
    match plan.expect {
        Some((number, size)) => batch.expect(log(number), size),
        None => batch,
    }
}

impl Model {
    fn size(&self, log: usize) -> Option<u64> {
        self.logs.get(&log).map(|(_, entries)| entries.len() as u64)
    }

    /// Where the entries of a batch lie; none if it must be refused.
    fn commit(&mut self, plan: &Plan) -> Option<Vec<(usize, u64)>> {
        if let Some(done) = self.done.get(&plan.id) {
            return Some(done.clone());
        }
        let mut open: BTreeSet<_> = self.logs.keys().copied().collect();
        if let Some((number, with)) = plan.open {
            let known = self.logs.get(&number).map(|(origin, _)| *origin);
            let is_taken = self.logs.values().any(|(origin, _)| *origin == with);
            let is_fine = known.map_or(!is_taken, |origin| origin == with);
            is_fine.then(|| open.insert(number))?;
        }
        plan.expect.is_none_or(|(number, size)| self.size(number) == Some(size)).then_some(())?;
        plan.erase.is_none_or(|(number, index)| self.size(number).is_some_and(|size| index < size)).then_some(())?;
        let stands = |counter: usize| self.counters.get(&counter).copied().unwrap_or(0);
        plan.movement.is_none_or(|(counter, by)| stands(counter) + by <= 10).then_some(())?;
        plan.entries.iter().all(|(number, _)| open.contains(number)).then_some(())?;
        Some(self.take(plan))
    }

    fn take(&mut self, plan: &Plan) -> Vec<(usize, u64)> {
        if let Some((number, with)) = plan.open {
            self.logs.entry(number).or_insert((with, Vec::new()));
        }
        let mut places = Vec::new();
        for (at, (number, has_body)) in plan.entries.iter().enumerate() {
            let entries = &mut self.logs.get_mut(number).unwrap().1;
            let place = (*number, entries.len() as u64);
            entries.push(vec![plan.id, at as u8]);
            self.bodies.insert(place, if *has_body { Body::Kept(vec![plan.id; at * 100]) } else { Body::None });
            places.push(place);
        }
        if let Some((counter, by)) = plan.movement {
            *self.counters.entry(counter).or_default() += by;
        }
        if let Some(body) = plan.erase.and_then(|place| self.bodies.get_mut(&place)).filter(|body| **body != Body::None)
        {
            *body = Body::Erased;
        }
        self.done.insert(plan.id, places.clone());
        places
    }

    fn check(&self, store: &LocalStore) {
        for (number, (with, entries)) in &self.logs {
            assert_eq!(&store.entries(&log(*number), 0, 1000).unwrap(), entries);
            let head = store.heads().unwrap().into_iter().find(|head| head.log == log(*number)).unwrap();
            assert_eq!((head.size, head.origin), (entries.len() as u64, origin(*with)));
        }
        assert_eq!(store.heads().unwrap().len(), self.logs.len());
        for ((number, index), body) in &self.bodies {
            assert_eq!(&store.bodies(&[Place::new(log(*number), *index)]).unwrap()[0], body);
        }
        for counter in 0..2 {
            let stands = self.counters.get(&counter).copied().unwrap_or(0);
            assert_eq!(store.counters(&[&counter.to_string()]).unwrap(), [stands]);
        }
    }
}

fn plan() -> impl Strategy<Value = Plan> {
    let place = || prop::option::weighted(0.2, (0..LOGS, 0..6_u64));
    (
        0..60_u8,
        prop::option::weighted(0.5, (0..LOGS, 0..LOGS).prop_map(|(a, b)| if b == 0 { (a, a) } else { (a, b) })),
        prop::collection::vec((0..LOGS, any::<bool>()), 0..4),
        prop::option::weighted(0.4, (0..2_usize, -3..6_i64)),
        place(),
        place(),
    )
        .prop_map(|(id, open, entries, movement, erase, expect)| Plan {
            id,
            open,
            entries,
            movement,
            erase,
            expect,
        })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => prop::collection::vec(plan(), 1..5).prop_map(Step::Commit),
        1 => Just(Step::Publish),
        1 => Just(Step::Rebuild),
        1 => Just(Step::Close),
        1 => any::<u64>().prop_map(Step::Crash),
    ]
}

fn open(disk: &MemoryDisk, is_new: bool) -> LocalStore {
    let mut with = options(Arc::new(disk.clone()));
    // All batches of a run are remembered: they lie in the last two segments.
    with.segment_bytes = Some(200_000);
    let store = if is_new { LocalStore::create(with).unwrap() } else { LocalStore::open(with).unwrap() };
    store.guard(&log(0), &[]).unwrap();
    store
}

fn run(steps: Vec<Step>) {
    let disk = MemoryDisk::new();
    let (mut store, mut model) = (open(&disk, true), Model::default());
    for step in steps {
        match step {
            Step::Commit(plans) => {
                let answers = store.commit(plans.iter().map(batch).collect());
                for (plan, answer) in plans.iter().zip(answers) {
                    let found = answer.as_ref().ok().map(|it| it.entries.clone());
                    let wanted = model.commit(plan);
                    let wanted = wanted.map(|places| places.into_iter().map(|(a, b)| Place::new(log(a), b)).collect());
                    assert_eq!(found, wanted, "{plan:?}: {answer:?}");
                }
            }
            Step::Publish => store.publish().unwrap(),
            Step::Rebuild => store.rebuild(&mut |_, _| {}).unwrap(),
            Step::Close => {
                drop(store);
                store = open(&disk, false);
            }
            Step::Crash(seed) => {
                drop(store);
                disk.crash(seed);
                store = open(&disk, false);
            }
        }
        model.check(&store);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_store_answers_as_the_model_does(steps in prop::collection::vec(step(), 1..16)) {
        run(steps);
    }
}
