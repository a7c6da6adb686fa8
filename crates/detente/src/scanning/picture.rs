//! Pictures are decoded, within bounds that are looked at before any pixel is.

use matching::pdq::{Fingerprint, Luminance, MAX_PIXELS};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::outcome::{Done, Failure};

/// Pixels of a side. A header that promises more is refused before memory is taken.
const MAX_SIDE: usize = 16_384;

/// Scans of a progressive picture: each costs a pass over all of it, and cameras and programs write some ten.
const MAX_SCANS: usize = 64;

/// Octets that a decoded picture may take: three for each pixel.
const MAX_DECODED_BYTES: usize = 3 * MAX_PIXELS;

/// The hash of a picture.
pub(crate) fn fingerprint(octets: &[u8]) -> Done<Fingerprint> {
    let wrong = |why: String| {
        Failure::input(format!("the picture cannot be read: {why}"))
            .advise("JPEG is read; turn another format into it, or scan the file with --kind hash")
    };
    let options = DecoderOptions::new_safe()
        .set_max_width(MAX_SIDE)
        .set_max_height(MAX_SIDE)
        .set_strict_mode(true)
        .jpeg_set_max_scans(MAX_SCANS);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(octets), options);
    decoder.decode_headers().map_err(|error| wrong(format!("{error:?}")))?;
    let bytes = decoder.output_buffer_size().ok_or_else(|| wrong("its header says no size".to_owned()))?;
    if bytes > MAX_DECODED_BYTES {
        return Err(wrong(format!("it has more than {MAX_PIXELS} pixels")));
    }
    let pixels = decoder.decode().map_err(|error| wrong(format!("{error:?}")))?;
    let (width, height) = decoder.dimensions().ok_or_else(|| wrong("its header says no size".to_owned()))?;
    let per_pixel = pixels.len().checked_div(width.saturating_mul(height)).unwrap_or_default();
    let luminance = match per_pixel {
        1 => Luminance::of_grey(width, height, &pixels),
        _ => Luminance::of_rgb(width, height, &pixels),
    };
    luminance.map(|luminance| Fingerprint::of(&luminance)).map_err(|error| wrong(error.to_string()))
}
