//! Numbers and texts inside frames: big-endian, each text behind its length.

/// Octets that grow.
#[derive(Debug, Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn u8(&mut self, value: u8) {
        self.0.push(value);
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.0.extend(value.to_be_bytes());
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.0.extend(value.to_be_bytes());
    }

    pub(crate) fn i64(&mut self, value: i64) {
        self.0.extend(value.to_be_bytes());
    }

    /// Octets whose number the reader knows.
    pub(crate) fn exact(&mut self, octets: &[u8]) {
        self.0.extend_from_slice(octets);
    }

    /// Octets behind their number. Every caller bounds them far below 4 GiB.
    pub(crate) fn octets(&mut self, octets: &[u8]) {
        self.count(octets.len());
        self.exact(octets);
    }

    /// How many things follow.
    pub(crate) fn count(&mut self, count: usize) {
        self.u32(u32::try_from(count).unwrap_or(u32::MAX));
    }

    /// Goes on behind what is there.
    pub(crate) const fn behind(octets: Vec<u8>) -> Self {
        Self(octets)
    }

    pub(crate) fn into_octets(self) -> Vec<u8> {
        self.0
    }
}

/// Octets that are read from the front. Where they end too early, or a number cannot stand, the answer is [`Malformed`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'octets> {
    rest: &'octets [u8],
    whole: usize,
}

/// What was read is not what this format has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("its parts do not fit together")]
pub(crate) struct Malformed;

impl<'octets> Reader<'octets> {
    pub(crate) const fn new(octets: &'octets [u8]) -> Self {
        Self { rest: octets, whole: octets.len() }
    }

    /// Octets that were read so far.
    pub(crate) const fn position(&self) -> usize {
        self.whole.saturating_sub(self.rest.len())
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Malformed> {
        self.array::<1>().map(|[octet]| octet)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Malformed> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Malformed> {
        self.array().map(u64::from_be_bytes)
    }

    pub(crate) fn i64(&mut self) -> Result<i64, Malformed> {
        self.array().map(i64::from_be_bytes)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (head, rest) = self.rest.split_first_chunk().ok_or(Malformed)?;
        self.rest = rest;
        Ok(*head)
    }

    pub(crate) fn exact(&mut self, length: usize) -> Result<&'octets [u8], Malformed> {
        let (head, rest) = self.rest.split_at_checked(length).ok_or(Malformed)?;
        self.rest = rest;
        Ok(head)
    }

    pub(crate) fn octets(&mut self) -> Result<&'octets [u8], Malformed> {
        let length = self.u32()?;
        self.exact(usize::try_from(length).map_err(|_| Malformed)?)
    }

    pub(crate) fn text(&mut self) -> Result<&'octets str, Malformed> {
        str::from_utf8(self.octets()?).map_err(|_| Malformed)
    }

    /// A list: each thing takes at least one octet, so a hostile count cannot reserve memory.
    pub(crate) fn list<T>(
        &mut self,
        mut one: impl FnMut(&mut Self) -> Result<T, Malformed>,
    ) -> Result<Vec<T>, Malformed> {
        let count = self.u32()?;
        let mut list = Vec::new();
        for _ in 0..count {
            list.push(one(self)?);
        }
        Ok(list)
    }

    pub(crate) const fn end(&self) -> Result<(), Malformed> {
        if self.rest.is_empty() { Ok(()) } else { Err(Malformed) }
    }
}
