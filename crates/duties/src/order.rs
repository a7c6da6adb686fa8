//! The order of evaluation: a duty that displaces stands before the one that gives way. A circle has no such order.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::pack::{Displacement, Duty, Pack};
use crate::set::{DutyAt, PackFault};

/// Orders the duties. What cannot be ordered, and what is displaced by a duty that is not here, is told.
pub(crate) fn order(packs: &[Arc<Pack>], faults: &mut Vec<PackFault>) -> Vec<DutyAt> {
    let all: BTreeMap<&str, DutyAt> = duties(packs).map(|(at, _, duty)| (duty.path.as_str(), at)).collect();
    for (_, pack, duty) in duties(packs) {
        faults.extend(
            duty.displaced_by.iter().filter(|to| !all.contains_key(to.duty.as_str())).map(|to| absent(pack, to)),
        );
    }
    let mut sorter = Sorter { packs, all, state: BTreeMap::new(), order: Vec::new(), faults };
    for (at, _, _) in duties(packs) {
        sorter.visit(at, &mut Vec::new());
    }
    sorter.order
}

fn duties(packs: &[Arc<Pack>]) -> impl Iterator<Item = (DutyAt, &Pack, &Duty)> {
    packs.iter().enumerate().flat_map(|(pack_at, pack)| {
        let duties = pack.duties.iter().enumerate();
        duties.map(move |(duty_at, duty)| (DutyAt { pack: pack_at, duty: duty_at }, pack.as_ref(), duty))
    })
}

fn absent(pack: &Pack, to: &Displacement) -> PackFault {
    let reason = format!("no loaded pack has the duty `{}`; load its pack too, or take the displacement out", to.duty);
    PackFault { pack: pack.id.clone(), fault: pack.fault(format!("{}/duty", to.at), reason) }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Done,
}

struct Sorter<'p, 'f> {
    packs: &'p [Arc<Pack>],
    all: BTreeMap<&'p str, DutyAt>,
    state: BTreeMap<DutyAt, State>,
    order: Vec<DutyAt>,
    faults: &'f mut Vec<PackFault>,
}

impl<'p> Sorter<'p, '_> {
    fn visit(&mut self, at: DutyAt, trail: &mut Vec<&'p str>) {
        if self.state.contains_key(&at) {
            return;
        }
        let Some((pack, duty)) = self.duty(at) else { return };
        self.state.insert(at, State::Open);
        trail.push(&duty.path);
        for to in &duty.displaced_by {
            let Some(next) = self.all.get(to.duty.as_str()).copied() else { continue };
            match self.state.get(&next) {
                Some(State::Open) => self.tell_circle(pack, to, trail),
                Some(State::Done) => {}
                None => self.visit(next, trail),
            }
        }
        trail.pop();
        self.state.insert(at, State::Done);
        self.order.push(at);
    }

    fn duty(&self, at: DutyAt) -> Option<(&'p Pack, &'p Duty)> {
        let pack = self.packs.get(at.pack)?;
        Some((pack, pack.duties.get(at.duty)?))
    }

    fn tell_circle(&mut self, pack: &Pack, to: &Displacement, trail: &[&str]) {
        let from = trail.iter().position(|path| *path == to.duty).unwrap_or_default();
        let circle = trail.iter().skip(from).copied().chain([to.duty.as_str()]).collect::<Vec<_>>();
        let reason = format!("displaces in a circle: {}; take one of them out", circle.join(" gives way to "));
        self.faults.push(PackFault { pack: pack.id.clone(), fault: pack.fault(&*to.at, reason) });
    }
}
