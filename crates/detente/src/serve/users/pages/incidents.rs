//! Incidents: the list, what a search finds, and the searches that stand.

mod found;
mod list;
pub(super) mod watches;

use std::str::FromStr;

use access::Right;
use incident::{Country, EventKind, Moment, Severity, Stage};
use pages::{Block, Field, Form, Page, Say, Tone};
use storage::views::cases::Wanted;

use super::shared::{choices, ways};
use super::{Asked, Made, act};

/// The page's own path.
const PATH: &str = "/incidents";

pub(super) fn page(asked: &Asked<'_>) -> Made {
    let sight = asked.sight()?;
    let filter = Filter::of(asked);
    let rows = match asked.query("q") {
        Some(words) => found::blocks(asked, &sight, &filter, words)?,
        None => list::blocks(asked, &sight, &filter)?,
    };
    let page = Page::new("incidents-title").and(act::done(asked.ask));
    let page =
        if asked.may(Right::Write) { page.with(ways([("/intake".to_owned(), "incidents-intake")])) } else { page };
    let wrong = filter
        .wrong
        .iter()
        .map(|text| Block::notice(Tone::Watch, Say::with("incidents-filter-wrong", "value", text.as_str())));
    Ok(page.and(filter.blocks(asked)).and(wrong).and(rows).and(watches::blocks(asked, &sight)?))
}

/// What the list is filtered by, as members of the query.
const FILTERS: [&str; 6] = ["stage", "kind", "severity", "country", "from", "before"];

/// What the query asks for.
#[derive(Debug, Default)]
struct Filter {
    stage: Option<Stage>,
    kind: Option<EventKind>,
    severity: Option<Severity>,
    country: Option<Country>,
    from: Option<Moment>,
    before: Option<Moment>,
    /// What could not be read, and is left out.
    wrong: Vec<String>,
}

impl Filter {
    fn of(asked: &Asked<'_>) -> Self {
        let mut filter = Self::default();
        filter.stage = filter.read(asked, "stage");
        filter.kind = filter.read(asked, "kind");
        filter.severity = filter.read(asked, "severity");
        filter.country = filter.read(asked, "country");
        filter.from = filter.read(asked, "from");
        filter.before = filter.read(asked, "before");
        filter
    }

    fn read<T: FromStr>(&mut self, asked: &Asked<'_>, name: &str) -> Option<T> {
        let text = asked.query(name)?.trim();
        let text = if name == "country" { text.to_uppercase() } else { text.to_owned() };
        let read = text.parse().ok();
        if read.is_none() {
            self.wrong.push(text);
        }
        read
    }

    fn wanted(&self) -> Wanted {
        Wanted {
            stage: self.stage.map(|stage| stage.name().to_owned()),
            kind: self.kind.map(|kind| kind.name().to_owned()),
            severity: self.severity.map(|severity| severity.name().to_owned()),
            country: self.country.map(|country| country.to_string()),
            from: self.from.as_ref().map(Moment::instant),
            before: self.before.as_ref().map(Moment::instant),
            issuer: None,
        }
    }

    /// The words that are searched for with the filters beside them, in the language of `detente search`.
    fn query(&self, words: &str) -> String {
        let code = |field: &str, name: &str| format!("{field}:{}", name.replace(' ', "-"));
        let parts = [
            self.stage.map(|stage| code("stage", stage.name())),
            self.kind.map(|kind| code("event_kind", kind.name())),
            self.severity.map(|severity| code("severity", severity.name())),
            self.country.map(|country| code("country", country.as_str())),
            self.from.as_ref().map(|from| format!("occurred>={from}")),
            self.before.as_ref().map(|before| format!("occurred<{before}")),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        if parts.is_empty() { words.to_owned() } else { format!("({words}) {}", parts.join(" ")) }
    }

    /// Words first; the filters are folded away until one of them is set.
    fn blocks(&self, asked: &Asked<'_>) -> [Block; 2] {
        let set: Vec<_> = FILTERS.iter().filter_map(|name| Some((*name, asked.query(name)?))).collect();
        let words = Form::query("search", PATH)
            .titled("incidents-search", "incidents-search-button")
            .field(Field::line("q", "incidents-words").value(asked.query("q").unwrap_or_default()));
        let words = set.iter().fold(words, |form, (name, value)| form.given(*name, value));
        let form = Block::from(self.form(asked));
        [words.into(), if set.is_empty() { Block::Fold("incidents-filter".into(), vec![form]) } else { form }]
    }

    fn form(&self, asked: &Asked<'_>) -> Form {
        let text = |name: &'static str, label: &'static str| {
            Field::line(name, label).value(asked.query(name).unwrap_or_default())
        };
        let names = |all: Vec<&'static str>, list: &str| choices(list, "incidents-any", all);
        let stages = names(Stage::ALL.iter().map(|stage| stage.name()).collect(), "stage");
        let kinds = names(EventKind::ALL.iter().map(|kind| kind.name()).collect(), "kind");
        let severities = names(Severity::ALL.iter().map(|severity| severity.name()).collect(), "severity");
        let chosen = |name: Option<&'static str>| name.unwrap_or_default();
        Form::query("filter", PATH)
            .titled("incidents-filter", "incidents-filter-button")
            .field(text("q", "incidents-words").helped("incidents-words-help"))
            .field(Field::choice("stage", "incidents-stage", stages).value(chosen(self.stage.map(Stage::name))))
            .field(Field::choice("kind", "incidents-kind", kinds).value(chosen(self.kind.map(EventKind::name))))
            .field(
                Field::choice("severity", "incidents-severity", severities)
                    .value(chosen(self.severity.map(Severity::name))),
            )
            .field(text("country", "incidents-country").helped("incidents-country-help"))
            .field(text("from", "incidents-from").helped("incidents-from-help"))
            .field(text("before", "incidents-before"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_stand_beside_the_words_and_are_a_query() {
        let filter = Filter {
            stage: Some(Stage::NotReportable),
            severity: Some(Severity::SeriousHazard),
            country: Some("NL".parse().unwrap()),
            from: Some("2026-06".parse().unwrap()),
            before: Some("2026-07-01".parse().unwrap()),
            ..Filter::default()
        };
        let text = filter.query("crane OR 起重机");
        assert!(text.starts_with("(crane OR 起重机) stage:not-reportable severity:serious-hazard"), "{text}");
        assert!(text.parse::<search::Query>().is_ok(), "{text}: {:?}", text.parse::<search::Query>().err());
        assert_eq!(Filter::default().query("crane"), "crane");
    }
}
