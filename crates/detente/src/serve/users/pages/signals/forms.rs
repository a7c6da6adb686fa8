//! What can be done with a signal: to say that it was found, to take it back, to say what was tried against it.

use access::Right;
use incident::COUNTERMEASURE_TYPE;
use pages::{Block, Field, Form, Say};

use super::super::Asked;
use super::one::Scene;
use super::standing::Standing;

/// The forms for which this account has the right.
pub(super) fn blocks(scene: &Scene<'_>) -> Option<Block> {
    let [writes, retracts] = [Right::Write, Right::Retract].map(|right| scene.asked.may(right));
    let is_taken_back = scene.standing() == Some(Standing::TakenBack);
    let stands = scene.known.is_some() && !is_taken_back;
    let mut blocks = Vec::new();
    if writes && stands {
        // Whoever comes from a find wants to say so.
        let form = Block::from(sighting(scene));
        let comes_from_a_find = scene.asked.query("sighting").is_some();
        blocks.push(if comes_from_a_find { form } else { Block::Fold("signals-sighting".into(), vec![form]) });
    }
    if retracts && stands && scene.is_ours() {
        blocks.push(Block::Fold("signals-retract".into(), vec![retract(scene).into()]));
    }
    blocks.extend(tried(scene).filter(|_| writes).map(|form| Block::Fold("signals-tried".into(), vec![form.into()])));
    (!blocks.is_empty()).then(|| Block::section("do", "case-do", blocks))
}

fn sighting(scene: &Scene<'_>) -> Form {
    Form::command("sighting", "sighting new", scene.path())
        .titled("signals-sighting", "signals-sighting-button")
        .helped("signals-sighting-help")
        .given("signal", &scene.name.id)
        .given("author", &scene.name.author)
        .field(Field::line("count", "signals-seen-count").value(1).required())
        .field(Field::line("first", "signals-seen-first").helped("signals-seen-first-help"))
        .field(Field::line("last", "signals-seen-last").helped("signals-seen-last-help"))
}

fn retract(scene: &Scene<'_>) -> Form {
    let state = scene.standing().map(Standing::name).unwrap_or_default();
    withdrawal(scene.path(), |form| form.given("signals", &scene.name.id))
        .bound([scene.record.to_string(), state.to_owned()])
}

/// The form that takes a signal of ours back; `which` is how it is told which.
fn withdrawal(page: String, which: impl FnOnce(Form) -> Form) -> Form {
    let form = Form::command("retract", "signal retract", page)
        .titled("signals-retract", "signals-retract-button")
        .helped("signals-retract-help");
    which(form)
        .field(Field::area("reason", "signals-retract-reason").required().helped("signals-retract-reason-help"))
        .previewed()
}

/// The same where somebody was told a signal's id by a scan: its record may not be for him, and it does harm now.
pub(super) fn retract_by_id(asked: &Asked<'_>, page: &str) -> Option<Block> {
    let which =
        |form: Form| form.field(Field::line("signals", "signals-id").required().helped("signals-retract-id-help"));
    let form = asked.may(Right::Retract).then(|| withdrawal(page.to_owned(), which))?;
    Some(Block::Fold("signals-retract-by-id".into(), vec![form.into()]))
}

/// What was tried is said of the record that holds the signal: it is what others can look up.
fn tried(scene: &Scene<'_>) -> Option<Form> {
    let batch = scene.batch()?;
    Some(
        Form::command("tried", "countermeasure link", scene.path())
            .titled("signals-tried", "case-tried-link-button")
            .helped("signals-tried-help")
            .given("against", batch)
            .field(Field::line("id", "case-tried-id").required().helped(Say::with(
                "case-tried-id-help",
                "type",
                COUNTERMEASURE_TYPE,
            )))
            .field(Field::area("reason", "case-reason").required().helped("case-reason-help")),
    )
}
