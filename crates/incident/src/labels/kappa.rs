//! Agreement beyond chance: Cohen (1960) for two annotators, Fleiss (1971) for any fixed number.

use std::collections::BTreeMap;

/// Items and annotators together: what a table in memory may hold.
pub const MAX_LABELS: usize = 10_000_000;

/// How far annotators agree.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Agreement {
    /// Items that were compared.
    pub items: usize,
    /// The share of agreement.
    pub observed: f64,
    /// The share that chance would give.
    pub expected: f64,
    /// Agreement beyond chance, at most 1; `None` where only one value occurs, since chance then explains everything.
    pub kappa: Option<f64>,
}

/// Why there is no agreement to compute.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KappaError {
    /// No item was labelled by all.
    #[error("no item was labelled by all annotators")]
    Nothing,
    /// An item has another number of labels than the first, or fewer than two.
    #[error("item {0} has {1} labels, expected {2} and at least 2")]
    Uneven(usize, usize, usize),
    /// More than [`MAX_LABELS`].
    #[error("there are more than {MAX_LABELS} labels")]
    Many,
}

/// Cohen's kappa of two annotators over the items that both labelled.
///
/// # Errors
/// If there is no item, or too many.
pub fn cohen(pairs: &[(&str, &str)]) -> Result<Agreement, KappaError> {
    bounded(pairs.len(), 2)?;
    let mut margins: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (one, two) in pairs {
        let first = margins.entry(one).or_default();
        first.0 = first.0.saturating_add(1);
        let second = margins.entry(two).or_default();
        second.1 = second.1.saturating_add(1);
    }
    let items = number(pairs.len());
    let observed = number(pairs.iter().filter(|(one, two)| one == two).count()) / items;
    let expected = margins.values().map(|&(one, two)| number(one) / items * (number(two) / items)).sum();
    Ok(agreement(pairs.len(), observed, expected, margins.len()))
}

/// Fleiss' kappa over items that each have the same number of labels; whose they are does not matter.
///
/// # Errors
/// If there is no item, too many, or an item has another number of labels.
pub fn fleiss(items: &[Vec<&str>]) -> Result<Agreement, KappaError> {
    let width = items.first().ok_or(KappaError::Nothing)?.len();
    bounded(items.len(), width)?;
    let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
    let mut agreeing = 0.0;
    for (at, labels) in items.iter().enumerate() {
        if labels.len() != width || width < 2 {
            return Err(KappaError::Uneven(at, labels.len(), width));
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for label in labels {
            for count in [counts.entry(label).or_default(), totals.entry(label).or_default()] {
                *count = count.saturating_add(1);
            }
        }
        agreeing += counts.values().map(|&count| number(count) * (number(count) - 1.0)).sum::<f64>();
    }
    let (rows, width) = (number(items.len()), number(width));
    let observed = agreeing / (rows * width * (width - 1.0));
    let expected = totals.values().map(|&total| (number(total) / (rows * width)).powi(2)).sum();
    Ok(agreement(items.len(), observed, expected, totals.len()))
}

fn bounded(items: usize, width: usize) -> Result<(), KappaError> {
    match items.saturating_mul(width) {
        0 => Err(KappaError::Nothing),
        labels if labels > MAX_LABELS => Err(KappaError::Many),
        _ => Ok(()),
    }
}

fn agreement(items: usize, observed: f64, expected: f64, values: usize) -> Agreement {
    let kappa = (values > 1).then(|| (observed - expected) / (1.0 - expected));
    Agreement { items, observed, expected, kappa }
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
