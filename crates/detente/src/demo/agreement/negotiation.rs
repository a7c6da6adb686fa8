//! Two negotiations, by files: a text to which an editor adds a clause, and one of which only one language was changed.

use record::json::Json;

use crate::demo::cast::Cast;
use crate::demo::steps::{act, fact, told};
use crate::demo::story::Story;
use crate::outcome::{Done, Failure};

/// The clause under which a warning is committed to: nothing but the proof that there is a record goes.
const SEALED: &str = r#"{"id":"2.3","text":{"en":"Each party may commit to a record of an incident that is marked TLP amber+strict, so that the commitment can be verified later. Nothing that the record says goes, only the proof that it was signed and logged. Whoever has committed to a record may show it later, under clause 2.1.","zh-Hans":"各方可就标为 TLP amber+strict 的事件记录先行作出承诺，以便日后核验。记录的内容一概不予发布，仅发布该记录已签名并写入日志的证明。作出承诺的一方可在日后依第2.1条出示该记录。"},"policy":"permit(principal, action == Action::\"release\", resource) when { context.kind == Kind::\"incident\" && context.tlp == Tlp::\"amber+strict\" };","transform":{"is_sealed":true},"obligations":{"purposes":["verification"],"onward":"organisation","retention_days":365},"from":["a","b"],"to":["a","b"]}"#;

/// Where it goes: behind the last clause of chapter 2.
const BEFORE_CHAPTER_3: &str = r#"]},{"id":"3","#;

pub(super) fn negotiate(cast: &Cast, story: &mut Story<'_>) -> Done<String> {
    story.chapter("Harbour and 北岭 agree on what may pass between them, by files");
    let draft = "agreement draft --template confidential-incident --party DIR/hills/profile.json --dir DIR/harbour --out \
                 DIR/confidential.json";
    act(cast, story, draft)?;
    add_clause(cast)?;
    story.say("   (an editor adds clause 2.3, in both languages: a warning may be committed to, and shown later)");
    let secret = "agreement propose DIR/confidential.json --tlp red --dir DIR/harbour --out DIR/secret.msg";
    let outcome = act(cast, story, secret);
    story.refusal("a draft that is marked as secret is to be sent", outcome);
    let offer = "agreement propose DIR/confidential.json --tlp green --dir DIR/harbour --out DIR/offer.msg";
    let agreement = fact(&act(cast, story, offer)?, "agreement")?;
    act(cast, story, "agreement take DIR/offer.msg --dir DIR/hills --keys DIR/harbour/profile.json")?;
    let shown = act(cast, story, &format!("agreement show {agreement} --dir DIR/hills --language zh-Hans"))?;
    story.page(&cast.hills, "/agreements");
    story.say(&format!("   北岭 reads clause 4.3: {}", clause(&shown, "4.3")));
    let tried = act(cast, story, &format!("agreement examples {agreement} --dir DIR/hills"));
    story.claim("every worked example of the text comes out on 北岭's node as it says", tried.is_ok());
    act(cast, story, &format!("agreement sign {agreement} --dir DIR/hills --out DIR/reply.msg"))?;
    story.claim("what one party has signed is not in force", state(cast, story, "hills", &agreement)? != "in force");
    act(cast, story, "agreement take DIR/reply.msg --dir DIR/harbour")?;
    act(cast, story, &format!("agreement sign {agreement} --dir DIR/harbour --out DIR/ours.msg"))?;
    act(cast, story, "agreement take DIR/ours.msg --dir DIR/hills")?;
    let (ours, theirs) = (state(cast, story, "harbour", &agreement)?, state(cast, story, "hills", &agreement)?);
    story.claim("once both have signed, both nodes say that it is in force", ours == "in force" && theirs == ours);
    Ok(agreement)
}

pub(super) fn one_language(cast: &Cast, story: &mut Story<'_>) -> Done<String> {
    story.chapter("Another agreement with Brumeval, who changes one clause in one language");
    let draft = "agreement draft --template public-incident --party DIR/brumeval/profile.json --dir DIR/harbour --out DIR/public.json";
    let agreement = fact(&act(cast, story, draft)?, "agreement")?;
    act(cast, story, "agreement propose DIR/public.json --tlp clear --dir DIR/harbour --out DIR/offer-2.msg")?;
    act(cast, story, "agreement take DIR/offer-2.msg --dir DIR/brumeval --keys DIR/harbour/profile.json")?;
    act(cast, story, &format!("agreement show {agreement} --dir DIR/brumeval --out DIR/text.json"))?;
    let text = cast.read("text.json")?;
    cast.write("changed.json", &text.replace("released by its owner alone", "released by its owner or publisher"))?;
    story.say("   (an editor changes the English words of clause 4.4, and not the Chinese ones)");
    let counter = format!(
        "agreement propose DIR/changed.json --tlp clear --answers {agreement} --dir DIR/brumeval --out DIR/counter.msg"
    );
    let changed = fact(&act(cast, story, &counter)?, "agreement")?;
    act(cast, story, "agreement take DIR/counter.msg --dir DIR/harbour")?;
    let compared = act(cast, story, &format!("agreement diff {agreement} {changed} --dir DIR/harbour"))?;
    story.page(&cast.harbour, "/agreements");
    story.claim("the comparison names the language that was left behind", compared.contains("and not in zh-Hans"));
    let outcome = act(cast, story, &format!("agreement sign {changed} --dir DIR/harbour --out DIR/never.msg"));
    story.refusal("Harbour is to sign a text of which one language was changed", outcome);
    act(cast, story, &format!("agreement sign {agreement} --dir DIR/brumeval --out DIR/reply-2.msg"))?;
    act(cast, story, "agreement take DIR/reply-2.msg --dir DIR/harbour")?;
    act(cast, story, &format!("agreement sign {agreement} --dir DIR/harbour --out DIR/ours-2.msg"))?;
    act(cast, story, "agreement take DIR/ours-2.msg --dir DIR/brumeval")?;
    let state = state(cast, story, "brumeval", &agreement)?;
    story.claim("the text as it was offered is in force between them", state == "in force");
    Ok(agreement)
}

/// What an editor does to the draft.
fn add_clause(cast: &Cast) -> Done {
    let draft = cast.read("confidential.json")?;
    let text = draft.replacen(BEFORE_CHAPTER_3, &format!(",{SEALED}{BEFORE_CHAPTER_3}"), 1);
    if text == draft {
        return Err(Failure::environment("the template has no chapter 3 behind which a clause could stand"));
    }
    cast.write("confidential.json", &text)
}

/// How far a party's node says that a text has come.
fn state(cast: &Cast, story: &Story<'_>, party: &str, agreement: &str) -> Done<String> {
    let answer = told(&act(cast, story, &format!("agreement list --dir DIR/{party}"))?);
    let rows = answer.get("agreements").and_then(Json::as_array).unwrap_or_default();
    let row = rows.iter().filter_map(Json::as_object).find(|row| row.text("agreement") == Some(agreement));
    Ok(row.and_then(|row| row.text("state")).unwrap_or_default().to_owned())
}

/// The words of a clause, of what `agreement show` told.
fn clause(answer: &str, id: &str) -> String {
    let answer = told(answer);
    let clauses = answer.get("clauses").and_then(Json::as_array).unwrap_or_default();
    let clause = clauses.iter().filter_map(Json::as_object).find(|clause| clause.text("id") == Some(id));
    clause.and_then(|clause| clause.text("text")).unwrap_or_default().to_owned()
}
