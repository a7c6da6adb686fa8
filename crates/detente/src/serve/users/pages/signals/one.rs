//! One signal: how it stands, what it looks for, where it comes from, who saw it, where it went, and what can be done with it.

use std::sync::Arc;

use access::Right;
use matching::bank::SignalName;
use matching::signal::Signal;
use matching::signed::BATCH_TYPE;
use pages::{Block, Inline, Page, Row, Say, Table, Tone};
use record::digest::RecordDigest;
use record::stix::{StixId, StixObject};
use storage::LogName;

use super::super::shared::ways;
use super::super::{Asked, Made, NoPage, act, tried};
use super::judged::Judged;
use super::seen::Seen;
use super::standing::{Standing, Standings};
use super::{PATH, bank, forms, path, released, target, words};
use crate::cases::Found;
use crate::scanning::{Known, Scanner};

/// What the page of one signal is made from.
pub(super) struct Scene<'a> {
    pub(super) asked: &'a Asked<'a>,
    pub(super) judged: Judged<'a>,
    pub(super) scanner: Arc<Scanner>,
    pub(super) name: SignalName,
    /// The record that the path names, of which this account may see all.
    pub(super) record: RecordDigest,
    found: Found,
    pub(super) signal: Arc<Signal>,
    /// The signal as the bank has it: a later version perhaps; none if it does not count.
    pub(super) known: Option<Known>,
}

pub(in super::super) fn page(asked: &Asked<'_>) -> Made {
    let scanner = bank::scanner(asked)?.ok_or(NoPage::Busy)?;
    let mut scene = Scene::of(asked, scanner)?;
    let page = Page::new(words::label(&scene.signal, scene.title())).and(act::done(asked.ask));
    let page = page.and(scene.notices()?).with(Block::Facts(scene.facts()));
    let page = page.with(target::block(&scene.signal)).with(scene.seen()?);
    let page = page.and(scene.versions()?).and(released::block(&mut scene)?).and(scene.tried()?);
    Ok(page.and(scene.ways()).and(forms::blocks(&scene)))
}

impl<'a> Scene<'a> {
    fn of(asked: &'a Asked<'a>, scanner: Arc<Scanner>) -> Made<Self> {
        let record: RecordDigest = asked.part(0)?.parse().map_err(|_| NoPage::Hidden)?;
        let id: StixId = asked.part(1)?.parse().map_err(|_| NoPage::Hidden)?;
        let mut judged = Judged::new(asked)?;
        let found = if judged.reads(record)? { judged.cases().record(&record)? } else { None };
        let found = found.ok_or(NoPage::Hidden)?;
        let name = SignalName::new(&found.record.content().issuer().to_string(), id);
        let known = scanner.find(&name).cloned();
        let signal = match &known {
            Some(known) if known.record == record => Arc::clone(&known.signal),
            Some(_) | None => Arc::new(member(&found, &name.id)?),
        };
        Ok(Self { asked, judged, scanner, name, record, found, signal, known })
    }

    pub(super) fn path(&self) -> String {
        path(self.record, &self.name)
    }

    fn title(&self) -> Option<&str> {
        self.found.record.content().object().text("name")
    }

    /// The id of the record that holds it: what is tried against it is said of all of that record.
    pub(super) fn batch(&self) -> Option<StixId> {
        self.found.record.content().object().text("id").and_then(|id| id.parse().ok())
    }

    pub(super) fn is_ours(&self) -> bool {
        self.found.record.content().issuer() == self.asked.open.party()
    }

    /// Whether it is the version that counts.
    fn is_newest(&self) -> bool {
        self.known.as_ref().is_some_and(|known| known.record == self.record)
    }

    /// How it stands; none if the bank does not have it.
    pub(super) fn standing(&self) -> Option<Standing> {
        let known = self.known.as_ref()?;
        Some(Standings::new(&self.scanner, self.asked.ask.now).of(&self.name, known))
    }

    /// The record by which its author took it back, as far as it is for this account.
    pub(super) fn withdrawal(&mut self) -> Made<Option<RecordDigest>> {
        let Some(record) = self.scanner.withdrawal(&self.name) else { return Ok(None) };
        Ok(self.judged.reads(record)?.then_some(record))
    }

    /// What has to be known before the rest.
    fn notices(&mut self) -> Made<Vec<Block>> {
        let Some(standing) = self.standing() else { return Ok(vec![self.not_counted()]) };
        let mut notices = Vec::new();
        if standing == Standing::TakenBack {
            notices.push(self.taken_back()?);
        } else if !standing.is_in_force() {
            let about = Say::known("signal-standing-about", standing.name());
            notices.push(Block::Notice(standing.tone(), vec![Inline::Strong(standing.say()), about.into()]));
        }
        if !self.is_newest() {
            notices.extend(self.replaced()?);
        }
        Ok(notices)
    }

    /// It stands in our log and is read within a second, or it came and was not proved in its author's log.
    fn not_counted(&self) -> Block {
        let is_logged = self.found.places.iter().any(|place| place.log == LogName::node());
        Block::notice(Tone::Watch, if is_logged { "signals-not-read-yet" } else { "signals-only-signed" })
    }

    fn taken_back(&mut self) -> Made<Block> {
        let mut line = vec![Inline::Strong(Say::Word("signals-taken-back"))];
        if let Some(record) = self.withdrawal()? {
            let reason = self.known.as_ref().and_then(|known| known.retracted.as_deref());
            line.extend(reason.map(Inline::content));
            line.push(Inline::link(format!("/records/{record}"), "record-link"));
        }
        Ok(Block::Notice(Tone::Grave, line))
    }

    fn replaced(&mut self) -> Made<Option<Block>> {
        let Some(newest) = self.known.as_ref().map(|known| known.record) else { return Ok(None) };
        if !self.judged.reads(newest)? {
            return Ok(None);
        }
        let link = Inline::link(path(newest, &self.name), "signals-newest");
        Ok(Some(Block::Notice(Tone::Watch, vec![Inline::from("signals-replaced"), link])))
    }

    fn facts(&self) -> Vec<(Say, Vec<Inline>)> {
        let (signal, asked) = (&self.signal, self.asked);
        let issuer = self.found.record.content().issuer();
        let mut facts: Vec<(Say, Vec<Inline>)> = vec![
            ("signals-kind".into(), vec![words::kind(signal.kind).into()]),
            ("signals-whose".into(), vec![Inline::Strong(asked.name(issuer)), Inline::code(issuer)]),
        ];
        facts.extend(self.standing().map(|standing| ("signals-standing".into(), vec![standing.tag()])));
        let texts = [
            ("signals-family", &signal.family),
            ("signals-source", &signal.provenance.source),
            ("signals-how", &signal.provenance.how),
        ];
        facts.extend(
            texts.into_iter().filter_map(|(key, text)| Some((key.into(), vec![Inline::content(text.as_deref()?)]))),
        );
        facts.extend(signal.confidence.map(|sure| ("signals-confidence".into(), words::confidence(Some(sure)))));
        facts.push(("signals-changed".into(), vec![Inline::Time(signal.modified)]));
        facts.push(("signals-holds-from".into(), vec![Inline::Time(signal.valid_from)]));
        facts.extend(signal.valid_until.map(|until| ("signals-holds-until".into(), vec![Inline::Time(until)])));
        facts.push(("signals-disclosure".into(), vec![words::disclosure(signal.disclosure).into()]));
        let title = self.title().map_or(Say::Word("no-title"), Say::content);
        let record = vec![Inline::link(format!("/records/{}", self.record), title), Inline::code(self.record)];
        facts.push(("signals-record".into(), record));
        facts.push(("signals-id".into(), vec![Inline::code(&self.name.id)]));
        facts
    }

    fn seen(&mut self) -> Made<Block> {
        let seen = Seen::of(&mut self.judged, &self.scanner, &self.name)?;
        Ok(seen.block(&self.judged))
    }

    /// Its versions; nothing where there is one.
    fn versions(&mut self) -> Made<Option<Block>> {
        let head = &["signals-changed", "signals-record"];
        let mut table = Table::new("signals-versions-caption", head, "signals-nothing-waits");
        for version in self.scanner.versions(&self.name) {
            if self.judged.reads(version.record)? {
                let link = Inline::link(path(version.record, &self.name), "signals-version");
                table.rows.push(Row::new(vec![vec![Inline::Time(version.modified)], vec![link]]));
            }
        }
        let is_one = table.rows.len() < 2;
        Ok((!is_one).then(|| Block::section("versions", "signals-versions", vec![table.into()])))
    }

    fn tried(&self) -> Made<Option<Block>> {
        let cases = self.judged.cases();
        let against: Vec<StixId> = std::iter::once(self.name.id.clone()).chain(self.batch()).collect();
        for id in &against {
            let links = self.judged.sight.links(&cases, id)?;
            let of_it = std::slice::from_ref(id);
            if let Some(block) = tried::block(self.asked, (&self.judged.sight, &cases), &links, of_it)? {
                return Ok(Some(block));
            }
        }
        Ok(None)
    }

    /// Where one goes from here.
    fn ways(&self) -> Option<Block> {
        let came = self.found.places.iter().any(|place| place.log.as_str().starts_with("pulled-"));
        let asks = came && !self.is_ours() && self.asked.may(Right::Answer);
        let ask = asks.then(|| (format!("/questions?about={}", self.record), "signals-ask"));
        let releases =
            self.asked.may(Right::Propose) && self.found.places.iter().any(|place| place.log == LogName::node());
        let release = releases.then(|| (format!("/releases/what-if?record={}", self.record), "signals-what-if"));
        let proof = Some((format!("/records/{}", self.record), "signals-proof-page"));
        let all = Some((PATH.to_owned(), "signals-all"));
        Some(ways([ask, release, proof, all].into_iter().flatten()))
    }
}

/// A member of a record, read by itself: the others are not compiled for it.
fn member(found: &Found, id: &StixId) -> Made<Signal> {
    let content = found.record.content();
    if content.object().text("type") != Some(BATCH_TYPE) {
        return Err(NoPage::Hidden);
    }
    let member = content.aside().members().iter().find(|member| member.text("id") == Some(id.as_str()));
    let object = StixObject::from_map(member.ok_or(NoPage::Hidden)?.clone()).map_err(|_| NoPage::Hidden)?;
    Signal::of_object(&object).map_err(|_| NoPage::Hidden)
}
