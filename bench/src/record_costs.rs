//! What a record costs beyond its signature.

use anyhow::Context as _;
use record::entropy::SystemEntropy;
use record::json::Map;
use record::key_history::Moment;
use record::stix::StixObject;
use record::{Author, Draft, Selection, Unverified};

use crate::measure::pair;
use crate::samples::{self, Party};
use crate::table::{Limit, Table};

pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    let party = Party::new()?;
    let incident = samples::incident()?;
    measure(table, &party, "thin record", samples::THIN, 12.0, 12.0)?;
    measure(table, &party, "incident", &incident, 25.0, 30.0)
}

#[expect(clippy::cast_precision_loss, reason = "sizes of some kilobytes")]
fn measure(
    table: &mut Table,
    party: &Party,
    name: &str,
    text: &str,
    sign_us: f64,
    verify_us: f64,
) -> anyhow::Result<()> {
    let object = samples::object(text)?;
    let keys = [&party.key];
    let author = Author::new(party.history.party(), party.history.head().content().digest(), &keys);
    let mut entropy = SystemEntropy::new();
    let signed = Draft::new(object.clone()).sign(&author, &mut entropy)?;
    let sealed = signed.present(&Selection::nothing())?;
    let body = signed.envelope().to_json();
    let header = signed.envelope().signatures().first().context("a signature")?.header();
    let input = signed.envelope().signing_input(header);
    let signature = party.key.sign(&input)?;

    let count = signed.envelope().disclosures().len();
    table.title(&format!("record: {name}, {} octets of compact JSON, {count} disclosures", compact(&object)));
    table.figure("payload", signed.envelope().payload().len() as f64, "octets", None);
    table.figure("everything shown", body.len() as f64, "octets", None);
    table.figure("sealed", sealed.envelope().to_json().len() as f64, "octets", None);
    let shown = body.len() - sealed.envelope().to_json().len();
    table.figure("per disclosure", shown as f64 / count as f64, "octets", None);

    let sign = pair(
        || party.key.sign(&input),
        || Draft::new(object.clone()).sign(&author, &mut entropy).map(|signed| signed.envelope().to_json()),
    );
    table.figure("bare Ed25519 signature over the same octets", sign.bare_us, "us", None);
    table.figure("sign, from object to text", sign.whole_us, "us", None);
    table.figure(
        &format!("{name}: signing costs over the bare signature"),
        sign.over_us(),
        "us",
        Some(Limit::AtMost(sign_us)),
    );

    let verify = pair(
        || party.key.public().verify(&input, &signature),
        || Unverified::read(body.as_bytes()).and_then(|record| record.verify(&party.history, Moment::AsNamed)),
    );
    table.figure("bare strict Ed25519 verification", verify.bare_us, "us", None);
    table.figure("verify, from text to checked record", verify.whole_us, "us", None);
    let limit = Some(Limit::AtMost(verify_us));
    table.figure(&format!("{name}: verifying costs over the bare verification"), verify.over_us(), "us", limit);
    Ok(())
}

fn compact(object: &StixObject) -> usize {
    let members: Map = object.clone().into_map();
    members.to_text().len()
}
