//! Taking in an incident: what is most needed first. Nothing is filled in for anybody, and what is missing is named and no obstacle.

use incident::criteria::CRITERIA;
use pages::{Block, Field, Form, Inline, Page, Say, Tone};

use super::case::edit::asked_first;
use super::shared::{parted, word};
use super::{Asked, Made, act};

/// The fields that answer the seven criteria which the OECD's framework wants in every report, by their numbers in it. Who submits
/// is this party; the role is what it has to do with the case.
const CRITERION_OF: [(&str, u8); 7] =
    [("title", 1), ("description", 2), ("involvement", 3), ("role", 4), ("source", 7), ("severity", 10), ("harm", 11)];

pub(super) fn page(asked: &Asked<'_>) -> Made {
    let wanted = CRITERIA.iter().filter(|one| one.is_mandatory);
    let wanted = parted(wanted.map(|one| vec![word("criterion", &one.number.to_string()).into()]));
    let seven = std::iter::once(Inline::Strong(Say::Word("intake-seven"))).chain(wanted).collect();
    Ok(Page::new("intake-title")
        .and(act::done(asked.ask))
        .with(Block::Notice(Tone::Calm, seven))
        .with(Block::line("intake-language"))
        .with(form().into()))
}

fn form() -> Form {
    let start = Form::command("intake", "incident new", "/intake")
        .then("/incidents/{incident}")
        .titled("intake-form", "intake-button")
        .helped("intake-help");
    let form = asked_first().into_iter().map(marked).fold(start, Form::field);
    form.field(Field::area("set", "intake-set").helped("intake-set-help"))
        .field(Field::flag("again", "intake-again").helped("intake-again-help"))
        .saved()
}

/// A field that answers a criterion says which one.
fn marked(mut field: Field) -> Field {
    let number = CRITERION_OF.iter().find(|(name, _)| *name == field.name).map(|(_, number)| *number);
    if let Some(number) = number {
        let label = [api::Language::English, api::Language::Chinese].map(|language| {
            let values = [("label", field.label.text(language).into()), ("number", i64::from(number).into())];
            pages::say(language, "intake-criterion", &values)
        });
        field.label = Say::Both(label);
    }
    field
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_criterion_of_a_report_has_a_field() {
        let form = form();
        for criterion in CRITERIA.iter().filter(|one| one.is_mandatory) {
            let field = CRITERION_OF.iter().find(|(_, number)| *number == criterion.number);
            let field = field.unwrap_or_else(|| panic!("criterion {} has no field", criterion.number)).0;
            assert!(form.fields.iter().any(|known| known.name == field), "{field}");
        }
    }
}
