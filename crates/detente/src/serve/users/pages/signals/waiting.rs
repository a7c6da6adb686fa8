//! What waits beside the signals in force: feeds and signals that came or were found too often, rules that are not run, records that
//! are only signed, members that cannot be read.

use access::Right;
use matching::bank::{FEED_LIMIT, SIGNAL_LIMIT, SignalName};
use pages::{Block, Field, Form, Inline, Row, Say, Table, Tone};
use record::stix::StixId;

use super::super::shared::record_link;
use super::super::{Asked, Made};
use super::judged::Judged;
use super::{bank, path, words};
use crate::scanning::Scanner;

/// Rows of each kind. What does not fit is told of, and listed by the command line.
const MAX_ROWS: usize = 20;

/// Records that are only signed and that are looked through for the page: whoever relays can make many.
const MAX_DOUBTED: usize = 200;

/// All that waits; one line if nothing does.
pub(super) fn blocks(judged: &mut Judged<'_>, scanner: &Scanner) -> Made<Vec<Block>> {
    let all = [
        feeds(judged, scanner),
        signals(judged, scanner)?,
        not_run(judged, scanner)?,
        doubted(judged, scanner)?,
        unreadable(judged, scanner)?,
    ];
    let mut blocks: Vec<Block> = all.into_iter().flatten().flatten().collect();
    blocks.extend(letting_in(judged, scanner)?);
    if blocks.is_empty() {
        blocks.push(Block::line("signals-nothing-waits"));
    }
    Ok(vec![Block::section("waiting", "signals-waiting", blocks)])
}

/// Lets one of those that wait in, for whoever runs the node.
fn letting_in(judged: &mut Judged<'_>, scanner: &Scanner) -> Made<Option<Block>> {
    if !judged.asked.may(Right::Operate) {
        return Ok(None);
    }
    let mut choices: Vec<(String, Say)> = scanner
        .bank
        .quarantined_feeds()
        .take(MAX_ROWS)
        .map(|author| (author.to_owned(), judged.party(author)))
        .collect();
    for name in scanner.bank.quarantined().iter().take(MAX_ROWS) {
        if let Some(known) = scanner.find(name)
            && judged.reads(known.record)?
        {
            let title = judged.title(known.record)?;
            choices.push((format!("{}/{}", name.author, name.id), words::label(&known.signal, title.as_deref())));
        }
    }
    if choices.is_empty() {
        return Ok(None);
    }
    let form = Form::command("allow", "signal allow", "/signals")
        .titled("signals-allow", "signals-allow-button")
        .helped("signals-allow-help")
        .field(Field::choice("who", "signals-allow-who", choices).required())
        .previewed();
    Ok(Some(Block::Fold("signals-allow".into(), vec![form.into()])))
}

/// A table with what is to be known of it; nothing without rows.
fn part(about: Say, mut table: Table) -> Option<Vec<Block>> {
    if table.rows.is_empty() {
        return None;
    }
    let is_cut = table.rows.len() > MAX_ROWS;
    table.rows.truncate(MAX_ROWS);
    let mut blocks = vec![Block::line(about), table.into()];
    blocks.extend(is_cut.then(|| Block::line(Say::count("signals-more-wait", MAX_ROWS))));
    Some(blocks)
}

fn limit(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

fn feeds(judged: &Judged<'_>, scanner: &Scanner) -> Option<Vec<Block>> {
    let may = judged.asked.may(Right::ReadFeeds) || judged.asked.may(Right::Operate);
    let rows = scanner.bank.quarantined_feeds().map(|author| {
        let name = judged.party(author);
        let cell = if may { Inline::link(format!("/partners/{author}"), name) } else { name.into() };
        Row::new(vec![vec![cell]]).toned(Tone::Watch)
    });
    let table = Table::new("signals-feeds-wait-caption", &["signals-whose"], "signals-nothing-waits").rows(rows);
    part(Say::count("signals-feeds-wait", limit(FEED_LIMIT.count)), table)
}

fn signals(judged: &mut Judged<'_>, scanner: &Scanner) -> Made<Option<Vec<Block>>> {
    let head = &["signals-what", "signals-kind", "signals-whose"];
    let mut table = Table::new("signals-found-often-caption", head, "signals-nothing-waits");
    for name in scanner.bank.quarantined() {
        if table.rows.len() > MAX_ROWS {
            break;
        }
        if let Some(cells) = signal(judged, scanner, &name)? {
            table.rows.push(Row::new(cells).toned(Tone::Watch));
        }
    }
    Ok(part(Say::count("signals-found-often", limit(SIGNAL_LIMIT.count)), table))
}

/// A signal in the first cells of a row; none if its record is not for this account.
fn signal(judged: &mut Judged<'_>, scanner: &Scanner, name: &SignalName) -> Made<Option<Vec<Vec<Inline>>>> {
    let Some(known) = scanner.find(name) else { return Ok(None) };
    if !judged.reads(known.record)? {
        return Ok(None);
    }
    let title = judged.title(known.record)?;
    Ok(Some(vec![
        vec![Inline::link(path(known.record, name), words::label(&known.signal, title.as_deref()))],
        vec![words::kind(known.signal.kind).into()],
        vec![judged.party(&name.author).into()],
    ]))
}

fn not_run(judged: &mut Judged<'_>, scanner: &Scanner) -> Made<Option<Vec<Block>>> {
    let head = &["signals-what", "signals-kind", "signals-whose", "signals-why"];
    let mut table = Table::new("signals-not-run-caption", head, "signals-nothing-waits");
    for (author, id, why) in scanner.bank.not_run() {
        if table.rows.len() > MAX_ROWS {
            break;
        }
        if let Some(mut cells) = signal(judged, scanner, &named(author, id))? {
            cells.push(words::not_run(why));
            table.rows.push(Row::new(cells).toned(Tone::Watch));
        }
    }
    Ok(part("signals-not-run".into(), table))
}

fn named(author: &str, id: &StixId) -> SignalName {
    SignalName::new(author, id.clone())
}

/// Records that are signed and were not proved in their authors' logs, as far as the marks that came with them are for this account.
fn doubted(judged: &Judged<'_>, scanner: &Scanner) -> Made<Option<Vec<Block>>> {
    let head = &["signals-record", "signals-record-kind"];
    let mut table = Table::new("signals-doubted-caption", head, "signals-nothing-waits");
    for place in scanner.doubted_places().take(MAX_DOUBTED) {
        if table.rows.len() > MAX_ROWS {
            break;
        }
        if !judged.reads_at(&place)? {
            continue;
        }
        let rows = storage::views::records::list(judged.asked.store(), &place.log, place.index, 1);
        let row = rows.map_err(crate::node::fail)?.pop().filter(|row| row.index == place.index);
        let Some((digest, kind)) = row.and_then(|row| Some((row.record_digest?, row.object_type?))) else { continue };
        let kind = Say::known("object-type", &kind);
        table.rows.push(
            Row::new(vec![vec![record_link(digest), Inline::code(digest)], vec![kind.into()]]).toned(Tone::Watch),
        );
    }
    Ok(part("signals-doubted".into(), table))
}

fn unreadable(judged: &mut Judged<'_>, scanner: &Scanner) -> Made<Option<Vec<Block>>> {
    let head = &["signals-record", "signals-members"];
    let mut table = Table::new("signals-unreadable-caption", head, "signals-nothing-waits");
    for (record, members) in scanner.unreadable_records() {
        if table.rows.len() > MAX_ROWS {
            break;
        }
        if judged.reads(record)? {
            let title = judged.title(record)?.map_or(Say::Word("no-title"), Say::content);
            let link = Inline::link(format!("/records/{record}"), title);
            table.rows.push(Row::new(vec![vec![link], vec![Inline::sign(members)]]).toned(Tone::Watch));
        }
    }
    Ok(part("signals-unreadable".into(), table))
}

/// What waits for a person to look at it, for the desk: feeds, and signals whose records are for this account.
pub(in super::super) fn for_a_person(asked: &Asked<'_>) -> Made<Vec<Row>> {
    let Some(scanner) = bank::scanner(asked)? else { return Ok(Vec::new()) };
    let row = |what: Inline, whose: Say| Row::new(vec![vec![what], vec![whose.into()]]).toned(Tone::Watch);
    let mut judged = Judged::new(asked)?;
    let feed = |author: &str| row(Inline::link("/signals#waiting", "signals-feed-waits"), judged.party(author));
    let mut rows: Vec<Row> = scanner.bank.quarantined_feeds().map(feed).collect();
    for name in scanner.bank.quarantined() {
        if let Some(known) = scanner.find(&name)
            && judged.reads(known.record)?
        {
            let title = judged.title(known.record)?;
            let link = Inline::link(path(known.record, &name), words::label(&known.signal, title.as_deref()));
            rows.push(row(link, judged.party(&name.author)));
        }
    }
    Ok(rows)
}
