//! Checking what a party stated, and what it was caught at, on a machine that took no part.

use policy::belief::{Delivery, Evidence, Knowledge, Quorum};
use policy::control::{Deposited, Sentence, Stated};
use protocol::exchange::{Opened, Proven, evidence};
use record::json::{self, Json};
use record::key_history::KeyHistory;

use crate::arguments::CheckArguments;
use crate::command::log::number;
use crate::keyring::Keyring;
use crate::outcome::{Done, Failure};
use crate::report::{Report, one_line};
use crate::serve::witnesses;

/// What a JSON file is, by its members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A statement with the proof that its author logged it.
    Opened,
    /// What two signatures of one party contradict each other about.
    Evidence,
}

/// What a file is, if it is one of these.
pub(super) fn kind(octets: &[u8]) -> Option<Kind> {
    let Ok(Json::Object(map)) = json::parse(octets) else { return None };
    if map.len() == 2 && map.get("proof").is_some() && map.get("statement").is_some() {
        return Some(Kind::Opened);
    }
    let is_evidence = matches!(map.text("kind"), Some("false-head" | "rollback")) && map.get("v").is_some();
    is_evidence.then_some(Kind::Evidence)
}

/// An opened statement: who said what, and under which head of its log.
pub(super) fn run(octets: &[u8], arguments: &CheckArguments, report: &mut Report) -> Done {
    let opened = Opened::read(octets).map_err(Failure::input)?;
    let ring = Keyring::read(&arguments.keys)?;
    let author = opened.claimed_issuer();
    let history = ring.find(author).map_err(|_| {
        Failure::refused(format!("the statement claims to be from party {author}, whose keys are not here")).advise(
            "get that party's profile file by a way that you trust, compare the party id, and add: --keys PROFILE",
        )
    })?;
    // Whose cosignatures would be enough is for the reader to say; those that hold are named below.
    let evidence = |proof| Evidence::new(proof, Delivery::new(0));
    let proven = opened.verify(evidence, history, &Quorum::none(), &Knowledge::new()).map_err(|error| {
        Failure::refused(format!("the statement does not hold: {error}"))
            .advise("ask whoever gave it to you for the file as it was delivered")
    })?;
    tell(&proven, history, &ring, report)
}

fn tell(proven: &Proven, history: &KeyHistory, ring: &Keyring, report: &mut Report) -> Done {
    let (stated, place) = (proven.told().stated(), proven.verified().log_place());
    let head = place.checkpoint();
    let _both = crate::node::check_log_signed(head, history)?;
    report.fact("verdict", "stated and logged");
    let said = tell_sentence(&stated.sentence, report);
    report.fact("stated_by", history.party().to_string());
    if let Some(name) = ring.name(history.party()) {
        report.fact("calls_itself", name);
    }
    report.fact("stated_at", stated.time.to_string());
    report.fact("log_index", number(place.index()));
    report.fact("log_size", number(head.claims().size()));
    report.fact("log_root", head.claims().root().to_string());
    let cosigners: Vec<_> = ring
        .parties()
        .filter(|party| *party != history.party())
        .filter(|party| ring.find(*party).is_ok_and(|keys| head.verify(&witnesses::keys_of(keys)).is_ok()))
        .collect();
    for cosigner in &cosigners {
        report.line(format!("cosigned by:       {cosigner}"));
    }
    report.data("cosigned_by", Json::Array(cosigners.iter().map(|party| Json::text(party.to_string())).collect()));
    report.line(format!("\nProved: {}.", one_line(&said)));
    report.line("That party's keys signed this, and it is in that party's log at that index, under that head.");
    report.line(format!("Not proved: {}", unproved(stated, cosigners.is_empty())));
    Ok(())
}

/// What a statement says, in facts and in one sentence.
fn tell_sentence(sentence: &Sentence, report: &mut Report) -> String {
    match sentence {
        Sentence::Head(head) => {
            about("head", &head.feed, report);
            report.fact("entries", number(head.size));
            report.fact("root", head.root.to_string());
            report.fact("agreement", head.agreement.to_string());
            let (size, node_size) = (head.size, head.node_size);
            format!(
                "the party stated that when its log had {node_size} leaves, this feed of its own had {size} entries"
            )
        }
        Sentence::Acknowledgement(read) => {
            about("acknowledgement", &read.feed, report);
            report.fact("entries", number(read.size));
            report.fact("root", read.root.to_string());
            format!("the party stated that it has read {} entries of this feed, under this root", read.size)
        }
        Sentence::RecallAnswer(answer) => {
            about("recall-answer", &answer.feed, report);
            report.fact("entry", number(answer.index));
            report.fact("record_digest", answer.record.to_string());
            let deleted = if answer.is_deleted { "has deleted" } else { "has not deleted" };
            let passed = if answer.was_passed_on { "had passed it on before" } else { "had not passed it on" };
            format!("the party stated that it {deleted} the record of this entry, and {passed}")
        }
        Sentence::Silence(silence) => {
            report.fact("statement", "silence");
            report.fact("question", silence.question.to_string());
            format!("the party stated that no answer to this question had come by {}", silence.deadline)
        }
        Sentence::Deposit(deposit) => {
            deposited("deposit", &deposit.of, report);
            report.fact("sealed", deposit.sealed.to_string());
            report.fact("bytes", number(deposit.bytes));
            report.fact("until", deposit.until.to_string());
            let (member, until) = (deposit.of.member, deposit.until);
            format!("the party stated that it keeps the body of this entry, sealed for {member}, until {until}")
        }
        Sentence::NoDeposit(of) => {
            deposited("no-deposit", of, report);
            format!(
                "the party stated, when {} asked, that its sender had not handed in the body of this entry",
                of.member
            )
        }
        Sentence::DepositWithdrawn(of) => {
            deposited("deposit-withdrawn", of, report);
            let member = of.member;
            format!("the party stated that it takes back the body of this entry, which it had handed in for {member}")
        }
    }
}

fn about(kind: &str, feed: &str, report: &mut Report) {
    report.fact("statement", kind);
    report.fact("feed", feed);
}

fn deposited(kind: &str, of: &Deposited, report: &mut Report) {
    about(kind, &of.feed, report);
    report.fact("entry", number(of.index));
    report.fact("body", of.body.to_string());
    report.fact("sender", of.sender.to_string());
    report.fact("member", of.member.to_string());
}

fn unproved(stated: &Stated, is_alone: bool) -> String {
    let when = if is_alone {
        "at which hour (no cosignature of a party given with --keys is on that head)"
    } else {
        "at which hour, but that it was before those cosignatures"
    };
    let what = match stated.sentence {
        Sentence::Head(_) => "that the feed was so: compare the feed's own checkpoint",
        Sentence::Acknowledgement(_) => "which feed that is, which its sender can show by its checkpoint",
        Sentence::RecallAnswer(_) => "that it was done",
        Sentence::Silence(_) => "that no answer was sent",
        Sentence::Deposit(_) => "whether what it keeps opens to that body, which its reader alone can tell",
        Sentence::NoDeposit(_) => "that its sender did not try to hand it in",
        Sentence::DepositWithdrawn(_) => "why: its feed says whether the entry was recalled or erased",
    };
    format!("{when}; {what}; whether a later key record took the key back before that entry.")
}

/// What a party was caught at: it holds for whoever has that party's keys.
pub(super) fn run_evidence(octets: &[u8], arguments: &CheckArguments, report: &mut Report) -> Done {
    let ring = Keyring::read(&arguments.keys)?;
    let text = std::str::from_utf8(octets).map_err(Failure::input)?;
    let word = if matches!(json::parse(octets), Ok(Json::Object(map)) if map.text("kind") == Some("rollback")) {
        "a log that was longer once"
    } else {
        "a false head"
    };
    let mut problem = None;
    for party in ring.parties() {
        match evidence::check(text, ring.find(party)?) {
            Ok(said) => {
                report.fact("verdict", word);
                report.fact("party", party.to_string());
                report.line(format!("\nProved: {}", one_line(&said)));
                report.data("proved", said);
                report.line("Not proved: why, and who at that party did it.");
                return Ok(());
            }
            Err(error) => problem = Some(error),
        }
    }
    Err(match problem {
        Some(error) => Failure::refused(error).advise(
            "is the accused party's profile among those given with --keys? Ask the accuser for the file as written",
        ),
        None => Failure::arguments("whom this accuses can be checked only with that party's keys")
            .advise("add that party's profile: --keys PROFILE"),
    })
}
