//! `detente release`: what-if, propose, approve, publish, list, explain, recall.

pub(super) mod publish;
mod recall;
mod words;

use std::collections::BTreeSet;
use std::sync::Arc;

use policy::decision::{Active, Approval, Ask, Decision, Engine, Reason, Subject};
use policy::floors::Floors;
use policy::receipt::{self, PrivateReceipt};
use record::json::{Json, Map};
use storage::Store as _;

use crate::arguments::{
    ApproveArguments, ExplainArguments, ProposeArguments, ReleaseCommand, ReleaseListArguments, WhatIfArguments,
};
use crate::command::log::{Signing, fresh_salt};
use crate::command::record::places;
use crate::command::{clarify, target};
use crate::holdings::{Held, Holdings};
use crate::home::Home;
use crate::negotiations::{Negotiations, engine};
use crate::outcome::{Done, Failure};
use crate::proposals::ProposalId;
use crate::report::Report;
use crate::{clock, node, proposals};

pub(crate) fn run(command: ReleaseCommand, report: &mut Report) -> Done {
    match command {
        ReleaseCommand::WhatIf(arguments) => what_if(&arguments, report),
        ReleaseCommand::Propose(arguments) => propose(&arguments, report),
        ReleaseCommand::Approve(arguments) => approve(&arguments, report),
        ReleaseCommand::Publish(arguments) => publish::run(&arguments, report),
        ReleaseCommand::Alert(arguments) => clarify::alert(&arguments, report),
        ReleaseCommand::List(arguments) => list(&arguments, report),
        ReleaseCommand::Explain(arguments) => explain(&arguments, report),
        ReleaseCommand::Recall(arguments) => recall::run(&arguments, report),
    }
}

/// The record as a decision sees it.
pub(crate) fn subject(holdings: &Holdings<'_>, held: &Held) -> Done<Subject> {
    target::check_may_leave(held.record.content())?;
    let in_force = holdings.in_force(held.record.content())?;
    Ok(Subject::new(held.record.content(), &in_force))
}

fn what_if(arguments: &WhatIfArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    let store = node::open_to_read(&home, &home.history()?)?;
    let holdings = Holdings::read(&store, &home)?;
    let now = clock::now();
    let engine = engine(&store, &holdings, now)?;
    let held = target::find(&arguments.record, &holdings)?;
    let subject = subject(&holdings, &held)?;
    let chosen = engine.agreements().map(|active| active.agreement.digest());
    let chosen: Vec<_> = chosen.filter(|one| arguments.agreement.is_none_or(|wanted| wanted == *one)).collect();
    if chosen.is_empty() {
        report.line("No agreement is in force here, so nobody could receive this.");
    }
    let mut rows = Vec::new();
    for digest in chosen {
        let base = Ask::new(digest, policy::vocabulary::Purpose::SafetyResearch, "", now);
        let exposure = proposals::exposure(&store, &engine.counters(&base))?;
        let answers = engine.what_if(&subject, &base, arguments.purpose, &exposure);
        for answer in answers.into_iter().filter(|answer| answer.agreement == digest) {
            rows.push(words::what_if(&engine, &holdings, &answer, arguments.language, report));
        }
    }
    report.data("agreements", Json::Array(rows));
    Ok(())
}

/// The name of whoever acts, as it is written down: letters that look the same, or that nobody sees, make no second person.
pub(super) fn person(by: &str, advice: &str) -> Done<String> {
    let name = text::nfkc(by).trim().to_owned();
    if name.is_empty() {
        return Err(Failure::arguments("--by is empty").advise(advice));
    }
    if text::invisible_characters(&name).next().is_some() || name.chars().any(char::is_control) {
        return Err(Failure::arguments("--by holds characters that nobody sees").advise("write the plain name"));
    }
    Ok(name)
}

fn propose(arguments: &ProposeArguments, report: &mut Report) -> Done {
    let by = person(&arguments.by, "say who proposes: somebody else approves")?;
    let node = Signing::open(&arguments.node)?;
    let home = Home::open(&arguments.node.dir)?;
    let holdings = Holdings::read(&node.store, &home)?;
    let held = target::find(&arguments.record, &holdings)?;
    let mut ask = Ask::new(arguments.agreement, arguments.purpose, &by, clock::now())
        .hiding(places::find_all(&arguments.hide, held.record.content())?);
    ask.clause.clone_from(&arguments.clause);
    let engine = engine(&node.store, &holdings, ask.time)?;
    let (id, decision) = log_proposal(&node, &holdings, &engine, &held, &ask)?;
    report.fact("proposal", id.to_string());
    say(&engine, &decision, arguments.language, report);
    next_step(&decision)
}

/// Decides what is asked, and logs the decision as a proposal.
pub(super) fn log_proposal(
    node: &Signing,
    holdings: &Holdings<'_>,
    engine: &Engine,
    held: &Held,
    ask: &Ask,
) -> Done<(ProposalId, Decision)> {
    let subject = subject(holdings, held)?;
    let exposure = proposals::exposure(&node.store, &engine.counters(ask))?;
    let decision = engine.decide(&subject, ask, &exposure);
    let receipt = PrivateReceipt::of((engine, &subject, ask, &exposure), &decision, &fresh_salt()?);
    let id = ProposalId::from_octets(*receipt.digest());
    let act = proposals::act_receipt("proposed", id, Map::new().with("by", ask.proposer.as_str()))?;
    let _committed = node.commit(proposals::batch(node, &[receipt, act], &[])?)?;
    Ok((id, decision))
}

/// A decision in words.
pub(super) fn say(engine: &Engine, decision: &Decision, language: policy::explain::Language, report: &mut Report) {
    let told = words::decision(engine, decision, language, report);
    report.data("decision", told);
}

/// A proposal that nothing but a person's approval stands in the way of is no failure.
pub(super) fn next_step(decision: &Decision) -> Done {
    let only_waits = decision.reasons().iter().all(|reason| matches!(reason, Reason::Approvals { .. }));
    if decision.permit().is_some() || (decision.proposal().is_some() && only_waits) {
        return Ok(());
    }
    let codes: Vec<_> = decision.reasons().iter().map(Reason::code).collect();
    Err(Failure::refused(format!("this is not released: {}", codes.join(", ")))
        .advise("the refusal is logged; each reason above says what would have to change"))
}

fn approve(arguments: &ApproveArguments, report: &mut Report) -> Done {
    let by = person(&arguments.by, "say who approves")?;
    let node = Signing::open(&arguments.node)?;
    let home = Home::open(&arguments.node.dir)?;
    let holdings = Holdings::read(&node.store, &home)?;
    let proposal = proposals::find(&node.store, &holdings, arguments.proposal)?;
    if Approval::person(&proposal.ask.proposer) == Approval::person(&by) {
        return Err(Failure::refused("whoever proposed a release cannot approve it").advise("ask another person"));
    }
    let now = clock::now();
    let engine = engine(&node.store, &holdings, now)?;
    let held = holdings.must_find(&proposal.subject.record)?;
    let current = subject(&holdings, &held)?;
    let ask = proposal.ask_at(now);
    let exposure = proposals::exposure(&node.store, &engine.counters(&ask))?;
    let decision = engine.decide(&current, &ask, &exposure);
    let permit = decision.proposal().ok_or_else(|| {
        let codes: Vec<_> = decision.reasons().iter().map(Reason::code).collect();
        Failure::refused(format!("this could not be released even if approved: {}", codes.join(", ")))
    })?;
    let binding = permit.binding();
    if proposal.binding != Some(binding) {
        return Err(Failure::refused(
            "this is not what was proposed any more: the record, its labels, the rules or the fields have changed",
        )
        .advise("propose it anew, so that whoever approves sees what goes"));
    }
    say(&engine, &decision, arguments.language, report);
    if !arguments.yes {
        report.line("\nNothing was approved. If this may go, add --yes");
        return Ok(());
    }
    let fields = Map::new().with("by", by.as_str()).with("time", now.to_string());
    let receipt = proposals::act_receipt("approved", proposal.id, fields.with("binding", binding.to_string()))?;
    let _committed = node.commit(proposals::batch(&node, &[receipt], &[])?)?;
    report.fact("proposal", proposal.id.to_string());
    report.fact("approved_by", by.as_str());
    report.fact("binding", binding.to_string());
    let fields: Vec<_> = permit.shown.iter().map(|path| Json::text(path.as_str())).collect();
    report.line(format!(
        "\nApproved: {} places of this record for {} recipient(s).",
        fields.len(),
        permit.recipients.len()
    ));
    report.data("fields", Json::Array(fields));
    Ok(())
}

fn list(arguments: &ReleaseListArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    let store = node::open_to_read(&home, &home.history()?)?;
    let holdings = Holdings::read(&store, &home)?;
    let read = proposals::read_all(&store, &holdings)?;
    for record in &read.passed_over {
        report.warn(&format!(
            "record {record} of decisions does not hold together: its root is over other receipts. It is passed over"
        ));
    }
    let rows = read.proposals.into_iter().map(|one| {
        let approvers: Vec<_> = one.approvals.iter().map(|approval| approval.by.as_str()).collect();
        report.line(format!(
            "{}  {:<9} record {} under {} by {}{}",
            one.id,
            one.state(),
            one.subject.record,
            one.ask.agreement,
            one.ask.proposer,
            if approvers.is_empty() { String::new() } else { format!(", approved by {}", approvers.join(", ")) }
        ));
        let map = Map::new().with("proposal", one.id.to_string()).with("state", one.state());
        let map = map.with("record", one.subject.record.to_string()).with("agreement", one.ask.agreement.to_string());
        let map = map.with("approved_by", Json::Array(approvers.into_iter().map(Json::text).collect()));
        let map = match &one.published {
            Some(published) => map
                .with("feed", published.feed.as_str())
                .with("index", crate::command::log::number(published.index))
                .with("receipt", published.receipt.map_or(Json::Null, |receipt| Json::text(receipt.to_string()))),
            None => map,
        };
        Json::from(map.with("proposer", one.ask.proposer.as_str()))
    });
    let rows: Vec<_> = rows.collect();
    let passed_over = read.passed_over.iter().map(|record| Json::text(record.to_string())).collect();
    report.data("passed_over", Json::Array(passed_over));
    if rows.is_empty() {
        report.line("Nothing was proposed yet.");
    }
    report.data("proposals", Json::Array(rows));
    Ok(())
}

fn explain(arguments: &ExplainArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    let store = node::open_to_read(&home, &home.history()?)?;
    let holdings = Holdings::read(&store, &home)?;
    let digest = arguments.receipt;
    let body = store.receipt(digest.octets()).map_err(node::fail)?;
    let body = body.ok_or_else(|| Failure::input(format!("this node holds no private receipt {digest}")))?;
    let opened = receipt::open(digest.octets(), &body).map_err(Failure::refused)?;
    let negotiations = Negotiations::read(&store, &holdings.ring, holdings.own, clock::now())?;
    let engine = engine_of(&negotiations, &holdings, &opened)?;
    let decision = engine.decide(&opened.subject, &opened.ask, &opened.exposure);
    report.fact("receipt", digest.to_string());
    report.fact("decided_at", opened.ask.time.to_string());
    report.fact("proposer", opened.ask.proposer.as_str());
    say(&engine, &decision, arguments.language, report);
    match receipt::replay(digest.octets(), &body, &engine) {
        Ok(()) => {
            report.fact("replays", Json::Bool(true));
            report.line("\nDecided again from the receipt: the same, octet for octet.");
            Ok(())
        }
        Err(error) => Err(Failure::refused(error).advise("the explanation above is by today's policies")),
    }
}

/// The floors and agreements of the day of a receipt, as far as the log still tells them.
pub(crate) fn engine_of(
    negotiations: &Negotiations,
    holdings: &Holdings<'_>,
    opened: &receipt::Opened,
) -> Done<Engine> {
    let mut active = Vec::new();
    for (digest, since, is_suspended) in &opened.agreements {
        let text = negotiations.agreement(*digest).cloned();
        let text =
            text.ok_or_else(|| Failure::refused(format!("the text of agreement {digest} is not here any more")))?;
        let one = Active::new(Arc::new(text), *since);
        active.push(if *is_suspended { one.suspended() } else { one });
    }
    let engine = Engine::new(holdings.own, floors_of(holdings, &opened.floors)?, active).map_err(Failure::refused)?;
    // Whom an agreement bound that could not be read, the receipt says by naming it: a recipient of what was asked.
    let recipients: BTreeSet<_> =
        engine.agreements().flat_map(|one| one.agreement.members()).map(|one| one.party).collect();
    Ok(engine.beside_unread(opened.unread.iter().map(|digest| (*digest, recipients.clone()))))
}

/// The floors after as many of the logged switches as give this digest; as they stand now if none do.
fn floors_of(holdings: &Holdings<'_>, digest: &[u8; 32]) -> Done<Floors> {
    let switches = holdings.switches()?;
    for count in (0..=switches.len()).rev() {
        let floors = Floors::new(switches.get(..count).unwrap_or_default()).map_err(Failure::refused)?;
        if floors.digest() == *digest {
            return Ok(floors);
        }
    }
    holdings.floors()
}
