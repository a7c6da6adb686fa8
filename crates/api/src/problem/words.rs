//! The words of problems: title, detail and advice, in English and Simplified Chinese.

use super::{ProblemKind, Wrong};
use crate::language::Language;
use crate::limits::{MAX_BODY_BYTES, MAX_FILE_BYTES, MAX_QUERY_BYTES};

/// Title, detail and advice of each kind, in English and in Simplified Chinese.
const WORDS: [(ProblemKind, [[&str; 3]; 2]); 27] = [
    (
        ProblemKind::Arguments,
        [
            [
                "The request does not fit together",
                "The members exclude or need one another.",
                "Read `said`, and the operation's description.",
            ],
            ["请求内容相互矛盾", "各成员互相排斥或缺少必要的配合。", "请看 `said` 和该操作的说明。"],
        ],
    ),
    (
        ProblemKind::Busy,
        [
            [
                "Not now",
                "Another command has the node's directory.",
                "Send the same request again after `Retry-After`.",
            ],
            ["现在不行", "另一条命令正在使用本节点的目录。", "请在 `Retry-After` 之后重发同一请求。"],
        ],
    ),
    (
        ProblemKind::Conflict,
        [
            [
                "It does not fit with how things are",
                "Something has changed, or was done already.",
                "Read it anew, and decide again.",
            ],
            ["与当前状态不符", "内容已变化,或此事已经做过。", "请重新读取后再决定。"],
        ],
    ),
    (
        ProblemKind::Cursor,
        [
            [
                "The cursor is none of this question",
                "`after` was not given out to this caller for these filters.",
                "Ask without `after`, and follow `next`.",
            ],
            [
                "游标不属于此问题",
                "`after` 不是为此调用者和这些筛选条件发出的。",
                "请先不带 `after` 查询,再依 `next` 继续。",
            ],
        ],
    ),
    (
        ProblemKind::Environment,
        [
            [
                "The machine did not do its part",
                "A file system, a line or a key is not in order. Nothing was half done.",
                "Read `said`; tell whoever runs this node.",
            ],
            ["本机未能完成", "文件系统、线路或密钥有问题。没有只做一半的事。", "请看 `said`,并告知节点的运行者。"],
        ],
    ),
    (
        ProblemKind::Forbidden,
        [
            [
                "This is not allowed",
                "The account or the token does not have the right for this.",
                "An administrator can give a role that has it.",
            ],
            ["不允许", "该账户或令牌没有此项权限。", "管理员可以给予带有此权限的角色。"],
        ],
    ),
    (
        ProblemKind::FormToken,
        [
            [
                "This change lacks the session's token",
                "Within a session every change carries the token of its forms.",
                "Send it in the header field `Detente-Form-Token`.",
            ],
            ["此更改缺少会话的令牌", "会话内的每次更改都须带上表单令牌。", "请放入首部字段 `Detente-Form-Token`。"],
        ],
    ),
    (
        ProblemKind::InFlight,
        [
            [
                "This is under way",
                "A request with the same `Idempotency-Key` is not answered yet.",
                "Send it again in a while: its answer will be repeated.",
            ],
            ["正在进行", "带同一 `Idempotency-Key` 的请求尚未答复。", "请稍后重发:将得到同一答复。"],
        ],
    ),
    (
        ProblemKind::Input,
        [
            [
                "A file is not what is needed",
                "A member was read, and it is not what the operation needs.",
                "Read `said`.",
            ],
            ["文件不合要求", "某个成员读到了,但不是该操作所需的内容。", "请看 `said`。"],
        ],
    ),
    (
        ProblemKind::Internal,
        [
            [
                "Something went wrong here",
                "The fault is in this program.",
                "Tell whoever runs this node, with the time.",
            ],
            ["本程序出错", "错误在本程序。", "请将时间告知节点的运行者。"],
        ],
    ),
    (
        ProblemKind::KeyReused,
        [
            [
                "The key belongs to another request",
                "This `Idempotency-Key` came with other content before.",
                "Take a new key for a new request.",
            ],
            ["该键属于另一请求", "此 `Idempotency-Key` 以前用于其他内容。", "新的请求请用新的键。"],
        ],
    ),
    (
        ProblemKind::KeyLost,
        [
            [
                "Whether this was done is not known",
                "The node ended while the request was under way.",
                "Look whether it was done. If it was not, send it again under a new key.",
            ],
            ["是否已执行不详", "处理该请求时节点停止运行。", "请先查看是否已执行;如未执行,请换新键重发。"],
        ],
    ),
    (
        ProblemKind::KeySpent,
        [
            [
                "This was done",
                "The request was done, and its answer is not kept any more.",
                "Read what it made; do not send it again under a new key.",
            ],
            ["此事已经做过", "请求已执行,其答复不再保存。", "请读取其结果,不要换新键重发。"],
        ],
    ),
    (
        ProblemKind::Malformed,
        [
            [
                "The body cannot be read",
                "It is not JSON of the strict profile: I-JSON without repeated names.",
                "Read `said` for the place.",
            ],
            ["无法读取正文", "正文不是严格规范的 JSON(I-JSON,名称不得重复)。", "位置见 `said`。"],
        ],
    ),
    (
        ProblemKind::MediaType,
        [
            [
                "The body is in another form",
                "It is not `application/json` in UTF-8, without `Content-Encoding`.",
                "Send `Content-Type: application/json`.",
            ],
            [
                "正文形式不对",
                "正文不是 UTF-8 的 `application/json`,或带有 `Content-Encoding`。",
                "请发送 `Content-Type: application/json`。",
            ],
        ],
    ),
    (
        ProblemKind::Member,
        [
            [
                "A member of the request is wrong",
                "A member is not as described.",
                "`/api/v1/openapi.json` describes each member.",
            ],
            ["请求中有成员不对", "某个成员与说明不符。", "`/api/v1/openapi.json` 说明了每个成员。"],
        ],
    ),
    (
        ProblemKind::Method,
        [
            ["This is not done here", "The path has other methods.", "`Allow` names them."],
            ["此处没有这种方法", "该路径只有其他方法。", "见 `Allow`。"],
        ],
    ),
    (
        ProblemKind::NoBody,
        [
            ["There is a body", "This request has none.", "Send it without a body."],
            ["不应有正文", "此请求没有正文。", "请不带正文发送。"],
        ],
    ),
    (
        ProblemKind::NoObject,
        [
            ["The body is no object", "It is JSON, and has no members.", "Send an object, `{}` at least."],
            ["正文不是对象", "正文是 JSON,但没有成员。", "请发送对象,至少为 `{}`。"],
        ],
    ),
    (
        ProblemKind::NotFound,
        [
            ["There is nothing here for you", "The path names nothing, or nothing that is for you.", "Check the path."],
            ["此处没有可给您的内容", "该路径没有对应的内容,或没有可给您的内容。", "请检查路径。"],
        ],
    ),
    (
        ProblemKind::Precondition,
        [
            ["It has changed", "What you know is not what is here now.", "Read it anew, and decide again."],
            ["内容已变化", "您所知的与现在的不同。", "请重新读取后再决定。"],
        ],
    ),
    (
        ProblemKind::QueryTooLong,
        [["The query is too long", QUERY_ENGLISH, "Ask several times."], ["查询过长", QUERY_CHINESE, "请分几次查询。"]],
    ),
    (
        ProblemKind::Refused,
        [
            ["Refused", "A check did not hold. Nothing was changed.", "Read `said`."],
            ["被拒绝", "有一项检查未通过。未作任何更改。", "请看 `said`。"],
        ],
    ),
    (
        ProblemKind::SignIn,
        [
            ["Show who you are", "Nobody is known to ask.", "Send a token as `Authorization: Bearer`, or sign in."],
            ["请表明身份", "不知道是谁在请求。", "请以 `Authorization: Bearer` 发送令牌,或先登录。"],
        ],
    ),
    (
        ProblemKind::TooLarge,
        [
            ["This is too much at once", BODY_ENGLISH, "Send several smaller requests, or carry a bundle."],
            ["一次太多", BODY_CHINESE, "请分成几个较小的请求,或用文件包传递。"],
        ],
    ),
    (
        ProblemKind::TooMany,
        [
            [
                "Too much in too short a time",
                "The share of this account, token or address is used up.",
                "Come again after `Retry-After`.",
            ],
            ["短时间内过多", "该账户、令牌或地址的份额已用完。", "请在 `Retry-After` 之后再来。"],
        ],
    ),
    (
        ProblemKind::WrongSignIn,
        [
            [
                "This does not count",
                "The name and the password, or the token, do not count here.",
                "Check them; an administrator can set new ones.",
            ],
            ["无效", "名称与密码,或令牌,在此无效。", "请核对;管理员可以重新设置。"],
        ],
    ),
];

/// Title, detail and advice. A test finds a kind without its own.
pub(super) fn of(kind: ProblemKind, language: Language) -> [&'static str; 3] {
    let found = WORDS.iter().find(|(known, _)| *known == kind);
    let [english, chinese] = found.map_or([["", "", ""]; 2], |(_, words)| *words);
    match language {
        Language::English => english,
        Language::Chinese => chinese,
    }
}

// The numbers are those of the limits: a test compares them.
const QUERY_ENGLISH: &str = "A query may have 8192 octets.";
const QUERY_CHINESE: &str = "查询最多 8192 个八位组。";
const BODY_ENGLISH: &str = "A body may have 8388608 octets.";
const BODY_CHINESE: &str = "正文最多 8388608 个八位组。";
const _: () = assert!(MAX_QUERY_BYTES == 8192 && MAX_BODY_BYTES == 8_388_608, "the words name these limits");

/// What is wrong with a member.
pub(super) fn detail(name: &str, wrong: &Wrong, language: Language) -> String {
    match language {
        Language::English => format!("`{name}` {}.", english_detail(wrong)),
        Language::Chinese => format!("`{name}`{}。", chinese_detail(wrong)),
    }
}

fn english_detail(wrong: &Wrong) -> String {
    match wrong {
        Wrong::Unknown(known) if known.is_empty() => "is not known; there are none here".to_owned(),
        Wrong::Unknown(known) => format!("is not known; there are: {}", known.join(", ")),
        Wrong::Missing => "must be there".to_owned(),
        Wrong::Twice => "stands there twice".to_owned(),
        Wrong::Encoding => "cannot be decoded: write `%` with two hexadecimal digits, in UTF-8".to_owned(),
        Wrong::Form(english, _) => format!("is not {english}"),
        Wrong::Range(min, max) => format!("is not from {min} to {max}"),
        Wrong::Length(min, max) => format!("does not have {min} to {max} characters"),
        Wrong::Count(min, max) => format!("does not have {min} to {max} elements"),
        Wrong::NotOneOf(words) => format!("is none of: {}", words.join(", ")),
        Wrong::FileTooLarge => format!("is a file of more than {MAX_FILE_BYTES} octets"),
        Wrong::Other(words) => format!("is wrong: {words}"),
    }
}

fn chinese_detail(wrong: &Wrong) -> String {
    match wrong {
        Wrong::Unknown(known) if known.is_empty() => "未知;此处没有任何成员".to_owned(),
        Wrong::Unknown(known) => format!("未知;此处有:{}", known.join("、")),
        Wrong::Missing => "必须给出".to_owned(),
        Wrong::Twice => "出现两次".to_owned(),
        Wrong::Encoding => "无法解码:请写 `%` 加两位十六进制数字,用 UTF-8".to_owned(),
        Wrong::Form(_, chinese) => format!("不是{chinese}"),
        Wrong::Range(min, max) => format!("不在 {min} 到 {max} 之间"),
        Wrong::Length(min, max) => format!("不是 {min} 到 {max} 个字符"),
        Wrong::Count(min, max) => format!("不是 {min} 到 {max} 个元素"),
        Wrong::NotOneOf(words) => format!("不是以下之一:{}", words.join("、")),
        Wrong::FileTooLarge => format!("文件超过 {MAX_FILE_BYTES} 个八位组"),
        Wrong::Other(words) => format!("不对:{words}"),
    }
}
