//! Why an answer is as it is, step by step, each with where it is written.

use duties::{Answer, Facts, Packs, Reason, Truth};
use pages::{Block, Inline, Say, Tone};

use super::words::{both, source};

/// The steps about the duty that was asked for, if it is one.
pub(super) fn block(packs: &Packs, answers: &[Answer<'_>], facts: &Facts, duty: Option<&str>) -> Option<Block> {
    let answer = answers.iter().find(|answer| Some(answer.duty.path.as_str()) == duty)?;
    let duty = answer.duty;
    let mut about = vec![
        (Say::Word("duties-holder"), vec![Inline::Text(both(&duty.holder))]),
        ("duties-tell".into(), vec![Inline::Text(both(&duty.recipient))]),
        ("duties-channel".into(), vec![Inline::Text(both(&duty.channel))]),
    ];
    about.extend(duty.penalty.as_ref().map(|penalty| ("duties-penalty".into(), vec![Inline::Text(both(penalty))])));
    let content = duty.stages.iter().filter(|stage| !stage.content.is_empty());
    let content = content.flat_map(|stage| {
        let head = Block::Line(vec![Inline::Strong(Say::Word("duties-content")), Inline::Text(both(&stage.label))]);
        [head, Block::List(stage.content.iter().map(|one| vec![Inline::Text(both(one))]).collect())]
    });
    let steps = packs.explain(answer, facts);
    let mut blocks = vec![Block::Facts(about), Block::List(steps.iter().map(step).collect())];
    blocks.extend(content);
    Some(Block::section("why", "duties-why", blocks))
}

/// A step: the deeper, the further in.
fn step(step: &Reason) -> Vec<Inline> {
    let deep = usize::from(step.depth).saturating_sub(1);
    let mut line: Vec<Inline> = (deep > 0).then(|| Inline::sign("›".repeat(deep))).into_iter().collect();
    line.push(Inline::Text(both(&step.what)));
    line.extend(step.truth.map(|truth| Inline::tag(tone(truth), Say::known("duty-truth", truth.name()))));
    line.extend(step.source.as_ref().map(|one| source(one)).unwrap_or_default());
    line
}

const fn tone(truth: Truth) -> Tone {
    match truth {
        Truth::True => Tone::Good,
        Truth::Unknown => Tone::Watch,
        Truth::False | _ => Tone::Calm,
    }
}
