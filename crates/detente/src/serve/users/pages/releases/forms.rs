//! What can be done with a proposal.

use pages::{Block, Field, Form, Inline, Say, Tone};
use policy::decision::Permit;
use policy::feed::RecallReason;

use access::Right;

use super::super::Asked;
use super::stage::{Stage, has_approved, may_approve};
use crate::proposals::Proposal;

/// The forms that this account can send now, or why there is none.
pub(super) fn blocks(asked: &Asked<'_>, proposal: &Proposal, stage: &Stage, permit: Option<&Permit>) -> Vec<Block> {
    match (stage, permit) {
        (Stage::Approvals { .. }, Some(permit)) => vec![approval(asked, proposal, permit)],
        (Stage::Ready, Some(permit)) => publication(asked, proposal, permit),
        (Stage::Published, _) if asked.may(Right::Publish) => vec![recall(proposal).into()],
        (Stage::Changed, _) => vec![anew(proposal)],
        _ => Vec::new(),
    }
}

fn page_of(proposal: &Proposal) -> String {
    format!("/releases/{}", proposal.id)
}

/// The binding is no member of the command: the page compares it with what would be approved when the form comes back.
fn about(form: Form, asked: &Asked<'_>, proposal: &Proposal, permit: &Permit) -> Form {
    form.given("proposal", proposal.id).given("language", asked.ask.language.tag()).given("binding", permit.binding())
}

fn approval(asked: &Asked<'_>, proposal: &Proposal, permit: &Permit) -> Block {
    if has_approved(asked, proposal) {
        return Block::notice(Tone::Calm, "release-approved-by-you");
    }
    if !may_approve(asked, proposal) {
        return Block::notice(Tone::Calm, "release-another-approves");
    }
    let form = Form::command("approve", "release approve", page_of(proposal))
        .titled("release-approve-title", "release-approve-button")
        .helped("release-approve-help")
        .previewed();
    about(form, asked, proposal, permit).into()
}

/// Publishing cannot be undone, and the command asks nothing: the form stands only where somebody asked for it.
fn publication(asked: &Asked<'_>, proposal: &Proposal, permit: &Permit) -> Vec<Block> {
    if !asked.may(Right::Publish) {
        return vec![Block::notice(Tone::Calm, "release-another-publishes")];
    }
    let page = format!("{}?publish=yes", page_of(proposal));
    if asked.query("publish") != Some("yes") {
        return vec![Block::Line(vec![Inline::link(format!("{page}#publish"), "release-publish-look")])];
    }
    let form = Form::command("publish", "release publish", page)
        .titled("release-publish-title", "release-publish-button")
        .helped("release-publish-help")
        .field(Field::flag("urgent", "release-urgent").helped("release-urgent-help"))
        .then(page_of(proposal));
    let form = about(form, asked, proposal, permit);
    if proposal.subject.author == asked.open.party() {
        return vec![form.into()];
    }
    let form = form
        .field(Field::area("author_proof", "release-author-proof").helped("release-author-proof-help").required())
        .field(Field::area("quorum", "release-quorum").helped("release-quorum-help").required());
    vec![form.into()]
}

fn recall(proposal: &Proposal) -> Form {
    let reasons = RecallReason::ALL.iter().map(|one| (one.name().to_owned(), Say::known("recall-reason", one.name())));
    Form::command("recall", "release recall", page_of(proposal))
        .titled("release-recall-title", "release-recall-button")
        .helped("release-recall-help")
        .given("proposal", proposal.id)
        .field(Field::choice("reason", "release-recall-reason", reasons.collect()).required())
        .bound(proposal.published.iter().map(|place| format!("{} {}", place.feed.as_str(), place.index)))
        .previewed()
}

fn anew(proposal: &Proposal) -> Block {
    let address = format!("/releases/what-if?record={}&agreement={}", proposal.subject.record, proposal.ask.agreement);
    Block::Line(vec![Inline::link(address, "release-propose-anew")])
}
