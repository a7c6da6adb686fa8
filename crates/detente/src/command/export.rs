//! `detente export`: incidents as a file for other software on this machine.

use std::collections::BTreeMap;

use interop::Losses;
use interop::export::{Author, Written, bundle, flat, oecd};
use node::exchange::FeedState;
use record::digest::PartyId;
use record::entropy::{Entropy as _, SystemEntropy};
use record::json::{Json, Map};
use record::key_history::Moment;
use record::{Record, Signed, Unverified};
use storage::views::records;
use storage::{Body, LocalStore, LogName, Place, Store as _};

use crate::arguments::{ExportArguments, ExportForm};
use crate::clarifications::pulled;
use crate::command::log::split_body;
use crate::home::{Home, Readers, check_absent, write_whole};
use crate::keyring::Keyring;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::{clock, node as store_of, partners};

/// Incidents that are named before anything is written: what a person reads.
const NAMED_MAX: usize = 20;

/// The newest version of each incident, by author and id.
type Newest = BTreeMap<(PartyId, String), (i64, Map)>;

pub(crate) fn run(arguments: &ExportArguments, report: &mut Report) -> Done {
    check_absent(&arguments.out)?;
    let home = Home::open(&arguments.dir)?;
    let history = home.history()?;
    let own = history.party();
    let store = store_of::open_to_read(&home, &history)?;
    let ring = partners::ring(&home)?;
    let chosen = choose(arguments, &store, &ring, own)?;
    let (authors, incidents) = apart(chosen, &ring);
    let written = write(arguments.form, &authors, &incidents)?;
    report.fact("incidents", Json::count(incidents.len()));
    print_names(&incidents, report);
    print_losses(&written.losses, report);
    if !arguments.yes {
        report.fact("written", Json::Bool(false));
        report.line(
            "\nNothing was written. The file is your own view, and NO AGREEMENT COVERS IT once it is handed to others.",
        );
        report.line("To write it, run the same command with --yes");
        return Ok(());
    }
    write_whole(&arguments.out, written.text.trim_end_matches('\n'), Readers::Owner)?;
    report.fact("written", arguments.out.display().to_string());
    report.line("\nNo agreement covers this file once it is handed to others. To show an incident to a partner: detente release");
    Ok(())
}

fn choose(arguments: &ExportArguments, store: &LocalStore, ring: &Keyring, own: PartyId) -> Done<Newest> {
    let mut newest = Newest::new();
    let with_others = arguments.all || !arguments.ids.is_empty();
    take_log(store, ring, &LogName::node(), &mut newest)?;
    if with_others {
        for state in FeedState::all(store).map_err(Failure::environment)? {
            take_log(store, ring, &pulled(&state)?, &mut newest)?;
        }
    } else {
        newest.retain(|(author, _), _| *author == own);
    }
    for id in &arguments.ids {
        if !newest.keys().any(|(_, known)| known == id) {
            return Err(Failure::input(format!("no incident `{id}` is here"))
                .advise("list what is here with: detente log list"));
        }
    }
    newest.retain(|(_, id), _| arguments.ids.is_empty() || arguments.ids.contains(id));
    if newest.is_empty() {
        return Err(Failure::input("there is no incident to export"));
    }
    Ok(newest)
}

/// Takes the incidents of a log. What shows no id cannot be named in a file, and what does not hold says nothing.
fn take_log(store: &LocalStore, ring: &Keyring, log: &LogName, newest: &mut Newest) -> Done {
    for index in records::of_types(store, log, &[incident::INCIDENT_TYPE]).map_err(store_of::fail)? {
        let Some(record) = open(store, ring, log, index)? else { continue };
        let content = record.content();
        let Some(id) = content.object().text("id") else { continue };
        // A part of a record that came back from somebody must not stand in the place of the whole one.
        let version = content.aside().version().unwrap_or(i64::MIN);
        let entry =
            newest.entry((content.issuer(), id.to_owned())).or_insert_with(|| (version, content.object().clone()));
        if version > entry.0 || (version == entry.0 && content.object().len() > entry.1.len()) {
            *entry = (version, content.object().clone());
        }
    }
    Ok(())
}

fn open(store: &LocalStore, ring: &Keyring, log: &LogName, index: u64) -> Done<Option<Signed<Record>>> {
    let body = store.bodies(&[Place::new(log.clone(), index)]).map_err(store_of::fail)?.pop();
    let Some(Body::Kept(body)) = body else { return Ok(None) };
    let record = split_body(&body).and_then(|(_, text)| Unverified::read(text).ok());
    Ok(record.and_then(|record| ring.verify(record, Moment::AsNamed).ok()))
}

/// The authors, each once, and the incidents.
fn apart(chosen: Newest, ring: &Keyring) -> (Vec<Author>, Vec<Map>) {
    let mut parties: Vec<PartyId> = chosen.keys().map(|(author, _)| *author).collect();
    parties.dedup();
    let name = |party: PartyId| ring.name(party).unwrap_or_default().to_owned();
    let authors = parties.iter().map(|party| Author::new(&party.identity(), &party.to_string(), &name(*party)));
    (authors.collect(), chosen.into_values().map(|(_, object)| object).collect())
}

fn write(form: ExportForm, authors: &[Author], incidents: &[Map]) -> Done<Written> {
    Ok(match form {
        ExportForm::Stix => bundle(&bundle_id()?, &clock::now().to_string(), authors, incidents),
        ExportForm::Oecd => oecd(incidents),
        ExportForm::Csv => flat(incidents),
    })
}

pub(super) fn bundle_id() -> Done<String> {
    let mut octets = [0; 16];
    SystemEntropy::new().fill(&mut octets).map_err(Failure::environment)?;
    Ok(format!("bundle--{}", uuid::Builder::from_random_bytes(octets).into_uuid()))
}

fn print_names(incidents: &[Map], report: &mut Report) {
    let ids = incidents.iter().filter_map(|incident| incident.text("id")).map(Json::from).collect();
    report.data("ids", Json::Array(ids));
    for incident in incidents.iter().take(NAMED_MAX) {
        let (id, name) = (incident.text("id").unwrap_or_default(), incident.text("name").unwrap_or("(no name)"));
        report.line(format!("  {id}  {name}"));
    }
    if incidents.len() > NAMED_MAX {
        report.line(format!("  and {} more", incidents.len().saturating_sub(NAMED_MAX)));
    }
}

fn print_losses(losses: &Losses, report: &mut Report) {
    report.data("losses", losses.to_json());
    for (field, loss) in losses.iter() {
        report.line(format!("no place for {field}: {} incidents; {}", loss.rows, loss.why));
    }
}
