//! The shape of the source: sizes, words that must not appear, and documents whose links lead somewhere.

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::process;

pub(crate) mod faults;
pub(crate) mod harness;
pub(crate) mod markdown;
pub(crate) mod source;

use faults::RustFile;

/// Half of all functions are at most this long.
const FUNCTION_LINES_MEDIAN_MAX: usize = 10;

/// Nine of ten functions are at most this long.
const FUNCTION_LINES_P90_MAX: usize = 30;

/// What a check of the shape found.
#[derive(Debug)]
pub(crate) struct Shape {
    /// Every broken rule.
    pub(crate) broken: Vec<String>,
    /// The figures, for the report.
    pub(crate) figures: Figures,
}

/// Sizes over the whole workspace, tests and generated tables left out of the functions.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    files: usize,
    file_lines_median: usize,
    functions: usize,
    function_lines_median: usize,
    function_lines_p90: usize,
}

/// Checks every Rust and Markdown file that is tracked or could be.
///
/// # Errors
/// When git cannot list the files or one cannot be read.
pub(crate) fn check(root: &Path) -> Result<Shape> {
    let files = read_rust(root)?;
    let figures = measure(&files);
    let mut broken: Vec<String> = files.iter().flat_map(faults::all).collect();
    broken.extend(figures.broken());
    broken.extend(check_documents(root)?);
    broken.extend(check_harnesses(root)?);
    Ok(Shape { broken, figures })
}

impl Figures {
    /// The figures in one line.
    pub(crate) fn shown(&self) -> String {
        format!(
            "{} Rust files (median {} lines), {} functions (median {}, p90 {} lines)",
            self.files, self.file_lines_median, self.functions, self.function_lines_median, self.function_lines_p90
        )
    }

    fn broken(&self) -> Vec<String> {
        let limits = [
            ("the median function", self.function_lines_median, FUNCTION_LINES_MEDIAN_MAX),
            ("the 90th percentile function", self.function_lines_p90, FUNCTION_LINES_P90_MAX),
        ];
        let over = limits.iter().filter(|(_, lines, most)| lines > most);
        over.map(|(what, lines, most)| format!("{what} is {lines} lines long, {most} at most")).collect()
    }
}

fn measure(files: &[RustFile]) -> Figures {
    let lines: Vec<usize> = files.iter().map(RustFile::line_count).collect();
    let functions: Vec<usize> = files.iter().flat_map(RustFile::function_lines).collect();
    Figures {
        files: files.len(),
        file_lines_median: percentile(&lines, 50),
        functions: functions.len(),
        function_lines_median: percentile(&functions, 50),
        function_lines_p90: percentile(&functions, 90),
    }
}

fn percentile(sizes: &[usize], percent: usize) -> usize {
    let mut sorted = sizes.to_vec();
    sorted.sort_unstable();
    let position = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(position).copied().unwrap_or(0)
}

fn read_rust(root: &Path) -> Result<Vec<RustFile>> {
    let paths = list(root, "*.rs")?;
    paths.into_iter().map(|path| read(root, &path).map(|text| RustFile::new(path, &text))).collect()
}

fn check_documents(root: &Path) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    for path in list(root, "*.md")? {
        let document = root.join(&path);
        let exists = |target: &str| document.parent().is_some_and(|folder| folder.join(target).exists());
        broken.extend(markdown::faults(&path, &read(root, &path)?, exists));
    }
    let readme = std::fs::read_to_string(root.join("README.md")).ok();
    broken.extend(markdown::readme_faults(readme.as_deref()));
    Ok(broken)
}

fn check_harnesses(root: &Path) -> Result<Vec<String>> {
    let read_all = |paths: Vec<String>| -> Result<Vec<(String, String)>> {
        paths.into_iter().map(|path| read(root, &path).map(|text| (path, text))).collect()
    };
    let (manifests, files) = (read_all(list(root, "*Cargo.toml")?)?, read_all(list(root, "*.rs")?)?);
    let files = || files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    Ok(manifests.iter().flat_map(|(path, text)| harness::faults((path, text), files())).collect())
}

fn list(root: &Path, pattern: &str) -> Result<Vec<String>> {
    let mut git = std::process::Command::new("git");
    git.current_dir(root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", pattern]);
    let listed = process::capture(&mut git)?;
    let paths = listed.split('\0').filter(|path| !path.is_empty() && root.join(path).is_file());
    Ok(paths.map(str::to_owned).collect())
}

fn read(root: &Path, path: &str) -> Result<String> {
    std::fs::read_to_string(root.join(path)).with_context(|| format!("{path} cannot be read"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(lines: usize) -> RustFile {
        let body = "\n".repeat(lines - 2);
        RustFile::new("crates/x/src/a.rs".to_owned(), &format!("fn a() {{{body}}}\nfn b() {{}}\n"))
    }

    #[test]
    fn percentiles_of_nothing_and_something() {
        assert_eq!(percentile(&[], 50), 0);
        assert_eq!(percentile(&[7], 90), 7);
        assert_eq!(percentile(&[9, 1, 5], 50), 5);
    }

    #[test]
    fn figures_count_files_and_functions() {
        let figures = measure(&[file(12), file(5)]);
        assert_eq!((figures.files, figures.functions), (2, 4));
        assert_eq!((figures.function_lines_median, figures.function_lines_p90), (4, 11));
        assert!(figures.broken().is_empty());
    }

    #[test]
    fn long_functions_break_the_ratchet() {
        let figures = Figures { function_lines_median: 11, function_lines_p90: 31, ..Figures::default() };
        let expected = [
            "the median function is 11 lines long, 10 at most",
            "the 90th percentile function is 31 lines long, 30 at most",
        ];
        assert_eq!(figures.broken(), expected);
    }
}
