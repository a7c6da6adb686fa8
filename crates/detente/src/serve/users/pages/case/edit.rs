//! The next version of an incident of ours.

use access::Right;
use incident::{EventKind, Incident, List, Moment, Severity, SubmitterRole, Text, TimeName};
use pages::{Block, Field, Form, Page, Tone};
use record::digest::RecordDigest;

use super::super::shared::choices;
use super::super::{Asked, Made, NoPage};
use super::Scene;
use super::facts::property;

pub(in super::super) fn page(asked: &Asked<'_>) -> Made {
    let scene = Scene::of(asked)?;
    let page = scene.page("case-edit");
    let Some(version) = scene.ours().filter(|_| asked.may(Right::Write)) else { return not_ours(&scene, page) };
    Ok(page.with(form(&scene, version.digest, &version.incident).into()))
}

/// Only an author makes versions; others write down an account of their own.
fn not_ours(scene: &Scene<'_>, page: Page) -> Made {
    if !scene.asked.may(Right::Write) {
        return Err(NoPage::Hidden);
    }
    let intake = vec![pages::Inline::Text("case-edit-not-ours".into()), pages::Inline::link("/intake", "nav-intake")];
    Ok(page.with(Block::Notice(Tone::Watch, intake)))
}

fn form(scene: &Scene<'_>, after: RecordDigest, incident: &Incident) -> Form {
    let start = Form::command("edit", "incident edit", format!("{}/edit", scene.path()))
        .then(scene.path())
        .titled("case-edit", "case-edit-button")
        .helped("case-edit-help")
        .given("incident", &scene.seen.case.id)
        .given("after", after);
    let form = fields(incident).into_iter().fold(start, Form::field);
    form.field(Field::area("set", "intake-set").helped("intake-set-help"))
        .field(Field::many("unset", "case-edit-unset", unset(incident)).helped("case-edit-unset-help"))
        .saved()
}

/// What can be taken away again.
fn unset(incident: &Incident) -> Vec<(String, pages::Say)> {
    let names = incident::property_names().filter(|name| !["stage", "stage_reason", "precision"].contains(name));
    names.filter(|name| incident.property(name).is_some()).map(|name| (name.to_owned(), property(name))).collect()
}

/// The fields of a report, with what stands in them.
fn fields(incident: &Incident) -> Vec<Field> {
    let facts = incident.facts();
    let text = |name| facts.text(name).unwrap_or_default();
    let lines = |lines: Vec<String>| lines.join("\n");
    // A time that would not read back as it was written stays out of the form, and so as it is.
    let same = |moment: &Moment| moment.to_string().parse().ok().as_ref() == Some(moment);
    let moment = |name| facts.moment(name).filter(same).map(|moment| moment.to_string()).unwrap_or_default();
    let harms = facts.lists.get(&List::HarmTypes).cloned().unwrap_or_default();
    let countries = facts.countries.iter().map(ToString::to_string).collect();
    let mut fields = asked_first();
    let values = [
        ("title", text(Text::Name).to_owned()),
        ("description", text(Text::Description).to_owned()),
        ("involvement", text(Text::AiInvolvement).to_owned()),
        ("kind", facts.event_kind.map(EventKind::name).unwrap_or_default().to_owned()),
        ("severity", facts.severity.map(Severity::name).unwrap_or_default().to_owned()),
        ("role", facts.submitter_role.map(SubmitterRole::name).unwrap_or_default().to_owned()),
        ("harm", lines(harms.into_iter().collect())),
        ("country", lines(countries)),
        ("occurred", moment(TimeName::Occurred)),
        ("aware", moment(TimeName::Aware)),
        ("system", text(Text::System).to_owned()),
    ];
    for (name, value) in values {
        for field in fields.iter_mut().filter(|field| field.name == name) {
            field.values = vec![value.clone()];
        }
    }
    fields
}

/// What a report is asked, the most needed first: the seven criteria that the OECD's framework wants in every one, and what a duty
/// officer needs next.
pub(in super::super) fn asked_first() -> Vec<Field> {
    let kinds = choices("kind", "case-not-said", EventKind::ALL.iter().map(|one| one.name()));
    let severities = choices("severity", "case-not-said", Severity::ALL.iter().map(|one| one.name()));
    let roles = choices("role", "case-not-said", SubmitterRole::ALL.iter().map(|one| one.name()));
    vec![
        Field::line("title", "intake-title-field").helped("intake-title-help"),
        Field::area("description", "intake-description").helped("intake-description-help"),
        Field::area("involvement", "intake-involvement").helped("intake-involvement-help"),
        Field::choice("role", "intake-role", roles),
        Field::area("source", "intake-source").helped("intake-source-help"),
        Field::choice("severity", "intake-severity", severities).helped("intake-severity-help"),
        Field::area("harm", "intake-harm").helped("intake-harm-help"),
        Field::choice("kind", "incidents-kind", kinds),
        Field::line("occurred", "property-occurred").helped("intake-time-help"),
        Field::line("aware", "property-aware").helped("intake-time-help"),
        Field::area("country", "intake-country").helped("intake-country-help"),
        Field::line("system", "property-system"),
    ]
}
