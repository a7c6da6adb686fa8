//! The list: what is in force, newest first, judged row by row; and beside it what waits.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::str::FromStr;

use access::Right;
use matching::bank::SignalName;
use matching::signal::SignalKind;
use pages::{Block, Field, Form, Inline, Page, Row, Say, Table, Tone};
use record::digest::{PartyId, RecordDigest};

use super::super::shared::{choices, ways};
use super::super::{Asked, Made, act};
use super::judged::Judged;
use super::place::{Begin, FROM, Mark, asked_for};
use super::seen::Seen;
use super::standing::{STANDINGS, Standing, Standings};
use super::{PATH, bank, decided, path, waiting, words};
use crate::scanning::{Known, Scanner};

/// Signals of one page.
const MAX_ROWS: usize = 25;

/// Records that are judged for one page of the list. A record holds up to 256 signals, and one verdict is for all of them: of most it takes
/// a millisecond, of so large a one some. What is hidden and made with a late time would end the list, so it goes on from here. That it was
/// cut tells that as many are hidden; with more for one page the steps of its time would tell how many, where it is not cut.
const MAX_JUDGED: usize = 100;

pub(in super::super) fn page(asked: &Asked<'_>) -> Made {
    let page = Page::new("signals-title").and(act::done(asked.ask)).and(links(asked));
    let Some(scanner) = bank::scanner(asked)? else {
        return Ok(page.with(Block::notice(Tone::Watch, "signals-still-reading")));
    };
    let mut judged = Judged::new(asked)?;
    let filter = Filter::of(asked);
    let found = Found::read(&mut judged, &scanner, &filter)?;
    let wrong = filter.wrong.iter().map(|text| Say::with("signals-filter-wrong", "value", text.as_str()));
    let wrong: Vec<_> = wrong.map(|say| Block::notice(Tone::Watch, say)).collect();
    let rows = found.blocks(&mut judged, &scanner, &filter)?;
    let waiting = waiting::blocks(&mut judged, &scanner)?;
    Ok(page.and(filter.block(asked)).and(wrong).and(rows).and(waiting))
}

fn links(asked: &Asked<'_>) -> Option<Block> {
    let scan = asked.may(Right::Scan).then(|| ("/scan".to_owned(), "signals-scan"));
    let new = asked.may(Right::Write).then(|| (format!("{PATH}/new"), "signals-new"));
    let decided = asked.may(Right::Operate).then(|| (decided::PATH.to_owned(), "signals-decided"));
    let links: Vec<_> = scan.into_iter().chain(new).chain(decided).collect();
    (!links.is_empty()).then(|| ways(links))
}

/// Which standings are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    InForce,
    Any,
    One(&'static str),
}

impl Wanted {
    fn fits(self, standing: Standing) -> bool {
        match self {
            Self::InForce => standing.is_in_force(),
            Self::Any => true,
            Self::One(name) => standing.name() == name,
        }
    }
}

/// What the query asks for.
struct Filter {
    kind: Option<SignalKind>,
    author: Option<String>,
    wanted: Wanted,
    begin: Option<Begin>,
    /// What could not be read, and is left out.
    wrong: Vec<String>,
}

impl Filter {
    fn of(asked: &Asked<'_>) -> Self {
        let mut wrong = Vec::new();
        let kind = read(asked, "kind", &mut wrong);
        let author = read(asked, "author", &mut wrong).map(|party: PartyId| party.to_string());
        let wanted = match asked.query("state") {
            None | Some("in-force") => Wanted::InForce,
            Some("any") => Wanted::Any,
            Some(name) => STANDINGS.into_iter().find(|known| *known == name).map_or_else(
                || {
                    wrong.push(name.to_owned());
                    Wanted::InForce
                },
                Wanted::One,
            ),
        };
        Self { kind, author, wanted, begin: Begin::of(asked), wrong }
    }

    fn fits(&self, author: &str, known: &Known) -> bool {
        self.kind.is_none_or(|kind| known.signal.kind == kind)
            && self.author.as_deref().is_none_or(|party| author == party)
    }

    fn is_set(&self) -> bool {
        self.kind.is_some() || self.author.is_some() || self.wanted != Wanted::InForce
    }

    /// Folded away until something of it is set.
    fn block(&self, asked: &Asked<'_>) -> [Block; 1] {
        let kinds = choices("signal-kind", "signals-any", SignalKind::ALL.iter().map(|kind| kind.name()));
        let standings =
            [("", "signals-in-force"), ("any", "signals-any")].map(|(name, say)| (name.to_owned(), say.into()));
        let others = STANDINGS.map(|name| (name.to_owned(), Say::known("signal-standing", name)));
        let form = Form::query("filter", PATH)
            .titled("signals-filter", "signals-filter-button")
            .field(
                Field::choice("kind", "signals-kind", kinds).value(self.kind.map(SignalKind::name).unwrap_or_default()),
            )
            .field(
                Field::choice("author", "signals-whose", parties(asked))
                    .value(asked.query("author").unwrap_or_default()),
            )
            .field(
                Field::choice("state", "signals-standing", standings.into_iter().chain(others).collect())
                    .value(asked.query("state").unwrap_or_default()),
            );
        [if self.is_set() { form.into() } else { Block::Fold("signals-filter".into(), vec![form.into()]) }]
    }
}

fn read<T: FromStr>(asked: &Asked<'_>, name: &str, wrong: &mut Vec<String>) -> Option<T> {
    let text = asked.query(name)?.trim();
    let read = text.parse().ok();
    if read.is_none() {
        wrong.push(text.to_owned());
    }
    read
}

/// Every party whose keys are here, whether it has signals or not: a shorter list would tell who has some.
fn parties(asked: &Asked<'_>) -> Vec<(String, Say)> {
    let keys = asked.open.keys.get();
    let all = keys.ring().parties().map(|party| (party.to_string(), asked.name(party)));
    std::iter::once((String::new(), Say::Word("signals-any"))).chain(all).collect()
}

/// A row of the list.
struct Listed {
    mark: Mark,
    name: SignalName,
    known: Known,
    standing: Standing,
    title: Option<String>,
}

/// What this account may see of one page.
struct Found {
    rows: Vec<Listed>,
    /// Whether there is more that it may see.
    goes_on: bool,
    /// Where the next page begins, if this one ends only because enough was looked through.
    cut_at: Option<Mark>,
}

impl Found {
    /// Whether there is a next page follows from what the account may see; and, where it may see little of very many records, from how
    /// many are looked through for one page.
    fn read(judged: &mut Judged<'_>, scanner: &Scanner, filter: &Filter) -> Made<Self> {
        let look = Look { scanner, filter, standings: Standings::new(scanner, judged.asked.ask.now) };
        let reads = &mut |record| judged.reads_in_list(record);
        let (rows, cut_at) = walk(look.records(), MAX_JUDGED, reads, &|record| look.of_record(record))?;
        let goes_on = rows.len() > MAX_ROWS;
        let mut rows: Vec<_> = rows.into_values().take(MAX_ROWS).collect();
        for row in &mut rows {
            row.title = judged.title(row.known.record)?;
        }
        Ok(Self { rows, goes_on, cut_at: cut_at.filter(|_| !goes_on) })
    }

    fn blocks(&self, judged: &mut Judged<'_>, scanner: &Scanner, filter: &Filter) -> Made<Vec<Block>> {
        let names: Vec<&SignalName> = self.rows.iter().map(|row| &row.name).collect();
        let seen = Seen::of_all(judged, scanner, &names)?;
        let head = &[
            "signals-what",
            "signals-kind",
            "signals-whose",
            "signals-confidence",
            "signals-standing",
            "signals-changed",
            "signals-seen",
        ];
        let rows = self.rows.iter().map(|listed| row(judged, listed, seen.get(&listed.name)));
        let caption = if filter.wanted == Wanted::InForce { "signals-caption" } else { "signals-caption-others" };
        let none = if filter.is_set() { "signals-none-fits" } else { "signals-none" };
        let mut blocks = vec![Table::new(caption, head, none).rows(rows).into()];
        let is_empty = self.rows.is_empty() && self.cut_at.is_none();
        blocks.extend(is_empty.then(|| empty(judged.asked, filter)).flatten());
        blocks.extend(self.cut_at.as_ref().map(|_| Block::notice(Tone::Watch, "signals-cut")));
        blocks.extend(self.next(judged.asked));
        if filter.wanted == Wanted::InForce {
            blocks.push(Block::Line(vec![Inline::link(format!("{PATH}?state=any"), "signals-others")]));
        }
        Ok(blocks)
    }

    fn next(&self, asked: &Asked<'_>) -> Option<Block> {
        let begin = match (&self.cut_at, self.rows.last().filter(|_| self.goes_on)) {
            (Some(at), _) => Begin::At(at.clone()),
            (None, Some(last)) => Begin::Behind(last.mark.clone()),
            (None, None) => return None,
        };
        let sealed = asked.sealed(&begin.to_string(), &asked_for(asked))?;
        let query = asked.ask.query.query_with(&[("done", ""), (FROM, &sealed)]);
        Some(Block::Line(vec![Inline::link(format!("{PATH}?{query}"), "signals-next")]))
    }
}

/// Looks through all signals for those of a page.
struct Look<'l> {
    scanner: &'l Scanner,
    filter: &'l Filter,
    standings: Standings<'l>,
}

impl Look<'_> {
    /// Every record with a signal that fits, in the order of the first of them.
    fn records(&self) -> Vec<(Mark, RecordDigest)> {
        let mut firsts: BTreeMap<RecordDigest, Mark> = BTreeMap::new();
        for (author, known) in self.scanner.each_known() {
            let modified = Reverse(known.signal.modified);
            // Most signals of a record are not its first, and need not be looked at closer.
            if firsts.get(&known.record).is_some_and(|first| first.modified < modified) {
                continue;
            }
            let Some(listed) = self.listed(author, known) else { continue };
            let is_first = firsts.get(&known.record).is_none_or(|first| listed.mark < *first);
            if is_first {
                firsts.insert(known.record, listed.mark);
            }
        }
        let mut records: Vec<_> = firsts.into_iter().map(|(record, first)| (first, record)).collect();
        records.sort_unstable();
        records
    }

    /// The signals of a record that fit, each by its place.
    fn of_record(&self, record: RecordDigest) -> Vec<(Mark, Listed)> {
        let of_it = self.scanner.each_known().filter(|(_, known)| known.record == record);
        let listed = of_it.filter_map(|(author, known)| self.listed(author, known));
        listed.map(|listed| (listed.mark.clone(), listed)).collect()
    }

    /// A signal as a row, if it fits and stands behind the place where the page begins.
    fn listed(&self, author: &str, known: &Known) -> Option<Listed> {
        if !self.filter.fits(author, known) {
            return None;
        }
        let mark = Mark::of(author, known);
        if self.filter.begin.as_ref().is_some_and(|begin| !begin.comes_before(&mark)) {
            return None;
        }
        let name = SignalName::new(author, known.signal.id.clone());
        let standing = self.standings.of(&name, known);
        let listed = Listed { mark, name, known: known.clone(), standing, title: None };
        self.filter.wanted.fits(standing).then_some(listed)
    }
}

/// The rows of a page and one more, of records in the order of the first signal of each; and where the next page begins, if enough records
/// were judged before the page was full. They are judged in the order in which they are met, until no other could have a row before these.
fn walk<T>(
    records: Vec<(Mark, RecordDigest)>,
    most: usize,
    reads: &mut dyn FnMut(RecordDigest) -> Made<bool>,
    of_record: &dyn Fn(RecordDigest) -> Vec<(Mark, T)>,
) -> Made<(BTreeMap<Mark, T>, Option<Mark>)> {
    let mut rows: BTreeMap<Mark, T> = BTreeMap::new();
    for (judged, (first, record)) in records.into_iter().enumerate() {
        if rows.range(..&first).count() > MAX_ROWS {
            break;
        }
        if judged >= most {
            // What stands behind this one could be out of order.
            rows.retain(|mark, _| *mark < first);
            return Ok((rows, Some(first)));
        }
        if reads(record)? {
            rows.extend(of_record(record));
            while rows.len() > MAX_ROWS.saturating_add(1) {
                rows.pop_last();
            }
        }
    }
    Ok((rows, None))
}

fn row(judged: &Judged<'_>, listed: &Listed, seen: Option<&Seen>) -> Row {
    let (signal, title) = (&listed.known.signal, listed.title.as_deref());
    let mut what = vec![Inline::link(path(listed.known.record, &listed.name), words::label(signal, title))];
    what.extend(words::beside(signal, title));
    let cells = vec![
        what,
        vec![words::kind(signal.kind).into()],
        vec![judged.party(&listed.name.author).into()],
        words::confidence(signal.confidence),
        vec![listed.standing.tag()],
        vec![Inline::Time(signal.modified)],
        seen.map(Seen::line).unwrap_or_default(),
    ];
    Row::new(cells).toned(listed.standing.tone())
}

/// What to do where nothing is listed.
fn empty(asked: &Asked<'_>, filter: &Filter) -> Option<Block> {
    if filter.is_set() {
        return None;
    }
    let mut ways = vec![vec![Inline::from("signals-empty-partner"), Inline::link("/agreements", "nav-agreements")]];
    if asked.may(Right::Write) {
        ways.push(vec![Inline::from("signals-empty-own"), Inline::link(format!("{PATH}/new"), "signals-new")]);
        ways.push(vec![
            Inline::from("signals-empty-import"),
            Inline::code("detente signal import rules.json --form atr"),
        ]);
    }
    Some(Block::List(ways))
}

#[cfg(test)]
mod tests {
    use super::super::place::tests::mark;
    use super::*;

    /// Records of one signal each, the newest first, of which only the last is for the account: all pages, one after the other.
    fn pages_behind_hidden_ones(count: u8, most: usize) -> Vec<usize> {
        let digest = |at: u8| RecordDigest::from_octets([at; 32]);
        let all: Vec<_> = (0..count).map(|at| (mark(i64::from(count - at), at), digest(at))).collect();
        let (mut lengths, mut begin) = (Vec::new(), None);
        loop {
            let left = all.iter().filter(|(at, _)| begin.as_ref().is_none_or(|begin: &Begin| begin.comes_before(at)));
            let of_record =
                |record| all.iter().filter(|(_, one)| *one == record).map(|(at, _)| (at.clone(), ())).collect();
            let reads = &mut |record| Ok(record == digest(count - 1));
            let Ok((rows, cut_at)) = walk(left.cloned().collect(), most, reads, &of_record) else { panic!("walked") };
            lengths.push(rows.len());
            match cut_at {
                Some(at) if lengths.len() < 99 => begin = Some(Begin::At(at)),
                _ => return lengths,
            }
        }
    }

    #[test]
    fn the_list_goes_on_behind_more_hidden_records_than_are_looked_through_for_a_page() {
        assert_eq!(pages_behind_hidden_ones(9, 10), [1], "what is passed over within the bound makes no page");
        assert_eq!(pages_behind_hidden_ones(10, 10), [1]);
        assert_eq!(pages_behind_hidden_ones(25, 10), [0, 0, 1], "nothing is looked through twice, and nothing lost");
    }
}
