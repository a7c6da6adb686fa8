//! Witnessing: what is cosigned is remembered first, in one commit, so that no crash makes a witness sign two histories.

use protocol::exchange::{AddCheckpoint, Caught, Refusal, Remembered, add_checkpoint, compare};
use record::json::{Json, Map};
use record::time::Timestamp;
use rusqlite::{OptionalExtension as _, params};
use storage::LocalStore;
use tlog::checkpoint::SignedCheckpoint;
use tlog::note::{NoteSignature, VerifierKey};

use super::notebook::{signed, unsigned};
use super::{ExchangeError, Own, batch, commit, heard};

/// Heads of one log that are kept though they were not cosigned. Anybody may bring a head that the log showed him, with a proof
/// that he made up, so there must be an end; and the first ones are as good as any to be compared later.
pub const MAX_REFUSED_HEADS: u64 = 16;

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

/// What a head shows that was brought to be cosigned, whether it was or not: that its log has two histories, if one of its size
/// is kept with another root; or that its proof does not hold. The head is kept then, so that it can be compared with the one
/// of its size that comes later. `keys` are those of the log.
///
/// # Errors
/// [`ExchangeError`].
pub fn doubt(
    store: &LocalStore,
    own: &Own,
    request: &AddCheckpoint,
    keys: &[VerifierKey],
    refusal: Option<&Refusal>,
) -> Result<Option<Caught>, ExchangeError> {
    let shown = &request.checkpoint;
    if shown.verify(keys).is_err() {
        return Ok(None);
    }
    let kept = heads_of_size(store, shown)?;
    if let Some(fork) = kept.iter().find_map(|kept| compare(kept, shown, keys)) {
        return Ok(Some(fork));
    }
    let is_unproved = refusal == Some(&Refusal::BadProof);
    if !is_unproved || !kept.is_empty() || refused_heads(store, shown.claims().origin())? >= MAX_REFUSED_HEADS {
        return Ok(None);
    }
    let (claims, only) = (shown.claims(), shown.only_by(keys));
    let note = Map::new()
        .with("kind", "refused")
        .with("origin", claims.origin())
        .with("size", Json::count(claims.size()))
        .with("root", claims.root().to_string())
        .with("checkpoint", only.to_string());
    let _committed = commit(store, heard::note(batch(own)?, own, note)?)?;
    let remembered = stands(store, claims.origin())?.size;
    Ok(Some(Caught::Unproved { remembered, shown: Box::new(only) }))
}

/// The heads of the same log and size that are kept.
fn heads_of_size(store: &LocalStore, shown: &SignedCheckpoint) -> Result<Vec<SignedCheckpoint>, ExchangeError> {
    let sql = "SELECT checkpoint FROM exchange_heads WHERE origin = ?1 AND size = ?2 ORDER BY idx";
    let values = params![shown.claims().origin(), signed(shown.claims().size())];
    let texts: Vec<String> = store.ask(|it| it.prepare_cached(sql)?.query_map(values, |row| row.get(0))?.collect())?;
    let heads = texts.iter().map(|text| SignedCheckpoint::parse(text.as_bytes()));
    heads.collect::<Result<_, _>>().map_err(|error| heard::notes(&error))
}

fn refused_heads(store: &LocalStore, origin: &str) -> Result<u64, ExchangeError> {
    let sql = "SELECT COUNT(*) FROM exchange_heads WHERE origin = ?1 AND is_refused = 1";
    Ok(unsigned(store.ask(|it| it.prepare_cached(sql)?.query_row([origin], |row| row.get(0)))?))
}
