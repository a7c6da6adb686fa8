//! Where random octets come from: the core is given them, like time.

/// A source of octets that nobody can predict.
///
/// Salts and decoys stand on it: whoever can guess a salt can test guesses about what was withheld. Production code
/// passes the operating system's generator; tests and golden files pass a counted one.
pub trait Entropy {
    /// Fills `out`.
    ///
    /// # Errors
    /// [`NoEntropy`] when the source cannot answer. Nothing may be signed then.
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy>;
}

/// The source of random octets did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the source of random octets did not answer; nothing was signed")]
#[non_exhaustive]
pub struct NoEntropy;

impl NoEntropy {
    /// For sources outside this crate.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Default for NoEntropy {
    fn default() -> Self {
        Self::new()
    }
}

/// The operating system's generator, seeded and mixed by aws-lc.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct SystemEntropy;

impl SystemEntropy {
    /// The generator of this process.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Entropy for SystemEntropy {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        aws_lc_rs::rand::fill(out).map_err(|_| NoEntropy)
    }
}
