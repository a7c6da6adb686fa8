//! What this party says in a negotiation: each message passes the floors, is logged, and is written for the others.

use std::path::Path;

use policy::agreement::{Agreement, Severity, lint};
use policy::control::{Cleared, clear};
use policy::decision::Reason;
use policy::explain::Language;
use policy::floors::Floors;
use protocol::negotiation::{Effect, Input, Negotiation, Reproduced};
use record::digest::{AgreementDigest, PartyId};
use record::json::{Json, Map};
use record::key_record::Use;
use record::label::{Marks, Pap};
use record::language::TaggedText;
use record::message::Message;
use record::time::Timestamp;
use record::{Author, Signed};
use storage::{Batch, BatchId};

use super::examples;
use crate::arguments::{AgreementActArguments, AgreementProposeArguments, AgreementSignArguments, NodeArguments};
use crate::command::label::marks;
use crate::command::log::{Signing, entry, fresh_salt};
use crate::holdings::Holdings;
use crate::home::{Home, Readers, check_absent, write_whole};
use crate::negotiations::{Negotiations, holder};
use crate::outcome::{Done, Exit, Failure};
use crate::report::Report;
use crate::{clock, keystore};

/// What a party may want of a text, beside proposing and signing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Will {
    Suspend,
    Resume,
    Withdraw,
    Terminate,
}

/// A node that takes part in a negotiation.
struct Speaker {
    node: Signing,
    floors: Floors,
    negotiations: Negotiations,
    own: PartyId,
    now: Timestamp,
    said: Vec<Signed<Message>>,
}

impl Speaker {
    fn open(arguments: &NodeArguments) -> Done<Self> {
        let node = Signing::open(arguments)?;
        let home = Home::open(&arguments.dir)?;
        let now = clock::now();
        let holdings = Holdings::read(&node.store, &home)?;
        let negotiations = Negotiations::read(&node.store, &holdings.ring, holdings.own, now)?;
        let (floors, own) = (holdings.floors()?, holdings.own);
        Ok(Self { floors, negotiations, own, now, said: Vec::new(), node })
    }

    /// The text of an agreement that this node knows.
    fn text(&self, digest: AgreementDigest) -> Done<Agreement> {
        let known = self.negotiations.agreement(digest).cloned();
        known.ok_or_else(|| Failure::input(format!("this node knows no agreement {digest}")))
    }

    /// Says one thing about a text in the thread that holds it.
    fn say(&mut self, agreement: &Agreement, input: Input, marks: &Marks) -> Done {
        let now = self.now;
        let effects = self.negotiations.thread_of(agreement.digest())?.handle(input, now).map_err(Failure::refused)?;
        self.speak(agreement, effects, marks)
    }

    /// Signs what is to be said, lets it pass the floors, logs it, and takes it in.
    fn speak(&mut self, agreement: &Agreement, effects: Vec<Effect>, marks: &Marks) -> Done {
        for effect in effects {
            let Effect::SignAndSend(content) = effect else { continue };
            let signers = keystore::signers(&self.node.history, &self.node.keys, Use::Agreement)?;
            let author = Author::new(self.own, self.node.history.head().digest(), &signers);
            let signed = Message::sign(content, &author).map_err(Failure::environment)?;
            let recipients: Vec<_> = agreement.recipients(self.own).map(|member| member.party).collect();
            let cleared = clear(signed, Some(marks), &recipients, &self.floors).map_err(|why| stays(&why))?;
            let message = say(&self.node, &cleared)?;
            let _effects = self.negotiations.receive(message.clone())?;
            self.said.push(message);
        }
        Ok(())
    }

    /// Writes what was said for the others, and reports how far the text has come.
    fn finish(&self, agreement: &Agreement, out: &Path, report: &mut Report) -> Done {
        let lines: Vec<_> = self.said.iter().map(|message| message.envelope().to_json()).collect();
        write_whole(out, &lines.join("\n"), Readers::Owner)?;
        let digest = agreement.digest();
        report.fact("agreement", digest.to_string());
        let state = self.negotiations.state(digest);
        report.fact("state", state.map_or_else(|| "unknown".to_owned(), |state| state.to_string()));
        report.fact("written", out.display().to_string());
        report
            .line("\nHand that file to the other parties. They take it in with: detente agreement take FILE --dir DIR");
        Ok(())
    }
}

/// Logs what passed. No other message of ours gets into the log, but one that comes back from whoever was told it: so what
/// lies there may be delivered again.
fn say(node: &Signing, cleared: &Cleared<Signed<Message>>) -> Done<Signed<Message>> {
    log(node, cleared.get())?;
    Ok(cleared.get().clone())
}

fn stays(why: &[Reason]) -> Failure {
    let codes: Vec<_> = why.iter().map(Reason::code).collect();
    Failure::refused(format!("this text does not pass the floors: {}", codes.join(", ")))
        .advise("take out what the marks stand for, or give the marks that are true of this text")
}

/// Puts a message into the node's log.
pub(super) fn log(node: &Signing, message: &Signed<Message>) -> Done {
    let salt = fresh_salt()?;
    let entry = entry(&message.commitment(&salt), &salt, &message.envelope().to_json());
    let id = BatchId::of(&[b"message", message.digest().octets()]);
    node.commit(Batch::new(id).entry(entry)).map(drop)
}

pub(super) fn propose(arguments: &AgreementProposeArguments, report: &mut Report) -> Done {
    check_absent(&arguments.out)?;
    let agreement = super::read(&arguments.agreement)?;
    let mut speaker = Speaker::open(&arguments.node)?;
    if !agreement.has(speaker.own) {
        return Err(Failure::input("this node's party is not a party of this agreement")
            .advise("draft it with --dir of this node"));
    }
    let marks = marks(&arguments.marks);
    let text = agreement.text().clone();
    match arguments.answers {
        Some(answers) => counter(&mut speaker, &agreement, answers, &marks)?,
        None => {
            let mut thread = Negotiation::new(speaker.own);
            let effects = thread.handle(Input::Offer { agreement: text }, speaker.now).map_err(Failure::refused)?;
            speaker.speak(&agreement, effects, &marks)?;
        }
    }
    say_findings(&speaker, &agreement, report)?;
    speaker.finish(&agreement, &arguments.out, report)
}

/// Another text in the thread of the one that it answers.
fn counter(speaker: &mut Speaker, agreement: &Agreement, answers: AgreementDigest, marks: &Marks) -> Done {
    let now = speaker.now;
    let thread = speaker.negotiations.thread_of(answers)?;
    let message = holder(thread, answers).ok_or_else(|| Failure::input(format!("no message holds {answers}")))?;
    let input = Input::Counter { agreement: agreement.text().clone(), answers: message.digest() };
    let effects = thread.handle(input, now).map_err(Failure::refused)?;
    speaker.speak(agreement, effects, marks)
}

fn say_findings(speaker: &Speaker, agreement: &Agreement, report: &mut Report) -> Done {
    let reproduction = agreement.reproduce(&speaker.floors).map_err(Failure::refused)?;
    let failed = reproduction.failed().count();
    if failed > 0 {
        report
            .warn(&format!("{failed} worked example(s) come out otherwise on this node: it could not sign this text"));
    }
    for finding in lint(agreement) {
        report.warn(&finding.message(Language::English));
    }
    Ok(())
}

pub(super) fn sign(arguments: &AgreementSignArguments, report: &mut Report) -> Done {
    check_absent(&arguments.out)?;
    let mut speaker = Speaker::open(&arguments.node)?;
    let agreement = speaker.text(arguments.agreement)?;
    let digest = agreement.digest();
    let reproduction = agreement.reproduce(&speaker.floors).map_err(Failure::refused)?;
    examples::check(&reproduction)?;
    let blocked = blocked(&speaker, &agreement);
    if let Some(first) = blocked.first() {
        return Err(Failure::refused(format!("this text is not signed: {first}"))
            .advise("make the languages and the policies say the same, and propose the text again"));
    }
    let outcomes: Vec<_> = reproduction.examples.iter().map(|one| (one.id.clone(), one.outcome())).collect();
    let outcome = Reproduced::of(outcomes.iter().map(|(id, outcome)| (id.as_str(), outcome.as_str())));
    // Whoever proposed a text has accepted it, and what was said before is not said again.
    let mut steps =
        vec![Input::Accept { agreement: digest }, Input::Verify { agreement: digest, outcome: Ok(outcome) }];
    if !arguments.accept_only {
        steps.push(Input::Sign { agreement: digest, blocked });
    }
    let wanted = steps.len();
    for (number, step) in steps.into_iter().enumerate() {
        let said = speaker.say(&agreement, step, &Marks::OPEN);
        match said {
            // What was said before is refused as said; everything else stops here.
            Err(failure) if number.saturating_add(1) == wanted || failure.exit != Exit::Refused => return Err(failure),
            _ => {}
        }
    }
    report.fact("examples", Json::count(reproduction.examples.len()));
    speaker.finish(&agreement, &arguments.out, report)
}

/// Why a text may not be signed: its languages or its policies do not say the same as each other.
fn blocked(speaker: &Speaker, agreement: &Agreement) -> Vec<String> {
    let findings = speaker.negotiations.findings(agreement);
    let blocks = findings.iter().filter(|finding| finding.severity() == Severity::Blocks);
    blocks.map(|finding| finding.message(Language::English)).collect()
}

pub(super) fn act(arguments: &AgreementActArguments, will: Will, report: &mut Report) -> Done {
    check_absent(&arguments.out)?;
    let reason = reason(&arguments.reasons)?;
    let mut speaker = Speaker::open(&arguments.node)?;
    let agreement = speaker.text(arguments.agreement)?;
    report.line(consequence(will));
    if !arguments.yes {
        report.data("agreement", agreement.digest().to_string());
        report.data("changed", Json::Bool(false));
        report.line("\nNothing was changed. To do it, add --yes");
        return Ok(());
    }
    let agreement_digest = agreement.digest();
    let input = match (will, reason) {
        (Will::Suspend, reason) => Input::Suspend { agreement: agreement_digest, reason },
        (Will::Resume, _) => Input::Resume { agreement: agreement_digest },
        (Will::Withdraw, _) => Input::Withdraw { agreement: agreement_digest },
        (Will::Terminate, Some(reason)) => Input::Terminate { agreement: agreement_digest, reason },
        (Will::Terminate, None) => {
            return Err(Failure::arguments("an agreement is not ended without a reason").advise("add --reason en=TEXT"));
        }
    };
    let marks = arguments.tlp.map_or(Marks::OPEN, |tlp| Marks::new(tlp, Pap::Clear)).with_tags(arguments.tags.clone());
    speaker.say(&agreement, input, &marks)?;
    report.data("changed", Json::Bool(true));
    speaker.finish(&agreement, &arguments.out, report)
}

const fn consequence(will: Will) -> &'static str {
    match will {
        Will::Suspend => "Nothing is released under this agreement, by any party, until you resume it.",
        Will::Resume => "Releases go on, unless another party has suspended the agreement too.",
        Will::Withdraw => "Nobody can accept this text of yours any more.",
        Will::Terminate => "This ends the agreement for good. What was released stays where it is, under its clauses.",
    }
}

/// `en=TEXT`, once for each language.
fn reason(texts: &[String]) -> Done<Option<TaggedText>> {
    if texts.is_empty() {
        return Ok(None);
    }
    let mut map = Map::new();
    for text in texts {
        let (language, words) = text.split_once('=').ok_or_else(|| {
            Failure::arguments(format!("`{text}` is not LANGUAGE=TEXT")).advise("write for example --reason en=\"...\"")
        })?;
        map.set(language, words);
    }
    TaggedText::from_json(&Json::from(map)).map(Some).map_err(Failure::arguments)
}
