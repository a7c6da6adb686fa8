//! An office with a node that is open and lends its directory, as a running node does.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};
use std::thread;

use api::webhook::Subscription;
use api::{Problem, Value, Values};
use record::json::Map;

use super::super::Delivery;
use super::super::call::Network;
use crate::home::Home;
use crate::operations::read::hooks::Hooks;
use crate::operations::tests::office::Office;
use crate::serve::duties;
use crate::serve::lending::Lending;
use crate::serve::lending::tests::{Ends, with_lending};
use crate::serve::rounds::Tell;

/// An address that anybody may have.
pub(super) const PUBLIC: IpAddr = IpAddr::V4(Ipv4Addr::new(93, 184, 215, 14));

pub(super) struct Town<'a> {
    pub(super) office: &'a Office,
    pub(super) home: &'a Home,
    lending: &'a Lending,
    tell: &'a Tell,
    lines: &'a Mutex<Vec<String>>,
}

pub(super) fn town(story: impl FnOnce(&Town<'_>)) {
    let office = Office::staffed();
    let home = office.home();
    let lines = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&lines);
    let tell: Tell = Arc::new(move |line| heard.lock().unwrap().push(line));
    with_lending(&office, |lending| story(&Town { office: &office, home: &home, lending, tell: &tell, lines: &lines }));
}

impl<'a> Town<'a> {
    pub(super) fn make(&self, who: &str, url: &str, events: &[&str]) -> Result<Map, Problem> {
        let mut values = Values::new();
        values.add("url", Value::Text(url.to_owned()));
        values.add("events", Value::List(events.iter().map(|event| Value::Text((*event).to_owned())).collect()));
        Hooks::of(self.home).make(&self.office.caller(who), &values)
    }

    pub(super) fn hook(&self, who: &str, url: &str, events: &[&str]) -> Subscription {
        self.make(who, url, events).unwrap();
        Hooks::of(self.home).all().unwrap().pop().unwrap()
    }

    pub(super) fn only_hook(&self) -> Subscription {
        let mut hooks = Hooks::of(self.home).all().unwrap();
        assert_eq!(hooks.len(), 1);
        hooks.pop().unwrap()
    }

    pub(super) fn delivery(&self, network: Arc<dyn Network>) -> Delivery<'a> {
        Delivery::new(self.home, self.lending, self.tell, network)
    }

    /// Watches and sets clocks of duties, as a running node does, for as long as a story takes.
    pub(super) fn keeping_clocks(&self, story: impl FnOnce()) {
        thread::scope(|scope| {
            let _watches = scope.spawn(|| duties::follow(self.lending, self.tell));
            let _evaluates = scope.spawn(|| duties::evaluate(self.lending, self.tell));
            let _ends = Ends(self.lending);
            story();
        });
    }

    /// How many lines the operator was told.
    pub(super) fn told(&self) -> usize {
        self.lines.lock().unwrap().len()
    }

    pub(super) fn was_told(&self, words: &str) -> bool {
        self.lines.lock().unwrap().iter().any(|line| line.contains(words))
    }
}
