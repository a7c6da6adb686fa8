//! What the command line does not say of a command: who may ask for it, and which of its arguments are files.
//!
//! A test compares the table with the command line, both ways.

use access::Right;
use access::Right::{
    Accounts, Alarms, Answer, Approve, Duties, Label, Operate, Propose, Publish, Read, ReadAccessLog, ReadFeeds,
    Reports, Retract, Write,
};
use api::Effect;

/// Which records an answer may tell of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sees {
    /// None but those that the request brings.
    Nothing,
    /// Those that these arguments name, by digest or id. Whoever may not see one of them is answered as if it were not there.
    Named(&'static [&'static str]),
    /// The record of the proposal that this argument names.
    Proposal(&'static str),
    /// The record at the entry of the log that this argument names.
    Entry(&'static str),
    /// The record that the label is about which this argument names.
    Label(&'static str),
    /// Any, for what is only read. What the caller may not see is taken out of the answer.
    Any,
    /// Any, and these members of the answer count them: they are taken out of it unless the caller may see all that is here.
    Counts(&'static [&'static str]),
    /// Any, and all of the answer counts them. It is given only to whoever may see them all: a count would tell of the others.
    All,
}

/// A command that can be asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// The command's words: `incident new`.
    pub(crate) command: &'static str,
    pub(crate) right: Right,
    pub(crate) effect: Effect,
    pub(crate) sees: Sees,
    /// The argument that names who does it: the account's name, never the request's word.
    pub(crate) by: Option<&'static str>,
    /// Arguments that are files to be read: the request gives their content.
    pub(crate) reads: &'static [&'static str],
    /// Arguments that are a digest, or a file to be read.
    pub(crate) reads_or_digest: &'static [&'static str],
    /// Arguments that are files with a secret in their first line: the request gives the secret.
    pub(crate) secrets: &'static [&'static str],
    /// Arguments that are files to be written: they come back in the answer.
    pub(crate) writes: &'static [&'static str],
    /// Arguments and words that are never taken, since they would reach files or addresses of the machine.
    pub(crate) leaves_out: &'static [&'static str],
    /// The member that names the one thing which is changed, so that it can be asked for on the condition that it has not changed
    /// since; or which is read, so that the answer says how it stands.
    pub(crate) one: Option<&'static str>,
    /// A right that this member of the request takes besides.
    pub(crate) takes: Option<(&'static str, Right)>,
    /// Members of the answer that take another right; without it they are left out.
    pub(crate) parts: &'static [(&'static str, Right)],
    /// The member of the answer whose ids are judged one by one after the command has run: what it leads to beside what was named.
    pub(crate) judged: Option<&'static str>,
    /// Whether the answer holds a secret, so that it is not kept to be repeated.
    pub(crate) is_secret: bool,
}

const fn reads(command: &'static str, right: Right) -> Row {
    row(command, right, Effect::Reads)
}

const fn changes(command: &'static str, right: Right) -> Row {
    row(command, right, Effect::Changes)
}

const fn row(command: &'static str, right: Right, effect: Effect) -> Row {
    Row {
        command,
        right,
        effect,
        sees: Sees::Nothing,
        by: None,
        reads: &[],
        reads_or_digest: &[],
        secrets: &[],
        writes: &[],
        leaves_out: &[],
        one: None,
        takes: None,
        parts: &[],
        judged: None,
        is_secret: false,
    }
}

impl Row {
    const fn any(self) -> Self {
        Self { sees: Sees::Any, ..self }
    }

    const fn named(self, arguments: &'static [&'static str]) -> Self {
        Self { sees: Sees::Named(arguments), ..self }
    }

    const fn all(self) -> Self {
        Self { sees: Sees::All, ..self }
    }

    const fn counts(self, members: &'static [&'static str]) -> Self {
        self.about(Sees::Counts(members))
    }

    const fn about(self, sees: Sees) -> Self {
        Self { sees, ..self }
    }

    const fn proposal(self) -> Self {
        self.about(Sees::Proposal("proposal"))
    }

    const fn by(self, argument: &'static str) -> Self {
        Self { by: Some(argument), ..self }
    }

    const fn files(self, reads: &'static [&'static str]) -> Self {
        Self { reads, ..self }
    }

    const fn files_or_digests(self, reads_or_digest: &'static [&'static str]) -> Self {
        Self { reads_or_digest, ..self }
    }

    const fn secrets(self, secrets: &'static [&'static str]) -> Self {
        Self { secrets, ..self }
    }

    const fn writes(self, writes: &'static [&'static str]) -> Self {
        Self { writes, ..self }
    }

    const fn out(self) -> Self {
        self.writes(&["out"])
    }

    const fn without(self, leaves_out: &'static [&'static str]) -> Self {
        Self { leaves_out, ..self }
    }

    const fn one(self, member: &'static str) -> Self {
        Self { one: Some(member), ..self }
    }

    const fn takes(self, member: &'static str, right: Right) -> Self {
        Self { takes: Some((member, right)), ..self }
    }

    const fn parts(self, parts: &'static [(&'static str, Right)]) -> Self {
        Self { parts, ..self }
    }

    const fn judged(self, member: &'static str) -> Self {
        Self { judged: Some(member), ..self }
    }

    const fn secret(self) -> Self {
        Self { is_secret: true, ..self }
    }
}

/// Every command that can be asked for.
pub(crate) const ROWS: &[Row] = &[
    changes("record sign", Write).files(&["object", "after", "members"]).out(),
    reads("record present", Read).files(&["record", "profiles"]).out(),
    reads("record show", Read).files(&["record", "profiles"]),
    reads("record verify", Read).files(&["record", "profiles"]),
    reads("key list", Operate).files(&["profiles"]),
    changes("account add", Accounts).secrets(&["password_file"]).by("by"),
    reads("account list", Accounts),
    changes("account set-role", Accounts).by("by"),
    changes("account set-password", Accounts).secrets(&["password_file"]).by("by"),
    changes("account disable", Accounts).by("by"),
    changes("account enable", Accounts).by("by"),
    changes("account remove", Accounts).by("by"),
    changes("account sign-out", Accounts).by("by"),
    reads("account requests", ReadAccessLog),
    changes("token make", Accounts).by("by").secret(),
    reads("token list", Accounts),
    changes("token revoke", Accounts).by("by"),
    changes("log append", Write).files(&["records", "profiles"]).takes("keys", Operate),
    reads("log list", Read).any(),
    reads("log prove", Read).files(&["record"]).out().any(),
    reads("log checkpoint", Read),
    changes("log guard", Operate).without(&["add", "remove"]),
    changes("log resume", Operate).by("checked_by"),
    changes("log erase", Write).about(Sees::Entry("index")),
    changes("partner add", Operate).files(&["profile"]),
    reads("partner list", Operate),
    reads("agreement draft", Propose).files(&["parties", "depositary"]).out(),
    reads("agreement show", Read).files_or_digests(&["agreement"]).out(),
    reads("agreement diff", Read).files_or_digests(&["old", "new"]).any(),
    reads("agreement examples", Read).files_or_digests(&["agreement"]),
    changes("agreement propose", Publish).files(&["agreement"]).out(),
    changes("agreement take", Publish).files(&["files", "profiles"]).takes("keys", Operate),
    changes("agreement sign", Publish).out(),
    reads("agreement messages", Propose).out(),
    reads("agreement list", Read),
    changes("agreement suspend", Publish).out(),
    changes("agreement resume", Publish).out(),
    changes("agreement withdraw", Publish).out(),
    changes("agreement terminate", Publish).out(),
    reads("release what-if", Propose).named(&["record"]),
    changes("release propose", Propose).named(&["record"]).by("by").one("record"),
    changes("release approve", Approve).proposal().by("by"),
    changes("release publish", Publish).proposal().files(&["author_proof", "quorum"]),
    changes("release alert", Propose).named(&["record"]).by("by").takes("yes", Publish),
    reads("release list", Propose).any(),
    reads("release explain", Propose).all(),
    changes("release recall", Publish).proposal().by("by"),
    changes("label put", Label).named(&["record"]).one("record"),
    reads("label list", Read).named(&["record"]).one("record"),
    changes("label lower", Label).about(Sees::Label("label")).by("by"),
    changes("incident new", Write).files(&["file"]),
    changes("incident edit", Write).named(&["incident"]).files(&["file"]).one("incident"),
    changes("incident stage", Write).named(&["incident"]).one("incident"),
    reads("incident show", Read).counts(&["side_by_side", "differences"]).one("incident"),
    reads("incident list", Read).counts(&["count"]),
    changes("incident link", Write).named(&["from", "to"]).judged("leads"),
    changes("incident unlink", Write).named(&["statement", "to"]).judged("leads"),
    changes("incident merge", Write).named(&["from", "to"]).judged("leads"),
    changes("incident split", Write).named(&["from", "into"]).judged("leads"),
    changes("incident label", Write).named(&["incident"]).files(&["taxonomy"]).by("by").one("incident"),
    changes("incident translate", Write).named(&["incident"]).one("incident"),
    reads("incident timeline", Read).any(),
    reads("incident candidates", Read).any(),
    reads("incident trend", Read).all(),
    reads("incident handover", Read).any().parts(&[("questions", Answer), ("alarms", Alarms)]),
    changes("countermeasure new", Write),
    reads("countermeasure list", Read).any(),
    reads("countermeasure show", Read).any(),
    changes("countermeasure link", Write).named(&["id", "against"]),
    changes("signal new", Write).files(&["text", "image", "file", "value"]).secrets(&["key"]),
    changes("signal import", Write).files(&["file"]),
    reads("signal list", Read).counts(&["count", "unreadable", "doubted", "not_run", "left_out"]),
    reads("signal show", Read).counts(&["seen", "seen_by"]),
    changes("signal retract", Retract),
    changes("signal allow", Operate),
    changes("signal harmless add", Operate).files(&["file"]).by("by"),
    reads("signal harmless list", Operate),
    changes("signal harmless remove", Operate),
    changes("sighting new", Write),
    changes("report open", Operate),
    changes("report take", Reports).files(&["files"]),
    changes("report inbox", Reports),
    reads("report read", Reports),
    changes("report answer", Reports),
    changes("report accept", Reports).out(),
    changes("report close", Reports),
    changes("report delete", Reports),
    changes("peer invite", Operate),
    changes("peer accept", Operate),
    changes("peer add", Operate).files_or_digests(&["partner"]).without(&["address"]),
    reads("peer list", Operate),
    reads("peer deposits", Operate),
    reads("peer check", Operate),
    changes("peer remove", Operate),
    reads("feed list", ReadFeeds),
    changes("feed pull", Operate),
    reads("feed show", ReadFeeds).out().any(),
    changes("feed answer", Answer).by("by"),
    reads("feed verify", ReadFeeds).out().any(),
    reads("feed acks", ReadFeeds).out(),
    reads("feed collection", ReadFeeds).out().any(),
    changes("bundle export", Operate).out(),
    changes("bundle import", Operate).files(&["what"]),
    changes("clarify ask", Answer).named(&["record"]).by("by"),
    changes("clarify answer", Answer).named(&["question"]).by("by"),
    reads("clarify list", Answer).any(),
    reads("alarm list", Alarms),
    reads("alarm show", Alarms),
    reads("alarm export", Alarms).out(),
    changes("alarm close", Alarms).by("by"),
    reads("search", Read).counts(&["total"]),
    changes("watch add", Write).counts(&["here_already"]),
    reads("watch list", Read).counts(&["alerts"]),
    reads("watch show", Read).counts(&["alerts", "not_noted"]),
    changes("watch remove", Write),
    changes("watch run", Write).counts(&["new_alerts"]),
    reads("watch hits", Read).any(),
    changes("watch ack", Write).by("by"),
    reads("duties check", Read).named(&["incident"]).without(&["facts", "packs"]),
    reads("duties preview", Read).without(&["facts", "packs"]),
    reads("duties facts", Read),
    reads("duties list", Read).without(&["packs"]),
    reads("duties show", Read).without(&["packs"]),
    reads("duties form list", Read),
    reads("duties form fill", Read).named(&["incident"]).files(&["written"]).out().without(&["facts"]),
    changes("duties form file", Duties)
        .named(&["incident"])
        .files(&["written"])
        .out()
        .without(&["facts"])
        .by("by")
        .one("incident"),
    reads("duties form show", Read).named(&["filing"]).out(),
    reads("duties form filings", Read).named(&["incident"]),
    changes("duties form erase", Write).named(&["filing"]).one("filing"),
    changes("duties answer", Duties).named(&["incident"]).files(&["file"]).by("by").one("incident"),
    changes("duties profile", Duties).files(&["file"]).by("by").counts(&["clocks"]),
    changes("duties clock set", Duties).named(&["incident"]).one("incident"),
    reads("duties clock list", Read).counts(&["count"]),
    reads("duties clock show", Read).named(&["incident"]),
    changes("duties clock acknowledge", Duties).named(&["incident"]).by("by").one("incident"),
    changes("duties clock withdraw", Duties).named(&["incident", "because"]).by("by").one("incident"),
    changes("duties clock filed", Duties).named(&["incident"]).by("by").one("incident"),
    reads("duties clock calendar", Read).out().counts(&["entries"]),
    reads("stix check", Read).files(&["file"]).writes(&["quarantine"]),
    reads("taxii list", Operate),
    reads("taxii show", Write),
    changes("taxii take", Write),
    changes("taxii remove", Operate),
    reads("floor list", Read),
    changes("floor off", Operate).by("by"),
    changes("floor on", Operate).by("by"),
    changes("import", Label).files(&["file", "mapping", "taxonomies"]).writes(&["rejected"]),
    reads("export", Read).out().counts(&["incidents", "losses"]).without(&["misp-feed"]),
    changes("rebuild", Operate),
];

/// Commands that are given at the machine alone, and why.
const AT_THE_MACHINE: &[(&str, &str)] = &[
    ("init", "it makes a node; there is none yet to be asked"),
    (
        "key rotate",
        "a running node goes on with the keys that it was started with: change them at the machine, and start it anew",
    ),
    ("key revoke", "as `key rotate`, and against a thief who may hold an account"),
    ("key recover", "it takes the recovery key, which is kept away from this machine"),
    ("log cosign", "it reads and writes folders of the machine; running nodes witness over their own line"),
    ("log migrate", "a node that runs has been brought to this layout already"),
    ("report submit", "it is for people without an account: a node takes sealed reports at `/report/submit`"),
    ("report follow-up", "as `report submit`"),
    ("report status", "it takes a reporter's code; whoever trusts the node with it types it at `/report/return`"),
    ("scan", "it reads files of the machine, and makes the bank of signals anew each time"),
    ("serve", "it is what answers"),
    ("peer pair", "it calls any address that it is given, from within the node's network"),
    ("taxii add", "it names any address, which is then called from within the node's network"),
    ("taxii collections", "it waits for another server, for minutes if that server likes"),
    ("taxii pull", "as `taxii collections`; a running node pulls by itself what has `--every-minutes`"),
    ("duties lint", "it runs rules of whoever wrote them, as long as they take"),
    ("duties test", "as `duties lint`"),
    ("duties adopt", "as `duties lint`; and which rules count is decided at the machine"),
    ("duties drop", "as `duties adopt`"),
    ("duties clock prove", "it makes a folder of files, to be handed to somebody outside"),
    ("verify", "it reads any path and fetches any address that it is given; `record verify` takes what is sent"),
    ("api document", "it is served as `/api/v1/openapi.json`"),
    ("demo", "it makes files, and is for whoever watches"),
];

/// The commands that are no operations, with the reason.
pub(crate) fn left_at_the_machine() -> impl Iterator<Item = (&'static str, &'static str)> {
    AT_THE_MACHINE.iter().copied()
}

/// The row of a command.
pub(crate) fn find(command: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.command == command)
}

impl Row {
    /// Its operation's name: `commands_incident_new`.
    pub(crate) fn operation(&self) -> String {
        format!("commands_{}", self.command.replace([' ', '-'], "_"))
    }

    /// Its path: `/api/v1/commands/incident/new`.
    pub(crate) fn path(&self) -> String {
        format!("/api/v1/commands/{}", self.command.replace(' ', "/"))
    }
}
