//! The fact dictionary: what can be asked, of which type, in both languages; and the kinds of incident that previews suppose.

use std::collections::BTreeMap;
use std::sync::Arc;

use record::words;

use crate::fault::Fault;
use crate::limits::{MAX_CODES, MAX_FACTS};
use crate::reader::{At, Members, file};
use crate::text::Both;
use crate::value::{self, Value};

words! {
    /// What a fact is about.
    About, "subject of a fact" {
        /// Who we are.
        Actor = "actor",
        /// What was filed.
        Filing = "filing",
        /// What happened.
        Incident = "incident",
        /// What the system is.
        System = "system",
        /// When.
        Time = "time",
    }
}

words! {
    /// The type of a fact.
    FactType, "type of fact" {
        /// True or false.
        Boolean = "boolean",
        /// One of a closed list.
        Code = "code",
        /// Some of a closed list.
        Codes = "codes",
        /// Floating-point operations.
        Compute = "compute",
        /// A whole number.
        Count = "count",
        /// Countries.
        Countries = "countries",
        /// A country.
        Country = "country",
        /// An instant.
        Instant = "instant",
    }
}

/// A fact that can be known of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fact {
    /// Its id: `harm.deaths`.
    pub id: String,
    /// What it is about.
    pub about: About,
    /// Its type.
    pub fact_type: FactType,
    /// Its codes, in order; empty for other types.
    pub codes: Vec<Code>,
    /// What it says.
    pub label: Both,
    /// What to ask somebody who may know it.
    pub question: Both,
    /// The property of an incident that it is read from.
    pub read_from: Option<String>,
}

/// A code of a closed list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Code {
    /// The code.
    pub code: String,
    /// Its words.
    pub label: Both,
}

/// A kind of incident, as a preview supposes it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IncidentKind {
    /// Its id.
    pub id: String,
    /// Its words.
    pub label: Both,
    /// What is supposed to have happened.
    pub facts: Vec<(FactIndex, Value)>,
}

/// A fact of a dictionary by its place: comparing is comparing numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactIndex(u16);

impl FactIndex {
    pub(crate) fn place(self) -> usize {
        self.0.into()
    }
}

/// The dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dictionary {
    facts: Vec<Arc<Fact>>,
    places: BTreeMap<String, FactIndex>,
    kinds: Vec<IncidentKind>,
}

impl Fact {
    /// The code at a place.
    #[must_use]
    pub fn code(&self, place: u8) -> Option<&str> {
        self.codes.get(usize::from(place)).map(|code| code.code.as_str())
    }

    /// The words of the code at a place.
    #[must_use]
    pub fn code_label(&self, place: u8) -> Option<&Both> {
        self.codes.get(usize::from(place)).map(|code| &code.label)
    }

    /// The codes whose bits are set.
    pub(crate) fn codes_of(&self, bits: u64) -> impl Iterator<Item = &str> {
        self.chosen(bits).map(|code| code.code.as_str())
    }

    /// The words of the codes whose bits are set.
    pub(crate) fn labels_of(&self, bits: u64) -> impl Iterator<Item = &Both> {
        self.chosen(bits).map(|code| &code.label)
    }

    fn chosen(&self, bits: u64) -> impl Iterator<Item = &Code> {
        (0_u8..).zip(&self.codes).filter(move |(place, _)| bits & value::bit(*place) != 0).map(|(_, code)| code)
    }
}

impl Dictionary {
    /// Reads a dictionary.
    ///
    /// # Errors
    /// Every [`Fault`] of the file, each with its line.
    pub fn parse(octets: &[u8]) -> Result<Self, Vec<Fault>> {
        let (json, faults) = file(octets)?;
        let found = read(&At::root(&json, &faults));
        let (_, faults) = faults.finish();
        match found {
            Some(dictionary) if faults.is_empty() => Ok(dictionary),
            _ => Err(faults),
        }
    }

    /// The fact with an id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<FactIndex> {
        self.places.get(id).copied()
    }

    /// What stands at a place.
    #[must_use]
    pub fn fact(&self, index: FactIndex) -> Option<&Arc<Fact>> {
        self.facts.get(index.place())
    }

    /// The fact with an id, and its place.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<(FactIndex, &Arc<Fact>)> {
        let index = self.find(id)?;
        Some((index, self.fact(index)?))
    }

    /// Every fact with its place, in order.
    pub fn facts(&self) -> impl Iterator<Item = (FactIndex, &Arc<Fact>)> {
        (0_u16..).map(FactIndex).zip(&self.facts)
    }

    /// How many facts there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.facts.len()
    }

    /// True if there are none, which no dictionary that was read is.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// The kinds of incident.
    #[must_use]
    pub fn kinds(&self) -> &[IncidentKind] {
        &self.kinds
    }
}

fn read(at: &At<'_>) -> Option<Dictionary> {
    let members = at.object(&["facts", "kinds"])?;
    let list = members.need("facts")?;
    let facts = list.each(|at| fact(&at).map(Arc::new))?;
    if facts.len() > MAX_FACTS {
        return list.fault(format!("has more than {MAX_FACTS} facts"));
    }
    let mut dictionary = Dictionary { facts, places: BTreeMap::new(), kinds: Vec::new() };
    let ids: Vec<_> = dictionary.facts().map(|(index, fact)| (fact.id.clone(), index)).collect();
    for (id, index) in ids {
        if dictionary.places.insert(id.clone(), index).is_some() {
            list.fault::<()>(format!("`{id}` stands twice; keep one"));
        }
    }
    dictionary.kinds = members.each("kinds", |at| kind(&dictionary, &at));
    Some(dictionary)
}

fn fact(at: &At<'_>) -> Option<Fact> {
    let members = at.object(&["id", "about", "type", "codes", "label", "question", "read_from"])?;
    let id = members.need("id").and_then(|at| Some(at.id()?.to_owned()));
    let about = members.need("about").and_then(|at| at.parse());
    let fact_type: Option<FactType> = members.need("type").and_then(|at| at.parse());
    let codes = codes(&members, fact_type?)?;
    let label = members.need("label").and_then(|at| at.both());
    let question = members.need("question").and_then(|at| at.both());
    let read_from = match members.may("read_from") {
        Some(at) => Some(property(&at)?),
        None => None,
    };
    Some(Fact { id: id?, about: about?, fact_type: fact_type?, codes, label: label?, question: question?, read_from })
}

fn property(at: &At<'_>) -> Option<String> {
    let name = at.text()?;
    if incident::property_names().any(|known| known == name) {
        return Some(name.to_owned());
    }
    at.fault("is no property of an incident; see docs/incident.md")
}

fn codes(members: &Members<'_>, fact_type: FactType) -> Option<Vec<Code>> {
    let is_coded = matches!(fact_type, FactType::Code | FactType::Codes);
    match members.may("codes") {
        None if is_coded => members.at().fault("`codes` is missing; add it"),
        Some(at) if !is_coded => at.fault("stands only with the types code and codes; take it out"),
        None => Some(Vec::new()),
        Some(at) => {
            let codes = at.each(|at| code(&at))?;
            let distinct: std::collections::BTreeSet<_> = codes.iter().map(|code| &code.code).collect();
            let is_distinct = distinct.len() == codes.len();
            match codes.len() {
                _ if !is_distinct => at.fault("a code stands twice; keep one"),
                count if count > MAX_CODES => at.fault(format!("has more than {MAX_CODES} codes")),
                _ => Some(codes),
            }
        }
    }
}

fn code(at: &At<'_>) -> Option<Code> {
    let members = at.object(&["code", "label"])?;
    let code = members.need("code").and_then(|at| at.text().map(str::to_owned));
    let label = members.need("label").and_then(|at| at.both());
    Some(Code { code: code?, label: label? })
}

fn kind(dictionary: &Dictionary, at: &At<'_>) -> Option<IncidentKind> {
    let members = at.object(&["id", "label", "facts"])?;
    let id = members.need("id").and_then(|at| at.id());
    let label = members.need("label").and_then(|at| at.both());
    let facts = members.need("facts")?.any_object()?;
    let facts = facts.each_member().filter_map(|(id, at)| supposed(dictionary, id, &at)).collect();
    Some(IncidentKind { id: id?.to_owned(), label: label?, facts })
}

fn supposed(dictionary: &Dictionary, id: &str, at: &At<'_>) -> Option<(FactIndex, Value)> {
    let Some((index, fact)) = dictionary.get(id) else {
        return at.fault(format!("the dictionary has no fact `{id}`"));
    };
    match fact.about {
        About::Incident | About::Time => Some((index, value::read(fact, at)?)),
        About::Actor | About::System | About::Filing => {
            at.fault("a kind of incident says what happened, not who we are; take it out")
        }
    }
}
