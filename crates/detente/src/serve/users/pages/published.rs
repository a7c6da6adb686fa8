//! What everybody may read, without an account, where the party wants that (`users.public` in `serve.json`): its own incidents that are
//! marked TLP clear in every part, without any reason for care and for anybody, and the newest head of its log.

use incident::Text;
use pages::{Block, Inline, Page, Say, Tone};
use policy::shown::{Shown, to_public};
use record::Record;
use record::stix::StixId;
use storage::views::cases::{self, Mark, Wanted};
use storage::{LogName, Store as _};

use super::shared::{parted, value_of, word};
use super::{Asked, Made, NoPage};
use crate::cases::{Cases, modified, read_mark, write_mark};
use crate::holdings::{Held, Holdings};
use crate::node as store_of;

/// The page's own path.
pub(super) const PATH: &str = "/published";

/// Incidents of one page.
const MAX_ROWS: usize = 20;

/// Incidents that are looked through for one page: anybody may ask for it, and must not keep the node busy.
const MAX_LOOKED_THROUGH: usize = 100;

/// Properties that are told of each incident beside its description.
const TOLD: [&str; 8] =
    ["ai_involvement", "harm_types", "occurred", "countries", "system", "developer", "deployer", "external_references"];

pub(super) fn page(asked: &Asked<'_>) -> Made {
    let page = Page::new("published-title").with(Block::line("published-about"));
    Ok(page.and(incidents(asked)?).with(log(asked)?))
}

fn incidents(asked: &Asked<'_>) -> Made<Vec<Block>> {
    let holdings = Holdings::read(asked.store(), asked.home)?;
    let keys = asked.open.keys.get();
    let cases = asked.cases(keys.ring());
    let behind = asked.query("behind").and_then(read_mark);
    let (mut shown, mut last, mut goes_on) = (Vec::new(), None, false);
    // By this party alone: what a peer says under the id of an incident of ours moves it to no other place.
    let wanted = Wanted { issuer: Some(holdings.own), ..Wanted::default() };
    let marks = cases::list(asked.store(), &wanted, behind.as_ref(), MAX_LOOKED_THROUGH).map_err(store_of::fail)?;
    let is_cut = marks.len() == MAX_LOOKED_THROUGH;
    for at in marks {
        let Some(incident) = public(&holdings, &cases, &at)? else { continue };
        if shown.len() == MAX_ROWS {
            goes_on = true;
            break;
        }
        shown.push(block(&incident));
        last = Some(at);
    }
    if shown.is_empty() {
        shown.push(Block::line("published-none"));
    }
    let next = last.filter(|_| goes_on).map(|mark: Mark| {
        let query = asked.ask.query.query_with(&[("behind", &write_mark(&mark))]);
        Block::Line(vec![Inline::link(format!("{PATH}?{query}"), "incidents-next")])
    });
    let cut = (is_cut && !goes_on).then(|| Block::notice(Tone::Calm, "published-cut"));
    Ok(vec![Block::section("incidents", "published-incidents", shown.into_iter().chain(next).chain(cut).collect())])
}

/// The newest version of an incident of ours, if everybody may read all of it.
fn public(holdings: &Holdings<'_>, cases: &Cases<'_>, at: &Mark) -> Made<Option<Shown<Record>>> {
    let Ok(id) = at.id.parse::<StixId>() else { return Ok(None) };
    let Some(case) = cases.case(&id)? else { return Ok(None) };
    let mut ours = case.chain.newest_of(cases.own);
    let (Some(newest), None) = (ours.next(), ours.next()) else { return Ok(None) };
    // The list is in the order of our newest versions; one whose newest is not for everybody is not listed by an older one.
    if modified(newest) != Some(at.modified) {
        return Ok(None);
    }
    let Some(held) = holdings.find(&newest.digest)? else { return Ok(None) };
    shown(holdings, &held)
}

/// A record of ours as everybody may see it; none if it is not for everybody.
fn shown(holdings: &Holdings<'_>, held: &Held) -> Made<Option<Shown<Record>>> {
    let in_force = holdings.in_force(held.record.content())?;
    Ok(to_public(holdings.own, &held.record, &in_force))
}

fn block(incident: &Shown<Record>) -> Block {
    let record = incident.content().content();
    let (object, own) = (record.object(), record.extension());
    let title = object.text(Text::Name.name()).map_or(Say::Word("no-title"), Say::content);
    let said = |list: &str, name: &str| own.and_then(|own| own.text(name)).map(|said| vec![word(list, said).into()]);
    let lists = [said("severity", "severity"), said("kind", "event_kind"), said("stage", "stage")];
    let mut inner = vec![Block::Line(parted(lists.into_iter().flatten()))];
    inner.extend(object.text(Text::Description.name()).map(|text| Block::Text(Say::content(text))));
    let time = object.text("modified").and_then(|time| time.parse().ok());
    let mut rows = vec![("incidents-changed".into(), time.map(Inline::Time).into_iter().collect())];
    let told = TOLD.iter().filter_map(|name| {
        let json = object.get(name).or_else(|| own?.get(name))?;
        Some((super::case::property(name), value_of(name, json)))
    });
    rows.extend(told);
    let digest = record.digest();
    let file = |name: &str, say| vec![Inline::link(format!("{PATH}/{digest}/{name}"), Say::Word(say))];
    let files =
        [file("record", "proof-file-record"), file("proof", "proof-file-proof"), file("keys", "proof-file-keys")];
    rows.push(("proof-check".into(), parted(files)));
    rows.push(("proof-digest".into(), vec![Inline::code(digest)]));
    inner.push(Block::Facts(rows));
    Block::Fold(title, inner)
}

/// The newest published head of our log, with the signatures on it.
fn log(asked: &Asked<'_>) -> Made<Block> {
    let published = asked.store().published(&LogName::node()).map_err(store_of::fail)?;
    let head = published.map_or_else(|| Block::line("proof-log-not-yet"), |signed| Block::Code(signed.to_string()));
    Ok(Block::section("log", "published-log", vec![Block::line("published-log-about"), head]))
}

/// The record of a file that everybody may have.
pub(super) fn find(asked: &Asked<'_>) -> Made<Held> {
    let digest = asked.part(0)?.parse().map_err(|_| NoPage::Hidden)?;
    let holdings = Holdings::read(asked.store(), asked.home)?;
    let held = holdings.find(&digest)?.ok_or(NoPage::Hidden)?;
    shown(&holdings, &held)?.map(|_| held).ok_or(NoPage::Hidden)
}

#[cfg(test)]
mod tests {
    use incident::{EventKind, Severity, Stage};

    #[test]
    fn every_word_of_the_lists_is_known_in_both_languages() {
        let words = Severity::ALL.iter().map(|one| ("severity", one.name()));
        let words = words.chain(EventKind::ALL.iter().map(|one| ("kind", one.name())));
        for (list, name) in words.chain(Stage::ALL.iter().map(|one| ("stage", one.name()))) {
            let key = format!("{list}-{}", name.replace(' ', "-"));
            for language in api::Language::ALL {
                assert!(pages::keys(language).contains(key.as_str()), "{key}");
            }
        }
    }
}
