//! A node with many incidents, as people run it, and somebody who is signed in.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use record::json::{Json, Map};
use tempfile::TempDir;

use crate::program::{Desk, Running, heard};
use crate::search::corpus::Corpus;
use crate::storage::scene as folders;
use crate::taxii::client::{self, Line, Site};

/// The account's own words, as long as a password must be.
const PASSWORD: &str = "four cranes stood by the water";

/// Roles of somebody who sees nearly all pages.
const NEARLY_ALL: &str = "--role analyst --role releaser --role duty-officer --role administrator";

/// What a node needs after its start until nothing more happens: views are read, the log is published, peers are asked.
const UNTIL_AT_REST: Duration = Duration::from_secs(20);

/// How much of what was not taken in is shown.
const SHOWN_CHARS: usize = 600;

const MAPPING: &str = r#"{"detente_mapping":1,"source":"Bench","format":"csv","id":"Case",
"columns":{"Title":"name","Text":"description","Day":"occurred","Severity":"severity","Countries":"countries",
"Developer":"developer","Deployer":"deployer","Kind":"event_kind"}}"#;

/// A running node.
pub(super) struct House {
    site: Site,
    /// From its start until it served, in milliseconds.
    pub(super) ready_ms: f64,
    /// What the process held at rest, before anybody signed in, in MB.
    pub(super) rest_mb: f64,
    case: String,
    record: String,
    node: Running,
    _folder: TempDir,
}

impl House {
    /// Makes a node, takes incidents in, lets it index them, and starts it again.
    pub(super) fn open(binary: &Path, incidents: usize) -> anyhow::Result<Self> {
        let folder = folders::folder()?;
        let desk = Desk { binary, folder: folder.path() };
        furnish(&desk, incidents)?;
        drop(settled(&desk)?);
        let began = Instant::now();
        let (node, said) = desk.serve("node", "--users 127.0.0.1:0")?;
        let ready_ms = began.elapsed().as_secs_f64() * 1e3;
        let _unheard = heard(said);
        let address = node.fact("users_listening")?.to_owned();
        std::thread::sleep(UNTIL_AT_REST);
        let rest_mb = node.memory_mb()?;
        let site = Site {
            address,
            proof: "Accept-Language: en".to_owned(),
            tls: Some(client::unchecked()?),
            objects: String::new(),
        };
        let site = signed_in(site)?;
        let listed = site.line()?.get("/incidents")?.is(200)?;
        let case = between(&listed.body, "href=\"", "/incidents/incident--", "\"")?;
        let shown = site.line()?.get(&case)?.is(200)?;
        let record = between(&shown.body, "href=\"", "/records/", "\"")?;
        Ok(Self { site, ready_ms, rest_mb, case, record, node, _folder: folder })
    }

    /// A connection that stays open.
    pub(super) fn browser(&self) -> anyhow::Result<Line> {
        self.site.line()
    }

    /// A path, with the incident and the record that were found.
    pub(super) fn path(&self, pattern: &str) -> String {
        pattern.replace("{case}", &self.case).replace("{record}", &self.record)
    }

    /// What the process holds now.
    pub(super) fn memory_mb(&self) -> anyhow::Result<f64> {
        self.node.memory_mb()
    }
}

/// A node with an analyst, and incidents as its table has them.
fn furnish(desk: &Desk<'_>, incidents: usize) -> anyhow::Result<()> {
    let _made = desk.run("init --dir node --name en=Harbour")?;
    desk.write("password", PASSWORD)?;
    // Whoever may open accounts comes first.
    for (name, roles) in [("lin", "--role administrator"), ("ada", NEARLY_ALL)] {
        let more = "--password-file password --by Ada --yes --dir node";
        let _opened = desk.run(&format!("account add {name} {roles} {more}"))?;
    }
    desk.write("mapping.json", MAPPING)?;
    desk.write("rows.csv", &rows(incidents)?)?;
    let taken = desk.run("import rows.csv --mapping mapping.json --rejected rejected.csv --dir node")?;
    let rejected = std::fs::read_to_string(desk.folder.join("rejected.csv")).unwrap_or_default();
    let first: String = rejected.chars().take(SHOWN_CHARS).collect();
    ensure!(rejected.lines().count() < 2, "not all was taken in: {}; the first: {first}", taken.to_text());
    Ok(())
}

/// Serves once with everything searched, so that the second start finds its views as a node has them that ran before.
fn settled(desk: &Desk<'_>) -> anyhow::Result<Running> {
    let left = |found: &Map| found.get("behind").and_then(Json::as_integer);
    while left(&desk.run("search crane --dir node")?).context("a search that does not say what is left")? > 0 {}
    let (node, said) = desk.serve("node", "--users 127.0.0.1:0")?;
    let _unheard = heard(said);
    std::thread::sleep(UNTIL_AT_REST);
    Ok(node)
}

fn signed_in(site: Site) -> anyhow::Result<Site> {
    let form = format!("name=ada&password={}&then=%2F", PASSWORD.replace(' ', "+"));
    let cookies = site.line()?.send("/sign-in", &form)?.is(303)?.cookies;
    Ok(Site { proof: format!("Cookie: {}", cookies.join("; ")), ..site })
}

/// The first link that begins so.
fn between(body: &[u8], before: &str, begin: &str, end: &str) -> anyhow::Result<String> {
    let text = std::str::from_utf8(body)?;
    let rest = text.split_once(&format!("{before}{begin}")).with_context(|| format!("no link to {begin}"))?.1;
    let name = rest.split_once(end).context("a link without an end")?.0;
    Ok(format!("{begin}{name}"))
}

/// Incidents with words as common and as rare as words are, two thirds in English and one in Chinese.
fn rows(incidents: usize) -> anyhow::Result<String> {
    let mut corpus = Corpus::new();
    let mut text = String::from("Case,Title,Text,Day,Severity,Countries,Developer,Deployer,Kind\n");
    for number in 0..u64::try_from(incidents)? {
        let (object, _, _) = corpus.incident(number);
        let facts = facts(&object).context("an incident without facts")?;
        let of = |map: &Map, name: &str| map.text(name).unwrap_or_default().to_owned();
        let country = facts.get("countries").and_then(Json::as_array).and_then(<[Json]>::first).and_then(Json::as_str);
        let day: String = of(facts, "occurred").chars().take(10).collect();
        let (title, told) = (of(&object, "name"), of(&object, "description"));
        let [severity, developer, deployer] = ["severity", "developer", "deployer"].map(|name| of(facts, name));
        // The corpus draws both, and a row where they contradict each other is not taken.
        let kind = if severity.contains("hazard") { "hazard" } else { "incident" };
        let country = country.unwrap_or_default();
        writeln!(text, "B-{number},\"{title}\",\"{told}\",{day},{severity},{country},{developer},{deployer},{kind}")?;
    }
    Ok(text)
}

fn facts(object: &Map) -> Option<&Map> {
    let Some(Json::Object(extensions)) = object.get("extensions") else { return None };
    extensions.get(incident::extension_id()).and_then(Json::as_object)
}
