//! `detente partner`: the parties whose keys this node believes.

use record::json::{Json, Map};

use crate::arguments::PartnerCommand;
use crate::home::Home;
use crate::outcome::Done;
use crate::partners;
use crate::report::Report;

pub(crate) fn run(command: PartnerCommand, report: &mut Report) -> Done {
    match command {
        PartnerCommand::Add(arguments) => {
            let party = partners::remember(&Home::open(&arguments.dir)?, &arguments.profile)?;
            report.fact("party", party.to_string());
            report.line("\nCompare this id with the party by a way that you trust, such as its voice.");
            Ok(())
        }
        PartnerCommand::List(arguments) => {
            let ring = partners::ring(&Home::open(&arguments.dir)?)?;
            let rows = ring.parties().map(|party| {
                let name = ring.name(party).unwrap_or_default();
                report.line(format!("{party}  {name}"));
                Json::from(Map::new().with("party", party.to_string()).with("name", name))
            });
            let rows = rows.collect();
            report.data("partners", Json::Array(rows));
            Ok(())
        }
    }
}
