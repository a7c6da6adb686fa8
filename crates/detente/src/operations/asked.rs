//! Whether what this thread does was asked for over the network: then nobody is at the terminal to be asked anything, and what
//! whoever asks may not see is not there.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use record::json::Map;

use super::sight::Hidden;
use super::sweep::swept;
use crate::outcome::{Done, Failure};

thread_local! {
    static IS_REMOTE: Cell<bool> = const { Cell::new(false) };
    static HIDDEN: RefCell<Option<Rc<Hidden>>> = const { RefCell::new(None) };
}

/// That this thread works for somebody else, for as long as this lives.
#[derive(Debug)]
pub(super) struct Remote(bool);

impl Remote {
    pub(super) fn begin() -> Self {
        Self(IS_REMOTE.replace(true))
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        IS_REMOTE.set(self.0);
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
    IS_REMOTE.get()
}

/// Refuses to ask a person at the terminal for something, where there is none: the terminal is that of whoever started the node.
pub(crate) fn refuse(what: &str) -> Done {
    if is_remote() {
        return Err(Failure::input(format!("this needs {what}, and nobody can be asked over the network"))
            .advise("give it in the request, or run the command at the machine"));
    }
    Ok(())
}
