//! `detente clarify`: questions about what was received, and their answers.

mod list;
mod words;

use policy::decision::{Ask, Engine, Subject};
use policy::explain::WhatIf;
use policy::vocabulary::Purpose;
use record::digest::{AgreementDigest, RecordDigest};
use record::json::{Json, Map};
use record::label::{Label, Marks, Pap, Place};
use record::language::TaggedText;
use storage::LocalStore;

use crate::arguments::{AlertArguments, AnswerArguments, AskArguments, ClarifyCommand, SendingArguments};
use crate::clarifications::{ANSWER, Came, Clarifications, QUESTION, Question};
use crate::command::log::{Signing, batch_of, entry, fresh_salt, own_object};
use crate::command::release::publish::{Order, publish};
use crate::command::release::{log_proposal, next_step, person, say, subject};
use crate::command::target;
use crate::holdings::Holdings;
use crate::home::Home;
use crate::keyring::Keyring;
use crate::negotiations::engine;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::{clock, partners, proposals};

/// The STIX type of an alert.
const ALERT: &str = "detente-alert";

pub(crate) fn run(command: &ClarifyCommand, report: &mut Report) -> Done {
    match command {
        ClarifyCommand::Ask(arguments) => ask(arguments, report),
        ClarifyCommand::Answer(arguments) => answer(arguments, report),
        ClarifyCommand::List(arguments) => list::run(arguments, report),
    }
}

/// A node that is about to send something, and the name of whoever proposes it.
struct Desk {
    node: Signing,
    home: Home,
    ring: Keyring,
    by: String,
}

impl Desk {
    fn open(sending: &SendingArguments) -> Done<Self> {
        let by = person(&sending.by, "say who proposes: somebody else approves")?;
        let node = Signing::open(&sending.node)?;
        let home = Home::open(&sending.node.dir)?;
        let ring = partners::ring(&home)?;
        Ok(Self { node, home, ring, by })
    }

    fn clarifications(&self) -> Clarifications<'_> {
        Clarifications::new(&self.node.store, &self.ring, self.node.history.party())
    }

    fn came(&self, named: &str) -> Done<Came> {
        let digest = target::digest(named)?;
        self.clarifications().came(&digest)?.ok_or_else(|| {
            Failure::input(format!("record {digest} did not come in any feed that this node reads"))
                .advise("`detente feed show FEED --dir DIR` shows what came, with its digests")
        })
    }
}

fn ask(arguments: &AskArguments, report: &mut Report) -> Done {
    let asks = tagged(&arguments.texts)?;
    if arguments.deadline <= clock::now() {
        return Err(Failure::arguments("the deadline has passed already").advise("give a later one, in UTC"));
    }
    let desk = Desk::open(&arguments.sending)?;
    let came = desk.came(&arguments.record)?;
    let fields = follow(&desk, &came)?.with("asks", asks.to_json()).with("deadline", arguments.deadline.to_string());
    let sent = send(&desk, (QUESTION, fields), &came, &arguments.sending, report)?;
    let owed_micros = sent.answer_within_hours.map(|hours| i64::from(hours).saturating_mul(3_600_000_000));
    let given_micros = arguments.deadline.micros().saturating_sub(clock::now().micros());
    if owed_micros.is_some_and(|owed| given_micros < owed) {
        report.warn(words::too_soon(arguments.sending.language));
    }
    Ok(())
}

/// What a question is about: what came, or, if that is an answer, what was asked about before.
fn follow(desk: &Desk, came: &Came) -> Done<Map> {
    let record = came.record.content();
    match record.object().text("type") {
        Some(QUESTION) => Err(Failure::input("this is a question").advise("answer it with: detente clarify answer")),
        Some(ANSWER) => {
            let about = record.extension().and_then(|fields| fields.text("about")?.parse().ok());
            let before = about.map_or(Ok(None), |about| desk.clarifications().own_question(&about))?;
            let before = before.ok_or_else(|| Failure::input("this answers no question of this node"))?;
            Ok(Map::new()
                .with("about", before.about.to_string())
                .with("thread", before.thread.to_string())
                .with("previous", record.digest().to_string()))
        }
        _ => {
            let fields = Map::new().with("about", record.digest().to_string());
            let id = record.object().text("id").map(str::to_owned);
            Ok(id.map_or(fields.clone(), |id| fields.with("object", id)))
        }
    }
}

fn answer(arguments: &AnswerArguments, report: &mut Report) -> Done {
    let desk = Desk::open(&arguments.sending)?;
    let came = desk.came(&arguments.question)?;
    let question = Question::of(came.record.content()).ok_or_else(|| {
        Failure::input("this record is no question, or does not show what it is about and until when")
            .advise("`detente clarify list --dir DIR` shows the questions that wait")
    })?;
    if !desk.clarifications().is_to_us(&question)? {
        return Err(Failure::input("this question is about a record that this node did not release")
            .advise("whoever released that record answers"));
    }
    let fields = Map::new().with("about", question.digest.to_string()).with("status", arguments.status.word());
    let fields = fields.with("thread", question.thread.to_string());
    let fields =
        if arguments.texts.is_empty() { fields } else { fields.with("says", tagged(&arguments.texts)?.to_json()) };
    send(&desk, (ANSWER, fields), &came, &arguments.sending, report).map(drop)
}

/// What was sent or proposed.
struct Sent {
    /// What the clause gives the other side to answer, in hours.
    answer_within_hours: Option<u32>,
}

/// Signs a record, logs it with its label in one commit, and proposes its release; publishes it if that may be done.
fn send(
    desk: &Desk,
    (object_type, fields): (&str, Map),
    came: &Came,
    sending: &SendingArguments,
    report: &mut Report,
) -> Done<Sent> {
    let agreement = agreement_for(desk, Some(came), sending)?;
    send_under(desk, (object_type, fields), (agreement, false), sending, report)
}

/// Announces a record that is released by itself.
pub(super) fn alert(arguments: &AlertArguments, report: &mut Report) -> Done {
    let reason = if arguments.reasons.is_empty() { None } else { Some(tagged(&arguments.reasons)?) };
    let desk = Desk::open(&arguments.sending)?;
    let about = {
        let holdings = Holdings::read(&desk.node.store, &desk.home)?;
        target::find(&arguments.record, &holdings)?.record.digest()
    };
    let fields = Map::new().with("about", about.to_string()).with("urgency", arguments.urgency.word());
    let fields = reason.map_or(fields.clone(), |reason| fields.with("reason", reason.to_json()));
    let agreement = agreement_for(&desk, None, &arguments.sending)?;
    send_under(&desk, (ALERT, fields), (agreement, true), &arguments.sending, report).map(drop)
}

fn send_under(
    desk: &Desk,
    (object_type, fields): (&str, Map),
    (agreement, is_urgent): (AgreementDigest, bool),
    sending: &SendingArguments,
    report: &mut Report,
) -> Done<Sent> {
    let digest = log_labelled(desk, (object_type, fields), sending)?;
    let holdings = Holdings::read(&desk.node.store, &desk.home)?;
    let held = holdings.must_find(&digest)?;
    let engine = engine(&desk.node.store, &holdings, clock::now())?;
    let wish = wish(&engine, &desk.node.store, &subject(&holdings, &held)?, (agreement, &desk.by), sending.purpose)?;
    let (proposal, decision) = log_proposal(&desk.node, &holdings, &engine, &held, &wish)?;
    let called = match object_type {
        QUESTION => "question",
        ALERT => "alert",
        _ => "answer",
    };
    report.fact(called, digest.to_string());
    report.fact("agreement", agreement.to_string());
    let recipients = decision.proposal().map(|permit| permit.recipients.clone()).unwrap_or_default();
    let names: Vec<_> = recipients.iter().map(|party| words::name(&desk.ring, *party)).collect();
    report.fact("goes_to", Json::Array(names.into_iter().map(Json::text).collect()));
    let answer_within_hours = decision.proposal().and_then(|permit| permit.obligations.answer_within_hours);
    if decision.permit().is_some() && sending.yes {
        drop(holdings);
        let order = Order { proposal, author: None, language: sending.language, is_urgent };
        publish(&desk.node, &desk.home, order, report)?;
        report.data("sent", Json::Bool(true));
        return Ok(Sent { answer_within_hours });
    }
    report.fact("proposal", proposal.to_string());
    report.data("sent", Json::Bool(false));
    say(&engine, &decision, sending.language, report);
    next_step(&decision)?;
    report.line(words::how_to_send(decision.permit().is_some(), &proposal, sending.language));
    Ok(Sent { answer_within_hours })
}

/// The agreement under which it goes, if it is in force: nothing is signed for one that is not.
fn agreement_for(desk: &Desk, came: Option<&Came>, sending: &SendingArguments) -> Done<AgreementDigest> {
    let of_feed = || match came {
        Some(came) => came.feed.agreement.parse().map_err(Failure::refused),
        None => Err(Failure::arguments("under which agreement?").advise("name it with --agreement")),
    };
    let agreement = sending.agreement.map_or_else(of_feed, Ok)?;
    let holdings = Holdings::read(&desk.node.store, &desk.home)?;
    let engine = engine(&desk.node.store, &holdings, clock::now())?;
    if engine.agreement(&agreement).is_some() {
        return Ok(agreement);
    }
    Err(Failure::refused(format!("agreement {agreement} is not in force here, so nothing was signed"))
        .advise("`detente agreement list --dir DIR` shows those that are; name one with --agreement"))
}

fn log_labelled(desk: &Desk, (object_type, fields): (&str, Map), sending: &SendingArguments) -> Done<RecordDigest> {
    let record = desk.node.sign(own_object(object_type, fields)?)?;
    let marks = Marks::new(sending.tlp, Pap::Clear);
    let label = Label::new(record.digest(), Place::Whole, marks);
    let label = desk.node.sign(own_object("detente-label", label.to_map())?)?;
    let salt = fresh_salt()?;
    let label = entry(&label.commitment(&salt), &salt, &label.envelope().to_json());
    let _committed = desk.node.commit(batch_of(&record)?.entry(label))?;
    Ok(record.digest())
}

/// What is asked of the decision: the clause that shows most, for the purpose that was named or the first of its own.
fn wish(
    engine: &Engine,
    store: &LocalStore,
    subject: &Subject,
    (agreement, by): (AgreementDigest, &str),
    purpose: Option<Purpose>,
) -> Done<Ask> {
    let now = clock::now();
    let base = Ask::new(agreement, purpose.unwrap_or(Purpose::IncidentResponse), by, now);
    let exposure = proposals::exposure(store, &engine.counters(&base))?;
    let answers = engine.what_if(subject, &base, purpose, &exposure);
    let best = answers.iter().find(|one| one.agreement == agreement).and_then(WhatIf::best);
    Ok(best.map_or(base, |one| Ask::new(agreement, one.purpose, by, now).under(one.clause.clone())))
}

/// `en=TEXT`, once for each language.
fn tagged(texts: &[String]) -> Done<TaggedText> {
    let mut map = Map::new();
    for text in texts {
        let (language, words) = text.split_once('=').unwrap_or_default();
        if words.is_empty() || map.contains(language) {
            return Err(Failure::arguments(format!("`{text}` is not LANGUAGE=TEXT, or its language stands twice"))
                .advise("for example: --text en=\"Which version was it?\""));
        }
        map.set(language, words);
    }
    TaggedText::from_json(&Json::from(map)).map_err(Failure::arguments)
}
