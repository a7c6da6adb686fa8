//! `detente export`: incidents as a file for other software on this machine.

use std::collections::BTreeMap;
use std::path::Path;

use interop::Losses;
use interop::export::{Author, Written, bundle, flat, oecd};
use interop::misp::{Audience, Event, FeedFile, Sender, event_of, feed};
use node::exchange::FeedState;
use record::digest::{PartyId, RecordDigest};
use record::entropy::{Entropy as _, SystemEntropy};
use record::json::{Json, Map};
use record::key_history::Moment;
use record::{Record, Signed, Unverified};
use storage::views::records;
use storage::{Body, LocalStore, LogName, Place, Store as _};

use crate::arguments::{ExportArguments, ExportForm};
use crate::clarifications::pulled;
use crate::command::log::split_body;
use crate::holdings::Holdings;
use crate::home::{Home, Readers, check_absent, write_whole};
use crate::keyring::Keyring;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::{clock, node as store_of, partners};

/// Incidents that are named before anything is written: what a person reads.
const NAMED_MAX: usize = 20;

/// The newest version of each incident, by author and id.
type Newest = BTreeMap<(PartyId, String), Version>;

/// A version of an incident.
struct Version {
    number: i64,
    object: Map,
    digest: RecordDigest,
}

/// What is written: a file, or the files of a folder.
enum Output {
    File(Written),
    Folder(Vec<FeedFile>, Losses),
}

impl Output {
    const fn losses(&self) -> &Losses {
        match self {
            Self::File(written) => &written.losses,
            Self::Folder(_, losses) => losses,
        }
    }
}

pub(crate) fn run(arguments: &ExportArguments, report: &mut Report) -> Done {
    check_absent(&arguments.out)?;
    let home = Home::open(&arguments.dir)?;
    let history = home.history()?;
    let own = history.party();
    let store = store_of::open_to_read(&home, &history)?;
    let ring = partners::ring(&home)?;
    let chosen = choose(arguments, &store, &ring, own)?;
    let written = write(arguments.form, &chosen, &ring, || Holdings::read(&store, &home))?;
    let incidents: Vec<Map> = chosen.into_values().map(|version| version.object).collect();
    report.fact("incidents", Json::count(incidents.len()));
    print_names(&incidents, report);
    print_losses(written.losses(), report);
    if !arguments.yes {
        report.fact("written", Json::Bool(false));
        report.line(
            "\nNothing was written. The file is your own view, and NO AGREEMENT COVERS IT once it is handed to others.",
        );
        report.line("To write it, run the same command with --yes");
        return Ok(());
    }
    match &written {
        Output::File(written) => write_whole(&arguments.out, written.text.trim_end_matches('\n'), Readers::Owner)?,
        Output::Folder(files, _) => write_folder(&arguments.out, files)?,
    }
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
        let key = (content.issuer(), id.to_owned());
        let is_newer = newest.get(&key).is_none_or(|known| {
            version > known.number || (version == known.number && content.object().len() > known.object.len())
        });
        if is_newer {
            let found = Version { number: version, object: content.object().clone(), digest: record.digest() };
            drop(newest.insert(key, found));
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

/// The authors, each once.
fn authors(chosen: &Newest, ring: &Keyring) -> Vec<Author> {
    let mut parties: Vec<PartyId> = chosen.keys().map(|(author, _)| *author).collect();
    parties.dedup();
    let name = |party: PartyId| ring.name(party).unwrap_or_default().to_owned();
    let authors = parties.iter().map(|party| Author::new(&party.identity(), &party.to_string(), &name(*party)));
    authors.collect()
}

/// `holdings` are read where labels are asked, and nowhere else: what is not to be labelled must not fail for a label.
fn write<'s>(
    form: ExportForm,
    chosen: &Newest,
    ring: &Keyring,
    holdings: impl FnOnce() -> Done<Holdings<'s>>,
) -> Done<Output> {
    let incidents: Vec<Map> = chosen.values().map(|version| version.object.clone()).collect();
    Ok(match form {
        ExportForm::Stix => {
            let authors = authors(chosen, ring);
            Output::File(bundle(&bundle_id()?, &clock::now().to_string(), &authors, &incidents))
        }
        ExportForm::Oecd => Output::File(oecd(&incidents)),
        ExportForm::Csv => Output::File(flat(&incidents)),
        ExportForm::Misp => one_file(&events(chosen, &holdings()?)?),
        ExportForm::MispFeed => folder(events(chosen, &holdings()?)?)?,
    })
}

/// The incidents as events, under the labels in force here. What has no label has no tag of TLP, and the report says so.
fn events(chosen: &Newest, holdings: &Holdings<'_>) -> Done<(Vec<Event>, Losses)> {
    let (mut events, mut losses) = (Vec::new(), Losses::new());
    for ((author, _), version) in chosen {
        let held = holdings.find(&version.digest)?;
        let in_force = held.map(|held| holdings.in_force(held.record.content())).transpose()?;
        let marks = in_force.filter(|found| found.lacking.is_empty()).and_then(|found| found.labels.whole());
        let name = holdings.ring.name(*author).map_or_else(|| author.to_string(), str::to_owned);
        let sender =
            Sender::new(&author.identity(), &name, Audience::OwnOrganisation).map_err(|error| failed(&error))?;
        events.push(event_of(&version.object, marks.as_ref(), &sender, &mut losses).map_err(|error| failed(&error))?);
    }
    Ok((events, losses))
}

fn failed(error: &interop::FieldError) -> Failure {
    Failure::input(format!("`{}` {}", error.field, error.reason))
}

/// Events as one answer of a MISP.
fn one_file((events, losses): &(Vec<Event>, Losses)) -> Output {
    let all = Json::Array(events.iter().map(|event| Json::Object(event.to_map())).collect());
    let text = format!("{}\n", Json::Object(Map::new().with("response", all)).to_text());
    Output::File(Written::new(text, losses.clone()))
}

/// Events as a feed.
fn folder((events, losses): (Vec<Event>, Losses)) -> Done<Output> {
    let files = feed(&events, &Audience::OwnOrganisation).map_err(Failure::input)?.collect();
    Ok(Output::Folder(files, losses))
}

/// Writes the files of a feed, its list last: a folder that was cut off has no list, and no MISP takes it for a feed.
fn write_folder(folder: &Path, files: &[FeedFile]) -> Done {
    // The files in it are for their owner alone.
    std::fs::create_dir(folder)
        .map_err(|error| Failure::environment(format!("cannot make `{}`: {error}", folder.display())))?;
    for file in files {
        let text = std::str::from_utf8(&file.octets).map_err(Failure::environment)?;
        write_whole(&folder.join(&file.path), text.trim_end_matches('\n'), Readers::Owner)?;
    }
    Ok(())
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
