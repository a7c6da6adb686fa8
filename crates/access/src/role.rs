//! Roles, rights, and the one table that says which role has which.

use std::collections::BTreeSet;
use std::fmt;

use record::label::Tlp;
use record::words;

words! {
    /// What an account is there for.
    Role, "role" {
        /// Runs the node and opens accounts; sees no more of records than is open to all.
        Administrator = "administrator",
        /// Takes in reports, keeps cases, labels, proposes.
        Analyst = "analyst",
        /// Watches alarms and answers notices.
        DutyOfficer = "duty-officer",
        /// A program with a token, never with a password.
        Machine = "machine",
        /// Reads, changes nothing.
        Reader = "reader",
        /// Approves what others proposed, and publishes it.
        Releaser = "releaser",
    }
}

words! {
    /// Something that an account may do.
    Right, "right" {
        /// Accounts, roles and everybody's tokens.
        Accounts = "accounts",
        /// See alarms and settle them.
        Alarms = "alarms",
        /// Acknowledge notices, ask for and give clarifications.
        Answer = "answer",
        /// Approve a release that another account proposed.
        Approve = "approve",
        /// Answer facts of duties to report, and keep their clocks.
        Duties = "duties",
        /// Put labels on records.
        Label = "label",
        /// Peers, floors, keys and jobs of the node.
        Operate = "operate",
        /// One's own password, sessions and tokens.
        OwnAccount = "own-account",
        /// Hand in objects by TAXII.
        Post = "post",
        /// Propose a release.
        Propose = "propose",
        /// Publish what was approved, and recall.
        Publish = "publish",
        /// Read records up to a marking.
        Read = "read",
        /// Read the log of requests.
        ReadAccessLog = "read-access-log",
        /// Read feeds and collections.
        ReadFeeds = "read-feeds",
        /// Open confidential reports.
        Reports = "reports",
        /// Take the party's own signals of misuse back, or replace them.
        Retract = "retract",
        /// Have content looked through for known misuse.
        Scan = "scan",
        /// Write incidents and what belongs to them.
        Write = "write",
    }
}

impl Role {
    /// What it is called on pages: English and Simplified Chinese.
    #[must_use]
    pub const fn words(self) -> [&'static str; 2] {
        match self {
            Self::Administrator => ["administrator", "管理员"],
            Self::Analyst => ["analyst", "分析员"],
            Self::DutyOfficer => ["duty officer", "值班员"],
            Self::Machine => ["machine", "机器账户"],
            Self::Reader => ["reader", "查阅员"],
            Self::Releaser => ["releaser", "发布员"],
        }
    }

    /// Every right of this role.
    #[must_use]
    pub const fn rights(self) -> &'static [Right] {
        use Right::{
            Accounts, Alarms, Answer, Approve, Duties, Label, Operate, OwnAccount, Post, Propose, Publish, Read,
            ReadAccessLog, ReadFeeds, Reports, Retract, Scan, Write,
        };
        match self {
            Self::Administrator => &[Accounts, Alarms, Operate, OwnAccount, Read, ReadAccessLog],
            Self::Analyst => {
                &[Duties, Label, OwnAccount, Post, Propose, Read, ReadFeeds, Reports, Retract, Scan, Write]
            }
            Self::DutyOfficer => &[Alarms, Answer, Duties, OwnAccount, Propose, Read, ReadFeeds, Retract, Scan],
            Self::Machine => &[Post, Read, ReadFeeds, Scan],
            Self::Reader => &[OwnAccount, Read, ReadFeeds],
            Self::Releaser => &[Approve, OwnAccount, Propose, Publish, Read, ReadFeeds, Retract],
        }
    }

    /// The most closed marking that it reads without being named. Nobody reads TLP red by a role: that is for the persons who
    /// were named.
    #[must_use]
    pub const fn reads_up_to(self) -> Tlp {
        match self {
            Self::Administrator | Self::Machine => Tlp::Green,
            Self::Reader => Tlp::Amber,
            Self::Analyst | Self::DutyOfficer | Self::Releaser => Tlp::AmberStrict,
        }
    }

    /// Whether it sees what nobody has labelled yet: somebody has to, to label it and to say that it cannot go.
    #[must_use]
    pub const fn reads_unlabelled(self) -> bool {
        match self {
            Self::Analyst | Self::Releaser => true,
            Self::Administrator | Self::DutyOfficer | Self::Machine | Self::Reader => false,
        }
    }

    /// The words that the rules of the house (`policy::shown`) have for it. They decide field by field what a page shows;
    /// this table decides before them whether there is a page.
    #[must_use]
    pub const fn in_house(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Analyst => "analyst",
            Self::DutyOfficer => "duty-officer",
            Self::Machine => "researcher",
            Self::Reader => "auditor",
            Self::Releaser => "compliance",
        }
    }
}

impl Right {
    /// What it is called on pages: English and Simplified Chinese.
    #[must_use]
    pub const fn words(self) -> [&'static str; 2] {
        match self {
            Self::Accounts => ["manage accounts", "管理账户"],
            Self::Alarms => ["handle alarms", "处理警报"],
            Self::Answer => ["answer notices", "答复通报"],
            Self::Approve => ["approve a release", "批准发布"],
            Self::Duties => ["answer facts of duties and keep their clocks", "答复义务事实并管理期限"],
            Self::Label => ["label records", "标注记录"],
            Self::Operate => ["run the node", "运行节点"],
            Self::OwnAccount => ["own password and tokens", "本人密码与令牌"],
            Self::Post => ["hand in objects", "提交对象"],
            Self::Propose => ["propose a release", "提议发布"],
            Self::Publish => ["publish and recall", "发布与撤回"],
            Self::Read => ["read records", "查阅记录"],
            Self::ReadAccessLog => ["read the access log", "查阅访问日志"],
            Self::ReadFeeds => ["read feeds", "读取信息流"],
            Self::Reports => ["open confidential reports", "打开保密报告"],
            Self::Retract => ["take the party's own signals back", "撤回本方信号"],
            Self::Scan => ["scan content for known misuse", "扫描内容以识别已知滥用"],
            Self::Write => ["write incidents", "撰写事件"],
        }
    }

    /// Whether a token can carry it. A second person is a person, and a stolen token must not be able to make itself another.
    #[must_use]
    pub const fn is_for_tokens(self) -> bool {
        !matches!(self, Self::Accounts | Self::Approve | Self::OwnAccount)
    }
}

/// The roles of one account: at least one, and `machine` alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles(BTreeSet<Role>);

/// These are no roles of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoRoles {
    /// None was named.
    #[error("an account has at least one role: {}", names(Role::ALL.iter().copied()))]
    Empty,
    /// `machine` beside another.
    #[error("`machine` stands alone: give a person's other role to an account of its own")]
    MachineBesideOthers,
}

impl Roles {
    /// These roles.
    ///
    /// # Errors
    /// [`NoRoles`].
    pub fn new(roles: impl IntoIterator<Item = Role>) -> Result<Self, NoRoles> {
        let roles: BTreeSet<Role> = roles.into_iter().collect();
        match (roles.len(), roles.contains(&Role::Machine)) {
            (0, _) => Err(NoRoles::Empty),
            (2.., true) => Err(NoRoles::MachineBesideOthers),
            (_, _) => Ok(Self(roles)),
        }
    }

    /// Whether this is a program.
    #[must_use]
    pub fn is_machine(&self) -> bool {
        self.0.contains(&Role::Machine)
    }

    /// Whether one of them is this.
    #[must_use]
    pub fn contains(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// Whether one of them has this right.
    #[must_use]
    pub fn may(&self, right: Right) -> bool {
        self.0.iter().any(|role| role.rights().contains(&right))
    }

    /// Every right that one of them has.
    #[must_use]
    pub fn rights(&self) -> BTreeSet<Right> {
        self.0.iter().flat_map(|role| role.rights().iter().copied()).collect()
    }

    /// Whether one of them reads a record with this marking; none means that nobody has labelled it.
    #[must_use]
    pub fn reads(&self, tlp: Option<Tlp>) -> bool {
        self.0.iter().any(|role| tlp.map_or_else(|| role.reads_unlabelled(), |tlp| tlp <= role.reads_up_to()))
    }

    /// In the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = Role> {
        self.0.iter().copied()
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&names(self.iter()))
    }
}

fn names(roles: impl IntoIterator<Item = Role>) -> String {
    roles.into_iter().map(Role::name).collect::<Vec<_>>().join(", ")
}
