//! An envelope is taken apart by its brackets alone, so that one broken object spoils no other. Both sides read so: the server
//! what is sent to it, the client what it is answered.

use record::json::{self, Json};

use crate::limits::{MAX_CONTENT_BYTES, MAX_OBJECTS_PER_POST};
use crate::refusal::Refusal;

/// Why a body is no envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeFault {
    /// It is no JSON object.
    #[error("the body must be a JSON object with a list `objects`")]
    NotAnObject,
    /// It ends too early.
    #[error("the body ends before the envelope does")]
    CutOff,
    /// Something stands where it cannot, at this octet.
    #[error("the envelope cannot be read at octet {0}")]
    At(usize),
    /// It has no list of objects.
    #[error("the envelope has no list `objects`")]
    NoObjects,
    /// It has two, or two that say how it goes on.
    #[error("the envelope has a member `objects`, `more` or `next` twice")]
    Twice,
    /// The list is empty.
    #[error("the envelope holds no object")]
    Empty,
}

/// The objects of an envelope, each as it stands there. Other members, as a bundle has them, are read and say nothing.
pub(crate) fn split(body: &[u8]) -> Result<Vec<&[u8]>, Refusal> {
    if body.len() > MAX_CONTENT_BYTES {
        return Err(Refusal::TooLarge);
    }
    let parts = take_apart(body, MAX_OBJECTS_PER_POST).map_err(Refusal::Envelope)?;
    let objects = parts.objects.ok_or(Refusal::Envelope(EnvelopeFault::NoObjects))?;
    match objects.len() {
        0 => Err(Refusal::Envelope(EnvelopeFault::Empty)),
        count if count > MAX_OBJECTS_PER_POST => Err(Refusal::TooManyObjects),
        _ => Ok(objects),
    }
}

/// What stands in an envelope.
#[derive(Debug, Default)]
pub(crate) struct Parts<'a> {
    /// The elements of `objects`, each as it stands there; none without that member. One more than were asked for stands for all
    /// beyond.
    pub(crate) objects: Option<Vec<&'a [u8]>>,
    /// `more`.
    pub(crate) more: Option<Json>,
    /// `next`.
    pub(crate) next: Option<Json>,
}

/// Takes an envelope apart, and keeps one object more than `most` at the most: there may be millions.
pub(crate) fn take_apart(body: &[u8], most: usize) -> Result<Parts<'_>, EnvelopeFault> {
    Scanner { text: body, offset: 0, most }.envelope()
}

struct Scanner<'a> {
    text: &'a [u8],
    offset: usize,
    most: usize,
}

impl<'a> Scanner<'a> {
    fn envelope(&mut self) -> Result<Parts<'a>, EnvelopeFault> {
        self.skip_space();
        self.expect(b'{').map_err(|_| EnvelopeFault::NotAnObject)?;
        let mut parts = Parts::default();
        if !self.closes_at_once(b'}') {
            loop {
                self.member(&mut parts)?;
                if self.closes(b'}')? {
                    break;
                }
            }
        }
        self.skip_space();
        if self.peek().is_some() { Err(EnvelopeFault::At(self.offset)) } else { Ok(parts) }
    }

    fn member(&mut self, parts: &mut Parts<'a>) -> Result<(), EnvelopeFault> {
        self.skip_space();
        let name = self.read(Self::string)?;
        self.skip_space();
        self.expect(b':')?;
        self.skip_space();
        let is_twice = match name.as_str() {
            Some("objects") => parts.objects.replace(self.elements()?).is_some(),
            Some("more") => parts.more.replace(self.read(Self::value)?).is_some(),
            Some("next") => parts.next.replace(self.read(Self::value)?).is_some(),
            Some(_) | None => self.read(Self::value).map(|_other| false)?,
        };
        if is_twice { Err(EnvelopeFault::Twice) } else { Ok(()) }
    }

    /// What the step passes over, which must be JSON.
    fn read(&mut self, step: fn(&mut Self) -> Result<(), EnvelopeFault>) -> Result<Json, EnvelopeFault> {
        let place = self.offset;
        let text = self.passed(step)?;
        json::parse_within(text, MAX_CONTENT_BYTES)
            .map_err(|error| EnvelopeFault::At(place.saturating_add(error.position.offset)))
    }

    fn elements(&mut self) -> Result<Vec<&'a [u8]>, EnvelopeFault> {
        self.expect(b'[').map_err(|_| EnvelopeFault::NoObjects)?;
        let mut elements = Vec::new();
        if self.closes_at_once(b']') {
            return Ok(elements);
        }
        loop {
            self.skip_space();
            let element = self.passed(Self::value)?;
            // One too many is enough to refuse them all, and there may be millions.
            if elements.len() <= self.most {
                elements.push(element);
            }
            if self.closes(b']')? {
                return Ok(elements);
            }
        }
    }

    fn passed(&mut self, step: fn(&mut Self) -> Result<(), EnvelopeFault>) -> Result<&'a [u8], EnvelopeFault> {
        let start = self.offset;
        step(self)?;
        self.text.get(start..self.offset).filter(|text| !text.is_empty()).ok_or(EnvelopeFault::At(start))
    }

    /// Passes over one value. Only brackets are counted, and no deeper place is entered: a text of a million brackets costs a
    /// million steps and no stack.
    fn value(&mut self) -> Result<(), EnvelopeFault> {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                None if depth == 0 => return Ok(()),
                None => return Err(EnvelopeFault::CutOff),
                Some(b'"') => self.string()?,
                Some(b'{' | b'[') => depth = self.step(depth.saturating_add(1)),
                Some(b'}' | b']' | b',') if depth == 0 => return Ok(()),
                Some(b'}' | b']') => depth = self.step(depth.saturating_sub(1)),
                Some(b' ' | b'\t' | b'\n' | b'\r') if depth == 0 => return Ok(()),
                Some(_) => depth = self.step(depth),
            }
        }
    }

    const fn step(&mut self, depth: usize) -> usize {
        self.offset = self.offset.saturating_add(1);
        depth
    }

    fn string(&mut self) -> Result<(), EnvelopeFault> {
        self.expect(b'"')?;
        loop {
            match self.peek().ok_or(EnvelopeFault::CutOff)? {
                b'"' => {
                    self.offset = self.offset.saturating_add(1);
                    return Ok(());
                }
                b'\\' => self.offset = self.offset.saturating_add(2),
                _ => self.offset = self.offset.saturating_add(1),
            }
        }
    }

    fn closes_at_once(&mut self, close: u8) -> bool {
        self.skip_space();
        self.expect(close).is_ok()
    }

    /// True at the closing sign, false after a comma.
    fn closes(&mut self, close: u8) -> Result<bool, EnvelopeFault> {
        self.skip_space();
        if self.expect(close).is_ok() { Ok(true) } else { self.expect(b',').map(|()| false) }
    }

    fn expect(&mut self, sign: u8) -> Result<(), EnvelopeFault> {
        match self.peek() {
            Some(found) if found == sign => {
                self.offset = self.offset.saturating_add(1);
                Ok(())
            }
            Some(_) => Err(EnvelopeFault::At(self.offset)),
            None => Err(EnvelopeFault::CutOff),
        }
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.offset = self.offset.saturating_add(1);
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.offset).copied()
    }
}
