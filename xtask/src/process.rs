//! Starting other programs, and saying which one failed and how.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::report;

/// The cargo that started this tool, set to work at the root of the workspace.
pub(crate) fn cargo(root: &Path, arguments: &[&str]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.current_dir(root).args(arguments);
    command
}

/// The root of the workspace that holds the current directory.
///
/// # Errors
/// When cargo finds no workspace here.
pub(crate) fn workspace_root() -> Result<PathBuf> {
    let here = std::env::current_dir()?;
    let mut command = cargo(&here, &["locate-project", "--workspace"]);
    let manifest = capture(command.args(["--message-format", "plain"]))?;
    let manifest = PathBuf::from(manifest.trim());
    let root = manifest.parent().context("the workspace manifest has no directory")?;
    Ok(root.to_path_buf())
}

/// The command as one would type it, with the program named without its directory.
pub(crate) fn shown(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let mut words = vec![name.to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

/// Runs a command that speaks for itself, after naming it.
///
/// # Errors
/// When it cannot be started or does not succeed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    report::line(&format!("$ {}", shown(command)));
    let status = command.status().with_context(|| not_started(command))?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// Runs a command quietly and returns what it wrote to standard output.
///
/// # Errors
/// When it cannot be started or does not succeed; the error then carries its standard error.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| not_started(command))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed ({})\n{}", shown(command), output.status, complaint.trim_end());
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` wrote invalid UTF-8", shown(command)))
}

/// What a streamed command left behind.
#[derive(Debug)]
pub(crate) struct Streamed {
    /// Whether it exited with success.
    pub(crate) succeeded: bool,
    /// Whether it was stopped, since it said nothing for too long.
    pub(crate) is_stopped: bool,
    /// All that it wrote to standard output.
    pub(crate) output: String,
}

impl Streamed {
    /// The same, if it came to its end by itself.
    ///
    /// # Errors
    /// When it was stopped. What it said before is in the error.
    pub(crate) fn ended(self, name: &str) -> Result<Self> {
        if self.is_stopped {
            bail!("{name} was stopped, since it said nothing for too long:\n{}", self.output);
        }
        Ok(self)
    }
}

/// How long a script of checks may say nothing: the longest asks our API for ten minutes before it tells what it found.
pub(crate) const SCRIPT_SILENCE: Duration = Duration::from_mins(30);

/// How long a build may take at the most before what it builds says its first word: four times as long as on a slow machine.
const LONGEST_BUILD: Duration = Duration::from_hours(1);

/// Runs a command and hands over its standard output line by line while it is written. What has begun to speak and is then silent for
/// too long is stopped with all that it started: a check that hangs must say which, and not wait for whoever runs it to lose patience.
///
/// # Errors
/// When it cannot be started. A command that fails, or is stopped, is not an error here: the caller decides.
pub(crate) fn stream(command: &mut Command, silence: Duration, mut each: impl FnMut(&str)) -> Result<Streamed> {
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| not_started(command))?;
    let pipe = child.stdout.take().context("the standard output was not piped")?;
    let (says, said) = mpsc::channel::<std::io::Result<Vec<u8>>>();
    let _reads = std::thread::spawn(move || {
        BufReader::new(pipe).split(b'\n').map(|line| says.send(line)).take_while(Result::is_ok).for_each(drop);
    });
    let mut output = String::new();
    // Before the first line there may be a long build, of which another stream tells.
    let mut next = said.recv_timeout(silence.max(LONGEST_BUILD));
    while let Ok(line) = next {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        each(&line);
        output.push_str(&line);
        output.push('\n');
        next = said.recv_timeout(silence);
    }
    let is_stopped = next.is_err_and(|why| why == RecvTimeoutError::Timeout);
    if is_stopped {
        stop(child.id());
    }
    Ok(Streamed { succeeded: child.wait()?.success() && !is_stopped, is_stopped, output })
}

/// Ends a process and all that it started, the eldest first, so that none starts another meanwhile; where the system tells who they are.
fn stop(id: u32) {
    for one in family(id) {
        let _gone = Command::new("kill").args(["-KILL", &one.to_string()]).status();
    }
}

/// A process and all that it started, from whichever of its threads.
fn family(id: u32) -> Vec<u32> {
    let threads = std::fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
    let started = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    let children: Vec<u32> = started.flat_map(|ids| numbers(&ids)).collect();
    std::iter::once(id).chain(children.into_iter().flat_map(family)).collect()
}

fn numbers(text: &str) -> Vec<u32> {
    text.split_whitespace().filter_map(|number| number.parse().ok()).collect()
}

/// Whether a program answers when it is started with these arguments.
pub(crate) fn answers(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn not_started(command: &Command) -> String {
    format!("`{}` could not be started", shown(command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_without_its_directory() {
        let mut command = Command::new("bin/cargo");
        command.args(["test", "--locked"]);
        assert_eq!(shown(&command), "cargo test --locked");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = capture(&mut Command::new("no-such-program-here")).unwrap_err();
        assert_eq!(error.to_string(), "`no-such-program-here` could not be started");
        assert!(!answers("no-such-program-here", &["--version"]));
    }

    #[test]
    fn what_is_silent_for_too_long_is_stopped_with_all_that_it_started() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo first; sh -c 'echo $$; sleep 100'; echo never"]);
        let mut heard = Vec::new();
        let streamed = stream(&mut command, Duration::from_secs(3), |line| heard.push(line.to_owned())).unwrap();
        assert_eq!((streamed.succeeded, streamed.is_stopped, heard.len()), (false, true, 2), "{heard:?}");
        let inner = PathBuf::from("/proc").join(&heard[1]).join("exe");
        let began = std::time::Instant::now();
        while inner.exists() {
            assert!(began.elapsed() < Duration::from_secs(20), "the inner one goes on");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    #[test]
    fn the_workspace_root_is_found_from_inside() {
        assert!(workspace_root().unwrap().join("xtask/Cargo.toml").is_file());
    }
}
