//! How bright each pixel is.

/// Pixels of a picture: the largest sensors of telephones and cameras have a little less. Two buffers of four octets for each are
/// needed to compute a hash.
pub const MAX_PIXELS: usize = 64 * 1024 * 1024;

/// Pixels of a side, so that a window of the filter stays small: a longer strip is no picture.
pub const MAX_SIDE: usize = 65_535;

/// Pixels of the shortest side for which the algorithm says anything.
pub const MIN_SIDE: usize = 5;

/// Values are no luminance of a picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LuminanceError {
    /// A side is too short.
    #[error("the picture is {width} x {height} pixels; a hash needs at least {MIN_SIDE} on each side")]
    TooSmall {
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
    },
    /// There are too many pixels.
    #[error(
        "the picture is {width} x {height} pixels; at most {MAX_SIDE} on a side and {MAX_PIXELS} in all are hashed, so scale it down first"
    )]
    TooLarge {
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
    },
    /// The number of values is not that of the pixels: the picture is cut off, or its header lies.
    #[error("the picture should have {expected} values and has {found}: it is cut off or its header is wrong")]
    WrongCount {
        /// What its sides promise.
        expected: usize,
        /// What came.
        found: usize,
    },
    /// A value is no number.
    #[error("the value of pixel {pixel} is not a finite number")]
    NotFinite {
        /// Its place, row by row.
        pixel: usize,
    },
}

/// The luminance of a picture, row by row, 0 for black to 255 for white.
#[derive(Debug, Clone, PartialEq)]
pub struct Luminance {
    width: usize,
    height: usize,
    values: Vec<f32>,
}

impl Luminance {
    /// Takes values as they are.
    ///
    /// # Errors
    /// [`LuminanceError`] for sides outside the limits, or another number of values than pixels.
    pub fn new(width: usize, height: usize, values: Vec<f32>) -> Result<Self, LuminanceError> {
        check(width, height, values.len(), 1)?;
        if let Some(pixel) = values.iter().position(|value| !value.is_finite()) {
            return Err(LuminanceError::NotFinite { pixel });
        }
        Ok(Self { width, height, values })
    }

    /// Takes one octet for each pixel.
    ///
    /// # Errors
    /// As [`Luminance::new`].
    pub fn of_grey(width: usize, height: usize, octets: &[u8]) -> Result<Self, LuminanceError> {
        check(width, height, octets.len(), 1)?;
        Ok(Self { width, height, values: octets.iter().map(|&octet| f32::from(octet)).collect() })
    }

    /// Takes red, green and blue for each pixel.
    ///
    /// # Errors
    /// As [`Luminance::new`].
    pub fn of_rgb(width: usize, height: usize, octets: &[u8]) -> Result<Self, LuminanceError> {
        check(width, height, octets.len(), 3)?;
        let values = octets.as_chunks::<3>().0.iter().map(|&[red, green, blue]| brightness(red, green, blue));
        Ok(Self { width, height, values: values.collect() })
    }

    /// Pixels across.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Pixels down.
    #[must_use]
    pub const fn height(&self) -> usize {
        self.height
    }

    /// The values, row by row.
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.values
    }
}

/// The Y of YUV (ITU-R BT.601).
fn brightness(red: u8, green: u8, blue: u8) -> f32 {
    0.299 * f32::from(red) + 0.587 * f32::from(green) + 0.114 * f32::from(blue)
}

fn check(width: usize, height: usize, found: usize, values_per_pixel: usize) -> Result<(), LuminanceError> {
    if width < MIN_SIDE || height < MIN_SIDE {
        return Err(LuminanceError::TooSmall { width, height });
    }
    let pixels = width.checked_mul(height).filter(|&pixels| pixels <= MAX_PIXELS);
    let Some(pixels) = pixels.filter(|_| width <= MAX_SIDE && height <= MAX_SIDE) else {
        return Err(LuminanceError::TooLarge { width, height });
    };
    let expected = pixels * values_per_pixel;
    if expected != found {
        return Err(LuminanceError::WrongCount { expected, found });
    }
    Ok(())
}
