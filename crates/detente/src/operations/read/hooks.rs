//! The webhooks of accounts: `webhooks.json`, primary state that its owner alone reads.

use std::collections::BTreeSet;
use std::path::PathBuf;

use access::{Caller, Resource, Right, judge};
use api::webhook::{NotASubscription, NotAUrl, Subscription};
use api::{Kind, Place, Problem, ProblemKind, Values, Wrong};
use record::entropy::SystemEntropy;
use record::json::{self, Json, Map};

use super::Answer;
use crate::clock;
use crate::home::{self, Home, Readers, check_private, read_input};
use crate::operations::run::{answer_of, problem};
use crate::outcome::{Done, Failure};

/// Name of the file.
const WEBHOOKS: &str = "webhooks.json";

/// The webhooks of a node.
pub(crate) struct Hooks<'a> {
    home: &'a Home,
}

impl<'a> Hooks<'a> {
    pub(crate) const fn of(home: &'a Home) -> Self {
        Self { home }
    }

    /// All of them, for whoever calls: with their secrets.
    pub(crate) fn all(&self) -> Done<Vec<Subscription>> {
        let path = self.path();
        if path.symlink_metadata().is_err() {
            return Ok(Vec::new());
        }
        check_private(&path)?;
        let wrong = |why: String| Failure::input(format!("`{}`: {why}", path.display()));
        let json = json::parse(&read_input(&path)?).map_err(|error| wrong(error.to_string()))?;
        let rows = json.as_object().and_then(|map| map.get("webhooks")).and_then(Json::as_array);
        let rows = rows.ok_or_else(|| wrong("it holds no webhooks".to_owned()))?.iter();
        let read = |row: &Json| Subscription::from_json(row.as_object().ok_or(NotASubscription::Kept("row"))?);
        rows.map(|row| read(row).map_err(|error| wrong(error.to_string()))).collect()
    }

    /// Changes them, one change at a time.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Vec<Subscription>) -> T) -> Done<T> {
        let _held = self.home.hold()?;
        let mut hooks = self.all()?;
        let changed = change(&mut hooks);
        let rows = hooks.iter().map(|hook| Json::from(hook.to_json())).collect();
        let text = Map::new().with("webhooks", Json::Array(rows)).to_text();
        home::replace(&self.path(), &text, Readers::Owner)?;
        Ok(changed)
    }

    fn path(&self) -> PathBuf {
        self.home.dir().join(WEBHOOKS)
    }

    /// The caller's own.
    pub(crate) fn list(&self, caller: &Caller) -> Answer {
        permit(caller)?;
        let all = self.done(self.all())?;
        let own = all.iter().filter(|hook| is_of(hook, caller)).map(|hook| Json::from(hook.shown()));
        Ok(Map::new().with("webhooks", Json::Array(own.collect())))
    }

    /// A new one of the caller's. Its secret is in this answer and in no other.
    pub(crate) fn make(&self, caller: &Caller, values: &Values) -> Answer {
        permit(caller)?;
        let account = caller.account().cloned().ok_or_else(|| Problem::new(ProblemKind::SignIn))?;
        let url = values.text("url").unwrap_or_default().parse();
        let url = url.map_err(|error: NotAUrl| Wrong::Other(error.to_string()).about(Place::Body, "/url"))?;
        let kinds: BTreeSet<Kind> = values.texts("events").iter().filter_map(|kind| kind.parse().ok()).collect();
        // A token that may only read must not make something that hears more than that.
        for kind in &kinds {
            answer_of(judge(caller, kind.right(), &Resource::Node))?;
        }
        let made = self.done(self.change(|hooks| {
            let made = Subscription::make(account, (url, kinds), hooks, clock::now(), &mut SystemEntropy::new());
            hooks.extend(made.iter().cloned());
            made
        }))?;
        let made = made.map_err(|error| Problem::new(ProblemKind::Conflict).said(&error.to_string(), None))?;
        Ok(made.shown().with("secret", made.secret().reveal().as_str()))
    }

    /// Takes one of the caller's away.
    pub(crate) fn delete(&self, caller: &Caller, values: &Values) -> Answer<()> {
        permit(caller)?;
        let id = values.text("id").unwrap_or_default();
        self.done(self.change(|hooks| {
            let place = hooks.iter().position(|hook| hook.id.as_str() == id && is_of(hook, caller));
            let place = place.ok_or_else(|| Problem::new(ProblemKind::NotFound))?;
            drop(hooks.remove(place));
            Ok(())
        }))?
    }

    fn done<T>(&self, done: Done<T>) -> Answer<T> {
        done.map_err(|failure| problem(&failure, std::path::Path::new("/"), self.home))
    }
}

fn permit(caller: &Caller) -> Answer<()> {
    answer_of(judge(caller, Right::Read, &Resource::Node))
}

fn is_of(hook: &Subscription, caller: &Caller) -> bool {
    caller.account().is_some_and(|account| account.skeleton() == hook.account.skeleton())
}
