//! What annotators say of an incident.

use std::collections::{BTreeMap, BTreeSet};

use incident::labels::{CLASSIFICATION_TYPE, ClassificationStatement, Classifications};
use record::digest::RecordDigest;
use record::stix::StixId;

use super::naming::Naming;
use super::{Cases, Found};
use crate::outcome::Done;

/// The classifications of one incident.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    /// What holds of them.
    pub(crate) said: Classifications,
    /// Every statement, those that hold no more among them.
    pub(crate) statements: Vec<ClassificationStatement>,
    /// The records that say it.
    pub(crate) found: BTreeMap<RecordDigest, Found>,
    /// Whether there were too many to be read: what is said then is not all.
    pub(crate) is_cut: bool,
}

impl Cases<'_> {
    /// What is said of an incident, and what takes any of it back.
    pub(crate) fn labels(&self, id: &StixId) -> Done<Labels> {
        let (mut labels, mut naming) = (Labels::default(), Naming::default());
        let mut names = BTreeSet::from([id.to_string()]);
        while let Some(name) = names.pop_first() {
            for found in naming.read(self, &name, CLASSIFICATION_TYPE)? {
                let digest = found.record.digest();
                let Ok(statement) = ClassificationStatement::of_record(&found.record) else { continue };
                if labels.found.contains_key(&digest) {
                    continue;
                }
                names.insert(digest.to_string());
                labels.statements.push(statement);
                drop(labels.found.insert(digest, found));
            }
        }
        labels.is_cut = naming.is_cut;
        labels.said = Classifications::of(labels.statements.iter().cloned());
        Ok(labels)
    }
}
