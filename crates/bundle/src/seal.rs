//! Sealing and opening members: HPKE (RFC 9180) in base mode, under one context for the whole bundle.
//!
//! The key encapsulation is X-Wing, which `MLKEM768-X25519` names (draft-ietf-hpke-pq, code point 0x647A); the key
//! derivation is HKDF-SHA256 (0x0001), the cipher ChaCha20-Poly1305 (0x0003). Both RFC 9180 itself defines.
//!
//! The cipher alone commits to nothing: a sender may find octets that decrypt to two texts under two keys. So each member
//! begins with a digest of its plaintext, keyed with a secret of the same context: a courier who guesses a text cannot test
//! the guess, and no octets have two readings.

use std::convert::Infallible;

use hpke::aead::{AeadCtxR, AeadCtxS, ChaCha20Poly1305};
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable as _, HpkeError, Kem, OpModeR, OpModeS, Serializable as _};
use record::digest::sha256;
use record::entropy::{Entropy, NoEntropy};
use record::key_record::BundleKey;
use zeroize::Zeroizing;

use crate::error::{ReadError, WriteError};
use crate::key::PrivateBundleKey;
use crate::manifest::{Addressed, Manifest};

/// What the context is told first, before the recipient's key id.
const INFO: &[u8] = b"detente/bundle/v1\0";
/// Names the exported secret, and the domain of the digests made with it.
const COMMITMENT: &[u8] = b"detente/bundle-commitment/v1\0";

/// Octets of the digest before each sealed text.
const COMMITMENT_BYTES: usize = 32;
/// Octets of the cipher's tag.
const TAG_BYTES: usize = 16;
/// Octets that sealing adds.
pub(crate) const SEALED_EXTRA_BYTES: usize = COMMITMENT_BYTES + TAG_BYTES;

type SendingContext = AeadCtxS<ChaCha20Poly1305, HkdfSha256, XWing>;
type ReceivingContext = AeadCtxR<ChaCha20Poly1305, HkdfSha256, XWing>;

/// Which member a text belongs to. It is sealed with the text, so that none can stand in another's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Who sends what to whom: number 0.
    Cover,
    /// A package of files, from 1.
    Package(u32),
    /// What came before: one more than the packages.
    End(u32),
}

impl Place {
    /// The name of the archive's member.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Cover => "cover".to_owned(),
            Self::Package(number) => format!("package-{number:08}"),
            Self::End(number) => format!("end-{number:08}"),
        }
    }

    /// Kind and number in five octets.
    fn octets(self) -> [u8; 5] {
        let (kind, number) = match self {
            Self::Cover => (0, 0),
            Self::Package(number) => (1, number),
            Self::End(number) => (2, number),
        };
        let [first, second, third, fourth] = u32::to_be_bytes(number);
        [kind, first, second, third, fourth]
    }
}

/// What both sides hold beside the cipher: the digest of the manifest, and the secret of the commitments.
struct Bound {
    manifest: [u8; 32],
    secret: Zeroizing<[u8; 32]>,
}

impl Bound {
    /// The commitment is sealed with the text: one that was changed on the way is damage, and not its sender's doing.
    fn associated_data(&self, place: Place, commitment: &[u8; COMMITMENT_BYTES]) -> Vec<u8> {
        [INFO, &self.manifest, &place.octets(), commitment].concat()
    }

    fn commitment(&self, place: Place, plain: &[u8]) -> [u8; COMMITMENT_BYTES] {
        sha256(&[COMMITMENT, self.secret.as_slice(), &place.octets(), plain])
    }
}

/// Seals members in order.
pub(crate) struct Sealer {
    cipher: SendingContext,
    bound: Bound,
    to: Addressed,
}

impl Sealer {
    /// Begins a bundle; also answers the octets of its manifest.
    pub(crate) fn new(key: &BundleKey, entropy: &mut dyn Entropy) -> Result<(Self, Vec<u8>), WriteError> {
        let to = Addressed { key: key.id(), suite: key.suite() };
        let failed = || WriteError::Seal { key: to.key };
        let public = <XWing as Kem>::PublicKey::from_bytes(key.octets()).map_err(|_| failed())?;
        let mut drawn = Drawn { entropy, is_dry: false };
        let begun = hpke::setup_sender_with_rng::<_, _, XWing>(&OpModeS::Base, &public, &info(&to), &mut drawn);
        if drawn.is_dry {
            return Err(WriteError::NoEntropy);
        }
        let (encapsulated, cipher): (_, SendingContext) = begun.map_err(|_| failed())?;
        let mut secret = Zeroizing::new([0; 32]);
        cipher.export(COMMITMENT, secret.as_mut_slice()).map_err(|_| failed())?;
        let manifest = Manifest { to, encapsulated_key: encapsulated.to_bytes().to_vec() };
        let manifest = manifest.to_octets().ok_or_else(failed)?;
        Ok((Self { cipher, bound: Bound { manifest: sha256(&[&manifest]), secret }, to }, manifest))
    }

    /// Seals the next member.
    pub(crate) fn seal(&mut self, place: Place, plain: &[u8]) -> Result<Vec<u8>, WriteError> {
        let commitment = self.bound.commitment(place, plain);
        let sealed = self.cipher.seal(plain, &self.bound.associated_data(place, &commitment));
        let sealed = sealed.map_err(|_| WriteError::Seal { key: self.to.key })?;
        Ok([commitment.as_slice(), &sealed].concat())
    }
}

/// Opens members in order.
pub(crate) struct Opener {
    cipher: ReceivingContext,
    bound: Bound,
}

impl Opener {
    /// Begins to open a bundle that is sealed for this key.
    pub(crate) fn new(octets: &[u8], manifest: &Manifest, key: &PrivateBundleKey) -> Result<Self, ReadError> {
        let wrong = |_: HpkeError| ReadError::Manifest { problem: "its encapsulated key is none".to_owned() };
        let encapsulated = <XWing as Kem>::EncappedKey::from_bytes(&manifest.encapsulated_key).map_err(wrong)?;
        let private = key.private().map_err(wrong)?;
        let begun = hpke::setup_receiver(&OpModeR::Base, &private, &encapsulated, &info(&manifest.to));
        let cipher: ReceivingContext = begun.map_err(wrong)?;
        let mut secret = Zeroizing::new([0; 32]);
        cipher.export(COMMITMENT, secret.as_mut_slice()).map_err(wrong)?;
        Ok(Self { cipher, bound: Bound { manifest: sha256(&[octets]), secret } })
    }

    /// Opens the next member.
    pub(crate) fn open(&mut self, place: Place, member: &[u8]) -> Result<Vec<u8>, ReadError> {
        let damaged = || ReadError::NotAuthentic { member: place.name() };
        let (commitment, sealed) = member.split_first_chunk::<COMMITMENT_BYTES>().ok_or_else(damaged)?;
        let plain = self.cipher.open(sealed, &self.bound.associated_data(place, commitment)).map_err(|_| damaged())?;
        if self.bound.commitment(place, &plain) == *commitment {
            Ok(plain)
        } else {
            Err(ReadError::Commitment { member: place.name() })
        }
    }
}

fn info(to: &Addressed) -> Vec<u8> {
    [INFO, to.key.octets()].concat()
}

/// Our source of random octets, as the library takes one. The library's cannot fail, so this remembers that it did.
struct Drawn<'e> {
    entropy: &'e mut dyn Entropy,
    is_dry: bool,
}

impl Drawn<'_> {
    fn draw<const N: usize>(&mut self) -> [u8; N] {
        let mut octets = [0; N];
        self.fill(&mut octets);
        octets
    }

    fn fill(&mut self, out: &mut [u8]) {
        let answer: Result<(), NoEntropy> = self.entropy.fill(out);
        self.is_dry |= answer.is_err();
    }
}

impl TryRng for Drawn<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.draw()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.draw()))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        self.fill(out);
        Ok(())
    }
}

impl TryCryptoRng for Drawn<'_> {}
