//! What a node delivers of its own accord, as a transport takes it.

use policy::belief::{Doubt, logged};
use policy::control::{pass_on, said_before};
use protocol::exchange::{Control, OwnOpened};
use record::Signed;
use record::key_history::Moment;
use record::message::{Message, UnverifiedStatement};
use tlog::log_proof::LogProof;

use super::own::leaf_of;
use super::sender::{OwnBody, Sender};
use super::{ExchangeError, heard};

impl Sender {
    /// A statement of our own, opened under the newest head that is shown. None if that does not cover it yet.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn own_opened(&self, index: u64) -> Result<Option<OwnOpened>, ExchangeError> {
        let Some(OwnBody { salt, text }) = self.own_body(index)? else { return Ok(None) };
        let Some(proof) = self.prove(index, salt)? else { return Ok(None) };
        self.opened_under(&text, &proof).map(Some)
    }

    /// The same under the newest head that is published, whoever has cosigned it. None before the statement is published.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn own_opened_unwitnessed(&self, index: u64) -> Result<Option<OwnOpened>, ExchangeError> {
        let Some(OwnBody { salt, text }) = self.own_body(index)? else { return Ok(None) };
        let Some(proof) = self.prove_to_ourselves(index, salt)? else { return Ok(None) };
        self.opened_under(&text, &proof).map(Some)
    }

    fn opened_under(&self, text: &[u8], proof: &LogProof) -> Result<OwnOpened, ExchangeError> {
        let statement = UnverifiedStatement::read(text).map_err(|error| heard::notes(&error))?;
        let history = self.own_history()?;
        let statement = statement.verify(history, Moment::AsNamed).map_err(|error| heard::notes(&error))?;
        Ok(OwnOpened::new(logged(statement, Some(proof), history).map_err(doubted)?))
    }

    /// A message that this node's log holds, for a party of its text: one of ours passed the floors before it was logged, and
    /// one of another party was said to all of them. None before a message of ours is published.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn message(&self, message: &Signed<Message>) -> Result<Option<Control>, ExchangeError> {
        let history = self.own_history()?;
        if let Some(passed) = pass_on(message.clone(), history) {
            return Ok(Some(Control::Message(passed)));
        }
        let Some(index) = leaf_of(&self.store, message.digest().octets())? else { return Ok(None) };
        let Some(OwnBody { salt, .. }) = self.own_body(index)? else { return Ok(None) };
        let Some(proof) = self.prove_to_ourselves(index, salt)? else { return Ok(None) };
        let logged = logged(message.clone(), Some(&proof), history).map_err(doubted)?;
        Ok(Some(Control::Message(said_before(&logged))))
    }
}

/// Our own log does not prove what it holds: then nothing of it is handed out.
#[expect(clippy::needless_pass_by_value, reason = "so that `map_err(doubted)` takes a doubt as it comes")]
fn doubted(doubt: Doubt) -> ExchangeError {
    heard::notes(&doubt)
}
