//! Chapter: duties. An incident is Harbour's own: whom it must tell, by when, with what; a clock runs, a filing is frozen, and that it
//! was in time can be shown later without showing it.

use record::json::Map;
use record::time::Timestamp;

use super::cast::{Cast, id_of};
use super::steps::{act, count, decoded_holds, fact, rows, told};
use super::story::Story;
use crate::clock;
use crate::outcome::Done;

/// What happened in the real world to somebody else.
const ROME: &str = include_str!("../../../../data/incidents/rome-mining.json");

/// Who Harbour would be, and what its system would be. All of it is made up.
const PROFILE: &str = "actor.roles=provider,gpai_provider,frontier_developer actor.cn_class=other_operator actor.nis2_class=none \
    system.training_compute=3e26 system.is_gpai=yes system.on_eu_market=yes system.signed_gpai_code=yes \
    system.systemic_risk_rebutted=no";

/// What its desk would find out within the hour. All of it is made up.
const ANSWERS: &str = "incident.causal_link=established incident.serious_cyber_breach=yes incident.infrastructure_disruption=none \
    incident.deceived_developer=yes incident.raises_catastrophic_risk=yes incident.elicited_in_evaluation=no \
    incident.cn_network_security=yes incident.cn_cii_involved=no incident.cn_level=relatively_serious harm.deaths=0";

/// The instants that clocks start from.
const STARTS: [&str; 3] = ["time.discovered", "time.aware", "time.involvement_known"];

/// The stage that falls first.
const FOUR_HOURS: &str = "cn-incident-reporting/other-operator-four-hours/initial";

/// Stages in three jurisdictions, and by when each is due after its start at the earliest and at the latest. Two of them are counted in
/// days that end at midnight.
const STAGES: [(&str, i64, i64); 3] = [
    (FOUR_HOURS, 4, 4),
    ("eu-gpai-code/code-measure-9-3/initial", 4 * 24, 7 * 24),
    ("us-ca-sb53/report-15-days/initial", 15 * 24, 17 * 24),
];

/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;

pub(super) fn tell(cast: &Cast, story: &mut Story<'_>) -> Done {
    story.chapter("Whom to tell, by when: an incident as if it were Harbour's own");
    story.say("   (the incident is real and happened to others; who Harbour is and what it answers here are made up)");
    let incident = take_in(cast, story)?;
    let aware = Timestamp::from_micros(clock::now().micros().saturating_sub(HOUR));
    answer(cast, story, &incident, aware)?;
    clocks(cast, story, &incident, aware)?;
    file(cast, story, &incident)
}

fn take_in(cast: &Cast, story: &mut Story<'_>) -> Done<String> {
    cast.write("rome-object.json", ROME)?;
    act(cast, story, "record sign DIR/rome-object.json --dir DIR/harbour --out DIR/rome.json")?;
    act(cast, story, "log append DIR/rome.json --dir DIR/harbour")?;
    let incident = id_of(ROME)?;
    story.page(&cast.harbour, &format!("/incidents/{incident}/duties"));
    let checked = told(&act(cast, story, &format!("duties check {incident} --dir DIR/harbour"))?);
    let questions = rows(&checked, "would_settle");
    story.say(&format!("   {} questions would settle something; the first are:", questions.len()));
    questions.iter().take(3).for_each(|one| story.say(&format!("     {}", one.text("question").unwrap_or_default())));
    story.claim(
        "what nobody has said is unknown: nothing is due yet, and what would settle it is asked",
        counted(&checked, "due") == 0 && !questions.is_empty(),
    );
    Ok(incident)
}

/// How many duties stand so.
fn counted(checked: &Map, standing: &str) -> u64 {
    checked.get("counts").and_then(record::json::Json::as_object).map_or(0, |counts| count(counts, standing))
}

fn answer(cast: &Cast, story: &mut Story<'_>, incident: &str, aware: Timestamp) -> Done {
    act(cast, story, &format!("duties profile {PROFILE} --dir DIR/harbour"))?;
    let starts: String = STARTS.iter().map(|start| format!(" {start}={aware}")).collect();
    let answered = told(&act(cast, story, &format!("duties answer {incident} {ANSWERS}{starts} --dir DIR/harbour"))?);
    let changed = rows(&answered, "changes");
    changed
        .iter()
        .take(5)
        .for_each(|change| story.say(&format!("   otherwise now: {}", change.text("duty").unwrap_or_default())));
    let checked = told(&act(cast, story, &format!("duties check {incident} --dir DIR/harbour"))?);
    let due = due(&checked);
    let is_due = |stage: &str| due.iter().any(|duty| stage.starts_with(&format!("{duty}/")));
    story.claim(
        "by the same answers there is something to report in China, the Union and California",
        STAGES.iter().all(|(stage, _, _)| is_due(stage)),
    );
    Ok(())
}

fn due(checked: &Map) -> Vec<String> {
    let answers = rows(checked, "answers");
    let due = answers.iter().filter(|answer| answer.text("standing") == Some("due"));
    due.filter_map(|answer| answer.text("duty").map(str::to_owned)).collect()
}

fn clocks(cast: &Cast, story: &mut Story<'_>, incident: &str, aware: Timestamp) -> Done {
    act(cast, story, &format!("duties clock set {incident} --dir DIR/harbour"))?;
    story.page(&cast.harbour, "/duties");
    let listed = told(&act(cast, story, &format!("duties clock list --incident {incident} --dir DIR/harbour"))?);
    let clocks = rows(&listed, "clocks");
    for clock in &clocks {
        let text = |name: &str| clock.text(name).unwrap_or_default().to_owned();
        story.say(&format!("   {:<14} by {}  {}", text("state"), text("due"), text("stage")));
    }
    let falls = |(stage, least, most): &(&str, i64, i64)| {
        let found = clocks.iter().find(|clock| clock.text("stage") == Some(stage));
        let due = found.and_then(|clock| clock.text("due")?.split('/').next()?.parse::<Timestamp>().ok());
        let after = due.map(|due| due.micros().saturating_sub(aware.micros()));
        after.is_some_and(|after| (least * HOUR..=most * HOUR).contains(&after))
    };
    story.claim(
        "clocks of four hours, five days and fifteen days run from the same moment, each as its law counts",
        STAGES.iter().all(falls),
    );
    story.claim("the shortest stands first", clocks.first().and_then(|clock| clock.text("stage")) == Some(FOUR_HOURS));
    let again = told(&act(cast, story, &format!("duties clock set {incident} --dir DIR/harbour"))?);
    story.claim("setting them again signs nothing", rows(&again, "events").is_empty());
    Ok(())
}

fn file(cast: &Cast, story: &mut Story<'_>, incident: &str) -> Done {
    story.chapter("The first report is frozen in Chinese, and that it was in time is shown without it");
    let stage = FOUR_HOURS;
    let form = format!("duties form file {incident} {stage} --language zh-Hans --by Ana --dir DIR/harbour");
    let outcome = act(cast, story, &format!("{form} --yes"));
    story.refusal("a report is frozen in which something that has to be said is missing", outcome);
    let filed =
        act(cast, story, &format!("{form} --incomplete \"first report within the hours; the rest follows\" --yes"))?;
    let filing = fact(&filed, "record_digest")?;
    story.page(&cast.harbour, &format!("/incidents/{incident}/duties/filings/{filing}"));
    let shown = act(cast, story, &format!("duties form show {filing} --dir DIR/harbour --out DIR/filing.html"))?;
    let page = cast.read("filing.html")?;
    story.claim(
        "it is rendered again octet for octet as it was frozen, in Chinese",
        told(&shown).get("renders_the_same") == Some(&record::json::Json::Bool(true)) && page.contains("报告"),
    );
    let clock = told(&act(cast, story, &format!("duties clock show {incident} {stage} --dir DIR/harbour"))?);
    let filings = rows(&clock, "filings");
    let in_time = filings.first().and_then(|one| one.get("in_time").cloned());
    story.claim(
        "the clock holds the filing's digest, and that it came in time",
        in_time == Some(record::json::Json::Bool(true))
            && filings.first().and_then(|one| one.text("version")) == Some(filing.as_str()),
    );
    prove(cast, story, incident)
}

/// A stranger is given the records of the clock, which hold ids, digests and times, and the filing under seal, each with its place in
/// the log.
fn prove(cast: &Cast, story: &mut Story<'_>, incident: &str) -> Done {
    let prove = format!("duties clock prove {incident} {FOUR_HOURS} --dir DIR/harbour --out DIR/in-time");
    let files = rows(&told(&act(cast, story, &prove)?), "files");
    let (mut are_proved, mut tell_nothing) = (files.len() > 1, true);
    for stem in files.iter().filter_map(|file| file.text("file")?.strip_suffix(".json")) {
        let at = format!("DIR/in-time/{stem}");
        let checked = act(cast, story, &format!("verify {at}.json --proof {at}.proof --keys DIR/in-time/profile.json"));
        are_proved &= checked.is_ok();
        tell_nothing &= !decoded_holds(&cast.read(&format!("in-time/{stem}.json"))?, "tunnel");
    }
    story.claim("a stranger checks that something was filed, and when it was due and logged", are_proved);
    story.claim("and is shown nothing of what it says, nor of the case", tell_nothing);
    Ok(())
}
