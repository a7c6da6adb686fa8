//! What is read at `/api/v1` beside the commands: the answers, as JSON, for whoever serves them.
//!
//! Records are judged one by one. What an account may not see is not in an answer, and leaves no gap that could be told from the
//! end.

pub(crate) mod events;
pub(crate) mod hooks;
mod records;
pub(crate) mod scanning;
mod search;

use access::{Caller, Right, Role, judge};
use api::page::PageKey;
use api::{Operation, Problem, ProblemKind, Values};
use node::exchange::alarms;
use record::json::{Json, Map};
use storage::LocalStore;

use super::run::{answer_of, problem};
use super::sight::Sight;
use crate::command::{alarm, feed};
use crate::home::Home;
use crate::outcome::{Done, Failure};
use crate::report::Report;

/// What answers a reading.
pub(crate) type Answer<T = Map> = Result<T, Problem>;

/// A node that is open, and who asks.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) home: &'a Home,
    pub(crate) store: &'a LocalStore,
    pub(crate) caller: &'a Caller,
}

/// A question that is answered page by page.
#[derive(Clone, Copy)]
pub(crate) struct Paged<'a> {
    pub(crate) key: &'a PageKey,
    pub(crate) operation: &'a Operation,
    pub(crate) values: &'a Values,
}

impl<'a> Reading<'a> {
    /// Refuses whoever does not have a right here.
    fn permit(&self, right: Right) -> Answer<()> {
        answer_of(judge(self.caller, right, &access::Resource::Node))
    }

    /// Whether this account is told of what a right is needed for.
    fn hears(&self, right: Right) -> bool {
        access::may_be_told(self.caller, right)
    }

    fn sight(&self) -> Answer<Sight<'a>> {
        self.done(Sight::of(self.home, self.store, self.caller))
    }

    /// A failure as a problem.
    fn done<T>(&self, done: Done<T>) -> Answer<T> {
        done.map_err(|failure| problem(&failure, std::path::Path::new("/"), self.home))
    }

    /// Whose node this is.
    pub(crate) fn about(&self) -> Answer {
        let _account = self.caller.account().ok_or_else(|| Problem::new(ProblemKind::SignIn))?;
        let known = self.done(self.home.known())?;
        let name = known.name().map_or(Json::Null, Json::from);
        Ok(Map::new()
            .with("party", known.history.party().to_string())
            .with("name", name)
            .with("version", env!("CARGO_PKG_VERSION"))
            .with("openapi", "/api/v1/openapi.json"))
    }

    /// What peers were caught at.
    pub(crate) fn alarms(&self, values: &Values) -> Answer {
        self.permit(Right::Alarms)?;
        let mut found = self.done(alarms(self.store).map_err(Failure::environment))?;
        found.retain(|alarm| values.flag("all") || alarm.closed.is_none());
        Ok(Map::new().with("alarms", Json::Array(found.iter().map(|one| alarm::row(one).into()).collect())))
    }

    /// The feeds of this node, and those that it reads.
    pub(crate) fn feeds(&self) -> Answer {
        self.permit(Right::ReadFeeds)?;
        let mut report = Report::keeping();
        self.done(feed::tell(self.store, self.home, &mut report))?;
        Ok(report.into_kept().0)
    }
}

/// Who asks, and what it may do as it came.
pub(crate) fn account(caller: &Caller) -> Answer {
    let (Some(name), Some(roles), Some(belongs)) = (caller.account(), caller.roles(), caller.belongs()) else {
        return Err(Problem::new(ProblemKind::SignIn));
    };
    let may = |right: &&Right| judge(caller, **right, &access::Resource::Node) == access::Verdict::Allowed;
    // Whom it may approve depends on who proposed.
    let approves = roles.may(Right::Approve) && caller.token().is_none();
    let rights = Right::ALL.iter().filter(|right| may(right) || **right == Right::Approve && approves);
    let words = |words: Vec<&str>| Json::Array(words.into_iter().map(Json::from).collect());
    Ok(Map::new()
        .with("account", name.as_str())
        .with("token", caller.token().map_or(Json::Null, |token| Json::from(token.as_str())))
        .with("belongs", belongs.to_string())
        .with("roles", words(roles.iter().map(Role::name).collect()))
        .with("rights", words(rights.map(|right| right.name()).collect())))
}
