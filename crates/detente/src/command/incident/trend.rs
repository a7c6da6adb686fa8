//! `detente incident trend`: counts by a coded field over time, and bursts.

use incident::trend::{Asked, Coded, Counted, Period, Trend, TrendRow, trend};
use record::json::{Json, Map};
use storage::views::cases::{Mark, Wanted};

use super::Reading;
use crate::arguments::TrendArguments;
use crate::outcome::{Done, Failure};
use crate::report::{Report, one_line};

/// Incidents that are opened at once: they stay in memory only until they are counted.
const PAGE: usize = 512;

/// Periods that fit into a line; more are told as the sum of each row and the bursts, and `--json` has all of them.
const MAX_SHOWN_PERIODS: usize = 12;

pub(super) fn run(arguments: &TrendArguments, report: &mut Report) -> Done {
    let asked = asked(arguments)?;
    let reading = Reading::open(&arguments.dir)?;
    let incidents = read_all(&reading, Coded { by: arguments.by, of: arguments.of })?;
    let found = trend(&incidents, &asked)
        .map_err(|error| Failure::input(error).advise("name the time with --from and --until, or --per year"))?;
    report.fact("incidents", Json::count(incidents.len()));
    report.fact("by", arguments.by.name());
    report.fact("of", arguments.of.name());
    say(&found, arguments, report);
    tell(&found, report);
    Ok(())
}

fn asked(arguments: &TrendArguments) -> Done<Asked> {
    let grain = arguments.per;
    let wrong = [arguments.from, arguments.until].into_iter().flatten().find(|period| period.grain() != grain);
    if let Some(period) = wrong {
        return Err(Failure::arguments(format!("`{period}` is no {grain}"))
            .advise("write 2026-01 with --per month, 2026-Q1 with --per quarter, and 2026 with --per year"));
    }
    let mut asked = Asked::per(grain);
    (asked.from, asked.until, asked.against) = (arguments.from, arguments.until, arguments.against.baseline());
    Ok(asked)
}

/// What every incident here says, in its newest version by its own author; ours first. Each incident counts once.
fn read_all(reading: &Reading, coded: Coded) -> Done<Vec<Counted>> {
    let cases = reading.cases();
    let (mut all, mut behind): (Vec<Counted>, Option<Mark>) = (Vec::new(), None);
    loop {
        let page = cases.page(&Wanted::default(), behind, PAGE)?;
        let newest = page.cases.iter().filter_map(|case| case.newest(reading.own));
        all.extend(newest.map(|version| coded.read(version.incident.facts())));
        behind = page.next;
        if behind.is_none() {
            return Ok(all);
        }
    }
}

fn say(found: &Trend, arguments: &TrendArguments, report: &Report) {
    if found.periods.is_empty() {
        report.line("\nNo incident here has that time as exactly as a period asks.");
    }
    let shown = found.periods.len().min(MAX_SHOWN_PERIODS);
    let skipped = found.periods.len().saturating_sub(shown);
    let heads = found.periods.iter().skip(skipped).map(|period| format!("{:>8}", period.to_string()));
    report.line(format!("\n{:<26}{}{:>8}{:>9}", "", heads.collect::<String>(), "all", "undated"));
    for row in found.rows.iter().chain([&found.all]) {
        let is_all = std::ptr::eq(row, &found.all);
        report.line(line(row, is_all, skipped));
    }
    if skipped > 0 {
        report.line(format!("({skipped} earlier periods are in the sums and in --json)"));
    }
    if found.outside > 0 {
        report.line(format!("{} dated incidents lie before or after the time that was asked for", found.outside));
    }
    report.line(
        "\nNothing is filled in: `(not said)` is a row of its own, and `undated` has no time as exact as a period.",
    );
    say_bursts(found, arguments, report);
}

fn line(row: &TrendRow, is_all: bool, skipped: usize) -> String {
    let name = match (&row.value, is_all) {
        (_, true) => "(each incident once)",
        (Some(value), false) => value.as_str(),
        (None, false) => "(not said)",
    };
    let counts: String = row.counts.iter().skip(skipped).map(|count| format!("{count:>8}")).collect();
    format!("{:<26}{counts}{:>8}{:>9}", one_line(name), row.dated(), row.undated)
}

fn say_bursts(found: &Trend, arguments: &TrendArguments, report: &Report) {
    let bound = f64::from(arguments.chance) / 100.0;
    let mut any = false;
    for row in &found.rows {
        let Some((burst, value)) = row.burst.as_ref().zip(row.value.as_deref()) else { continue };
        if burst.q <= bound && burst.observed > 0 {
            any = true;
            report.line(format!(
                "BURST  {}: {} in {}, where {:.1} were to be expected (p {:.3}, corrected {:.3})",
                one_line(value),
                burst.observed,
                span(found, burst.first, burst.last),
                burst.expected,
                burst.p,
                burst.q
            ));
        }
    }
    if !any {
        report.line(format!("No burst: none of the rows stands out at {} percent.", arguments.chance));
    }
    report.line("A burst is one of what was written down: look whether more happened, or more was reported.");
}

fn span(found: &Trend, first: usize, last: usize) -> String {
    let name = |at: usize| found.periods.get(at).map(Period::to_string).unwrap_or_default();
    if first == last { name(first) } else { format!("{} to {}", name(first), name(last)) }
}

fn tell(found: &Trend, report: &mut Report) {
    let periods = found.periods.iter().map(|period| Json::text(period.to_string())).collect();
    report.data("periods", Json::Array(periods));
    report.data("rows", Json::Array(found.rows.iter().map(|row| json(found, row)).collect()));
    report.data("all", json(found, &found.all));
    report.data("outside", Json::count(found.outside));
}

fn json(found: &Trend, row: &TrendRow) -> Json {
    let burst = row.burst.as_ref().map(|burst| {
        // Texts, since numbers with a point have no one spelling.
        let map =
            Map::new().with("periods", span(found, burst.first, burst.last)).with("count", Json::count(burst.observed));
        let map = map.with("expected", format!("{:.6}", burst.expected)).with("p", format!("{:.6}", burst.p));
        Json::from(map.with("corrected", format!("{:.6}", burst.q)))
    });
    let value = row.value.as_deref().map_or(Json::Null, Json::text);
    let counts = row.counts.iter().map(|count| Json::count(*count)).collect();
    let map =
        Map::new().with("value", value).with("counts", Json::Array(counts)).with("undated", Json::count(row.undated));
    map.with("burst", burst.unwrap_or(Json::Null)).into()
}
