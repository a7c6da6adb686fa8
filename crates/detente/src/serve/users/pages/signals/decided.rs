//! What a person decided about signals at this node: what is never flagged, and who is let in beyond the limits; how it is decided and how
//! it is taken back.

use matching::bank::SignalName;
use pages::{Block, Field, Form, Inline, Page, Row, Say, Table};
use record::digest::RecordDigest;
use record::json::Map;

use super::super::shared::word;
use super::super::{Asked, Made, act};
use super::judged::{Judged, MAX_JUDGED};
use super::{bank, path, words};
use crate::scanning::{Allowed, HarmlessEntry, Scanner, Settings};

/// The page's own path.
pub(super) const PATH: &str = "/signals/decided";

/// Contents that are listed: the latest. The command line lists all.
const MAX_HARMLESS: usize = 100;

/// Parties and signals that are listed, and can be held to the limits again: of signals as many are judged. The command line takes any.
const MAX_ALLOWED: usize = MAX_JUDGED;

pub(in super::super) fn page(asked: &Asked<'_>) -> Made {
    let settings = Settings::read(asked.home.dir())?;
    let page = Page::new("signals-decided").and(act::done(asked.ask)).with(Block::line("signals-decided-about"));
    let page = page.with(harmless(&settings.harmless));
    let Some(scanner) = bank::scanner(asked)? else { return Ok(page) };
    Ok(page.with(allowed(asked, &settings.allowed, &scanner)?))
}

/// What is never flagged, with the forms for more and for less of it.
fn harmless(entries: &[HarmlessEntry]) -> Block {
    let head = &["signals-number", "signals-kind", "signals-note", "signals-by", "signals-decided-at", "signals-keys"];
    let rows = entries.iter().enumerate().rev().take(MAX_HARMLESS).map(|(at, entry)| row(at.saturating_add(1), entry));
    let mut blocks = vec![Block::line("signals-harmless-about")];
    blocks.push(Table::new("signals-harmless-caption", head, "signals-harmless-none").rows(rows).into());
    let is_cut = entries.len() > MAX_HARMLESS;
    blocks.extend(is_cut.then(|| Block::line(Say::count("signals-harmless-cut", MAX_HARMLESS))));
    blocks.push(text().into());
    blocks.push(Block::Fold("signals-harmless-digest".into(), vec![digest().into()]));
    let again = (!entries.is_empty()).then(|| Block::Fold("signals-flag-again".into(), vec![again(entries).into()]));
    blocks.extend(again);
    Block::section("harmless", "signals-harmless", blocks)
}

fn row(number: usize, entry: &HarmlessEntry) -> Row {
    let map = entry.to_map();
    let key = |name: &str| map.text(name).map(Inline::code);
    // A key of the near is long, and says nothing that the key of the same does not say: but a picture has it alone.
    let keys = key("key").or_else(|| key("near"));
    Row::new(vec![
        vec![Inline::sign(number)],
        vec![word("signal-harmless", entry.kind()).into()],
        vec![Inline::content(entry.note.as_str())],
        entry.by.iter().map(|by| Inline::content(by.as_str())).collect(),
        vec![Inline::Time(entry.at)],
        keys.into_iter().collect(),
    ])
}

fn text() -> Form {
    add("harmless", "signals-harmless-text")
        .given("kind", "text")
        .field(Field::area("file", "signals-harmless-text-field").required().helped("signals-harmless-text-help"))
        .field(note())
        .previewed()
}

/// A picture or a file does not go through a page: its digest names it.
fn digest() -> Form {
    add("digest", "signals-harmless-digest")
        .field(Field::line("sha256", "scan-digest-field").required().helped("signals-harmless-digest-help"))
        .field(note())
        .previewed()
}

fn add(id: &'static str, title: &'static str) -> Form {
    Form::command(id, "signal harmless add", PATH).titled(title, "signals-harmless-button")
}

fn note() -> Field {
    Field::line("note", "signals-note").required().helped("signals-note-help")
}

/// Numbers move up when one before them goes, so what is confirmed is bound to the list as it was shown.
fn again(entries: &[HarmlessEntry]) -> Form {
    let listed = entries.iter().map(|entry| Map::to_text(&entry.to_map()));
    Form::command("again", "signal harmless remove", PATH)
        .titled("signals-flag-again", "signals-flag-again-button")
        .helped("signals-flag-again-help")
        .field(Field::line("number", "signals-number").required())
        .bound(listed)
        .previewed()
}

/// Who is let in beyond the limits: parties, and signals of which the record is for this account.
fn allowed(asked: &Asked<'_>, all: &[Allowed], scanner: &Scanner) -> Made<Block> {
    let mut judged = Judged::new(asked)?;
    let mut table =
        Table::new("signals-allowed-caption", &["signals-allowed-who", "signals-whose"], "signals-allowed-none");
    let mut choices: Vec<(String, Say)> = Vec::new();
    for one in all.iter().rev() {
        if choices.len() >= MAX_ALLOWED {
            break;
        }
        if let Some((what, name)) = told(&mut judged, scanner, one)? {
            let (Allowed::Party(party) | Allowed::Signal(party, _)) = one;
            table.rows.push(Row::new(vec![what, vec![asked.name(*party).into()]]));
            choices.push((one.to_text(), name));
        }
    }
    // Said whether or not there are more: that there are would tell how many are hidden.
    let bound = Block::line(Say::count("signals-allowed-bound", MAX_ALLOWED));
    let mut blocks = vec![Block::line("signals-allowed-about"), table.into(), bound];
    if !choices.is_empty() {
        blocks.push(Block::Fold("signals-hold".into(), vec![hold(choices).into()]));
    }
    Ok(Block::section("allowed", "signals-allowed", blocks))
}

/// What is let in, and what it is called; none for a signal whose record is not for this account.
fn told(judged: &mut Judged<'_>, scanner: &Scanner, one: &Allowed) -> Made<Option<(Vec<Inline>, Say)>> {
    let Allowed::Signal(party, id) = one else {
        let Allowed::Party(party) = one else { return Ok(None) };
        return Ok(Some((vec!["signals-allowed-party".into()], judged.party(&party.to_string()))));
    };
    let name = SignalName::new(&party.to_string(), id.clone());
    let Some((record, signal)) = scanner.find(&name).map(|known| (known.record, known.signal.clone())) else {
        return Ok(None);
    };
    Ok(reads(judged, record)?.map(|title| {
        let label = words::label(&signal, title.as_deref());
        (vec![Inline::link(path(record, &name), label.clone())], label)
    }))
}

/// The title of a record, if it is for this account.
fn reads(judged: &mut Judged<'_>, record: RecordDigest) -> Made<Option<Option<String>>> {
    if judged.reads(record)? { judged.title(record).map(Some) } else { Ok(None) }
}

fn hold(choices: Vec<(String, Say)>) -> Form {
    Form::command("hold", "signal allow", PATH)
        .titled("signals-hold", "signals-hold-button")
        .helped("signals-hold-help")
        .field(Field::choice("who", "signals-allow-who", choices).required())
        .given("undo", "true")
        .previewed()
}
