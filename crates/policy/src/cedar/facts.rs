//! What a policy is told: few facts, each from a finite list.

use std::collections::BTreeSet;
use std::str::FromStr as _;
use std::sync::OnceLock;

use cedar_policy::{Context, EntityId, EntityTypeName, EntityUid, Request, RestrictedExpression};
use record::digest::{PartyId, RecordDigest};
use record::label::{Pap, Tlp};

use crate::shown::Role;
use crate::vocabulary::{Care, Kind, Purpose};

/// Most approvals that are counted: nobody asks for more, and the space of facts stays finite.
pub const MAX_APPROVALS: u8 = 3;

/// What a policy may ask about: the whole of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Facts {
    /// How many persons beside the proposer have approved, up to [`MAX_APPROVALS`].
    pub approvals: u8,
    /// The reasons for care in force.
    pub care: BTreeSet<Care>,
    /// Content comes from a party that is neither the sender nor the recipient.
    pub foreign: bool,
    /// What sort of thing it is.
    pub kind: Kind,
    /// What may be done with it.
    pub pap: Pap,
    /// What the recipient wants it for.
    pub purpose: Purpose,
    /// The author is another party than the sender.
    pub relayed: bool,
    /// How far it may be passed on.
    pub tlp: Tlp,
}

impl Facts {
    /// Facts about an own record without any reason for care.
    #[must_use]
    pub const fn new(kind: Kind, purpose: Purpose, tlp: Tlp, pap: Pap) -> Self {
        Self { approvals: 0, care: BTreeSet::new(), foreign: false, kind, pap, purpose, relayed: false, tlp }
    }

    /// A question about a release to a party. `None` only if Cedar itself fails, which is a refusal.
    #[must_use]
    pub fn to_party(&self, recipient: PartyId, record: RecordDigest) -> Option<Asked> {
        self.ask("release", uid("Party", &recipient.to_string()), record)
    }

    /// A question about showing to an account of this node.
    #[must_use]
    pub fn to_role(&self, role: Role, record: RecordDigest) -> Option<Asked> {
        self.ask("show", uid("Role", role.name()), record)
    }

    fn ask(&self, action: &str, principal: Option<EntityUid>, record: RecordDigest) -> Option<Asked> {
        let pairs = self.pairs().map(|(name, value)| Some((name.to_owned(), value?)));
        let pairs: Option<Vec<_>> = pairs.into_iter().collect();
        let context = Context::from_pairs(pairs?).ok()?;
        let resource = uid("Record", &record.to_string())?;
        Request::new(principal?, uid("Action", action)?, resource, context, None).ok().map(Asked)
    }

    fn pairs(&self) -> [(&'static str, Option<RestrictedExpression>); 8] {
        let care: Option<Vec<_>> = self.care.iter().map(|care| word("Care", care.name())).collect();
        let approvals = i64::from(self.approvals.min(MAX_APPROVALS));
        [
            ("approvals", Some(RestrictedExpression::new_long(approvals))),
            ("care", care.map(RestrictedExpression::new_set)),
            ("foreign", Some(RestrictedExpression::new_bool(self.foreign))),
            ("kind", word("Kind", self.kind.name())),
            ("pap", word("Pap", self.pap.name())),
            ("purpose", word("Purpose", self.purpose.name())),
            ("relayed", Some(RestrictedExpression::new_bool(self.relayed))),
            ("tlp", word("Tlp", self.tlp.name())),
        ]
    }
}

/// A question that is ready to be put to policies.
#[derive(Debug, Clone)]
pub struct Asked(Request);

impl Asked {
    pub(super) const fn request(&self) -> &Request {
        &self.0
    }
}

fn word(list: &str, name: &str) -> Option<RestrictedExpression> {
    uid(list, name).map(RestrictedExpression::new_entity_uid)
}

/// Names of types are parsed once; ids are plain text.
fn uid(list: &str, id: &str) -> Option<EntityUid> {
    static TYPES: OnceLock<Vec<EntityTypeName>> = OnceLock::new();
    const NAMES: [&str; 9] = ["Action", "Care", "Kind", "Pap", "Party", "Purpose", "Record", "Role", "Tlp"];
    let types =
        TYPES.get_or_init(|| NAMES.into_iter().filter_map(|name| EntityTypeName::from_str(name).ok()).collect());
    let at = NAMES.iter().position(|name| *name == list)?;
    Some(EntityUid::from_type_name_and_id(types.get(at)?.clone(), EntityId::new(id)))
}
