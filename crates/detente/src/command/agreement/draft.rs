//! `detente agreement draft`: a text from a template.

use policy::agreement::{Agreement, RoleName, Template};
use record::json::Json;
use record::time::Timestamp;

use crate::arguments::AgreementDraftArguments;
use crate::clock::{self, DAY_MICROS};
use crate::home::{Home, Readers, check_absent, write_whole};
use crate::outcome::{Done, Failure};
use crate::partners;
use crate::report::Report;

/// How long an agreement lasts if nobody says otherwise.
const DEFAULT_DAYS: i64 = 365;

pub(super) fn run(arguments: &AgreementDraftArguments, report: &mut Report) -> Done {
    check_absent(&arguments.out)?;
    let template = Template::find(&arguments.template).ok_or_else(|| {
        let known: Vec<_> = Template::ALL.iter().map(|one| one.name).collect();
        Failure::arguments(format!("there is no template `{}`; known are {}", arguments.template, known.join(", ")))
    })?;
    let home = Home::open(&arguments.dir)?;
    let mut parties = vec![home.history()?.party()];
    for profile in &arguments.parties {
        parties.push(partners::remember(&home, profile)?);
    }
    let roles = parties.into_iter().zip('a'..='z').map(|(party, role)| Ok((role_name(role)?, party)));
    let roles: Vec<_> = roles.collect::<Done<_>>()?;
    let from = arguments.from.unwrap_or_else(clock::now);
    let year = from.micros().saturating_add(DEFAULT_DAYS.saturating_mul(DAY_MICROS));
    let until = arguments.until.unwrap_or_else(|| Timestamp::from_micros(year));
    let mut agreement = template.draft(&roles, from, until, &arguments.zone).map_err(Failure::input)?;
    if let Some(profile) = &arguments.depositary {
        let depositary = partners::remember(&home, profile)?.to_string();
        let text = agreement.text().clone().with("depositary", depositary);
        agreement = Agreement::parse(Json::from(text).to_text().as_bytes()).map_err(Failure::input)?;
    }
    write_whole(&arguments.out, &Json::from(agreement.text().clone()).to_text(), Readers::Owner)?;
    report.fact("written", arguments.out.display().to_string());
    report.fact("agreement", agreement.digest().to_string());
    report.line(
        "\nRead it with: detente agreement show FILE. Try its examples with: detente agreement examples FILE --dir DIR",
    );
    Ok(())
}

fn role_name(role: char) -> Done<RoleName> {
    role.to_string().parse().map_err(Failure::arguments)
}
