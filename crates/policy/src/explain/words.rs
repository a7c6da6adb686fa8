//! Each reason in both languages, and what would have to change.

use record::digest::AgreementDigest;

use super::Language;
use crate::agreement::{Agreement, ClauseId};
use crate::decision::{Engine, Reason};
use crate::feed::MAX_ENTRY_BYTES;
use crate::floors::Floor;

/// A reason in words.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explained {
    /// The short word that programs compare.
    pub code: String,
    /// Why it stays.
    pub why: String,
    /// What would have to change for it to go. Where nothing could, it says so.
    pub change: String,
    /// The clause in its own words, in the best rendition for the reader, if a clause is the reason.
    pub clause: Option<String>,
}

/// Puts a reason into words for a reader of this node. Never for a counterpart: why, and even that, something is withheld
/// tells about it.
#[must_use]
pub fn explain(engine: &Engine, asked: Option<&Agreement>, reason: &Reason, language: Language) -> Explained {
    let agreement =
        if let Reason::ForbiddenBy { agreement, .. } = reason { engine.agreement(agreement) } else { asked };
    let is_other = agreement.map(Agreement::digest) != asked.map(Agreement::digest);
    let title = agreement.filter(|_| is_other).map(|other| language.choose(other.title()));
    let (why, change) = match language {
        Language::English => english(reason, title),
        Language::Chinese => chinese(reason, title),
    };
    let clause = clause_of(reason).and_then(|id| words_of(agreement?, id, language));
    Explained { code: reason.code(), why, change, clause }
}

/// The floor whose label is another party's to lower.
const FOREIGN: &str = "foreign-origin";

const fn clause_of(reason: &Reason) -> Option<&ClauseId> {
    if let Reason::ForbiddenBy { clause, .. }
    | Reason::Purpose { clause }
    | Reason::Approvals { clause, .. }
    | Reason::OverBudget { clause, .. }
    | Reason::DroppedByClause { clause }
    | Reason::TwinInstead { clause }
    | Reason::TwinMissing { clause } = reason
    {
        Some(clause)
    } else {
        None
    }
}

fn words_of(agreement: &Agreement, id: &ClauseId, language: Language) -> Option<String> {
    Some(language.choose(agreement.clause(id)?.text()).to_owned())
}

fn floor(name: &str, language: Language) -> &str {
    Floor::find(name).map_or(name, |floor| floor.meaning(language))
}

/// `title` names the agreement where it is another than the one asked for.
fn english(reason: &Reason, title: Option<&str>) -> (String, String) {
    let (why, change): (String, &str) = match reason {
        Reason::Unlabelled => ("Nobody has labelled it, or it carries a marking that is not known here.".into(), "Put a label on it. If the object carries a marking from elsewhere, no label helps: its author would have to sign a version without it."),
        Reason::NotInAudience => ("Its label does not name this recipient.".into(), "Whoever put that label on would have to name the recipient, by a declassification."),
        Reason::UnknownTag { tag } => (format!("Its label has the tag `{tag}`, which no policy here knows."), "Whoever put that label on would have to lower it and use a tag that is known."),
        Reason::Floor { floor: name } if name == FOREIGN => (format!("A floor of this node keeps it: {}", floor(name, Language::English)), "Ask its owner to send it, or to open it further. No agreement can lift a floor; an administrator may switch it off, with a reason that is logged."),
        Reason::Floor { floor: name } => (format!("A floor of this node keeps it: {}", floor(name, Language::English)), "No agreement can lift a floor. Whoever put the label on may lower it if it no longer fits; a marking of the object itself changes only in a new version; an administrator may switch the floor off, with a reason that is logged."),
        Reason::ForbiddenBy { clause, .. } => (title.map_or_else(|| format!("Clause {clause} forbids it."), |title| format!("Clause {clause} of another agreement, “{title}”, forbids it.")), "The parties would have to amend that clause."),
        Reason::NoClause => ("No clause of the agreement permits it.".into(), "A clause for this kind of record, with these marks, would have to be agreed."),
        Reason::Purpose { clause } => (format!("Clause {clause} permits it, but not for this purpose."), "Name a purpose that the clause has, if it is the true one."),
        Reason::Approvals { clause, needed, have } => (format!("Clause {clause} asks that persons other than the proposer approve: {needed} in all, and {have} so far."), "Someone else has to approve exactly this release."),
        Reason::ProposerApproves => ("Whoever proposed it has approved it too; that does not count.".into(), "Another person has to approve."),
        Reason::ApprovalMismatch => ("An approval was given for something else: the record, its fields, its labels, the recipients or the rules have changed since.".into(), "Have it approved anew as it is now."),
        Reason::ApprovalExpired => ("An approval was given more than seven days ago, or is dated as far ahead.".into(), "Have it approved anew; whoever approved before may do so again."),
        Reason::OverBudget { category, stands, at_most, clause } => (format!("The budget of clause {clause} does not suffice: of `{category}`, {stands} went already, and {at_most} may go in all."), "Wait for the next period (periods are counted in UTC), send less, or agree on a larger budget."),
        Reason::CounterOverflow { category } => (format!("The counter of `{category}` is not where a counter can stand, so nobody knows what went."), "Have an administrator look at the counter; nothing goes until then."),
        Reason::NotInForce => ("This agreement is not in force here.".into(), "All its parties have to accept, verify and sign it."),
        Reason::NotYet => ("The agreement has not begun.".into(), "Wait until it begins."),
        Reason::Expired => ("The agreement has ended.".into(), "Agree on a new one."),
        Reason::Suspended => ("A party has suspended the agreement.".into(), "That party has to resume it."),
        Reason::NotAParty => ("This node is no party of the agreement.".into(), "Choose an agreement that this node has signed."),
        Reason::NoSuchClause => ("The agreement has no such clause that permits releases from here to all other parties.".into(), "Choose another clause."),
        Reason::DroppedByClause { clause } => (format!("Clause {clause} does not show it."), "Choose another clause, or amend this one."),
        Reason::TwinInstead { clause } => (format!("Clause {clause} shows its coarse twin instead."), "Choose another clause, or amend this one."),
        Reason::TwinMissing { clause } => (format!("Clause {clause} would show a coarse twin, and its author signed none."), "Only the author can sign a twin, in a new version."),
        Reason::KeptBack => ("The proposer keeps it back.".into(), "Propose it without keeping that back. The core cannot be kept back."),
        Reason::History => ("It says which version this is, or names the one before. That goes along only where the version before is in the same feed.".into(), "If there is a version before, release that one first."),
        Reason::NothingLeft => ("Beside the core, which says only what sort of record it is, nothing may go under this clause.".into(), "Choose a clause that shows more, keep less back, or look at the labels of the fields."),
        Reason::EntryTooLong { bytes } => (format!("The feed's entry names every place that goes, and could have {bytes} octets; {MAX_ENTRY_BYTES} is the most."), "Keep some places back, or split the record."),
        Reason::UnreadAgreement { agreement } => (format!("Agreement {agreement} with this recipient may be in force, and this build cannot read what it forbids."), "Use a build that reads it; or have one of its parties end it, with a build that reads it, and take that message in here."),
        Reason::PolicyFailed => ("A policy failed while it was asked, and that is never skipped.".into(), "Report this; nothing goes until it is mended."),
    };
    (why, change.to_owned())
}

fn chinese(reason: &Reason, title: Option<&str>) -> (String, String) {
    let (why, change): (String, &str) = match reason {
        Reason::Unlabelled => (
            "该内容尚未标注，或带有本节点不认识的标记。".into(),
            "请先为其加上标注。如对象自带本节点不认识的外来标记，加标注也无济于事，须由作者签署不带该标记的新版本。",
        ),
        Reason::NotInAudience => ("标注中未列入该接收方。".into(), "须由标注者通过降密记录将该接收方列入。"),
        Reason::UnknownTag { tag } => {
            (format!("标注含有标签“{tag}”，本节点没有任何规则认识它。"), "须由标注者降低该标注，并改用已知标签。")
        }
        Reason::Floor { floor: name } if name == FOREIGN => (
            format!("本节点的底线不允许：{}", floor(name, Language::Chinese)),
            "请其所有者自行发布，或放宽其标注。任何协议都不能解除底线；管理员可关闭该底线，理由将记入日志。",
        ),
        Reason::Floor { floor: name } => (
            format!("本节点的底线不允许：{}", floor(name, Language::Chinese)),
            "任何协议都不能解除底线。若标注已不适用，可由标注者降低标注；对象自带的标记只能在新版本中更改；管理员可关闭该底线，理由将记入日志。",
        ),
        Reason::ForbiddenBy { clause, .. } => (
            title.map_or_else(
                || format!("第 {clause} 条禁止。"),
                |title| format!("另一协议《{title}》第 {clause} 条禁止。"),
            ),
            "须由各方修改该条款。",
        ),
        Reason::NoClause => ("协议中没有条款允许。".into(), "须就此类记录及其标注商定条款。"),
        Reason::Purpose { clause } => {
            (format!("第 {clause} 条允许，但不得用于该目的。"), "如确属条款所列目的，请改填该目的。")
        }
        Reason::Approvals { clause, needed, have } => (
            format!("第 {clause} 条要求提议人之外共 {needed} 人批准，目前有效批准为 {have} 人。"),
            "须由其他人员就本次发布的确切内容作出批准。",
        ),
        Reason::ProposerApproves => ("提议人自己也作了批准，不予计算。".into(), "须由另一人批准。"),
        Reason::ApprovalMismatch => (
            "此前的批准针对的是另一内容：记录、字段、标注、接收方或规则此后已有变化。".into(),
            "请按目前内容重新批准。",
        ),
        Reason::ApprovalExpired => {
            ("有批准已逾七日，或者所注时间超前七日以上。".into(), "请重新批准；原批准人可以再次批准。")
        }
        Reason::OverBudget { category, stands, at_most, clause } => over_budget(category, clause, (*stands, *at_most)),
        Reason::CounterOverflow { category } => {
            (format!("“{category}”的计数值异常，无从确认已发布多少。"), "请管理员检查计数；在此之前不得发布。")
        }
        Reason::NotInForce => ("该协议在本节点尚未生效。".into(), "须由各方接受、核验并签署。"),
        Reason::NotYet => ("协议尚未开始。".into(), "等待协议开始。"),
        Reason::Expired => ("协议已经到期。".into(), "须另行商定协议。"),
        Reason::Suspended => ("一方已中止该协议。".into(), "须由该方恢复。"),
        Reason::NotAParty => ("本节点不是该协议的缔约方。".into(), "请选择本节点已签署的协议。"),
        Reason::NoSuchClause => ("协议中没有这样一条可由本方向其他各方发布的条款。".into(), "请选择其他条款。"),
        Reason::DroppedByClause { clause } => (format!("第 {clause} 条不予出示。"), "请选择其他条款，或修改该条款。"),
        Reason::TwinInstead { clause } => (format!("第 {clause} 条以其粗化值代替。"), "请选择其他条款，或修改该条款。"),
        Reason::TwinMissing { clause } => {
            (format!("第 {clause} 条应出示粗化值，但作者未签署粗化值。"), "只有作者能在新版本中签署粗化值。")
        }
        Reason::KeptBack => ("提议人予以保留。".into(), "重新提议且不作保留；核心字段不得保留。"),
        Reason::History => (
            "该字段说明这是第几版，或指明前一版本；仅当前一版本在同一数据流中时才随同发布。".into(),
            "如有前一版本，请先发布该版本。",
        ),
        Reason::NothingLeft => (
            "核心字段仅说明记录的类别；除此之外，该条款下已无内容可发布。".into(),
            "请选择出示更多内容的条款，减少保留，或查看各字段的标注。",
        ),
        Reason::EntryTooLong { bytes } => entry_too_long(*bytes),
        Reason::UnreadAgreement { agreement } => unread_agreement(*agreement),
        Reason::PolicyFailed => ("一条规则在评估时出错，此类情况绝不跳过。".into(), "请报告此问题；修复之前不得发布。"),
    };
    (why, change.to_owned())
}

fn entry_too_long(bytes: usize) -> (String, &'static str) {
    (
        format!("数据流条目须列出所发布的每一处，可能达 {bytes} 字节，而上限为 {MAX_ENTRY_BYTES} 字节。"),
        "请保留其中若干处，或拆分该记录。",
    )
}

fn unread_agreement(agreement: AgreementDigest) -> (String, &'static str) {
    (
        format!("与该接收方的协议 {agreement} 可能仍然有效，而本版本程序无法读取其禁止事项。"),
        "请改用能够读取该协议的版本；或者由任一缔约方用该版本终止协议，再将终止通知收入本节点。",
    )
}

fn over_budget(category: &str, clause: &ClauseId, (stands, at_most): (i64, i64)) -> (String, &'static str) {
    (
        format!("第 {clause} 条的额度不足：“{category}”已用 {stands}，上限 {at_most}。"),
        "等待下一周期（按协调世界时计算），减少本次内容，或商定更高额度。",
    )
}
