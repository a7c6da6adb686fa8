//! Searches that stand: a saved search that also tells of each new record that it finds.

use access::{Right, Verdict};
use pages::{Block, Field, Form, Inline, Row, Say, Table, encoded};
use search::{Alert, Rule};

use super::super::{Asked, Made};
use super::PATH;
use crate::operations::sight::Sight;
use crate::searching::{self, fail};

/// Alerts that the page lists: what is not noted by then needs another rule, and not a longer list.
const MAX_ALERTS: usize = 20;

/// Alerts that are judged for one page. Those that are hidden from the account take no place from others, and yet must not keep the
/// node busy: a search that finds more than this unnoted wants another rule.
const MAX_JUDGED: usize = 400;

pub(super) fn blocks(asked: &Asked<'_>, sight: &Sight<'_>) -> Made<Option<Block>> {
    let (rules, alerts) = if searching::has_watches(asked.home) {
        let watches = searching::watches(asked.home)?;
        let alerts = watches.alerts(None, false).map_err(|error| fail(&error))?;
        (watches.rules().map_err(|error| fail(&error))?, seen(sight, alerts, MAX_ALERTS)?)
    } else {
        (Vec::new(), Vec::new())
    };
    let head = &["incidents-watch-name", "incidents-watch-query", "incidents-watch-added"];
    let rows = rules.iter().map(row);
    let mut inner = vec![Table::new("incidents-watch-caption", head, "incidents-watch-none").rows(rows).into()];
    if asked.may(Right::Write) {
        inner.extend(noting(asked, sight, &alerts)?.map(Block::from));
        inner.push(Block::Fold("incidents-watch-add".into(), vec![adding(asked).into()]));
        inner.extend(removing(&rules).map(|form| Block::Fold("incidents-watch-remove".into(), vec![form.into()])));
    }
    Ok(Some(Block::section("watches", "incidents-watches", inner)))
}

fn row(rule: &Rule) -> Row {
    let query = rule.query.to_string();
    let link = Inline::link(format!("{PATH}?q={}", encoded(&query)), Say::sign(rule.name.as_str()));
    Row::new(vec![vec![link], vec![Inline::code(query)], vec![Inline::Time(rule.added)]])
}

/// Alerts whose records are for the account, the latest first: judged before they are cut.
pub(in super::super) fn seen(sight: &Sight<'_>, alerts: Vec<Alert>, most: usize) -> Made<Vec<Alert>> {
    let mut kept = Vec::new();
    for alert in alerts.into_iter().rev().take(MAX_JUDGED) {
        if kept.len() >= most {
            break;
        }
        if sight.judge_named(Right::Read, &alert.digest.to_string())? == Verdict::Allowed {
            kept.push(alert);
        }
    }
    Ok(kept)
}

fn noting(asked: &Asked<'_>, sight: &Sight<'_>, alerts: &[Alert]) -> Made<Option<Form>> {
    let mut choices = Vec::new();
    for alert in alerts {
        let title = asked.title(sight, &alert.digest)?.text(asked.ask.language);
        choices.push((alert.number.to_string(), Say::content(format!("{}: {title}", alert.rule.as_str()))));
    }
    let form = || {
        Form::command("watch-ack", "watch ack", PATH)
            .titled("incidents-alerts", "incidents-alerts-button")
            .helped("incidents-alerts-help")
            .field(Field::many("numbers", "incidents-alerts-which", choices.clone()))
    };
    Ok((!choices.is_empty()).then(form))
}

fn adding(asked: &Asked<'_>) -> Form {
    Form::command("watch-add", "watch add", PATH)
        .titled("incidents-watch-add", "incidents-watch-add-button")
        .helped("incidents-watch-add-help")
        .field(Field::line("name", "incidents-watch-name").required().helped("incidents-watch-name-help"))
        .field(Field::line("query", "incidents-words").required().value(asked.query("q").unwrap_or_default()))
        .field(Field::flag("open_case", "incidents-watch-open"))
}

fn removing(rules: &[Rule]) -> Option<Form> {
    let names: Vec<_> =
        rules.iter().map(|rule| (rule.name.as_str().to_owned(), Say::sign(rule.name.as_str()))).collect();
    (!names.is_empty()).then(|| {
        Form::command("watch-remove", "watch remove", PATH)
            .titled("incidents-watch-remove", "incidents-watch-remove-button")
            .field(Field::choice("name", "incidents-watch-name", names).required())
            .bound(rules.iter().map(|rule| format!("{} {} {}", rule.name.as_str(), rule.added, rule.query)))
            .previewed()
    })
}
