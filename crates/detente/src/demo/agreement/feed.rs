//! A look at Harbour's feed: the files that members pull, and the body that the newest release names.

use std::fs;
use std::path::PathBuf;

use record::digest::AgreementDigest;
use record::json::{self, Json, Map};
use storage::{Body, LogName, Place, Store as _};

use crate::demo::cast::Cast;
use crate::demo::steps::folder_holds;
use crate::home::Home;
use crate::node;
use crate::outcome::{Done, Failure};

/// Octets of the length before each entry in a bundle of a C2SP tiled log.
const LENGTH_BYTES: usize = 2;

/// A feed as it lies on the disk.
pub(super) struct Feed {
    folder: PathBuf,
    entries: Vec<Map>,
    body: String,
}

impl Feed {
    pub(super) fn open(cast: &Cast, agreement: &str) -> Done<Self> {
        let agreement: AgreementDigest = agreement.parse().map_err(Failure::input)?;
        let log = LogName::feed(agreement, 0);
        let dir = cast.dir.join("harbour");
        let home = Home::open(&dir)?;
        let store = node::open_to_read(&home, &home.history()?)?;
        let found = store.bodies(&[Place::new(log.clone(), 0)]).map_err(node::fail)?.pop();
        let Some(Body::Kept(body)) = found else { return Err(Failure::refused("the release has no body")) };
        let body = String::from_utf8(body.to_vec()).map_err(Failure::refused)?;
        let heads = store.heads().map_err(node::fail)?;
        let size = heads.iter().find(|head| head.log == log).map_or(0, |head| head.size);
        let folder = dir.join("log").join(log.as_str());
        let bundle = folder.join(format!("tile/entries/000.p/{size}"));
        let entries = entries(&fs::read(bundle).map_err(Failure::environment)?);
        Ok(Self { folder, entries, body })
    }

    /// What a member fetches.
    pub(super) fn body(&self) -> &str {
        &self.body
    }

    /// Whether any published file holds these words.
    pub(super) fn holds(&self, words: &str) -> bool {
        folder_holds(&self.folder, words.as_bytes())
    }

    /// The digest of the private receipt that the first entry names.
    pub(super) fn receipt(&self) -> Done<String> {
        let public = self.entries.first().and_then(|entry| entry.get("receipt")?.as_object());
        let digest = public.and_then(|public| public.text("receipt"));
        digest.map(str::to_owned).ok_or_else(|| Failure::refused("the entry names no receipt"))
    }

    /// The kinds of its entries, in order.
    pub(super) fn kinds(&self) -> Vec<&str> {
        self.entries.iter().filter_map(|entry| entry.text("kind")).collect()
    }
}

fn entries(mut bundle: &[u8]) -> Vec<Map> {
    let mut found = Vec::new();
    while let Some((length, rest)) = bundle.split_first_chunk::<LENGTH_BYTES>() {
        let Some((entry, rest)) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length))) else { break };
        if let Ok(Json::Object(entry)) = json::parse(entry) {
            found.push(entry);
        }
        bundle = rest;
    }
    found
}
