//! Looking at many rows finds bursts by chance. The correction is of Y. Benjamini and Y. Hochberg, Controlling the false
//! discovery rate: a practical and powerful approach to multiple testing, Journal of the Royal Statistical Society B 57 (1995),
//! 289-300.

/// The adjusted value of each p, in the same order: a row whose value is at most q is reported, and then at most the share q
/// of what is reported is expected to be false.
///
/// It holds for independent rows and for some that go together; rows that count one incident twice go together.
#[must_use]
pub fn benjamini_hochberg(all: &[f64]) -> Vec<f64> {
    let mut order: Vec<(usize, f64)> = all.iter().copied().enumerate().collect();
    order.sort_by(|one, other| other.1.total_cmp(&one.1));
    let tests = super::scan::number(all.len());
    let (mut adjusted, mut least) = (vec![1.0; all.len()], 1.0_f64);
    for (above, (at, p)) in order.into_iter().enumerate() {
        // The largest stands first, so its rank is the number of all.
        let rank = tests - super::scan::number(above);
        // In this order of factors the largest stays exactly what it is.
        least = least.min(p * (tests / rank));
        if let Some(place) = adjusted.get_mut(at) {
            *place = least;
        }
    }
    adjusted
}
