//! The duties of one incident: what has to be done, what is not known yet, and the questions that would settle it.

use std::collections::BTreeSet;

use access::Right;
use duties::{Answer, Summary, changed};
use pages::{Block, Field, Form, Inline, Page, Say, Tone};
use record::stix::StixId;

use super::super::shared::{parted, ways};
use super::super::{Asked, Made, act};
use super::asking::{Answered, MAX_ASKED, TAKE_BACK, field, wanted};
use super::book::{Scene, path_of, with_answers};
use super::standing::{Told, past_review};
use super::words::{both, no_advice};
use super::{changes, clocks, filings, known, why};
use crate::duty_book::{Basis, DutyBook, Gathered, Source};
use crate::operations::sight::Sight;

/// The name of the form that answers.
const FORM: &str = "facts";

pub(in super::super) fn page(asked: &Asked<'_>) -> Made {
    let scene = Scene::of(asked)?;
    let book = scene.book()?;
    let now = asked.ask.now;
    let basis = book.basis(&scene.case.id)?;
    let gathered = book.gather(&basis);
    let answers = book.answers(&gathered.facts, now);
    let path = scene.path();
    let here = format!("{path}?");
    let told = Told { answers: &answers, dictionary: book.packs().dictionary(), now, page: &here };
    let clocks = book.clocks_of(&scene.case.id, now)?;
    let mut page = Page::new("duties-of-title")
        .and(act::done(asked.ask))
        .with(Block::Line(vec![Inline::link(format!("/incidents/{}", scene.case.id), scene.title.clone())]))
        .with(no_advice())
        .with(places(&scene))
        .and(past_review(&answers))
        .and(why::block(book.packs(), &answers, &gathered.facts, asked.query("why")))
        .with(Block::section("clocks", "duties-clocks", clocks::of_incident(&scene, &book, &clocks)?))
        .with(Block::section("duties", "duties-title", told.due_blocks()));
    if asked.may(Right::Duties) {
        let questions = Questions { scene: &scene, book: &book, basis: &basis, gathered: &gathered, answers: &answers };
        let form = questions.form();
        page = page.with(Block::section("questions", "duties-questions", form));
    }
    Ok(page.with(Block::section("others", "duties-others", told.other_blocks())).with(Block::section(
        "known",
        "duties-known",
        known::blocks(asked, &book, &gathered, Some(&path)),
    )))
}

/// Where one goes from here.
fn places(scene: &Scene<'_>) -> Block {
    ways([
        (format!("{}/filings", scene.path()), "duties-filings"),
        ("/duties".to_owned(), "duties-calendar"),
        ("/duties/preview".to_owned(), "duties-preview"),
        ("/duties/packs".to_owned(), "duties-packs"),
    ])
}

/// The questions of an incident, and what answers to them would change.
struct Questions<'q> {
    scene: &'q Scene<'q>,
    book: &'q DutyBook<'q>,
    basis: &'q Basis,
    gathered: &'q Gathered,
    answers: &'q [Answer<'q>],
}

impl Questions<'_> {
    /// The form, and what stands around it.
    fn form(&self) -> Vec<Block> {
        let asked = self.scene.asked;
        let dictionary = self.book.packs().dictionary();
        let typed = Answered::read(dictionary, FORM, asked.ask.form.as_ref());
        let after = with_answers(self.book, self.basis, &typed);
        let then = self.book.answers(&after, asked.ask.now);
        let before: Vec<Summary> = self.answers.iter().map(Answer::summary).collect();
        let otherwise = changed(&before, &then.iter().map(Answer::summary).collect::<Vec<_>>());
        let (now_wanted, then_wanted) = (wanted(self.answers), wanted(&then));
        let is_new = |id: &&str| !now_wanted.contains(id) && !typed.ids.contains(*id);
        let newly: Vec<&str> = then_wanted.iter().copied().filter(is_new).collect();
        let ids = self.ids(&typed, &now_wanted, &then_wanted);
        let told = changes::told(self.book.packs(), &typed, &otherwise, (&newly, asked.ask.now));
        let left = now_wanted.iter().filter(|id| !ids.contains(**id)).count();
        let mut blocks = vec![self.fields(&ids).weighed(told).into()];
        let all = format!("{}?all=yes#questions", self.scene.path());
        blocks.extend((left > 0).then(|| Block::Line(vec![Inline::link(all, Say::count("duties-ask-all", left))])));
        blocks
    }

    /// What is asked: that on which most hangs, what was typed already, what would be asked then, and what somebody wants to change.
    fn ids(&self, typed: &Answered, now_wanted: &[&str], then_wanted: &[&str]) -> BTreeSet<String> {
        let asked = self.scene.asked;
        let most = if asked.query("all").is_some() { usize::MAX } else { MAX_ASKED };
        let first = now_wanted.iter().take(most);
        let next = then_wanted.iter().filter(|_| !typed.is_empty()).take(MAX_ASKED);
        let named = asked.query("fact").filter(|id| self.book.packs().dictionary().find(id).is_some());
        first
            .chain(next)
            .map(|id| (*id).to_owned())
            .chain(typed.ids.iter().cloned())
            .chain(named.map(str::to_owned))
            .collect()
    }

    fn fields(&self, ids: &BTreeSet<String>) -> Form {
        let asked = self.scene.asked;
        let dictionary = self.book.packs().dictionary();
        let query = asked.ask.query.query_with(&[("done", ""), ("lang", ""), ("text", ""), ("why", "")]);
        let here = if query.is_empty() { self.scene.path() } else { format!("{}?{query}", self.scene.path()) };
        let form = Form::command(FORM, "duties answer", here)
            .titled("duties-answer-title", "duties-answer-button")
            .helped("duties-answer-help")
            .given("incident", &self.scene.case.id)
            .then(format!("{}#duties", self.scene.path()));
        // In the order of the dictionary, so that questions of one kind stand together.
        let asked_now = dictionary.facts().filter(|(_, fact)| ids.contains(&fact.id));
        let form = asked_now.fold(form, |form, (index, fact)| form.field(field(fact, self.gathered.facts.get(index))));
        let answered = self.gathered.sources.iter().filter(|(_, source)| matches!(source, Source::Answered(_)));
        let answered = answered.filter_map(|(id, _)| Some((id.clone(), both(&dictionary.get(id)?.1.label))));
        let answered: Vec<_> = answered.collect();
        if answered.is_empty() {
            return form;
        }
        form.field(Field::many(TAKE_BACK, "duties-take-back", answered).helped("duties-take-back-help"))
    }
}

/// The part of the incident's own page: the most urgent clock, how many duties there are, and the way to them. Nothing for an account
/// that does not see all of the incident.
pub(in super::super) fn block(asked: &Asked<'_>, sight: &Sight<'_>, incident: &StixId) -> Made<Option<Block>> {
    let keys = asked.open.keys.get();
    let cases = asked.cases(keys.ring());
    if sight.whole_case(&cases, incident)?.is_none() {
        return Ok(None);
    }
    let book = DutyBook::read(cases, &[], asked.ask.now)?;
    let rows = book.clocks_of(incident, asked.ask.now)?;
    let open = clocks::open(&rows, asked.ask.now);
    let mut lines = vec![Block::Line(vec![Inline::link(path_of(incident.as_str()), "duties-of-link")])];
    if let Some(first) = open.first() {
        let line = parted([clocks::what(book.packs(), &first.clock), clocks::state(first, asked.ask.now)]);
        let tone = if clocks::is_late(first, asked.ask.now) { Tone::Grave } else { Tone::Watch };
        lines.insert(0, Block::Notice(tone, line));
    }
    lines.extend((open.len() > 1).then(|| Block::line(Say::count("duties-more-clocks", open.len() - 1))));
    lines.extend(filings::count(asked, incident)?);
    Ok(Some(Block::section("duties", "duties-title", lines)))
}
