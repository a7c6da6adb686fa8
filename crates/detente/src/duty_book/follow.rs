//! What a running node does of itself for one incident: what the facts ask of its clocks, where nobody has asked.

use duties::clock::{Clock, Setting};
use duties::kept::{CLOCK_TYPE, FACTS_TYPE, Folded};
use incident::{Incident, Stage};
use record::digest::PartyId;
use record::json::Json;
use record::stix::StixId;
use record::time::Timestamp;
use storage::views::cases;

use super::{Basis, DutyBook};
use crate::outcome::Done;
use crate::{node, statements};

impl DutyBook<'_> {
    /// The incidents of ours behind an id, in the order of ids, and those about which facts were answered or clocks set.
    pub(crate) fn own_after(&self, after: &str, most: usize) -> Done<Vec<String>> {
        let types = [FACTS_TYPE, CLOCK_TYPE];
        cases::own_after(self.cases.store, self.cases.own, types, after, most).map_err(node::fail)
    }

    /// What the facts ask of the clocks of an incident, under a profile that was read already; none if it is none of which a node
    /// judges of itself: what somebody else wrote and nobody here has taken up, and what is closed.
    pub(crate) fn follow(&self, incident: &StixId, profile: &Folded, now: Timestamp) -> Done<Option<Setting>> {
        let basis = self.basis_under(incident, profile.clone())?;
        if !basis.is_followed(self.cases.own) {
            return Ok(None);
        }
        let because = match basis.erased {
            Some(erasure) => erasure,
            None => basis.because()?,
        };
        Ok(Some(self.setting(&basis, (because, now))))
    }
}

impl Basis {
    fn is_followed(&self, own: PartyId) -> bool {
        if self.clocks.iter().any(Clock::is_open) {
            return true;
        }
        if self.erased.is_some() {
            return false;
        }
        match &self.version {
            Some((incident, _)) if is_closed(incident) => false,
            Some((incident, _)) => self.last_answer.is_some() || !self.clocks.is_empty() || is_ours(incident, own),
            None => self.last_answer.is_some(),
        }
    }
}

/// Whether nothing more is expected of an incident: then a law that comes into force later does not begin its clocks.
fn is_closed(incident: &Incident) -> bool {
    let is_revoked = incident.object().get("revoked") == Some(&Json::Bool(true));
    let is_over = match incident.facts().stage {
        Some(Stage::Final | Stage::NotReportable | Stage::Retracted) => true,
        Some(Stage::Initial | Stage::Interim | _) | None => false,
    };
    is_revoked || is_over
}

/// Whether an incident says that we wrote it. We sign what we take in from others too, and it names whoever wrote it.
fn is_ours(incident: &Incident, own: PartyId) -> bool {
    incident.object().text("created_by_ref").is_none_or(|author| statements::is_own(own, author))
}
