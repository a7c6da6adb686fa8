//! The incidents of a party, for whoever goes through all of them, or through what its own log has of them since it looked last.

use record::digest::{PartyId, RecordDigest};
use rusqlite::{named_params, params};

use super::limit;
use crate::local::LocalStore;
use crate::store::StoreError;

/// Each arm ends by itself, so that no step of the way reads all that is here.
const AFTER: &str = "
    SELECT id FROM (SELECT DISTINCT id FROM records_incidents
        WHERE issuer = :own AND id > :after AND place >> 40 = (SELECT number FROM log WHERE name = 'node')
        ORDER BY id LIMIT :limit)
    UNION
    SELECT name FROM (SELECT DISTINCT one.name AS name FROM records_names AS one
            CROSS JOIN records ON records.place = one.place
        WHERE one.name > :after AND one.name >= 'incident--' AND one.name < 'incident-.'
            AND one.type IN (:first, :second) AND records.issuer = :own
            AND one.place >> 40 = (SELECT number FROM log WHERE name = 'node')
        ORDER BY one.name LIMIT :limit)
    ORDER BY 1 LIMIT :limit";

const NEWS: &str = "
    SELECT id FROM records_incidents
        WHERE issuer = :own AND id IS NOT NULL
            AND place >= (SELECT number << 40 FROM log WHERE name = 'node') + :from
            AND place < (SELECT number << 40 FROM log WHERE name = 'node') + :before
    UNION
    SELECT one.name FROM records_names AS one CROSS JOIN records ON records.place = one.place
        WHERE one.place >= (SELECT number << 40 FROM log WHERE name = 'node') + :from
            AND one.place < (SELECT number << 40 FROM log WHERE name = 'node') + :before
            AND one.name LIKE 'incident--%' AND one.type = :type AND records.issuer = :own
    ORDER BY 1";

/// Incidents behind an id, in the order of ids, at most `most`: those of which the node's own log has a version of a party, and those
/// that its records of two types name.
///
/// # Errors
/// As [`list`](super::list).
pub fn own_after(
    store: &LocalStore,
    own: PartyId,
    [first, second]: [&str; 2],
    after: &str,
    most: usize,
) -> Result<Vec<String>, StoreError> {
    let own = own.to_string();
    let values =
        named_params! { ":own": own, ":after": after, ":first": first, ":second": second, ":limit": limit(most) };
    store.ask(|it| it.prepare_cached(AFTER)?.query_map(values, |row| row.get(0))?.collect())
}

/// Incidents of which entries of the node's own log from `from` on, and before `before`, hold a version of a party, or that its records
/// of a type name there; each once, by id.
///
/// # Errors
/// As [`list`](super::list).
pub fn own_news(
    store: &LocalStore,
    own: PartyId,
    object_type: &str,
    (from, before): (u64, u64),
) -> Result<Vec<String>, StoreError> {
    let (own, index) = (own.to_string(), |index: u64| i64::try_from(index).unwrap_or(i64::MAX));
    let values = named_params! { ":own": own, ":type": object_type, ":from": index(from), ":before": index(before) };
    store.ask(|it| it.prepare_cached(NEWS)?.query_map(values, |row| row.get(0))?.collect())
}

/// What a record of a party says of itself to whoever does not open it: the incident that it names stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "callers take it apart")]
pub struct About {
    /// The digest of the record.
    pub digest: RecordDigest,
    /// The id of its object.
    pub id: String,
    /// The incident.
    pub incident: String,
}

/// The records of a party in the node's own log that are of a type and name an incident, by the incident.
///
/// # Errors
/// As [`list`](super::list).
pub fn own_about(store: &LocalStore, own: PartyId, object_type: &str) -> Result<Vec<About>, StoreError> {
    let sql = "SELECT records.digest, records.id, one.name FROM records CROSS JOIN records_names AS one
            ON one.place = records.place
        WHERE records.type = ?1 AND records.issuer = ?2 AND one.name LIKE 'incident--%'
            AND records.place >> 40 = (SELECT number FROM log WHERE name = 'node')
        ORDER BY one.name, records.place";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let rows: Vec<(Option<[u8; 32]>, Option<String>, String)> =
        store.ask(|it| it.prepare_cached(sql)?.query_map(params![object_type, own.to_string()], read)?.collect())?;
    let about = |(digest, id, incident): (Option<[u8; 32]>, Option<String>, String)| {
        let digest = RecordDigest::from_octets(digest?);
        Some(About { digest, id: id.unwrap_or_default(), incident })
    };
    Ok(rows.into_iter().filter_map(about).collect())
}
