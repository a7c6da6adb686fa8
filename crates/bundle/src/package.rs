//! The plaintext of a member: what it says in JSON, then octets, then zeros.
//!
//! `u32be length || JSON || octets || zeros`, up to a multiple of the member's step. Cover and end have no octets.

use record::json::{self, Json, Map};

use crate::cover::{count, parse_object, wrong};
use crate::error::ReadError;
use crate::limits::{COVER_STEP_BYTES, MAX_FILE_BYTES, MAX_INDEX_BYTES, MAX_PACKAGE_BYTES, MAX_PACKAGE_FILES};
use crate::limits::{MAX_PATH_BYTES, PACKAGE_STEP_BYTES};
use crate::path::FilePath;
use crate::seal::{Place, SEALED_EXTRA_BYTES};

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct File {
    /// Where it lies.
    pub path: FilePath,
    /// Its octets.
    pub octets: Vec<u8>,
}

/// Files that came together: all of them, as they were sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Package {
    /// Its number, from 1.
    pub number: u32,
    /// Its files in the sender's order: at least one.
    pub files: Vec<File>,
}

/// Octets of the length before the JSON.
const LENGTH_BYTES: usize = 4;

/// Octets of the longest plaintext: the longest index and the longest file.
const MAX_PLAIN_BYTES: usize = {
    let longest = LENGTH_BYTES + MAX_INDEX_BYTES + MAX_FILE_BYTES;
    longest.div_ceil(PACKAGE_STEP_BYTES) * PACKAGE_STEP_BYTES
};

// The longest index fits: a path and its length take fewer than 64 octets beside the path itself.
const _: () = assert!(MAX_PACKAGE_FILES * (MAX_PATH_BYTES + 64) + 64 < MAX_INDEX_BYTES);

impl Place {
    /// What the plaintext is filled up to.
    const fn step_bytes(self) -> usize {
        match self {
            Self::Package(_) => PACKAGE_STEP_BYTES,
            Self::Cover | Self::End(_) => COVER_STEP_BYTES,
        }
    }

    /// Whether a sealed member can have this length.
    pub(crate) fn fits(self, sealed_bytes: u64) -> bool {
        let plain_bytes = usize::try_from(sealed_bytes).ok().and_then(|all| all.checked_sub(SEALED_EXTRA_BYTES));
        plain_bytes.is_some_and(|plain| match self {
            Self::Package(_) => (1..=MAX_PLAIN_BYTES).contains(&plain) && plain.is_multiple_of(PACKAGE_STEP_BYTES),
            Self::Cover | Self::End(_) => plain == COVER_STEP_BYTES,
        })
    }
}

/// The plaintext of a member.
pub(crate) fn wrap(place: Place, json: &[u8], octets: &[&[u8]]) -> Vec<u8> {
    let length = u32::try_from(json.len()).unwrap_or(u32::MAX).to_be_bytes();
    let mut plain = [length.as_slice(), json].concat();
    octets.iter().for_each(|octets| plain.extend(*octets));
    plain.resize(filled(place, plain.len()), 0);
    plain
}

fn filled(place: Place, bytes: usize) -> usize {
    bytes.checked_next_multiple_of(place.step_bytes()).unwrap_or(bytes)
}

/// The JSON of a plaintext, and what follows it.
fn unwrap(place: Place, plain: &[u8]) -> Result<(&[u8], &[u8]), ReadError> {
    let parts = plain.split_first_chunk::<LENGTH_BYTES>().and_then(|(length, rest)| {
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        rest.split_at_checked(length).filter(|_| length <= MAX_INDEX_BYTES)
    });
    parts.ok_or_else(|| wrong(place, "its index is longer than it may be"))
}

/// Checks that nothing but as many zeros as are due stands at the end.
fn check_filling(place: Place, plain: &[u8], filling: &[u8]) -> Result<(), ReadError> {
    let used = plain.len().saturating_sub(filling.len());
    let is_right = filled(place, used) == plain.len() && filling.iter().all(|octet| *octet == 0);
    if is_right { Ok(()) } else { Err(wrong(place, "what fills it up is not as many zeros as are due")) }
}

/// The JSON of a member that has nothing else.
pub(crate) fn unwrap_alone(place: Place, plain: &[u8]) -> Result<&[u8], ReadError> {
    let (json, filling) = unwrap(place, plain)?;
    check_filling(place, plain, filling).map(|()| json)
}

/// The plaintext of a package.
pub(crate) fn write_package(place: Place, files: &[File]) -> Option<Vec<u8>> {
    let index = index(files.iter().map(|file| row(&file.path, file.octets.len())).collect())?;
    let octets: Vec<_> = files.iter().map(|file| file.octets.as_slice()).collect();
    Some(wrap(place, &index, &octets))
}

fn index(rows: Vec<Json>) -> Option<Vec<u8>> {
    json::canonical(&Map::new().with("files", Json::Array(rows)).into()).ok()
}

fn row(path: &FilePath, bytes: usize) -> Json {
    Map::new().with("bytes", Json::count(bytes)).with("path", path.as_str()).into()
}

/// Reads the plaintext of a package.
pub(crate) fn read_package(number: u32, plain: &[u8]) -> Result<Package, ReadError> {
    let place = Place::Package(number);
    let (json, mut octets) = unwrap(place, plain)?;
    let rows = read_index(place, json)?;
    let mut files = Vec::with_capacity(rows.len());
    for (path, bytes) in rows {
        let (now, later) = octets.split_at_checked(bytes).ok_or_else(|| wrong(place, "a file is longer than it"))?;
        files.push(File { path, octets: now.to_vec() });
        octets = later;
    }
    check_filling(place, plain, octets)?;
    Ok(Package { number, files })
}

fn read_index(place: Place, json: &[u8]) -> Result<Vec<(FilePath, usize)>, ReadError> {
    let index_error = || wrong(place, "its index is not in canonical form");
    let members = parse_object(json).ok_or_else(index_error)?;
    let rows = members.get("files").and_then(Json::as_array).ok_or_else(index_error)?;
    let rows: Result<Vec<_>, _> = rows.iter().map(|row| read_row(place, row)).collect();
    let rows = rows?;
    let is_exact =
        index(rows.iter().map(|(path, bytes)| row(path, *bytes)).collect()).is_some_and(|exact| exact == json);
    if !is_exact {
        return Err(index_error());
    }
    check_amount(place, &rows).map(|()| rows)
}

fn read_row(place: Place, row: &Json) -> Result<(FilePath, usize), ReadError> {
    let row_error = || wrong(place, "a file lacks its path or its length");
    let row = row.as_object().ok_or_else(row_error)?;
    let bytes = count(row, "bytes").and_then(|bytes| bytes.try_into().ok()).ok_or_else(row_error)?;
    let path = row.text("path").ok_or_else(row_error)?.parse();
    let path = path.map_err(|error| ReadError::Path { member: place.name(), error })?;
    Ok((path, bytes))
}

/// As many files as a package may have, and together no longer than it may be, unless a long one is alone.
fn check_amount(place: Place, rows: &[(FilePath, usize)]) -> Result<(), ReadError> {
    if !(1..=MAX_PACKAGE_FILES).contains(&rows.len()) {
        return Err(wrong(place, &format!("it has {} files, and not 1 to {MAX_PACKAGE_FILES}", rows.len())));
    }
    let bytes = rows.iter().fold(0_usize, |sum, (_, bytes)| sum.saturating_add(*bytes));
    let limit = if rows.len() == 1 { MAX_FILE_BYTES } else { MAX_PACKAGE_BYTES };
    if bytes > limit {
        Err(wrong(place, &format!("its files have {bytes} octets; the limit is {limit}")))
    } else {
        Ok(())
    }
}
