//! What is said about questions and answers, in both languages.

use policy::explain::Language;
use record::digest::{PartyId, RecordDigest};

use crate::clarifications::State;
use crate::keyring::Keyring;

/// Of an English and a Chinese rendition, the one for this reader.
pub(super) fn choose([english, chinese]: [&str; 2], language: Language) -> &str {
    match language {
        Language::English => english,
        Language::Chinese => chinese,
    }
}

/// What a party calls itself, or else its id.
pub(super) fn name(ring: &Keyring, party: PartyId) -> String {
    ring.name(party).map_or_else(|| party.to_string(), str::to_owned)
}

/// Said of a deadline that is shorter than what the clause gives the other side.
pub(super) const fn too_soon(language: Language) -> &'static str {
    match language {
        Language::English => {
            "the deadline is sooner than the clause owes an answer; whoever keeps to the clause may be late"
        }
        Language::Chinese => "该期限早于条款规定的答复期限；对方即使遵守条款，也可能逾期",
    }
}

/// What to do so that a proposal goes.
pub(super) fn how_to_send(is_permitted: bool, proposal: &RecordDigest, language: Language) -> String {
    let publish = format!("detente release publish {proposal} --dir DIR");
    let approve = format!("detente release approve {proposal} --by NAME --yes --dir DIR");
    match (is_permitted, language) {
        (true, Language::English) => format!("\nProposed, and not sent yet. To send it: {publish}"),
        (true, Language::Chinese) => format!("\n已提出，尚未发出。发出请运行：{publish}"),
        (false, Language::English) => {
            format!("\nProposed. A second person approves it: {approve}\nThen it is sent: {publish}")
        }
        (false, Language::Chinese) => format!("\n已提出。请另一人批准：{approve}\n然后发出：{publish}"),
    }
}

/// The word for a state that programs compare.
pub(super) const fn code(state: State) -> &'static str {
    match state {
        State::Unsent => "unsent",
        State::Recalled => "recalled",
        State::Waiting => "waiting",
        State::Answered => "answered",
        State::Late => "late",
        State::Silent => "silent",
    }
}

/// The word for a state that people read.
pub(super) fn state(state: State, language: Language) -> &'static str {
    let chinese = match state {
        State::Unsent => "尚未发出",
        State::Recalled => "已召回",
        State::Waiting => "等待答复",
        State::Answered => "已答复",
        State::Late => "逾期答复",
        State::Silent => "逾期未答复",
    };
    choose([code(state), chinese], language)
}

/// The word for how far an answer answers. One that is not known here is said as it came.
pub(super) fn status(status: &str, language: Language) -> &str {
    let chinese = match status {
        "answered" => "完整答复",
        "partly" => "部分答复",
        "declined" => "拒绝答复",
        "cannot-say" => "无法答复",
        other => other,
    };
    choose([status, chinese], language)
}

/// A span of time, in its two largest units.
pub(super) fn span(seconds: i64, language: Language) -> String {
    let units = [(86_400, ["d", "天"]), (3_600, ["h", "小时"]), (60, ["min", "分钟"]), (1, ["s", "秒"])];
    let first = units.iter().position(|(size, _)| seconds >= *size).unwrap_or(3);
    let mut left = seconds.max(0);
    let parts = units.iter().skip(first).take(2).map(|(size, names)| {
        let (count, rest) = (left / size, left % size);
        left = rest;
        match language {
            Language::English => format!("{count} {}", choose(*names, language)),
            Language::Chinese => format!("{count}{}", choose(*names, language)),
        }
    });
    parts.collect::<Vec<_>>().join(if language == Language::English { " " } else { "" })
}
