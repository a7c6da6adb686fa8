//! Ctrl-C: the story stops at its next step, and the nodes that it started end.

use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

use tokio::runtime::Builder;

use crate::outcome::{Done, Failure};
use crate::serve;

/// Whether the reader has had enough.
pub(super) struct Interrupt {
    /// Closed once a signal has come; nothing is ever sent.
    came: Receiver<()>,
}

impl Interrupt {
    /// From here on a signal to end does not kill this process: it is looked at between steps.
    pub(super) fn watch() -> Done<Self> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(Failure::environment)?;
        let (open, came) = channel();
        let _watching = thread::spawn(move || {
            runtime.block_on(serve::stopped());
            drop(open);
        });
        Ok(Self { came })
    }

    /// An error once somebody has asked to end.
    pub(super) fn check(&self) -> Done {
        if matches!(self.came.try_recv(), Err(TryRecvError::Disconnected)) {
            return Err(Failure::refused("the story was stopped before its end, and proves nothing")
                .advise("its nodes have ended; run it again on the same directory"));
        }
        Ok(())
    }

    /// Waits until somebody asks to end.
    pub(super) fn wait(&self) {
        // The only end of this wait: the other side of it is dropped.
        let _ended = self.came.recv();
    }
}
