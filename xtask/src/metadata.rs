//! What `cargo metadata` says about the workspace, reduced to what the checks need.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::process;

/// One crate of the workspace.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    /// Its name as a package.
    pub(crate) name: String,
    /// The directory of its manifest.
    pub(crate) directory: PathBuf,
    /// What it declares to depend on.
    pub(crate) dependencies: Vec<Dependency>,
}

/// One declared dependency.
#[derive(Debug, Clone)]
pub(crate) struct Dependency {
    /// The name as a package, whatever it is renamed to.
    pub(crate) name: String,
    /// When it is needed.
    pub(crate) kind: Kind,
    /// Whether it is found by a path, hence in this repository.
    pub(crate) is_path: bool,
}

/// When a dependency is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// By the crate itself.
    Normal,
    /// By its build script.
    Build,
    /// By its tests, examples and benches.
    Development,
}

/// The crates of the workspace.
///
/// # Errors
/// When cargo cannot describe the workspace.
pub(crate) fn packages(root: &Path) -> Result<Vec<Package>> {
    let metadata = read(root)?;
    let list = metadata.get("packages").and_then(Value::as_array).context("no packages in the metadata")?;
    list.iter().map(package).collect()
}

/// Where cargo puts what it builds, with `CARGO_TARGET_DIR` respected.
///
/// # Errors
/// When cargo cannot describe the workspace.
pub(crate) fn target_directory(root: &Path) -> Result<PathBuf> {
    let metadata = read(root)?;
    Ok(PathBuf::from(text(&metadata, "target_directory")?))
}

fn read(root: &Path) -> Result<Value> {
    let arguments = ["metadata", "--no-deps", "--format-version", "1", "--locked"];
    let offline = process::capture(process::cargo(root, &arguments).arg("--offline"));
    let answer = offline.or_else(|_| process::capture(&mut process::cargo(root, &arguments)))?;
    serde_json::from_str(&answer).context("the metadata is not JSON")
}

fn package(value: &Value) -> Result<Package> {
    let manifest = PathBuf::from(text(value, "manifest_path")?);
    let directory = manifest.parent().context("a manifest without a directory")?.to_path_buf();
    let declared = value.get("dependencies").and_then(Value::as_array).context("no dependencies in the metadata")?;
    let dependencies = declared.iter().map(dependency).collect::<Result<_>>()?;
    Ok(Package { name: text(value, "name")?.to_owned(), directory, dependencies })
}

fn dependency(value: &Value) -> Result<Dependency> {
    let kind = match value.get("kind").and_then(Value::as_str) {
        None => Kind::Normal,
        Some("build") => Kind::Build,
        Some("dev") => Kind::Development,
        Some(other) => bail!("`{other}` is not a kind of dependency"),
    };
    let is_path = value.get("path").is_some_and(Value::is_string);
    Ok(Dependency { name: text(value, "name")?.to_owned(), kind, is_path })
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str> {
    value.get(key).and_then(Value::as_str).with_context(|| format!("no `{key}` in the metadata"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_package_is_read_by_its_own_names() {
        let parsed = package(&json!({
            "name": "detente-text",
            "manifest_path": "crates/text/Cargo.toml",
            "dependencies": [
                { "name": "detente-record", "rename": "record", "kind": null, "path": "crates/record" },
                { "name": "proptest", "kind": "dev" },
            ],
        }))
        .unwrap();
        assert_eq!(parsed.name, "detente-text");
        assert_eq!(parsed.directory, Path::new("crates/text"));
        let [record, proptest] = parsed.dependencies.as_slice() else { panic!("two dependencies") };
        assert_eq!((record.name.as_str(), record.kind, record.is_path), ("detente-record", Kind::Normal, true));
        assert_eq!((proptest.name.as_str(), proptest.kind, proptest.is_path), ("proptest", Kind::Development, false));
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = package(&json!({ "manifest_path": "a/Cargo.toml", "dependencies": [] })).unwrap_err();
        assert_eq!(error.to_string(), "no `name` in the metadata");
        let error = dependency(&json!({ "name": "x", "kind": "odd" })).unwrap_err();
        assert_eq!(error.to_string(), "`odd` is not a kind of dependency");
    }

    #[test]
    fn this_workspace_can_be_read() {
        let root = process::workspace_root().unwrap();
        assert!(packages(&root).unwrap().iter().any(|package| package.name == "xtask"));
        assert!(target_directory(&root).unwrap().is_absolute());
    }
}
