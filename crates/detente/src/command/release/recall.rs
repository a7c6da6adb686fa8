//! `detente release recall`: a release is taken back.

use policy::feed::{FeedWriter, Recall};
use record::json::{Json, Map};

use crate::arguments::RecallArguments;
use crate::clock;
use crate::command::log::{Signing, number};
use crate::holdings::Holdings;
use crate::home::Home;
use crate::outcome::{Done, Failure};
use crate::proposals;
use crate::report::Report;

use super::publish::EPOCH;

pub(super) fn run(arguments: &RecallArguments, report: &mut Report) -> Done {
    let node = Signing::open(&arguments.node)?;
    let home = Home::open(&arguments.node.dir)?;
    let holdings = Holdings::read(&node.store, &home)?;
    let proposal = proposals::find(&node.store, &holdings, arguments.proposal)?;
    let published = proposal.published.clone().ok_or_else(|| Failure::input("this proposal was not published"))?;
    if proposal.recalled {
        report.line("It was recalled already. Nothing was changed.");
        return Ok(());
    }
    report.fact("proposal", proposal.id.to_string());
    report.fact("feed", published.feed.as_str());
    report.fact("index", number(published.index));
    if !arguments.yes {
        report.line(
            "\nNothing was changed. A recall asks the recipients to delete what they have; it cannot make them. It stays in \
             the feed. To do it, add --yes",
        );
        return Ok(());
    }
    let now = clock::now();
    let mut writer = FeedWriter::new(proposal.ask.agreement);
    let recall = Recall::new(published.index, proposal.subject.record, arguments.reason, now);
    writer.recall(&recall).map_err(Failure::refused)?;
    let fields = Map::new().with("by", arguments.by.as_str()).with("reason", arguments.reason.name());
    let act = proposals::act_receipt("recalled", proposal.id, fields.with("time", now.to_string()))?;
    let mut batch = proposals::batch(&node, &[act], &[])?;
    for entry in writer.into_entries() {
        batch = batch.feed(EPOCH, &entry);
    }
    let _committed = node.commit(batch)?;
    report.fact("recalled", Json::Bool(true));
    Ok(())
}
