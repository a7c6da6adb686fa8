//! The style and the script, in the program itself.

use std::sync::LazyLock;

use record::digest::sha256;

/// A file that pages need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Asset {
    /// Its name.
    pub name: &'static str,
    /// What kind of thing it is.
    pub content_type: &'static str,
    /// Its octets.
    pub octets: &'static [u8],
}

const ASSETS: &[Asset] = &[
    Asset { name: "desk.css", content_type: "text/css; charset=utf-8", octets: include_bytes!("../assets/desk.css") },
    Asset {
        name: "desk.js",
        content_type: "text/javascript; charset=utf-8",
        octets: include_bytes!("../assets/desk.js"),
    },
];

/// What an address has of the digest of what lies there.
static VERSIONS: LazyLock<Vec<(&'static str, String)>> = LazyLock::new(|| {
    let version = |asset: &Asset| sha256(&[asset.octets]).iter().take(6).map(|octet| format!("{octet:02x}")).collect();
    ASSETS.iter().map(|asset| (asset.name, version(asset))).collect()
});

/// The address of a file.
pub(crate) fn path_of(name: &str) -> String {
    let version = VERSIONS.iter().find(|(known, _)| *known == name).map(|(_, version)| version.as_str());
    format!("/assets/{}/{name}", version.unwrap_or("none"))
}

/// The file at a path; none if there is none, or it was another version of it.
#[must_use]
pub fn asset(path: &str) -> Option<Asset> {
    ASSETS.iter().copied().find(|asset| path_of(asset.name) == path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_lies_at_the_address_of_its_octets() {
        assert_eq!(asset(&path_of("desk.css")).map(|found| found.name), Some("desk.css"));
        assert_eq!(asset("/assets/000000000000/desk.css"), None);
        assert_eq!(asset("/assets/../desk.css"), None);
    }

    #[test]
    fn the_script_makes_no_code_of_texts() {
        let script = String::from_utf8_lossy(ASSETS[1].octets);
        for banned in ["eval(", "Function(", "innerHTML", "document.write", "insertAdjacentHTML"] {
            assert!(!script.contains(banned), "{banned}");
        }
    }
}
