//! Which forms fit a stage.

use std::cmp::Reverse;

use super::{FORMS, Form};
use crate::fault::Fault;

/// The shipped forms that fit a stage, the closest first: the one that its pack names, then by what each says that it was made for.
///
/// # Errors
/// Every [`Fault`] of a form; never with those that are shipped, which a test reads.
pub fn fitting(path: &str, named: Option<&str>) -> Result<Vec<Form>, Vec<Fault>> {
    let forms = FORMS.iter().map(|(_, octets)| Form::parse(octets)).collect::<Result<Vec<_>, _>>()?;
    let mut fitting: Vec<(Reverse<usize>, Form)> = forms
        .into_iter()
        .filter_map(|form| {
            let is_named = named == Some(form.id.as_str());
            let closeness = if is_named { Some(usize::MAX) } else { form.closeness(path) };
            Some((Reverse(closeness?), form))
        })
        .collect();
    fitting.sort_by(|(one, form), (other, next)| one.cmp(other).then_with(|| form.id.cmp(&next.id)));
    Ok(fitting.into_iter().map(|(_, form)| form).collect())
}

impl Form {
    /// How closely it was made for a stage; none if it was made for others.
    #[must_use]
    pub fn closeness(&self, path: &str) -> Option<usize> {
        self.stages.iter().filter(|stages| stages.fits(path)).map(super::StagePattern::closeness).max()
    }
}
