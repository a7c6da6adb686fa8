//! The kinds as a document, from the tables alone.

use record::kind::{COMMON, Discloses, KINDS, Kind, Place, Property};

const HEAD: &str = "\
# Kinds of record

What each kind of record is made of. This file is written from the tables in `crates/record/src/kind/tables.rs` by
`cargo run -p detente-record --example kinds > docs/kinds.md`, and a test fails when it differs from them.

A property discloses *alone*: it is shown or withheld as a whole. An array may disclose *by element* instead: each element is
shown or withheld apart, and the array's length is known only to a step. Properties that no table names are kept and
disclose alone, and so does each property of an extension that no table names. A coarse twin is signed beside its original and
can be shown in its place; whoever is shown both checks that one follows from the other.
";

/// The whole document.
pub(crate) fn document() -> String {
    let mut out = String::from(HEAD);
    out.push_str("\n## Properties of every kind\n\nSTIX 2.1 section 3.2, at the object's top.\n\n");
    out.push_str(&properties(COMMON));
    for kind in KINDS {
        out.push_str(&section(kind));
    }
    out
}

fn section(kind: &Kind) -> String {
    let mut out = format!("\n## {}\n\n{}\n\nSTIX type `{}`.", kind.name, kind.about, kind.object_type);
    match kind.extension {
        Some(id) => out.push_str(&format!(" Properties of its own stand in the extension `{id}`.\n\n")),
        None => out.push_str(" It has no extension of its own.\n\n"),
    }
    out.push_str(&properties(kind.properties));
    if !kind.twins.is_empty() {
        out.push_str("\n| coarse twin | of | what it says |\n|---|---|---|\n");
        let rows =
            kind.twins.iter().map(|twin| format!("| `{}` | `{}` | {} |\n", twin.name, twin.of, twin.rule.about()));
        out.extend(rows);
    }
    out
}

fn properties(properties: &[Property]) -> String {
    let rows = properties.iter().map(|property| {
        let place = match property.place {
            Place::Core => "top",
            Place::Extension => "extension",
        };
        let discloses = match property.discloses {
            Discloses::Alone => "alone",
            Discloses::ByElement => "by element",
        };
        format!("| `{}` | {place} | {discloses} | {} |\n", property.name, property.about)
    });
    format!("| property | stands in | discloses | says |\n|---|---|---|---|\n{}", rows.collect::<String>())
}
