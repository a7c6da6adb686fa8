//! `detente record sign`: a STIX object becomes a record.

use record::entropy::SystemEntropy;
use record::json::{self, Json, Map};
use record::key_history::{KeyHistory, Moment};
use record::key_record::{PartyKeys, Use};
use record::stix::{Class, StixObject};
use record::suite::PrivateKey;
use record::{Author, Draft};

use super::{check_output, count, read_record, write_record};
use crate::arguments::SignArguments;
use crate::clock;
use crate::home::{Home, read_input};
use crate::keystore;
use crate::outcome::{Done, Failure};
use crate::report::{Report, one_line};

pub(super) fn run(arguments: &SignArguments, report: &mut Report) -> Done {
    check_output(&arguments.output)?;
    let home = Home::open(&arguments.dir)?;
    let history = home.history()?;
    let draft = draft(arguments, &history)?;
    if arguments.dry_run {
        preview(&draft, &history.party().identity(), report);
        return Ok(());
    }
    let keys = keystore::open(&home, &arguments.passphrase)?;
    let signers = signers(&history, &keys)?;
    let author = Author::new(history.party(), history.head().digest(), &signers);
    let signed = draft.sign(&author, &mut SystemEntropy::new()).map_err(Failure::refused)?;
    write_record(signed.envelope(), &arguments.output, report)?;
    if arguments.output.out.is_some() || report.is_json() {
        report.fact("record_digest", signed.digest().to_string());
        report.fact("signed_by", history.party().to_string());
        report.fact("disclosures", count(signed.envelope().disclosures().len()));
        report.fact("bytes", count(signed.envelope().to_json().len()));
    }
    Ok(())
}

/// The private keys that the key record in force requires for records.
fn signers<'k>(history: &KeyHistory, keys: &'k PartyKeys) -> Done<Vec<&'k PrivateKey>> {
    let head = history.head().digest();
    let required = history.keys_in_force(&head, Use::Record, Moment::At(clock::now()));
    let required =
        required.map_err(|error| Failure::refused(error).advise("this key cannot sign any more: rotate it"))?;
    let find = |id| keys.keys().find(|key| key.public().id() == id);
    let found: Option<Vec<_>> = required.iter().map(|key| find(key.id())).collect();
    found.ok_or_else(|| {
        Failure::environment("the private keys here are not those of the key record in force")
            .advise("restore keys.json from the same backup as profile.json")
    })
}

fn draft(arguments: &SignArguments, history: &KeyHistory) -> Done<Draft> {
    let object = read_object(&arguments.object)?;
    let draft = match &arguments.after {
        None => Ok(Draft::new(object)),
        Some(path) => {
            let before = read_record(path)?.verify(history, Moment::AsNamed).map_err(Failure::refused)?;
            let version = before.content().aside().version().ok_or_else(|| {
                Failure::input("the record before this one withholds its version").advise("give the whole record")
            })?;
            if before.content().object().text("id") != Some(object.id().as_str()) {
                return Err(Failure::input("the record before this one is about another object"));
            }
            Draft::after(object, version.saturating_add(1), before.digest())
        }
    };
    let members: Done<Vec<_>> = arguments.members.iter().map(|path| read_object(path)).collect();
    let members = members?;
    draft.and_then(|draft| draft.with_members(members)).map_err(Failure::input)
}

/// Reads an object, and gives it an id and times where it has none.
fn read_object(path: &std::path::Path) -> Done<StixObject> {
    let wrong = |problem: String| Failure::input(format!("`{}`: {problem}", path.display()));
    let object = json::parse(&read_input(path)?).map_err(|error| wrong(error.to_string()))?;
    let Json::Object(mut object) = object else { return Err(wrong("it is not a JSON object".to_owned())) };
    complete(&mut object);
    StixObject::from_map(object).map_err(|error| wrong(error.to_string()))
}

fn complete(object: &mut Map) {
    let Some(object_type) = object.text("type").map(str::to_owned) else { return };
    if !object.contains("id") {
        let mut octets = [0; 16];
        if record::entropy::Entropy::fill(&mut SystemEntropy::new(), &mut octets).is_ok() {
            let uuid = uuid::Builder::from_random_bytes(octets).into_uuid();
            object.set("id", format!("{object_type}--{uuid}"));
        }
    }
    if record::stix::class_of(object) != Class::Observable {
        let now = clock::now().to_string();
        for name in ["created", "modified"] {
            if !object.contains(name) {
                object.set(name, now.as_str());
            }
        }
    }
}

/// Says what a signature would cover. Nothing is signed.
fn preview(draft: &Draft, author: &str, report: &mut Report) {
    report.fact("kind", draft.kind().map_or("without a table of its own", |kind| kind.name));
    report.line("\nEach of these would disclose by itself:");
    let mut names = Vec::new();
    for (name, value) in draft.object().iter() {
        preview_property("/object", name, value, report);
        for (id, extension) in value.as_object().filter(|_| name == "extensions").into_iter().flat_map(Map::iter) {
            let at = format!("/object/extensions/{id}");
            let properties = extension.as_object().into_iter().flat_map(Map::iter);
            properties.for_each(|(name, value)| preview_property(&at, name, value, report));
        }
        names.push(Json::from(name));
    }
    if draft.object().contains("created") && !draft.object().contains("created_by_ref") {
        report.line(format!("  /object/created_by_ref  ({author}, added for you)"));
        names.push(Json::from("created_by_ref"));
    }
    report.data("properties", Json::Array(names));
    if !draft.twins().is_empty() {
        report.line("\nCoarse twins that would be signed beside them:");
        for (name, value) in draft.twins().iter() {
            report.line(format!("  /aside/{name} = {value}"));
        }
    }
    report.data("twins", draft.twins());
    report.line("\nNothing was signed.");
}

fn preview_property(at: &str, name: &str, value: &Json, report: &Report) {
    report.line(format!("  {}/{}  ({})", one_line(at), one_line(name), value.form()));
}
