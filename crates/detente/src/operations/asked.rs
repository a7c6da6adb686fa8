//! Whether what this thread does was asked for over the network: then nobody is at the terminal to be asked anything, and what
//! whoever asks may not see is not there.

use std::cell::RefCell;
use std::rc::Rc;

use access::{Caller, Resource, Right, Verdict, judge};
use record::digest::RecordDigest;
use record::json::Map;
use storage::LocalStore;

use super::sight::{Hidden, Sight};
use super::sweep::swept;
use crate::home::Home;
use crate::outcome::{Done, Failure};

thread_local! {
    static CALLER: RefCell<Option<Caller>> = const { RefCell::new(None) };
    static HIDDEN: RefCell<Option<Rc<Hidden>>> = const { RefCell::new(None) };
}

/// That this thread works for somebody else, for as long as this lives.
#[derive(Debug)]
pub(super) struct Remote(Option<Caller>);

impl Remote {
    pub(super) fn begin(caller: &Caller) -> Self {
        Self(CALLER.replace(Some(caller.clone())))
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        CALLER.set(self.0.take());
    }
}

/// That some records are not there for whoever asks, for as long as this lives.
#[derive(Debug)]
pub(super) struct Hiding;

/// Tells the commands of this thread what is not there. A list that goes on from page to page must know: where it ends is
/// seen too.
pub(super) fn hide(hidden: &Rc<Hidden>) -> Hiding {
    HIDDEN.set(Some(Rc::clone(hidden)));
    Hiding
}

impl Drop for Hiding {
    fn drop(&mut self) {
        drop(HIDDEN.take());
    }
}

/// Whether there is something that whoever asks may not see.
pub(crate) fn is_anything_hidden() -> bool {
    HIDDEN.with_borrow(|hidden| hidden.as_ref().is_some_and(|hidden| !hidden.names.is_empty()))
}

/// Whether an element of a list would be left in the answer.
pub(crate) fn is_shown(element: &Map) -> bool {
    HIDDEN.with_borrow(|hidden| hidden.as_ref().is_none_or(|hidden| swept(element, hidden).is_some()))
}

pub(crate) fn is_remote() -> bool {
    CALLER.with_borrow(Option::is_some)
}

/// Whether whoever asks may do this too. At the machine nobody is asked for rights.
pub(crate) fn may(right: Right) -> bool {
    let verdict = CALLER.with_borrow(|caller| caller.as_ref().map(|caller| judge(caller, right, &Resource::Node)));
    matches!(verdict, None | Some(Verdict::Allowed))
}

/// Whether whoever asks may know that a signal is here, by the record that holds it: he may read that, or look contents through, and then
/// scans name signals to him whatever their records are marked.
pub(crate) fn may_know_signal(home: &Home, store: &LocalStore, record: &RecordDigest) -> Done<bool> {
    if may(Right::Scan) { Ok(true) } else { may_read(home, store, record) }
}

/// Whether whoever asks may read a record. At the machine everybody may.
pub(crate) fn may_read(home: &Home, store: &LocalStore, record: &RecordDigest) -> Done<bool> {
    let Some(caller) = CALLER.with_borrow(Option::clone) else { return Ok(true) };
    Ok(Sight::of(home, store, &caller)?.judge_named(Right::Read, &record.to_string())? == Verdict::Allowed)
}

/// Refuses what takes a right beside the command's own, of which only the command can tell that it is asked for.
pub(crate) fn check(right: Right, what: &str) -> Done {
    if may(right) { Ok(()) } else { Err(Failure::refused(format!("{what}, which takes the right `{right}`"))) }
}

/// Refuses to ask a person at the terminal for something, where there is none: the terminal is that of whoever started the node.
pub(crate) fn refuse(what: &str) -> Done {
    if is_remote() {
        return Err(Failure::input(format!("this needs {what}, and nobody can be asked over the network"))
            .advise("give it in the request, or run the command at the machine"));
    }
    Ok(())
}
