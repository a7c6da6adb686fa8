//! The floors: a crate imports only from floors below its own.
//!
//! The rules are a pure function over what `cargo metadata` says, so that a broken floor can be fed to them in a test.

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::metadata::{self, Kind, Package};
use crate::process;

/// Every crate with its floor.
const FLOORS: &[(&str, u8)] = &[
    ("detente-record", 0),
    ("detente-bundle", 1),
    ("detente-tlog", 1),
    ("detente-text", 1),
    ("detente-policy", 2),
    ("detente-incident", 2),
    ("detente-matching", 2),
    ("detente-access", 3),
    ("detente-duties", 3),
    ("detente-interop", 3),
    ("detente-protocol", 3),
    ("detente-search", 3),
    ("detente-storage", 3),
    ("detente-taxii", 3),
    ("detente-api", 4),
    ("detente-collections", 4),
    ("detente-storage-postgres", 4),
    ("detente-node", 5),
    ("detente-pages", 5),
    ("detente-web", 6),
    ("detente", 7),
];

/// Crates of the developers: they may import every floor, and nothing may import them.
const OUTSIDE: &[&str] = &["sim", "bench", "xtask"];

/// Crates above floor 2 that do no input or output all the same.
const ALSO_PURE: &[&str] = &[
    "detente-access",
    "detente-api",
    "detente-duties",
    "detente-interop",
    "detente-pages",
    "detente-protocol",
    "detente-taxii",
];

/// What no pure crate may contain anywhere in its tree.
const IMPURE: &[&str] = &["tokio", "mio", "socket2", "reqwest", "hyper", "rusqlite"];

/// The floors up to which development dependencies must not look upwards either.
const DEEP_FLOOR_MAX: u8 = 2;

/// Where a crate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Floor(u8),
    Outside,
}

/// Checks the whole workspace and returns every broken rule.
///
/// # Errors
/// When cargo cannot describe the workspace.
pub(crate) fn check(root: &Path) -> Result<Vec<String>> {
    let packages = metadata::packages(root)?;
    let mut broken = broken_floors(&packages);
    for package in packages.iter().filter(|package| is_pure(&package.name)) {
        let clippy = std::fs::read_to_string(package.directory.join("clippy.toml")).ok();
        broken.extend(missing_ban(&package.name, clippy.as_deref()));
        broken.extend(impure_parts(&package.name, &tree(root, &package.name)?));
    }
    Ok(broken)
}

/// How many crates have a floor, for the report.
///
/// # Errors
/// When cargo cannot describe the workspace.
pub(crate) fn summary(root: &Path) -> Result<String> {
    let packages = metadata::packages(root)?;
    let pure = packages.iter().filter(|package| is_pure(&package.name)).count();
    Ok(format!("{} crates, {pure} of them without input or output", packages.len()))
}

fn place(name: &str) -> Option<Place> {
    if OUTSIDE.contains(&name) {
        return Some(Place::Outside);
    }
    let (_, floor) = FLOORS.iter().find(|(known, _)| *known == name)?;
    Some(Place::Floor(*floor))
}

fn is_pure(name: &str) -> bool {
    let low = matches!(place(name), Some(Place::Floor(0..=DEEP_FLOOR_MAX)));
    low || ALSO_PURE.contains(&name)
}

fn broken_floors(packages: &[Package]) -> Vec<String> {
    packages.iter().flat_map(broken_by).collect()
}

fn broken_by(package: &Package) -> Vec<String> {
    let Some(from) = place(&package.name) else {
        return vec![unknown(&package.name)];
    };
    let inner = package.dependencies.iter().filter(|dependency| dependency.is_path);
    inner.filter_map(|dependency| broken_import(&package.name, from, &dependency.name, dependency.kind)).collect()
}

fn broken_import(name: &str, from: Place, to_name: &str, kind: Kind) -> Option<String> {
    let Some(to) = place(to_name) else {
        return Some(unknown(to_name));
    };
    match (from, to) {
        (_, Place::Outside) => {
            Some(format!("{name} must not import {to_name}: it is for developers only, nothing may depend on it"))
        }
        (Place::Outside, Place::Floor(_)) => None,
        (Place::Floor(from), Place::Floor(to)) if may_import(from, to, kind) => None,
        (Place::Floor(from), Place::Floor(to)) => {
            let how = if kind == Kind::Development { " even in its tests" } else { "" };
            Some(format!("{name} (floor {from}) must not import {to_name} (floor {to}){how}"))
        }
    }
}

fn may_import(from: u8, to: u8, kind: Kind) -> bool {
    match kind {
        Kind::Normal | Kind::Build => to < from,
        Kind::Development => from > DEEP_FLOOR_MAX || to <= from,
    }
}

fn unknown(name: &str) -> String {
    format!("{name} has no floor: give it one in FLOORS (xtask/src/floors.rs)")
}

fn missing_ban(name: &str, clippy: Option<&str>) -> Option<String> {
    let text = clippy.unwrap_or_default();
    if text.contains("disallowed-methods") && text.contains("SystemTime::now") {
        return None;
    }
    Some(format!(
        "{name} does no input or output, so its own clippy.toml must list SystemTime::now under disallowed-methods"
    ))
}

fn tree(root: &Path, name: &str) -> Result<String> {
    let arguments = ["tree", "--locked", "-e", "normal", "--prefix", "none", "-p", name];
    process::capture(&mut process::cargo(root, &arguments)).context("the dependency tree is needed for the floors")
}

fn impure_parts(name: &str, tree: &str) -> Vec<String> {
    let inside = |part: &&&str| tree.lines().any(|line| line.split(' ').next() == Some(**part));
    let found = IMPURE.iter().filter(inside);
    found
        .map(|part| format!("{name} does no input or output, so it must not depend on {part}, not even indirectly"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Dependency;

    fn package(name: &str, imports: &[(&str, Kind)]) -> Package {
        let dependencies = imports
            .iter()
            .map(|(name, kind)| Dependency { name: (*name).to_owned(), kind: *kind, is_path: true })
            .collect();
        Package { name: name.to_owned(), directory: "here".into(), dependencies }
    }

    #[test]
    fn importing_upwards_is_named() {
        let broken = broken_floors(&[package("detente-record", &[("detente-text", Kind::Normal)])]);
        assert_eq!(broken, ["detente-record (floor 0) must not import detente-text (floor 1)"]);
    }

    #[test]
    fn importing_sideways_is_forbidden() {
        let broken = broken_floors(&[package("detente-tlog", &[("detente-text", Kind::Build)])]);
        assert_eq!(broken, ["detente-tlog (floor 1) must not import detente-text (floor 1)"]);
    }

    #[test]
    fn importing_downwards_is_the_rule() {
        let all = [("detente-record", Kind::Normal), ("detente-node", Kind::Normal)];
        assert!(broken_floors(&[package("detente", &all)]).is_empty());
    }

    #[test]
    fn tests_may_look_up_only_above_the_deep_floors() {
        assert!(broken_floors(&[package("detente-protocol", &[("detente-node", Kind::Development)])]).is_empty());
        assert!(broken_floors(&[package("detente-tlog", &[("detente-text", Kind::Development)])]).is_empty());
        let broken = broken_floors(&[package("detente-policy", &[("detente-node", Kind::Development)])]);
        assert_eq!(broken, ["detente-policy (floor 2) must not import detente-node (floor 5) even in its tests"]);
    }

    #[test]
    fn nothing_depends_on_the_developers_crates() {
        let broken = broken_floors(&[package("detente-node", &[("sim", Kind::Development)])]);
        let expected = "detente-node must not import sim: it is for developers only, nothing may depend on it";
        assert_eq!(broken, [expected]);
    }

    #[test]
    fn a_crate_without_a_floor_is_told_to_get_one() {
        let broken = broken_floors(&[package("detente-cellar", &[])]);
        assert_eq!(broken, ["detente-cellar has no floor: give it one in FLOORS (xtask/src/floors.rs)"]);
    }

    #[test]
    fn a_dependency_from_a_registry_has_no_floor_and_needs_none() {
        let mut record = package("detente-record", &[("serde", Kind::Normal)]);
        record.dependencies.iter_mut().for_each(|dependency| dependency.is_path = false);
        assert!(broken_floors(&[record]).is_empty());
    }

    #[test]
    fn a_runtime_deep_in_the_tree_is_found() {
        let tree = "detente-record v0.1.0 (here)\nserde v1.0.0\ntokio v1.50.0\ntokio-util v0.7.0 (*)\n";
        let broken = impure_parts("detente-record", tree);
        assert_eq!(
            broken,
            ["detente-record does no input or output, so it must not depend on tokio, not even indirectly"]
        );
        assert!(impure_parts("detente-record", "tokio-util v0.7.0\nhyperloop v1.0.0\n").is_empty());
    }

    #[test]
    fn a_pure_crate_must_ban_the_clock() {
        assert!(missing_ban("detente-record", None).is_some());
        assert!(missing_ban("detente-record", Some("too-many-lines-threshold = 70")).is_some());
        let banned = "disallowed-methods = [{ path = \"std::time::SystemTime::now\" }]";
        assert!(missing_ban("detente-record", Some(banned)).is_none());
    }

    #[test]
    fn the_pure_crates_are_those_of_the_design() {
        let pure = ["detente-record", "detente-matching", "detente-duties", "detente-interop", "detente-protocol"];
        assert!(pure.iter().all(|name| is_pure(name)));
        let impure = ["detente-storage", "detente-node", "detente", "xtask", "sim"];
        assert!(!impure.iter().any(|name| is_pure(name)));
    }
}
