//! Floors: what a node never lets out, whatever an agreement says.
//!
//! Each is one Cedar policy that forbids. An administrator may switch one off, by a signed record with a reason that stays in
//! the log; nothing else can. What has no label, an audience that does not hold the recipient, and tags that nobody here
//! knows are refused before floors are asked, and that has no switch.

mod defaults;

pub use defaults::DEFAULTS;

use std::collections::BTreeMap;

use record::Record;
use record::digest::{PartyId, sha256};
use record::json::{Json, Map};

use crate::cedar::{Asked, Checked, Effect, Policies, PolicyError, Said};
use crate::explain::Language;

/// The STIX type of the record that switches a floor.
const SWITCH_TYPE: &str = "detente-floor-switch";

/// One floor, as this build ships it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Floor {
    /// Its name.
    pub name: &'static str,
    /// What it keeps at home, in plain words.
    pub english: &'static str,
    /// The same in Chinese.
    pub chinese: &'static str,
    /// The policy.
    pub policy: &'static str,
}

impl Floor {
    /// What it keeps at home.
    #[must_use]
    pub const fn meaning(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::Chinese => self.chinese,
        }
    }

    /// The floor of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        DEFAULTS.iter().find(|floor| floor.name == name)
    }
}

/// An administrator's word that a floor holds or does not.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FloorSwitch {
    /// The floor.
    pub floor: String,
    /// Whether it holds from now on.
    pub is_on: bool,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub by: String,
}

/// A record does not switch a floor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SwitchError {
    /// It is another kind of record, or withholds a part of what it says.
    #[error("this record switches no floor, or does not show all of what it says")]
    NotASwitch,
    /// Another party signed it. A node's floors are its own.
    #[error("party {issuer} cannot switch floors of this node")]
    Stranger {
        /// Who signed.
        issuer: PartyId,
    },
    /// There is no such floor.
    #[error("there is no floor `{}`; known are {}", name.escape_debug(), known())]
    Unknown {
        /// The name.
        name: String,
    },
    /// A switch without a reason.
    #[error("a floor is not switched without a reason and a name")]
    NoReason,
}

fn known() -> String {
    DEFAULTS.iter().map(|floor| floor.name).collect::<Vec<_>>().join(", ")
}

impl FloorSwitch {
    /// A switch.
    ///
    /// # Errors
    /// [`SwitchError::Unknown`] or [`SwitchError::NoReason`].
    pub fn new(floor: &str, is_on: bool, reason: &str, by: &str) -> Result<Self, SwitchError> {
        if Floor::find(floor).is_none() {
            return Err(SwitchError::Unknown { name: floor.chars().take(64).collect() });
        }
        if reason.trim().is_empty() || by.trim().is_empty() {
            return Err(SwitchError::NoReason);
        }
        Ok(Self { floor: floor.to_owned(), is_on, reason: reason.to_owned(), by: by.to_owned() })
    }

    /// The fields of its record.
    #[must_use]
    pub fn to_map(&self) -> Map {
        Map::new()
            .with("floor", self.floor.as_str())
            .with("is_on", Json::Bool(self.is_on))
            .with("reason", self.reason.as_str())
            .with("by", self.by.as_str())
    }

    /// What a record of our own says about a floor.
    ///
    /// # Errors
    /// [`SwitchError`].
    pub fn of_record(record: &Record, own: PartyId) -> Result<Self, SwitchError> {
        if record.object().text("type") != Some(SWITCH_TYPE) {
            return Err(SwitchError::NotASwitch);
        }
        if record.issuer() != own || record.relayed_for().is_some() {
            return Err(SwitchError::Stranger { issuer: record.issuer() });
        }
        let fields = record.extension().ok_or(SwitchError::NotASwitch)?;
        let text = |name: &str| fields.text(name).ok_or(SwitchError::NotASwitch);
        let Some(Json::Bool(is_on)) = fields.get("is_on") else { return Err(SwitchError::NotASwitch) };
        Self::new(text("floor")?, *is_on, text("reason")?, text("by")?)
    }
}

/// The floors of a node as they stand.
#[derive(Debug, Clone)]
pub struct Floors {
    on: BTreeMap<&'static str, Checked>,
    off: BTreeMap<&'static str, FloorSwitch>,
    policies: Policies,
    digest: [u8; 32],
}

impl Floors {
    /// The default floors after these switches, in their order.
    ///
    /// # Errors
    /// [`PolicyError`] if a floor of this build does not type-check: then nothing leaves.
    pub fn new(switches: &[FloorSwitch]) -> Result<Self, PolicyError> {
        let (mut on, mut off) = (BTreeMap::new(), BTreeMap::new());
        for floor in DEFAULTS {
            let policy = Checked::parse(floor.name, floor.policy)?;
            if policy.effect() != Effect::Forbid {
                return Err(PolicyError::Form { problem: "of a floor should forbid" });
            }
            match switches.iter().rev().find(|one| one.floor == floor.name).filter(|one| !one.is_on) {
                Some(switch) => drop(off.insert(floor.name, switch.clone())),
                None => drop(on.insert(floor.name, policy)),
            }
        }
        let (policies, digest) = (Policies::new(on.values())?, digest(&on));
        Ok(Self { on, off, policies, digest })
    }

    /// Which of them forbid.
    #[must_use]
    pub fn ask(&self, request: &Asked) -> Said {
        self.policies.ask(request)
    }

    /// The floors that hold.
    pub fn on(&self) -> impl Iterator<Item = &'static Floor> {
        self.on.keys().filter_map(|name| Floor::find(name))
    }

    /// The floors that were switched off, with who did it and why.
    pub fn off(&self) -> impl Iterator<Item = (&'static Floor, &FloorSwitch)> {
        self.off.iter().filter_map(|(name, switch)| Some((Floor::find(name)?, switch)))
    }

    /// SHA-256 over the names and texts of the floors that hold: what a receipt pins.
    #[must_use]
    pub const fn digest(&self) -> [u8; 32] {
        self.digest
    }
}

fn digest(on: &BTreeMap<&'static str, Checked>) -> [u8; 32] {
    let parts = on.iter().flat_map(|(name, policy)| [name.as_bytes(), b"\0", policy.text().as_bytes(), b"\0"]);
    let parts: Vec<_> = std::iter::once(b"detente/floors/v1\0".as_slice()).chain(parts).collect();
    sha256(&parts)
}
