//! Witnessing: what is cosigned is remembered first, in one commit, so that no crash makes a witness sign two histories.

use protocol::exchange::{AddCheckpoint, Refusal, Remembered, add_checkpoint};
use record::json::{Json, Map};
use record::time::Timestamp;
use rusqlite::OptionalExtension as _;
use storage::LocalStore;
use tlog::checkpoint::SignedCheckpoint;
use tlog::note::{NoteSignature, VerifierKey};

use super::notebook::unsigned;
use super::{ExchangeError, Own, batch, commit, heard};

/// The largest head of an origin that this node has cosigned, and its text; none if it never did.
///
/// # Errors
/// [`ExchangeError::Store`].
pub fn remembered(store: &LocalStore, origin: &str) -> Result<Option<SignedCheckpoint>, ExchangeError> {
    let sql = "SELECT checkpoint FROM exchange_cosigned WHERE origin = ?1";
    let text: Option<String> =
        store.ask(|it| it.prepare_cached(sql)?.query_row([origin], |row| row.get(0)).optional())?;
    text.map(|text| SignedCheckpoint::parse(text.as_bytes()).map_err(|error| heard::notes(&error))).transpose()
}

fn stands(store: &LocalStore, origin: &str) -> Result<Remembered, ExchangeError> {
    let sql = "SELECT size, root FROM exchange_cosigned WHERE origin = ?1";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?));
    let found = store.ask(|it| it.prepare_cached(sql)?.query_row([origin], read).optional())?;
    found.map_or(Ok(Remembered::nothing()), |(size, root)| {
        root.parse().map(|root| Remembered::new(unsigned(size), root)).map_err(|error| heard::notes(&error))
    })
}

/// Cosigns a head, if it continues the largest that was cosigned before. `keys` are those of the log.
///
/// The caller asks one at a time: between looking and remembering nobody else may come.
///
/// # Errors
/// [`ExchangeError`]; the refusal that the protocol gives is the inner result.
pub fn cosign(
    store: &LocalStore,
    own: &Own,
    request: &AddCheckpoint,
    keys: &[VerifierKey],
    now: Timestamp,
) -> Result<Result<Vec<NoteSignature>, Refusal>, ExchangeError> {
    let origin = request.checkpoint.claims().origin().to_owned();
    let before = stands(store, &origin)?;
    let claims = match add_checkpoint(request, keys, before) {
        Ok(claims) => claims,
        Err(refusal) => return Ok(Err(refusal)),
    };
    // What is remembered already is signed again and not written again: anybody may ask, as often as he likes.
    if claims.size() > before.size {
        let note = Map::new()
            .with("kind", "cosigned")
            .with("origin", origin)
            .with("size", Json::count(claims.size()))
            .with("root", claims.root().to_string())
            .with("checkpoint", request.checkpoint.only_by(keys).to_string());
        let _committed = commit(store, heard::note(batch(own)?, own, note)?)?;
    }
    own.cosign(claims, now).map(Ok)
}
