//! `detente log list`: what the log holds.

use record::json::{Json, Map};
use storage::LogName;
use storage::views::records::Row;

use super::number;
use crate::arguments::LogListArguments;
use crate::home::Home;
use crate::node;
use crate::outcome::Done;
use crate::report::Report;

pub(super) fn run(arguments: &LogListArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    let store = node::open_to_read(&home, &home.history()?)?;
    let size = storage::Store::heads(&store).map_err(node::fail)?;
    let size = size.iter().find(|head| head.log == LogName::node()).map_or(0, |head| head.size);
    let rows = storage::views::records::list(&store, &LogName::node(), arguments.from, usize::from(arguments.limit));
    let rows = rows.map_err(node::fail)?;
    report.line(format!("{size} entries"));
    for row in &rows {
        report.line(format!(
            "{:>10}  {}  {:<18} {}",
            row.index,
            row.record_digest.map_or_else(|| "(erased, or no record)".to_owned(), |digest| digest.to_string()),
            row.object_type.as_deref().unwrap_or("-"),
            row.name.as_deref().unwrap_or_default(),
        ));
    }
    if rows.len() == usize::from(arguments.limit) {
        report.line("there may be more: add --from INDEX");
    }
    report.data("size", number(size));
    report.data("entries", Json::Array(rows.iter().map(|row| Json::from(to_map(row))).collect()));
    Ok(())
}

fn to_map(row: &Row) -> Map {
    let text = |text: &Option<String>| text.as_deref().map_or(Json::Null, Json::from);
    Map::new()
        .with("index", number(row.index))
        .with("record_digest", row.record_digest.map_or(Json::Null, |digest| Json::from(digest.to_string())))
        .with("type", text(&row.object_type))
        .with("id", text(&row.object_id))
        .with("name", text(&row.name))
}
