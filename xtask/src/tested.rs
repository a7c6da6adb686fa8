//! The binary as the tests have it: any other build costs minutes from cold, for other features or another profile.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::metadata;
use crate::process;

/// Builds it, if the tests have not, and says where it lies.
///
/// # Errors
/// When it cannot be built.
pub(crate) fn binary(root: &Path) -> Result<PathBuf> {
    process::run(&mut process::cargo(root, &["test", "--locked", "--workspace", "--no-run", "--quiet"]))?;
    let name = format!("detente{}", std::env::consts::EXE_SUFFIX);
    Ok(metadata::target_directory(root)?.join("debug").join(name))
}
