//! How a story about one decision is set up, played, checked and told in two languages.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use policy::decision::{Active, Approval, Ask, Decision, Engine, Exposure, FieldRole, Reason, Subject};
use policy::explain::{Language, explain};
use policy::floors::{FloorSwitch, Floors};
use record::digest::{AgreementDigest, PartyId};
use record::limits::MAX_SAFE_INTEGER;
use record::path::Path;

use crate::decision_scene::{HARBOUR, Terms, ask, name_of};

/// What should come out.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Expected {
    Goes { clause: &'static str, shown: &'static str },
    Refused { codes: &'static str },
}

/// One story.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) name: &'static str,
    own: PartyId,
    under: Terms,
    beside: Vec<Terms>,
    is_signed: bool,
    is_suspended: bool,
    is_suspended_beside: bool,
    unread: Vec<(AgreementDigest, BTreeSet<PartyId>)>,
    since: Option<record::time::Timestamp>,
    subject: Option<Subject>,
    switches: Vec<FloorSwitch>,
    pub(crate) ask: Ask,
    exposure: Exposure,
    expected: Expected,
    stays: &'static str,
}

/// A story of a release by the Harbour Office that should go unless it is told otherwise.
pub(crate) fn told(name: &'static str, under: &Terms) -> Told {
    Told {
        name,
        own: HARBOUR,
        beside: Vec::new(),
        is_signed: true,
        is_suspended: false,
        is_suspended_beside: false,
        unread: Vec::new(),
        since: None,
        subject: None,
        switches: Vec::new(),
        ask: ask(under),
        under: under.clone(),
        exposure: Exposure::new(),
        expected: Expected::Refused { codes: "" },
        stays: "",
    }
}

impl Told {
    pub(crate) fn at_node(self, own: PartyId) -> Self {
        Self { own, ..self }
    }

    pub(crate) fn under(self, terms: &Terms) -> Self {
        let agreement = terms.agreement().digest();
        Self {
            under: terms.clone(),
            ask: Ask::new(agreement, self.ask.purpose, &self.ask.proposer, self.ask.time),
            ..self
        }
    }

    pub(crate) fn beside(mut self, terms: &Terms) -> Self {
        self.beside.push(terms.clone());
        self
    }

    pub(crate) fn unsigned(self) -> Self {
        Self { is_signed: false, ..self }
    }

    pub(crate) fn suspended(self) -> Self {
        Self { is_suspended: true, ..self }
    }

    pub(crate) fn signed_by_all_at(self, since: &str) -> Self {
        Self { since: Some(since.parse().unwrap()), ..self }
    }

    pub(crate) fn of(self, subject: Subject) -> Self {
        Self { subject: Some(subject), ..self }
    }

    pub(crate) fn at(mut self, time: &str) -> Self {
        self.ask.time = time.parse().unwrap();
        self
    }

    pub(crate) fn for_purpose(mut self, purpose: policy::vocabulary::Purpose) -> Self {
        self.ask.purpose = purpose;
        self
    }

    pub(crate) fn by(mut self, proposer: &str) -> Self {
        proposer.clone_into(&mut self.ask.proposer);
        self
    }

    pub(crate) fn clause(mut self, clause: &str) -> Self {
        self.ask.clause = Some(clause.parse().unwrap());
        self
    }

    pub(crate) fn hiding(mut self, places: &[&str]) -> Self {
        self.ask.hide = places.iter().map(|place| place.parse::<Path>().unwrap()).collect();
        self
    }

    pub(crate) fn switching(mut self, floor: &str, is_on: bool) -> Self {
        let reason = "cleared by the legal department, case 14";
        self.switches.push(FloorSwitch::new(floor, is_on, reason, "Eva Smit").unwrap());
        self
    }

    /// The counters of each recipient, in the agreement's order, stand here.
    pub(crate) fn counters_stand(mut self, stands: &[i64]) -> Self {
        let names = self.engine().counters(&self.ask);
        // Each recipient has one for each period that is counted.
        let periods = names.len() / stands.len();
        assert_eq!(names.len(), stands.len() * periods, "{}", self.name);
        let stands = stands.iter().flat_map(|stand| std::iter::repeat_n(*stand, periods));
        self.exposure = names.into_iter().zip(stands).collect();
        self
    }

    /// The same counters, whatever the clock says since.
    pub(crate) fn later(self, time: &str) -> Self {
        self.at(time)
    }

    /// Persons approve exactly what would go.
    pub(crate) fn approved_by(self, persons: &[&str]) -> Self {
        self.approved_of(persons, |same| same)
    }

    /// Persons approved what would go in another situation.
    pub(crate) fn approved_of(mut self, persons: &[&str], other: impl Fn(Self) -> Self) -> Self {
        let other = other(self.clone());
        let decision = other.decision();
        let binding = decision.proposal().unwrap().binding();
        let time = self.ask.time;
        self.ask.approvals.extend(persons.iter().map(|person| Approval::new(person, time, binding)));
        self
    }

    /// The approvals so far were given at this time.
    pub(crate) fn approved_at(mut self, time: &str) -> Self {
        self.ask.approvals.iter_mut().for_each(|one| one.time = time.parse().unwrap());
        self
    }

    /// An agreement with this party may be in force that this build cannot read.
    pub(crate) fn beside_unread(mut self, party: PartyId) -> Self {
        self.unread.push((AgreementDigest::from_octets([0xaa; 32]), [self.own, party].into()));
        self
    }

    /// The last agreement beside it is suspended.
    pub(crate) fn suspended_beside(self) -> Self {
        Self { is_suspended_beside: true, ..self }
    }

    pub(crate) fn goes(self, clause: &'static str, shown: &'static str) -> Self {
        Self { expected: Expected::Goes { clause, shown }, ..self }
    }

    pub(crate) fn refused(self, codes: &'static str) -> Self {
        Self { expected: Expected::Refused { codes }, ..self }
    }

    /// What stays although the record goes: `name=codes`, blank between names. Version and unwanted twins go unsaid.
    pub(crate) fn stays(self, stays: &'static str) -> Self {
        Self { stays, ..self }
    }

    pub(crate) fn engine(&self) -> Engine {
        let mut active = self.under.active();
        if let Some(since) = self.since {
            active = Active::new(active.agreement, since);
        }
        let asked = if self.is_suspended { active.suspended() } else { active };
        let held = |active: Active| if self.is_suspended_beside { active.suspended() } else { active };
        let others = self.beside.iter().map(Terms::active).map(held);
        let all = std::iter::once(asked).filter(|_| self.is_signed).chain(others).collect();
        let engine = Engine::new(self.own, Floors::new(&self.switches).unwrap(), all).unwrap();
        engine.beside_unread(self.unread.iter().cloned())
    }

    pub(crate) fn subject(&self) -> &Subject {
        self.subject.as_ref().unwrap()
    }

    pub(crate) const fn exposure(&self) -> &Exposure {
        &self.exposure
    }

    pub(crate) fn decision(&self) -> Decision {
        self.engine().decide(self.subject(), &self.ask, &self.exposure)
    }

    /// Plays it and compares; says what differs, if anything.
    pub(crate) fn play(&self) -> Result<(), String> {
        let decision = self.decision();
        let (found, stays) = match decision.permit() {
            Some(permit) => {
                let shown = permit.shown.iter().filter_map(|path| self.label_of(path));
                (format!("goes under {}: {}", permit.clause, counted(shown)), self.stays_of(&decision))
            }
            None => (format!("refused: {}", codes(decision.reasons())), String::new()),
        };
        let expected = match &self.expected {
            Expected::Goes { clause, shown } => format!("goes under {clause}: {shown}"),
            Expected::Refused { codes } => format!("refused: {codes}"),
        };
        if (found.as_str(), stays.as_str()) == (expected.as_str(), self.stays) {
            return Ok(());
        }
        Err(format!("{}\n  expected {expected}; stays {}\n  found    {found}; stays {stays}", self.name, self.stays))
    }

    fn role_of(&self, path: &Path) -> Option<&FieldRole> {
        self.subject().fields.iter().find(|field| field.path == *path).map(|field| &field.role)
    }

    fn label_of(&self, path: &Path) -> Option<String> {
        match self.role_of(path)? {
            FieldRole::Property(name) | FieldRole::Twin(name) => Some(name.clone()),
            FieldRole::Core | FieldRole::History => None,
        }
    }

    fn stays_of(&self, decision: &Decision) -> String {
        let Some(permit) = decision.permit() else { return String::new() };
        let unwanted = format!("dropped-by:{}", permit.clause);
        let said = |path: &Path, why: &str| match self.role_of(path) {
            Some(FieldRole::History) => why != "history",
            Some(FieldRole::Twin(_)) => why != unwanted,
            _ => true,
        };
        let stays = permit.dropped.iter().filter_map(|one| {
            let why = codes(&one.reasons).replace(' ', "+");
            said(&one.path, &why).then(|| format!("{}={why}", self.label_of(&one.path).unwrap_or_default()))
        });
        counted(stays)
    }

    /// The story in words: what was asked, what comes out, and each reason as the officer reads it.
    pub(crate) fn tell(&self, number: usize) -> String {
        let mut text = String::new();
        let decision = self.decision();
        let agreement = self.under.agreement();
        let recipients = agreement.recipients(self.own).map(|member| name_of(member.party)).collect::<Vec<_>>();
        let asked = self.ask.clause.as_ref().map_or_else(String::new, |id| format!(", clause {id}"));
        writeln!(text, "## {number}. {}\n", self.name).unwrap();
        writeln!(
            text,
            "{} to {}; {}{asked}; for {}; {}.\n",
            name_of(self.own),
            recipients.join(" and "),
            self.under.title,
            self.ask.purpose,
            self.ask.time
        )
        .unwrap();
        match decision.permit() {
            Some(permit) => {
                let shown = counted(permit.shown.iter().filter_map(|path| self.label_of(path)));
                let shown = if shown.is_empty() { "nothing but the proof that it exists".to_owned() } else { shown };
                writeln!(text, "Goes under clause {}: {shown}.", permit.clause).unwrap();
                for movement in decision.movements.iter().filter(|one| one.at_most < MAX_SAFE_INTEGER) {
                    writeln!(text, "Counts {} + {} of {}.", movement.before, movement.by, movement.at_most).unwrap();
                }
            }
            None => writeln!(text, "Stays.").unwrap(),
        }
        self.reasons(&decision).iter().for_each(|(reason, fields)| text.push_str(&self.explained(reason, fields)));
        text.push('\n');
        text
    }

    fn reasons(&self, decision: &Decision) -> Vec<(Reason, Vec<String>)> {
        let mut all: BTreeMap<Reason, Vec<String>> = BTreeMap::new();
        decision.reasons().iter().for_each(|reason| drop(all.insert(reason.clone(), Vec::new())));
        for dropped in decision.permit().into_iter().flat_map(|permit| &permit.dropped) {
            for reason in &dropped.reasons {
                let name = self.label_of(&dropped.path).unwrap_or_else(|| dropped.path.last().into_owned());
                all.entry(reason.clone()).or_default().push(name);
            }
        }
        all.into_iter().collect()
    }

    fn explained(&self, reason: &Reason, fields: &[String]) -> String {
        let (engine, agreement) = (self.engine(), self.under.agreement());
        let fields = counted(fields.iter().cloned());
        let fields = if fields.is_empty() { String::new() } else { format!(" ({fields})") };
        let mut text = format!("\n* `{}`{fields}\n", reason.code());
        for language in Language::ALL {
            let words = explain(&engine, Some(&agreement), reason, language);
            writeln!(text, "  * {} {}", words.why, words.change).unwrap();
            if let Some(clause) = words.clause {
                writeln!(text, "    > {clause}").unwrap();
            }
        }
        text
    }
}

fn codes(reasons: &[Reason]) -> String {
    reasons.iter().map(Reason::code).collect::<Vec<_>>().join(" ")
}

/// Names in order, each once, with how often it stands there.
fn counted(names: impl Iterator<Item = String>) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    names.for_each(|name| *counts.entry(name).or_default() += 1);
    let said = counts.into_iter().map(|(name, count)| if count == 1 { name } else { format!("{name} x{count}") });
    said.collect::<Vec<_>>().join(", ")
}
