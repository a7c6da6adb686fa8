//! `detente feed collection`: what the members of a feed of ours read as STIX objects, with the tools that they have.

use collections::{Collection, Filter, Item, MAX_PAGE_ITEMS, Reader, objects};
use protocol::exchange::FeedName;
use record::json::{self, Json, Map};
use record::label::Tlp;
use storage::{LocalStore, LogName, Store as _};

use super::open;
use crate::arguments::FeedCollectionArguments;
use crate::command::export::bundle_id;
use crate::home::{Readers, check_absent, write_whole};
use crate::node as store_of;
use crate::outcome::{Done, Failure};
use crate::report::{Report, one_line};

pub(super) fn run(arguments: &FeedCollectionArguments, report: &mut Report) -> Done {
    arguments.out.as_deref().map_or(Ok(()), check_absent)?;
    let store = open(&arguments.dir)?;
    let log = own_feed(&store, &arguments.feed)?;
    let items = all(&store, &log)?;
    let rows: Vec<Json> = items.iter().map(|item| say(item, report)).collect();
    report.fact("objects", Json::count(rows.len()));
    report.data("collection", Json::Array(rows));
    if let Some(out) = &arguments.out {
        write_whole(out, &bundle(&items)?, Readers::Owner)?;
        report.fact("written", out.display().to_string());
    }
    Ok(())
}

/// A feed of this node, by its name.
fn own_feed(store: &LocalStore, name: &str) -> Done<LogName> {
    let wanted: FeedName = name.parse().map_err(Failure::input)?;
    let heads = store.heads().map_err(store_of::fail)?;
    let found = heads.into_iter().find(|head| head.log.is_feed() && FeedName::of(&head.origin) == wanted);
    found.map(|head| head.log).ok_or_else(|| {
        Failure::input("this node has no such feed of its own")
            .advise("`detente feed list --dir DIR` shows them, as `ours`")
    })
}

/// What the members of a feed read. Who reads our own records has no say in it.
fn all(store: &LocalStore, log: &LogName) -> Done<Vec<Item>> {
    let (collection, reader) = (Collection::Released(log.clone()), Reader::up_to(Tlp::Clear));
    let mut items: Vec<Item> = Vec::new();
    loop {
        let after = items.last().map(|item| item.added);
        let page = objects(store, &collection, &reader, &Filter::default(), (after, MAX_PAGE_ITEMS));
        let page = page.map_err(store_of::fail)?;
        items.extend(page.items);
        if !page.has_more {
            return Ok(items);
        }
    }
}

fn say(item: &Item, report: &Report) -> Json {
    let object = json::parse(item.object.as_bytes()).unwrap_or(Json::Null);
    let map = object.as_object();
    let is_revoked = map.is_some_and(|map| map.get("revoked") == Some(&Json::Bool(true)));
    let name = map.and_then(|map| map.text("name")).unwrap_or_default();
    let words = if is_revoked { "taken back".to_owned() } else { one_line(name) };
    report.line(format!("{}  {}  {words}", item.added, item.id));
    Json::from(Map::new().with("added", item.added.to_string()).with("object", object))
}

/// The collection as a file for other software.
fn bundle(items: &[Item]) -> Done<String> {
    let objects: Vec<_> = items.iter().map(|item| item.object.as_str()).collect();
    Ok(format!(r#"{{"type":"bundle","id":"{}","objects":[{}]}}"#, bundle_id()?, objects.join(",\n")))
}
