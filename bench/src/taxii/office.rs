//! A node with its site, as people run it.

use std::path::Path;

use anyhow::Context as _;
use record::json::{Json, Map};
use tempfile::TempDir;

use super::client::{self, Line, Site};
use crate::program::{Desk, Running, heard};
use crate::storage::scene as folders;

/// Where collections are listed.
const COLLECTIONS: &str = "/taxii2/api/collections/";

/// The account's own words, as long as a password must be.
const PASSWORD: &str = "four cranes stood by the water";

/// How the title of the collection begins that holds what a node took in itself.
const OWN: &str = "Our own";

/// A running node, an account of an analyst, and a token for each program.
pub(super) struct Office {
    sites: Vec<Site>,
    _node: Running,
    _folder: TempDir,
}

impl Office {
    /// Begins, with so many programs.
    pub(super) fn open(binary: &Path, programs: usize) -> anyhow::Result<Self> {
        let folder = folders::folder()?;
        let desk = Desk { binary, folder: folder.path() };
        let tokens = accounts(&desk, programs)?;
        let (node, said) = desk.serve("node", "--users 127.0.0.1:0")?;
        let _unheard = heard(said);
        let address = node.fact("users_listening")?.to_owned();
        let site = |token: String| -> anyhow::Result<Site> {
            let proof = format!("Authorization: Bearer {token}");
            let tls = Some(client::unchecked()?);
            own(Site { address: address.clone(), proof, tls, objects: String::new() })
        };
        let sites = tokens.into_iter().map(site).collect::<anyhow::Result<_>>()?;
        Ok(Self { sites, _node: node, _folder: folder })
    }

    /// A connection of each program.
    pub(super) fn lines(&self) -> anyhow::Result<Vec<Line>> {
        self.sites.iter().map(Site::line).collect()
    }

    /// The first program's.
    pub(super) fn site(&self) -> anyhow::Result<&Site> {
        self.sites.first().context("a node without a program")
    }
}

/// The tokens of an analyst's programs. What bears no label is for those who label, so no reader would see the objects.
fn accounts(desk: &Desk<'_>, programs: usize) -> anyhow::Result<Vec<String>> {
    desk.run("init --dir node --name en=Harbour")?;
    desk.write("password", PASSWORD)?;
    for (name, role) in [("ada", "administrator"), ("lin", "analyst")] {
        let more = "--password-file password --by Ada --yes --dir node";
        desk.run(&format!("account add {name} --role {role} {more}"))?;
    }
    let rights = "--right post --right read-feeds --right read";
    let token = |number: usize| {
        let made = desk.run(&format!("token make lin program-{number} {rights} --days 1 --by Ada --yes --dir node"))?;
        made.text("secret").map(str::to_owned).context("a token without its secret")
    };
    (0..programs).map(token).collect()
}

/// The site with the path of the node's own records.
fn own(site: Site) -> anyhow::Result<Site> {
    let listed = site.line()?.get(COLLECTIONS)?.is(200)?.json()?;
    let all = listed.get("collections").and_then(Json::as_array).unwrap_or_default().iter();
    let is_own = |one: &&Map| one.text("title").is_some_and(|title| title.starts_with(OWN));
    let found = all.filter_map(Json::as_object).find(is_own).and_then(|one| one.text("id"));
    let id = found.context("no collection of the node's own records")?;
    Ok(Site { objects: format!("{COLLECTIONS}{id}/objects/"), ..site })
}
