//! The other implementations: a Python environment and an npm folder, kept outside the repository and reused.

use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::process;
use crate::report;

/// The files that pin every version, transitive ones too.
const PINS: &[&str] = &["requirements.txt", "package.json", "package-lock.json"];

/// Written last, so that an interrupted installation is not taken for a whole one.
pub(crate) const COMPLETE: &str = "complete";

/// What a script is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// A `.py` file.
    Python,
    /// A `.mjs` file.
    JavaScript,
}

impl Language {
    /// The language of a script; nothing for other files and for helpers, whose names begin with an underscore.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        match path.extension()?.to_str()? {
            _ if name.starts_with('_') => None,
            "py" => Some(Self::Python),
            "mjs" => Some(Self::JavaScript),
            _ => None,
        }
    }
}

/// Why the tools are not to be had.
#[derive(Debug)]
pub(crate) enum Missing {
    /// A program that must be installed first.
    Program(&'static str),
    /// The browser, which goes by several names; with what to do.
    Browser(&'static str),
    /// An installation that did not succeed.
    Installation(anyhow::Error),
}

impl Missing {
    /// Whether this ends the run: always when the tools are required, and on a machine for continuous checks when
    /// only the installation failed.
    pub(crate) fn is_fatal(&self, is_required: bool) -> bool {
        let is_continuous = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
        is_required || (is_continuous && matches!(self, Self::Installation(_)))
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Program(name) => write!(out, "`{name}` is not installed"),
            Self::Browser(advice) => write!(out, "no browser is installed: {advice}"),
            Self::Installation(error) => write!(out, "what is needed beside us could not be installed: {error:#}"),
        }
    }
}

/// An installation that is ready.
#[derive(Debug)]
pub(crate) struct Tools {
    folder: PathBuf,
}

impl Tools {
    /// An empty directory for the files of one script.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn fresh_work(&self, script: &Path) -> Result<PathBuf> {
        let name = script.file_name().context("a script without a name")?;
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

    fn work(&self) -> PathBuf {
        self.folder.join(format!("work-{}", std::process::id()))
    }

    /// The command that runs one script.
    ///
    /// # Errors
    /// When a JavaScript file cannot be copied beside the modules it imports.
    pub(crate) fn command(&self, language: Language, script: &Path) -> Result<Command> {
        match language {
            Language::Python => {
                let mut command = Command::new(python_of(&self.folder));
                command.arg(script).env("PYTHONDONTWRITEBYTECODE", "1");
                Ok(command)
            }
            Language::JavaScript => {
                let mut command = Command::new("node");
                command.arg(self.beside_modules(script)?);
                Ok(command)
            }
        }
    }

    /// JavaScript looks for modules beside the importing file, so all scripts and helpers are copied there.
    fn beside_modules(&self, script: &Path) -> Result<PathBuf> {
        let folder = script.parent().context("a script without a directory")?;
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "mjs") {
                std::fs::copy(&path, self.folder.join(path.file_name().unwrap_or_default()))?;
            }
        }
        Ok(self.folder.join(script.file_name().unwrap_or_default()))
    }
}

/// Finds the installation that belongs to the pinned versions, or makes it.
///
/// # Errors
/// When a program is missing or an installation fails.
pub(crate) fn prepare(scripts: &Path) -> Result<Tools, Missing> {
    let programs = ["python3", "node", "npm"];
    if let Some(name) = programs.into_iter().find(|name| !process::answers(name, &["--version"])) {
        return Err(Missing::Program(name));
    }
    installed(scripts).map_err(Missing::Installation)
}

fn installed(scripts: &Path) -> Result<Tools> {
    let folder = base().join(key(scripts, PINS)?);
    if !folder.join(COMPLETE).is_file() {
        install(scripts, &folder)?;
    }
    report::line(&format!("other implementations in {}", folder.display()));
    Ok(Tools { folder })
}

/// Where installations are kept: `DETENTE_INTEROP_DIR`, or a folder in the system's temporary directory.
pub(crate) fn base() -> PathBuf {
    let chosen = std::env::var_os("DETENTE_INTEROP_DIR").map(PathBuf::from);
    chosen.unwrap_or_else(|| std::env::temp_dir().join("detente-interop"))
}

/// A name that changes whenever a pinned version does.
///
/// # Errors
/// When one of the files that pin them cannot be read.
pub(crate) fn key(scripts: &Path, pins: &[&str]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for name in pins {
        std::fs::read(scripts.join(name)).with_context(|| format!("{name} cannot be read"))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn install(scripts: &Path, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    for name in PINS {
        std::fs::copy(scripts.join(name), folder.join(name))?;
    }
    quietly(Command::new("python3").args(["-m", "venv", "--clear", "python"]).current_dir(folder))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", "requirements.txt"];
    quietly(Command::new(python_of(folder)).args(pip).current_dir(folder))?;
    npm(folder)?;
    std::fs::write(folder.join(COMPLETE), "").context("the installation cannot be marked complete")
}

/// Installs what the lock file in a folder pins, into that folder; no script of a package is run.
///
/// # Errors
/// When it does not succeed.
pub(crate) fn npm(folder: &Path) -> Result<()> {
    let words = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"];
    quietly(Command::new("npm").args(words).current_dir(folder))
}

/// Names a command, and runs it without what it says.
///
/// # Errors
/// When it does not succeed; the error then carries what it complained of.
pub(crate) fn quietly(command: &mut Command) -> Result<()> {
    report::line(&format!("$ {}", process::shown(command)));
    process::capture(command).map(|_| ())
}

fn python_of(folder: &Path) -> PathBuf {
    let inside = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
    folder.join("python").join(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_known_by_their_names() {
        assert_eq!(Language::of(Path::new("a/tools.py")), Some(Language::Python));
        assert_eq!(Language::of(Path::new("a/tools.mjs")), Some(Language::JavaScript));
        assert_eq!(Language::of(Path::new("a/_shared.mjs")), None);
        assert_eq!(Language::of(Path::new("a/package.json")), None);
    }

    #[test]
    fn a_required_tool_may_not_be_missing() {
        assert!(Missing::Program("npm").is_fatal(true));
        assert!(!Missing::Program("npm").is_fatal(false));
        assert_eq!(Missing::Program("npm").to_string(), "`npm` is not installed");
    }

    #[test]
    fn the_pins_give_a_stable_name() {
        let scripts = process::workspace_root().unwrap().join("xtask/interop");
        assert_eq!(key(&scripts, PINS).unwrap(), key(&scripts, PINS).unwrap());
        assert!(key(Path::new("no/such/folder"), PINS).is_err());
    }
}
