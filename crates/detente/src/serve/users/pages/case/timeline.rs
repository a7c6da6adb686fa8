//! All that happened around an incident, each line judged by what proves it.

use std::collections::BTreeMap;

use incident::timeline::{Dated, Due, Line, Proof, What, timeline};
use pages::{Block, Inline, Row, Say, Table, Tone};
use record::digest::RecordDigest;

use super::super::shared::{case_link, parted, record_link, title, word};
use super::super::{Asked, Made};
use super::{Scene, facts, links};
use crate::command::incident::timeline::things::Things;

/// Lines that the page tells, the latest ones; the command line tells them all.
const MAX_LINES: usize = 200;

/// Places of one version that a line names.
const MAX_PLACES: usize = 6;

pub(in super::super) fn page(asked: &Asked<'_>) -> Made {
    let scene = Scene::of(asked)?;
    let things = Things::of(&scene.cases(), &scene.seen.case)?;
    let mut lines = timeline(things.dated, asked.ask.now);
    lines.reverse();
    let (mut known, mut rows, mut is_cut) = (BTreeMap::new(), Vec::new(), things.is_cut);
    for line in &lines {
        if rows.len() == MAX_LINES {
            is_cut = true;
            break;
        }
        if is_seen(&scene, line, &mut known)? {
            rows.push(row(&scene, line)?);
        }
    }
    let head = &["case-time-when", "case-time-who", "case-time-what", "case-proof"];
    let table = Table::new("case-timeline-caption", head, "case-timeline-none").rows(rows);
    let cut = is_cut.then(|| Block::notice(Tone::Watch, "case-timeline-cut"));
    Ok(scene.page("case-timeline").with(Block::line("case-timeline-about")).with(table.into()).and(cut))
}

/// A line is there for whoever may see all of what proves it, and both ends of what it joins.
fn is_seen(scene: &Scene<'_>, line: &Line, known: &mut BTreeMap<RecordDigest, bool>) -> Made<bool> {
    if let What::Linked { ends: (from, to), .. } = &line.thing.what {
        for end in [from, to].into_iter().filter(|end| **end != scene.seen.case.id) {
            if !scene.sight.knows(&scene.cases(), end)? {
                return Ok(false);
            }
        }
    }
    let Proof::Record(digest) = line.thing.proof else { return Ok(true) };
    if scene.seen.of(digest).is_some() {
        return Ok(true);
    }
    if let Some(is_seen) = known.get(&digest) {
        return Ok(*is_seen);
    }
    let is_seen = match scene.cases().record(&digest)? {
        Some(found) => scene.sight.sees_whole(&found)?,
        None => false,
    };
    let _new = known.insert(digest, is_seen);
    Ok(is_seen)
}

fn row(scene: &Scene<'_>, line: &Line) -> Made<Row> {
    let thing = &line.thing;
    let mut says = what(scene, thing)?;
    says.extend(line.due.map(|due| Inline::Tag(due_tone(due), due_words(due))));
    let proof = match thing.proof {
        Proof::Record(digest) => vec![record_link(digest)],
        Proof::Message(digest) => vec![Inline::code(digest)],
        Proof::Statement(digest) => vec![Inline::code(digest)],
        _ => Vec::new(),
    };
    let tone = if line.due == Some(Due::Missed) { Tone::Grave } else { Tone::Calm };
    let cells = vec![vec![Inline::Time(thing.at)], vec![scene.asked.name(thing.who).into()], says, proof];
    Ok(Row::new(cells).toned(tone))
}

const fn due_tone(due: Due) -> Tone {
    match due {
        Due::Ahead => Tone::Calm,
        Due::Met(_) => Tone::Good,
        Due::Late(_) => Tone::Watch,
        Due::Missed => Tone::Grave,
    }
}

const fn due_words(due: Due) -> Say {
    Say::Word(match due {
        Due::Ahead => "case-due-ahead",
        Due::Met(_) => "case-due-met",
        Due::Late(_) => "case-due-late",
        Due::Missed => "case-due-missed",
    })
}

fn what(scene: &Scene<'_>, thing: &Dated) -> Made<Vec<Inline>> {
    let say = |key: &'static str| Inline::Text(Say::Word(key));
    let at_stage = |stage: &Option<incident::Stage>| {
        stage.map_or(Inline::Text(Say::Word("case-not-shown")), |stage| word("stage", stage.name()).into())
    };
    Ok(match &thing.what {
        What::Fact { name, .. } => vec![say("case-time-fact"), facts::property(name.name()).into()],
        What::Reported { stage } => vec![say("case-time-reported"), at_stage(stage)],
        What::Edited { stage, places } => {
            let places = parted(places.iter().take(MAX_PLACES).map(facts::place));
            [vec![say("case-time-edited"), at_stage(stage)], places].concat()
        }
        What::Labelled { place } => vec![say("case-time-labelled"), Inline::content(place.as_str())],
        What::Linked { word, ends: (from, to) } => {
            let is_from = *from == scene.seen.case.id;
            let other = if is_from { to } else { from };
            let seen = scene.sight.case(&scene.cases(), other)?;
            let title = seen.as_ref().and_then(|seen| title(scene.asked, seen));
            let link = if seen.is_some() { case_link(other, title) } else { Inline::code(other) };
            vec![say("case-time-linked"), links::link_words(*word, is_from).into(), link]
        }
        What::TookBack { .. } => vec![say("case-time-took-back")],
        What::Released { to } => {
            let names = to.iter().map(|party| vec![Inline::Text(scene.asked.name(*party))]);
            [vec![say("case-time-released")], parted(names)].concat()
        }
        What::Acknowledged { .. } => vec![say("case-time-acknowledged")],
        What::Asked { deadline } => {
            let until = deadline.map(|until| [say("case-time-until"), Inline::Time(until)]);
            std::iter::once(say("case-time-asked")).chain(until.into_iter().flatten()).collect()
        }
        What::Answered { .. } => vec![say("case-time-answered")],
        What::Deadline { duty, .. } => vec![say("case-time-deadline"), Inline::content(duty.as_str())],
        _ => vec![say("case-time-other")],
    })
}
