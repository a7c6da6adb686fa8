//! `detente`: one binary for everything that a party does.
//!
//! This crate reads arguments, files and the clock, and calls the crates below it. It decides nothing about records.

mod accounts_file;
mod arguments;
mod cases;
mod clarifications;
mod clock;
mod command;
mod demo;
mod duty_book;
mod head_sources;
mod holdings;
mod home;
mod intake;
mod key_change;
mod key_log;
mod keyring;
mod keystore;
mod negotiations;
mod node;
mod node_keys;
mod operations;
mod outcome;
mod pairings;
mod partners;
mod peer_heads;
mod peers;
mod printing;
mod proposals;
mod quarantine;
mod report;
mod requests;
mod rules;
mod scanning;
mod searching;
mod serve;
mod standing;
mod statements;
mod wanted;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::{Arguments, Command};
use outcome::Done;
use report::Report;

/// The C library's allocator keeps seven small blocks of a size at hand; a record takes hundreds, and this one is a third
/// of a verification faster.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return arguments::refuse(&error),
    };
    let mut report = Report::new(arguments.json);
    let done = run(arguments.command, &mut report);
    match done.and(report.finish()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report.failure(&failure);
            failure.exit.into()
        }
    }
}

fn run(command: Command, report: &mut Report) -> Done {
    match command {
        Command::Init(init) => command::init::run(&init, report),
        Command::Record(record) => command::record::run(record, report),
        Command::Key(key) => command::key::run(&key, report),
        Command::Account(account) => command::account::run(account, report),
        Command::Token(token) => command::token::run(token, report),
        Command::Log(log) => command::log::run(log, report),
        Command::Partner(partner) => command::partner::run(partner, report),
        Command::Agreement(agreement) => command::agreement::run(agreement, report),
        Command::Release(release) => command::release::run(release, report),
        Command::Label(label) => command::label::run(label, report),
        Command::Incident(incident) => command::incident::run(&incident, report),
        Command::Report(one) => command::intake::run(&one, report),
        Command::Countermeasure(one) => command::countermeasure::run(&one, report),
        Command::Signal(signal) => command::signal::run(&signal, report),
        Command::Sighting(sighting) => command::sighting::run(&sighting, report),
        Command::Scan(scan) => command::scan::run(&scan, report),
        Command::Serve(arguments) => serve::run(&arguments, report),
        Command::Peer(peer) => command::peer::run(&peer, report),
        Command::Feed(feed) => command::feed::run(&feed, report),
        Command::Bundle(bundle) => command::bundle::run(&bundle, report),
        Command::Clarify(clarify) => command::clarify::run(&clarify, report),
        Command::Alarm(alarm) => command::alarm::run(&alarm, report),
        Command::Floor(floor) => command::floor::run(floor, report),
        Command::Import(import) => command::import::run(&import, report),
        Command::Export(export) => command::export::run(&export, report),
        Command::Verify(check) => command::check::run(&check, report),
        Command::Search(search) => command::search::run(&search, report),
        Command::Duties(duties) => command::duties::run(&duties, report),
        Command::Watch(watch) => command::watch::run(&watch, report),
        Command::Stix(stix) => command::stix::run(&stix, report),
        Command::Taxii(taxii) => command::taxii::run(&taxii, report),
        Command::Rebuild(rebuild) => command::rebuild::run(&rebuild, report),
        Command::Api(api) => command::api::run(&api, report),
        Command::Demo(demo) => demo::run(&demo, report),
    }
}
