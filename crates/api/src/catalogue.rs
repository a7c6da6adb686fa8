//! All operations, and which of them a request is for.

use std::collections::BTreeSet;

use crate::operation::{Method, Operation};

/// Operations that fit together: no two have one name, or one method and path.
#[derive(Debug, Clone)]
pub struct Catalogue(Vec<Operation>);

/// What a path and a method name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "whoever routes must answer each of the three")]
pub enum Found<'a> {
    /// This, with what stands in the path, decoded and not yet checked.
    Operation(&'a Operation, Vec<(&'a str, String)>),
    /// The path is there, and has only these methods (405).
    OtherMethods(Vec<Method>),
    /// Nothing has this path (404).
    Nothing,
}

/// Operations that do not fit together: a mistake of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("operation `{id}`: {why}")]
#[non_exhaustive]
pub struct IllFormed {
    /// Which.
    pub id: String,
    /// What is wrong.
    pub why: &'static str,
}

impl Catalogue {
    /// These operations, in the order of their paths.
    ///
    /// # Errors
    /// [`IllFormed`].
    pub fn new(mut operations: Vec<Operation>) -> Result<Self, IllFormed> {
        operations.sort_by(|a, b| (a.path.as_str(), a.method).cmp(&(b.path.as_str(), b.method)));
        let (mut ids, mut places) = (BTreeSet::new(), BTreeSet::new());
        for operation in &operations {
            let ill = |why| IllFormed { id: operation.id.clone(), why };
            check(operation).map_err(ill)?;
            if !ids.insert(operation.id.as_str()) {
                return Err(ill("another has this name"));
            }
            if !places.insert((operation.path.as_str(), operation.method)) {
                return Err(ill("another has this method and path"));
            }
        }
        Ok(Self(operations))
    }

    /// Each operation, in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = &Operation> {
        self.0.iter()
    }

    /// An operation by its name.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Operation> {
        self.0.iter().find(|operation| operation.id == id)
    }

    /// What a method and a path, not decoded and without a query, are for.
    #[must_use]
    pub fn find(&self, method: &str, path: &str) -> Found<'_> {
        let here: Vec<_> =
            self.0.iter().filter_map(|operation| Some((operation, operation.path.values(path)?))).collect();
        if here.is_empty() {
            return Found::Nothing;
        }
        let methods = here.iter().map(|(operation, _)| operation.method).collect();
        let wanted = Method::of(method);
        let found = here.into_iter().find(|(operation, _)| Some(operation.method) == wanted);
        found.map_or(Found::OtherMethods(methods), |(operation, values)| Found::Operation(operation, values))
    }
}

fn check(operation: &Operation) -> Result<(), &'static str> {
    let in_path: Vec<_> = operation.in_path.iter().map(|member| member.name.as_str()).collect();
    if operation.path.variables().collect::<Vec<_>>() != in_path {
        return Err("its path and the members of its path differ");
    }
    let body = operation.in_body.iter().flatten();
    let names: Vec<_> = operation.in_path.iter().chain(&operation.in_query).chain(body).map(|it| &it.name).collect();
    if names.iter().collect::<BTreeSet<_>>().len() != names.len() {
        return Err("two of its members have one name");
    }
    if names.iter().any(|name| !is_name(name)) || !is_name(&operation.id) {
        return Err("a name has other characters than small letters, digits and `_`");
    }
    if operation.in_body.is_some() && operation.method != Method::Post {
        return Err("it has a body and is no POST");
    }
    if operation.summary.is_empty() || operation.group.is_empty() {
        return Err("it lacks its words");
    }
    Ok(())
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_')
}
