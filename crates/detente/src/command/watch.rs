//! `detente watch`: searches that stand, and their alerts.

use record::json::{Json, Map};
use search::{Alert, Index, Round, Rule, RuleName, Total, Watches};

use super::log::number;
use super::search::{caught, parsed};
use crate::arguments::{
    WatchAckArguments, WatchAddArguments, WatchCommand, WatchHitsArguments, WatchListArguments, WatchNameArguments,
    WatchRemoveArguments,
};
use crate::home::Home;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::searching::{self, fail};
use crate::{clock, node};

pub(crate) fn run(command: &WatchCommand, report: &mut Report) -> Done {
    match command {
        WatchCommand::Add(arguments) => add(arguments, report),
        WatchCommand::List(arguments) => list(arguments, report),
        WatchCommand::Show(arguments) => show(arguments, report),
        WatchCommand::Remove(arguments) => remove(arguments, report),
        WatchCommand::Run(arguments) => try_all(arguments, report),
        WatchCommand::Hits(arguments) => hits(arguments, report),
        WatchCommand::Ack(arguments) => acknowledge(arguments, report),
    }
}

fn add(arguments: &WatchAddArguments, report: &mut Report) -> Done {
    let query = parsed(&arguments.query)?;
    let home = Home::open(&arguments.dir)?;
    let index = whole(&home, report)?;
    let mut watches = searching::watches(&home)?;
    let rule = Rule::new(arguments.name.clone(), query, clock::now()).opening_a_case(arguments.open_case);
    if !watches.add(&rule, &index).map_err(|error| fail(&error))? {
        return Err(Failure::input(format!("there is a search `{}` already", arguments.name))
            .advise("choose another name, or remove that one with: detente watch remove"));
    }
    let found = index.total(&rule.query).map_err(|error| fail(&error))?;
    report.fact("watch", arguments.name.as_str());
    report.fact("query", rule.query.to_string());
    let found = match found {
        Total::Exact(found) => Json::count(found as u64),
        Total::MoreThan(least) => Json::from(format!("more than {least}")),
    };
    report.fact("here_already", found);
    report.line("What is here already makes no alert. Each new record that it finds makes one: detente watch hits");
    Ok(())
}

/// The index with every entry of the logs in it: a rule that is added before would alert to what is old.
fn whole(home: &Home, report: &Report) -> Done<Index> {
    let store = node::open_to_read(home, &home.history()?)?;
    let caught = caught(home, &store, report)?;
    if caught.behind.0 > 0 {
        return Err(Failure::environment(format!("{} entries of the log are not searched yet", caught.behind.0))
            .advise("run the same command again: it reads on where it stopped"));
    }
    Ok(caught.index)
}

fn list(arguments: &WatchListArguments, report: &mut Report) -> Done {
    let watches = searching::watches(&Home::open(&arguments.dir)?)?;
    let mut rows = Vec::new();
    for rule in watches.rules().map_err(|error| fail(&error))? {
        let waiting = alerts(&watches, Some(&rule.name), false)?.len();
        report.line(format!("{:<20} {waiting:>4} alerts  {}", rule.name.as_str(), rule.query));
        rows.push(Json::from(to_map(&rule).with("alerts", number(waiting as u64))));
    }
    if rows.is_empty() {
        report.line("No search stands. Add one with: detente watch add NAME QUERY --dir DIR");
    }
    report.data("watches", Json::Array(rows));
    Ok(())
}

fn to_map(rule: &Rule) -> Map {
    Map::new()
        .with("name", rule.name.as_str())
        .with("query", rule.query.to_string())
        .with("open_case", Json::Bool(rule.open_case))
        .with("added", rule.added.to_string())
}

/// The rule of a name.
fn named(watches: &Watches, name: &RuleName) -> Done<Rule> {
    let rules = watches.rules().map_err(|error| fail(&error))?;
    rules.into_iter().find(|rule| rule.name == *name).ok_or_else(|| {
        Failure::input(format!("no search `{name}` stands"))
            .advise("`detente watch list --dir DIR` shows those that do")
    })
}

fn alerts(watches: &Watches, name: Option<&RuleName>, all: bool) -> Done<Vec<Alert>> {
    watches.alerts(name, all).map_err(|error| fail(&error))
}

fn show(arguments: &WatchNameArguments, report: &mut Report) -> Done {
    let watches = searching::watches(&Home::open(&arguments.dir)?)?;
    tell(&watches, &named(&watches, &arguments.name)?, report)
}

fn tell(watches: &Watches, rule: &Rule, report: &mut Report) -> Done {
    report.fact("watch", rule.name.as_str());
    report.fact("query", rule.query.to_string());
    report.fact("open_case", Json::Bool(rule.open_case));
    report.fact("added", rule.added.to_string());
    let all = alerts(watches, Some(&rule.name), true)?;
    report.fact("alerts", number(all.len() as u64));
    let waiting = all.iter().filter(|alert| alert.acknowledged.is_none()).count();
    report.fact("not_noted", number(waiting as u64));
    Ok(())
}

fn remove(arguments: &WatchRemoveArguments, report: &mut Report) -> Done {
    let mut watches = searching::watches(&Home::open(&arguments.dir)?)?;
    let rule = named(&watches, &arguments.name)?;
    tell(&watches, &rule, report)?;
    report.data("removed", Json::Bool(arguments.yes));
    if !arguments.yes {
        report.line("\nNothing was changed. The search and its alerts would go, noted or not. To do it, add --yes");
        return Ok(());
    }
    let _was_there = watches.remove(&rule.name).map_err(|error| fail(&error))?;
    report.line("\nRemoved, with its alerts.");
    Ok(())
}

fn try_all(arguments: &WatchListArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    let store = node::open_to_read(&home, &home.history()?)?;
    let caught = caught(&home, &store, report)?;
    drop(store);
    let Round { alerts, tried, .. } = searching::run_watches(&home, &caught.index)?;
    report.fact("tried", number(tried));
    report.fact("new_alerts", number(alerts.len() as u64));
    report.fact("behind", number(caught.behind.0));
    say(&alerts, (&home, Some(&caught.index)), report)
}

fn hits(arguments: &WatchHitsArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    let watches = searching::watches(&home)?;
    if let Some(name) = &arguments.name {
        let _rule = named(&watches, name)?;
    }
    let found = alerts(&watches, arguments.name.as_ref(), arguments.all)?;
    if found.is_empty() {
        report.line(
            "No alert waits. A running node tries every search by itself; without one: detente watch run --dir DIR",
        );
    }
    let index = searching::as_it_stands(&home).ok().flatten();
    say(&found, (&home, index.as_ref()), report)
}

/// Alerts, each with its record's title as the index has it now: the alert itself holds no word of the record.
fn say(alerts: &[Alert], (home, index): (&Home, Option<&Index>), report: &mut Report) -> Done {
    let mut rows = Vec::new();
    for alert in alerts {
        let (title, id) = index.and_then(|index| index.name_of(alert.digest.octets(), &alert.place).ok()?).unzip();
        let called = title.as_deref().unwrap_or("(erased, or not searched now)");
        report.line(format!(
            "{:>6}  {}  {:<20} {}  {}",
            alert.number,
            alert.found,
            alert.rule.as_str(),
            alert.digest,
            crate::report::one_line(called)
        ));
        let mut row = row(alert).with("title", title.map_or(Json::Null, Json::from));
        if let Some((time, by)) = &alert.acknowledged {
            report.line(format!("        noted by {by} at {time}"));
        }
        if alert.open_case {
            let commands = case_commands(alert, id.flatten().as_deref(), home);
            commands.iter().for_each(|command| report.line(format!("        to open a case: {command}")));
            row.set("open_case", Json::Array(commands.into_iter().map(Json::text).collect()));
        }
        rows.push(Json::from(row));
    }
    report.data("hits", Json::Array(rows));
    Ok(())
}

fn row(alert: &Alert) -> Map {
    let noted = alert.acknowledged.as_ref();
    Map::new()
        .with("number", number(alert.number))
        .with("watch", alert.rule.as_str())
        .with("record_digest", alert.digest.to_string())
        .with("log", alert.place.log.as_str())
        .with("index", number(alert.place.index))
        .with("found", alert.found.to_string())
        .with("noted", noted.map_or(Json::Null, |(time, _)| Json::from(time.to_string())))
        .with("noted_by", noted.map_or(Json::Null, |(_, by)| Json::from(by.as_str())))
}

/// What opens a case: whether it is known already is a person's decision, and so is the link.
fn case_commands(alert: &Alert, id: Option<&str>, home: &Home) -> [String; 2] {
    let dir = home.dir().display();
    [
        format!("detente incident candidates {} --dir {dir}", alert.digest),
        format!("detente incident link {} INCIDENT --dir {dir}", id.unwrap_or("ID")),
    ]
}

fn acknowledge(arguments: &WatchAckArguments, report: &mut Report) -> Done {
    if arguments.by.trim().is_empty() {
        return Err(Failure::arguments("--by is empty").advise("say who takes note"));
    }
    let watches = searching::watches(&Home::open(&arguments.dir)?)?;
    let known: Vec<_> = alerts(&watches, None, true)?.iter().map(|alert| alert.number).collect();
    if let Some(unknown) = arguments.numbers.iter().find(|number| !known.contains(number)) {
        return Err(Failure::input(format!("there is no alert {unknown}; nothing was changed"))
            .advise("`detente watch hits --dir DIR` shows their numbers"));
    }
    for number in &arguments.numbers {
        let _is_there = watches.acknowledge(*number, &arguments.by, clock::now()).map_err(|error| fail(&error))?;
    }
    report.fact("noted", Json::Array(arguments.numbers.iter().map(|one| number(*one)).collect()));
    Ok(())
}
