//! ML-DSA-44 through aws-lc, with an empty context string as RFC 9964 and C2SP have it.

use aws_lc_rs::signature::{KeyPair as _, ML_DSA_44, ML_DSA_44_SIGNING, PqdsaKeyPair, UnparsedPublicKey};

use super::{BadKey, BadSignature, CannotSign, SEED_BYTES, Suite};

const BAD_KEY: BadKey = BadKey { suite: Suite::MlDsa44 };
const CANNOT_SIGN: CannotSign = CannotSign { suite: Suite::MlDsa44 };

#[derive(Clone)]
pub(super) struct PublicKey(Vec<u8>);

impl PublicKey {
    pub(super) fn from_octets(octets: &[u8]) -> Result<Self, BadKey> {
        let fits = octets.len() == Suite::MlDsa44.public_key_bytes();
        fits.then(|| Self(octets.to_vec())).ok_or(BAD_KEY)
    }

    pub(super) fn octets(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        UnparsedPublicKey::new(&ML_DSA_44, &self.0).verify(message, signature).map_err(|_| BadSignature)
    }
}

pub(super) struct PrivateKey(PqdsaKeyPair);

impl PrivateKey {
    pub(super) fn from_seed(seed: &[u8; SEED_BYTES]) -> Result<(Self, Vec<u8>), BadKey> {
        let key = PqdsaKeyPair::from_seed(&ML_DSA_44_SIGNING, seed).map_err(|_| BAD_KEY)?;
        let public = key.public_key().as_ref().to_vec();
        Ok((Self(key), public))
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CannotSign> {
        let mut signature = vec![0; Suite::MlDsa44.signature_bytes()];
        let length = self.0.sign(message, &mut signature).map_err(|_| CANNOT_SIGN)?;
        signature.truncate(length);
        Ok(signature)
    }
}
