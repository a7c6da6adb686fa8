//! `detente peer`: the nodes that this node reaches, and pairing with new ones.

mod deposits;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use node::client::{Address, Client, Fetched, Wanted};
use node::limits::ClientLimits;
use node::metrics::Metrics;
use node::tls::{Expected, Pins};
use policy::control::ProfileFile;
use protocol::exchange::listing::{self, MAX_LISTING_BYTES};
use protocol::exchange::{Control, PairReveal};
use protocol::pairing::{Side, code};
use record::digest::PartyId;
use record::json::{self, Json, Map};
use record::limits::MAX_RECORD_BYTES;
use tokio::runtime::Runtime;

use super::log::{fresh_salt, open_keys};
use crate::arguments::{
    NodeArguments, PeerAcceptArguments, PeerAddArguments, PeerCheckArguments, PeerCommand, PeerListArguments,
    PeerPairArguments, PeerRemoveArguments,
};
use crate::home::{Home, read_input};
use crate::keyring::{check_text, lists_transport};
use crate::negotiations::Negotiations;
use crate::outcome::{Done, Failure};
use crate::peers::{self, Peer};
use crate::report::Report;
use crate::serve::pairing::octets_of;
use crate::{clock, node as store_of, pairings, partners, serve};

pub(crate) fn run(command: &PeerCommand, report: &mut Report) -> Done {
    match command {
        PeerCommand::Invite(arguments) => invite(arguments, report),
        PeerCommand::Pair(arguments) => pair(arguments, report),
        PeerCommand::Accept(arguments) => accept(arguments, report),
        PeerCommand::Add(arguments) => add(arguments, report),
        PeerCommand::List(arguments) => list(arguments, report),
        PeerCommand::Deposits(arguments) => deposits::list(arguments, report),
        PeerCommand::Check(arguments) => check(arguments, report),
        PeerCommand::Remove(arguments) => remove(arguments, report),
    }
}

fn invite(arguments: &PeerListArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    let until = pairings::open(&home)?;
    report.fact("open_until", until.to_string());
    report.line(
        "\nThe other side now runs: detente peer pair ADDRESS --dir DIR\nThen `detente peer list` shows the code here. \
         Compare it with the other side by voice.",
    );
    Ok(())
}

/// A client with this node's identity.
struct Caller {
    client: Client,
    runtime: Runtime,
    home: Home,
}

impl Caller {
    fn open(arguments: &NodeArguments) -> Done<Self> {
        let home = Home::open(&arguments.dir)?;
        let (history, keys) = open_keys(&home, arguments)?;
        let identity = Arc::new(serve::identity(history.party(), &keys)?);
        let pins: Arc<dyn Pins> = Arc::new(partners::ring(&home)?);
        let client = Client::new(identity, pins, ClientLimits::default(), Arc::new(Metrics::new()));
        Ok(Self { client, runtime: serve::runtime()?, home })
    }

    fn post(&self, address: &Address, control: &Control) -> Done<Fetched> {
        let asked = self.client.post(address, Expected::AnyKey, control, 2 * MAX_RECORD_BYTES);
        let fetched = self.runtime.block_on(asked).map_err(Failure::environment)?;
        if fetched.status == 200 {
            return Ok(fetched);
        }
        let said = String::from_utf8_lossy(&fetched.octets).into_owned();
        Err(Failure::refused(format!("the node at {address} answered {}: {}", fetched.status, said.trim())))
    }
}

fn pair(arguments: &PeerPairArguments, report: &mut Report) -> Done {
    let caller = Caller::open(&arguments.node)?;
    let history = caller.home.history()?;
    let profile = read_input(&caller.home.profile_path())?;
    let profile = ProfileFile::read(&String::from_utf8_lossy(&profile), &history)
        .ok_or_else(|| Failure::input("our own `profile.json` holds something that a profile does not have"))?;
    let ours = Side::new(history.party(), history.head().digest(), fresh_salt()?);
    let commitment = ours.commitment();
    let answer = caller.post(&arguments.address, &Control::PairCommit { commitment })?;
    let malformed = || Failure::refused("what the other node answered is no step of pairing");
    let Ok(Json::Object(map)) = json::parse(&answer.octets) else { return Err(malformed()) };
    let number = octets_of(&map, "number").ok_or_else(malformed)?;
    let theirs = map.text("profile").ok_or_else(malformed)?;
    let known = check_text(theirs.as_bytes(), Path::new("the profile that came"))?;
    if !lists_transport(&known.history, &answer.key, clock::now()) {
        return Err(Failure::refused("the profile that came does not list the key of the node that sent it")
            .advise("somebody may sit between you and that node"));
    }
    let reveal = PairReveal {
        commitment,
        number: ours.number,
        profile,
        address: arguments.our_address.as_ref().map(ToString::to_string),
    };
    let _taken = caller.post(&arguments.address, &Control::PairReveal(Box::new(reveal)))?;
    let other = Side::new(known.history.party(), known.history.head().digest(), number);
    let code = code(&ours, &other);
    pairings::keep(&caller.home, &code, theirs, Some(&arguments.address.to_string()))?;
    report.fact("party", known.history.party().to_string());
    report.fact("name", known.name().unwrap_or_default());
    report.fact("code", code.as_str());
    report.line(
        "\nRead these digits to the other side by a way that you trust. Only if both nodes show the same, both run: \
         detente peer accept CODE --dir DIR",
    );
    Ok(())
}

fn accept(arguments: &PeerAcceptArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    let waiting = pairings::find(&home, &arguments.code)?;
    let address = waiting.address.as_ref().map(|address| address.parse()).transpose();
    let address = address.map_err(|_| Failure::input("the other side gave no address that can be reached"))?;
    let party = partners::take(&home, waiting.profile.as_bytes())?;
    peers::put(&home, Peer { party, address, is_witness: arguments.witness, deposit_mib: 0 })?;
    pairings::forget(&home, &waiting)?;
    report.fact("party", party.to_string());
    report.line("\nIts keys are believed from now on. A running node reaches it by itself.");
    Ok(())
}

fn add(arguments: &PeerAddArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    let party = match arguments.partner.parse::<PartyId>() {
        Ok(party) => party,
        Err(_) => partners::remember(&home, &PathBuf::from(&arguments.partner))?,
    };
    let _known = partners::ring(&home)?.find(party).map_err(|failure| {
        failure.advise("give its profile file in place of its id, once you have compared the id with the party")
    })?;
    if party == home.history()?.party() {
        return Err(Failure::input("this is the node's own party"));
    }
    let (address, deposit_mib) = (arguments.address.clone(), arguments.deposits);
    peers::put(&home, Peer { party, address, is_witness: arguments.witness, deposit_mib })?;
    report.fact("party", party.to_string());
    report.fact("address", arguments.address.as_ref().map_or(Json::Null, |it| Json::text(it.to_string())));
    report.fact("is_witness", Json::Bool(arguments.witness));
    report.fact("deposit_mib", Json::count(deposit_mib));
    Ok(())
}

fn list(arguments: &PeerListArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    let ring = partners::ring(&home)?;
    let mut rows = Vec::new();
    for peer in peers::read(&home)? {
        let name = ring.name(peer.party).unwrap_or_default();
        let address = peer.address.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
        let role = if peer.is_witness { "witness" } else { "peer" };
        report.line(format!("{}  {role:<7}  {address}  {name}", peer.party));
        let map = Map::new().with("party", peer.party.to_string()).with("name", name).with("address", address);
        let map = map.with("is_witness", Json::Bool(peer.is_witness));
        rows.push(Json::from(map.with("deposit_mib", Json::count(peer.deposit_mib))));
    }
    report.data("peers", Json::Array(rows));
    let mut waiting = Vec::new();
    for one in pairings::list(&home)? {
        let known = check_text(one.profile.as_bytes(), Path::new("the profile that came"))?;
        let (party, name) = (known.history.party(), known.name().unwrap_or_default().to_owned());
        report.line(format!("waits for you to compare its code: {}  {party}  {name}", pairings::grouped(&one.code)));
        let map = Map::new().with("code", pairings::grouped(&one.code)).with("party", party.to_string());
        waiting.push(Json::from(map.with("name", name)));
    }
    report.data("pairings", Json::Array(waiting));
    Ok(())
}

fn check(arguments: &PeerCheckArguments, report: &mut Report) -> Done {
    let caller = Caller::open(&arguments.node)?;
    let found = peers::read(&caller.home)?.into_iter().find(|peer| peer.party == arguments.party);
    let address = found.and_then(|peer| peer.address).ok_or_else(|| {
        Failure::input("no address of this peer is known here")
            .advise("name it with: detente peer add PARTY --address ADDRESS")
    })?;
    let wanted = Wanted::new("/peer/feeds", MAX_LISTING_BYTES);
    let asked = caller.client.get(&address, Expected::Party(arguments.party), &wanted);
    let fetched = caller.runtime.block_on(asked).map_err(Failure::environment)?;
    report.fact("party", arguments.party.to_string());
    report.fact("address", address.to_string());
    report.fact("status", Json::count(fetched.status));
    if fetched.status == 401 {
        return Err(Failure::refused("it answers under the right key, and does not know ours")
            .advise("hand it this node's profile.json, or pair"));
    }
    let feeds = listing::read(&fetched.octets).map_err(Failure::refused)?;
    report.fact("feeds", Json::count(feeds.len()));
    report.line("\nProved: whoever answers there has the transport key that this party's key record lists.");
    Ok(())
}

fn remove(arguments: &PeerRemoveArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    if arguments.unpin {
        check_unpin(&home, arguments.party)?;
    }
    let held = home.hold()?;
    let mut all = peers::read(&home)?;
    let before = all.len();
    all.retain(|peer| peer.party != arguments.party);
    // Its address may have been forgotten before, and its keys not.
    if all.len() == before && !(arguments.unpin && partners::has(&home, arguments.party)) {
        return Err(Failure::input("there is no such peer").advise("`detente peer list --dir DIR` shows them"));
    }
    peers::write(&home, &all)?;
    if arguments.unpin {
        partners::forget(&home, arguments.party)?;
    }
    drop(held);
    peers::tell_running(&home)?;
    report.fact("party", arguments.party.to_string());
    report.fact("unpinned", Json::Bool(arguments.unpin));
    report.line(if arguments.unpin {
        "\nIts address and its keys are forgotten: from now on its node is a stranger's. What came from it stays in this \
         node's logs."
    } else {
        "\nIts address is forgotten, and this node reads it no more. Its keys stay pinned: it may still come, and read what an \
         agreement in force releases to it. End or suspend the agreement to stop that; --unpin forgets the keys."
    });
    Ok(())
}

/// What a party signed in a negotiation is read with its keys at each start, and says what binds this node.
fn check_unpin(home: &Home, party: PartyId) -> Done {
    let store = store_of::open_to_read(home, &home.history()?)?;
    let negotiations = Negotiations::read(&store, &partners::ring(home)?, home.history()?.party(), clock::now())?;
    if !negotiations.is_author(party) {
        return Ok(());
    }
    Err(Failure::refused("the log holds messages of negotiations that this party signed: without its keys nobody could tell what is in force")
        .advise("end or suspend its agreements instead: then nothing is served to it; leave out --unpin to forget its address"))
}
