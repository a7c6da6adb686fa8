//! A new signal, of a text, a keyword, a package or a rule; and beside each what it will find and what it will not.

use matching::rules::{Combine, Rule};
use pages::{Block, Field, Form, Inline, Page, Say, Tone, Typed};

use super::super::{Asked, Made, act};
use super::{PATH, words};

/// The page's own path.
const OWN: &str = "/signals/new";

/// Kinds of texts of which a signal is made, as the command has them.
const TEXTS: [&str; 4] = ["prompt", "prompt-family", "disinformation", "tool"];

/// How much of a text its recipients see, as the command has it.
const SHOWS: [&str; 2] = ["open", "digest"];

/// How the patterns of a rule go together, as the command has it.
const TOGETHER: [(&str, Combine); 2] = [("any", Combine::Any), ("all", Combine::All)];

/// The form of a rule.
const RULE: &str = "rule";

#[expect(clippy::unnecessary_wraps, reason = "every page can fail")]
pub(in super::super) fn page(asked: &Asked<'_>) -> Made {
    let page = Page::new("signals-new").and(act::done(asked.ask)).with(Block::line("signals-new-about"));
    let part = |form: Form, finds: &'static str, misses: &'static str| {
        let told = [("signals-will-find", finds), ("signals-will-miss", misses)];
        let told = told.map(|(name, words)| Block::Line(vec![Inline::Strong(Say::Word(name)), Inline::from(words)]));
        Block::Columns(vec![vec![form.into()], told.to_vec()])
    };
    let [text, keyword, package, rule] = [text(), keyword(), package(), rule()];
    let typed = asked.ask.form.as_ref().filter(|typed| typed.get("form") == Some(RULE));
    Ok(page
        .with(part(text, "signals-text-finds", "signals-text-misses"))
        .with(part(keyword, "signals-keyword-finds", "signals-keyword-misses"))
        .with(part(package, "signals-package-finds", "signals-package-misses"))
        .with(part(rule, "signals-rule-finds", "signals-rule-misses"))
        .and(typed.map(checked))
        .with(Block::line("signals-new-others")))
}

fn form(id: &'static str, title: &'static str) -> Form {
    Form::command(id, "signal new", OWN)
        .titled(title, "signals-new-button")
        .then(format!("{PATH}/{{record_digest}}/{{signal}}"))
        .field(Field::line("title", "signals-new-title").required().helped("signals-new-title-help"))
}

fn text() -> Form {
    let kinds = TEXTS.map(|name| (name.to_owned(), Say::known("signal-new", name)));
    let shows = SHOWS.map(|name| (name.to_owned(), Say::known("signal-shows", name)));
    let form = form("text", "signals-new-text")
        .field(Field::area("text", "signals-new-text-field").required().helped("signals-new-text-help"))
        .field(Field::choice("kind", "signals-kind", kinds.to_vec()))
        .field(Field::choice("shows", "signals-shows", shows.to_vec()).helped("signals-shows-help"));
    about(form)
}

fn keyword() -> Form {
    about(form("keyword", "signals-new-keyword").field(Field::line("keyword", "signals-keyword").required()))
}

fn package() -> Form {
    let ecosystem = Field::line("ecosystem", "signals-ecosystem").required().helped("signals-ecosystem-help");
    about(
        form("package", "signals-new-package")
            .field(Field::line("package", "signals-package").required())
            .field(ecosystem),
    )
}

/// A line is a pattern: what stands in one is taken as it is, but for spaces around it.
fn rule() -> Form {
    let together = TOGETHER.map(|(name, _)| (name.to_owned(), Say::known("signal-together", name)));
    about(
        form(RULE, "signals-new-rule")
            .field(Field::area("rule", "signals-patterns").required().helped("signals-patterns-help"))
            .field(Field::choice("combine", "signals-together", together.to_vec())),
    )
}

/// What the checker of rules says of what was typed, pattern by pattern and in the reader's language.
fn checked(typed: &Typed) -> Block {
    let patterns = typed.all("rule").into_iter().flat_map(str::lines).map(str::trim).filter(|line| !line.is_empty());
    let combine =
        TOGETHER.iter().find(|(name, _)| typed.get("combine") == Some(name)).map_or(Combine::Any, |one| one.1);
    let answer = match Rule::new(combine, patterns) {
        Ok(_) => Block::notice(Tone::Good, "signals-rule-runs"),
        Err(aside) => {
            let head = vec![Inline::Strong(Say::Word("signals-rule-does-not-run"))];
            Block::Notice(Tone::Watch, head.into_iter().chain(words::set_aside(&aside)).collect())
        }
    };
    Block::section("checked", "signals-rule-checked", vec![answer])
}

/// What is said of every signal.
fn about(form: Form) -> Form {
    form.field(Field::line("family", "signals-family").helped("signals-family-help"))
        .field(Field::line("source", "signals-source"))
        .field(Field::line("how", "signals-how"))
        .field(Field::line("confidence", "signals-confidence").helped("signals-confidence-help"))
        .field(Field::line("until", "signals-holds-until").helped("signals-holds-until-help"))
        .previewed()
}
