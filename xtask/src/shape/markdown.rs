//! Documents: one title each, links that lead somewhere, and a README that says how to begin.

/// The commands that a reader must meet at once.
const README_COMMANDS: &[&str] = &["cargo run --release -- demo", "cargo xtask test"];

/// How many lines count as the top of the README.
const README_TOP_LINES: usize = 40;

/// Every fault of one document. `exists` answers for targets relative to the document.
pub(crate) fn faults(path: &str, text: &str, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let prose = prose(text);
    let titles = prose.iter().filter(|(_, line)| line.starts_with("# ")).count();
    let mut found = Vec::new();
    if titles != 1 {
        found.push(format!("{path}: {titles} first-level headings, there must be exactly one"));
    }
    for (number, line) in &prose {
        let broken = targets(line).into_iter().filter(|target| is_local(target) && !exists(file_part(target)));
        found.extend(broken.map(|target| format!("{path}:{number}: the link to {target} leads nowhere")));
    }
    found
}

/// What is missing at the top of the README.
pub(crate) fn readme_faults(text: Option<&str>) -> Vec<String> {
    let Some(text) = text else {
        return vec!["README.md: does not exist".to_owned()];
    };
    let top: Vec<&str> = text.lines().take(README_TOP_LINES).collect();
    let missing = README_COMMANDS.iter().filter(|command| !top.iter().any(|line| line.contains(*command)));
    missing.map(|command| format!("README.md: `{command}` is not within its first {README_TOP_LINES} lines")).collect()
}

/// The numbered lines outside code, with code spans removed.
fn prose(text: &str) -> Vec<(usize, String)> {
    let mut fence: Option<&str> = None;
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        match (fence, fence_of(line)) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (Some(_), _) => {}
            (None, None) => found.push((index + 1, without_code(line))),
        }
    }
    found
}

fn fence_of(line: &str) -> Option<&'static str> {
    ["```", "~~~"].into_iter().find(|mark| line.trim_start().starts_with(mark))
}

fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect()
}

/// The targets of inline links, images and link definitions on one line.
fn targets(line: &str) -> Vec<&str> {
    let inline = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let definition = line.starts_with('[').then(|| line.split_once("]: ")).flatten().map(|(_, target)| target);
    let bare = inline.chain(definition).filter_map(|target| target.split_whitespace().next());
    bare.map(|target| target.trim_matches(['<', '>'])).collect()
}

fn is_local(target: &str) -> bool {
    !target.starts_with('#') && !target.contains("://") && !target.starts_with("mailto:")
}

fn file_part(target: &str) -> &str {
    target.split('#').next().unwrap_or(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        faults("docs/A.md", text, |target| target == "B.md")
    }

    #[test]
    fn a_sound_document() {
        let text = "# Title\n\nSee [b](B.md#part), [here](#x), [web](https://example.org/x.md \"t\").\n\n[b]: B.md\n";
        assert!(found(text).is_empty());
    }

    #[test]
    fn links_that_lead_nowhere_are_named() {
        let text = "# Title\n![picture](gone.svg) and [b](<B.md>)\n[c]: C.md\n";
        let expected =
            ["docs/A.md:2: the link to gone.svg leads nowhere", "docs/A.md:3: the link to C.md leads nowhere"];
        assert_eq!(found(text), expected);
    }

    #[test]
    fn code_is_not_read() {
        assert!(found("# Title\n```sh\n# a comment [x](gone)\n```\n`[y](gone)` too\n").is_empty());
    }

    #[test]
    fn there_is_exactly_one_title() {
        assert_eq!(found("text\n"), ["docs/A.md: 0 first-level headings, there must be exactly one"]);
        assert_eq!(found("# A\n# B\n## C\n"), ["docs/A.md: 2 first-level headings, there must be exactly one"]);
    }

    #[test]
    fn the_readme_begins_with_the_commands() {
        assert_eq!(readme_faults(None), ["README.md: does not exist"]);
        let good = "# D\n```sh\ncargo run --release -- demo\ncargo xtask test\n```\n";
        assert!(readme_faults(Some(good)).is_empty());
        let late = format!("# D\ncargo run --release -- demo\n{}cargo xtask test\n", "\n".repeat(40));
        assert_eq!(readme_faults(Some(&late)), ["README.md: `cargo xtask test` is not within its first 40 lines"]);
    }
}
