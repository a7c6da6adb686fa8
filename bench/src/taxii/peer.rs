//! Medallion, the reference server of TAXII 2.1 by OASIS, beside a node in the same run: the same requests, the same machine.
//!
//! Each is taken as it comes. A node speaks TLS, signs every object, and answers once it lies on the disk; medallion holds what
//! it is sent in memory and speaks plain HTTP, with a connection for each request. Both are on loopback.

use std::ffi::OsStr;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use record::json::{self, Json, Map};
use tempfile::TempDir;

use super::CONNECTIONS;
use super::client::{Line, Site};
use super::objects::{Kind, TOGETHER};
use super::work::{pages, post, post_each};
use crate::program::Running;
use crate::storage::scene as folders;
use crate::table::Table;

/// Names a python that has medallion.
const PYTHON: &str = "DETENTE_MEDALLION_PYTHON";

/// Objects in POSTs of their own, which come first. Medallion compares each with all that it has, so they are few.
const SINGLE: u32 = 500;

/// Objects in POSTs of many, which follow.
const BULK: u32 = 10_000;

/// Objects that are there when all are read, before the rest of them comes. What that takes medallion grows with the square of
/// what it holds: half a minute here, and many minutes with all.
const READ: u32 = 2_500;

/// How long medallion may take to begin.
const PATIENCE: Duration = Duration::from_secs(30);

/// Its collection.
const COLLECTION: &str = "91a7b528-80eb-42ed-a74d-c6fbd5a26116";

/// Who may ask there, and the same as HTTP has it.
const USER: &str = "ada";
const PASSWORD: &str = "Password0";
const BASIC: &str = "Basic YWRhOlBhc3N3b3JkMA==";

/// Begins it as its own command does.
const BEGIN: &str = "from medallion.scripts.run import main; main()";

/// Says which one it is.
const VERSION: &str =
    "import importlib.metadata as m; print(m.version('medallion'), 'with werkzeug', m.version('werkzeug'))";

pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    let Some(python) = std::env::var_os(PYTHON) else {
        table.title(&format!("taxii/peer: medallion was not measured; {PYTHON} names no python that has it"));
        return Ok(());
    };
    let version = version(&python)?;
    let Some(office) = super::opened(table, "taxii/peer", CONNECTIONS)? else { return Ok(()) };
    table.title(&format!(
        "taxii: a node (TLS, signed, durable) and medallion {version} (plain HTTP, in memory), one machine"
    ));
    let ours = Figures::of(office.site()?, office.lines()?)?;
    drop(office);
    let medallion = Medallion::start(&python)?;
    let lines = (0..CONNECTIONS).map(|_| medallion.site.line()).collect::<anyhow::Result<_>>()?;
    let theirs = Figures::of(&medallion.site, lines).with_context(|| medallion.said())?;
    tell(table, &ours, &theirs);
    Ok(())
}

fn tell(table: &mut Table, ours: &Figures, theirs: &Figures) {
    let rows = [
        (format!("POSTs of one, {CONNECTIONS} at once, {SINGLE} objects"), ours.single, theirs.single),
        (format!("POSTs of {TOGETHER}, {BULK} objects"), ours.bulk, theirs.bulk),
        (format!("pages of {TOGETHER}, {READ} objects"), ours.pages, theirs.pages),
    ];
    for (name, ours, theirs) in rows {
        table.figure(&format!("{name}: the node"), ours, "objects/s", None);
        table.figure(&format!("{name}: medallion"), theirs, "objects/s", None);
        table.figure(&format!("{name}: beside medallion"), ours / theirs, "times", None);
    }
}

/// Objects a second.
struct Figures {
    single: f64,
    bulk: f64,
    pages: f64,
}

impl Figures {
    fn of(site: &Site, mut lines: Vec<Line>) -> anyhow::Result<Self> {
        let (single, _millis) = post_each(&mut lines, 0..SINGLE)?;
        let bulk = |numbers| post(&mut site.line()?, Kind::Indicator, numbers)?.seconds();
        let before_s = bulk(SINGLE..READ)?;
        let pages = pages(site, READ)?;
        let bulk_s = before_s + bulk(READ..SINGLE + BULK)?;
        Ok(Self { single, bulk: f64::from(BULK) / bulk_s, pages })
    }
}

/// A running medallion, with nothing in its one collection.
struct Medallion {
    site: Site,
    _server: Running,
    folder: TempDir,
}

impl Medallion {
    fn start(python: &OsStr) -> anyhow::Result<Self> {
        let folder = folders::folder()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let settings = settings(folder.path(), &address)?;
        let log = std::fs::File::create(folder.path().join("log"))?;
        let mut command = Command::new(python);
        command.args(["-c", BEGIN, "--host", "127.0.0.1", "--port", &port.to_string()]).arg(settings);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let server = Running::start(&mut command)?;
        let objects = format!("/trustgroup1/collections/{COLLECTION}/objects/");
        let site = Site { address, proof: BASIC.to_owned(), tls: None, objects };
        let medallion = Self { site, _server: server, folder };
        medallion.until_there()?;
        Ok(medallion)
    }

    fn until_there(&self) -> anyhow::Result<()> {
        let end = Instant::now() + PATIENCE;
        while TcpStream::connect(&self.site.address).is_err() {
            ensure!(Instant::now() < end, "medallion does not begin: {}", self.said());
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// What it said last: its log has a line for each request.
    fn said(&self) -> String {
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let lines: Vec<_> = log.lines().rev().take(20).collect();
        format!("medallion said, the last first: {}", lines.join(" | "))
    }
}

fn version(python: &OsStr) -> anyhow::Result<String> {
    let told = Command::new(python).args(["-c", VERSION]).output().context(PYTHON)?;
    ensure!(told.status.success(), "{PYTHON} has no medallion: {}", String::from_utf8_lossy(&told.stderr));
    Ok(String::from_utf8_lossy(&told.stdout).trim().to_owned())
}

/// Writes what it begins with and how it is set up, and says where.
fn settings(folder: &Path, address: &str) -> anyhow::Result<std::path::PathBuf> {
    let root = format!("http://{address}/trustgroup1/");
    let discovery = Map::new().with("title", "Coast").with("default", &*root).with("api_roots", array([root.as_str()]));
    let data = Map::new().with("/discovery", discovery).with("trustgroup1", trust_group()?);
    let (seed, settings) = (folder.join("data.json"), folder.join("settings.json"));
    std::fs::write(&seed, data.to_text())?;
    let backend = Map::new()
        .with("module", "medallion.backends.memory_backend")
        .with("module_class", "MemoryBackend")
        .with("filename", seed.display().to_string());
    let taxii = Map::new().with("max_page_size", Json::count(TOGETHER));
    let whole = Map::new().with("backend", backend).with("users", Map::new().with(USER, PASSWORD)).with("taxii", taxii);
    std::fs::write(&settings, whole.to_text())?;
    Ok(settings)
}

fn trust_group() -> anyhow::Result<Json> {
    let text = format!(
        r#"{{"information": {{"title": "Coast", "versions": ["application/taxii+json;version=2.1"],
            "max_content_length": 16777216}}, "status": [], "collections": [{{"id": "{COLLECTION}", "title": "Cranes",
            "can_read": true, "can_write": true, "media_types": ["application/stix+json;version=2.1"],
            "objects": [], "manifest": []}}]}}"#
    );
    Ok(json::parse(text.as_bytes())?)
}

fn array<const N: usize>(texts: [&str; N]) -> Json {
    Json::Array(texts.into_iter().map(Json::text).collect())
}
