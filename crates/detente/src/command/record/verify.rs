//! `detente record verify`: what holds, what that proves, and what it does not.

use record::key_history::Moment;
use record::{Record, Signed};

use super::{count, read_record};
use crate::arguments::VerifyArguments;
use crate::clock;
use crate::keyring::Keyring;
use crate::outcome::{Done, Failure};
use crate::report::{Report, one_line};
use crate::standing::Standing;

pub(super) fn run(arguments: &VerifyArguments, report: &mut Report) -> Done {
    let ring = Keyring::read(&arguments.keys)?;
    // First all that does not depend on time: the signatures, and every disclosure.
    let signed = ring.verify(read_record(&arguments.record)?, Moment::AsNamed)?;
    let history = ring.find(signed.content().issuer())?;
    let today = ring.standing(&signed)?;
    let grave = today.problem().filter(|_| today.is_grave());
    if let Some(problem) = grave.as_ref().filter(|_| !arguments.even_revoked) {
        return Err(Failure::refused(problem).advise(
            "do not act on it: whoever holds that key can sign so; to see it all the same: --as-named --even-revoked",
        ));
    }
    let moment = moment(arguments);
    let asked = Standing::at(&signed, history, moment)?;
    if let Some(problem) = asked.problem().filter(|_| moment != Moment::AsNamed) {
        let failure = Failure::refused(problem);
        return Err(if asked.is_retired() {
            failure.advise("everything else holds: see it with --as-named")
        } else if asked.is_about_time() {
            failure.advise("everything else holds: see it with --at TIME or --as-named")
        } else {
            failure
        });
    }
    if let Some(problem) = &grave {
        report.line(format!("WARNING: {}", one_line(problem)));
        report.line("WARNING: whoever holds that key can sign so, at any time and with any date in it.\n");
    }
    print(&signed, ring.name(signed.content().issuer()), today, report);
    Ok(())
}

fn moment(arguments: &VerifyArguments) -> Moment {
    if arguments.as_named {
        return Moment::AsNamed;
    }
    Moment::At(arguments.at.unwrap_or_else(clock::now))
}

fn print(signed: &Signed<Record>, name: Option<&str>, standing: Standing, report: &mut Report) {
    let record = signed.content();
    report.fact("verdict", "signed, unlogged");
    report.fact("record_digest", record.digest().to_string());
    report.fact("signed_by", record.issuer().to_string());
    if let Some(name) = name {
        report.fact("calls_itself", name);
    }
    report.fact("key_record", record.key_record().to_string());
    report.fact("key_standing", standing.word());
    if let Some(author) = record.relayed_for() {
        report.fact("relayed_for", author);
    }
    report.fact("shown", count(signed.envelope().disclosures().len()));
    report.line(if standing.is_grave() {
        "\nProved: a key that this party once listed signed this record, and every shown value is as it was signed."
    } else {
        "\nProved: this party's keys signed this record, and every shown value is as it was signed."
    });
    report.line("Not proved: when it was signed (that needs a log), that what it says is true, what it withholds.");
}
