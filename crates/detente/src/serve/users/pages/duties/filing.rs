//! The form of a stage: what is missing, what has to be written, how it stands, and freezing it.

use std::collections::BTreeMap;

use access::Right;
use duties::form::{Document, FieldState, Filing, Form as Blank, Origin};
use duties::{Answer, Language, Reckoned, Stage};
use pages::{Block, Field, Form, Inline, Page, Say, Tone, Typed};

use super::super::shared::{parted, ways};
use super::super::{Asked, Made, NoPage, act};
use super::book::Scene;
use super::words::{both, by_when, source};
use crate::duty_book::{DutyBook, Gathered};

/// The name of the form that writes.
const FORM: &str = "file";

/// The member that takes what is written, by fields of the form.
const WRITE: &str = "write";

pub(in super::super) fn page(asked: &Asked<'_>) -> Made {
    let scene = Scene::of(asked)?;
    let book = scene.book()?;
    let gathered = book.facts_of(&scene.case.id)?;
    let answers = book.answers(&gathered.facts, asked.ask.now);
    let (duty, stage) = (format!("{}/{}", asked.part(1)?, asked.part(2)?), asked.part(3)?);
    let answer = answers.iter().find(|answer| answer.duty.path == duty).ok_or(NoPage::Hidden)?;
    let stage = answer.duty.stage(stage).ok_or(NoPage::Hidden)?;
    let filing = Filled { scene: &scene, book: &book, gathered: &gathered, answer, stage };
    let page = Page::new("duties-file-title").and(act::done(asked.ask)).with(filing.places()).with(filing.head());
    let forms = duties::form::fitting(&filing.path(), stage.form.as_deref())
        .map_err(|faults| NoPage::Failed(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))?;
    let wanted = asked.query("form");
    let Some(blank) = forms.iter().find(|form| Some(form.id.as_str()) == wanted).or_else(|| forms.first()) else {
        return Ok(page.with(Block::notice(Tone::Watch, "duties-no-form")));
    };
    Ok(page.and(filing.blocks(&forms, blank)?))
}

/// A stage with what is known of it.
struct Filled<'f> {
    scene: &'f Scene<'f>,
    book: &'f DutyBook<'f>,
    gathered: &'f Gathered,
    answer: &'f Answer<'f>,
    stage: &'f Stage,
}

impl Filled<'_> {
    /// `PACK/DUTY/STAGE`.
    fn path(&self) -> String {
        format!("{}/{}", self.answer.duty.path, self.stage.id)
    }

    /// Its page.
    fn page(&self) -> String {
        format!("{}/file/{}", self.scene.path(), self.path())
    }

    fn places(&self) -> Block {
        let path = self.scene.path();
        ways([(path.clone(), "duties-of-link"), (format!("{path}/filings"), "duties-filings")])
    }

    fn head(&self) -> Block {
        let duty = self.answer.duty;
        let clock = self.answer.due().and_then(|due| due.clock(&self.stage.id)).map(|clock| &clock.reckoned);
        let when = match clock {
            Some(Reckoned::By(by)) => by_when(self.scene.asked.ask.now, by.due),
            Some(Reckoned::WithoutDelay { .. }) => vec![Inline::Text(Say::Word("duties-at-once"))],
            Some(Reckoned::WaitsFor { .. } | Reckoned::Undetermined { .. } | _) | None => {
                vec![Inline::Text(Say::Word("duties-no-stage"))]
            }
        };
        let what = [vec![Inline::Text(both(&duty.label))], vec![Inline::Text(both(&self.stage.label))]];
        Block::Facts(vec![
            (
                "duties-incident".into(),
                vec![Inline::link(format!("/incidents/{}", self.scene.case.id), self.scene.title.clone())],
            ),
            ("duties-what".into(), parted(what)),
            ("duties-by-when".into(), when),
            ("duties-tell".into(), vec![Inline::Text(both(&duty.recipient))]),
            ("duties-channel".into(), vec![Inline::Text(both(&duty.channel))]),
            ("duties-written".into(), source(&duty.source)),
        ])
    }

    fn blocks(&self, forms: &[Blank], blank: &Blank) -> Made<Vec<Block>> {
        let asked = self.scene.asked;
        let language = language(asked);
        let is_last = asked.query("last") == Some("true");
        let newest = self.scene.case.newest(asked.open.party()).ok_or(NoPage::Hidden)?;
        let filing = Filing::new(&newest.incident, &self.gathered.facts, self.answer, &self.stage.id, asked.ask.now);
        let filing = if is_last { filing.as_last() } else { filing };
        let filled = blank.fill(&filing, &written(asked.ask.form.as_ref()));
        let missing = filled.missing.len();
        let tone = if missing == 0 { Tone::Good } else { Tone::Watch };
        let mut blocks = vec![Block::notice(tone, Say::count("duties-missing", missing))];
        let unsaid = filled.unsaid(self.book.packs().dictionary());
        let lines = unsaid.iter().filter(|one| one.state == FieldState::Missing).map(|one| {
            let mut line = vec![Inline::Strong(both(&one.field.label))];
            line.extend(
                one.questions
                    .iter()
                    .filter(|question| **question != one.field.label)
                    .map(|one| Inline::Text(both(one))),
            );
            line.extend(one.field.from.iter().filter_map(|origin| self.way(origin)));
            line
        });
        let lines: Vec<_> = lines.collect();
        blocks.extend(
            (!lines.is_empty()).then(|| Block::section("missing", "duties-missing-caption", vec![Block::List(lines)])),
        );
        blocks.push(self.write(blank, language, is_last).into());
        blocks.push(Block::Fold(
            Say::Word("duties-file-choose"),
            vec![self.choose(forms, blank, language, is_last).into()],
        ));
        blocks.push(Block::section("filled", "duties-filled", document(&filled.document(language))));
        Ok(blocks)
    }

    /// Where what is missing can be said: a question about the incident, or the incident itself.
    fn way(&self, origin: &Origin) -> Option<Inline> {
        match origin {
            Origin::Fact(id) if !id.contains(':') => {
                Some(Inline::link(format!("{}?fact={id}#questions", self.scene.path()), "duties-questions"))
            }
            Origin::Property(_) if self.scene.asked.may(Right::Write) => {
                Some(Inline::link(format!("/incidents/{}/edit", self.scene.case.id), "case-edit"))
            }
            Origin::Property(_) | Origin::Fact(_) | Origin::Answer(_) | Origin::Written | _ => None,
        }
    }

    fn choose(&self, forms: &[Blank], blank: &Blank, language: Language, is_last: bool) -> Form {
        let choices = forms.iter().map(|form| (form.id.clone(), both(&form.title))).collect();
        let tongues = [("en", "duties-language-en"), ("zh-Hans", "duties-language-zh-Hans")];
        let tongues = tongues.map(|(tag, say)| (tag.to_owned(), Say::Word(say))).to_vec();
        Form::query("choose", self.page())
            .titled("duties-file-choose", "duties-file-choose-button")
            .field(Field::choice("form", "duties-form", choices).value(&blank.id))
            .field(Field::choice("language", "duties-language", tongues).value(language.tag()))
            .field(Field::flag("last", "duties-file-last").value(is_last))
    }

    /// What only a person can say, and freezing it.
    fn write(&self, blank: &Blank, language: Language, is_last: bool) -> Form {
        let here = format!(
            "{}?form={}&language={}{}",
            self.page(),
            blank.id,
            language.tag(),
            if is_last { "&last=true" } else { "" }
        );
        let form = Form::command(FORM, "duties form file", here)
            .titled("duties-write-title", "duties-write-button")
            .helped("duties-write-help")
            .given("incident", &self.scene.case.id)
            .given("stage", self.path())
            .given("form~", &blank.id)
            .given("language", language.tag());
        let form = if is_last { form.given("last", "true") } else { form };
        let written = blank.fields().filter(|field| field.from.contains(&Origin::Written));
        written
            .fold(form, |form, field| form.field(to_write(field)))
            .field(Field::area("incomplete", "duties-incomplete").helped("duties-incomplete-help"))
            .bound([
                self.gathered.facts.to_json().to_text(),
                self.answer.pack.digest_text(),
                // A filing prints words of the incident too, so another version of it is another filing.
                self.gathered.version.map(|digest| digest.to_string()).unwrap_or_default(),
            ])
            .then(format!("{}/filings", self.scene.path()))
            .previewed()
            .saved()
    }
}

fn to_write(field: &duties::form::Field) -> Field {
    let name = format!("{WRITE}:{}", field.id);
    if field.choices.is_empty() {
        return Field::area(name, both(&field.label));
    }
    let none = (String::new(), Say::Word("duties-nothing-said"));
    let choices = field.choices.iter().map(|(code, label)| (code.clone(), both(label)));
    Field::choice(name, both(&field.label), std::iter::once(none).chain(choices).collect())
}

/// What was typed, by the fields of the form.
fn written(typed: Option<&Typed>) -> BTreeMap<String, String> {
    let Some(typed) = typed.filter(|typed| typed.get("form") == Some(FORM)) else { return BTreeMap::new() };
    let fields = typed.iter().filter(|(_, text)| !text.trim().is_empty());
    let fields = fields.filter_map(|(name, text)| Some((name.split_once(':')?, text.trim())));
    fields.filter(|((member, _), _)| *member == WRITE).map(|((_, id), text)| (id.to_owned(), text.to_owned())).collect()
}

/// The language of the filing: the one that was chosen, or the reader's own.
fn language(asked: &Asked<'_>) -> Language {
    match (asked.query("language"), asked.ask.language) {
        (Some("en"), _) => Language::English,
        (Some("zh-Hans"), _) | (_, api::Language::Chinese) => Language::Chinese,
        (_, api::Language::English) => Language::English,
    }
}

/// A filing as it reads: section by section, field by field.
pub(super) fn document(document: &Document) -> Vec<Block> {
    let head = Block::Line(vec![Inline::content(document.title.as_str()), Inline::code(&document.form)]);
    let sections = document.sections.iter().flat_map(|section| {
        let facts = section.fields.iter().map(|field| {
            let said = parted(field.said.iter().map(|said| vec![Inline::content(said.words.as_str())]));
            let said = if said.is_empty() { vec![nothing(field.state)] } else { said };
            (Say::content(field.label.as_str()), said)
        });
        [Block::Line(vec![Inline::Strong(Say::content(section.label.as_str()))]), Block::Facts(facts.collect())]
    });
    std::iter::once(head).chain(sections).collect()
}

fn nothing(state: FieldState) -> Inline {
    match state {
        FieldState::Missing => Inline::tag(Tone::Grave, "duties-field-missing"),
        FieldState::ToFollow => Inline::tag(Tone::Watch, "duties-field-to-follow"),
        FieldState::LeftOut | FieldState::Said | _ => Inline::tag(Tone::Calm, "duties-nothing-said"),
    }
}
