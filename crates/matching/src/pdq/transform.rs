//! From 64 x 64 pixels to frequencies, and from frequencies to bits.

use std::sync::LazyLock;

use super::downscale::{SIDE, Small};
use super::{Pdq, Turn};

/// Frequencies kept each way: the 1st to the 16th; the 0th is the mean.
const KEPT: usize = 16;

/// Gradients of that sum count as quality 1, as Meta tuned it.
const GRADIENTS_PER_QUALITY: f32 = 90.0;

const MAX_QUALITY: f32 = 100.0;

/// Strengths of 16 x 16 frequencies, row by row.
pub(super) type Frequencies = [[f32; KEPT]; KEPT];

/// The cosine transform as a matrix of 16 x 64.
static COSINES: LazyLock<[[f32; SIDE]; KEPT]> = LazyLock::new(|| {
    let mut matrix = [[0.0; SIDE]; KEPT];
    for (row, frequency) in matrix.iter_mut().zip(1_u16..) {
        for (cell, column) in row.iter_mut().zip(0_u16..) {
            *cell = cosine(frequency, column);
        }
    }
    matrix
});

/// The reference rounds the scale first and the product then; so do we.
#[expect(clippy::cast_possible_truncation, reason = "the reference rounds to single precision here")]
fn cosine(frequency: u16, column: u16) -> f32 {
    let scale = (2.0_f64 / 64.0).sqrt() as f32;
    let angle = std::f64::consts::PI / 2.0 / 64.0 * f64::from(frequency) * f64::from(2 * column + 1);
    (f64::from(scale) * angle.cos()) as f32
}

pub(super) fn frequencies(small: &Small) -> Frequencies {
    let half = COSINES.each_ref().map(|cosines| weighted_rows(cosines, small));
    half.map(|row| COSINES.each_ref().map(|cosines| product(&row, cosines)))
}

/// The sum of the rows, each times its cosine: every column's sum is taken from top to bottom.
fn weighted_rows(cosines: &[f32; SIDE], small: &Small) -> [f32; SIDE] {
    let mut sums = [0.0; SIDE];
    for (cosine, row) in cosines.iter().zip(small) {
        sums.iter_mut().zip(row).for_each(|(sum, pixel)| *sum += cosine * pixel);
    }
    sums
}

fn product(row: &[f32; SIDE], cosines: &[f32; SIDE]) -> f32 {
    row.iter().zip(cosines).fold(0.0, |sum, (value, cosine)| sum + value * cosine)
}

/// What turning or mirroring the picture does to its frequencies: some change their sign, some their place.
pub(super) fn turn(frequencies: &Frequencies, turn: Turn) -> Frequencies {
    let mut turned = [[0.0; KEPT]; KEPT];
    for (line, row) in frequencies.iter().enumerate() {
        for (column, &value) in row.iter().enumerate() {
            let value = if is_negated(turn, line, column) { -value } else { value };
            let (line, column) = if is_transposed(turn) { (column, line) } else { (line, column) };
            if let Some(cell) = turned.get_mut(line).and_then(|row| row.get_mut(column)) {
                *cell = value;
            }
        }
    }
    turned
}

const fn is_transposed(turn: Turn) -> bool {
    matches!(turn, Turn::Quarter | Turn::ThreeQuarters | Turn::FlipPlus | Turn::FlipMinus)
}

/// The first frequency stands at place 0, so that the odd ones have even places.
const fn is_negated(turn: Turn, line: usize, column: usize) -> bool {
    match turn {
        Turn::Original | Turn::FlipPlus => false,
        Turn::Quarter | Turn::FlipY => column.is_multiple_of(2),
        Turn::ThreeQuarters | Turn::FlipX => line.is_multiple_of(2),
        Turn::Half | Turn::FlipMinus => !(line + column).is_multiple_of(2),
    }
}

/// A bit for each frequency that is stronger than the lower median.
pub(super) fn bits(frequencies: &Frequencies) -> Pdq {
    let mut sorted = *frequencies.as_flattened().first_chunk::<{ KEPT * KEPT }>().unwrap_or(&[0.0; KEPT * KEPT]);
    let middle = KEPT * KEPT / 2 - 1;
    let (_, &mut median, _) = sorted.select_nth_unstable_by(middle, f32::total_cmp);
    let strong = (0..).zip(frequencies.as_flattened()).filter(|(_, value)| **value > median);
    strong.fold(Pdq::default(), |hash, (bit, _)| hash.with_bit(bit))
}

/// How strongly neighbours differ, in steps of a hundredth of black to white.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number from 0 to 100")]
pub(super) fn quality(small: &Small) -> u8 {
    let down = small.iter().zip(small.iter().skip(1)).flat_map(|(row, next)| row.iter().zip(next));
    let across = small.iter().flat_map(|row| row.iter().zip(row.iter().skip(1)));
    // Whole numbers below 2^24: single precision adds them exactly.
    let sum: f32 = down.chain(across).map(|(value, next)| ((value - next) * 100.0 / 255.0).trunc().abs()).sum();
    (sum / GRADIENTS_PER_QUALITY).floor().min(MAX_QUALITY) as u8
}
