//! What was released and received, as collections: what programs read by TAXII, for people. For an account of a partner it is all
//! that there is.

use api::Language;
use collections::{Collection, Filter, Item, Page as Items};
use pages::{Block, Inline, Page, Row, Say, Table, encoded};
use record::json::{self, Json, Map};
use record::time::Timestamp;
use taxii::CollectionId;

use super::case::property;
use super::shared::value;
use super::{Asked, Made, NoPage, act};
use crate::serve::users::shelf::Placed;

/// Objects on one page.
const ON_A_PAGE: usize = 50;

/// The collections that this account may read.
pub(super) fn list(asked: &Asked<'_>) -> Made {
    let all = asked.shelf.readable_all(asked.caller(), asked.open).map_err(fault)?;
    let table = Table::new("feeds-caption", &["feeds-collection", "feeds-about"], "feeds-none");
    let rows = all.iter().map(|placed| {
        let link = Inline::link(format!("/feeds/{}", placed.id), called(asked, placed));
        Row::new(vec![vec![link], vec![about(placed).into()]])
    });
    let page = Page::new("feeds-title").and(act::done(asked.ask)).with(Block::line("feeds-words"));
    Ok(page
        .with(table.rows(rows).into())
        .with(Block::Fold("feeds-programs".into(), vec![Block::line("feeds-programs-words")])))
}

fn fault<T>(_fault: T) -> NoPage {
    NoPage::Busy
}

/// What a collection is called: what kind it is, and the name of the agreement or the party in the reader's language if it has one.
fn called(asked: &Asked<'_>, placed: &Placed) -> Say {
    let [english, chinese] = &placed.named;
    let name = match asked.ask.language {
        Language::English => english,
        Language::Chinese => chinese,
    };
    match placed.collection {
        Collection::Own => Say::Word("feeds-own"),
        Collection::Partner(_) => Say::with("feeds-partner", "party", name.clone()),
        Collection::Released(_) => Say::with("feeds-released", "agreement", name.clone()),
        Collection::Received(_) => Say::with("feeds-received", "party", name.clone()),
    }
}

const fn about(placed: &Placed) -> Say {
    Say::Word(match placed.collection {
        Collection::Own => "feeds-own-about",
        Collection::Partner(_) => "feeds-partner-about",
        Collection::Released(_) => "feeds-released-about",
        Collection::Received(_) => "feeds-received-about",
    })
}

fn placed(asked: &Asked<'_>) -> Made<Placed> {
    let id: CollectionId = asked.part(0)?.parse().map_err(|_| NoPage::Hidden)?;
    asked.shelf.readable(asked.caller(), asked.open, id).map_err(fault)?.ok_or(NoPage::Hidden)
}

fn items(asked: &Asked<'_>, placed: &Placed, filter: &Filter, after: Option<Timestamp>) -> Made<Items> {
    let reader = asked.shelf.reader(asked.caller());
    let read = collections::objects(asked.store(), &placed.collection, &reader, filter, (after, ON_A_PAGE));
    read.map_err(|error| NoPage::Failed(error.to_string()))
}

/// One collection, in the order in which objects were added.
pub(super) fn one(asked: &Asked<'_>) -> Made {
    let placed = placed(asked)?;
    let after = asked.query("after").and_then(|text| text.parse().ok());
    let found = items(asked, &placed, &Filter::default(), after)?;
    let table = Table::new(
        "feeds-objects-caption",
        &["feeds-object", "feeds-type", "feeds-modified", "feeds-added"],
        "feeds-objects-none",
    );
    let rows = found.items.iter().map(|item| row(&placed, item));
    let page = Page::new(called(asked, &placed)).with(Block::line(about(&placed))).with(table.rows(rows).into());
    let last = found.items.last().filter(|_| found.has_more);
    let next = last.map(|last| format!("/feeds/{}?after={}", placed.id, encoded(&last.added.to_string())));
    Ok(page.and(next.map(|next| Block::Line(vec![Inline::link(next, "feeds-next")]))))
}

fn row(placed: &Placed, item: &Item) -> Row {
    let object = read(item);
    let name = ["name", "source_ref", "value"].into_iter().find_map(|name| object.text(name));
    let name = name.map_or_else(|| Say::sign(&item.id), Say::content);
    let link = Inline::link(format!("/feeds/{}/{}", placed.id, item.id), name);
    let kind = Inline::sign(object.text("type").unwrap_or_default());
    Row::new(vec![vec![link], vec![kind], vec![Inline::Time(item.version)], vec![Inline::Time(item.added)]])
}

fn read(item: &Item) -> Map {
    match json::parse(item.object.as_bytes()) {
        Ok(Json::Object(map)) => map,
        _ => Map::new(),
    }
}

/// One object, its versions the newest first.
pub(super) fn object(asked: &Asked<'_>) -> Made {
    let placed = placed(asked)?;
    let mut found = items(asked, &placed, &Filter::versions_of(asked.part(1)?), None)?.items;
    found.reverse();
    let newest = found.first().ok_or(NoPage::Hidden)?;
    let title = read(newest).text("name").map_or_else(|| Say::sign(&newest.id), Say::content);
    let back = Inline::link(format!("/feeds/{}", placed.id), called(asked, &placed));
    let page = Page::new(title).with(Block::Line(vec![back])).with(shown(newest));
    let older = found
        .iter()
        .skip(1)
        .map(|item| Block::Fold(Say::with("feeds-version", "time", item.version_text.as_str()), vec![shown(item)]));
    Ok(page.and(older).with(Block::Fold("feeds-json".into(), vec![Block::Code(newest.object.clone())])))
}

fn shown(item: &Item) -> Block {
    Block::Facts(read(item).iter().map(|(name, value)| (property(name), self::value(value))).collect())
}
