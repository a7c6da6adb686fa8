//! Values of fields, read and checked.

use std::str::FromStr as _;

use incident::Moment;

use super::{Comparison, Term};
use crate::field::{Field, FieldKind};
use crate::limits::MAX_NUMBER;
use crate::token;

/// A value as it stands in a query, with its column.
pub(super) type Spelled = (usize, String);

/// Where a value is wrong, and how.
pub(super) type Wrong = (usize, String);

/// The name of a bound of dates.
pub(super) const AFTER: &str = "after";
/// The name of the other bound.
pub(super) const BEFORE: &str = "before";

/// A bound of dates.
pub(super) fn bound(name: &str, values: &[Spelled]) -> Result<Term, Wrong> {
    let moment = moment(one(name, values)?)?;
    Ok(if name == AFTER { Term::After(moment) } else { Term::Before(moment) })
}

/// What a field is compared with. There is at least one value.
pub(super) fn term(field: Field, comparison: (usize, Comparison), values: &[Spelled]) -> Result<Term, Wrong> {
    let (column, sign) = comparison;
    if sign != Comparison::Equal && !field.is_ordered() {
        return Err((column, format!("`{field}` has no order; write {field}:VALUE")));
    }
    match field.kind() {
        FieldKind::Name => Ok(Term::Named(field, values.iter().map(named).collect::<Result<_, _>>()?)),
        FieldKind::Number => Ok(Term::Number(field, sign, number(field, one(field.name(), values)?)?)),
        FieldKind::Time => Ok(Term::Time(field, sign, moment(one(field.name(), values)?)?)),
        FieldKind::Code if sign == Comparison::Equal => coded(field, values),
        FieldKind::Code => steps(field, comparison, one(field.name(), values)?),
    }
}

fn one<'v>(name: &str, values: &'v [Spelled]) -> Result<&'v Spelled, Wrong> {
    match values {
        [one] => Ok(one),
        [_, (column, _), ..] => Err((*column, format!("`{name}` takes one value here; join two with OR"))),
        [] => Err((1, format!("`{name}` needs a value"))),
    }
}

fn named((column, text): &Spelled) -> Result<String, Wrong> {
    check_text(*column, text)?;
    Ok(text.clone())
}

/// A text that holds nothing to search for would find nothing, or everything.
pub(super) fn check_text(column: usize, text: &str) -> Result<(), Wrong> {
    let phrase = token::tokens(text);
    if phrase.is_empty() {
        return Err((column, "there is no letter or digit to search for; write a word".to_owned()));
    }
    if phrase.len() > crate::limits::MAX_PHRASE_TOKENS {
        let problem = format!(
            "a phrase has at most {} words or characters without spaces between them; shorten it",
            crate::limits::MAX_PHRASE_TOKENS
        );
        return Err((column, problem));
    }
    Ok(())
}

fn coded(field: Field, values: &[Spelled]) -> Result<Term, Wrong> {
    let mut codes: Vec<String> = Vec::new();
    for (column, value) in values {
        let code = field.read_code(value).map_err(|problem| (*column, problem))?;
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    Ok(Term::Coded(field, codes))
}

/// The steps of an ordered list on one side of a step.
fn steps(field: Field, (place, comparison): (usize, Comparison), (column, value): &Spelled) -> Result<Term, Wrong> {
    let code = field.read_code(value).map_err(|problem| (*column, problem))?;
    let all = field.closed().unwrap_or_default();
    let at = all.iter().position(|step| *step == code).unwrap_or(0);
    let steps = match comparison {
        Comparison::AtLeast => all.get(at..),
        Comparison::Above => all.get(at.saturating_add(1)..),
        Comparison::AtMost => all.get(..=at),
        Comparison::Below => all.get(..at),
        Comparison::Equal => all.get(at..=at),
    };
    let steps = steps.unwrap_or_default().to_vec();
    if steps.is_empty() {
        return Err((
            place,
            format!("no value of `{field}` is {}{code}; its values are {}", comparison.sign(), all.join(", ")),
        ));
    }
    Ok(Term::Coded(field, steps))
}

fn number(field: Field, (column, value): &Spelled) -> Result<u64, Wrong> {
    let number = value.parse::<u64>().ok().filter(|number| *number <= MAX_NUMBER);
    number.ok_or_else(|| {
        (*column, format!("`{}` is no whole number up to {MAX_NUMBER}; write {field}>=1", value.escape_debug()))
    })
}

fn moment((column, value): &Spelled) -> Result<Moment, Wrong> {
    Moment::from_str(value).map_err(|error| (*column, error.to_string()))
}
