//! `detente log checkpoint`: the log's newest published head.

use storage::{LogName, Store as _};

use super::number;
use crate::arguments::LogCheckpointArguments;
use crate::home::Home;
use crate::node;
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(super) fn run(arguments: &LogCheckpointArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    let history = home.history()?;
    let store = node::open_to_read(&home, &history)?;
    let published = store.published(&LogName::node()).map_err(node::fail)?;
    let signed = published.ok_or_else(|| {
        Failure::input("the log has published nothing yet").advise("log a record first: detente log append")
    })?;
    let claims = signed.claims();
    if report.is_json() {
        report.fact("origin", claims.origin());
        report.fact("size", number(claims.size()));
        report.fact("root", claims.root().to_string());
        report.fact("checkpoint", signed.to_string());
        let keys = policy::belief::log_verifiers(&history);
        report.fact("verifier_keys", keys.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    } else {
        report.product(signed.to_string().trim_end());
    }
    Ok(())
}
