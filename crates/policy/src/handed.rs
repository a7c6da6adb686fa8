//! What a program, another server or a file may hand in, to become a record under our signature.
//!
//! Our signature makes a statement of ours of any object. So what only this party's own people say, by the commands for it, is not taken
//! from anybody else, whatever roles the account has.
//!
//! This is one table of Rust and no rule of the policy language. Each agreement names the digest of the language's schema, so a new
//! action for this would make every agreement in force unreadable; and nothing is asked here that a rule could weigh: no marks, no
//! purpose, no audience. What it decides about is a type, an id and a relation.

use record::json::Map;

/// Why an object is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "whoever answers must have words for each")]
pub enum Reserved {
    /// It is a statement of the node: a label, a link, a decision, a switch.
    Statement,
    /// It is this node's own identity.
    OwnIdentity,
    /// It says that labels are inherited.
    Inheritance,
    /// It says that this party made it, and whoever hands it in may not write for this party.
    OwnWork,
}

/// What types of a node's own statements begin with.
const STATEMENTS: &str = "detente-";

/// The relation by which labels are inherited.
const INHERITS: (&str, &str) = ("relationship", "derived-from");

/// Who hands something in, as far as it decides.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "whoever asks must think of each")]
pub struct HandedIn<'a> {
    /// The object.
    pub object: &'a Map,
    /// The ids under which this party's identity is known, here and where other software reads it.
    pub own_identities: &'a [String],
    /// Whether whoever hands it in may write for this party.
    pub may_write: bool,
}

impl HandedIn<'_> {
    /// Whether it may become a record of ours.
    ///
    /// # Errors
    /// [`Reserved`].
    pub fn check(&self) -> Result<(), Reserved> {
        let text = |name: &str| self.object.text(name).unwrap_or_default();
        if text("type").starts_with(STATEMENTS) {
            return Err(Reserved::Statement);
        }
        if self.is_own(text("id")) {
            return Err(Reserved::OwnIdentity);
        }
        if (text("type"), text("relationship_type")) == INHERITS {
            return Err(Reserved::Inheritance);
        }
        if self.is_own(text("created_by_ref")) && !self.may_write {
            return Err(Reserved::OwnWork);
        }
        Ok(())
    }

    fn is_own(&self, id: &str) -> bool {
        self.own_identities.iter().any(|own| own == id)
    }
}
