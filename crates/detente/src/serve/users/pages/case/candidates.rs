//! Incidents that may be the same event, side by side with this one, with reasons. A person decides.
//!
//! What is compared was found by words of the title and judged before: no incident that is not for this account bears on what is
//! shown, nor on its order.

use access::Right;
use incident::candidates::{Candidate, Index, Shared, Weights, across};
use incident::links::Verdict;
use incident::{Account, Comparison, Saying, side_by_side};
use pages::{Block, Field, Form, Inline, Row, Say, Table, Tone};
use record::stix::StixId;
use search::{Ask, Query};

use super::super::shared::{case_link, cut, parted, short_of, title};
use super::super::{Asked, Made};
use super::Scene;
use super::facts::{PRECISION, property};
use crate::command::incident::candidates::row;
use crate::command::search::caught;
use crate::operations::sight::SeenCase;
use crate::outcome::Failure;
use crate::report::Report;
use crate::searching;

/// Candidates that are shown: whoever has to look at more has no candidate.
const MAX_CANDIDATES: usize = 5;

/// Incidents that are opened and compared for one page.
const MAX_COMPARED: usize = 24;

/// Hits of the index that are looked through for them.
const MAX_LOOKED_THROUGH: usize = 100;

/// Words of the title by which others are found.
const MAX_WORDS: usize = 16;

/// Words of the other language by which they are found besides. Both together are fewer than a search takes.
const MAX_ACROSS: usize = 40;

/// Reasons of one candidate that are told: the heaviest, which are nearly all of its score.
const MAX_REASONS: usize = 5;

pub(in super::super) fn page(asked: &Asked<'_>) -> Made {
    let scene = Scene::of(asked)?;
    let links = scene.sight.links(&scene.cases(), &scene.seen.case.id)?;
    let mut blocks = vec![Block::line("case-candidates-about")];
    let found = find(&scene)?;
    if found.is_empty() {
        blocks.push(Block::line("case-candidates-none"));
    }
    for (at, (candidate, other)) in found.iter().enumerate() {
        let verdict = links.graph.verdict(&scene.seen.case.id, &other.case.id);
        blocks.extend(shown(&scene, at, candidate, other, &verdict));
    }
    Ok(scene.page("case-candidates").and(blocks))
}

/// The best candidates, each as far as it is for this account.
fn find(scene: &Scene<'_>) -> Made<Vec<(Candidate, SeenCase)>> {
    let Some(question) = row(&scene.cases(), &scene.seen.case) else { return Ok(Vec::new()) };
    let Some(query) = query(&question.title, &across(&question.title)) else { return Ok(Vec::new()) };
    let others = others(scene, &query)?;
    let mut index = Index::new(Weights::default());
    for other in &others {
        // An id stands once among them.
        row(&scene.cases(), &other.case).map_or(Ok(()), |row| index.insert(row)).map_err(Failure::environment)?;
    }
    let best = index.candidates(&question, MAX_CANDIDATES);
    let of = |candidate: Candidate| {
        let other = others.iter().find(|other| other.case.id.as_str() == candidate.id)?;
        Some((candidate, other.clone()))
    };
    Ok(best.into_iter().filter_map(of).collect())
}

/// Incidents whose texts share a word with the title, or have one of the same meaning.
fn others(scene: &Scene<'_>, query: &Query) -> Made<Vec<SeenCase>> {
    let asked = scene.asked;
    let index = caught(asked.home, asked.store(), &Report::keeping())?.index;
    let hits =
        index.search(&Ask::new(query, MAX_LOOKED_THROUGH).plainly(true)).map_err(|error| searching::fail(&error))?.hits;
    let mut ids: Vec<StixId> = Vec::new();
    for id in hits.iter().filter_map(|hit| hit.object.as_deref()?.parse::<StixId>().ok()) {
        if id.object_type() == incident::INCIDENT_TYPE && id != scene.seen.case.id && !ids.contains(&id) {
            ids.push(id);
        }
    }
    let mut others = Vec::new();
    for id in &ids {
        if others.len() >= MAX_COMPARED {
            break;
        }
        // What is hidden takes no place from what is not.
        others.extend(scene.sight.case(&scene.cases(), id)?);
    }
    Ok(others)
}

/// Any word of a title, or of those that may stand for them: words by themselves, Han characters by twos.
fn query(title: &str, across: &[String]) -> Option<Query> {
    let mut words: Vec<String> = Vec::new();
    for part in title.split(|letter: char| !letter.is_alphanumeric()).filter(|part| !part.is_empty()) {
        let letters: Vec<char> = part.chars().collect();
        if letters.iter().all(char::is_ascii) {
            words.extend((letters.len() > 2).then(|| part.to_owned()));
        } else {
            words.extend(letters.windows(2).map(|pair| pair.iter().collect()));
        }
    }
    words.dedup();
    words.truncate(MAX_WORDS);
    words.extend(across.iter().take(MAX_ACROSS).cloned());
    let text = words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" OR ");
    text.parse().ok()
}

fn shown(scene: &Scene<'_>, at: usize, candidate: &Candidate, other: &SeenCase, verdict: &Verdict) -> Vec<Block> {
    let link = case_link(&other.case.id, title(scene.asked, other));
    let mut name =
        vec![Inline::Strong(Say::With("case-candidate", vec![("number", number(at.saturating_add(1)))])), link];
    name.push(Inline::Tag(Tone::Calm, verdict_words(verdict)));
    let mut blocks = vec![Block::Line(name), Block::List(reasons(candidate))];
    blocks.push(beside(scene, other));
    if scene.asked.may(Right::Write) && matches!(verdict, Verdict::Open | Verdict::Contested { .. }) {
        let forms = [merge(scene, at, other), related(scene, at, other)];
        let columns = forms.into_iter().map(|form| vec![form.into()]).collect();
        blocks.push(Block::Fold(Say::Word("case-decide"), vec![Block::Columns(columns)]));
    }
    blocks
}

fn number(count: usize) -> pages::Arg {
    i64::try_from(count).unwrap_or(i64::MAX).into()
}

fn verdict_words(verdict: &Verdict) -> Say {
    Say::Word(match verdict {
        Verdict::Open => "case-verdict-open",
        Verdict::Same(_) => "case-verdict-same",
        Verdict::NotSame(_) => "case-verdict-not-same",
        Verdict::Contested { .. } => "case-verdict-contested",
    })
}

/// Both incidents in one table: what each says.
fn beside(scene: &Scene<'_>, other: &SeenCase) -> Block {
    let own = scene.asked.open.party();
    let newest = |seen: &SeenCase| {
        let newest = seen.case.newest(own)?;
        Some(Account::new(newest.author, newest.digest, newest.incident.clone()))
    };
    let accounts: Vec<_> = newest(&scene.seen).into_iter().chain(newest(other)).collect();
    let head = &["case-property", "case-this", "case-other"];
    let rows = side_by_side(&accounts).into_iter().filter(|row| row.property != PRECISION).map(|row| {
        let name = vec![Inline::Text(property(row.property))];
        let tone = if row.comparison == Comparison::Agree { Tone::Good } else { Tone::Calm };
        let says = row.says.iter().map(|saying| match saying {
            Saying::Says(value) => short_of(row.property, value),
            Saying::Silent => vec![Inline::Text(Say::Word("case-silent"))],
            Saying::NotShown => vec![Inline::Text(Say::Word("case-not-shown"))],
        });
        Row::new(std::iter::once(name).chain(says).collect()).toned(tone)
    });
    Table::new("case-beside-caption", head, "case-accounts-same").rows(rows).into()
}

fn reasons(candidate: &Candidate) -> Vec<Vec<Inline>> {
    candidate.reasons.iter().take(MAX_REASONS).map(|reason| shared(&reason.shared)).collect()
}

fn shared(shared: &Shared) -> Vec<Inline> {
    let say = |key: &'static str| Inline::Text(Say::Word(key));
    let pair = |key, here: &str, there: &str| {
        let other = (here != there).then(|| vec![Inline::content(cut(there))]);
        let both = std::iter::once(vec![Inline::content(cut(here))]).chain(other);
        std::iter::once(say(key)).chain(parted(both)).collect()
    };
    match shared {
        Shared::Word(here, there) => pair("case-shared-word", here, there),
        Shared::Han(here, there) => pair("case-shared-han", here, there),
        Shared::Phrase(here, there) => pair("case-shared-phrase", here, there),
        Shared::Meaning(here, there) => pair("case-shared-meaning", here, there),
        Shared::Letters(pieces) => {
            vec![Inline::Text(Say::With("case-shared-letters", vec![("count", i64::from(*pieces).into())]))]
        }
        Shared::Initials(here, there) => pair("case-shared-initials", here, there),
        Shared::Entity(here, there) => pair("case-shared-entity", here, there),
        Shared::Model(here, there) => pair("case-shared-model", here, there),
        Shared::Source(here, there) => pair("case-shared-source", here, there),
        Shared::Dates(days) => {
            vec![Inline::Text(Say::With("case-shared-dates", vec![("count", i64::from(*days).into())]))]
        }
        _ => vec![say("case-shared-other")],
    }
}

fn merge(scene: &Scene<'_>, at: usize, other: &SeenCase) -> Form {
    Form::command(format!("merge-{at}"), "incident merge", format!("{}/candidates", scene.path()))
        .titled("case-same", "case-merge-button")
        .given("from", &other.case.id)
        .given("to", &scene.seen.case.id)
        .field(Field::area("reason", "case-reason").required())
        .bound(scene.state(None, &[other]))
        .previewed()
}

fn related(scene: &Scene<'_>, at: usize, other: &SeenCase) -> Form {
    Form::command(format!("related-{at}"), "incident link", format!("{}/candidates", scene.path()))
        .titled("case-related", "case-related-button")
        .given("from", &other.case.id)
        .given("to", &scene.seen.case.id)
        .given("as", "related-not-same")
        .field(Field::area("reason", "case-reason").required())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_of_either_script_becomes_a_query_of_its_words() {
        let english = query("Crane stopped, no \"red line\" at A1", &[]).map(|query| query.to_string());
        assert_eq!(english.as_deref(), Some("Crane OR stopped OR red OR line"));
        assert!(query("起重机停了", &[]).is_some_and(|query| query.texts().count() == 4));
        assert_eq!(query("- !", &[]), None);
    }
}
