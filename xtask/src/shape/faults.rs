//! What a single Rust file must not contain.

use std::ops::Range;

use super::source::Source;

/// The longest file of production code, inline tests included.
const FILE_LINES_MAX: usize = 800;

/// The longest file of tests.
const TEST_FILE_LINES_MAX: usize = 1200;

/// Words that no code contains: what is sought, whether tests may, and what to do instead.
const BANNED: &[(&str, bool, &str)] = &[
    ("#[allow(", false, "write #[expect(..., reason = \"...\")], which warns when it is no longer needed"),
    ("#![allow(", false, "write #![expect(..., reason = \"...\")], which warns when it is no longer needed"),
    ("todo!", false, "finish it, or return an error that says what is missing"),
    (".unwrap()", true, "return the error, or #[expect] with the reason why it cannot happen"),
];

/// The first parts of paths that exist on one machine only.
const MACHINE_FOLDERS: &[&str] = &["home", "root", "tmp"];

/// One Rust file with all that the checks ask of it.
#[derive(Debug)]
pub(crate) struct RustFile {
    path: String,
    lines: usize,
    is_generated: bool,
    is_test: bool,
    source: Source,
    tests: Vec<Range<usize>>,
}

impl RustFile {
    /// Reads a file whose path is relative to the root of the workspace.
    pub(crate) fn new(path: String, text: &str) -> Self {
        let source = Source::read(text);
        Self {
            is_generated: text.lines().take(5).any(|line| line.contains("@generated")),
            is_test: path.split('/').any(|part| matches!(part, "tests" | "tests.rs" | "fuzz")),
            lines: text.lines().count(),
            tests: source.tests(),
            source,
            path,
        }
    }

    /// How many lines it has.
    pub(crate) fn line_count(&self) -> usize {
        self.lines
    }

    /// The length of every function that is neither a test nor generated.
    pub(crate) fn function_lines(&self) -> Vec<usize> {
        if self.is_generated || self.is_test {
            return Vec::new();
        }
        let functions = self.source.functions().into_iter();
        functions.filter(|lines| !self.is_test_line(lines.start)).map(|lines| lines.len()).collect()
    }

    fn is_test_line(&self, line: usize) -> bool {
        self.is_test || self.tests.iter().any(|lines| lines.contains(&line))
    }

    fn at(&self, line: usize, fault: &str) -> String {
        format!("{}:{line}: {fault}", self.path)
    }
}

/// Every fault of one file.
pub(crate) fn all(file: &RustFile) -> Vec<String> {
    let mut found: Vec<String> = too_long(file).into_iter().collect();
    found.extend(banned_words(file));
    found.extend(unsafe_code(file));
    found.extend(machine_paths(file));
    found
}

fn too_long(file: &RustFile) -> Option<String> {
    let most = if file.is_test { TEST_FILE_LINES_MAX } else { FILE_LINES_MAX };
    let fault = format!("{}: {} lines, {most} at most: split it by subject", file.path, file.lines);
    (file.lines > most && !file.is_generated).then_some(fault)
}

fn code_lines(file: &RustFile) -> impl Iterator<Item = (usize, &str)> {
    file.source.code.lines().enumerate().map(|(index, code)| (index + 1, code))
}

fn banned_words(file: &RustFile) -> Vec<String> {
    code_lines(file).flat_map(|(line, code)| banned_on_line(file, line, code)).collect()
}

fn banned_on_line(file: &RustFile, line: usize, code: &str) -> Vec<String> {
    let found =
        BANNED.iter().filter(|(word, in_tests, _)| code.contains(word) && !(*in_tests && file.is_test_line(line)));
    found.map(|(word, _, instead)| file.at(line, &format!("`{word}`: {instead}"))).collect()
}

fn unsafe_code(file: &RustFile) -> Vec<String> {
    let has_word = |code: &str| code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "unsafe");
    let found = code_lines(file).filter(|(_, code)| has_word(code));
    found.map(|(line, _)| file.at(line, "`unsafe`: no crate of ours needs it")).collect()
}

fn machine_paths(file: &RustFile) -> Vec<String> {
    if !file.path.split('/').any(|part| part == "src") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for literal in &file.source.literals {
        for folder in MACHINE_FOLDERS.iter().filter(|folder| literal.text.contains(&format!("/{folder}/"))) {
            found.push(file.at(literal.line, &format!("a path in /{folder}: it exists on one machine only")));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: &str) -> Vec<String> {
        all(&RustFile::new(path.to_owned(), text))
    }

    #[test]
    fn clean_code_has_no_faults() {
        let text = "//! `todo!` and unsafe, in words only.\nfn a() -> u8 {\n    \"unsafe .unwrap()\".len()\n}\n";
        assert!(faults("crates/x/src/a.rs", text).is_empty());
    }

    #[test]
    fn banned_words_are_named_with_their_line() {
        let found = faults("crates/x/src/a.rs", "fn a() {}\nfn b() { c.unwrap() }\n");
        let expected =
            "crates/x/src/a.rs:2: `.unwrap()`: return the error, or #[expect] with the reason why it cannot happen";
        assert_eq!(found, [expected]);
        let found = faults("crates/x/src/a.rs", "#[allow(dead_code)]\nfn a() { todo!() }\nunsafe fn c() {}\n");
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn tests_may_unwrap_but_not_be_unsafe() {
        let text = "#[cfg(test)]\nmod tests {\n    fn a() { b.unwrap() }\n}\n";
        assert!(faults("crates/x/src/a.rs", text).is_empty());
        assert!(faults("crates/x/tests/a.rs", "fn a() { b.unwrap() }").is_empty());
        assert!(faults("crates/x/src/a/tests.rs", "fn a() { b.unwrap() }").is_empty());
        assert_eq!(faults("crates/x/tests/a.rs", "fn a() { unsafe { b() } }").len(), 1);
    }

    #[test]
    fn long_files_are_faults_unless_generated() {
        let long = "\n".repeat(FILE_LINES_MAX + 1);
        let expected = "crates/x/src/a.rs: 801 lines, 800 at most: split it by subject";
        assert_eq!(faults("crates/x/src/a.rs", &long), [expected]);
        assert!(faults("crates/x/tests/a.rs", &long).is_empty());
        assert!(faults("crates/x/src/a.rs", &format!("// @generated\n{long}")).is_empty());
    }

    #[test]
    fn paths_of_one_machine_are_faults() {
        let text = format!("fn a() -> u8 {{\n    b(\"/{}/someone/notes\")\n}}\n", MACHINE_FOLDERS[0]);
        let found = faults("crates/x/src/a.rs", &text);
        assert_eq!(found, ["crates/x/src/a.rs:2: a path in /home: it exists on one machine only"]);
        assert!(faults("crates/x/tests/a.rs", &text).is_empty());
    }

    #[test]
    fn functions_of_tests_are_not_measured() {
        let text = "fn a() {\n}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n";
        assert_eq!(RustFile::new("a.rs".to_owned(), text).function_lines(), [2]);
    }
}
