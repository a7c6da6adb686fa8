//! Looking something through: what was found in what somebody pasted, and what was not looked at.
//!
//! Nothing of it is kept: it comes in the body of a request, of which the log of requests has only the path, it is no draft, and the
//! answer is not to be stored. Whoever may scan is told which signal it was, whatever its record is marked; its title, its family and
//! the way to its page are for whoever may see the record.

use access::Right;
use matching::bank::{Caveat, FEED_LIMIT, Match, Scan};
use matching::disguise::MAX_READ_CHARACTERS;
use pages::{Block, Inline, Page, Row, Say, Table, Tone, Typed};

use super::super::{Asked, Made, act};
use super::judged::Judged;
use super::pasted::{self, Wrong};
use super::standing::Standing;
use super::{bank, forms, path, words};
use crate::scanning::Scanner;

/// Finds of each kind that are shown. Nobody reads more; there is the API for programs.
const MAX_ROWS: usize = 100;

/// Feeds that wait and are named.
const MAX_NAMED: usize = 8;

pub(in super::super) fn page(asked: &Asked<'_>) -> Made {
    let page = Page::new("scan-title").and(act::done(asked.ask)).with(Block::line("scan-about"));
    let Some(scanner) = bank::scanner(asked)? else {
        return Ok(page.with(Block::notice(Tone::Watch, "signals-still-reading")));
    };
    let found = match &asked.ask.form {
        Some(typed) => outcome(asked, &scanner, typed)?,
        None => Vec::new(),
    };
    let empty = scanner.bank.is_empty().then(|| Block::notice(Tone::Watch, "scan-empty-bank"));
    let page = page.and(empty).and(found).and(pasted::forms()).with(Block::line("scan-others")).with(misses());
    Ok(page.and(forms::retract_by_id(asked, pasted::PATH)))
}

/// What no scan finds stands beside every scan.
fn misses() -> Block {
    let lines = ["scan-misses-words", "scan-misses-digest", "scan-misses-pictures", "scan-misses-length"];
    Block::Fold("scan-misses".into(), vec![Block::List(lines.map(|line| vec![Inline::from(line)]).to_vec())])
}

fn outcome(asked: &Asked<'_>, scanner: &Scanner, typed: &Typed) -> Made<Vec<Block>> {
    let account = asked.caller().account().map(ToString::to_string).unwrap_or_default();
    let refused = |why: &'static str| {
        vec![Block::Notice(Tone::Grave, vec![Inline::Strong(Say::Word("scan-not-done")), why.into()])]
    };
    let item = match pasted::read(typed) {
        Ok(item) => item,
        Err(Wrong(why)) => return Ok(refused(why)),
    };
    let scanned = asked.bank.scan(&account, vec![item], false).and_then(|(_, mut all)| all.pop());
    let Some(Ok(scan)) = scanned.map(|one| one.scan) else { return Ok(refused("signals-still-reading")) };
    Telling { judged: Judged::new(asked)?, scanner }.blocks(&scan)
}

/// Tells what was found.
struct Telling<'a> {
    judged: Judged<'a>,
    scanner: &'a Scanner,
}

impl Telling<'_> {
    fn blocks(&mut self, scan: &Scan) -> Made<Vec<Block>> {
        let count = scan.matches.len();
        let tone = if count == 0 { Tone::Calm } else { Tone::Watch };
        let mut blocks = vec![Block::notice(tone, Say::count("scan-found", count))];
        if count > 0 {
            blocks.push(self.table("scan-caption", &scan.matches.iter().collect::<Vec<_>>())?);
        }
        let harmless = scan.suppressed.iter().map(|one| &one.matched);
        let more =
            [("scan-harmless", harmless.collect::<Vec<_>>()), ("scan-waiting", scan.quarantined.iter().collect())];
        for (title, matches) in more.into_iter().filter(|(_, matches)| !matches.is_empty()) {
            let table = self.table(title, &matches)?;
            blocks.push(Block::Fold(title.into(), vec![table]));
        }
        blocks.push(self.not_looked_at(scan)?);
        Ok(vec![Block::section("found", "scan-outcome", blocks)])
    }

    fn table(&mut self, caption: &'static str, matches: &[&Match]) -> Made<Block> {
        let head = &[
            "signals-what",
            "signals-kind",
            "signals-whose",
            "scan-method",
            "scan-nearness",
            "signals-confidence",
            "signals-standing",
        ];
        let rows = matches.iter().take(MAX_ROWS).map(|one| self.row(one)).collect::<Made<Vec<_>>>()?;
        Ok(Table::new(caption, head, "scan-nothing-found").rows(rows).into())
    }

    fn row(&mut self, one: &Match) -> Made<Row> {
        let mut how = vec![Inline::Text(words::method(&one.method))];
        how.extend(words::reading(&one.method).map(Inline::Text));
        let nearness = nearness(one).map(|percent| Say::count("scan-percent", percent).into());
        let standing = Standing::InForce(one.state);
        let cells = vec![
            self.what(one)?,
            vec![words::kind(one.kind).into()],
            vec![self.judged.party(&one.author).into()],
            how,
            nearness.into_iter().collect(),
            words::confidence(one.confidence),
            vec![standing.tag()],
        ];
        Ok(Row::new(cells).toned(Tone::Watch))
    }

    /// Which signal: with the way to its page and to saying that it was found, if its record is for this account.
    fn what(&mut self, one: &Match) -> Made<Vec<Inline>> {
        let (name, scanner) = (one.name(), self.scanner);
        let hidden = || vec![Inline::code(&one.signal), Inline::tag(Tone::Calm, "scan-record-hidden")];
        let Some(known) = scanner.find(&name) else { return Ok(hidden()) };
        if !self.judged.reads(known.record)? {
            return Ok(hidden());
        }
        let title = self.judged.title(known.record)?;
        let to = path(known.record, &name);
        let mut what = vec![Inline::link(to.as_str(), words::label(&known.signal, title.as_deref()))];
        what.extend(words::beside(&known.signal, title.as_deref()));
        if self.judged.asked.may(Right::Write) {
            what.push(Inline::link(format!("{to}?sighting=yes#sighting"), "scan-is-a-sighting"));
        }
        Ok(what)
    }

    fn not_looked_at(&self, scan: &Scan) -> Made<Block> {
        let mut lines: Vec<Vec<Inline>> = scan.caveats.iter().map(|one| vec![caveat(one)]).collect();
        let feeds: Vec<&str> = self.scanner.bank.quarantined_feeds().collect();
        for author in feeds.iter().take(MAX_NAMED) {
            let limit = usize::try_from(FEED_LIMIT.count).unwrap_or(usize::MAX);
            lines.push(vec![Inline::Strong(self.judged.party(author)), Say::count("scan-feed-waits", limit).into()]);
        }
        lines.extend((feeds.len() > MAX_NAMED).then(|| vec![Inline::from("scan-more-feeds-wait")]));
        lines.extend((self.scanner.doubted() > 0).then(|| vec![Inline::from("scan-doubted")]));
        lines.extend((self.scanner.unreadable() > 0).then(|| vec![Inline::from("scan-unreadable")]));
        if lines.is_empty() {
            return Ok(Block::line("scan-all-looked-at"));
        }
        Ok(Block::section("not-looked-at", "scan-not-looked-at", vec![Block::List(lines)]))
    }
}

/// In whole hundredths; none for keywords and rules, which are not near: they are there.
fn nearness(one: &Match) -> Option<usize> {
    let share = one.method.nearness();
    (share > 0.0).then(|| (0..=100_u8).rev().find(|percent| f64::from(*percent) <= share * 100.0).unwrap_or(0).into())
}

/// What was not looked at.
fn caveat(caveat: &Caveat) -> Inline {
    let say = match caveat {
        Caveat::RulesSawTheBeginning => "scan-caveat-rules-beginning".into(),
        Caveat::RulesNotRun { count } => Say::count("scan-caveat-rules-not-run", *count),
        Caveat::RulesTookTooLong { signals } => Say::count("scan-caveat-rules-slow", signals.len()),
        Caveat::KeywordsLeftOut => "scan-caveat-keywords".into(),
        Caveat::NotAllCompared => "scan-caveat-compared".into(),
        Caveat::LowQuality { quality } => Say::count("scan-caveat-quality", usize::from(*quality)),
        Caveat::EmptyText => "scan-caveat-empty".into(),
        Caveat::DisguisesNotLookedFor => Say::count("scan-caveat-disguises", MAX_READ_CHARACTERS),
        Caveat::OnlyTheFile => "scan-caveat-file".into(),
        Caveat::MatchesLeftOut { count } => Say::count("scan-caveat-matches", *count),
        // What a newer matcher leaves out is told in its own words.
        other => return Inline::content(crate::scanning::caveat(other)),
    };
    Inline::Text(say)
}

#[cfg(test)]
mod tests {
    use api::Language;

    use super::*;

    #[test]
    fn every_caveat_has_words_in_both_languages() {
        let all = [
            Caveat::RulesSawTheBeginning,
            Caveat::RulesNotRun { count: 2 },
            Caveat::RulesTookTooLong { signals: Vec::new() },
            Caveat::KeywordsLeftOut,
            Caveat::NotAllCompared,
            Caveat::LowQuality { quality: 3 },
            Caveat::EmptyText,
            Caveat::DisguisesNotLookedFor,
            Caveat::OnlyTheFile,
            Caveat::MatchesLeftOut { count: 7 },
        ];
        for one in &all {
            let Inline::Text(say) = caveat(one) else { panic!("{one:?} has no words") };
            for language in Language::ALL {
                let text = say.text(language);
                assert!(!text.is_empty() && !text.contains('⟨'), "{one:?}: {text}");
            }
        }
    }
}
