//! What drives the browser: two Node packages at pinned versions, kept outside the repository and reused.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::interop::tools::{self as shared, COMPLETE, Missing};
use crate::process;
use crate::report;

use super::browser;

/// The files that pin every version, transitive ones too.
const PINS: &[&str] = &["package.json", "package-lock.json"];

/// An installation that is ready.
#[derive(Debug)]
pub(crate) struct Tools {
    /// The scripts in the repository.
    scripts: PathBuf,
    /// Where the packages are, and below it the files of each run.
    folder: PathBuf,
    chromium: PathBuf,
}

impl Tools {
    /// An empty directory for the nodes of one script.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn fresh_work(&self, name: &str) -> Result<PathBuf> {
        let work = self.work().join(name);
        std::fs::create_dir_all(&work).with_context(|| format!("{} cannot be made", work.display()))?;
        Ok(work)
    }

    /// Removes what the scripts of this run wrote. After a failure it is left, to be looked at.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub(crate) fn discard_work(&self) -> Result<()> {
        std::fs::remove_dir_all(self.work()).context("the work directory cannot be removed")
    }

    /// The command that runs one script.
    ///
    /// # Errors
    /// When the scripts cannot be copied below the modules that they import.
    pub(crate) fn command(&self, name: &str) -> Result<Command> {
        let mut command = Command::new("node");
        command.arg(self.below_modules()?.join(format!("{name}.mjs"))).env("CHROMIUM", &self.chromium);
        Ok(command)
    }

    /// JavaScript looks for modules in the folders above the importing file, so all scripts are copied there.
    fn below_modules(&self) -> Result<PathBuf> {
        let place = self.work().join("scripts");
        std::fs::create_dir_all(&place)?;
        for entry in std::fs::read_dir(&self.scripts)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "mjs") {
                std::fs::copy(&path, place.join(path.file_name().unwrap_or_default()))?;
            }
        }
        Ok(place)
    }

    fn work(&self) -> PathBuf {
        self.folder.join(format!("work-{}", std::process::id()))
    }
}

/// Finds the browser and the installation that belongs to the pinned versions, or makes them.
///
/// # Errors
/// When a program is missing or an installation fails.
pub(crate) fn prepare(scripts: &Path) -> Result<Tools, Missing> {
    if let Some(name) = ["node", "npm"].into_iter().find(|name| !process::answers(name, &["--version"])) {
        return Err(Missing::Program(name));
    }
    let chromium = browser::found()?;
    let folder = installed(scripts).map_err(Missing::Installation)?;
    report::line(&format!("{} driven from {}", chromium.display(), folder.display()));
    Ok(Tools { scripts: scripts.to_path_buf(), folder, chromium })
}

fn installed(scripts: &Path) -> Result<PathBuf> {
    let folder = shared::base().join(format!("pages-{}", shared::key(scripts, PINS)?));
    if !folder.join(COMPLETE).is_file() {
        std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        for name in PINS {
            std::fs::copy(scripts.join(name), folder.join(name))?;
        }
        shared::npm(&folder)?;
        std::fs::write(folder.join(COMPLETE), "").context("the installation cannot be marked complete")?;
    }
    Ok(folder)
}

/// Where pictures go: the chosen folder, or one beside the packages that each run begins anew.
///
/// # Errors
/// When it cannot be made.
pub(crate) fn pictures(chosen: Option<&Path>) -> Result<PathBuf> {
    let folder = match chosen {
        Some(chosen) => std::path::absolute(chosen)?,
        None => {
            let ours = shared::base().join("pages-pictures");
            if ours.is_dir() {
                std::fs::remove_dir_all(&ours).context("the pictures of the last run cannot be removed")?;
            }
            ours
        }
    };
    std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    Ok(folder)
}
