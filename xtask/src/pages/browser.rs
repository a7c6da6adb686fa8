//! Finding a Chromium, or installing it where that is ours to do.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::interop::tools::{self, Missing};
use crate::process;

/// The names under which it is installed.
const NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// What is installed on Debian and its kin: the browser, and characters for pictures of Chinese pages.
const PACKAGES: &[&str] = &["chromium", "fonts-noto-cjk"];

/// What is missing where there is none.
const WANTED: &str = "install chromium or google-chrome (on Debian: apt-get install chromium fonts-noto-cjk), or name \
                      one by the variable CHROMIUM";

/// The browser that the scripts drive.
///
/// # Errors
/// When there is none, and it cannot be installed.
pub(crate) fn found() -> Result<PathBuf, Missing> {
    if let Some(chosen) = std::env::var_os("CHROMIUM").filter(|chosen| !chosen.is_empty()) {
        return Ok(PathBuf::from(chosen));
    }
    if let Some(path) = in_path() {
        return Ok(path);
    }
    if !is_root() || !process::answers("apt-get", &["--version"]) {
        return Err(Missing::Browser(WANTED));
    }
    install().map_err(Missing::Installation)?;
    in_path().ok_or(Missing::Browser(WANTED))
}

fn in_path() -> Option<PathBuf> {
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    NAMES.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file()))
}

fn is_root() -> bool {
    process::capture(Command::new("id").arg("-u")).is_ok_and(|user| user.trim() == "0")
}

fn install() -> Result<()> {
    let apt = |words: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(words).env("DEBIAN_FRONTEND", "noninteractive");
        tools::quietly(&mut command)
    };
    apt(&["update"]).context("the list of packages could not be fetched")?;
    let words: Vec<&str> =
        ["install", "-y", "--no-install-recommends"].into_iter().chain(PACKAGES.iter().copied()).collect();
    apt(&words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_install_is_said() {
        let said = Missing::Browser(WANTED).to_string();
        assert!(PACKAGES.iter().all(|package| said.contains(package)) && said.contains("CHROMIUM"), "{said}");
    }
}
