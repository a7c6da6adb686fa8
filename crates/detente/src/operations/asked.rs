//! Whether what this thread does was asked for over the network: then nobody is at the terminal to be asked anything.

use std::cell::Cell;

use crate::outcome::{Done, Failure};

thread_local! {
    static IS_REMOTE: Cell<bool> = const { Cell::new(false) };
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
