//! What can be done with an incident on its own page: how far it has come, what annotators say, how it is marked, what it
//! belongs to.

use access::Right;
use incident::taxonomy::Taxonomy;
use incident::{COUNTERMEASURE_TYPE, Outcome, Setting, Stage};
use pages::{Block, Field, Form, Say};
use policy::explain::Language;
use policy::vocabulary::Care;
use record::json::Map;
use record::label::{Pap, Tlp};

use super::super::Made;
use super::super::shared::{choices, cut, must_choose};
use super::facts::property;
use super::labels::value_words;
use super::{Scene, links};
use crate::cases::Links;

pub(super) fn blocks(scene: &Scene<'_>, links: &Links) -> Made<Vec<Block>> {
    let (may_write, may_label) = (scene.asked.may(Right::Write), scene.asked.may(Right::Label));
    let fold = |form: Form| Block::Fold(form.title.clone(), vec![form.into()]);
    let mut forms = Vec::new();
    if may_write {
        forms.extend(scene.ours().is_some().then(|| stage(scene, links)));
    }
    if may_label {
        forms.extend(marking(scene)?);
    }
    if may_write {
        forms.extend(label(scene));
        forms.extend([related(scene), report(scene), merge(scene, links)?, split(scene, links)?]);
        forms.extend(unlink(scene, links));
        forms.extend([tried(scene), tried_new(scene)]);
    }
    let blocks: Vec<_> = forms.into_iter().map(fold).collect();
    Ok((!blocks.is_empty()).then(|| Block::section("do", "case-do", blocks)).into_iter().collect())
}

fn form(scene: &Scene<'_>, id: &str, command: &'static str, title: &'static str, button: &'static str) -> Form {
    Form::command(id, command, scene.path()).titled(title, button)
}

fn reason() -> Field {
    Field::area("reason", "case-reason").required().helped("case-reason-help")
}

fn stage(scene: &Scene<'_>, links: &Links) -> Form {
    let now = scene.ours().and_then(|version| version.incident.facts().stage);
    let stages = Stage::ALL.iter().copied().filter(|stage| Some(*stage) != now && *stage != Stage::Initial);
    form(scene, "stage", "incident stage", "case-stage", "case-stage-button")
        .helped("case-stage-help")
        .given("incident", &scene.seen.case.id)
        .field(Field::choice("stage", "incidents-stage", must_choose("stage", stages.map(Stage::name))).required())
        .field(Field::area("reason", "case-reason").helped("case-stage-reason-help"))
        .bound(scene.state(Some(links), &[]))
        .previewed()
}

/// A marking on the version that is shown: on all of it, or on one property.
fn marking(scene: &Scene<'_>) -> Made<Option<Form>> {
    let (newest, seen) = scene.newest()?;
    if !seen.places.iter().any(|place| place.log == storage::LogName::node()) {
        return Ok(None);
    }
    let object = newest.incident.object();
    let own = newest.incident.extension().map(names).unwrap_or_default();
    let places = ["name", "description", "external_references"].into_iter().filter(|name| object.contains(name));
    let places = places.map(str::to_owned).chain(own).map(|name| (name.clone(), property(&name)));
    let whole = std::iter::once((String::new(), Say::Word("case-mark-whole")));
    let tags = Care::ALL.iter().map(|care| (care.name().to_owned(), tag_words(care.name())));
    Ok(Some(
        form(scene, "mark", "label put", "case-mark", "case-mark-button")
            .helped("case-mark-help")
            .given("record", newest.digest)
            .field(Field::choice("tlp", "incidents-tlp", must_choose("tlp", Tlp::ALL.map(Tlp::name))).required())
            .field(Field::choice("pap", "case-mark-pap", must_choose("pap", Pap::ALL.map(Pap::name))))
            .field(Field::choice("place", "case-mark-place", whole.chain(places).collect()))
            .field(Field::many("tag", "case-mark-tags", tags.collect())),
    ))
}

fn names(map: &Map) -> Vec<String> {
    map.iter().map(|(name, _)| name.to_owned()).filter(|name| name != "extension_type").collect()
}

/// What a reason for care is called.
pub(super) fn tag_words(name: &str) -> Say {
    name.parse::<Care>().map_or_else(
        |_| Say::sign(name),
        |care| Say::both([Language::English, Language::Chinese].map(|language| care.meaning(language))),
    )
}

/// What a field of the neutral taxonomy is called.
pub(super) fn field_words(code: &str) -> Say {
    Say::known("taxonomy-field", &code.replace('_', "-"))
}

/// Labels in the words of the taxonomy that is built in. Other taxonomies are for programs and the command line.
fn label(scene: &Scene<'_>) -> Option<Form> {
    let taxonomy = Taxonomy::neutral().ok()?;
    let start = form(scene, "label", "incident label", "case-label", "case-label-button").helped("case-label-help");
    let form = taxonomy.fields.iter().fold(start.given("incident", &scene.seen.case.id), |form, field| {
        let values = field.values.iter().map(|value| (format!("{}={}", field.code, value.code), value_words(value)));
        form.field(Field::many("value", field_words(&field.code), values.collect()))
    });
    Some(
        form.field(Field::line("confidence", "case-label-confidence").helped("case-label-confidence-help"))
            .field(reason()),
    )
}

fn related(scene: &Scene<'_>) -> Form {
    form(scene, "related", "incident link", "case-related", "case-related-button")
        .helped("case-related-help")
        .given("from", &scene.seen.case.id)
        .given("as", "related-not-same")
        .field(Field::line("to", "case-other-id").required().helped("case-other-id-help"))
        .field(reason())
}

fn report(scene: &Scene<'_>) -> Form {
    form(scene, "report", "incident link", "case-report", "case-report-button")
        .given("to", &scene.seen.case.id)
        .given("as", "reports")
        .field(Field::line("from", "case-report-id").required())
        .field(reason())
}

fn merge(scene: &Scene<'_>, links: &Links) -> Made<Form> {
    let others = scene.typed("to")?;
    let form = form(scene, "merge", "incident merge", "case-merge", "case-merge-button")
        .helped("case-merge-help")
        .given("from", &scene.seen.case.id)
        .field(Field::line("to", "case-other-id").required().helped("case-other-id-help"))
        .field(reason())
        .bound(scene.state(Some(links), &others.iter().collect::<Vec<_>>()))
        .previewed();
    Ok(form)
}

fn split(scene: &Scene<'_>, links: &Links) -> Made<Form> {
    let others = scene.typed("into")?;
    let form = form(scene, "split", "incident split", "case-split", "case-split-button")
        .helped("case-split-help")
        .given("from", &scene.seen.case.id)
        .field(Field::area("into", "case-split-into").required().helped("case-split-into-help"))
        .field(reason())
        .bound(scene.state(Some(links), &others.iter().collect::<Vec<_>>()))
        .previewed();
    Ok(form)
}

/// Links of ours that hold can be taken back.
fn unlink(scene: &Scene<'_>, links: &Links) -> Option<Form> {
    let own = scene.asked.open.party();
    let here = links::here(scene, links);
    let ours = here.into_iter().filter(|one| one.author == own && links.holds(one.digest));
    let named: Vec<_> = ours
        .filter_map(|one| {
            let link = one.link.as_ref()?;
            let is_from = *link.from() == scene.seen.case.id;
            let other = if is_from { link.to() } else { link.from() };
            let says = links::link_words(link.word(), is_from).text(scene.asked.ask.language);
            Some((one.digest.to_string(), Say::content(cut(&format!("{says} {other}")))))
        })
        .collect();
    (!named.is_empty()).then(|| {
        form(scene, "unlink", "incident unlink", "case-unlink", "case-unlink-button")
            .field(Field::choice("statement", "case-unlink-which", named).required())
            .field(reason())
            .bound(scene.state(Some(links), &[]))
            .previewed()
    })
}

fn tried(scene: &Scene<'_>) -> Form {
    form(scene, "tried", "countermeasure link", "case-tried-link", "case-tried-link-button")
        .given("against", &scene.seen.case.id)
        .field(
            Field::line("id", "case-tried-id")
                .required()
                .value(scene.asked.query("tried").unwrap_or_default())
                .helped(Say::with("case-tried-id-help", "type", COUNTERMEASURE_TYPE)),
        )
        .field(reason())
}

fn tried_new(scene: &Scene<'_>) -> Form {
    let outcomes = choices("outcome", "case-not-said", Outcome::ALL.iter().map(|one| one.name()));
    let settings = choices("setting", "case-not-said", Setting::ALL.iter().map(|one| one.name()));
    form(scene, "tried-new", "countermeasure new", "case-tried-new", "case-tried-new-button")
        .helped("case-tried-new-help")
        .field(Field::line("title", "property-name").required())
        .field(Field::area("description", "property-description"))
        .field(Field::area("steps", "case-tried-steps"))
        .field(Field::choice("outcome", "case-tried-outcome", outcomes))
        .field(Field::area("measured", "case-tried-measured"))
        .field(Field::choice("setting", "case-tried-setting", settings))
        .field(Field::line("by", "case-tried-by"))
        .field(Field::area("side_effects", "case-tried-side-effects"))
        .field(Field::area("conditions", "case-tried-conditions"))
        .saved()
        .then(format!("{}?tried={{countermeasure}}#tried", scene.path()))
}
