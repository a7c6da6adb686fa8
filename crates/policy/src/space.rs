//! The finite space of facts, and the part of it that given policies can tell apart.
//!
//! Policies ask about few things. What none of them mentions cannot change what they say, so it is held at one value; the
//! rest is tried case by case. That is how a clause that never applies is found, and what an amendment would newly let out.

use std::collections::BTreeSet;

use record::digest::{PartyId, RecordDigest};
use record::label::{Pap, Tlp};

use crate::cedar::{Asked, Checked, Facts, MAX_APPROVALS};
use crate::vocabulary::{Care, Kind, Purpose};

/// Values to try, one list for each fact.
#[derive(Debug, Clone)]
pub struct Space {
    approvals: Vec<u8>,
    care: Vec<Care>,
    foreign: Vec<bool>,
    kind: Vec<Kind>,
    pap: Vec<Pap>,
    purpose: Vec<Purpose>,
    relayed: Vec<bool>,
    tlp: Vec<Tlp>,
}

impl Space {
    /// All that these policies can tell apart. What they name counts as asked about, however they name it.
    #[must_use]
    pub fn of<'p, I: IntoIterator<Item = &'p Checked>>(policies: I) -> Self {
        // Not the text as it was written: `"tl\u{70}"` asks for `tlp`.
        let texts: Vec<_> = policies.into_iter().map(Checked::plain_text).collect();
        let asks = |word: &str| texts.iter().any(|text| text.contains(word));
        let named = |care: &&Care| asks(care.name());
        let mut care: Vec<_> = Care::ALL.iter().filter(named).copied().collect();
        // One stands for all that are not named: a policy may ask whether there are any at all.
        care.extend(Care::ALL.iter().find(|one| !care.contains(one)).filter(|_| asks("care")));
        Self {
            approvals: if asks("approvals") { (0..=MAX_APPROVALS).collect() } else { vec![0] },
            care,
            foreign: if asks("foreign") { vec![false, true] } else { vec![false] },
            kind: if asks("kind") { Kind::ALL.to_vec() } else { vec![Kind::Incident] },
            pap: if asks("pap") { Pap::ALL.to_vec() } else { vec![Pap::Clear] },
            purpose: if asks("purpose") { Purpose::ALL.to_vec() } else { vec![Purpose::SafetyResearch] },
            relayed: if asks("relayed") { vec![false, true] } else { vec![false] },
            tlp: if asks("tlp") { Tlp::ALL.to_vec() } else { vec![Tlp::Clear] },
        }
    }

    /// The whole space.
    #[must_use]
    pub fn whole() -> Self {
        Self {
            approvals: (0..=MAX_APPROVALS).collect(),
            care: Care::ALL.to_vec(),
            foreign: vec![false, true],
            kind: Kind::ALL.to_vec(),
            pap: Pap::ALL.to_vec(),
            purpose: Purpose::ALL.to_vec(),
            relayed: vec![false, true],
            tlp: Tlp::ALL.to_vec(),
        }
    }

    /// How many cases there are.
    #[must_use]
    pub fn cases(&self) -> u128 {
        let lists = [self.approvals.len(), self.foreign.len(), self.kind.len(), self.pap.len(), self.purpose.len()];
        let subsets = 1_u128.checked_shl(u32::try_from(self.care.len()).unwrap_or(u32::MAX)).unwrap_or(u128::MAX);
        let lists = lists.into_iter().chain([self.relayed.len(), self.tlp.len()]);
        lists.fold(subsets, |product, len| product.saturating_mul(u128::try_from(len).unwrap_or(u128::MAX)))
    }

    /// Every case, in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = Facts> {
        (0..self.cases()).map(|number| self.case(number))
    }

    /// Whether a question holds in any case.
    pub fn any(&self, mut holds: impl FnMut(&Asked) -> bool) -> bool {
        self.iter().filter_map(|facts| ask(&facts)).any(|asked| holds(&asked))
    }

    /// A case by its number: the digits of a number whose places have the lists' lengths as bases.
    fn case(&self, number: u128) -> Facts {
        let mut rest = number;
        let mut digit = |len: usize| {
            let base = u128::try_from(len).unwrap_or(1).max(1);
            let digit = rest.checked_rem(base).unwrap_or(0);
            rest = rest.checked_div(base).unwrap_or(0);
            usize::try_from(digit).unwrap_or(0)
        };
        let mut pick = |len| digit(len);
        let tlp = self.tlp.get(pick(self.tlp.len())).copied().unwrap_or(Tlp::Clear);
        let pap = self.pap.get(pick(self.pap.len())).copied().unwrap_or(Pap::Clear);
        let kind = self.kind.get(pick(self.kind.len())).copied().unwrap_or(Kind::Other);
        let purpose = self.purpose.get(pick(self.purpose.len())).copied().unwrap_or(Purpose::SafetyResearch);
        let mut facts = Facts::new(kind, purpose, tlp, pap);
        facts.approvals = self.approvals.get(pick(self.approvals.len())).copied().unwrap_or(0);
        facts.foreign = self.foreign.get(pick(self.foreign.len())).copied().unwrap_or(false);
        facts.relayed = self.relayed.get(pick(self.relayed.len())).copied().unwrap_or(false);
        let has: BTreeSet<_> = self.care.iter().filter(|_| pick(2) == 1).copied().collect();
        facts.care = has;
        facts
    }
}

/// A question about a recipient that stands for any: clauses name nobody, the agreement's roles do.
pub(crate) fn ask(facts: &Facts) -> Option<Asked> {
    facts.to_party(PartyId::from_octets([0; 32]), RecordDigest::from_octets([0; 32]))
}
