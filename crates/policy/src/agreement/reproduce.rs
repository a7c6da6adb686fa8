//! Trying an agreement's worked examples on this node, before it signs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use record::digest::{PartyId, RecordDigest};
use record::label::{Marks, Tag};
use record::path::Path;

use super::{Agreement, Example, ExampleMarks, Expected};
use crate::cedar::PolicyError;
use crate::decision::{Active, Approval, Ask, Binding, Decision, Engine, Exposure, Field, FieldRole, Subject};
use crate::floors::Floors;
use crate::vocabulary::twin_of;

/// What became of one example here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reproduced {
    /// The example.
    pub id: String,
    /// What the parties expect.
    pub expected: Expected,
    /// What this node decides.
    pub found: Expected,
}

impl Reproduced {
    /// What this node decided, in one line that two nodes of one build write alike.
    #[must_use]
    pub fn outcome(&self) -> String {
        match &self.found {
            Expected::Permitted { clause, shown } => {
                let shown: Vec<_> = shown.iter().map(String::as_str).collect();
                format!("permitted {clause} {}", shown.join(" "))
            }
            Expected::Refused { because } => format!("refused {because}"),
        }
    }

    /// Whether the node decides as the parties expect.
    #[must_use]
    pub fn holds(&self) -> bool {
        match (&self.expected, &self.found) {
            (Expected::Refused { because }, Expected::Refused { because: found }) => {
                found.split(' ').any(|code| code == because)
            }
            (expected, found) => expected == found,
        }
    }
}

/// All examples of an agreement, as this node decides them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reproduction {
    /// Each in its place.
    pub examples: Vec<Reproduced>,
}

impl Reproduction {
    /// Those that come out otherwise here. The agreement cannot be signed while there is one.
    pub fn failed(&self) -> impl Iterator<Item = &Reproduced> {
        self.examples.iter().filter(|one| !one.holds())
    }
}

impl Agreement {
    /// Decides every worked example under this agreement and these floors.
    ///
    /// # Errors
    /// [`PolicyError`] if policies cannot be put together.
    pub fn reproduce(&self, floors: &Floors) -> Result<Reproduction, PolicyError> {
        let mut engines: BTreeMap<PartyId, Engine> = BTreeMap::new();
        for member in self.members() {
            let active = Active::new(Arc::new(self.clone()), self.from());
            drop(engines.insert(member.party, Engine::new(member.party, floors.clone(), vec![active])?));
        }
        let decided = self.examples().iter().filter_map(|example| {
            let sender = self.members().iter().find(|member| member.role == example.from)?.party;
            let found = found(&self.try_example(engines.get(&sender)?, example, sender));
            Some(Reproduced { id: example.id.clone(), expected: example.expected.clone(), found })
        });
        Ok(Reproduction { examples: decided.collect() })
    }

    /// The example is decided as if its approvals were given for exactly what comes out.
    fn try_example(&self, engine: &Engine, example: &Example, sender: PartyId) -> Decision {
        let subject = example.subject(sender);
        let ask = Ask::new(self.digest(), example.purpose, "proposer", self.from());
        let first = engine.decide(&subject, &ask, &Exposure::new());
        match first.proposal().filter(|_| example.approvals > 0) {
            None => first,
            Some(permit) => {
                let approved = ask.approved(approvals(example.approvals, permit.binding(), self));
                engine.decide(&subject, &approved, &Exposure::new())
            }
        }
    }
}

fn approvals(count: u8, binding: Binding, agreement: &Agreement) -> Vec<Approval> {
    (1..=count).map(|number| Approval::new(&format!("approver {number}"), agreement.from(), binding)).collect()
}

fn found(decision: &Decision) -> Expected {
    match decision.permit() {
        Some(permit) => {
            let shown = permit.shown.iter().filter_map(shown_name).collect();
            Expected::Permitted { clause: permit.clause.clone(), shown }
        }
        None => {
            let codes: BTreeSet<_> = decision.reasons().iter().map(super::super::decision::Reason::code).collect();
            Expected::Refused { because: codes.into_iter().collect::<Vec<_>>().join(" ") }
        }
    }
}

fn shown_name(path: &Path) -> Option<String> {
    match crate::decision::role(path) {
        FieldRole::Property(name) | FieldRole::Twin(name) => Some(name),
        FieldRole::Core | FieldRole::History => None,
    }
}

impl Example {
    /// The example's record as a decision sees it: a core, its fields, and a twin beside each field that can have one.
    fn subject(&self, sender: PartyId) -> Subject {
        let whole = self.marks.as_ref().map(marks);
        let core = ["type", "id"].map(|name| Field::new(FieldRole::Core, Path::object(name), whole.clone()));
        let fields = self.fields.iter().flat_map(|field| {
            let own = field.marks.as_ref().map(marks);
            let joined = whole.as_ref().map(|whole| own.as_ref().map_or_else(|| whole.clone(), |own| whole.join(own)));
            let property = Field::new(FieldRole::Property(field.name.clone()), Path::object(&field.name), joined);
            let twin = twin_of(&field.name);
            let twin = twin.map(|twin| Field::new(FieldRole::Twin(twin.to_owned()), Path::aside(twin), whole.clone()));
            std::iter::once(property).chain(twin)
        });
        let fields = core.into_iter().chain(fields).collect();
        let author = if self.is_relayed { third_party() } else { sender };
        Subject::of_fields(RecordDigest::from_octets([0; 32]), self.kind, author, false, fields)
    }
}

/// A party that no agreement has: the author of an example's relayed record.
const fn third_party() -> PartyId {
    PartyId::from_octets([0xff; 32])
}

fn marks(of: &ExampleMarks) -> Marks {
    // The names of the closed list are tags.
    let tags = of.care.iter().filter_map(|care| care.name().parse::<Tag>().ok());
    Marks::new(of.tlp, of.pap).with_tags(tags).with_recipients(of.recipients.clone())
}
