//! What annotators say of an incident.

use std::collections::{BTreeMap, BTreeSet};

use incident::labels::{CLASSIFICATION_TYPE, ClassificationStatement, Classifications};
use record::digest::RecordDigest;
use record::stix::StixId;

use super::{Cases, Found};
use crate::outcome::Done;

/// Statements that are read about one incident: far more annotators than any incident has.
const MAX_STATEMENTS: usize = 4_096;

/// The classifications of one incident.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    /// What holds of them.
    pub(crate) said: Classifications,
    /// Every statement, those that hold no more among them.
    pub(crate) statements: Vec<ClassificationStatement>,
    /// The records that say it.
    pub(crate) found: BTreeMap<RecordDigest, Found>,
}

impl Cases<'_> {
    /// What is said of an incident, and what takes any of it back.
    pub(crate) fn labels(&self, id: &StixId) -> Done<Labels> {
        let (mut labels, mut names) = (Labels::default(), BTreeSet::from([id.to_string()]));
        while let Some(name) = names.pop_first() {
            for found in self.naming(&name, &[CLASSIFICATION_TYPE])? {
                let digest = found.record.digest();
                let Ok(statement) = ClassificationStatement::of_record(&found.record) else { continue };
                if labels.found.len() >= MAX_STATEMENTS || labels.found.contains_key(&digest) {
                    continue;
                }
                names.insert(digest.to_string());
                labels.statements.push(statement);
                drop(labels.found.insert(digest, found));
            }
        }
        labels.said = Classifications::of(labels.statements.iter().cloned());
        Ok(labels)
    }
}
