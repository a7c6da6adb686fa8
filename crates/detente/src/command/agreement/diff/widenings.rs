//! What an amendment would newly let out, in both languages.

use policy::agreement::{Unknown, Widening, Widenings};
use policy::cedar::Facts;
use policy::explain::Language;
use record::json::Json;

use crate::report::Report;

/// Says each of them. Programs are told in English, whatever the reader's language.
pub(super) fn say(widenings: &Widenings, language: Language, report: &mut Report) {
    report.line(match (widenings.only_narrows(), language) {
        (true, Language::English) => "\nOnly narrows: nothing may go that could not go before.",
        (true, Language::Chinese) => "\n仅收窄：此前不得发布的内容仍不得发布。",
        (false, Language::English) => "\nWould newly flow:",
        (false, Language::Chinese) => "\n将新增流出：",
    });
    lines(widenings, language).iter().for_each(|line| report.line(format!("  {line}")));
    report.data("widenings", Json::Array(lines(widenings, Language::English).into_iter().map(Json::text).collect()));
}

/// One line for each of them.
pub(crate) fn lines(widenings: &Widenings, language: Language) -> Vec<String> {
    let found = widenings.found.iter().map(|one| match language {
        Language::English => english(one),
        Language::Chinese => chinese(one),
    });
    found.chain(widenings.unknown.iter().map(|one| unknown(one, language))).collect()
}

fn unknown(one: &Unknown, language: Language) -> String {
    let Unknown { clause, cases, limit, .. } = one;
    match language {
        Language::English => {
            format!("clause {clause}: not known, since it has {cases} cases and {limit} are tried; read it with care")
        }
        Language::Chinese => {
            format!("第 {clause} 条：无法判定，因其有 {cases} 种情形，而仅试 {limit} 种；请仔细阅读")
        }
    }
}

fn english(widening: &Widening) -> String {
    match widening {
        Widening::Permits { clause, example, cases, .. } => {
            let example = facts(example, Language::English);
            format!("clause {clause} permits what nothing did ({cases} cases), such as: {example}")
        }
        Widening::Looser { clause, than, example, cases, terms, .. } => {
            let (terms, example) = (terms.len(), facts(example, Language::English));
            format!("clause {clause} is looser than {than} in {terms} term(s) ({cases} cases), such as for: {example}")
        }
        Widening::Joined { role, party } => format!("party {role} joins: {party}"),
        Widening::Longer { old, new } => {
            format!("holds from {} to {}, before from {} to {}", new.0, new.1, old.0, old.1)
        }
        _ => "something that this build has no words for".to_owned(),
    }
}

fn chinese(widening: &Widening) -> String {
    match widening {
        Widening::Permits { clause, example, cases, .. } => {
            let example = facts(example, Language::Chinese);
            format!("第 {clause} 条允许此前无条款允许的内容（{cases} 种情形），例如：{example}")
        }
        Widening::Looser { clause, than, example, cases, terms, .. } => {
            let (terms, example) = (terms.len(), facts(example, Language::Chinese));
            format!("第 {clause} 条较第 {than} 条在 {terms} 项上放宽（{cases} 种情形），例如：{example}")
        }
        Widening::Joined { role, party } => format!("新增缔约方 {role}：{party}"),
        Widening::Longer { old, new } => {
            format!("期限为 {} 至 {}，此前为 {} 至 {}", new.0, new.1, old.0, old.1)
        }
        _ => "本版本程序无法表述的内容".to_owned(),
    }
}

fn facts(facts: &Facts, language: Language) -> String {
    let care: Vec<_> = facts.care.iter().map(|care| care.name()).collect();
    let (kind, tlp) = (facts.kind, facts.tlp);
    match language {
        Language::English => {
            let care = if care.is_empty() { "no reason for care".to_owned() } else { care.join(", ") };
            format!("{kind} at TLP {tlp}, {care}, for {}", facts.purpose)
        }
        Language::Chinese => {
            let care = if care.is_empty() { "无需谨慎处理的标签".to_owned() } else { care.join("、") };
            format!("{kind}，TLP {tlp}，{care}，目的：{}", facts.purpose.meaning(language))
        }
    }
}
