//! What a record costs beyond its signature.

use anyhow::Context as _;
use record::entropy::SystemEntropy;
use record::json::{self, Json, Map};
use record::key_history::{KeyHistory, Moment};
use record::key_record::{KeyRecordDraft, PartyKeys, Purpose, RecoveryKey};
use record::kind::Kind;
use record::stix::StixObject;
use record::suite::{PrivateKey, Suite};
use record::time::Timestamp;
use record::{Author, Draft, Selection, Unverified};

use crate::measure::pair;
use crate::table::{Limit, Table};

/// A record of eight properties: what a retraction or a small note is.
const THIN: &str = r#"{"type":"note","id":"note--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f10","created":"2026-07-01T03:10:00.000Z",
"modified":"2026-07-01T03:10:00.000Z","created_by_ref":"identity--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f11",
"content":"The earlier note named the wrong model.","abstract":"correction","lang":"en"}"#;

/// An incident of 1.7 kB: eleven properties of the core, fourteen of the extension, three twins and a version.
const INCIDENT: &str = r#"{"type":"incident","spec_version":"2.1","id":"incident--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f12",
"created":"2026-07-01T03:10:00.000Z","modified":"2026-07-01T03:10:00.000Z",
"created_by_ref":"identity--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f11","lang":"en","confidence":80,
"name":"A delivery robot blocked the way of an ambulance for four minutes","description":"DESCRIPTION",
"extensions":{"EXTENSION":{"extension_type":"property-extension","occurred":"2026-06-30T21:04:00Z",
"discovered":"2026-06-30T21:09:00Z","aware":"2026-07-01T01:00:00Z","place":{"country":"NL","locality":"Utrecht"},
"system":"pavement delivery robot","model":"way-finder 7, build 2026.3","developer":"Example Robotics",
"deployer":"Example Deliveries","autonomy":"drives alone, called back by a person","severity":"serious incident",
"people_affected":3,"ai_involvement":"the planner treated the flashing lights as glare and stood still",
"actions_taken":"robots stay off that street at night; the planner was trained again"}}}"#;

struct Party {
    history: KeyHistory,
    key: PrivateKey,
}

pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    let party = party()?;
    let extension =
        Kind::of("incident").and_then(|kind| kind.extension).context("the incident kind has an extension")?;
    let incident =
        INCIDENT.replace("EXTENSION", extension).replace("DESCRIPTION", &"It stood across the gate. ".repeat(26));
    measure(table, &party, "thin record", THIN, 12.0, 12.0)?;
    measure(table, &party, "incident", &incident, 25.0, 30.0)
}

fn party() -> anyhow::Result<Party> {
    let mut entropy = SystemEntropy::new();
    let (keys, recovery) = (PartyKeys::generate(&mut entropy)?, RecoveryKey::generate(&mut entropy)?);
    let always = (Timestamp::from_micros(0), Timestamp::from_micros(1 << 52));
    let entries = keys.entries(always.0, always.1)?;
    let first = KeyRecordDraft::new(always.0, entries).sign_first(&recovery.commitment(), &keys)?;
    let seed = *keys.get(Purpose::Record, Suite::Ed25519).context("a record key")?.seed();
    Ok(Party {
        history: KeyHistory::begin(first.envelope().clone())?,
        key: PrivateKey::from_seed(Suite::Ed25519, &seed)?,
    })
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
    let Json::Object(object) = json::parse(text.as_bytes())? else { anyhow::bail!("not an object") };
    let object = StixObject::from_map(object)?;
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
