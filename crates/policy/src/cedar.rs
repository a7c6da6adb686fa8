//! The policy language: Cedar, its schema, and one way to ask it.
//!
//! Cedar skips a policy that fails while it is evaluated, even one that forbids. So every policy is type-checked against the
//! schema before it counts, and if one fails all the same, whoever asked is refused.

mod facts;
mod schema;

pub use facts::{Asked, Facts, MAX_APPROVALS};
pub use schema::{ENGINE, schema_digest, schema_text};

use std::str::FromStr as _;
use std::sync::OnceLock;

use cedar_policy::{
    Authorizer, Effect as CedarEffect, Entities, Policy, PolicyId, PolicySet, PrincipalConstraint, ResourceConstraint,
    Schema, ValidationMode, Validator,
};

use record::words;

/// Octets of one policy. A clause that needs more says several things and should be several clauses.
pub const MAX_POLICY_BYTES: usize = 8 * 1024;

words! {
    /// What a policy does when its condition holds.
    Effect, "effect" {
        /// It stops what anything else permits.
        Forbid = "forbid",
        /// It permits, unless something forbids.
        Permit = "permit",
    }
}

/// A policy that was parsed and type-checked: it can be asked about any facts and does not fail.
#[derive(Debug, Clone)]
pub struct Checked {
    policy: Policy,
    text: String,
}

/// Why a text is not a policy that counts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// Longer than a clause's policy may be.
    #[error("the policy has {bytes} octets; the limit is {MAX_POLICY_BYTES}: make several clauses of it")]
    TooLong {
        /// How many it has.
        bytes: usize,
    },
    /// It is not Cedar, or not exactly one policy.
    #[error("the policy cannot be read: {problem}")]
    Syntax {
        /// What Cedar says.
        problem: String,
    },
    /// It does not fit the schema: a word that does not exist, a comparison of unlike things.
    #[error("the policy does not type-check: {problem}")]
    Types {
        /// What Cedar says.
        problem: String,
    },
    /// It asks for something that its place does not have.
    #[error("the policy {problem}")]
    Form {
        /// What it does.
        problem: &'static str,
    },
}

impl Checked {
    /// Reads one static policy and checks its types against the schema.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub fn parse(id: &str, text: &str) -> Result<Self, PolicyError> {
        if text.len() > MAX_POLICY_BYTES {
            return Err(PolicyError::TooLong { bytes: text.len() });
        }
        let policy = Policy::parse(Some(PolicyId::new(id)), text)
            .map_err(|error| PolicyError::Syntax { problem: first_line(&error) })?;
        let set = PolicySet::from_policies([policy.clone()])
            .map_err(|error| PolicyError::Syntax { problem: first_line(&error) })?;
        let result = validator().ok_or(PolicyError::Form { problem: "has no schema" })?;
        let result = result.validate(&set, ValidationMode::Strict);
        if let Some(error) = result.validation_errors().next() {
            return Err(PolicyError::Types { problem: first_line(error) });
        }
        // A warning is a condition that is always false, or a word that looks like another: both are mistakes here.
        match result.validation_warnings().next() {
            Some(warning) => Err(PolicyError::Types { problem: first_line(warning) }),
            None => Ok(Self { policy, text: text.to_owned() }),
        }
    }

    /// The same for a clause: it names no party, record or role. Whom a clause binds, its agreement says by roles, so that
    /// what a clause can let out is the same for whoever it is tried with.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub fn parse_clause(id: &str, text: &str) -> Result<Self, PolicyError> {
        let checked = Self::parse(id, text)?;
        let policy = &checked.policy;
        let is_open = matches!(policy.principal_constraint(), PrincipalConstraint::Any)
            && matches!(policy.resource_constraint(), ResourceConstraint::Any);
        let literals = policy.entity_literals();
        let names = literals.iter().any(|uid| ["Party", "Record", "Role"].contains(&uid.type_name().basename()));
        if is_open && !names {
            return Ok(checked);
        }
        Err(PolicyError::Form {
            problem: "of a clause names a party, a record or a role: the agreement's roles do that",
        })
    }

    /// What it does when its condition holds.
    #[must_use]
    pub fn effect(&self) -> Effect {
        match self.policy.effect() {
            CedarEffect::Permit => Effect::Permit,
            CedarEffect::Forbid => Effect::Forbid,
        }
    }

    /// Its text as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it says with every word spelled out, as Cedar's JSON: escapes in the text hide no name.
    pub(crate) fn plain_text(&self) -> String {
        // A static policy always has that form. If it had not, everything would count as asked about.
        let plain = self.policy.to_json().map_or_else(|_| schema_text(), |json| json.to_string());
        // What Cedar calls the two sorts of condition; `kind` is a fact of ours too.
        plain.replace(r#""kind":"when""#, "").replace(r#""kind":"unless""#, "")
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &str {
        self.policy.id().as_ref()
    }
}

fn first_line(error: &impl ToString) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

fn validator() -> Option<&'static Validator> {
    static VALIDATOR: OnceLock<Option<Validator>> = OnceLock::new();
    VALIDATOR.get_or_init(|| Schema::from_str(&schema_text()).ok().map(Validator::new)).as_ref()
}

/// Policies of one effect, asked together.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    set: PolicySet,
    count: usize,
}

/// What policies of one effect said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Said {
    /// The policies whose condition holds, in the order of their names.
    pub holds: Vec<String>,
    /// Policies that failed. Whoever asked must be refused.
    pub failed: Vec<String>,
}

impl Policies {
    /// Takes up policies, all of one effect.
    ///
    /// # Errors
    /// [`PolicyError`] for two of one name.
    pub fn new<'p, I: IntoIterator<Item = &'p Checked>>(policies: I) -> Result<Self, PolicyError> {
        let policies: Vec<_> = policies.into_iter().map(|one| one.policy.clone()).collect();
        let count = policies.len();
        let set =
            PolicySet::from_policies(policies).map_err(|_| PolicyError::Form { problem: "has the name of another" })?;
        Ok(Self { set, count })
    }

    /// Which of them hold for these facts.
    #[must_use]
    pub fn ask(&self, request: &Asked) -> Said {
        if self.count == 0 {
            return Said::default();
        }
        let response = Authorizer::new().is_authorized(request.request(), &self.set, none());
        let names = |id: &PolicyId| AsRef::<str>::as_ref(id).to_owned();
        let mut holds: Vec<_> = response.diagnostics().reason().map(names).collect();
        holds.sort_unstable();
        let failed = response.diagnostics().errors().map(ToString::to_string).collect();
        Said { holds, failed }
    }
}

/// Policies see what the request says and nothing else.
fn none() -> &'static Entities {
    static NONE: OnceLock<Entities> = OnceLock::new();
    NONE.get_or_init(Entities::empty)
}
