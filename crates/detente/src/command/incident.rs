//! `detente incident`: the incident desk.

pub(crate) mod candidates;
mod edit;
mod handover;
mod label;
mod link;
mod list;
mod new;
mod show;
pub(crate) mod timeline;
mod translate;
mod trend;
mod typed;
mod words;

use std::path::Path;

use incident::PropertyError;
use record::digest::PartyId;
use record::json::Json;
use record::stix::StixId;
use record::{Record, Signed};
use storage::LocalStore;

use super::log::{Signing, batch_of, number};
use crate::arguments::{IncidentCommand, NodeArguments};
use crate::cases::Cases;
use crate::duty_book::batch_of_all;
use crate::home::Home;
use crate::keyring::Keyring;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::{node, partners};

pub(crate) fn run(command: &IncidentCommand, report: &mut Report) -> Done {
    match command {
        IncidentCommand::New(arguments) => new::run(arguments, report),
        IncidentCommand::Edit(arguments) => edit::run(arguments, report),
        IncidentCommand::Stage(arguments) => edit::stage(arguments, report),
        IncidentCommand::Show(arguments) => show::run(arguments, report),
        IncidentCommand::List(arguments) => list::run(arguments, report),
        IncidentCommand::Link(arguments) => link::link(arguments, report),
        IncidentCommand::Unlink(arguments) => link::unlink(arguments, report),
        IncidentCommand::Merge(arguments) => link::merge(arguments, report),
        IncidentCommand::Split(arguments) => link::split(arguments, report),
        IncidentCommand::Label(arguments) => label::run(arguments, report),
        IncidentCommand::Translate(arguments) => translate::run(arguments, report),
        IncidentCommand::Timeline(arguments) => timeline::run(arguments, report),
        IncidentCommand::Candidates(arguments) => candidates::run(arguments, report),
        IncidentCommand::Trend(arguments) => trend::run(arguments, report),
        IncidentCommand::Handover(arguments) => handover::run(arguments, report),
    }
}

/// A node that is read.
pub(crate) struct Reading {
    pub(crate) store: LocalStore,
    pub(crate) ring: Keyring,
    pub(crate) own: PartyId,
}

impl Reading {
    pub(crate) fn open(dir: &Path) -> Done<Self> {
        let home = Home::open(dir)?;
        let history = home.history()?;
        let store = node::open_to_read(&home, &history)?;
        Ok(Self { store, ring: partners::ring(&home)?, own: history.party() })
    }

    pub(crate) const fn cases(&self) -> Cases<'_> {
        Cases::new(&self.store, &self.ring, self.own)
    }
}

/// A node that signs.
pub(super) struct Desk {
    pub(super) node: Signing,
    ring: Keyring,
}

impl Desk {
    pub(super) fn open(arguments: &NodeArguments) -> Done<Self> {
        let node = Signing::open(arguments)?;
        let ring = partners::ring(&Home::open(&arguments.dir)?)?;
        Ok(Self { node, ring })
    }

    pub(super) const fn ring(&self) -> &Keyring {
        &self.ring
    }

    pub(super) fn own(&self) -> PartyId {
        self.node.history.party()
    }

    pub(super) fn cases(&self) -> Cases<'_> {
        Cases::new(&self.node.store, &self.ring, self.own())
    }

    /// Logs signed records in one commit, and says where the first of them lies.
    pub(super) fn log_all(&self, records: &[Signed<Record>], report: &mut Report) -> Done {
        let committed = self.node.commit(batch_of_all(records)?)?;
        if let Some(record) = records.first() {
            report.fact("record_digest", record.digest().to_string());
        }
        report.fact("logged_as", number(committed.entries.first().map_or(0, |place| place.index)));
        report.data("made", Json::Bool(true));
        Ok(())
    }

    /// Logs a signed record, and says where.
    pub(super) fn log(&self, record: &Signed<Record>, report: &mut Report) -> Done {
        let committed = self.node.commit(batch_of(record)?)?;
        report.fact("record_digest", record.digest().to_string());
        report.fact("logged_as", number(committed.entries.first().map_or(0, |place| place.index)));
        report.data("made", Json::Bool(true));
        Ok(())
    }
}

/// Says that nothing was signed: because it was not asked for, or because it stands there already.
pub(super) fn made_nothing(why: &str, report: &mut Report) {
    report.line(format!("\n{why} Nothing was signed."));
    report.data("made", Json::Bool(false));
}

/// A fresh id of a type.
pub(super) fn fresh_id(object_type: &str) -> Done<StixId> {
    let mut octets = [0; 16];
    record::entropy::Entropy::fill(&mut record::entropy::SystemEntropy::new(), &mut octets)
        .map_err(Failure::environment)?;
    let id = format!("{object_type}--{}", uuid::Builder::from_random_bytes(octets).into_uuid());
    id.parse().map_err(Failure::environment)
}

/// What is wrong with a property, as a command says it.
#[expect(clippy::needless_pass_by_value, reason = "so that `map_err(wrong)` takes an error as it comes")]
pub(super) fn wrong(error: PropertyError) -> Failure {
    Failure::input(&error)
}
