//! What a node is given: keys, a clock, and chance in place of secrets.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use record::entropy::{Entropy, NoEntropy};
use record::suite::{PrivateKey, Suite};
use record::time::Timestamp;
use storage::keys::{LogKeys, LogSigners};
use tlog::note::{KeyKind, Signer, VerifierKey};

use crate::seed::Seed;

/// When every world begins, in microseconds.
const BEGINNING: i64 = 1_795_000_000_000_000;

/// Octets of the seed of a private key.
const KEY_SEED_BYTES: usize = 32;

/// The keys of one party's logs: the same for every origin, since a verifier looks at both.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    made: Mutex<BTreeMap<String, Arc<LogSigners>>>,
}

impl LogKeys for Keys {
    fn verifiers(&self, origin: &str) -> Vec<VerifierKey> {
        let signers = self.signers(origin);
        signers.map_or_else(|_| Vec::new(), |it| vec![it.commit.verifier().clone(), it.publish.verifier().clone()])
    }

    fn signers(&self, origin: &str) -> Result<Arc<LogSigners>, String> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(signers) = made.get(origin) {
            return Ok(Arc::clone(signers));
        }
        let signers = Arc::new(make(origin)?);
        made.insert(origin.to_owned(), Arc::clone(&signers));
        Ok(signers)
    }
}

fn make(origin: &str) -> Result<LogSigners, String> {
    let signer = |kind, suite| {
        let key = PrivateKey::from_seed(suite, &[7; KEY_SEED_BYTES]).map_err(|error| error.to_string())?;
        let name = origin.parse().map_err(|_| format!("{origin} is no origin"))?;
        Signer::new(name, kind, key).map_err(|error| error.to_string())
    };
    let commit = signer(KeyKind::Ed25519, Suite::Ed25519)?;
    Ok(LogSigners::new(commit, signer(KeyKind::CosignatureMlDsa44, Suite::MlDsa44)?))
}

/// A clock that the world sets.
#[derive(Debug, Clone)]
pub(crate) struct Clock(Arc<AtomicI64>);

impl Clock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicI64::new(BEGINNING)))
    }

    pub(crate) fn forward(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::SeqCst);
    }

    pub(crate) fn read(&self) -> storage::Clock {
        let clock = Arc::clone(&self.0);
        Arc::new(move || Timestamp::from_micros(clock.load(Ordering::SeqCst)))
    }
}

/// Octets that follow from a number, so that every run is the same.
#[derive(Debug)]
pub(crate) struct Counted(pub(crate) Seed);

impl Entropy for Counted {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in out.chunks_mut(8) {
            let octets = self.0.any().to_be_bytes();
            chunk.iter_mut().zip(octets).for_each(|(to, from)| *to = from);
        }
        Ok(())
    }
}
