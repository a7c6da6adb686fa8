//! A bundle made by hand, from docs/bundle.md and not with the crate's own writer: an oracle for the format, and a sender
//! who breaks it.

use hpke::aead::{AeadCtxS, ChaCha20Poly1305};
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable as _, Kem, OpModeS, Serializable as _};
use record::base64url;
use record::digest::sha256;
use record::entropy::{Entropy, NoEntropy};
use record::key_record::BundleKey;

/// A member of the archive: name, type flag, octets.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) flag: u8,
    pub(crate) octets: Vec<u8>,
}

impl Member {
    pub(crate) fn file(name: &str, octets: &[u8]) -> Self {
        Self { name: name.to_owned(), flag: b'0', octets: octets.to_vec() }
    }

    fn to_octets(&self) -> Vec<u8> {
        let mut head = head(&self.name, self.flag, self.octets.len());
        head.extend(&self.octets);
        head.resize(head.len().next_multiple_of(512), 0);
        head
    }
}

/// A ustar head.
pub(crate) fn head(name: &str, flag: u8, bytes: usize) -> Vec<u8> {
    let mut head = format!("{name:\0<100}0000644\x000000000\x000000000\0{bytes:011o}\x0000000000000\0        ");
    head.push(char::from(flag));
    head.push_str(&"\0".repeat(100));
    head.push_str("ustar\x0000");
    head.push_str(&"\0".repeat(64));
    head.push_str("0000000\x000000000\0");
    let mut head = head.into_bytes();
    head.resize(512, 0);
    let sum: u32 = head.iter().map(|octet| u32::from(*octet)).sum();
    head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    head
}

/// An archive of members, with its end.
pub(crate) fn tar(members: &[Member]) -> Vec<u8> {
    let mut octets = Vec::new();
    members.iter().for_each(|member| octets.extend(member.to_octets()));
    octets.resize(octets.len() + 1024, 0);
    octets
}

/// A frame of stored blocks.
pub(crate) fn zst(octets: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x38];
    let count = octets.chunks(128 * 1024).count();
    for (number, block) in octets.chunks(128 * 1024).enumerate() {
        let header = u32::try_from(block.len()).unwrap() << 3 | u32::from(number + 1 == count);
        frame.extend(&header.to_le_bytes()[..3]);
        frame.extend(block);
    }
    frame
}

/// The archive inside a frame.
pub(crate) fn unzst(frame: &[u8]) -> Vec<u8> {
    let (mut rest, mut octets) = (&frame[6..], Vec::new());
    while let [first, second, third, after @ ..] = rest {
        let length = usize::try_from(u32::from_le_bytes([*first, *second, *third, 0]) >> 3).unwrap();
        octets.extend(&after[..length]);
        rest = &after[length..];
    }
    octets
}

/// The members of an archive that a writer made.
pub(crate) fn members(frame: &[u8]) -> Vec<Member> {
    let (archive, mut members) = (unzst(frame), Vec::new());
    let mut rest = archive.as_slice();
    while rest[0] != 0 {
        let name = String::from_utf8(rest[..100].split(|octet| *octet == 0).next().unwrap().to_vec()).unwrap();
        let size = usize::from_str_radix(std::str::from_utf8(&rest[124..135]).unwrap(), 8).unwrap();
        members.push(Member { name, flag: rest[156], octets: rest[512..512 + size].to_vec() });
        rest = &rest[512 + size.next_multiple_of(512)..];
    }
    members
}

/// A sealed archive from members.
pub(crate) fn pack(members: &[Member]) -> Vec<u8> {
    zst(&tar(members))
}

/// A plaintext: length, JSON, octets, zeros.
pub(crate) fn plain(json: &str, octets: &[u8], step: usize) -> Vec<u8> {
    let mut plain = u32::try_from(json.len()).unwrap().to_be_bytes().to_vec();
    plain.extend(json.as_bytes());
    plain.extend(octets);
    plain.resize(plain.len().next_multiple_of(step), 0);
    plain
}

/// The JSON of a package's index.
pub(crate) fn index(files: &[(&str, usize)]) -> String {
    let rows: Vec<_> = files.iter().map(|(path, bytes)| format!(r#"{{"bytes":{bytes},"path":"{path}"}}"#)).collect();
    format!(r#"{{"files":[{}]}}"#, rows.join(","))
}

/// Somebody who knows the format and the recipient's public key, and seals what he likes.
pub(crate) struct Forger {
    context: AeadCtxS<ChaCha20Poly1305, HkdfSha256, XWing>,
    secret: [u8; 32],
    manifest: Vec<u8>,
    pub(crate) members: Vec<Member>,
    /// A commitment to another text, for the next member.
    pub(crate) lies: bool,
}

impl Forger {
    pub(crate) fn for_key(key: &BundleKey) -> Self {
        let public = <XWing as Kem>::PublicKey::from_bytes(key.octets()).unwrap();
        let info = [b"detente/bundle/v1\0".as_slice(), key.id().octets()].concat();
        let begun = hpke::setup_sender_with_rng(&OpModeS::Base, &public, &info, &mut Counted(100));
        let (encapsulated, context): (_, AeadCtxS<_, _, XWing>) = begun.unwrap();
        let mut secret = [0; 32];
        context.export(b"detente/bundle-commitment/v1\0", &mut secret).unwrap();
        let manifest = format!(
            r#"{{"encapsulated_key":"{}","format":"detente/bundle/v1","recipient_key":"{}","suite":"MLKEM768-X25519"}}"#,
            base64url::encode(&encapsulated.to_bytes()),
            key.id(),
        );
        let members = vec![Member::file("detente-bundle", manifest.as_bytes())];
        Self { context, secret, manifest: manifest.into_bytes(), members, lies: false }
    }

    /// One who has sealed a proper cover already.
    pub(crate) fn covered(key: &BundleKey) -> Self {
        let mut forger = Self::for_key(key);
        forger.seal("cover", 0, 0, &plain(COVER, &[], 1024));
        forger
    }

    pub(crate) fn seal(&mut self, name: &str, kind: u8, number: u32, plain: &[u8]) {
        let place = [&[kind], number.to_be_bytes().as_slice()].concat();
        let told: &[u8] = if self.lies { b"another text" } else { plain };
        let commitment = sha256(&[b"detente/bundle-commitment/v1\0", &self.secret, &place, told]);
        let manifest = sha256(&[&self.manifest]);
        let aad = [b"detente/bundle/v1\0".as_slice(), &manifest, &place, &commitment].concat();
        let sealed = self.context.seal(plain, &aad).unwrap();
        self.members.push(Member::file(name, &[commitment.as_slice(), &sealed].concat()));
    }

    /// A package of files.
    pub(crate) fn package(&mut self, number: u32, files: &[(&str, &[u8])]) {
        let rows: Vec<_> = files.iter().map(|(path, octets)| (*path, octets.len())).collect();
        let octets: Vec<_> = files.iter().map(|(_, octets)| *octets).collect();
        let octets = octets.concat();
        self.package_of(number, &index(&rows), &octets);
    }

    /// A package with any index.
    pub(crate) fn package_of(&mut self, number: u32, index: &str, octets: &[u8]) {
        self.seal(&format!("package-{number:08}"), 1, number, &plain(index, octets, 64 * 1024));
    }

    pub(crate) fn end(&mut self, files: u64, bytes: u64, packages: u32) {
        let json = format!(r#"{{"file_bytes":{bytes},"files":{files},"packages":{packages}}}"#);
        self.seal(&format!("end-{:08}", packages + 1), 2, packages + 1, &plain(&json, &[], 1024));
    }

    pub(crate) fn octets(&self) -> Vec<u8> {
        pack(&self.members)
    }
}

/// The cover of every bundle here, spelt out.
pub(crate) const COVER: &str = r#"{"created":"2026-09-21T14:13:20.000000Z","recipient":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE","sender":"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI","sequence":7}"#;

/// Octets that count up from a beginning: the same in every run.
pub(crate) struct Counted(pub(crate) u8);

impl Counted {
    fn count(&mut self, out: &mut [u8]) {
        for octet in out {
            *octet = self.0;
            self.0 = self.0.wrapping_add(1);
        }
    }
}

impl Entropy for Counted {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        self.count(out);
        Ok(())
    }
}

impl TryRng for Counted {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        panic!("a key encapsulation draws octets")
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        panic!("a key encapsulation draws octets")
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        self.count(out);
        Ok(())
    }
}

impl TryCryptoRng for Counted {}
