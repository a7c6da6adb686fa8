//! Files of weights in the form of safetensors, tensor by tensor: a copy that was packed anew has other octets and the same tensors.
//!
//! The form: eight octets with the length of a header, little-endian; the header, a JSON object that names each tensor with
//! `data_offsets`; then the tensors' octets.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use matching::signal::ExactKey;
use record::digest::Sha256Parts;
use record::json::{self, Json};

use crate::outcome::{Done, Failure};

/// Octets of a header: the form's own reader takes as many.
const MAX_HEADER_BYTES: u64 = 100_000_000;

/// Tensors of a file: the largest models have some thousand.
const MAX_TENSORS: usize = 100_000;

/// Octets of the smallest tensor that is told apart: a bias of zeros is the same in every model.
const MIN_TENSOR_BYTES: u64 = 64 * 1024;

/// Octets in memory at once.
const PART_BYTES: usize = 1024 * 1024;

/// A tensor with the digest of its octets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tensor {
    pub(crate) name: String,
    pub(crate) key: ExactKey,
}

/// The tensors of a file; none if it is no such file.
///
/// # Errors
/// If it begins like such a file and cannot be taken apart: whoever looks through it has to know that its tensors were not.
pub(crate) fn of(path: &Path) -> Done<Option<Vec<Tensor>>> {
    let cannot = |error: std::io::Error| Failure::input(format!("cannot read `{}`: {error}", path.display()));
    let mut file = File::open(path).map_err(cannot)?;
    let length = file.metadata().map_err(cannot)?.len();
    let Some((start, octets)) = header(&mut file, length).map_err(cannot)? else { return Ok(None) };
    let places = places(&octets, length.saturating_sub(start)).ok_or_else(|| {
        Failure::input(format!("`{}` begins like a file of safetensors and cannot be taken apart", path.display()))
            .advise("its digest was looked up, and its tensors were not; write it anew with the tool that made it")
    })?;
    let mut tensors = Vec::new();
    for (name, from, to) in places {
        if to.saturating_sub(from) >= MIN_TENSOR_BYTES {
            let key = digest(&mut file, (start.saturating_add(from), to.saturating_sub(from))).map_err(cannot)?;
            tensors.push(Tensor { name, key });
        }
    }
    Ok(Some(tensors))
}

type Places = Vec<(String, u64, u64)>;

/// Where the tensors' octets begin, and the header before them; none if it does not begin so.
fn header(file: &mut File, length: u64) -> std::io::Result<Option<(u64, Vec<u8>)>> {
    let mut size = [0; 8];
    if length < 8 || file.read_exact(&mut size).is_err() {
        return Ok(None);
    }
    let size = u64::from_le_bytes(size);
    if size > MAX_HEADER_BYTES.min(length.saturating_sub(8)) {
        return Ok(None);
    }
    let mut octets = Vec::new();
    file.take(size).read_to_end(&mut octets)?;
    let begins = octets.trim_ascii_start().starts_with(b"{") && octets.trim_ascii_end().ends_with(b"}");
    Ok(begins.then_some((size.saturating_add(8), octets)))
}

fn places(octets: &[u8], room: u64) -> Option<Places> {
    let Ok(Json::Object(map)) = json::parse_within(octets, octets.len()) else { return None };
    if map.len() > MAX_TENSORS {
        return None;
    }
    let mut places = Places::new();
    for (name, value) in map.iter().filter(|(name, _)| *name != "__metadata__") {
        let offsets = value.as_object()?.get("data_offsets")?.as_array()?;
        let at = |place: usize| offsets.get(place)?.as_integer().and_then(|at| u64::try_from(at).ok());
        let (from, to) = (at(0)?, at(1)?);
        if offsets.len() != 2 || from > to || to > room {
            return None;
        }
        places.push((name.to_owned(), from, to));
    }
    // As the form demands: otherwise a small file could name the same octets thousands of times.
    places.sort_by_key(|(_, from, to)| (*from, *to));
    let overlaps = places.windows(2).any(|pair| matches!(pair, [(_, _, end), (_, from, _)] if from < end));
    (!overlaps).then_some(places)
}

fn digest(file: &mut File, (from, length): (u64, u64)) -> std::io::Result<ExactKey> {
    file.seek(SeekFrom::Start(from))?;
    let (mut rest, mut hash, mut part) = (file.take(length), Sha256Parts::default(), vec![0; PART_BYTES]);
    loop {
        match rest.read(&mut part)? {
            0 => return Ok(ExactKey::Plain(hash.finish())),
            count => hash.take(part.get(..count).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(dir: &Path, header: &str, tensors: &[u8]) -> std::path::PathBuf {
        let path = dir.join("weights");
        let size = u64::try_from(header.len()).unwrap().to_le_bytes();
        std::fs::write(&path, [&size[..], header.as_bytes(), tensors].concat()).unwrap();
        path
    }

    #[test]
    fn tensors_are_told_apart_whatever_stands_before_them() {
        let dir = tempfile::tempdir().unwrap();
        let (one, two) = (vec![1; 70_000], vec![2; 70_000]);
        let header = r#"{"__metadata__":{"made":"today"},"a":{"dtype":"U8","shape":[70000],"data_offsets":[0,70000]},"b":{"dtype":"U8","shape":[70000],"data_offsets":[70000,140000]},"tiny":{"dtype":"U8","shape":[4],"data_offsets":[140000,140004]}}"#;
        let tensors = of(&file(dir.path(), header, &[one.clone(), two.clone(), vec![0; 4]].concat())).unwrap().unwrap();
        let names: Vec<_> = tensors.iter().map(|tensor| tensor.name.as_str()).collect();
        assert_eq!(names, ["a", "b"], "what is tiny is the same in every model");
        assert_eq!(tensors[1].key, ExactKey::of_octets(&two));
        let other = r#"{"x":{"data_offsets":[0,70000]}}"#;
        assert_eq!(of(&file(dir.path(), other, &one)).unwrap().unwrap()[0].key, tensors[0].key);
    }

    #[test]
    fn what_is_no_such_file_or_lies_about_its_size_is_none() {
        let dir = tempfile::tempdir().unwrap();
        for header in ["[]", "{", "no header"] {
            assert_eq!(of(&file(dir.path(), header, b"octets")).unwrap(), None, "{header}");
        }
        let overlapping = r#"{"a":{"data_offsets":[0,4]},"b":{"data_offsets":[3,6]}}"#;
        let beyond = r#"{"a":{"data_offsets":[0,9]}}"#;
        for header in [overlapping, beyond, r#"{"a":{"data_offsets":[5,2]}}"#, r#"{"a":7}"#] {
            let told = of(&file(dir.path(), header, b"octets")).unwrap_err();
            assert!(told.message.contains("cannot be taken apart"), "{header}: {}", told.message);
        }
        let path = dir.path().join("weights");
        std::fs::write(&path, u64::MAX.to_le_bytes()).unwrap();
        assert_eq!(of(&path).unwrap(), None);
    }
}
