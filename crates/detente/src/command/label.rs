//! `detente label`: put, list, lower.

mod restated;

use policy::decision::{FieldRole, Subject};
use policy::labels::Declassification;
use record::json::{Json, Map};
use record::label::{Label, Marks, Place, Recipients};

use crate::arguments::{LabelCommand, LabelListArguments, LabelLowerArguments, LabelPutArguments, MarksArguments};
use crate::command::log::{Signing, batch_of, own_object};
use crate::command::record::places;
use crate::command::release::publish::EPOCH;
use crate::command::target;
use crate::holdings::Holdings;
use crate::home::Home;
use crate::node;
use crate::outcome::{Done, Failure};
use crate::report::Report;

use restated::Restated;
use storage::Batch;

pub(crate) fn run(command: LabelCommand, report: &mut Report) -> Done {
    match command {
        LabelCommand::Put(arguments) => put(&arguments, report),
        LabelCommand::List(arguments) => list(&arguments, report),
        LabelCommand::Lower(arguments) => lower(&arguments, report),
    }
}

/// The marks that the arguments name.
pub(crate) fn marks(arguments: &MarksArguments) -> Marks {
    let recipients = if arguments.nobody || !arguments.recipients.is_empty() {
        Recipients::Only(arguments.recipients.iter().copied().collect())
    } else {
        Recipients::Anyone
    };
    Marks::new(arguments.tlp, arguments.pap)
        .with_tags(arguments.tags.iter().cloned())
        .with_origins(arguments.origins.iter().copied())
        .with_recipients(recipients)
}

/// Marks in one line.
pub(crate) fn say_marks(marks: &Marks) -> String {
    let mut words = vec![format!("TLP {}", marks.tlp()), format!("PAP {}", marks.pap())];
    words.extend(marks.tags().iter().map(ToString::to_string));
    words.extend(marks.origins().iter().map(|party| format!("from {party}")));
    match marks.recipients() {
        Recipients::Anyone => {}
        Recipients::Only(parties) if parties.is_empty() => words.push("for nobody".to_owned()),
        Recipients::Only(parties) => words.extend(parties.iter().map(|party| format!("for {party}"))),
    }
    words.join(", ")
}

fn put(arguments: &LabelPutArguments, report: &mut Report) -> Done {
    let node = Signing::open(&arguments.node)?;
    let home = Home::open(&arguments.node.dir)?;
    let mut holdings = Holdings::read(&node.store, &home)?;
    let held = target::find(&arguments.record, &holdings)?;
    let place = match arguments.place.as_deref() {
        None | Some("*") => Place::Whole,
        Some(text) => Place::At(places::find(text, held.record.content())?),
    };
    let label = Label::new(held.record.digest(), place, marks(&arguments.marks));
    let signed = node.sign(own_object("detente-label", label.to_map())?)?;
    holdings.count_label(&signed);
    let restated = restated::of(&node, &holdings, &held)?;
    let committed = node.commit(with_entries(batch_of(&signed)?, &restated))?;
    report.fact("label", signed.digest().to_string());
    report.fact("about", label.about().to_string());
    report.fact("place", label.at().to_string());
    report.fact("marks", say_marks(label.marks()));
    if let Some(twin) = uncovered_twin(label.at()) {
        report.warn(&format!(
            "its coarse twin `{twin}` is not covered by this label; label /aside/{twin} too if it tells as much"
        ));
    }
    report.fact("logged_as", crate::command::log::number(committed.entries.first().map_or(0, |place| place.index)));
    tell(&restated, report);
    Ok(())
}

/// Label and entries are one commit: nobody is told of marks that do not hold, or not told of some that do.
fn with_entries(batch: Batch, restated: &Restated) -> Batch {
    restated.entries.iter().fold(batch, |batch, entry| batch.feed(EPOCH, entry))
}

fn tell(restated: &Restated, report: &mut Report) {
    for (log, index) in &restated.about {
        report.line(format!(
            "Entry {index} of the feed {log} showed some of it: its members are told the marks that hold now."
        ));
    }
    for (log, index) in &restated.unlabelled {
        report.warn(&format!("entry {index} of the feed {log} showed a part that has a tag now, or no label, which its members are not told: recall it"));
    }
    if !restated.about.is_empty() {
        report
            .line("To have it deleted there: detente release recall PROPOSAL --reason over-shared --by NAME --dir DIR");
    }
    let rows = restated
        .about
        .iter()
        .map(|(log, index)| Json::from(Map::new().with("feed", log.as_str()).with("index", Json::count(*index))));
    report.data("restated", Json::Array(rows.collect()));
}

/// The coarse twin that stands beside a labelled place and is not under the label.
fn uncovered_twin(at: &Place) -> Option<&'static str> {
    match at {
        Place::Whole => None,
        Place::At(path) => policy::vocabulary::twin_of(&path.last()),
    }
}

fn list(arguments: &LabelListArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    let store = node::open_to_read(&home, &home.history()?)?;
    let holdings = Holdings::read(&store, &home)?;
    let held = target::find(&arguments.record, &holdings)?;
    let mut rows = Vec::new();
    for label in holdings.labels_of(held.record.digest())? {
        let lowered = holdings.lowered([label.digest])?.pop();
        let marks = lowered.as_ref().map_or_else(|| label.label.marks(), |one| one.becomes.marks());
        let author = holdings.ring.name(label.author).unwrap_or("unknown party");
        let note = lowered
            .as_ref()
            .map(|one| format!("  (lowered by {}: {})", one.approved_by, one.reason))
            .unwrap_or_default();
        report.line(format!("{}  {}  {}  by {author}{note}", label.digest, label.label.at(), say_marks(marks)));
        let row = Map::new().with("label", label.digest.to_string()).with("place", label.label.at().to_string());
        rows.push(Json::from(row.with("marks", say_marks(marks)).with("author", label.author.to_string())));
    }
    let in_force = holdings.in_force(held.record.content())?;
    report.line("\nIn force:");
    let fields = Subject::new(held.record.content(), &in_force).fields;
    let fields = fields.iter().filter(|field| field.role != FieldRole::History).map(|field| {
        let marks = field.marks.as_ref().map_or_else(|| "unlabelled: stays here".to_owned(), say_marks);
        report.line(format!("  {:<60} {marks}", field.path.as_str()));
        Json::from(Map::new().with("place", field.path.as_str()).with("marks", marks))
    });
    let fields = fields.collect();
    for id in &in_force.lacking {
        report.line(format!("  unknown marking {id}: the record counts as unlabelled"));
    }
    report.data("labels", Json::Array(rows));
    report.data("in_force", Json::Array(fields));
    Ok(())
}

fn lower(arguments: &LabelLowerArguments, report: &mut Report) -> Done {
    let node = Signing::open(&arguments.node)?;
    let home = Home::open(&arguments.node.dir)?;
    let mut holdings = Holdings::read(&node.store, &home)?;
    let label = holdings.label(arguments.label)?.ok_or_else(|| {
        Failure::input(format!("the log holds no label {}", arguments.label))
            .advise("`detente label list RECORD --dir DIR` shows the labels on a record")
    })?;
    let becomes = marks(&arguments.marks);
    let lowered = Declassification::new(&label, holdings.own, becomes, &arguments.reason, &arguments.by);
    let lowered = lowered.map_err(Failure::refused)?;
    let signed = node.sign(own_object("detente-declassification", lowered.to_map())?)?;
    let held = holdings.find(&label.label.about())?;
    holdings.count_declassification(&signed);
    let restated = held.map_or_else(|| Ok(Restated::default()), |held| restated::of(&node, &holdings, &held))?;
    let _committed = node.commit(with_entries(batch_of(&signed)?, &restated))?;
    report.fact("declassification", signed.digest().to_string());
    report.fact("label", arguments.label.to_string());
    report.fact("marks", say_marks(lowered.becomes.marks()));
    tell(&restated, report);
    Ok(())
}
