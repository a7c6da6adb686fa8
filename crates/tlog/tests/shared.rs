//! Where test data that is not in the tree lies, and how a test says what it saw.

use std::path::PathBuf;

/// The folder of public data sets, or `None` with a line that says so.
#[expect(clippy::disallowed_methods, reason = "tests may be told where data lies; the core is not")]
pub(crate) fn data(part: &str) -> Option<PathBuf> {
    let root = std::env::var("DETENTE_SHARED_DATA")
        .map_or_else(|_| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")), PathBuf::from);
    let folder = root.join(part);
    if folder.is_dir() {
        return Some(folder);
    }
    say("SKIPPED: ../shared/data is not here");
    None
}

/// The octets of a data file.
#[expect(clippy::disallowed_methods, reason = "tests read files; the core does not")]
pub(crate) fn read(file: impl AsRef<std::path::Path>) -> Vec<u8> {
    std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.as_ref().display()))
}

/// The files of a folder and of those below it whose names end so, in order.
pub(crate) fn files(folder: &std::path::Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Prints a line of the test's report.
#[expect(clippy::print_stdout, reason = "counts are what these tests are for")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}
