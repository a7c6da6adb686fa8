//! How large a pattern is once it is unfolded, told from the pattern itself: nothing is compiled to learn that it is too large.

use regex_syntax::hir::{Hir, HirKind};

/// States of the machine that a pattern becomes: one for each character or class, as often as it is repeated, and one for each
/// choice.
pub(super) fn states(pattern: &Hir) -> usize {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Capture(capture) => states(&capture.sub),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or_else(|| repetition.min.max(1));
            states(&repetition.sub).saturating_add(1).saturating_mul(super::place(times.max(1)))
        }
        HirKind::Concat(parts) => parts.iter().fold(0, |sum, part| sum.saturating_add(states(part))),
        HirKind::Alternation(parts) => parts.iter().fold(1, |sum, part| sum.saturating_add(states(part))),
    }
}
