//! What is known of a case, and where each fact comes from.

use std::collections::BTreeMap;
use std::sync::Arc;

use duties::clock::{Clock, Clocks};
use duties::kept::{FACTS_TYPE, Folded, KeptFacts, Subject};
use duties::{Dictionary, Facts, Packs, Span, Value};
use incident::Incident;
use record::digest::RecordDigest;
use record::json::{Json, Map};
use record::stix::StixId;

use super::DutyBook;
use crate::holdings::{ERASURE, erased_object};
use crate::outcome::{Done, Failure};

/// Where a fact comes from. What stands further down counts before what stands above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Who we are: the record of `duties profile`.
    Profile(RecordDigest),
    /// What the incident says: its version.
    Incident(RecordDigest),
    /// That a stage was filed: what was filed.
    Filed(RecordDigest),
    /// What somebody answered about this incident: the record of `duties answer`.
    Answered(RecordDigest),
    /// It was typed for this once.
    Typed,
}

impl Source {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Profile(_) => "profile",
            Self::Incident(_) => "incident",
            Self::Filed(_) => "filed",
            Self::Answered(_) => "answered",
            Self::Typed => "typed",
        }
    }

    pub(crate) const fn record(self) -> Option<RecordDigest> {
        match self {
            Self::Profile(record) | Self::Incident(record) | Self::Filed(record) | Self::Answered(record) => {
                Some(record)
            }
            Self::Typed => None,
        }
    }
}

/// What is known of a case.
#[derive(Debug, Clone)]
pub(crate) struct Gathered {
    pub(crate) incident: Option<StixId>,
    /// The version of the incident that was read.
    pub(crate) version: Option<RecordDigest>,
    pub(crate) facts: Facts,
    pub(crate) sources: BTreeMap<String, Source>,
    /// Who said it, by the record, as far as the node knew.
    pub(crate) by: BTreeMap<RecordDigest, String>,
    /// Facts that were kept and that the dictionary does not know any more, with the reason.
    pub(crate) left_out: Vec<(String, String)>,
}

impl Gathered {
    pub(crate) fn nothing(dictionary: &Arc<Dictionary>) -> Self {
        let facts = Facts::unknown(dictionary);
        let (sources, by) = (BTreeMap::new(), BTreeMap::new());
        Self { incident: None, version: None, facts, sources, by, left_out: Vec::new() }
    }

    /// The same with facts over it.
    fn lay(self, facts: &Facts, source: impl Fn(&str) -> Source) -> Self {
        let mut sources = self.sources;
        for id in ids(facts) {
            let source = source(&id);
            let _before = sources.insert(id, source);
        }
        Self { facts: self.facts.with(facts), sources, ..self }
    }

    /// The same with facts that are typed for this once.
    pub(crate) fn with(self, typed: &Facts) -> Self {
        self.lay(typed, |_| Source::Typed)
    }

    /// The same with what was answered over it.
    fn with_folded(self, folded: &Folded, source: impl Fn(RecordDigest) -> Source) -> Self {
        let (facts, left_out) = folded.read(self.facts.dictionary());
        let of = |id: &str| folded.values.get(id).map_or(Source::Typed, |(_, record)| source(*record));
        let mut all = self.lay(&facts, of);
        all.left_out.extend(left_out);
        all.by.extend(folded.by.iter().map(|(record, by)| (*record, by.clone())));
        all
    }

    /// The same with when stages were filed: of one that is repeated the last filing, of others the first.
    pub(crate) fn with_filings(self, packs: &Packs, clocks: &Clocks) -> Self {
        let mut all = self;
        for clock in clocks.iter() {
            let Some(filing) = filing_of(packs, clock) else { continue };
            let mut facts = Facts::unknown(all.facts.dictionary());
            facts.set_filed(clock.id.stage.as_str(), Value::Instant(Span::exact(filing.at)));
            let source = filing.version.parse().map_or(Source::Typed, Source::Filed);
            all = all.lay(&facts, |_| source);
        }
        all
    }

    /// Who said something, if it is known.
    pub(crate) fn said_by(&self, source: &Source) -> Option<&str> {
        self.by.get(&source.record()?).map(String::as_str)
    }

    /// Where each fact comes from, by fact.
    pub(crate) fn sources_json(&self) -> Json {
        let row = |(id, source): (&String, &Source)| {
            let map = Map::new().with("fact", id.as_str()).with("from", source.word());
            let map = map.with("record", source.record().map_or(Json::Null, |record| Json::text(record.to_string())));
            Json::from(map.with("by", self.said_by(source).map_or(Json::Null, Json::text)))
        };
        Json::Array(self.sources.iter().map(row).collect())
    }
}

fn filing_of<'c>(packs: &Packs, clock: &'c Clock) -> Option<&'c duties::clock::Filing> {
    let (duty, stage) = clock.id.stage.rsplit_once('/')?;
    let stage = packs.duty(duty).and_then(|(_, duty)| duty.stage(stage));
    if stage.is_some_and(|stage| stage.repeats_until.is_some()) { clock.filings.last() } else { clock.filings.first() }
}

/// The ids of the facts that are known.
fn ids(facts: &Facts) -> Vec<String> {
    let Json::Object(map) = facts.to_json() else { return Vec::new() };
    map.names().map(str::to_owned).collect()
}

/// What the facts about an incident are made of. Whoever wants to know what would follow from a change makes it here.
#[derive(Debug, Clone)]
pub(crate) struct Basis {
    pub(crate) incident: StixId,
    /// The version that is read, and its record.
    pub(crate) version: Option<(Incident, RecordDigest)>,
    pub(crate) profile: Folded,
    pub(crate) answered: Folded,
    pub(crate) clocks: Clocks,
    /// The last answer about it.
    pub(crate) last_answer: Option<RecordDigest>,
    /// The record that says that we erased it, if no version of ours is left.
    pub(crate) erased: Option<RecordDigest>,
}

impl Basis {
    /// The record from which what is known follows: that it was erased, the last answer, or the version that is read.
    pub(crate) fn because(&self) -> Done<RecordDigest> {
        let version = self.version.as_ref().map(|(_, digest)| *digest);
        self.erased.or(self.last_answer).or(version).ok_or_else(|| {
            Failure::input(format!("nothing is known of incident {}", self.incident))
                .advise("`detente incident list --dir DIR` shows the incidents that are here")
        })
    }
}

impl DutyBook<'_> {
    /// Who we are, as far as it was said.
    pub(crate) fn profile(&self) -> Done<Gathered> {
        let (folded, _) = self.folded(&self.party())?;
        Ok(self.of_profile(&folded))
    }

    /// The same of what is folded already.
    pub(crate) fn of_profile(&self, folded: &Folded) -> Gathered {
        Gathered::nothing(self.dictionary()).with_folded(folded, Source::Profile)
    }

    /// Whom the profile is about.
    pub(crate) fn party(&self) -> Subject {
        Subject::Party(self.cases.own.identity())
    }

    /// All that is known of an incident: who we are, what our newest version of it says, when what was filed, and what was answered.
    /// Of an incident that we have from others nothing is taken but answers.
    pub(crate) fn facts_of(&self, incident: &StixId) -> Done<Gathered> {
        Ok(self.gather(&self.basis(incident)?))
    }

    /// What the facts about an incident are made of now.
    pub(crate) fn basis(&self, incident: &StixId) -> Done<Basis> {
        self.basis_under(incident, self.folded(&self.party())?.0)
    }

    /// The same under a profile that was read already, or that would be: whoever looks through many incidents reads it once.
    pub(crate) fn basis_under(&self, incident: &StixId, profile: Folded) -> Done<Basis> {
        let case = self.cases.case(incident)?;
        // What another party says of when we became aware, or of how many were hurt, must not move a clock that we sign.
        let newest = case.as_ref().and_then(|case| case.newest(self.cases.own));
        let version = newest.filter(|version| version.author == self.cases.own);
        let erased = if version.is_some() { None } else { self.erasure_of(incident)? };
        let (answered, last_answer) = self.folded(&Subject::Incident(incident.as_str().to_owned()))?;
        Ok(Basis {
            incident: incident.clone(),
            version: version.map(|version| (version.incident.clone(), version.digest)),
            profile,
            answered,
            clocks: self.clocks(incident)?,
            last_answer,
            erased,
        })
    }

    /// The last record that says that a version of ours of an incident was erased.
    fn erasure_of(&self, incident: &StixId) -> Done<Option<RecordDigest>> {
        let erasures = self.naming(&erased_object(incident.as_str()), ERASURE)?;
        Ok(erasures.last().map(|(digest, _)| *digest))
    }

    /// The facts that follow from that.
    pub(crate) fn gather(&self, basis: &Basis) -> Gathered {
        let mut gathered = self.of_profile(&basis.profile);
        if let Some((said, digest)) = &basis.version {
            let digest = *digest;
            gathered = gathered.lay(&Facts::of_incident(self.dictionary(), said), |_| Source::Incident(digest));
        }
        gathered = gathered.with_filings(&self.packs, &basis.clocks);
        gathered = gathered.with_folded(&basis.answered, Source::Answered);
        gathered.incident = Some(basis.incident.clone());
        gathered.version = basis.version.as_ref().map(|(_, digest)| *digest);
        gathered
    }

    /// What was answered about something, in the order of the log, and the last record that says any of it.
    pub(crate) fn folded(&self, about: &Subject) -> Done<(Folded, Option<RecordDigest>)> {
        let (Subject::Party(name) | Subject::Incident(name)) = about;
        let (mut folded, mut last) = (Folded::default(), None);
        for (digest, record) in self.naming(name, FACTS_TYPE)? {
            if let Ok(kept) = KeptFacts::of_shown(record.content().object())
                && kept.about == *about
            {
                folded.take(digest, &kept);
                last = Some(digest);
            }
        }
        Ok((folded, last))
    }
}
