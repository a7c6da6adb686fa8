//! Which duties an incident of each kind would bring about for our system, before one happens; and who we are, which they hang on.

use access::Right;
use duties::{About, Answer, Both, Dictionary, Facts, Packs, Preview, StandingWord};
use pages::{Arg, Block, Field, Form, Inline, Page, Say};

use super::super::shared::{parted, ways};
use super::super::{Asked, Made, act};
use super::asking::{Answered, TAKE_BACK, field};
use super::known;
use super::standing::{counts, tag};
use super::words::{both, facts_words, no_advice};
use crate::duty_book::{DutyBook, Gathered};

/// The name of the form, and the page.
const FORM: &str = "profile";
const PAGE: &str = "/duties/preview";

pub(in super::super) fn page(asked: &Asked<'_>) -> Made {
    let (keys, now) = (asked.open.keys.get(), asked.ask.now);
    let book = DutyBook::read(asked.cases(keys.ring()), &[], now)?;
    let profile = book.profile()?;
    let packs = book.packs();
    let typed = Answered::read(packs.dictionary(), FORM, asked.ask.form.as_ref());
    let facts = with_profile(&profile, &typed, packs.dictionary());
    let previews = packs.preview(&facts, now);
    let weighed = if typed.is_empty() { Vec::new() } else { weighed(&typed, packs, &profile.facts, &previews, now) };
    let mut page = Page::new("duties-preview").and(act::done(asked.ask)).with(no_advice()).with(places());
    if asked.may(Right::Duties) {
        let form = form(packs.dictionary(), &profile).weighed(weighed);
        page = page.with(Block::Fold(form.title.clone(), vec![form.into()]));
    }
    let known = known::blocks(asked, &book, &profile, None);
    page = page.with(Block::section("profile-known", "duties-profile-known", known));
    let kinds = previews.iter().map(|preview| kind(packs.dictionary(), preview)).collect();
    Ok(page.with(Block::section("kinds", "duties-kinds", kinds)))
}

fn places() -> Block {
    ways([("/duties".to_owned(), "duties-calendar"), ("/duties/packs".to_owned(), "duties-packs")])
}

/// The profile with what was typed, and without what was taken back.
fn with_profile(profile: &Gathered, typed: &Answered, dictionary: &Dictionary) -> Facts {
    let mut facts = profile.facts.clone();
    for index in typed.taken_back.iter().filter_map(|id| dictionary.find(id)) {
        drop(facts.set(index, None));
    }
    facts.with(&typed.facts)
}

/// Everything that is known of us and of the system, or could be.
fn form(dictionary: &Dictionary, profile: &Gathered) -> Form {
    let form = Form::command(FORM, "duties profile", PAGE)
        .titled("duties-profile-title", "duties-profile-button")
        .helped("duties-profile-help");
    let ours = dictionary.facts().filter(|(_, fact)| matches!(fact.about, About::Actor | About::System));
    let form = ours.fold(form, |form, (index, fact)| form.field(field(fact, profile.facts.get(index))));
    let known: Vec<_> = profile.facts.known().filter_map(|(index, _)| dictionary.fact(index)).collect();
    let known: Vec<_> = known.into_iter().map(|fact| (fact.id.clone(), both(&fact.label))).collect();
    if known.is_empty() {
        return form;
    }
    form.field(Field::many(TAKE_BACK, "duties-take-back", known).helped("duties-take-back-help"))
}

/// The kinds of incident for which what was typed changes something.
fn weighed(
    typed: &Answered,
    packs: &Packs,
    before: &Facts,
    after: &[Preview<'_>],
    now: record::time::Timestamp,
) -> Vec<Block> {
    let before = packs.preview(before, now);
    let mut lines = typed.faults(packs.dictionary());
    let pairs = before.iter().zip(after);
    let changed = pairs.filter(|(before, after)| standings(&before.answers) != standings(&after.answers));
    let changed: Vec<_> = changed.map(|(_, after)| after).collect();
    let head = if changed.is_empty() { "duties-no-change" } else { "duties-would-change" };
    lines.extend(
        changed
            .into_iter()
            .map(|preview| parted([vec![Inline::Text(both(&preview.kind.label))], counts(&preview.answers)])),
    );
    let mut blocks =
        vec![Block::Line(vec![Inline::Strong(Say::Word(head)), Inline::Text(Say::Word("duties-not-saved"))])];
    blocks.extend((!lines.is_empty()).then_some(Block::List(lines)));
    blocks
}

fn standings(answers: &[Answer<'_>]) -> Vec<(StandingWord, bool)> {
    answers.iter().map(|answer| (answer.standing.word(), !answer.contested.is_empty())).collect()
}

/// A kind of incident: how many duties, and which.
fn kind(dictionary: &Dictionary, preview: &Preview<'_>) -> Block {
    let is = |word: StandingWord| preview.answers.iter().filter(|one| one.standing.word() == word).count();
    let title = titled(&preview.kind.label, is(StandingWord::Due), is(StandingWord::Undetermined));
    let mut lines: Vec<Vec<Inline>> = Vec::new();
    for word in [StandingWord::Due, StandingWord::Undetermined, StandingWord::Displaced] {
        lines.extend(preview.answers.iter().filter(|one| one.standing.word() == word).map(|one| line(dictionary, one)));
    }
    let inner = if lines.is_empty() { Block::line("duties-kind-none") } else { Block::List(lines) };
    Block::Fold(title, vec![inner])
}

fn line(dictionary: &Dictionary, answer: &Answer<'_>) -> Vec<Inline> {
    let duty = answer.duty;
    let mut line = vec![tag(answer.standing.word(), !answer.contested.is_empty()), Inline::Text(both(&duty.label))];
    line.extend([Inline::Text(both(&answer.pack.jurisdiction_label)), Inline::code(&duty.path)]);
    let first = duty.stages.first().into_iter().flat_map(|stage| &stage.deadlines);
    line.extend(first.map(|deadline| Inline::Text(both(&deadline.label))));
    if answer.standing.word() == StandingWord::Undetermined {
        line.push(Inline::Text(Say::Word("duties-hangs-on")));
        line.extend(facts_words(dictionary, &answer.standing.missing()));
    }
    line
}

/// The words of a kind with its numbers, in both languages.
fn titled(label: &Both, due: usize, open: usize) -> Say {
    let number = |count: usize| Arg::Number(i64::try_from(count).unwrap_or(i64::MAX));
    let spoken = |language: api::Language, label: &str| {
        let values = vec![("kind", Arg::Text(label.to_owned())), ("due", number(due)), ("open", number(open))];
        Say::With("duties-kind", values).text(language)
    };
    Say::Both([spoken(api::Language::English, &label.en), spoken(api::Language::Chinese, &label.zh)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_told_with_its_numbers_in_both_languages() {
        let say = titled(&Both::new("A person dies", "有人死亡"), 2, 1);
        assert_eq!(say.text(api::Language::English), "A person dies: 2 due, 1 undetermined");
        assert_eq!(say.text(api::Language::Chinese), "有人死亡：应当履行2项，尚不能确定1项");
    }

    #[test]
    fn each_kind_names_its_duties() {
        let now: record::time::Timestamp = "2027-12-03T00:00:00Z".parse().unwrap();
        let packs = duties::shipped::packs("2026-11-30".parse().unwrap()).unwrap();
        let json = br#"{"system.training_compute":"3e26","actor.roles":["frontier_developer"],"system.high_risk_annex_iii":true}"#;
        let facts = Facts::parse(packs.dictionary(), json).unwrap();
        let blocks: Vec<_> = packs.preview(&facts, now).iter().map(|one| kind(packs.dictionary(), one)).collect();
        assert_eq!(blocks.len(), packs.dictionary().kinds().len());
        let text = format!("{blocks:?}");
        assert!(text.contains("us-ca-sb53/report-15-days") && text.contains("15 days"), "{text}");
    }
}
