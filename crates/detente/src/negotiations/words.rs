//! What is said of negotiations, in both languages. Why a rule is broken is said in English, as errors are.

use policy::explain::Language;
use protocol::negotiation::{Alarm, Missing, Period, State};
use record::digest::{AgreementDigest, MessageDigest};

/// An alarm in words that say what to do.
pub(crate) fn say_alarm(alarm: &Alarm, language: Language) -> String {
    match language {
        Language::English => english(alarm),
        Language::Chinese => chinese(alarm),
    }
}

fn english(alarm: &Alarm) -> String {
    match alarm {
        Alarm::Equivocation { party, first, second } => format!(
            "party {party} signed two messages of one place: {} and {}. Keep both; they are evidence that anybody can check",
            first.digest(),
            second.digest()
        ),
        Alarm::Broken { party, message, rule } if !rule.is_fault() => {
            format!(
                "message {message} of party {party} counts for nothing here, which may be no fault of theirs: {rule}"
            )
        }
        Alarm::Broken { party, message, rule } => {
            format!("party {party} broke a rule with message {message}, which counts for nothing: {rule}")
        }
        Alarm::OutcomesDiffer { agreement, first, second } => format!(
            "parties {first} and {second} reproduced different outcomes of the worked examples of {agreement}: their nodes do \
             not run the same agreement"
        ),
        Alarm::FromTheFuture { party, message, time } => {
            format!("message {message} of party {party} is dated {time}: compare clocks with that party")
        }
        _ => "an alarm that this build has no words for".to_owned(),
    }
}

fn chinese(alarm: &Alarm) -> String {
    match alarm {
        Alarm::Equivocation { party, first, second } => format!(
            "缔约方 {party} 在同一序位签署了两份文件：{} 与 {}。请保存二者，任何人均可据以查证",
            first.digest(),
            second.digest()
        ),
        Alarm::Broken { party, message, rule } if !rule.is_fault() => {
            format!("缔约方 {party} 的文件 {message} 在本节点不发生效力，未必是该方之过：{rule}")
        }
        Alarm::Broken { party, message, rule } => {
            format!("缔约方 {party} 的文件 {message} 违反规则，不发生效力：{rule}")
        }
        Alarm::OutcomesDiffer { agreement, first, second } => {
            format!("缔约方 {first} 与 {second} 对协议 {agreement} 的示例得出不同结果：双方节点执行的不是同一协议")
        }
        Alarm::FromTheFuture { party, message, time } => {
            format!("缔约方 {party} 的文件 {message} 所注时间为 {time}：请与该方核对时钟")
        }
        _ => "本版本程序无法表述的警报".to_owned(),
    }
}

/// A message that this build does not read, and why.
pub(super) fn say_unread_message(message: MessageDigest, why: &str, language: Language) -> String {
    match language {
        Language::English => format!("message {message} is not read by this build: {why}"),
        Language::Chinese => format!("本版本程序无法读取文件 {message}：{why}"),
    }
}

/// An agreement that may be in force and that this build does not read.
pub(super) fn say_unread_agreement(agreement: AgreementDigest, language: Language) -> String {
    match language {
        Language::English => {
            format!("agreement {agreement} may be in force and is not read by this build: nothing goes to its parties")
        }
        Language::Chinese => {
            format!("协议 {agreement} 可能仍然有效，而本版本程序无法读取：不向其缔约方发布任何内容")
        }
    }
}

/// What is missing.
pub(crate) fn say_missing(missing: &Missing) -> String {
    match missing {
        Missing::Sequence { party, first, after } => format!("messages {first} to before {after} of party {party}"),
        Missing::Message { digest, party } => match party {
            Some(party) => format!("message {digest} of party {party}"),
            None => format!("message {digest}"),
        },
        _ => "a message".to_owned(),
    }
}

/// Where now lies to an agreement's period.
pub(crate) const fn say_period(period: Period, language: Language) -> &'static str {
    match (period, language) {
        (Period::NotYet, Language::English) => "not yet",
        (Period::Covered, Language::English) => "in period",
        (Period::Over, Language::English) => "over",
        (Period::NotYet, Language::Chinese) => "尚未开始",
        (Period::Covered, Language::Chinese) => "期限之内",
        (Period::Over, Language::Chinese) => "期限已过",
    }
}

/// How far the parties have come with a text.
pub(crate) const fn say_state(state: State, language: Language) -> &'static str {
    match (state, language) {
        (_, Language::English) => state.name(),
        (State::Offered, Language::Chinese) => "已提出",
        (State::Countered, Language::Chinese) => "已有反提案",
        (State::Accepted, Language::Chinese) => "已接受",
        (State::Verified, Language::Chinese) => "已核验",
        (State::InForce, Language::Chinese) => "生效",
        (State::Suspended, Language::Chinese) => "中止",
        (State::Withdrawn, Language::Chinese) => "已撤回",
        (State::Terminated, Language::Chinese) => "已终止",
    }
}
