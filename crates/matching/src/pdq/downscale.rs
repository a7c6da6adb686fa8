//! From any size to 64 x 64: two passes of a box filter each way, and then every n-th pixel.

use super::luminance::Luminance;

/// Pixels of a side of what comes out.
pub(super) const SIDE: usize = 64;

/// Passes of the box: two make a tent of it.
const PASSES: usize = 2;

/// A picture of 64 x 64, row by row.
pub(super) type Small = [[f32; SIDE]; SIDE];

pub(super) fn to_64(picture: &Luminance) -> Small {
    let (width, height) = (picture.width(), picture.height());
    let mut values = picture.values().to_vec();
    let mut other = vec![0.0; values.len()];
    for _ in 0..PASSES {
        box_along_rows(&values, &mut other, width);
        box_along_columns(&other, &mut values, width, height);
    }
    decimated(&values, width, height)
}

/// Half a block of the small picture for each of two passes, rounded up. Sides are at most 65,535.
fn window_of(length: usize) -> usize {
    length.div_ceil(2 * SIDE)
}

/// How many values come in before the first goes out, and how many go out before the first is dropped.
struct Phases {
    before: usize,
    growing: usize,
    full: usize,
}

impl Phases {
    fn of(length: usize) -> Self {
        let window = window_of(length);
        let half = window.div_ceil(2) + usize::from(window.is_multiple_of(2));
        Self { before: half - 1, growing: window - (half - 1), full: length - window }
    }
}

fn box_along_rows(values: &[f32], out: &mut [f32], width: usize) {
    let phases = Phases::of(width);
    for (row, out) in values.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
        box_along_row(row, out, &phases);
    }
}

fn box_along_row(row: &[f32], out: &mut [f32], phases: &Phases) {
    let (mut adds, mut drops, mut outs) = (row.iter(), row.iter(), out.iter_mut());
    let (mut sum, mut count) = (0.0_f32, 0_u16);
    for add in adds.by_ref().take(phases.before) {
        sum += add;
        count += 1;
    }
    for (out, add) in outs.by_ref().take(phases.growing).zip(adds.by_ref()) {
        sum += add;
        count += 1;
        *out = sum / f32::from(count);
    }
    for ((out, add), drop) in outs.by_ref().take(phases.full).zip(adds).zip(drops.by_ref()) {
        sum += add;
        sum -= drop;
        *out = sum / f32::from(count);
    }
    for (out, drop) in outs.zip(drops) {
        sum -= drop;
        count -= 1;
        *out = sum / f32::from(count);
    }
}

/// The same for all columns at once, row by row: each column's operations stay in their order.
fn box_along_columns(values: &[f32], out: &mut [f32], width: usize, height: usize) {
    let phases = Phases::of(height);
    let (mut adds, mut drops) = (values.chunks_exact(width), values.chunks_exact(width));
    let mut outs = out.chunks_exact_mut(width);
    let (mut sums, mut count) = (vec![0.0_f32; width], 0_u16);
    for add in adds.by_ref().take(phases.before) {
        add_row(&mut sums, add);
        count += 1;
    }
    for (out, add) in outs.by_ref().take(phases.growing).zip(adds.by_ref()) {
        add_row(&mut sums, add);
        count += 1;
        write_row(out, &sums, count);
    }
    for ((out, add), drop) in outs.by_ref().take(phases.full).zip(adds).zip(drops.by_ref()) {
        add_row(&mut sums, add);
        drop_row(&mut sums, drop);
        write_row(out, &sums, count);
    }
    for (out, drop) in outs.zip(drops) {
        drop_row(&mut sums, drop);
        count -= 1;
        write_row(out, &sums, count);
    }
}

fn add_row(sums: &mut [f32], row: &[f32]) {
    sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
}

fn drop_row(sums: &mut [f32], row: &[f32]) {
    sums.iter_mut().zip(row).for_each(|(sum, value)| *sum -= value);
}

fn write_row(out: &mut [f32], sums: &[f32], count: u16) {
    let count = f32::from(count);
    out.iter_mut().zip(sums).for_each(|(out, sum)| *out = sum / count);
}

/// The centre of each block.
fn decimated(values: &[f32], width: usize, height: usize) -> Small {
    let mut small = [[0.0; SIDE]; SIDE];
    for (line, row) in small.iter_mut().enumerate() {
        let start = centre(line, height) * width;
        let source = values.get(start..).unwrap_or_default();
        for (column, pixel) in row.iter_mut().enumerate() {
            *pixel = source.get(centre(column, width)).copied().unwrap_or_default();
        }
    }
    small
}

const fn centre(block: usize, length: usize) -> usize {
    (2 * block + 1) * length / (2 * SIDE)
}
