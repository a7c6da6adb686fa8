//! `detente record verify`: what holds, what that proves, and what it does not.

use record::key_history::Moment;
use record::{Record, Signed};

use super::{count, read_record};
use crate::arguments::VerifyArguments;
use crate::clock;
use crate::keyring::Keyring;
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(super) fn run(arguments: &VerifyArguments, report: &mut Report) -> Done {
    let ring = Keyring::read(&arguments.keys)?;
    let moment = moment(arguments)?;
    let signed = ring.verify(read_record(&arguments.record)?, moment).map_err(advise_about_time)?;
    print(&signed, report);
    Ok(())
}

fn advise_about_time(failure: Failure) -> Failure {
    if failure.advice.is_some() {
        return failure;
    }
    failure.advise("if only the key's time is at fault, --at TIME or --as-named checks the rest")
}

fn moment(arguments: &VerifyArguments) -> Done<Moment> {
    if arguments.as_named {
        return Ok(Moment::AsNamed);
    }
    let Some(time) = &arguments.at else { return Ok(Moment::At(clock::now())) };
    time.parse().map(Moment::At).map_err(Failure::input)
}

fn print(signed: &Signed<Record>, report: &mut Report) {
    let record = signed.content();
    report.fact("verdict", "signed, unlogged");
    report.fact("record_digest", record.digest().to_string());
    report.fact("signed_by", record.issuer().to_string());
    report.fact("key_record", record.key_record().to_string());
    if let Some(author) = record.relayed_for() {
        report.fact("relayed_for", author);
    }
    report.fact("shown", count(signed.envelope().disclosures().len()));
    report.line("\nProved: this party's keys signed this record, and every shown value is as it was signed.");
    report.line("Not proved: when it was signed (that needs a log), that what it says is true, what it withholds.");
}
