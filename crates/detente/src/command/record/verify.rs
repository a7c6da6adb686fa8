//! `detente record verify`: what holds, what that proves, and what it does not.

use record::key_history::Moment;
use record::{Record, Signed};

use super::{count, read_record};
use crate::arguments::VerifyArguments;
use crate::clock;
use crate::keyring::Keyring;
use crate::outcome::Done;
use crate::report::Report;

pub(super) fn run(arguments: &VerifyArguments, report: &mut Report) -> Done {
    let ring = Keyring::read(&arguments.keys)?;
    let moment = moment(arguments);
    let record = read_record(&arguments.record)?;
    let signed = ring.verify(record.clone(), moment).map_err(|failure| {
        // Only what holds under the keys as named can be a matter of time.
        let is_about_time = failure.advice.is_none() && ring.verify(record, Moment::AsNamed).is_ok();
        if is_about_time {
            failure.advise("everything else holds: see it with --at TIME or --as-named")
        } else {
            failure
        }
    })?;
    print(&signed, ring.name(signed.content().issuer()), report);
    Ok(())
}

fn moment(arguments: &VerifyArguments) -> Moment {
    if arguments.as_named {
        return Moment::AsNamed;
    }
    Moment::At(arguments.at.unwrap_or_else(clock::now))
}

fn print(signed: &Signed<Record>, name: Option<&str>, report: &mut Report) {
    let record = signed.content();
    report.fact("verdict", "signed, unlogged");
    report.fact("record_digest", record.digest().to_string());
    report.fact("signed_by", record.issuer().to_string());
    if let Some(name) = name {
        report.fact("calls_itself", name);
    }
    report.fact("key_record", record.key_record().to_string());
    if let Some(author) = record.relayed_for() {
        report.fact("relayed_for", author);
    }
    report.fact("shown", count(signed.envelope().disclosures().len()));
    report.line("\nProved: this party's keys signed this record, and every shown value is as it was signed.");
    report.line("Not proved: when it was signed (that needs a log), that what it says is true, what it withholds.");
}
