//! Digests that are looked up whole: one flat array of octets, so that a file of it can be mapped and used at once.
//!
//! ```text
//! magic 8 | version u32 | prefix bits u32 | count u64 | 2^bits + 1 starts u32 | count digests of 16 | count values u32 | xxh64
//! ```
//! All numbers are little-endian. Digests stand in order, and equal ones with their values in order. Sixteen octets of a SHA-256
//! say enough: among 10^9 of them a chance hit has a probability of 10^-29, and somebody who looks for one on purpose needs 2^64
//! tries for a pair of his own and 2^128 for ours.

use std::fmt;

use text::xxh64;

/// Octets of a digest that are kept.
pub const DIGEST_BYTES: usize = 16;

/// Digests of one set: their places are numbers of 32 bits.
pub const MAX_DIGESTS: usize = 1 << 31;

const MAGIC: [u8; 8] = *b"DTexact\0";
const VERSION: u32 = 1;
const HEADER_BYTES: usize = 24;
const CHECKSUM_BYTES: usize = 8;
const NUMBER_BYTES: usize = 4;

/// Bits of the prefix table: 2^22 starts are 16 MiB, and then 10 million digests lie two or three to a start.
const MAX_PREFIX_BITS: u32 = 22;

/// The beginning of a SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShortDigest([u8; DIGEST_BYTES]);

impl ShortDigest {
    /// The first octets of a digest.
    #[must_use]
    pub fn of(digest: &[u8; 32]) -> Self {
        Self(*digest.first_chunk().unwrap_or(&[0; DIGEST_BYTES]))
    }

    /// Its octets.
    #[must_use]
    pub const fn octets(&self) -> &[u8; DIGEST_BYTES] {
        &self.0
    }

    fn prefix(&self, bits: u32) -> usize {
        let [a, b, c, d, ..] = self.0;
        usize::try_from(u32::from_be_bytes([a, b, c, d]).checked_shr(u32::BITS - bits).unwrap_or(0)).unwrap_or_default()
    }
}

impl fmt::Debug for ShortDigest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(out, "{octet:02x}"))
    }
}

/// Octets are no set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExactError {
    /// They are of another kind.
    #[error("this is no file of digests; build the index anew")]
    Magic,
    /// They are of another version.
    #[error(
        "the file of digests is of version {found}, and this program reads version {VERSION}; build the index anew"
    )]
    Version {
        /// The version that stands there.
        found: u32,
    },
    /// The header promises another length.
    #[error(
        "the file of digests should have {expected} octets and has {found}: it is cut off or its header is wrong; build the index anew"
    )]
    Length {
        /// What the header promises.
        expected: u64,
        /// What there is.
        found: usize,
    },
    /// A number of the header is beyond what any file has.
    #[error("the header of the file of digests promises {what}, which no such file has; build the index anew")]
    Header {
        /// What it promises.
        what: String,
    },
    /// The checksum is that of other octets.
    #[error("the checksum of the file of digests is wrong: the disk or a copy changed it; build the index anew")]
    Checksum,
    /// The digests are not in order.
    #[error("digest {slot} of the file is not in its place; build the index anew")]
    Order {
        /// Its place.
        slot: usize,
    },
    /// The table says of a prefix that it begins elsewhere.
    #[error("entry {prefix} of the prefix table does not say where its digests begin; build the index anew")]
    Table {
        /// The entry.
        prefix: usize,
    },
}

/// Where the parts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Layout {
    bits: u32,
    count: usize,
}

impl Layout {
    fn for_count(count: usize) -> Self {
        Self { bits: count.max(1).ilog2().min(MAX_PREFIX_BITS), count }
    }

    const fn starts(self) -> usize {
        (1 << self.bits) + 1
    }

    const fn digests_at(self) -> usize {
        HEADER_BYTES + self.starts() * NUMBER_BYTES
    }

    const fn values_at(self) -> usize {
        self.digests_at() + self.count * DIGEST_BYTES
    }

    const fn checksum_at(self) -> usize {
        self.values_at() + self.count * NUMBER_BYTES
    }

    const fn bytes(self) -> usize {
        self.checksum_at() + CHECKSUM_BYTES
    }
}

/// Digests with a value each, over octets that lie anywhere: in memory or in a mapped file.
#[derive(Clone)]
pub struct ExactSet<B> {
    octets: B,
    layout: Layout,
}

impl<B> fmt::Debug for ExactSet<B> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "ExactSet of {}", self.layout.count)
    }
}

impl ExactSet<Vec<u8>> {
    /// A set of these. Pairs that come twice count once.
    ///
    /// # Errors
    /// [`ExactError::Header`] beyond [`MAX_DIGESTS`].
    pub fn new(mut pairs: Vec<(ShortDigest, u32)>) -> Result<Self, ExactError> {
        pairs.sort_unstable();
        pairs.dedup();
        if pairs.len() > MAX_DIGESTS {
            return Err(ExactError::Header { what: format!("{} digests", pairs.len()) });
        }
        let layout = Layout::for_count(pairs.len());
        let mut octets = Vec::with_capacity(layout.bytes());
        write(&mut octets, layout, &pairs);
        Ok(Self { octets, layout })
    }
}

fn write(octets: &mut Vec<u8>, layout: Layout, pairs: &[(ShortDigest, u32)]) {
    octets.extend(MAGIC);
    octets.extend(VERSION.to_le_bytes());
    octets.extend(layout.bits.to_le_bytes());
    octets.extend(u64::try_from(layout.count).unwrap_or_default().to_le_bytes());
    for prefix in 0..layout.starts() {
        let start = pairs.partition_point(|(digest, _)| digest.prefix(layout.bits) < prefix);
        octets.extend(u32::try_from(start).unwrap_or(u32::MAX).to_le_bytes());
    }
    pairs.iter().for_each(|(digest, _)| octets.extend(digest.octets()));
    pairs.iter().for_each(|(_, value)| octets.extend(value.to_le_bytes()));
    let checksum = xxh64(octets, 0);
    octets.extend(checksum.to_le_bytes());
}

impl<B: AsRef<[u8]>> ExactSet<B> {
    /// Takes octets as they lie in a file, and checks all of them: afterwards no look-up can go wrong.
    ///
    /// # Errors
    /// [`ExactError`] with the first thing that is not as it should be.
    pub fn parse(octets: B) -> Result<Self, ExactError> {
        let layout = read_header(octets.as_ref())?;
        let set = Self { octets, layout };
        set.check()?;
        Ok(set)
    }

    /// The octets, as they go into a file.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        self.octets.as_ref()
    }

    /// How many pairs there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.layout.count
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.layout.count == 0
    }

    /// The values of a digest, ascending; none if it is not here.
    pub fn values(&self, digest: &ShortDigest) -> impl Iterator<Item = u32> {
        let range = self.range(digest.prefix(self.layout.bits));
        let (start, digests) = (range.start, self.digests().get(range).unwrap_or_default());
        let first = digests.partition_point(|each| each < digest.octets());
        let same = digests.iter().skip(first).take_while(move |each| *each == digest.octets()).count();
        self.part(self.layout.values_at(), self.layout.count)
            .get(start + first..start + first + same)
            .unwrap_or_default()
            .iter()
            .map(|value| u32::from_le_bytes(*value))
    }

    fn check(&self) -> Result<(), ExactError> {
        let octets = self.octets.as_ref();
        let (body, checksum) = octets.split_at_checked(self.layout.checksum_at()).unwrap_or_default();
        if xxh64(body, 0).to_le_bytes() != checksum {
            return Err(ExactError::Checksum);
        }
        self.check_order()?;
        self.check_table()
    }

    fn check_order(&self) -> Result<(), ExactError> {
        let values = self.part::<NUMBER_BYTES>(self.layout.values_at(), self.layout.count);
        let pairs = || self.digests().iter().zip(values.iter().map(|value| u32::from_le_bytes(*value)));
        let wrong = pairs().zip(pairs().skip(1)).position(|(one, next)| one >= next);
        wrong.map_or(Ok(()), |slot| Err(ExactError::Order { slot: slot + 1 }))
    }

    fn check_table(&self) -> Result<(), ExactError> {
        let mut expected = 0;
        let digests = self.digests();
        for prefix in 0..self.layout.starts() {
            let rest = digests.get(expected..).unwrap_or_default();
            expected +=
                rest.iter().take_while(|digest| ShortDigest(**digest).prefix(self.layout.bits) < prefix).count();
            if self.start(prefix) != expected {
                return Err(ExactError::Table { prefix });
            }
        }
        Ok(())
    }

    fn digests(&self) -> &[[u8; DIGEST_BYTES]] {
        self.part(self.layout.digests_at(), self.layout.count)
    }

    fn range(&self, prefix: usize) -> std::ops::Range<usize> {
        self.start(prefix)..self.start(prefix + 1)
    }

    fn start(&self, prefix: usize) -> usize {
        let start = self.part::<NUMBER_BYTES>(HEADER_BYTES, self.layout.starts()).get(prefix);
        start.map_or(self.layout.count, |start| usize::try_from(u32::from_le_bytes(*start)).unwrap_or_default())
    }

    fn part<const N: usize>(&self, start: usize, count: usize) -> &[[u8; N]] {
        self.octets.as_ref().get(start..start + count * N).unwrap_or_default().as_chunks().0
    }
}

fn read_header(octets: &[u8]) -> Result<Layout, ExactError> {
    let short = ExactError::Length { expected: u64::try_from(HEADER_BYTES).unwrap_or_default(), found: octets.len() };
    let Some((magic, rest)) = octets.split_first_chunk::<8>() else { return Err(short) };
    if *magic != MAGIC {
        return Err(ExactError::Magic);
    }
    let Some((version, rest)) = rest.split_first_chunk::<4>() else { return Err(short) };
    let found = u32::from_le_bytes(*version);
    if found != VERSION {
        return Err(ExactError::Version { found });
    }
    let Some((bits, rest)) = rest.split_first_chunk::<4>() else { return Err(short) };
    let Some((count, _)) = rest.split_first_chunk::<8>() else { return Err(short) };
    let layout = promised(u32::from_le_bytes(*bits), u64::from_le_bytes(*count))?;
    if layout.bytes() != octets.len() {
        let expected = u64::try_from(layout.bytes()).unwrap_or(u64::MAX);
        return Err(ExactError::Length { expected, found: octets.len() });
    }
    Ok(layout)
}

/// Limits come first, so that no sum of them overflows.
fn promised(bits: u32, count: u64) -> Result<Layout, ExactError> {
    if bits > MAX_PREFIX_BITS {
        return Err(ExactError::Header { what: format!("a table of {bits} bits") });
    }
    let count = usize::try_from(count).ok().filter(|&count| count <= MAX_DIGESTS);
    let count = count.ok_or_else(|| ExactError::Header { what: "more digests than are read".to_owned() })?;
    Ok(Layout { bits, count })
}
