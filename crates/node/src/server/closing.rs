//! The end of the server, as whoever waits may hear of it.

use tokio::sync::watch;

/// Tells an answer that waits that the server is about to end.
#[derive(Debug, Clone)]
pub struct Closing(Option<watch::Receiver<bool>>);

impl Closing {
    /// An end that never comes.
    #[must_use]
    pub const fn never() -> Self {
        Self(None)
    }

    pub(super) const fn of(server: watch::Receiver<bool>) -> Self {
        Self(Some(server))
    }

    /// Ready once the server is to end. A long-poll that then answers "nothing yet" spares its caller a cut connection.
    pub async fn begun(&self) {
        match self.0.clone() {
            Some(mut server) => {
                let _is_closing = server.wait_for(|closing| *closing).await.is_ok();
            }
            None => std::future::pending().await,
        }
    }
}
