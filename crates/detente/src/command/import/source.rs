//! What a file is, and what lies beside it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use interop::mapping::MAX_MAPPING_BYTES;
use interop::misp::{FeedFault, Limits, MAX_FEED_FILES, Taxonomies, Taxonomy, read_feed};
use interop::rows::MAX_FILE_BYTES;
use interop::{Companions, LabelTable, Mapping, Source};

use crate::arguments::{ImportArguments, KnownSource};
use crate::outcome::{Done, Failure};

/// The table of incidents in the folder of a snapshot.
const INCIDENTS: &str = "incidents.csv";

/// Octets of a taxonomy of MISP. The biggest published one has 290 kB.
const MAX_TAXONOMY_BYTES: usize = 4 * 1024 * 1024;

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
    Misp { taxonomies: Box<Taxonomies>, faults: Vec<FeedFault> },
    Mapped(Box<Mapping>),
}

impl Opened {
    /// Labels of others that lie beside the file.
    pub(super) fn labels(&self) -> &[LabelTable] {
        match &self.form {
            Form::Aiid(beside) => beside.labels(),
            Form::Avid | Form::Atlas | Form::Misp { .. } | Form::Mapped(_) => &[],
        }
    }

    /// What is wrong with the files of a feed. They were not taken.
    pub(super) fn faults(&self) -> &[FeedFault] {
        match &self.form {
            Form::Misp { faults, .. } => faults,
            Form::Aiid(_) | Form::Avid | Form::Atlas | Form::Mapped(_) => &[],
        }
    }

    pub(super) fn source(&self) -> Source {
        match &self.form {
            Form::Aiid(beside) => Source::Aiid(beside.clone()),
            Form::Avid => Source::Avid,
            Form::Atlas => Source::Atlas,
            Form::Misp { taxonomies, .. } => Source::Misp(taxonomies.clone()),
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
        Some(KnownSource::Misp) => misp(arguments, file),
        Some(KnownSource::Avid) | None => Ok(Opened { path: file.to_owned(), octets: read(file)?, form: Form::Avid }),
    }
}

/// A file of events, or the events of a feed's folder that fit its list.
fn misp(arguments: &ImportArguments, file: &Path) -> Done<Opened> {
    let mut taxonomies = Taxonomies::none();
    for path in &arguments.taxonomies {
        let taxonomy = Taxonomy::read(&read_within(path, MAX_TAXONOMY_BYTES)?);
        taxonomies =
            taxonomies.with(taxonomy.map_err(|error| Failure::input(format!("`{}`: {error}", path.display())))?);
    }
    let (octets, faults) = if file.is_dir() { feed(file)? } else { (read(file)?, Vec::new()) };
    let form = Form::Misp { taxonomies: Box::new(taxonomies), faults };
    Ok(Opened { path: file.to_owned(), octets, form })
}

/// The events of a feed as they stand in their files, as one answer of a MISP.
fn feed(folder: &Path) -> Done<(Vec<u8>, Vec<FeedFault>)> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut octets = 0_usize;
    for path in names_in(folder)? {
        let text = read_within(&path, MAX_FILE_BYTES)?;
        octets = octets.saturating_add(text.len());
        if octets > MAX_FILE_BYTES || files.len() >= MAX_FEED_FILES {
            return Err(Failure::input(format!(
                "`{}` holds more than {MAX_FILE_BYTES} octets or {MAX_FEED_FILES} files",
                folder.display()
            ))
            .advise("take it in by parts: name the events' files one by one"));
        }
        drop(files.insert(file_name(&path), text));
    }
    let read = read_feed(&files, &Limits::USUAL);
    let texts = read.entries.keys().filter_map(|uuid| files.get(&format!("{uuid}.json"))).map(Vec::as_slice);
    let all = texts.collect::<Vec<_>>().join(&b',');
    Ok(([b"{\"response\":[".as_slice(), &all, b"]}"].concat(), read.faults))
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
    let names = names_in(folder)?;
    let mut beside = Companions::none();
    for name in names.iter().filter(|name| **name != table && Companions::is_one(&file_name(name))) {
        let taken = beside.take(&file_name(name), &read(name)?);
        taken.map_err(|error| Failure::input(format!("`{}`: {error}", name.display())))?;
    }
    Ok(Opened { path: table, octets, form: Form::Aiid(beside) })
}

/// What lies in a folder, in the order of its names.
fn names_in(folder: &Path) -> Done<Vec<PathBuf>> {
    let cannot = |error: std::io::Error| Failure::input(format!("cannot read `{}`: {error}", folder.display()));
    let mut names: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot)? {
        names.push(entry.map_err(cannot)?.path());
    }
    names.sort();
    Ok(names)
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
