//! The private keys of a node: those that sign, and those that open bundles.

use std::collections::BTreeSet;

use bundle::PrivateBundleKey;
use record::digest::KeyId;
use record::entropy::SystemEntropy;
use record::key_record::{BundleSuite, KeyEntry, PartyKeys, Purpose, SuiteName};
use record::time::Timestamp;

use crate::outcome::{Done, Failure};

/// The suite of new bundle keys.
pub(crate) const BUNDLE_SUITE: BundleSuite = BundleSuite::MlKem768X25519;

/// Every private key of a node.
#[derive(Debug, Default)]
pub(crate) struct NodeKeys {
    /// Those that sign, one for each purpose and suite.
    pub(crate) signing: PartyKeys,
    /// Those that open bundles: the newest, and for a while the one before it, for bundles that are on their way.
    pub(crate) bundle: Vec<PrivateBundleKey>,
}

impl NodeKeys {
    /// Fresh keys for everything.
    pub(crate) fn generate() -> Done<Self> {
        let entropy = &mut SystemEntropy::new();
        let signing = PartyKeys::generate(entropy).map_err(Failure::environment)?;
        let bundle = PrivateBundleKey::generate(BUNDLE_SUITE, entropy).map_err(Failure::environment)?;
        Ok(Self { signing, bundle: vec![bundle] })
    }

    /// The same keys once more.
    pub(crate) fn duplicate(&self) -> Done<Self> {
        let signing = self.signing.duplicate().map_err(Failure::environment)?;
        Ok(Self { signing, bundle: self.bundle.iter().map(PrivateBundleKey::duplicate).collect() })
    }

    /// The public halves as a key record lists them.
    pub(crate) fn entries(&self, not_before: Timestamp, not_after: Timestamp) -> Done<Vec<KeyEntry>> {
        let mut entries = self.signing.entries(not_before, not_after).map_err(Failure::environment)?;
        for key in &self.bundle {
            let entry = KeyEntry::new(Purpose::Bundle, key.public().clone(), not_before, not_after);
            entries.push(entry.map_err(Failure::environment)?);
        }
        Ok(entries)
    }

    /// The ids of the public halves.
    pub(crate) fn ids(&self) -> BTreeSet<KeyId> {
        let signing = self.signing.keys().map(|key| key.public().id());
        signing.chain(self.bundle.iter().map(|key| key.public().id())).collect()
    }

    /// Whether there is a key of this suite for this purpose.
    pub(crate) fn has(&self, purpose: Purpose, suite: &SuiteName) -> bool {
        let signing = suite.signature().is_some_and(|suite| self.signing.get(purpose, suite).is_some());
        signing || purpose == Purpose::Bundle && self.bundle.iter().any(|key| *suite == key.public().suite().into())
    }
}
