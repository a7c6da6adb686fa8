//! `detente scan`: is there a known signal of misuse in it?

mod pieces;

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use matching::bank::{Content, Match, Scan};
use matching::signal::ExactKey;
use record::digest::Sha256Parts;
use record::json::{Json, Map};

use super::incident::Reading;
use crate::arguments::ScanArguments;
use crate::clock;
use crate::outcome::{Done, Failure};
use crate::report::{Report, one_line};
use crate::scanning::{self, CommonKey, ContentKind, MAX_CONTENT_BYTES, Scanner, Settings, Telling};
use crate::serve::beside;

pub(crate) fn run(arguments: &ScanArguments, report: &mut Report) -> Done {
    if let Some(address) = &arguments.serve {
        return beside::run(address, (&arguments.dir, arguments.until_stdin_ends), report);
    }
    let reading = Reading::open(&arguments.dir)?;
    let scanner = followed(&reading, &arguments.dir)?;
    if scanner.bank.is_empty() {
        report.warn("no signal is here that could be found; `detente signal list` shows what is");
    }
    let left_out = scanner.left_out();
    for words in &left_out {
        report.warn(words);
    }
    let (mut rows, mut failed) = (Vec::new(), None);
    let mut found = 0_usize;
    let common = common_key(arguments)?;
    for piece in arguments.files.iter().flat_map(|file| pieces::of(file, arguments, common.as_ref())) {
        let head = Map::new().with("file", piece.file.display().to_string()).with("kind", piece.kind);
        let head = piece.part.iter().fold(head, |head, part| head.with("part", part.as_str()));
        let content = match piece.content {
            Ok(content) => content,
            // One that cannot be read keeps no other from being scanned, and the whole from being taken for well.
            Err(failure) => {
                report.warn(&failure.message);
                rows.push(Json::from(head.with("problem", failure.message.as_str())));
                failed = failed.or(Some(failure));
                continue;
            }
        };
        let scan = scanner.bank.scan(content, clock::now());
        found = found.saturating_add(scanning::count(&scan));
        let name = piece
            .part
            .map_or_else(|| piece.file.display().to_string(), |part| format!("{}, {part}", piece.file.display()));
        say((&name, piece.kind), &scan, &reading, report);
        let record = |one: &Match| scanner.find(&one.name()).map(|known| known.record);
        let told = Telling { record: &record, left_out: &left_out, has_families: true }.map(&scan);
        rows.push(Json::from(told.into_iter().fold(head, |row, (name, value)| row.with(&name, value))));
    }
    report.line(format!("\n{found} found. A sighting goes to its author with: detente sighting new SIGNAL --dir DIR"));
    report.data("found", Json::count(found));
    report.data("scanned", Json::Array(rows));
    failed.map_or(Ok(()), Err)
}

fn common_key(arguments: &ScanArguments) -> Done<Option<CommonKey>> {
    let given = arguments.key.as_ref().zip(arguments.key_id.as_ref());
    given.map(|(key, id)| CommonKey::read(key, id)).transpose()
}

pub(super) fn content(file: &Path, kind: Option<ContentKind>) -> Done<(ContentKind, Content)> {
    if kind == Some(ContentKind::Hash) {
        return Ok((ContentKind::Hash, Content::Key(key_of(file)?)));
    }
    let octets = read(file)?;
    let kind = kind.unwrap_or_else(|| ContentKind::of(&octets));
    Ok((kind, scanning::of_octets(kind, &octets).map_err(|failure| named(failure, file))?))
}

/// The signals of a node that is read.
pub(super) fn followed(reading: &Reading, dir: &Path) -> Done<Scanner> {
    let mut scanner = Scanner::of(&reading.store, &reading.ring, reading.own, Settings::read(dir)?)?;
    scanner.bank.learn();
    Ok(scanner)
}

/// Octets of a file that are in memory at once while its digest is computed.
const PART_BYTES: usize = 1024 * 1024;

/// The whole of what is scanned as one content. What is longer is refused, and never cut: the digest of a beginning is another
/// file's.
pub(super) fn read(path: &Path) -> Done<Vec<u8>> {
    let most = u64::try_from(MAX_CONTENT_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut octets = Vec::new();
    source(path)?.take(most).read_to_end(&mut octets).map_err(|error| cannot_read(path, &error))?;
    if octets.len() > MAX_CONTENT_BYTES {
        return Err(Failure::input(format!("`{}` has more than {MAX_CONTENT_BYTES} octets", path.display())).advise(
            "name a large file by its digest: signal new --file, scan --kind hash; cut a long text into parts",
        ));
    }
    Ok(octets)
}

/// The key of a whole file, however large it is.
pub(super) fn key_of(path: &Path) -> Done<ExactKey> {
    let (mut file, mut hash) = (source(path)?, Sha256Parts::default());
    let mut part = vec![0; PART_BYTES];
    loop {
        match file.read(&mut part) {
            Ok(0) => return Ok(ExactKey::Plain(hash.finish())),
            Ok(count) => hash.take(part.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(cannot_read(path, &error)),
        }
    }
}

fn source(path: &Path) -> Done<Box<dyn Read>> {
    if path.as_os_str() == "-" {
        crate::operations::asked::refuse("standard input")?;
        return Ok(Box::new(std::io::stdin().lock()));
    }
    Ok(Box::new(File::open(path).map_err(|error| cannot_read(path, &error))?))
}

fn cannot_read(path: &Path, error: &std::io::Error) -> Failure {
    Failure::input(format!("cannot read `{}`: {error}", path.display()))
}

fn named(mut failure: Failure, file: &Path) -> Failure {
    failure.message = format!("`{}`: {}", file.display(), failure.message);
    failure
}

fn say((name, kind): (&str, &str), scan: &Scan, reading: &Reading, report: &Report) {
    report.line(format!("\n{} ({kind}): {} found", one_line(name), scan.matches.len()));
    for one in &scan.matches {
        let party = one.author.parse().ok().and_then(|party| reading.ring.name(party)).unwrap_or("unknown party");
        let sure = one.confidence.map_or_else(String::new, |sure| format!(", {sure} of 100 sure"));
        report.line(format!("  {}  {}  {}{sure}  by {}", one.signal, one.kind, one.state, one_line(party)));
        report.line(format!("    {}", scanning::method_words(&one.method)));
    }
    let lines = [
        (scan.suppressed.len(), "known to be harmless"),
        (scan.quarantined.len(), "of signals that wait for a person"),
    ];
    for (count, words) in lines.into_iter().filter(|(count, _)| *count > 0) {
        report.line(format!("  {count} more, {words}"));
    }
    for caveat in &scan.caveats {
        report.line(format!("  not looked at: {}", scanning::caveat(caveat)));
    }
}
