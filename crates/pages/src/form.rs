//! Forms: a command, and what it has to be told.

use std::borrow::Cow;

use crate::say::Say;

/// A form.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Form {
    /// Its name on its page: letters, digits and hyphens of ours.
    pub id: String,
    /// What it does.
    pub sends: Sends,
    /// What it is for, as its heading.
    pub title: Say,
    /// What has to be known before it is filled in.
    pub help: Option<Say>,
    /// What it asks.
    pub fields: Vec<Field>,
    /// What its button says.
    pub button: Say,
    /// What the form is about, as it stands now: a preview of it can be confirmed only while that is the same. Nobody sends it.
    pub state: String,
    /// What it would change, as it was typed: told by its page where somebody asked.
    pub weighed: Vec<crate::Block>,
    /// What went wrong the last time, or what would happen: put here by [`crate::Overlay`].
    pub(crate) said: Vec<crate::Block>,
    /// What was filled in when the preview was made that is shown and waits for confirmation.
    pub(crate) seen: Option<String>,
}

/// Where a form goes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sends {
    /// To a command of the node, by the words of the command line; then to a page.
    Command {
        /// `incident edit`.
        command: &'static str,
        /// The page that the form stands on, which shows what went wrong.
        page: String,
        /// The page that is shown when it is done. `{name}` stands for a fact that the command told.
        then: String,
        /// Whether the command shows what it would do until it is told `yes`.
        previews: bool,
        /// Whether what is typed is kept on the node until it is sent.
        saves: bool,
        /// Whether one can also ask what it would change, as often as one likes, without doing it: its page tells.
        weighs: bool,
    },
    /// To a page, as its query.
    Query {
        /// The page.
        page: String,
    },
    /// To the page that it stands on, in the body of a request: the page looks at what was sent, and keeps nothing of it.
    Look {
        /// The page.
        page: String,
    },
    /// To a path that is no command: signing in and out, settings.
    Post {
        /// The path.
        path: String,
    },
}

/// Something that a form asks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// The member of the command, as the API has it; with a key behind a colon, one of the values that the member takes by their
    /// keys: words by their languages (`text:en`), facts by their ids (`facts:harm.deaths`). A member that is called as what every form
    /// sends of itself has a sign behind it: `form~`.
    pub name: Cow<'static, str>,
    /// What is asked.
    pub label: Say,
    /// How to answer.
    pub help: Option<Say>,
    /// How it is answered.
    pub kind: Kind,
    /// What stands in it. Several where several can be chosen.
    pub values: Vec<String>,
    /// Whether it must be answered.
    pub is_required: bool,
    /// What was wrong with it.
    pub(crate) wrong: Option<Say>,
}

/// How a field is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// One line.
    Line,
    /// Several lines.
    Area,
    /// A secret line.
    Secret,
    /// One of these.
    Choice(Vec<(String, Say)>),
    /// Any of these.
    Many(Vec<(String, Say)>),
    /// Yes or no.
    Flag,
    /// Not asked: given.
    Hidden,
}

impl Form {
    /// A form that gives a command to the node. It stands on `page`, and leads there again when it is done.
    #[must_use]
    pub fn command(id: impl Into<String>, command: &'static str, page: impl Into<String>) -> Self {
        let page = page.into();
        let sends = Sends::Command { command, then: page.clone(), page, previews: false, saves: false, weighs: false };
        Self::new(id, sends, "form-send")
    }

    /// A form that asks for a page.
    #[must_use]
    pub fn query(id: impl Into<String>, page: impl Into<String>) -> Self {
        Self::new(id, Sends::Query { page: page.into() }, "form-show")
    }

    /// A form of which its own page looks at what was sent. Nothing is done by it, and nothing stands in the address.
    #[must_use]
    pub fn look(id: impl Into<String>, page: impl Into<String>) -> Self {
        Self::new(id, Sends::Look { page: page.into() }, "form-show")
    }

    /// A form that posts to a path.
    #[must_use]
    pub fn post(id: impl Into<String>, path: impl Into<String>) -> Self {
        Self::new(id, Sends::Post { path: path.into() }, "form-send")
    }

    fn new(id: impl Into<String>, sends: Sends, button: &'static str) -> Self {
        let (title, button) = (Say::Word(button), Say::Word(button));
        let (id, fields, state) = (id.into(), Vec::new(), String::new());
        Self { id, sends, title, help: None, fields, button, state, weighed: Vec::new(), said: Vec::new(), seen: None }
    }

    /// With a heading and a button's words.
    #[must_use]
    pub fn titled(mut self, title: impl Into<Say>, button: impl Into<Say>) -> Self {
        (self.title, self.button) = (title.into(), button.into());
        self
    }

    /// With what has to be known before it is filled in.
    #[must_use]
    pub fn helped(mut self, help: impl Into<Say>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With another field.
    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// With a value that is given and not asked.
    #[must_use]
    pub fn given(self, name: impl Into<Cow<'static, str>>, value: impl ToString) -> Self {
        self.field(Field::hidden(name, value))
    }

    /// Leads to another page when it is done; `{name}` in it stands for a fact that the command told.
    #[must_use]
    pub fn then(mut self, page: impl Into<String>) -> Self {
        if let Sends::Command { then, .. } = &mut self.sends {
            *then = page.into();
        }
        self
    }

    /// Shows what it would do first: for commands that do nothing until they are told `yes`.
    #[must_use]
    pub const fn previewed(mut self) -> Self {
        if let Sends::Command { previews, .. } = &mut self.sends {
            *previews = true;
        }
        self
    }

    /// About something that stands so now: what was previewed is not confirmed once it stands otherwise.
    #[must_use]
    pub fn bound(mut self, state: impl IntoIterator<Item = impl ToString>) -> Self {
        self.state = state.into_iter().map(|part| part.to_string()).collect::<Vec<_>>().join("\n");
        self
    }

    /// Asks its page what it would change, beside doing it; what the page tells of that, if it was asked.
    #[must_use]
    pub fn weighed(mut self, told: Vec<crate::Block>) -> Self {
        if let Sends::Command { weighs, .. } = &mut self.sends {
            *weighs = true;
        }
        self.weighed = told;
        self
    }

    /// Keeps what is typed on the node until it is sent.
    #[must_use]
    pub const fn saved(mut self) -> Self {
        if let Sends::Command { saves, .. } = &mut self.sends {
            *saves = true;
        }
        self
    }
}

impl Field {
    /// One line.
    #[must_use]
    pub fn line(name: impl Into<Cow<'static, str>>, label: impl Into<Say>) -> Self {
        Self::new(name.into(), label.into(), Kind::Line)
    }

    /// Several lines.
    #[must_use]
    pub fn area(name: impl Into<Cow<'static, str>>, label: impl Into<Say>) -> Self {
        Self::new(name.into(), label.into(), Kind::Area)
    }

    /// A secret line.
    #[must_use]
    pub fn secret(name: impl Into<Cow<'static, str>>, label: impl Into<Say>) -> Self {
        Self::new(name.into(), label.into(), Kind::Secret)
    }

    /// One of these.
    #[must_use]
    pub fn choice(name: impl Into<Cow<'static, str>>, label: impl Into<Say>, choices: Vec<(String, Say)>) -> Self {
        Self::new(name.into(), label.into(), Kind::Choice(choices))
    }

    /// Any of these.
    #[must_use]
    pub fn many(name: impl Into<Cow<'static, str>>, label: impl Into<Say>, choices: Vec<(String, Say)>) -> Self {
        Self::new(name.into(), label.into(), Kind::Many(choices))
    }

    /// Yes or no.
    #[must_use]
    pub fn flag(name: impl Into<Cow<'static, str>>, label: impl Into<Say>) -> Self {
        Self::new(name.into(), label.into(), Kind::Flag)
    }

    /// Not asked: given.
    #[must_use]
    pub fn hidden(name: impl Into<Cow<'static, str>>, value: impl ToString) -> Self {
        Self::new(name.into(), Say::Word("form-send"), Kind::Hidden).value(value)
    }

    fn new(name: Cow<'static, str>, label: Say, kind: Kind) -> Self {
        Self { name, label, help: None, kind, values: Vec::new(), is_required: false, wrong: None }
    }

    /// The member of the command, and the key of this value in it, if it takes several by their keys.
    #[must_use]
    pub fn member(&self) -> (&str, Option<&str>) {
        let (member, key) =
            self.name.split_once(':').map_or((self.name.as_ref(), None), |(name, key)| (name, Some(key)));
        (member.trim_end_matches('~'), key)
    }

    /// With how to answer.
    #[must_use]
    pub fn helped(mut self, help: impl Into<Say>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With what stands in it.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "whoever writes a page gives a number or an id as it is")]
    pub fn value(mut self, value: impl ToString) -> Self {
        self.values = vec![value.to_string()];
        self
    }

    /// With what is chosen.
    #[must_use]
    pub fn values(mut self, values: impl IntoIterator<Item = String>) -> Self {
        self.values = values.into_iter().collect();
        self
    }

    /// Must be answered.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.is_required = true;
        self
    }
}
