//! What a file is, and what lies beside it.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use interop::mapping::MAX_MAPPING_BYTES;
use interop::rows::MAX_FILE_BYTES;
use interop::{Companions, LabelTable, Mapping, Source};

use crate::arguments::{ImportArguments, KnownSource};
use crate::outcome::{Done, Failure};

/// The table of incidents in the folder of a snapshot.
const INCIDENTS: &str = "incidents.csv";

/// A file that was read, and what it is.
pub(super) struct Opened {
    pub(super) path: PathBuf,
    pub(super) octets: Vec<u8>,
    form: Form,
}

enum Form {
    Aiid(Companions),
    Avid,
    Atlas,
    Mapped(Box<Mapping>),
}

impl Opened {
    /// Labels of others that lie beside the file.
    pub(super) fn labels(&self) -> &[LabelTable] {
        match &self.form {
            Form::Aiid(beside) => beside.labels(),
            Form::Avid | Form::Atlas | Form::Mapped(_) => &[],
        }
    }

    pub(super) fn source(&self) -> Source {
        match &self.form {
            Form::Aiid(beside) => Source::Aiid(beside.clone()),
            Form::Avid => Source::Avid,
            Form::Atlas => Source::Atlas,
            Form::Mapped(mapping) => Source::Mapped(mapping.clone()),
        }
    }
}

pub(super) fn open(arguments: &ImportArguments, file: &Path) -> Done<Opened> {
    if let Some(path) = &arguments.mapping {
        let form = Form::Mapped(Box::new(mapping(path)?));
        return Ok(Opened { path: file.to_owned(), octets: read(file)?, form });
    }
    match arguments.from {
        Some(KnownSource::Aiid) => snapshot(file),
        Some(KnownSource::Atlas) => Ok(Opened { path: file.to_owned(), octets: read(file)?, form: Form::Atlas }),
        Some(KnownSource::Avid) | None => Ok(Opened { path: file.to_owned(), octets: read(file)?, form: Form::Avid }),
    }
}

/// A mapping file, or all its problems.
pub(super) fn mapping(path: &Path) -> Done<Mapping> {
    let octets = read_within(path, MAX_MAPPING_BYTES)?;
    Mapping::read(&octets).map_err(|problems| {
        let all: Vec<_> = problems.iter().map(ToString::to_string).collect();
        Failure::input(format!("`{}`: {}", path.display(), all.join("; ")))
            .advise("the format is told in docs/import.md")
    })
}

/// The table of incidents with what lies beside it in its folder.
fn snapshot(path: &Path) -> Done<Opened> {
    let table = if path.is_dir() { path.join(INCIDENTS) } else { path.to_owned() };
    let octets = read(&table)?;
    let folder = table.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let cannot = |error: std::io::Error| Failure::input(format!("cannot read `{}`: {error}", folder.display()));
    let mut names: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot)? {
        names.push(entry.map_err(cannot)?.path());
    }
    names.sort();
    let mut beside = Companions::none();
    for name in names.iter().filter(|name| **name != table && Companions::is_one(&file_name(name))) {
        let taken = beside.take(&file_name(name), &read(name)?);
        taken.map_err(|error| Failure::input(format!("`{}`: {error}", name.display())))?;
    }
    Ok(Opened { path: table, octets, form: Form::Aiid(beside) })
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn read(path: &Path) -> Done<Vec<u8>> {
    read_within(path, MAX_FILE_BYTES)
}

/// Reads a file, and stops one octet after the limit, so that whoever reads it can say that it is too long.
fn read_within(path: &Path, limit: usize) -> Done<Vec<u8>> {
    let cannot = |error: std::io::Error| Failure::input(format!("cannot read `{}`: {error}", path.display()));
    let limit = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut octets = Vec::new();
    File::open(path).map_err(cannot)?.take(limit).read_to_end(&mut octets).map_err(cannot)?;
    Ok(octets)
}
