//! What a file held, for people and for machines.

use record::json::{Json, Map};

use super::checked::{CheckedObject, Quarantined};
use super::code::Level;
use super::finding::Finding;
use super::read::{FileForm, Read};
use super::write::BundleId;
use crate::error::At;
use crate::rejects::Rejects;
use crate::rows::Format;

/// Everything about a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Report {
    /// What the file is.
    pub form: FileForm,
    /// The members around the objects, such as the bundle's id.
    pub envelope: Map,
    /// What was found in the file as a whole.
    pub findings: Vec<Finding>,
    /// The objects that were taken, in their order.
    pub objects: Vec<CheckedObject>,
    /// The others, in theirs.
    pub quarantined: Vec<Quarantined>,
    /// Index and line of each object that was taken.
    places: Vec<(usize, usize)>,
    /// The same of the others.
    quarantined_places: Vec<(usize, usize)>,
}

/// One finding with its place in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Line<'r> {
    /// Which of the file's objects, from 0; none for the file as a whole.
    pub index: Option<usize>,
    /// The line of the file on which the object begins, from 1; none for the file as a whole.
    pub line: Option<usize>,
    /// The object's id, as far as it has one.
    pub id: &'r str,
    /// What was found: code, pointer, section and message.
    pub finding: &'r Finding,
}

impl Report {
    pub(super) fn take(&mut self, read: Read) {
        let place = (read.index, read.line);
        match read.outcome {
            Ok(object) => {
                self.objects.push(object);
                self.places.push(place);
            }
            Err(quarantined) => {
                self.quarantined.push(quarantined);
                self.quarantined_places.push(place);
            }
        }
    }

    pub(super) fn finish(self, form: FileForm, envelope: Map, findings: Vec<Finding>) -> Self {
        Self { form, envelope, findings, ..self }
    }

    /// True if nothing breaks a rule of the standard.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        let is_whole = self.findings.iter().all(|finding| finding.level() != Level::Must);
        is_whole && self.quarantined.is_empty() && self.form != FileForm::Nothing
    }

    /// Every finding: of the file, of what is in quarantine, and the advice for what was taken.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let file = self.findings.iter().map(|finding| Line { index: None, line: None, id: "", finding });
        let held = self.quarantined.iter().zip(&self.quarantined_places);
        let held = held.flat_map(|(one, place)| lines(*place, one.id(), one.findings()));
        let taken = self.objects.iter().zip(&self.places);
        file.chain(held).chain(taken.flat_map(|(one, place)| lines(*place, one.id(), one.advice())))
    }

    /// The report for machines.
    #[must_use]
    pub fn to_json(&self) -> Map {
        Map::new()
            .with("form", self.form.name())
            .with("is_valid", Json::Bool(self.is_valid()))
            .with("taken", Json::count(self.objects.len()))
            .with("quarantined", Json::count(self.quarantined.len()))
            .with("findings", Json::Array(self.lines().map(|line| line.to_json().into()).collect()))
    }

    /// The quarantine as a bundle, so that once it is mended nothing is wrong with the file as a whole; none if nothing is held.
    #[must_use]
    pub fn quarantine_bundle(&self, id: &BundleId) -> Option<String> {
        let file = self.quarantine_file()?;
        let members = file.strip_prefix('{').unwrap_or_default();
        Some(format!("{{\"type\": \"bundle\", \"id\": \"{id}\", {members}"))
    }

    /// What is in quarantine as a file of its own, each object with its reasons; none if nothing is. Mended by hand, it is read
    /// like any other file, and the reasons in it are passed over.
    #[must_use]
    pub fn quarantine_file(&self) -> Option<String> {
        let mut rejects = Rejects::new(Format::Json { member: Some("objects".to_owned()) }, &[]);
        for (one, (index, line)) in self.quarantined.iter().zip(&self.quarantined_places) {
            one.reject(At::new(index.saturating_add(1), *line), &mut rejects);
        }
        (rejects.count() > 0).then(|| rejects.finish())
    }
}

fn lines<'r>(place: (usize, usize), id: &'r str, findings: &'r [Finding]) -> impl Iterator<Item = Line<'r>> + use<'r> {
    let (index, line) = place;
    findings.iter().map(move |finding| Line { index: Some(index), line: Some(line), id, finding })
}

impl Line<'_> {
    /// The line for machines.
    #[must_use]
    pub fn to_json(&self) -> Map {
        let mut members = Map::new();
        if let (Some(index), Some(line)) = (self.index, self.line) {
            members.set("index", Json::count(index));
            members.set("line", Json::count(line));
            members.set("id", self.id);
        }
        self.finding.to_json().into_iter().for_each(|(name, value)| members.set(name, value));
        members
    }
}

impl FileForm {
    /// The word in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bundle => "bundle",
            Self::Envelope => "envelope",
            Self::List => "list",
            Self::Object => "object",
            Self::Nothing => "nothing",
        }
    }
}
