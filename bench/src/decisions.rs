//! Whole decisions: labels, floors, clauses, transform, the same again for what is left, and the private receipt.

use std::sync::Arc;

use anyhow::Context as _;
use policy::agreement::{Agreement, FORMAT};
use policy::cedar::{ENGINE, schema_digest};
use policy::decision::{Active, Ask, Cache, Engine, Exposure, Subject};
use policy::floors::Floors;
use policy::labels::in_force;
use policy::receipt::PrivateReceipt;
use policy::vocabulary::Purpose;
use record::Record;
use record::digest::PartyId;
use record::json::{self, Json, Map};
use record::label::{LabelSet, Marks, Pap, Place, Tlp};
use record::time::Timestamp;

use crate::measure::{pair, single};
use crate::samples::{self, Party};
use crate::table::{Limit, Table};

/// Agreements in force, in the ordinary and in the large case.
const FEW: u32 = 100;
const MANY: u32 = 2_000;

/// Ten clauses of which the sixth lets the incident go. The place of `*` is taken by the two roles.
const CLAUSES: &str = r#"[
{"id":"1","policy":"forbid(principal, action, resource) when { context.pap == Pap::\"red\" };"},
{"id":"2","policy":"permit(principal, action, resource) when { context.kind == Kind::\"signals\" && context.tlp != Tlp::\"red\" };"},
{"id":"3","policy":"permit(principal, action, resource) when { context.kind == Kind::\"sighting\" };"},
{"id":"4","policy":"permit(principal, action, resource) when { context.kind == Kind::\"question\" && !context.foreign };"},
{"id":"5","policy":"permit(principal, action, resource) when { context.kind == Kind::\"answer\" && !context.foreign };"},
{"id":"6","policy":"permit(principal, action, resource) when { context.kind == Kind::\"incident\" && [Tlp::\"clear\", Tlp::\"green\", Tlp::\"amber\"].contains(context.tlp) };",
 "transform":{"drop":["deployer"],"twin":["occurred"]}},
{"id":"7","policy":"permit(principal, action, resource) when { context.kind == Kind::\"incident\" && context.tlp == Tlp::\"amber+strict\" };"},
{"id":"8","policy":"permit(principal, action, resource) when { context.kind == Kind::\"countermeasure\" };"},
{"id":"9","policy":"permit(principal, action, resource) when { context.kind == Kind::\"retraction\" };"},
{"id":"10","policy":"permit(principal, action, resource) when { context.tlp == Tlp::\"clear\" };"}]"#;

/// A node with agreements, and what is asked of it.
struct Scene {
    engine: Engine,
    subject: Subject,
    ask: Ask,
    exposure: Exposure,
}

pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    let party = Party::new()?;
    let text =
        samples::incident()?.replace("\"severity\":", "\"cause\":\"the lights\",\"disputed\":\"no\",\"severity\":");
    let record = party.sign(&samples::object(&text)?)?;
    let record = record.content();
    let (few, many) = (Scene::new(record, FEW)?, Scene::new(record, MANY)?);
    let permit = few.engine.decide(&few.subject, &few.ask, &few.exposure);
    let permit = permit.permit().context("the incident may go")?;
    let (fields, shown) = (few.subject.fields.len(), permit.shown.len());
    table.title(&format!("decisions: {fields} fields, 3 marks, 10 clauses; {shown} fields go; one core"));

    let labels = labels(record)?;
    let described = single(|| Subject::new(record, &in_force(record, record.issuer(), &[], &[], Some(&labels), &[])));
    table.figure("labels in force, and the record as decisions see it", described, "us", None);
    let whole = pair(|| few.whole(), || many.whole());
    let rate = |micros: f64| 1e6 / micros;
    table.figure("whole decision, 100 agreements", rate(whole.bare_us), "/s", Some(Limit::AtLeast(5_000.0)));
    table.figure("whole decision, 2,000 agreements", rate(whole.whole_us), "/s", None);
    let share = 100.0 * whole.whole_us / whole.bare_us;
    table.figure("2,000 agreements beside 100", share, "% of time", Some(Limit::AtMost(120.0)));
    let decided = single(|| few.engine.decide(&few.subject, &few.ask, &few.exposure));
    table.figure("of it, without the receipt", decided, "us", None);
    let mut cache = Cache::new();
    let again = single(|| cache.decide(&few.engine, &few.subject, &few.ask, &few.exposure));
    table.figure("the same decision again, from the cache", rate(again), "/s", Some(Limit::AtLeast(50_000.0)));
    Ok(())
}

impl Scene {
    fn new(record: &Record, count: u32) -> anyhow::Result<Self> {
        let own = record.issuer();
        let agreements: Vec<_> = (0..count).map(|number| agreement(own, number)).collect::<Result<_, _>>()?;
        let asked = agreements.get(agreements.len() / 2).context("an agreement")?.digest();
        let active = agreements.into_iter().map(|one| {
            let since = one.from();
            Active::new(Arc::new(one), since)
        });
        let engine = Engine::new(own, Floors::new(&[])?, active.collect())?;
        let ask = Ask::new(asked, Purpose::IncidentResponse, "Anna Visser", noon()?);
        let exposure = engine.counters(&ask).into_iter().map(|name| (name, 7)).collect();
        let subject = Subject::new(record, &in_force(record, record.issuer(), &[], &[], Some(&labels(record)?), &[]));
        Ok(Self { engine, subject, ask, exposure })
    }

    fn whole(&self) -> PrivateReceipt {
        let decision = self.engine.decide(&self.subject, &self.ask, &self.exposure);
        PrivateReceipt::of((&self.engine, &self.subject, &self.ask, &self.exposure), &decision, &[5; 32])
    }
}

fn noon() -> anyhow::Result<Timestamp> {
    Ok("2026-08-14T12:00:00Z".parse()?)
}

/// Green as a whole, two fields at amber, and one that holds names.
fn labels(record: &Record) -> anyhow::Result<LabelSet> {
    let amber = Marks::new(Tlp::Amber, Pap::Green);
    let names = Marks::new(Tlp::Green, Pap::Clear).with_tags(["personal-data:contact".parse()?]);
    let mut labels = LabelSet::new(record.digest());
    labels.join_at(&Place::Whole, &Marks::new(Tlp::Green, Pap::Clear));
    for (name, marks) in [("description", &amber), ("model", &amber), ("ai_involvement", &names)] {
        let ending = format!("/{name}");
        let place = record.places().iter().find(|path| path.as_str().ends_with(&ending)).context("a place")?;
        labels.join_at(&Place::At(place.clone()), marks);
    }
    Ok(labels)
}

fn agreement(own: PartyId, number: u32) -> anyhow::Result<Agreement> {
    let mut octets = [0x5a; 32];
    octets.iter_mut().zip(number.to_be_bytes()).for_each(|(place, octet)| *place = octet);
    let member =
        |role: &str, party: PartyId| Json::from(Map::new().with("role", role).with("party", party.to_string()));
    let members = vec![member("sender", own), member("recipient", PartyId::from_octets(octets))];
    let worded = |text: &str| Map::new().with("en", text);
    let language = Map::new().with("language", "en").with("is_authentic", Json::Bool(true));
    let count = |value: i64| Json::integer(value).unwrap_or(Json::Null);
    let text = Map::new()
        .with("format", FORMAT)
        .with("engine", ENGINE)
        .with("schema", record::base64url::encode(&schema_digest()))
        .with("title", worded("On incidents and signals"))
        .with("languages", Json::Array(vec![language.into()]))
        .with("prevails", "en")
        .with("parties", Json::Array(members))
        .with("from", "2026-07-01T00:00:00Z")
        .with("until", "2027-07-01T00:00:00Z")
        .with("zone", "UTC")
        .with("keep_days", count(365))
        .with("head_every_minutes", count(60))
        .with("clauses", clauses()?)
        .with("examples", Json::Array(Vec::new()));
    Ok(Agreement::from_map(text)?)
}

fn clauses() -> anyhow::Result<Json> {
    let Json::Array(clauses) = json::parse(CLAUSES.as_bytes())? else { anyhow::bail!("not a list") };
    let roles = || Json::Array(["sender", "recipient"].map(Json::text).to_vec());
    let budget = Map::new().with("category", "all").with("counted", "records").with("per", "month");
    let budget = budget.with("at_most", Json::integer(10_000).unwrap_or(Json::Null));
    let purposes = Json::Array(["incident-response", "misuse-defence"].map(Json::text).to_vec());
    let owed = Map::new().with("purposes", purposes).with("onward", "organisation").with("budget", budget);
    let finish = |clause: Json| {
        let Json::Object(clause) = clause else { return clause };
        let permits = clause.text("policy").is_some_and(|policy| policy.starts_with("permit"));
        let words = Map::new().with("en", "What the policy says, in words.");
        let clause = clause.with("text", words).with("from", roles()).with("to", roles());
        if permits { clause.with("obligations", owed.clone()).into() } else { clause.into() }
    };
    Ok(Json::Array(clauses.into_iter().map(finish).collect()))
}
