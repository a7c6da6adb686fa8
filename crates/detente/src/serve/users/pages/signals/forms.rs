//! What can be done with a signal: to say that it was found, to take it back, to say what was tried against it.

use access::Right;
use incident::COUNTERMEASURE_TYPE;
use pages::{Block, Field, Form, Say};

use super::one::Scene;
use super::standing::Standing;

/// The forms for which this account has the right.
pub(super) fn blocks(scene: &Scene<'_>) -> Option<Block> {
    if !scene.asked.may(Right::Write) {
        return None;
    }
    let is_taken_back = scene.standing() == Some(Standing::TakenBack);
    let is_known = scene.known.is_some();
    let mut blocks = Vec::new();
    if is_known && !is_taken_back {
        // Whoever comes from a find wants to say so.
        let form = Block::from(sighting(scene));
        let comes_from_a_find = scene.asked.query("sighting").is_some();
        blocks.push(if comes_from_a_find { form } else { Block::Fold("signals-sighting".into(), vec![form]) });
    }
    if is_known && scene.is_ours() && !is_taken_back {
        blocks.push(Block::Fold("signals-retract".into(), vec![retract(scene).into()]));
    }
    blocks.extend(tried(scene).map(|form| Block::Fold("signals-tried".into(), vec![form.into()])));
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
    Form::command("retract", "signal retract", scene.path())
        .titled("signals-retract", "signals-retract-button")
        .helped("signals-retract-help")
        .given("signals", &scene.name.id)
        .field(Field::area("reason", "signals-retract-reason").required().helped("signals-retract-reason-help"))
        .bound([scene.record.to_string(), state.to_owned()])
        .previewed()
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
