//! Signals that were put together and never change.

use std::collections::BTreeMap;
use std::sync::Arc;

use text::{MinHash, SimHash, is_unspaced};

use super::content::{Content, Prepared};
use super::looked::Caveat;
use super::matched::{Method, Thresholds};
use super::names::Names;
use crate::aligned::AlignedIndex;
use crate::disguise::Reading;
use crate::exact::{ExactSet, ShortDigest};
use crate::keywords::{Keyword, KeywordIndex};
use crate::lists::place;
use crate::near::NearIndex;
use crate::pdq::{MIN_QUALITY, Pdq, PdqIndex, PdqSearch, Turn};
use crate::signal::{Signal, SimilarityKey, Target, signature};
use crate::substituted::SubstitutedIndex;

/// A signal with the number under which it came.
#[derive(Debug)]
pub(super) struct Numbered {
    pub(super) sequence: u64,
    pub(super) author: Arc<str>,
    pub(super) signal: Arc<Signal>,
}

/// Things of one kind, each with the slot of its signal.
#[derive(Debug)]
struct Slots<T> {
    things: Vec<T>,
    slots: Vec<u32>,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self { things: Vec::new(), slots: Vec::new() }
    }
}

impl<T> Slots<T> {
    fn push(&mut self, thing: T, slot: u32) {
        self.things.push(thing);
        self.slots.push(slot);
    }
}

/// What a segment is built of.
#[derive(Debug, Default)]
struct Parts {
    digests: Vec<(ShortDigest, u32)>,
    signatures: Slots<MinHash>,
    simhashes: Vec<(SimHash, u32)>,
    hashes: Slots<Pdq>,
    keywords: Slots<Keyword>,
    names: Vec<(String, String, u32)>,
    /// Open texts in normal form.
    normal: Vec<(String, u32)>,
}

impl Parts {
    fn take(&mut self, signal: &Signal, slot: u32) {
        self.digests.extend(signal.exact.as_ref().map(|key| (ShortDigest::of(key.digest()), slot)));
        match &signal.similarity {
            Some(SimilarityKey::MinHash(key)) => self.signatures.push(key.as_ref().clone(), slot),
            Some(SimilarityKey::SimHash(key)) => self.simhashes.push((*key, slot)),
            Some(SimilarityKey::Pdq(hash)) => self.hashes.push(*hash, slot),
            None => {}
        }
        let is_han = signal.text().is_some_and(|text| text.chars().any(is_unspaced));
        self.normal.extend(signal.normal_words().filter(|_| is_han).map(|normal| (normal, slot)));
        match &signal.target {
            Target::Text { .. } if !matches!(signal.similarity, Some(SimilarityKey::MinHash(_))) => {
                // An author who sent no signature, or the short one, still sent the text.
                let normal = signal.normaliser.zip(signal.text()).map(|(version, text)| version.normalise(text));
                normal.iter().for_each(|normal| self.signatures.push(signature(normal), slot));
            }
            Target::Keyword { keyword, .. } => self.keywords.push(keyword.clone(), slot),
            Target::Package { name, ecosystem } => self.names.push((name.clone(), ecosystem.clone(), slot)),
            // Rules have segments of their own.
            Target::Text { .. } | Target::Rule { .. } | Target::Keys | Target::Private => {}
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Segment {
    entries: Vec<Arc<Numbered>>,
    /// Octets of the open texts.
    text_bytes: usize,
    digests: Option<ExactSet<Vec<u8>>>,
    texts: NearIndex,
    text_slots: Vec<u32>,
    simhashes: Vec<(SimHash, u32)>,
    pictures: PdqIndex,
    picture_slots: Vec<u32>,
    keywords: KeywordIndex,
    keyword_slots: Vec<u32>,
    keyword_texts: Vec<Keyword>,
    aligned: AlignedIndex,
    substituted: SubstitutedIndex,
    names: Names,
}

/// What one segment found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) hits: Vec<(u32, Method)>,
    pub(super) caveats: Vec<Caveat>,
}

impl Segment {
    pub(super) fn new(entries: Vec<Arc<Numbered>>, seed: u64) -> Self {
        let mut parts = Parts::default();
        for (slot, entry) in (0..).zip(&entries) {
            parts.take(&entry.signal, slot);
        }
        let sources = sources(&entries);
        let of_slot = |slot: &u32| sources.get(place(*slot)).copied();
        let keyword_sources: Vec<u32> = parts.keywords.slots.iter().filter_map(of_slot).collect();
        let text_bytes = entries.iter().filter_map(|entry| entry.signal.text()).map(str::len).sum();
        let open = (0..).zip(&entries).filter_map(|(slot, entry)| Some((entry.signal.text()?, slot)));
        let substituted = SubstitutedIndex::new(open);
        Self {
            entries,
            text_bytes,
            digests: ExactSet::new(parts.digests).ok(),
            texts: NearIndex::new(&parts.signatures.things),
            text_slots: parts.signatures.slots,
            simhashes: parts.simhashes,
            pictures: PdqIndex::new(parts.hashes.things),
            picture_slots: parts.hashes.slots,
            keywords: KeywordIndex::of_sources(&parts.keywords.things, &keyword_sources, seed),
            keyword_slots: parts.keywords.slots,
            keyword_texts: parts.keywords.things,
            aligned: AlignedIndex::new(parts.normal.iter().map(|(text, slot)| (text.as_str(), *slot))),
            substituted,
            names: Names::new(parts.names),
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) const fn text_bytes(&self) -> usize {
        self.text_bytes
    }

    pub(super) fn entries(&self) -> &[Arc<Numbered>] {
        &self.entries
    }

    pub(super) fn entry(&self, slot: u32) -> Option<&Numbered> {
        self.entries.get(place(slot)).map(Arc::as_ref)
    }

    pub(super) fn search(&self, prepared: &Prepared, thresholds: Thresholds) -> Found {
        let mut found = Found::default();
        if self.entries.is_empty() {
            return found;
        }
        match &prepared.content {
            Content::Text(_) => self.search_text(prepared, thresholds, &mut found),
            Content::Picture { fingerprint, file } => {
                file.iter().for_each(|key| self.exact(&ShortDigest::of(key.digest()), None, &mut found.hits));
                if fingerprint.quality >= MIN_QUALITY {
                    self.alike(fingerprint.turned(), thresholds, &mut found.hits);
                }
            }
            Content::Key(key) => self.exact(&ShortDigest::of(key.digest()), None, &mut found.hits),
            Content::Package { name, ecosystem } => {
                let near = self.names.search(name, ecosystem).into_iter();
                found
                    .hits
                    .extend(near.map(|(slot, name, edits)| (slot, Method::Name { name: name.to_owned(), edits })));
            }
        }
        found
    }

    fn search_text(&self, prepared: &Prepared, thresholds: Thresholds, found: &mut Found) {
        for text in &prepared.texts {
            self.exact(&text.digest, Some(text.reading), &mut found.hits);
            if self.near(&text.signature, text.reading, thresholds, &mut found.hits) {
                found.caveats.push(Caveat::NotAllCompared);
            }
            self.near_simhash(text.simhash, text.reading, thresholds, &mut found.hits);
            if self.keywords_in(&text.normal, text.reading, &mut found.hits) {
                found.caveats.push(Caveat::KeywordsLeftOut);
            }
        }
        self.align(prepared, found);
        self.lay_beside(prepared, found);
    }

    fn align(&self, prepared: &Prepared, found: &mut Found) {
        let Some(partly) = &prepared.partly else { return };
        let (agreements, is_cut) = self.aligned.search(partly);
        found.caveats.extend(is_cut.then_some(Caveat::NotAllCompared));
        found.hits.extend(agreements.into_iter().map(|one| {
            let method = Method::Aligned { agreeing: one.agreeing, legible: one.legible, illegible: one.illegible };
            (one.slot, method)
        }));
    }

    fn lay_beside(&self, prepared: &Prepared, found: &mut Found) {
        let Some(substituted) = &prepared.substituted else { return };
        let written = |slot| self.entries.get(place(slot)).and_then(|entry| entry.signal.text());
        let (agreements, is_cut) = self.substituted.search(substituted, written);
        found.caveats.extend(is_cut.then_some(Caveat::NotAllCompared));
        found.hits.extend(agreements.into_iter().map(|one| (one.slot, Method::from(one.evidence))));
    }

    pub(super) fn exact(&self, digest: &ShortDigest, reading: Option<Reading>, hits: &mut Vec<(u32, Method)>) {
        let slots = self.digests.iter().flat_map(|digests| digests.values(digest));
        hits.extend(slots.map(|slot| (slot, Method::Exact { reading })));
    }

    /// Whether so many texts had a part in common that not all were compared.
    pub(super) fn near(
        &self,
        signature: &MinHash,
        reading: Reading,
        thresholds: Thresholds,
        hits: &mut Vec<(u32, Method)>,
    ) -> bool {
        let least = thresholds.near_estimate;
        let near = self.texts.search(signature, least);
        let found = near.hits.into_iter().filter_map(|hit| {
            let slot = self.text_slots.get(place(hit.slot))?;
            Some((*slot, Method::Near { reading, estimate: hit.estimate, least }))
        });
        hits.extend(found);
        near.is_cut
    }

    fn near_simhash(&self, simhash: SimHash, reading: Reading, thresholds: Thresholds, hits: &mut Vec<(u32, Method)>) {
        let radius = thresholds.simhash_radius;
        let near = self.simhashes.iter().filter_map(|(known, slot)| {
            let distance = known.distance(simhash);
            (distance <= radius).then_some((*slot, Method::SimHash { reading, distance, radius }))
        });
        hits.extend(near);
    }

    /// Whether there are more than are told.
    fn keywords_in(&self, normal: &str, reading: Reading, hits: &mut Vec<(u32, Method)>) -> bool {
        let found = self.keywords.search(normal);
        for hit in found.hits {
            let at = place(hit.slot);
            let Some((slot, keyword)) = self.keyword_slots.get(at).zip(self.keyword_texts.get(at)) else { continue };
            let keyword = keyword.as_str().to_owned();
            hits.push((*slot, Method::Keyword { reading, keyword, after: hit.unit }));
        }
        found.is_cut
    }

    pub(super) fn alike(&self, turned: &[Pdq], thresholds: Thresholds, hits: &mut Vec<(u32, Method)>) {
        let mut search = PdqSearch::default();
        let radius = thresholds.pdq_radius;
        for (hash, turn) in turned.iter().zip(Turn::ALL) {
            for hit in self.pictures.search(hash, radius, &mut search) {
                let slot = self.picture_slots.get(place(hit.slot)).copied();
                hits.extend(slot.map(|slot| (slot, Method::LooksAlike { distance: hit.distance, radius, turn })));
            }
        }
    }
}

/// A number for the author of each entry.
pub(super) fn sources(entries: &[Arc<Numbered>]) -> Vec<u32> {
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    let mut number = |author| {
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        *numbers.entry(author).or_insert(next)
    };
    entries.iter().map(|entry| number(entry.author.as_ref())).collect()
}
