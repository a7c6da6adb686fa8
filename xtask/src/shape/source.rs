//! A light reading of Rust source: enough to tell code from comments, strings and tests, and to measure functions.

use std::ops::Range;

/// One Rust file, read.
#[derive(Debug)]
pub(crate) struct Source {
    /// The text with comments and literals turned into spaces, line by line as before.
    pub(crate) code: String,
    /// Every string literal.
    pub(crate) literals: Vec<Literal>,
}

/// A string literal and the line it begins on, counted from 1.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Literal {
    /// The line.
    pub(crate) line: usize,
    /// What stands between the quotes, escapes as written.
    pub(crate) text: String,
}

impl Source {
    /// Reads one file.
    pub(crate) fn read(text: &str) -> Self {
        let mut scanner =
            Scanner { input: text.chars().collect(), at: 0, line: 1, code: String::new(), literals: Vec::new() };
        while scanner.step() {}
        Self { code: scanner.code, literals: scanner.literals }
    }

    /// The lines of every function with a body, as ranges counted from 1.
    pub(crate) fn functions(&self) -> Vec<Range<usize>> {
        let code: Vec<char> = self.code.chars().collect();
        let starts = positions(&code, "fn ").filter(|at| !in_word(&code, *at) && names(&code, at + 3));
        let lines = starts.filter_map(|at| Some(line_at(&code, at)..line_at(&code, block_end(&code, at)?) + 1));
        lines.collect()
    }

    /// The lines that are compiled for tests only, as ranges counted from 1.
    pub(crate) fn tests(&self) -> Vec<Range<usize>> {
        let code: Vec<char> = self.code.chars().collect();
        let marks = ["#[cfg(test)]", "#[cfg(all(test", "#[test]"];
        let starts = marks.iter().flat_map(|mark| positions(&code, mark));
        let lines = starts.filter_map(|at| {
            let after = at + code.get(at..)?.iter().position(|c| *c == ']')?;
            Some(line_at(&code, at)..line_at(&code, block_end(&code, after + 1)?) + 1)
        });
        lines.collect()
    }
}

fn positions<'a>(code: &'a [char], word: &str) -> impl Iterator<Item = usize> + 'a {
    let word: Vec<char> = word.chars().collect();
    (0..code.len()).filter(move |at| code.get(*at..).is_some_and(|rest| rest.starts_with(&word)))
}

fn in_word(code: &[char], at: usize) -> bool {
    at.checked_sub(1).and_then(|before| code.get(before)).is_some_and(|c| is_word(*c))
}

fn names(code: &[char], at: usize) -> bool {
    code.get(at).is_some_and(|c| is_word(*c))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn line_at(code: &[char], at: usize) -> usize {
    1 + code.iter().take(at).filter(|c| **c == '\n').count()
}

/// Where the first block after `from` closes; nothing when a semicolon comes first.
fn block_end(code: &[char], from: usize) -> Option<usize> {
    let mut round: usize = 0;
    let mut curly: usize = 0;
    for (at, c) in code.iter().enumerate().skip(from) {
        match c {
            '(' | '[' => round += 1,
            ')' | ']' => round = round.saturating_sub(1),
            '{' => curly += 1,
            '}' if curly <= 1 => return (curly == 1).then_some(at),
            '}' => curly -= 1,
            ';' if curly == 0 && round == 0 => return None,
            _ => {}
        }
    }
    None
}

struct Scanner {
    input: Vec<char>,
    at: usize,
    line: usize,
    code: String,
    literals: Vec<Literal>,
}

impl Scanner {
    /// Reads one token, or one character of code; false at the end.
    fn step(&mut self) -> bool {
        match (self.peek(0), self.peek(1), self.peek(2)) {
            (None, _, _) => return false,
            (Some('/'), Some('/'), _) => self.line_comment(),
            (Some('/'), Some('*'), _) => self.block_comment(),
            (Some('"'), _, _) => self.string(),
            (Some('\''), Some('\\'), _) => self.escaped_char(),
            (Some('\''), Some(_), Some('\'')) => self.blank_many(3),
            (Some('r'), Some('"' | '#'), _) if !self.after_word() => self.raw_string(),
            (Some('b' | 'c'), Some('r'), Some('"' | '#')) if !self.after_word() => self.keep(),
            (Some(_), _, _) => self.keep(),
        }
        true
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.input.get(self.at + ahead).copied()
    }

    /// Whether the character before this one belongs to a word; the `b` of `br` does not count.
    fn after_word(&self) -> bool {
        let mut before = self.code.chars().rev();
        match before.next() {
            Some('b' | 'c') => before.next().is_some_and(is_word),
            last => last.is_some_and(is_word),
        }
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek(0)?;
        self.at += 1;
        self.line += usize::from(c == '\n');
        Some(c)
    }

    fn keep(&mut self) {
        let taken = self.take();
        self.code.extend(taken);
    }

    fn blank(&mut self) -> Option<char> {
        let c = self.take()?;
        self.code.push(if c == '\n' { '\n' } else { ' ' });
        Some(c)
    }

    fn blank_many(&mut self, count: usize) {
        for _ in 0..count {
            self.blank();
        }
    }

    fn line_comment(&mut self) {
        while self.peek(0).is_some_and(|c| c != '\n') {
            self.blank();
        }
    }

    fn block_comment(&mut self) {
        let mut depth: usize = 0;
        loop {
            match (self.peek(0), self.peek(1)) {
                (None, _) => return,
                (Some('/'), Some('*')) => depth += 1,
                (Some('*'), Some('/')) => depth = depth.saturating_sub(1),
                (Some(_), _) => {
                    self.blank();
                    continue;
                }
            }
            self.blank_many(2);
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        let line = self.line;
        let mut text = String::new();
        self.blank();
        while let Some(c) = self.blank() {
            match c {
                '"' => break,
                '\\' => text.extend([Some(c), self.blank()].into_iter().flatten()),
                _ => text.push(c),
            }
        }
        self.literals.push(Literal { line, text });
    }

    fn escaped_char(&mut self) {
        self.blank_many(3);
        while self.blank().is_some_and(|c| c != '\'') {}
    }

    fn raw_string(&mut self) {
        let hashes = self.input.iter().skip(self.at + 1).take_while(|c| **c == '#').count();
        if self.peek(1 + hashes) != Some('"') {
            return self.keep();
        }
        let line = self.line;
        let mut text = String::new();
        self.blank_many(2 + hashes);
        while self.peek(0).is_some() && !self.closes(hashes) {
            text.extend(self.blank());
        }
        self.blank_many(1 + hashes);
        self.literals.push(Literal { line, text });
    }

    fn closes(&self, hashes: usize) -> bool {
        self.peek(0) == Some('"') && (1..=hashes).all(|ahead| self.peek(ahead) == Some('#'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literals(text: &str) -> Vec<String> {
        Source::read(text).literals.into_iter().map(|literal| literal.text).collect()
    }

    /// The first and the last line of each range.
    fn ends(ranges: Vec<Range<usize>>) -> Vec<(usize, usize)> {
        ranges.into_iter().map(|lines| (lines.start, lines.end - 1)).collect()
    }

    #[test]
    fn comments_and_strings_are_not_code() {
        let source = Source::read("a /* b /* c */ d */ e // f\n\"g\\\"h\" i '\\'' '\"' j");
        let words: Vec<&str> = source.code.split_whitespace().collect();
        assert_eq!(words, ["a", "e", "i", "j"]);
        assert_eq!(source.code.lines().count(), 2);
        assert_eq!(source.literals, [Literal { line: 2, text: "g\\\"h".to_owned() }]);
    }

    #[test]
    fn raw_strings_end_where_they_say() {
        assert_eq!(literals("r\"a\\\" r#\"b\"c\"# br##\"d\"#e\"## b\"f\""), ["a\\", "b\"c", "d\"#e", "f"]);
        assert_eq!(literals("r#type var\"x\""), ["x"]);
    }

    #[test]
    fn lifetimes_are_not_characters() {
        let source = Source::read("fn a<'a>(x: &'a str) -> char { '{' }\nfn b() {}");
        assert_eq!(ends(source.functions()), [(1, 1), (2, 2)]);
    }

    #[test]
    fn functions_are_measured_from_name_to_brace() {
        let text = "trait T { fn none(x: [u8; 4]); }\nfn one(x: [u8; 4])\nwhere\n{\n    if x { y }\n    \"}\";\n}\n";
        assert_eq!(ends(Source::read(text).functions()), [(2, 7)]);
        assert!(Source::read("type F = fn (u8);").functions().is_empty());
    }

    #[test]
    fn test_modules_are_found() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n";
        assert_eq!(ends(Source::read(text).tests()), [(2, 5)]);
        assert!(Source::read("#[cfg(test)]\nmod tests;\nfn a() {}").tests().is_empty());
    }
}
