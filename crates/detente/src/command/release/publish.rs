//! `detente release publish`: decided anew, and committed with its receipt and counters, or not at all.

use std::path::Path;

use node::exchange::{Own, mark_urgent};
use policy::belief::{Believed, Delivery, Evidence, Knowledge, Logged, Quorum, Verified, logged, verify};
use policy::decision::{Ask, Reason};
use policy::explain::Language;
use policy::feed::{FeedEntry, FeedWriter};
use policy::released::{NotReleased, OwnLeaf};
use protocol::exchange::FeedName;
use protocol::exchange::urgent::Frame;
use record::Record;
use record::base64url;
use record::digest::RecordDigest;
use record::entropy::{Entropy as _, SystemEntropy};
use record::json::Map;
use storage::{Batch, LogName, Store as _};
use tlog::log_proof::LogProof;

use super::{say, words};
use crate::arguments::PublishArguments;
use crate::command::log::{Signing, fresh_salt, number, prove};
use crate::command::target;
use crate::holdings::{Held, Holdings};
use crate::home::{Home, read_input};
use crate::negotiations::engine;
use crate::outcome::{Done, Failure};
use crate::proposals::{self, Proposal, ProposalId};
use crate::report::Report;
use crate::{clock, node as store_of};

/// Epochs begin at 0; a change of members, which comes with exchange, begins the next.
pub(crate) const EPOCH: u32 = 0;

/// Octets of the random part of a feed's origin: nobody can tell from the name whose feed it is, or under what.
const ORIGIN_BYTES: usize = 16;

/// What a release is decided on: our own record once it is logged, another's once it is believed.
enum Source {
    Own(Logged<Record>),
    Others(Verified<Record>),
}

/// What is published, and how it is told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order<'o> {
    pub(crate) proposal: ProposalId,
    /// Of a relayed record: its author's proof, and the policy file that names whom this node believes.
    pub(crate) author: Option<(&'o Path, &'o Path)>,
    pub(crate) language: Language,
    /// Whether recipients get it in a frame, ahead of its proof.
    pub(crate) is_urgent: bool,
}

pub(super) fn run(arguments: &PublishArguments, report: &mut Report) -> Done {
    let node = Signing::open(&arguments.node)?;
    let home = Home::open(&arguments.node.dir)?;
    let author = arguments.author_proof.as_deref().zip(arguments.quorum.as_deref());
    let (proposal, language, is_urgent) = (arguments.proposal, arguments.language, arguments.urgent);
    publish(&node, &home, Order { proposal, author, language, is_urgent }, report)
}

/// Decides a proposal anew, and publishes it if it may go.
pub(crate) fn publish(node: &Signing, home: &Home, order: Order<'_>, report: &mut Report) -> Done {
    let holdings = Holdings::read(&node.store, home)?;
    let proposal = proposals::find(&node.store, &holdings, order.proposal)?;
    if proposal.published.is_some() {
        return Err(Failure::input("this proposal was published already").advise("propose it anew to release it again"));
    }
    let engine = engine(&node.store, &holdings, clock::now())?;
    let held = holdings.must_find(&proposal.subject.record)?;
    target::check_may_leave(held.record.content())?;
    let in_force = holdings.in_force(held.record.content())?;
    let source = source(home, node, &holdings, &held, order.author)?;
    let believed = match &source {
        Source::Own(logged) => Believed::from(logged),
        Source::Others(verified) => Believed::from(verified),
    };
    let ask: Ask = proposal.ask_at(clock::now());
    let exposure = proposals::exposure(&node.store, &engine.counters(&ask))?;
    let leaf = OwnLeaf::new(held.index, held.commitment(), held.salt);
    let released = match engine.release(believed, leaf, &in_force, (&ask, &exposure), &fresh_salt()?) {
        Ok(released) => released,
        Err(NotReleased::Refused { decision, receipt }) => {
            let digest = RecordDigest::from_octets(*receipt.digest());
            let _committed = node.commit(proposals::batch(node, &[*receipt], &[])?)?;
            say(&engine, &decision, order.language, report);
            let codes: Vec<_> = decision.reasons().iter().map(Reason::code).collect();
            return Err(Failure::refused(format!("nothing was released: {}", codes.join(", ")))
                .advise(format!("the refusal is logged: detente release explain {digest} --dir DIR")));
        }
        Err(error) => return Err(Failure::refused(error)),
    };
    let receipt = base64url::encode(&released.public_receipt().private);
    let (shown, told) = (released.permit().shown.len(), words::permit(&engine, &released, order.language, report));
    let mut writer = FeedWriter::new(ask.agreement);
    writer.append(released).map_err(Failure::refused)?;
    let index = commit(node, (&proposal, &ask), writer, (order.is_urgent, report))?;
    report.fact("proposal", proposal.id.to_string());
    report.fact("feed", LogName::feed(ask.agreement, EPOCH).as_str());
    report.fact("index", number(index));
    report.fact("receipt", receipt);
    report.data("decision", told);
    report.line(format!(
        "\nReleased: {shown} places. The entry is in the feed, and its receipt and counters moved with it."
    ));
    Ok(())
}

/// Feed entry, private receipt, counters and the record that names them, in one frame.
fn commit(
    node: &Signing,
    (proposal, ask): (&Proposal, &Ask),
    writer: FeedWriter,
    (is_urgent, report): (bool, &mut Report),
) -> Done<u64> {
    let feed = LogName::feed(ask.agreement, EPOCH);
    let heads = node.store.heads().map_err(store_of::fail)?;
    let head = heads.iter().find(|head| head.log == feed);
    let index = head.map_or(0, |head| head.size);
    let entries = writer.into_entries();
    let named: Vec<_> = entries.iter().filter_map(|entry| entry.receipt().map(|one| *one.digest())).collect();
    let receipt = named.first().map(|digest| base64url::encode(digest)).unwrap_or_default();
    let fields = Map::new().with("feed", feed.as_str()).with("index", number(index)).with("receipt", receipt);
    let act = proposals::act_receipt("published", proposal.id, fields.with("time", ask.time.to_string()))?;
    let mut batch: Batch = proposals::batch(node, &[act], &named)?.expect(feed.clone(), index);
    let origin = head.map_or_else(origin, |head| Ok(head.origin.clone()))?;
    if head.is_none() {
        // The size is looked at before the batch, and a log that it opens has none yet.
        batch.expects.clear();
        batch = batch.open(feed.clone(), &origin);
    }
    for entry in &entries {
        batch = batch.feed(EPOCH, entry);
        if is_urgent {
            batch = urgent(node, batch, (&feed, &origin, index), entry, report)?;
        }
    }
    let _committed = node.commit(batch)?;
    Ok(index)
}

/// Notes that an entry is urgent, if it makes a frame; otherwise says why not, and what goes instead.
fn urgent(
    node: &Signing,
    batch: Batch,
    (log, origin, index): (&LogName, &str, u64),
    entry: &FeedEntry,
    report: &mut Report,
) -> Done<Batch> {
    match Frame::write(FeedName::of(origin), index, entry.entry(), entry.body().unwrap_or_default()) {
        Ok(frame) => {
            report.fact("frame_bytes", number(u64::try_from(frame.len()).unwrap_or(u64::MAX)));
            let own = Own::new(node.history.clone(), node.keys.duplicate().map_err(Failure::environment)?);
            mark_urgent(batch, &own, log, index).map_err(Failure::environment)
        }
        Err(why) => {
            report.warn(&format!(
                "this goes by the ordinary way, and not in an urgent frame: {why}. Announce it with: detente release alert"
            ));
            Ok(batch)
        }
    }
}

fn origin() -> Done<String> {
    let mut octets = [0; ORIGIN_BYTES];
    SystemEntropy::new().fill(&mut octets).map_err(Failure::environment)?;
    Ok(format!("detente/feed/{}", base64url::encode(&octets)))
}

fn source(
    home: &Home,
    node: &Signing,
    holdings: &Holdings<'_>,
    held: &Held,
    given: Option<(&Path, &Path)>,
) -> Done<Source> {
    let author = held.record.content().issuer();
    if author == holdings.own {
        let proof = prove(home, &node.store, &node.history, held.index, Some(held.salt.to_vec()))?;
        let logged = logged(held.record.clone(), Some(&proof), &node.history).map_err(Failure::refused)?;
        return Ok(Source::Own(logged));
    }
    let Some((proof, quorum)) = given else {
        return Err(Failure::refused(format!("this record is from party {author}: it is relayed only once it is believed"))
            .advise("add --author-proof FILE --quorum FILE: the author's proof that it is logged, and the witnesses you believe"));
    };
    let proof = LogProof::parse(&read_input(proof)?).map_err(Failure::input)?;
    let quorum = Quorum::parse(&read_input(quorum)?).map_err(Failure::input)?;
    let evidence = Evidence::new(proof, Delivery::new(held.index));
    let history = holdings.ring.find(author)?;
    let verified = verify(held.record.clone(), &evidence, history, &quorum, &Knowledge::new());
    verified.map(Source::Others).map_err(Failure::refused)
}
