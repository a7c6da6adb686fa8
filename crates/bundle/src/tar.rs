//! Heads of archive members (POSIX.1-2008 ustar), in the one spelling that a name and a length have.

/// Octets of a block of the archive.
pub(crate) const BLOCK_BYTES: usize = 512;

/// A head, or another block.
pub(crate) type Block = [u8; BLOCK_BYTES];

/// A block of zeros; two of them end an archive.
pub(crate) const ZEROS: Block = [0; BLOCK_BYTES];

/// Octets of the longest name that fits a head.
const NAME_BYTES: usize = 100;

/// Where the length stands: eleven octal digits and a zero.
const SIZE_AT: usize = 124;
/// Where the checksum stands: six octal digits, a zero and a space.
const CHECKSUM_AT: usize = 148;
/// Where the letter stands that says what a member is.
const KIND_AT: usize = 156;

/// What every head has, and where: mode, owner, group, time, kind, magic number with version, device numbers.
const FIXED: [(usize, &[u8]); 8] = [
    (100, b"0000644\0"),
    (108, b"0000000\0"),
    (116, b"0000000\0"),
    (136, b"00000000000\0"),
    (KIND_AT, b"0"),
    (257, b"ustar\x0000"),
    (329, b"0000000\0"),
    (337, b"0000000\0"),
];

/// The head of an ordinary file; its mode, owner and time say nothing.
pub(crate) fn head(name: &str, bytes: u64) -> Block {
    let mut block = ZEROS;
    put(&mut block, 0, name.as_bytes());
    FIXED.iter().for_each(|(at, octets)| put(&mut block, *at, octets));
    put(&mut block, SIZE_AT, format!("{bytes:011o}\0").as_bytes());
    put(&mut block, CHECKSUM_AT, b"        ");
    let sum: u32 = block.iter().map(|octet| u32::from(*octet)).sum();
    put(&mut block, CHECKSUM_AT, format!("{sum:06o}\0 ").as_bytes());
    block
}

/// What a head says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// An ordinary file of this name and length, in the one spelling.
    File(String, u64),
    /// A member of another kind, by its letter.
    Kind(u8),
    /// Anything else.
    Other,
}

/// Reads a head.
pub(crate) fn read_head(block: &Block) -> Head {
    if block.get(KIND_AT) != Some(&b'0') {
        return block.get(KIND_AT).map_or(Head::Other, |kind| Head::Kind(*kind));
    }
    let file = text(block, 0, NAME_BYTES).zip(text(block, SIZE_AT, 12).and_then(octal));
    let file = file.filter(|(name, bytes)| head(name, *bytes) == *block);
    file.map_or(Head::Other, |(name, bytes)| Head::File(name.to_owned(), bytes))
}

/// Zeros up to the next block.
pub(crate) fn filling_bytes(bytes: u64) -> usize {
    let over = bytes.checked_rem(BLOCK_BYTES as u64).and_then(|over| usize::try_from(over).ok()).unwrap_or_default();
    if over == 0 { 0 } else { BLOCK_BYTES.saturating_sub(over) }
}

fn put(block: &mut Block, at: usize, octets: &[u8]) {
    block.iter_mut().skip(at).zip(octets).for_each(|(place, octet)| *place = *octet);
}

fn text(block: &Block, at: usize, bytes: usize) -> Option<&str> {
    let field = block.get(at..)?.get(..bytes)?;
    std::str::from_utf8(field.split(|octet| *octet == 0).next()?).ok()
}

fn octal(text: &str) -> Option<u64> {
    u64::from_str_radix(text, 8).ok()
}
