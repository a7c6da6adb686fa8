//! Proposals of releases and what became of them, as private receipts held together by records of decisions.
//!
//! Every act is a private receipt: salt and canonical JSON, under the digest that names it. One signed record per act holds
//! the root over them, so that none can be added, changed or dropped later without that being seen.

use std::collections::BTreeMap;

use policy::decision::{Approval, Ask, Binding, Exposure, Subject};
use policy::receipt::{self, Opened, PrivateReceipt};
use record::base64url;
use record::digest::RecordDigest;
use record::json::{self, Json, Map};
use record::time::Timestamp;
use storage::batch::PrivateReceipt as StoredReceipt;
use storage::{Batch, LocalStore, LogName, Store as _};
use tlog::Hash;

use crate::command::log::{Signing, batch_of, fresh_salt, number, own_object};
use crate::holdings::Holdings;
use crate::node;
use crate::outcome::{Done, Failure};

/// The STIX type of the record that holds receipts together.
pub(crate) const DECISIONS: &str = "detente-decisions";

/// A proposal's name: the digest of its private receipt.
pub(crate) type ProposalId = RecordDigest;

/// A proposal.
#[derive(Debug, Clone)]
pub(crate) struct Proposal {
    pub(crate) id: ProposalId,
    pub(crate) subject: Subject,
    pub(crate) ask: Ask,
    /// What an approval of it binds to.
    pub(crate) binding: Option<Binding>,
    pub(crate) approvals: Vec<Approval>,
    pub(crate) published: Option<Published>,
    pub(crate) recalled: bool,
}

/// Where a proposal went.
#[derive(Debug, Clone)]
pub(crate) struct Published {
    pub(crate) feed: LogName,
    pub(crate) index: u64,
    /// The private receipt of what went.
    pub(crate) receipt: Option<RecordDigest>,
}

impl Proposal {
    /// The word for how far it has come.
    pub(crate) fn state(&self) -> &'static str {
        match (&self.published, self.recalled, self.approvals.is_empty()) {
            (Some(_), true, _) => "recalled",
            (Some(_), false, _) => "released",
            (None, _, false) => "approved",
            (None, _, true) => "proposed",
        }
    }

    /// What is asked, with the approvals so far, at another time.
    pub(crate) fn ask_at(&self, time: Timestamp) -> Ask {
        self.ask.clone().at(time).approved(self.approvals.clone())
    }
}

/// All proposals of a node, in the order in which they were made.
pub(crate) fn read(store: &LocalStore, holdings: &Holdings<'_>) -> Done<Vec<Proposal>> {
    Ok(read_all(store, holdings)?.proposals)
}

/// What the records of decisions say.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) proposals: Vec<Proposal>,
    /// Records that do not hold together. They say nothing, and keep nobody from what the others say.
    pub(crate) passed_over: Vec<RecordDigest>,
}

/// The same, with what was passed over.
pub(crate) fn read_all(store: &LocalStore, holdings: &Holdings<'_>) -> Done<Read> {
    let (mut decided, mut read) = (BTreeMap::new(), Read::default());
    for held in holdings.of_types(&[DECISIONS])? {
        let record = held.record.content();
        if record.issuer() != holdings.own {
            continue;
        }
        let Some(digests) = digests(record) else {
            read.passed_over.push(record.digest());
            continue;
        };
        for digest in digests {
            let Some(body) = store.receipt(digest.octets()).map_err(node::fail)? else { continue };
            take(&mut decided, &mut read.proposals, digest, &body);
        }
    }
    Ok(read)
}

/// One proposal.
pub(crate) fn find(store: &LocalStore, holdings: &Holdings<'_>, id: ProposalId) -> Done<Proposal> {
    read(store, holdings)?.into_iter().find(|one| one.id == id).ok_or_else(|| {
        Failure::input(format!("this node knows no proposal {id}"))
            .advise("`detente release list --dir DIR` shows those it knows")
    })
}

/// What a record of decisions says was done, and to which proposals. One that does not hold together says nothing.
pub(crate) fn acts(store: &LocalStore, record: &record::Record) -> Done<Vec<(String, ProposalId)>> {
    let mut acts = Vec::new();
    for digest in digests(record).unwrap_or_default() {
        let body = store.receipt(digest.octets()).map_err(node::fail)?;
        let found = body.as_deref().and_then(act);
        acts.extend(found.and_then(|(map, of)| Some((map.text("act")?.to_owned(), of))));
    }
    Ok(acts)
}

fn take(
    decided: &mut BTreeMap<RecordDigest, Opened>,
    proposals: &mut Vec<Proposal>,
    digest: RecordDigest,
    body: &[u8],
) {
    if let Ok(opened) = receipt::open(digest.octets(), body) {
        drop(decided.insert(digest, opened));
        return;
    }
    let Some((act, of)) = act(body) else { return };
    // A decision is also made when something is published; only what was proposed is a proposal.
    if let ("proposed", Some(Opened { subject, ask, binding, .. })) =
        (act.text("act").unwrap_or_default(), decided.get(&of))
    {
        let (subject, ask, binding) = (subject.clone(), ask.clone(), *binding);
        let approvals = Vec::new();
        proposals.push(Proposal { id: of, subject, ask, binding, approvals, published: None, recalled: false });
    }
    let Some(proposal) = proposals.iter_mut().find(|one| one.id == of) else { return };
    match act.text("act") {
        Some("approved") => proposal.approvals.extend(approval(&act)),
        Some("published") => proposal.published = published(&act),
        Some("recalled") => proposal.recalled = true,
        _ => {}
    }
}

fn act(body: &[u8]) -> Option<(Map, ProposalId)> {
    let text = body.get(receipt::SALT_BYTES..)?;
    let Ok(Json::Object(map)) = json::parse(text) else { return None };
    let of = map.text("proposal")?.parse().ok()?;
    Some((map, of))
}

fn approval(map: &Map) -> Option<Approval> {
    Some(Approval::new(map.text("by")?, map.text("time")?.parse().ok()?, map.text("binding")?.parse().ok()?))
}

fn published(map: &Map) -> Option<Published> {
    let index = map.get("index").and_then(Json::as_integer).and_then(|index| u64::try_from(index).ok())?;
    let receipt = map.text("receipt").and_then(|text| text.parse().ok());
    Some(Published { feed: map.text("feed")?.parse().ok()?, index, receipt })
}

/// The receipts that a record of decisions names, if its root is over them.
fn digests(record: &record::Record) -> Option<Vec<RecordDigest>> {
    let fields = record.extension();
    let list = fields.and_then(|fields| fields.get("receipts")).and_then(Json::as_array).unwrap_or_default();
    let digests: Vec<RecordDigest> = list.iter().filter_map(|digest| digest.as_str()?.parse().ok()).collect();
    let leaves: Vec<_> = digests.iter().map(|digest| Hash::leaf(digest.octets())).collect();
    let root = tlog::tree::root(&leaves).to_string();
    (fields.and_then(|fields| fields.text("root")) == Some(root.as_str())).then_some(digests)
}

/// What an approval, a publication or a recall is written down as.
pub(crate) fn act_receipt(act: &str, proposal: ProposalId, fields: Map) -> Done<PrivateReceipt> {
    let map = fields.with("v", number(1)).with("act", act).with("proposal", proposal.to_string());
    Ok(PrivateReceipt::of_act(map, &fresh_salt()?))
}

/// A batch that logs receipts under one signed record. `kept` are stored by it; `named` are stored by somebody else in the
/// same batch.
pub(crate) fn batch(node: &Signing, kept: &[PrivateReceipt], named: &[[u8; 32]]) -> Done<Batch> {
    let digests: Vec<[u8; 32]> = kept.iter().map(|one| *one.digest()).chain(named.iter().copied()).collect();
    let leaves: Vec<_> = digests.iter().map(|digest| Hash::leaf(digest)).collect();
    let list = digests.iter().map(|digest| Json::text(base64url::encode(digest))).collect();
    let fields = Map::new().with("root", tlog::tree::root(&leaves).to_string()).with("receipts", Json::Array(list));
    let signed = node.sign(own_object(DECISIONS, fields)?)?;
    let mut batch = batch_of(&signed)?;
    for one in kept {
        batch = batch.receipt(StoredReceipt::new(*one.digest(), one.body().to_vec()));
    }
    Ok(batch)
}

/// Where the counters stand that a release may move.
pub(crate) fn exposure(store: &LocalStore, names: &[String]) -> Done<Exposure> {
    let asked: Vec<&str> = names.iter().map(String::as_str).collect();
    let stand = store.counters(&asked).map_err(node::fail)?;
    Ok(names.iter().cloned().zip(stand).collect::<BTreeMap<_, _>>())
}

#[cfg(test)]
mod tests {
    use record::json::{Json, Map};
    use tlog::Hash;

    use super::{DECISIONS, acts};
    use crate::arguments::{NodeArguments, PassphraseArguments};
    use crate::command::log::{Signing, batch_of, own_object};
    use crate::operations::tests::office::Office;

    #[test]
    fn a_record_of_decisions_that_does_not_hold_together_is_named_and_stops_nothing() {
        let office = Office::staffed();
        let passphrase = PassphraseArguments { passphrase: false, passphrase_file: None };
        let node = Signing::open(&NodeArguments { dir: office.dir(), passphrase }).unwrap();
        let receipts = Json::Array(vec![Json::text("A".repeat(43))]);
        let fields = Map::new().with("root", Hash::leaf(b"another").to_string()).with("receipts", receipts);
        let record = node.sign(own_object(DECISIONS, fields).unwrap()).unwrap();
        node.commit(batch_of(&record).unwrap()).unwrap();
        assert_eq!(acts(&node.store, record.content()).unwrap(), []);
        drop(node);
        let told = office.type_in(&format!("release list --dir {}", office.dir().display()));
        let named = told.get("passed_over").and_then(Json::as_array).unwrap();
        assert_eq!(named, [Json::text(record.digest().to_string())]);
        assert!(office.told("rel", "release list", "{}").contains("proposals"), "and over the API the list is there");
    }
}
