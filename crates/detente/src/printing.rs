//! Printing a page as PDF, by a Chromium of this machine.
//!
//! The page is ours and holds text of others. The browser is started for this one page, reads it from a private folder that goes with
//! it, reaches no network, and is ended when it takes too long.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::operations::asked;
use crate::operations::folder::Folder;
use crate::outcome::{Done, Failure};

/// Names a Chromium that is to be used.
const CHOSEN: &str = "DETENTE_CHROMIUM";

/// The names under which it is installed.
const NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// How long one page may take, in milliseconds. A page of a mebibyte takes some seconds; a cold start on a slow disk ten.
const PRINT_MS: u64 = 90_000;

/// How often it is looked whether it has ended, in milliseconds.
const LOOK_EVERY_MS: u64 = 50;

/// Octets of a PDF. A filing of a mebibyte of text has some five million.
const MAX_PDF_BYTES: u64 = 64 * 1024 * 1024;

/// How every PDF begins.
const MAGIC: &[u8] = b"%PDF";

/// What lies in the private folder.
const PAGE: &str = "page.html";
const PRINTED: &str = "page.pdf";
const PROFILE: &str = "profile";

/// What the browser is told: print, ask nobody, keep nothing. Whatever would be fetched all the same goes to a port of this machine
/// where nobody listens.
const FLAGS: &[&str] = &[
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--no-pdf-header-footer",
];

/// A printed page.
#[derive(Debug)]
pub(crate) struct Printed {
    pub(crate) octets: Vec<u8>,
    pub(crate) browser: PathBuf,
    /// Whether the browser ran without its own sandbox: Chromium refuses it to root.
    pub(crate) is_without_sandbox: bool,
}

/// Prints a page.
///
/// # Errors
/// [`Failure`] if it was asked for over the network, there is no Chromium, or it printed nothing in time. Each says how to print the
/// page by hand.
pub(crate) fn pdf(html: &str) -> Done<Printed> {
    if asked::is_remote() {
        return Err(Failure::refused(
            "a PDF is printed at the machine alone: a browser is not started for whoever asks",
        )
        .advise("take the page as HTML, and print it with a browser of your own"));
    }
    let browser = found()?;
    let folder = Folder::make()?;
    let page = folder.put(PAGE, html.as_bytes())?;
    let is_without_sandbox = is_of_root(&page);
    let mut command = command(&browser, &folder, is_without_sandbox)?;
    command.arg(address(&page)?);
    let child = command.spawn().map_err(|error| failed(&browser, &format!("it cannot be started: {error}")))?;
    let status = wait(child, &browser)?;
    let printed = read(&folder.path().join(PRINTED)).filter(|octets| octets.starts_with(MAGIC));
    let octets = printed.ok_or_else(|| failed(&browser, &format!("it printed nothing ({status})")))?;
    Ok(Printed { octets, browser, is_without_sandbox })
}

/// What was printed; none if nothing was, or more than a reader opens.
fn read(path: &Path) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    let file = std::fs::File::open(path).ok()?;
    let read = file.take(MAX_PDF_BYTES.saturating_add(1)).read_to_end(&mut octets).ok()?;
    u64::try_from(read).is_ok_and(|read| read <= MAX_PDF_BYTES).then_some(octets)
}

/// The browser to print with.
fn found() -> Done<PathBuf> {
    if let Some(chosen) = std::env::var_os(CHOSEN).filter(|chosen| !chosen.is_empty()) {
        return Ok(PathBuf::from(chosen));
    }
    in_path().ok_or_else(|| {
        Failure::environment("no Chromium is here to print with").advise(format!(
            "install chromium (and fonts-noto-cjk for Chinese), or name one by the variable {CHOSEN}; {BY_HAND}"
        ))
    })
}

fn in_path() -> Option<PathBuf> {
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    NAMES.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file()))
}

/// What to do without a browser that prints.
const BY_HAND: &str =
    "or write FILE.html in place of FILE.pdf, open it in any browser and print it there; the page needs no network";

fn failed(browser: &Path, why: &str) -> Failure {
    Failure::environment(format!("`{}` did not print the page: {why}", browser.display())).advise(format!(
        "name another Chromium by the variable {CHOSEN} (one that runs as a snap cannot read the folder); {BY_HAND}"
    ))
}

fn command(browser: &Path, folder: &Folder, is_without_sandbox: bool) -> Done<Command> {
    let own = |name: &str| folder.path().join(name);
    let option = |name: &str, path: PathBuf| {
        let mut option = std::ffi::OsString::from(format!("--{name}="));
        option.push(path);
        option
    };
    let mut command = Command::new(browser);
    command.args(FLAGS).arg(option("user-data-dir", own(PROFILE))).arg(option("print-to-pdf", own(PRINTED)));
    if is_without_sandbox {
        command.arg("--no-sandbox");
    }
    // What it keeps in a home goes with the folder; fonts are still found where the user has them.
    if let Some(fonts) = data_home() {
        command.env("XDG_DATA_HOME", fonts);
    }
    command.env("HOME", folder.path()).env("XDG_CONFIG_HOME", own("config")).env("XDG_CACHE_HOME", own("cache"));
    command.env_remove("DBUS_SESSION_BUS_ADDRESS").current_dir(folder.path());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Ok(command)
}

fn data_home() -> Option<PathBuf> {
    let named = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from);
    named.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/share")))
}

/// The address of a file of ours: its folder is one of random hexadecimal digits below the machine's folder for such things.
fn address(page: &Path) -> Done<String> {
    let path =
        page.to_str().filter(|path| path.bytes().all(|octet| octet.is_ascii_graphic() && !b"%#?".contains(&octet)));
    let path = path.ok_or_else(|| {
        Failure::environment(format!("`{}` cannot stand in an address", page.display()))
            .advise("name a folder of plain letters by the variable TMPDIR")
    })?;
    Ok(format!("file://{path}"))
}

/// Waits for the browser to end, and ends it if it takes too long.
fn wait(mut child: Child, browser: &Path) -> Done<ExitStatus> {
    let end = Instant::now().checked_add(Duration::from_millis(PRINT_MS));
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if end.is_some_and(|end| Instant::now() < end) => {
                std::thread::sleep(Duration::from_millis(LOOK_EVERY_MS));
            }
            Ok(None) => {
                // It has ended if it cannot be ended.
                let _ended = child.kill().and_then(|()| child.wait());
                return Err(failed(browser, &format!("it had not ended after {} s", PRINT_MS / 1000)));
            }
            Err(error) => return Err(failed(browser, &error.to_string())),
        }
    }
}

/// Whether a file that this process made belongs to root.
fn is_of_root(made: &Path) -> bool {
    #[cfg(unix)]
    {
        made.metadata().is_ok_and(|data| std::os::unix::fs::MetadataExt::uid(&data) == 0)
    }
    #[cfg(not(unix))]
    {
        let _ = made;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_whose_place_would_read_otherwise_in_an_address_is_refused() {
        assert_eq!(address(Path::new("/folder/detente-0a/page.html")).unwrap(), "file:///folder/detente-0a/page.html");
        for path in ["/folder/a b/page.html", "/folder/a%20/page.html", "/folder/a#b", "/folder/a?b", "/folder/\u{e9}"]
        {
            assert!(address(Path::new(path)).is_err(), "{path}");
        }
    }

    #[test]
    fn whoever_has_no_browser_is_told_how_to_print_by_hand() {
        let failure = failed(Path::new("/usr/bin/none"), "it cannot be started");
        assert!(failure.advice.unwrap().contains("FILE.html"));
    }
}
