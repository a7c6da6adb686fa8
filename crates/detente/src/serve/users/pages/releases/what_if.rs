//! Who would get which fields of a record, and why not the rest.

use access::Right;
use pages::{Block, Field, Form, Inline, Page, Row, Say, Table, Tone};
use policy::agreement::Agreement;
use policy::decision::{Ask, Decision, Exposure, Permit, Reason, Subject};
use policy::explain::WhatIf;
use policy::vocabulary::Purpose;
use record::digest::{AgreementDigest, RecordDigest};

use super::super::{Asked, Made, NoPage, act};
use super::deciding::Deciding;
use super::words::{agreement_link, marks, parties, purpose, reasons, title_of};
use super::{counters, fields};
use crate::holdings::Held;
use crate::proposals;

pub(in super::super) fn page(asked: &Asked<'_>) -> Made {
    let page = Page::new("what-if-title").and(act::done(asked.ask));
    let Some(text) = asked.query("record") else { return Ok(page.with(which().into())) };
    let Ok(digest) = text.trim().parse::<RecordDigest>() else {
        return Ok(page.with(Block::notice(Tone::Watch, "what-if-no-digest")).with(which().value_of(text).into()));
    };
    let deciding = Deciding::of(asked)?;
    let question = Question::of(asked, deciding, digest)?;
    let answers = question.answers(asked)?;
    let page = page.and(question.head(asked)?);
    Ok(match answers.as_slice() {
        [] => page.with(Block::notice(Tone::Watch, "what-if-nobody")),
        [only] => page.and(question.detail(asked, only)?),
        several => page.with(question.overview(asked, several).into()),
    })
}

/// Asks which record is meant.
fn which() -> Form {
    Form::query("which", "/releases/what-if")
        .titled("releases-propose-title", "releases-propose-button")
        .helped("releases-propose-help")
        .field(Field::line("record", "release-record-digest").required())
}

/// A form with what was typed.
trait ValueOf {
    fn value_of(self, text: &str) -> Self;
}

impl ValueOf for Form {
    fn value_of(mut self, text: &str) -> Self {
        self.fields.iter_mut().for_each(|field| field.values = vec![text.to_owned()]);
        self
    }
}

/// What is asked.
struct Question<'a> {
    deciding: Deciding<'a>,
    held: Held,
    subject: Subject,
    agreement: Option<AgreementDigest>,
    purpose: Option<Purpose>,
    clause: Option<&'a str>,
}

impl<'a> Question<'a> {
    fn of(asked: &Asked<'a>, deciding: Deciding<'a>, digest: RecordDigest) -> Made<Self> {
        let held = deciding.held(Right::Propose, &digest)?;
        let subject = deciding.subject(&held)?;
        let agreement = asked.query("agreement").map(str::parse).transpose().map_err(|_| NoPage::Hidden)?;
        let purpose = asked.query("purpose").map(str::parse).transpose().map_err(|_| NoPage::Hidden)?;
        Ok(Self { deciding, held, subject, agreement, purpose, clause: asked.query("clause") })
    }

    /// One answer for each agreement that was asked about.
    fn answers(&self, asked: &Asked<'_>) -> Made<Vec<WhatIf>> {
        let engine = &self.deciding.engine;
        let known = engine.agreements().map(|one| one.agreement.digest());
        let wanted = known.filter(|one| self.agreement.is_none_or(|wanted| wanted == *one));
        let wanted: Vec<_> = wanted.collect();
        let Some(first) = wanted.first() else { return Ok(Vec::new()) };
        let base = self.base(asked, *first);
        let exposure = self.exposure(asked, &wanted)?;
        let mut answers = engine.what_if(&self.subject, &base, self.purpose, &exposure);
        answers.retain(|answer| wanted.contains(&answer.agreement));
        Ok(answers)
    }

    fn base(&self, asked: &Asked<'_>, agreement: AgreementDigest) -> Ask {
        let by = asked.caller().account().map(ToString::to_string).unwrap_or_default();
        Ask::new(agreement, self.purpose.unwrap_or(Purpose::SafetyResearch), &by, asked.ask.now)
    }

    fn exposure(&self, asked: &Asked<'_>, agreements: &[AgreementDigest]) -> Made<Exposure> {
        let counters = agreements.iter().flat_map(|one| self.deciding.engine.counters(&self.base(asked, *one)));
        Ok(proposals::exposure(asked.store(), &counters.collect::<Vec<_>>())?)
    }

    fn head(&self, asked: &Asked<'_>) -> Made<Vec<Block>> {
        let digest = self.held.record.digest();
        let title = asked.title(&self.deciding.sight, &digest)?;
        let facts = vec![
            (Say::Word("release-record"), vec![Inline::link(format!("/records/{digest}"), title)]),
            ("release-record-digest".into(), vec![Inline::code(digest)]),
        ];
        Ok(vec![Block::line("what-if-about"), Block::Facts(facts)])
    }

    /// Whom each agreement would reach, and how much of the record.
    fn overview(&self, asked: &Asked<'_>, answers: &[WhatIf]) -> Table {
        let rows = answers.iter().map(|answer| {
            let best = answer.best().map(|one| &one.decision).unwrap_or(&answer.decision);
            let (verdict, tone) = verdict(best);
            let goes = best.proposal().map_or(0, |permit| permit.shown.len());
            let title = self.text(answer).map_or_else(|| Say::sign(answer.agreement), |one| title_of(asked, one));
            let cells = vec![
                vec![Inline::link(self.address(&answer.agreement, None), title)],
                parties(asked, &answer.recipients),
                vec![Inline::tag(tone, verdict)],
                vec![Inline::Text(Say::count("what-if-places", goes))],
            ];
            Row::new(cells).toned(tone)
        });
        let head = ["release-agreement", "release-recipients", "what-if-verdict", "what-if-goes"];
        Table::new("what-if-overview", &head, "what-if-nobody").rows(rows)
    }

    fn text(&self, answer: &WhatIf) -> Option<&Agreement> {
        self.deciding.engine.agreement(&answer.agreement)
    }

    /// This question about one agreement, and one of its clauses.
    fn address(&self, agreement: &AgreementDigest, clause: Option<&str>) -> String {
        let clause = clause.map(|clause| format!("&clause={}", pages::encoded(clause))).unwrap_or_default();
        let purpose = self.purpose.map(|purpose| format!("&purpose={purpose}")).unwrap_or_default();
        format!("/releases/what-if?record={}&agreement={agreement}{clause}{purpose}", self.held.record.digest())
    }

    /// All about one agreement: the clause that was chosen, or else the one that shows most.
    fn detail(&self, asked: &Asked<'_>, answer: &WhatIf) -> Made<Vec<Block>> {
        let chosen = self.clause.and_then(|id| answer.clauses.iter().find(|one| one.clause.as_str() == id));
        let clause = chosen.or_else(|| answer.best());
        let decision = clause.map_or(&answer.decision, |one| &one.decision);
        let (verdict, tone) = verdict(decision);
        let mut blocks =
            vec![Block::notice(tone, verdict), Block::Facts(self.facts(asked, answer, decision.proposal()))];
        if !decision.reasons().is_empty() {
            let why = reasons(asked, &self.deciding.engine, self.text(answer), decision.reasons());
            blocks.push(Block::section("why", "what-if-why", vec![why]));
        }
        if let Some(permit) = decision.proposal() {
            let about = (self.held.record.content(), &self.subject, permit);
            let table = fields::blocks(asked, &self.deciding.engine, self.text(answer), about);
            blocks.push(Block::section("fields", "release-fields", table));
            let exposure = self.exposure(asked, &[answer.agreement])?;
            blocks.extend(counters::block(asked, permit, &exposure, asked.ask.now));
            blocks.extend(may_be_proposed(decision).then(|| self.propose(asked, permit).into()));
        }
        blocks.push(self.clauses(asked, answer));
        Ok(blocks)
    }

    fn facts(&self, asked: &Asked<'_>, answer: &WhatIf, permit: Option<&Permit>) -> Vec<(Say, Vec<Inline>)> {
        let mut facts = vec![
            (Say::Word("release-agreement"), vec![agreement_link(asked, answer.agreement, self.text(answer))]),
            ("release-recipients".into(), parties(asked, &answer.recipients)),
        ];
        facts.extend(permit.into_iter().flat_map(|permit| terms(asked, self.text(answer), permit)));
        facts
    }

    /// Every clause that could carry it, and what is in the way under each.
    fn clauses(&self, asked: &Asked<'_>, answer: &WhatIf) -> Block {
        let rows = answer.clauses.iter().map(|one| {
            let goes = one.decision.proposal().map_or(0, |permit| permit.shown.len());
            let whys = one.decision.reasons().iter().map(|reason| {
                Inline::Text(super::words::Why::of(asked, &self.deciding.engine, self.text(answer), reason).why)
            });
            Row::new(vec![
                vec![Inline::link(self.address(&answer.agreement, Some(one.clause.as_str())), Say::sign(&one.clause))],
                vec![purpose(one.purpose).into()],
                vec![Inline::Text(Say::count("what-if-places", goes))],
                whys.collect(),
            ])
        });
        let head = ["release-clause", "release-purpose", "what-if-goes", "release-why"];
        let table = Table::new("what-if-clauses", &head, "what-if-no-clause").rows(rows);
        Block::section("clauses", "what-if-clauses", vec![table.into()])
    }

    fn propose(&self, asked: &Asked<'_>, permit: &Permit) -> Form {
        let purposes = permit.obligations.purposes.iter();
        let purposes = purposes.map(|one| (one.name().to_owned(), purpose(*one))).collect();
        let page = self.address(&permit.agreement, Some(permit.clause.as_str()));
        Form::command("propose", "release propose", page)
            .titled("what-if-propose-title", "what-if-propose-button")
            .helped(if permit.approvals_needed > 0 { "what-if-propose-approval" } else { "what-if-propose-alone" })
            .given("record", self.held.record.digest())
            .given("agreement", permit.agreement)
            .given("clause", permit.clause.as_str())
            .given("language", asked.ask.language.tag())
            .field(Field::choice("purpose", "release-purpose", purposes).value(permit.purpose.name()).required())
            .field(
                Field::many("hide", "what-if-hide", fields::hideable(&self.subject, permit))
                    .helped("what-if-hide-help"),
            )
            .then("/releases/{proposal}")
    }
}

/// What a permit is under, and what its recipients owe.
pub(super) fn terms(asked: &Asked<'_>, agreement: Option<&Agreement>, permit: &Permit) -> Vec<(Say, Vec<Inline>)> {
    let owed = &permit.obligations;
    let words = agreement.and_then(|one| one.clause(&permit.clause));
    let mut clause = vec![Inline::sign(&permit.clause)];
    clause.extend(words.map(|clause| Inline::content(asked.language().choose(clause.text()))));
    let mut facts = vec![
        (Say::Word("release-clause"), clause),
        ("release-purpose".into(), vec![purpose(permit.purpose).into()]),
        ("release-marks".into(), marks(&permit.marks)),
        ("release-onward".into(), vec![Say::known("release-onward", owed.onward.name()).into()]),
    ];
    let days = owed.retention_days.map(|days| Say::With("release-days", vec![("count", i64::from(days).into())]));
    facts.extend(days.map(|days| (Say::Word("release-kept"), vec![days.into()])));
    let needed = i64::from(permit.approvals_needed);
    facts.push(("release-approvals".into(), vec![Say::With("release-persons", vec![("count", needed.into())]).into()]));
    facts
}

/// What a decision comes to.
fn verdict(decision: &Decision) -> (Say, Tone) {
    match (decision.permit(), decision.proposal()) {
        (Some(_), _) => ("what-if-may-go".into(), Tone::Good),
        (None, Some(_)) => ("what-if-may-go-once".into(), Tone::Watch),
        (None, None) => ("what-if-stays".into(), Tone::Grave),
    }
}

/// Whether nothing but a person's approval stands in the way.
fn may_be_proposed(decision: &Decision) -> bool {
    decision.reasons().iter().all(|reason| matches!(reason, Reason::Approvals { .. }))
}
