//! Targets that are built without a harness of their own (`test = false`), because all their tests stand in `tests/`: each would be
//! compiled and linked once more for nothing. A test that is written into one of them all the same would never run.

/// What breaks the rule: a manifest that has such a target, and files of its package that hold tests.
pub(crate) fn faults<'f>(manifest: (&str, &str), files: impl Iterator<Item = (&'f str, &'f str)>) -> Vec<String> {
    let (path, text) = manifest;
    let Some(package) = path.strip_suffix("Cargo.toml") else { return Vec::new() };
    if !text.lines().any(|line| line.trim() == "test = false") {
        return Vec::new();
    }
    let source = format!("{package}src/");
    let holding = files.filter(|(file, text)| file.starts_with(&source) && holds_tests(text));
    holding.map(|(file, _)| format!("{file} holds tests that never run: {path} says `test = false`")).collect()
}

fn holds_tests(text: &str) -> bool {
    let marks = ["#[test]", "#[tokio::test]", "proptest!"];
    text.lines().any(|line| marks.iter().any(|mark| line.trim_start().starts_with(mark)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [(&str, &str); 3] = [
        ("crates/a/src/lib.rs", "fn a() {}\n    #[test]\nfn b() {}\n"),
        ("crates/a/tests/main.rs", "#[test]\nfn c() {}\n"),
        ("crates/ab/src/lib.rs", "#[test]\nfn d() {}\n"),
    ];

    #[test]
    fn a_test_that_never_runs_is_named() {
        let without = faults(("crates/a/Cargo.toml", "[lib]\ntest = false\n"), FILES.into_iter());
        assert_eq!(without.len(), 1, "{without:?}");
        assert!(without[0].starts_with("crates/a/src/lib.rs holds tests"), "{without:?}");
        assert!(faults(("crates/a/Cargo.toml", "[lib]\n"), FILES.into_iter()).is_empty());
        assert!(faults(("crates/b/Cargo.toml", "test = false\n"), FILES.into_iter()).is_empty());
    }
}
