//! The program as people run it: commands typed in a folder, and processes that serve.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;

use anyhow::{Context as _, bail, ensure};
use record::json::{self, Json, Map};

use crate::measure::memory_mb;

/// Where commands are typed.
#[derive(Debug)]
pub(crate) struct Desk<'d> {
    pub(crate) binary: &'d Path,
    pub(crate) folder: &'d Path,
}

impl Desk<'_> {
    fn command(&self, words: &str) -> Command {
        let mut command = Command::new(self.binary);
        command.current_dir(self.folder).args(words.split_whitespace()).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end, and reads what it answers as JSON.
    pub(crate) fn run(&self, words: &str) -> anyhow::Result<Map> {
        let output = self.command(&format!("--json {words}")).output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "`{words}` failed: {said}");
        match json::parse(output.stdout.trim_ascii()) {
            Ok(Json::Object(map)) => Ok(map),
            _ => bail!("`{words}` does not answer with an object"),
        }
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> anyhow::Result<()> {
        Ok(std::fs::write(self.folder.join(name), text)?)
    }

    /// Serves, with these words beside.
    pub(crate) fn serve(&self, dir: &str, more: &str) -> anyhow::Result<(Running, ChildStderr)> {
        let mut command = self.command(&format!("--json serve --dir {dir} --listen 127.0.0.1:0 {more}"));
        let mut running = Running::start(command.stdout(Stdio::piped()).stderr(Stdio::piped()))?;
        let child = &mut running.child;
        let (out, said) = (child.stdout.take().context("its output")?, child.stderr.take().context("what it says")?);
        let mut line = String::new();
        let _octets = BufReader::new(out).read_line(&mut line)?;
        let Ok(Json::Object(facts)) = json::parse(line.trim().as_bytes()) else {
            bail!("{dir} does not serve: {line}")
        };
        running.facts = facts;
        Ok((running, said))
    }
}

/// A running process. It ends with this.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    facts: Map,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> anyhow::Result<Self> {
        Ok(Self { child: command.spawn()?, facts: Map::new() })
    }

    /// What it said when it began.
    pub(crate) fn fact(&self, name: &str) -> anyhow::Result<&str> {
        self.facts.text(name).with_context(|| format!("the node does not say its `{name}`"))
    }

    /// What it holds of the memory now, in MB; an error where the system does not tell.
    pub(crate) fn memory_mb(&self) -> anyhow::Result<f64> {
        memory_mb(&self.child.id().to_string(), "VmRSS")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _waited = self.child.wait();
    }
}

/// Each line with the moment in which it came. They are read also when nobody listens, so that whoever says them never waits.
pub(crate) fn heard(said: ChildStderr) -> Receiver<(Instant, String)> {
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(said).lines().map_while(Result::ok) {
            let _nobody_listens = tell.send((Instant::now(), line));
        }
    });
    told
}
