//! Rule packs: which stand, in which version, adopted or shipped, when they should be read again, and what they were made from.

use duties::{Duty, Pack};
use pages::{Block, Inline, Page, Row, Say, Table, Tone};
use record::time::Timestamp;

use super::super::shared::{record_link, ways};
use super::super::{Asked, Made};
use super::words::{both, no_advice, source};
use crate::duty_book::{Adopted, DutyBook};
use crate::rules;

/// Characters of a digest that tell one version from another at a glance. The whole of it is in the command's answer.
const NAMED_BY: usize = 16;

pub(in super::super) fn page(asked: &Asked<'_>) -> Made {
    let (keys, now) = (asked.open.keys.get(), asked.ask.now);
    let book = DutyBook::read(asked.cases(keys.ring()), &[], now)?;
    let adopted = book.adopted();
    let rows = book.packs().packs().iter().map(|pack| row(pack, of(adopted, pack), now)).collect::<Made<Vec<_>>>()?;
    let head = ["duties-pack", "duties-version", "duties-kept", "duties-read", "duties-review-by"];
    let table = Table::new("duties-packs-caption", &head, "duties-packs-none").rows(rows);
    let aside = adopted.iter().filter_map(|one| Some((one, one.aside.as_deref()?)));
    let aside = aside.map(|(one, why)| {
        let line = vec![
            Inline::code(&one.kept.pack),
            Inline::sign(&one.kept.pack_version),
            Inline::Text(Say::Word("duties-not-used")),
            Inline::content(why),
        ];
        Block::Notice(Tone::Grave, line)
    });
    let about = book.packs().packs().iter().map(|pack| about(pack));
    Ok(Page::new("duties-packs")
        .with(no_advice())
        .with(places())
        .and(aside)
        .with(table.into())
        .with(Block::line("duties-packs-adopting"))
        .with(Block::section("about", "duties-packs-about", about.collect())))
}

fn places() -> Block {
    ways([("/duties".to_owned(), "duties-calendar"), ("/duties/preview".to_owned(), "duties-preview")])
}

/// The adoption of a pack, if this very version was adopted.
fn of<'a>(adopted: &'a [Adopted], pack: &Pack) -> Option<&'a Adopted> {
    adopted.iter().find(|one| one.kept.pack == pack.id && one.kept.digest == pack.digest_text() && one.aside.is_none())
}

fn row(pack: &Pack, adopted: Option<&Adopted>, now: Timestamp) -> Made<Row> {
    let digest: String = pack.digest_text().chars().take(NAMED_BY).collect();
    let is_past = rules::today(now)? > pack.review_by;
    let kept = match adopted {
        Some(adopted) => vec![Inline::tag(Tone::Good, "duties-adopted"), record_link(adopted.said)],
        None => vec![Inline::tag(Tone::Calm, "duties-shipped")],
    };
    let mut review = vec![Inline::sign(pack.review_by)];
    review.extend(is_past.then(|| Inline::tag(Tone::Watch, "duties-past-review")));
    let title = vec![Inline::Text(both(&pack.title)), Inline::code(&pack.id)];
    let cells = vec![
        title,
        vec![Inline::sign(&pack.version), Inline::code(digest)],
        kept,
        vec![Inline::sign(pack.read_on)],
        review,
    ];
    Ok(Row::new(cells).toned(if is_past { Tone::Watch } else { Tone::Calm }))
}

/// What a pack is about, its duties and its sources.
fn about(pack: &Pack) -> Block {
    let duty = |duty: &Duty| {
        vec![Inline::code(&duty.path), Inline::Text(both(&duty.label)), Inline::Text(both(&duty.recipient))]
    };
    let sources = pack.sources.iter().map(|one| {
        let mut line = source(one);
        line.extend(one.note.as_ref().map(|note| Inline::Text(both(note))));
        line
    });
    let mut blocks = vec![
        Block::Line(vec![Inline::Text(both(&pack.about))]),
        Block::Line(vec![Inline::Strong(Say::Word("duties-title"))]),
        Block::List(pack.duties.iter().map(duty).collect()),
        Block::Line(vec![Inline::Strong(Say::Word("duties-sources"))]),
        Block::List(sources.collect()),
    ];
    if !pack.questions.is_empty() {
        let questions = pack.questions.iter().map(|one| vec![Inline::Text(both(&one.text))]).collect();
        blocks.push(Block::Line(vec![Inline::Strong(Say::Word("duties-open-questions"))]));
        blocks.push(Block::List(questions));
    }
    Block::Fold(both(&pack.title), blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_past_its_review_says_so_and_every_source_stands_there() {
        let packs = duties::shipped::packs("2026-11-30".parse().unwrap()).unwrap();
        let pack = packs.pack("us-ca-sb53").unwrap();
        let tone = |day: &str| row(pack, None, format!("{day}T00:00:00Z").parse().unwrap()).ok().unwrap().tone;
        assert_eq!((tone("2026-11-30"), tone("2035-01-01")), (Tone::Calm, Tone::Watch));
        let text = format!("{:?}", about(pack));
        for source in pack.sources.iter().filter(|one| !one.link.is_empty()) {
            assert!(text.contains(&source.link), "{}", source.link);
        }
    }
}
