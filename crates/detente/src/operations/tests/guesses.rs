//! Nobody finds out the words of hidden records by asking for them: whether a list goes on follows from what may be seen.

use api::page::PageKey;
use api::{Value, Values};
use record::json::{Json, Map};

use super::office::Office;
use crate::node;
use crate::operations::catalogue;
use crate::operations::read::{Answer, Paged, Reading};

/// Two incidents that everybody may see, and before, between and behind them three that nobody may.
struct Story {
    office: Office,
    open: [String; 2],
}

impl Story {
    fn told() -> Self {
        let office = Office::staffed();
        let labelled = |title: &str, tlp: &str| {
            let (id, digest) = office.incident(title);
            office.label(&digest, tlp);
            id
        };
        labelled("Zeppelin at the crane, first", "red");
        let one = labelled("Crane stopped", "green");
        labelled("Zeppelin at the crane, second", "red");
        let other = labelled("Crane fell", "green");
        labelled("Zeppelin at the crane, third", "red");
        Self { office, open: [other, one] }
    }

    /// What is read beside the commands: pages of one element, as long as each names a next one.
    fn read(&self, operation: &str, filters: &[(&str, &str)]) -> Vec<usize> {
        let home = self.office.home();
        let store = node::open_to_read(&home, &home.history().unwrap()).unwrap();
        let rea = self.office.caller("rea");
        let reading = Reading { home: &home, store: &store, caller: &rea };
        let (catalogue, key) = (catalogue().unwrap(), PageKey::from_octets(&[1; 32]));
        let operation = catalogue.get(operation).unwrap();
        let ask = |values: &Values| -> Answer<Map> {
            let paged = Paged { key: &key, operation, values };
            if operation.id == "search" { reading.search(paged) } else { reading.records(paged) }
        };
        pages(|after| {
            let mut values = Values::new();
            for (name, value) in filters {
                values.add(name, Value::Text((*value).to_owned()));
            }
            values.add("limit", Value::Integer(1));
            if let Some(after) = after {
                values.add("after", Value::Text(after.to_owned()));
            }
            ask(&values).unwrap()
        })
    }

    /// The same of a command, whose cursors go by other names.
    fn asked(&self, command: &str, query: Option<&str>, cursor: &str) -> Vec<usize> {
        pages(|after| {
            let mut body = Map::new().with("limit", Json::count(1_u8));
            if let Some(query) = query {
                body.set("query", query);
            }
            if let Some(after) = after {
                body.set(cursor, after);
            }
            self.office.told("rea", command, &body.to_text())
        })
    }
}

/// How many elements each page has, until one names no next page.
fn pages(mut ask: impl FnMut(Option<&str>) -> Map) -> Vec<usize> {
    let (mut lengths, mut after) = (Vec::new(), None);
    loop {
        let page = ask(after.as_deref());
        let rows = page.iter().find_map(|(_, value)| value.as_array()).unwrap();
        lengths.push(rows.len());
        assert!(!page.to_text().contains("Zeppelin"), "{page:?}");
        after = page.text("next").map(str::to_owned);
        if after.is_none() || lengths.len() > 9 {
            return lengths;
        }
    }
}

#[test]
fn a_word_that_stands_in_hidden_records_alone_is_answered_like_one_that_is_nowhere() {
    let story = Story::told();
    for word in ["zeppelin", "dirigible"] {
        assert_eq!(story.read("search", &[("q", word)]), [0], "{word}");
        assert_eq!(story.asked("search", Some(word), "before"), [0], "{word}");
    }
    let answer = |word: &str| {
        let told = story.office.told("rea", "search", &format!(r#"{{"query":"{word}"}}"#));
        told.to_text().replace(word, "")
    };
    assert_eq!(answer("zeppelin"), answer("dirigible"));
}

#[test]
fn the_last_page_is_the_one_with_the_last_record_that_may_be_seen() {
    let story = Story::told();
    assert_eq!(story.read("search", &[("q", "crane")]), [1, 1]);
    assert_eq!(story.read("records", &[("type", "incident")]), [1, 1]);
    assert_eq!(story.asked("search", Some("crane"), "before"), [1, 1]);
    assert_eq!(story.asked("incident list", None, "behind"), [1, 1]);
}

#[test]
fn where_a_page_ended_names_what_was_shown_and_nothing_else() {
    let story = Story::told();
    let list = story.office.told("rea", "incident list", r#"{"limit":1}"#);
    let [first, _] = &story.open;
    assert!(list.text("next").is_some_and(|next| next.ends_with(first.as_str())), "{list:?}");
    let search = story.office.told("rea", "search", r#"{"query":"crane","limit":1}"#);
    let hit = search.get("hits").and_then(Json::as_array).and_then(|hits| hits.first()?.as_object()).unwrap();
    let index = hit.get("index").and_then(Json::as_integer).unwrap();
    let next = search.text("next").unwrap();
    assert!(next.starts_with('p') && next.ends_with(&format!("{index:x}")), "its entry, and no row: {next}");
    assert_eq!(search.text("order"), Some("date"), "a rank tells how rare a word is, also in what is hidden");
}
