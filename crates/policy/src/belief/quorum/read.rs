//! From the octets of a policy file to a [`Quorum`].

use std::collections::{BTreeMap, BTreeSet};

use tlog::note::{KeyKind, VerifierKey};

use super::{BadQuorum, Group, KnownLog, LineProblem, Member, NONE, Quorum, Threshold, Witness};
use crate::belief::limits::{MAX_GROUPS, MAX_LOGS, MAX_NAME_BYTES, MAX_POLICY_BYTES, MAX_URL_BYTES, MAX_WITNESSES};

const LOG: &str = "log VKEY [URL]";
const WITNESS: &str = "witness NAME VKEY [URL]";
const GROUP: &str = "group NAME all|any|COUNT MEMBER...";
const QUORUM: &str = "quorum NAME|none";

pub(super) fn read(octets: &[u8]) -> Result<Quorum, BadQuorum> {
    if octets.len() > MAX_POLICY_BYTES {
        return Err(BadQuorum::TooLong { bytes: octets.len() });
    }
    let mut reader = Reader::default();
    for (place, line) in octets.split_inclusive(|octet| *octet == b'\n').enumerate() {
        let number = place.saturating_add(1);
        let read = text(line).and_then(|line| reader.line(number, line));
        read.map_err(|problem| explain(number, problem, octets))?;
    }
    let (_, required) = reader.quorum.ok_or(BadQuorum::Missing)?;
    Ok(Quorum { logs: reader.logs, members: reader.members, required })
}

/// A line without its newline.
fn text(line: &[u8]) -> Result<&str, LineProblem> {
    let line = line.strip_suffix(b"\n").ok_or(LineProblem::Unended)?;
    let line = str::from_utf8(line).map_err(|_| LineProblem::NotUtf8)?;
    let is_control = |it: char| it != '\t' && it.is_ascii_control();
    if line.chars().any(is_control) { Err(LineProblem::Control) } else { Ok(line) }
}

/// The words of a line. Only spaces and tabs part them: a name may hold any other Unicode space.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split([' ', '\t']).filter(|word| !word.is_empty())
}

#[derive(Default)]
struct Reader {
    logs: Vec<KnownLog>,
    members: Vec<Member>,
    places: BTreeMap<String, usize>,
    /// Members that a group has already.
    used: BTreeSet<usize>,
    groups: usize,
    /// The line of the quorum, and the member that it names.
    quorum: Option<(usize, Option<usize>)>,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) -> Result<(), LineProblem> {
        let mut words = words(line);
        match words.next() {
            Some("log") => self.log(&mut words),
            Some("witness") => self.witness(&mut words),
            Some("group") => self.group(&mut words),
            Some("quorum") => self.quorum(number, &mut words),
            Some(word) if !word.starts_with('#') => Err(LineProblem::UnknownWord { word: cut(word) }),
            Some(_) | None => Ok(()),
        }
    }

    fn log(&mut self, words: &mut dyn Iterator<Item = &str>) -> Result<(), LineProblem> {
        let key = words.next().ok_or(LineProblem::TooShort { form: LOG })?;
        let key = read_key(key, "log", &[KeyKind::Ed25519, KeyKind::CosignatureMlDsa44])?;
        let url = read_url(words, LOG)?;
        if self.logs.iter().any(|log| log.key.public() == key.public()) {
            return Err(LineProblem::DuplicateLog);
        }
        if self.logs.len() >= MAX_LOGS {
            return Err(LineProblem::TooManyLogs);
        }
        self.logs.push(KnownLog { key, url });
        Ok(())
    }

    fn witness(&mut self, words: &mut dyn Iterator<Item = &str>) -> Result<(), LineProblem> {
        let (name, key) = (words.next(), words.next());
        let (name, key) = name.zip(key).ok_or(LineProblem::TooShort { form: WITNESS })?;
        let name = self.fresh_name(name)?;
        let key = read_key(key, "witness", &[KeyKind::CosignatureEd25519, KeyKind::CosignatureMlDsa44])?;
        let url = read_url(words, WITNESS)?;
        if let Some(name) = self.holder(&key) {
            return Err(LineProblem::DuplicateKey { name });
        }
        if self.members.len().saturating_sub(self.groups) >= MAX_WITNESSES {
            return Err(LineProblem::TooManyWitnesses);
        }
        self.define(Member::Witness(Witness { name, key, url }));
        Ok(())
    }

    /// The witness that has this key, under whatever name and kind.
    fn holder(&self, key: &VerifierKey) -> Option<String> {
        let has = |member: &&Member| matches!(member, Member::Witness(one) if one.key.public() == key.public());
        self.members.iter().find(has).map(|member| member.name().to_owned())
    }

    fn group(&mut self, words: &mut dyn Iterator<Item = &str>) -> Result<(), LineProblem> {
        let (name, threshold) = (words.next(), words.next());
        let (name, threshold) = name.zip(threshold).ok_or(LineProblem::TooShort { form: GROUP })?;
        let name = self.fresh_name(name)?;
        let threshold = Threshold::read(threshold).ok_or_else(|| LineProblem::BadThreshold { word: cut(threshold) })?;
        let members = words.map(|word| self.take_member(word)).collect::<Result<Vec<_>, _>>()?;
        check_threshold(threshold, members.len())?;
        if self.groups >= MAX_GROUPS {
            return Err(LineProblem::TooManyGroups);
        }
        self.groups = self.groups.saturating_add(1);
        self.define(Member::Group(Group { name, threshold, members }));
        Ok(())
    }

    fn take_member(&mut self, word: &str) -> Result<usize, LineProblem> {
        let place = self.place(word)?;
        if self.used.insert(place) { Ok(place) } else { Err(LineProblem::UsedTwice { name: cut(word) }) }
    }

    fn quorum(&mut self, number: usize, words: &mut dyn Iterator<Item = &str>) -> Result<(), LineProblem> {
        if let Some((first, _)) = self.quorum {
            return Err(LineProblem::QuorumTwice { first });
        }
        let name = words.next().ok_or(LineProblem::TooShort { form: QUORUM })?;
        ended(words, QUORUM)?;
        let required = if name == NONE { None } else { Some(self.place(name)?) };
        self.quorum = Some((number, required));
        Ok(())
    }

    fn place(&self, name: &str) -> Result<usize, LineProblem> {
        self.places.get(name).copied().ok_or_else(|| LineProblem::UnknownMember { name: cut(name) })
    }

    fn fresh_name(&self, name: &str) -> Result<String, LineProblem> {
        if name.len() > MAX_NAME_BYTES {
            return Err(LineProblem::NameTooLong);
        }
        if name == NONE {
            return Err(LineProblem::NameNone);
        }
        if self.places.contains_key(name) {
            return Err(LineProblem::DuplicateName { name: name.to_owned() });
        }
        Ok(name.to_owned())
    }

    fn define(&mut self, member: Member) {
        let _fresh = self.places.insert(member.name().to_owned(), self.members.len());
        self.members.push(member);
    }
}

/// Says of an unknown name whether a later line has it.
fn explain(line: usize, problem: LineProblem, octets: &[u8]) -> BadQuorum {
    if let LineProblem::UnknownMember { name } = &problem
        && let Some(defined) = defined_on(octets, name)
    {
        let problem = LineProblem::UsedBeforeDefined { name: name.clone(), defined };
        return BadQuorum::Line { line, problem };
    }
    BadQuorum::Line { line, problem }
}

fn defined_on(octets: &[u8], name: &str) -> Option<usize> {
    let mut lines = octets.split(|octet| *octet == b'\n').map(|line| str::from_utf8(line).unwrap_or_default());
    let defines = |line: &str| {
        let mut words = words(line);
        matches!(words.next(), Some("witness" | "group")) && words.next() == Some(name)
    };
    lines.position(defines).map(|place| place.saturating_add(1))
}

fn check_threshold(threshold: Threshold, members: usize) -> Result<(), LineProblem> {
    if members == 0 {
        return Err(LineProblem::TooShort { form: GROUP });
    }
    match threshold.of(members) {
        0 => Err(LineProblem::ZeroThreshold),
        threshold if threshold > members => Err(LineProblem::ThresholdAboveMembers { threshold, members }),
        _ => Ok(()),
    }
}

fn read_key(word: &str, role: &'static str, kinds: &[KeyKind]) -> Result<VerifierKey, LineProblem> {
    let key: VerifierKey = word.parse()?;
    let kind = key.kind();
    if kinds.contains(&kind) { Ok(key) } else { Err(LineProblem::WrongKind { kind, role }) }
}

fn read_url(words: &mut dyn Iterator<Item = &str>, form: &'static str) -> Result<Option<String>, LineProblem> {
    let url = words.next().map(str::to_owned);
    if url.as_ref().is_some_and(|url| url.len() > MAX_URL_BYTES) {
        return Err(LineProblem::UrlTooLong);
    }
    ended(words, form)?;
    Ok(url)
}

fn ended(words: &mut dyn Iterator<Item = &str>, form: &'static str) -> Result<(), LineProblem> {
    words.next().map_or(Ok(()), |word| Err(LineProblem::TooManyWords { word: cut(word), form }))
}

/// No more of a foreign word than a name may have.
fn cut(word: &str) -> String {
    word.chars().take(MAX_NAME_BYTES).collect()
}
