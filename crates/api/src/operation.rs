//! What can be asked, described once.

use access::Right;

use crate::member::Member;
use crate::page;
use crate::shape::Shape;
use crate::template::{NotATemplate, Template};

/// A method that some operation has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "whoever routes must know each of them")]
pub enum Method {
    /// Show something.
    Get,
    /// Do something, or make something new.
    Post,
    /// Take something away.
    Delete,
}

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "whoever decides must know each of them")]
pub enum Access {
    /// Anybody: signing in.
    Anybody,
    /// Whoever has an account, whatever its roles.
    Account,
    /// Whoever has this right.
    Right(Right),
}

/// Whether something is other than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "it is or it is not")]
pub enum Effect {
    /// Nothing is: it may be asked again at will.
    Reads,
    /// Something may be: an `Idempotency-Key` makes it safe to ask again.
    Changes,
}

/// In what an answer comes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Media {
    /// JSON of a shape.
    Json(Shape),
    /// A stream of server-sent events.
    Events,
    /// No content.
    Nothing,
}

/// The answer to a request that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// The status of HTTP.
    pub status: u16,
    /// What it says, for people.
    pub about: String,
    /// In what it comes.
    pub media: Media,
    /// Whether it has an entity tag, so that an unchanged one need not travel again.
    pub is_tagged: bool,
    /// Whether it says by an entity tag how what it tells of stands, for a later change on that condition.
    pub has_etag: bool,
}

/// One thing that can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Its name, one of its kind: letters, digits and `_`.
    pub id: String,
    /// The group that it belongs to.
    pub group: String,
    /// One line.
    pub summary: String,
    /// More of it.
    pub description: String,
    /// The method.
    pub method: Method,
    /// The path.
    pub path: Template,
    /// Who may.
    pub access: Access,
    /// Whether something is other than before.
    pub effect: Effect,
    /// What stands in the path.
    pub in_path: Vec<Member>,
    /// What stands in the query.
    pub in_query: Vec<Member>,
    /// What stands in the JSON body; none if there is no body.
    pub in_body: Option<Vec<Member>>,
    /// Whether it can be asked for under the condition that something has not changed (`If-Match`).
    pub is_conditional: bool,
    /// The answer.
    pub answer: Answer,
}

impl Method {
    /// As it stands in a request.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }

    /// The method of a word; methods are written in capitals (RFC 9110 section 9.1). `HEAD` asks as `GET` does.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        match word {
            "GET" | "HEAD" => Some(Self::Get),
            "POST" => Some(Self::Post),
            "DELETE" => Some(Self::Delete),
            _ => None,
        }
    }
}

impl Answer {
    /// 200 with JSON.
    #[must_use]
    pub fn json(about: impl Into<String>, shape: Shape) -> Self {
        Self { status: 200, about: about.into(), media: Media::Json(shape), is_tagged: false, has_etag: false }
    }

    /// 201 with JSON: something new is there.
    #[must_use]
    pub fn made(about: impl Into<String>, shape: Shape) -> Self {
        Self { status: 201, ..Self::json(about, shape) }
    }

    /// 204.
    #[must_use]
    pub fn nothing(about: impl Into<String>) -> Self {
        Self { status: 204, about: about.into(), media: Media::Nothing, is_tagged: false, has_etag: false }
    }

    /// 200 with a stream of events.
    #[must_use]
    pub fn events(about: impl Into<String>) -> Self {
        Self { status: 200, about: about.into(), media: Media::Events, is_tagged: false, has_etag: false }
    }

    /// The same, with an entity tag.
    #[must_use]
    pub const fn tagged(mut self) -> Self {
        self.is_tagged = true;
        self
    }
}

impl Operation {
    /// Something that is read.
    ///
    /// # Errors
    /// [`NotATemplate`].
    pub fn get(id: &str, path: &str, access: Access, answer: Answer) -> Result<Self, NotATemplate> {
        Self::of((id, Method::Get), path, (access, Effect::Reads), answer)
    }

    /// Something that is done. It has a body, which may have no members.
    ///
    /// # Errors
    /// [`NotATemplate`].
    pub fn post(id: &str, path: &str, access: (Access, Effect), answer: Answer) -> Result<Self, NotATemplate> {
        let mut operation = Self::of((id, Method::Post), path, access, answer)?;
        operation.in_body = Some(Vec::new());
        Ok(operation)
    }

    /// Something that is taken away.
    ///
    /// # Errors
    /// [`NotATemplate`].
    pub fn delete(id: &str, path: &str, access: Access, answer: Answer) -> Result<Self, NotATemplate> {
        Self::of((id, Method::Delete), path, (access, Effect::Changes), answer)
    }

    fn of(
        (id, method): (&str, Method),
        path: &str,
        (access, effect): (Access, Effect),
        answer: Answer,
    ) -> Result<Self, NotATemplate> {
        Ok(Self {
            id: id.to_owned(),
            group: String::new(),
            summary: String::new(),
            description: String::new(),
            method,
            path: path.parse()?,
            access,
            effect,
            in_path: Vec::new(),
            in_query: Vec::new(),
            in_body: None,
            is_conditional: false,
            answer,
        })
    }

    /// The same in a group, with its words.
    #[must_use]
    pub fn about(mut self, group: &str, summary: &str, description: &str) -> Self {
        self.group = group.to_owned();
        self.summary = summary.to_owned();
        self.description = description.to_owned();
        self
    }

    /// The same with a value in its path.
    #[must_use]
    pub fn path_member(mut self, member: Member) -> Self {
        self.in_path.push(member.required());
        self
    }

    /// The same with a parameter of its query.
    #[must_use]
    pub fn query_member(mut self, member: Member) -> Self {
        self.in_query.push(member);
        self
    }

    /// The same with a member of its body.
    #[must_use]
    pub fn body_member(mut self, member: Member) -> Self {
        self.in_body.get_or_insert_with(Vec::new).push(member);
        self
    }

    /// The same, answered page by page.
    #[must_use]
    pub fn paged(mut self) -> Self {
        self.in_query.extend(page::members());
        self
    }

    /// The same, on the condition that something has not changed, if the caller says so.
    #[must_use]
    pub const fn conditional(mut self) -> Self {
        self.is_conditional = true;
        self
    }

    /// Whether it is answered page by page.
    #[must_use]
    pub fn is_paged(&self) -> bool {
        self.in_query.iter().any(|member| member.name == page::AFTER)
    }

    /// Whether it has a body that must be there.
    #[must_use]
    pub fn needs_body(&self) -> bool {
        self.in_body.as_ref().is_some_and(|members| members.iter().any(|member| member.is_required))
    }
}
