//! One agreement: what it is, who stands where, what can be done, its text, its examples, and what changed.

use pages::{Block, Inline, Page, Row, Say, Table, Tone};
use policy::agreement::{Agreement, Severity};
use policy::explain::Language;
use protocol::negotiation::{Period, Stand, State};
use record::digest::AgreementDigest;

use super::super::releases::{agreement_link, title_of};
use super::super::{Asked, Made, NoPage, act};
use super::{examples, forms, redline, said, state, text};
use crate::negotiations::Negotiations;

/// What is read for the page.
pub(super) struct View {
    pub(super) agreement: Agreement,
    pub(super) state: State,
    pub(super) period: Period,
    pub(super) stands: Vec<Stand>,
    /// The text that this one answers or amends.
    pub(super) former: Option<Agreement>,
    /// The text that the reader wants it compared with.
    pub(super) old: Option<Agreement>,
    /// What its renditions and policies do not say alike, in both languages, and whether that stops a signature.
    findings: Vec<([String; 2], Severity)>,
    said: Vec<said::Line>,
}

impl View {
    fn of(asked: &Asked<'_>) -> Made<Self> {
        let digest: AgreementDigest = asked.part(0)?.parse().map_err(|_| NoPage::Hidden)?;
        let mut negotiations = asked.open.negotiations();
        negotiations.set_now(asked.ask.now);
        let agreement = negotiations.agreement(digest).cloned().ok_or(NoPage::Hidden)?;
        let state = negotiations.state(digest).ok_or(NoPage::Hidden)?;
        let thread = negotiations.thread_with(digest).ok_or(NoPage::Hidden)?;
        let (stands, said) = (thread.stands(digest), said::lines(thread, digest));
        let both = |finding: &policy::agreement::Finding| Language::ALL.map(|language| finding.message(language));
        let findings = negotiations.findings(&agreement);
        let findings = findings.iter().map(|one| (both(one), one.severity())).collect();
        let (former, old) = (negotiations.former(&agreement), old(asked, &negotiations)?);
        let period = Period::of(&agreement, asked.ask.now);
        drop(negotiations);
        Ok(Self { agreement, state, period, stands, former, old, findings, said })
    }

    /// Where this node's party stands to it.
    pub(super) fn own<'v>(&'v self, asked: &Asked<'_>) -> Option<&'v Stand> {
        self.stands.iter().find(|one| one.party == asked.open.party())
    }

    /// As it stands now: how far it has come, and how much was said about it.
    pub(super) fn standing(&self) -> [String; 2] {
        [format!("{:?}", self.state), self.said.len().to_string()]
    }

    /// Whether its languages or policies forbid a signature.
    pub(super) fn is_blocked(&self) -> bool {
        self.findings.iter().any(|(_, severity)| *severity == Severity::Blocks)
    }
}

/// The text that is named in the query.
fn old(asked: &Asked<'_>, negotiations: &Negotiations) -> Made<Option<Agreement>> {
    let Some(text) = asked.query("old") else { return Ok(None) };
    let digest = text.parse().map_err(|_| NoPage::Hidden)?;
    negotiations.agreement(digest).cloned().map(Some).ok_or(NoPage::Hidden)
}

pub(in super::super) fn page(asked: &Asked<'_>) -> Made {
    let view = View::of(asked)?;
    let (words, tone) = state(view.state, view.period);
    let tried = examples::of(asked, &view.agreement)?;
    let page = Page::new(title_of(asked, &view.agreement))
        .and(act::done(asked.ask))
        .with(Block::notice(tone, words))
        .with(Block::Facts(facts(asked, &view)))
        .with(stands(asked, &view))
        .and(findings(&view))
        .and(forms::blocks(asked, &view, &tried));
    let redline = view.old.as_ref().map(|old| redline::block(asked, old, &view.agreement));
    Ok(page
        .and(redline)
        .with(text::block(asked, &view.agreement))
        .with(examples::block(asked, &view.agreement, &tried))
        .with(said::block(asked, &view.said)))
}

fn facts(asked: &Asked<'_>, view: &View) -> Vec<(Say, Vec<Inline>)> {
    let agreement = &view.agreement;
    let number = |key: &'static str, count: u32| Inline::Text(Say::With(key, vec![("count", i64::from(count).into())]));
    let mut facts = vec![
        (
            Say::Word("agreement-period"),
            vec![Inline::Time(agreement.from()), Inline::sign("–"), Inline::Time(agreement.until())],
        ),
        ("agreement-zone".into(), vec![Inline::sign(agreement.zone())]),
        ("agreement-prevails".into(), vec![text::prevails(agreement.prevails())]),
        ("agreement-keep".into(), vec![number("agreement-days", agreement.keep_days())]),
        ("agreement-heads".into(), vec![number("agreement-minutes", agreement.head_every_minutes())]),
        ("agreement-depositary".into(), vec![depositary(asked, agreement)]),
        ("agreement-digest".into(), vec![Inline::code(agreement.digest())]),
    ];
    let amended = agreement.replaces();
    facts.extend(amended.map(|old| (Say::Word("agreement-replaces"), earlier(asked, view, old))));
    // A text that answers another in the same negotiation is compared with that one.
    let answered = view.former.as_ref().map(Agreement::digest).filter(|old| Some(*old) != amended);
    facts.extend(answered.map(|old| (Say::Word("agreement-answers"), earlier(asked, view, old))));
    facts
}

fn depositary(asked: &Asked<'_>, agreement: &Agreement) -> Inline {
    Inline::Text(agreement.depositary().map_or(Say::Word("agreement-depositary-none"), |party| asked.name(party)))
}

/// An earlier text, and what changed since.
fn earlier(asked: &Asked<'_>, view: &View, old: AgreementDigest) -> Vec<Inline> {
    let known = view.former.as_ref().filter(|former| former.digest() == old);
    let compared = format!("/agreements/{}?old={old}#redline", view.agreement.digest());
    vec![agreement_link(asked, old, known), Inline::link(compared, "agreement-compare")]
}

/// Who accepted, tried, signed, or holds back.
fn stands(asked: &Asked<'_>, view: &View) -> Block {
    let yes = |is_so: bool| vec![Inline::Text(Say::Word(if is_so { "yes" } else { "no" }))];
    let rows = view.stands.iter().map(|one| {
        let role = view.agreement.role_of(one.party).map(|role| Inline::sign(role.as_str()));
        let mut name = vec![Inline::Text(asked.name(one.party))];
        name.extend(role);
        let signed = one.signed.map_or_else(|| yes(false), |time| vec![Inline::Time(time)]);
        let mut now = Vec::new();
        now.extend(one.has_proposed.then(|| Inline::tag(Tone::Calm, "agreement-put-forward")));
        now.extend(one.holds_back.then(|| Inline::tag(Tone::Watch, "agreement-holds-back")));
        now.extend(one.has_ended.then(|| Inline::tag(Tone::Grave, "agreement-has-ended")));
        Row::new(vec![name, yes(one.has_accepted), yes(one.has_verified), signed, now])
    });
    let head = ["agreement-party", "agreement-accepted", "agreement-tried", "agreement-signed", "agreement-besides"];
    let table = Table::new("agreement-stands", &head, "agreement-stands-none").rows(rows);
    Block::section("parties", "agreement-stands", vec![table.into()])
}

fn findings(view: &View) -> Option<Block> {
    let lines = view.findings.iter().map(|([english, chinese], severity)| {
        let (word, tone) = match severity {
            Severity::Blocks => ("agreement-finding-blocks", Tone::Grave),
            Severity::Warns => ("agreement-finding-warns", Tone::Watch),
        };
        vec![Inline::tag(tone, word), Inline::Text(Say::both([english, chinese]))]
    });
    let lines: Vec<_> = lines.collect();
    (!lines.is_empty()).then(|| Block::section("findings", "agreement-findings", vec![Block::List(lines)]))
}
