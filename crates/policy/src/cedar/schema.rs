//! The schema that every policy is checked against: finite lists, and nothing that a request could leave out.

use std::fmt::Display;
use std::fmt::Write as _;
use std::sync::OnceLock;

use record::digest::sha256;
use record::label::{Pap, Tlp};

use crate::shown::Role;
use crate::vocabulary::{Care, Kind, Purpose};

/// The engine, as receipts and agreements name it: another version may decide otherwise, so it is pinned.
pub const ENGINE: &str = "cedar/4.6 detente-policy/1";

/// The schema in Cedar's own notation.
#[must_use]
pub fn schema_text() -> String {
    let mut text = String::new();
    enumerate(&mut text, "Care", Care::ALL);
    enumerate(&mut text, "Kind", Kind::ALL);
    enumerate(&mut text, "Pap", &Pap::ALL);
    enumerate(&mut text, "Purpose", Purpose::ALL);
    enumerate(&mut text, "Role", Role::ALL);
    enumerate(&mut text, "Tlp", &Tlp::ALL);
    text.push_str(REST);
    text
}

/// SHA-256 of the schema: what an agreement's policies were written against.
#[must_use]
pub fn schema_digest() -> [u8; 32] {
    static DIGEST: OnceLock<[u8; 32]> = OnceLock::new();
    *DIGEST.get_or_init(|| sha256(&[b"detente/schema/v1\0", schema_text().as_bytes()]))
}

const REST: &str = r"entity Party;
entity Record;
type Facts = {
  approvals: Long,
  care: Set<Care>,
  foreign: Bool,
  kind: Kind,
  pap: Pap,
  purpose: Purpose,
  relayed: Bool,
  tlp: Tlp,
};
action release appliesTo { principal: [Party], resource: [Record], context: Facts };
action show appliesTo { principal: [Role], resource: [Record], context: Facts };
";

fn enumerate(text: &mut String, name: &str, items: &[impl Display]) {
    let items: Vec<_> = items.iter().map(|item| format!("\"{item}\"")).collect();
    // Writing to a string does not fail.
    let _written = writeln!(text, "entity {name} enum [{}];", items.join(", "));
}
