//! Pictures are decoded, within bounds that are looked at before any pixel is.

use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};

use matching::pdq::{Fingerprint, Luminance};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::options::DecoderOptions;
use zune_png::PngDecoder;

use crate::outcome::{Done, Failure};

/// Pixels of a side. A header that promises more is refused before memory is taken.
const MAX_SIDE: usize = 16_384;

/// Scans of a progressive picture: each costs a pass over all of it, and cameras and programs write some ten.
const MAX_SCANS: usize = 64;

/// Octets that a decoded picture may take: three for each of 32 million pixels, as many as large cameras have. Decoding takes some times
/// as much.
const MAX_DECODED_BYTES: usize = 3 * 32 * 1024 * 1024;

/// The octets of a JPEG begin so.
const JPEG: [u8; 3] = [0xFF, 0xD8, 0xFF];

/// Those of a PNG (W3C PNG, section 5.2).
const PNG: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A];

/// Whether octets begin as a picture does that is read here.
pub(super) fn is_picture(octets: &[u8]) -> bool {
    octets.starts_with(&JPEG) || octets.starts_with(&PNG)
}

/// Eight bits for each colour of each pixel, line after line.
struct Pixels {
    width: usize,
    height: usize,
    octets: Vec<u8>,
}

/// Pictures are decoded one after the other: one takes up to a gigabyte, and whoever sends many at once must not take many of them.
static DECODING: Mutex<()> = Mutex::new(());

/// The hash of a picture.
pub(crate) fn fingerprint(octets: &[u8]) -> Done<Fingerprint> {
    let _alone = DECODING.lock().unwrap_or_else(PoisonError::into_inner);
    let pixels = if octets.starts_with(&PNG) { of_png(octets) } else { of_jpeg(octets) };
    let hashed = pixels.and_then(|pixels| pixels.luminance()).map(|luminance| Fingerprint::of(&luminance));
    hashed.map_err(|why| {
        Failure::input(format!("the picture cannot be read: {why}"))
            .advise("JPEG and PNG are read; turn another format into one of them, or scan the file with --kind hash")
    })
}

fn options() -> DecoderOptions {
    DecoderOptions::new_safe().set_max_width(MAX_SIDE).set_max_height(MAX_SIDE).set_strict_mode(true)
}

fn of_jpeg(octets: &[u8]) -> Result<Pixels, String> {
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(octets), options().jpeg_set_max_scans(MAX_SCANS));
    decoder.decode_headers().map_err(said)?;
    within(decoder.output_buffer_size())?;
    let octets = decoder.decode().map_err(said)?;
    pixels(decoder.dimensions(), octets)
}

/// Chunks of a PNG that make the picture. Everything else, compressed texts and profiles above all, is nothing that can be seen, and
/// could unpack to gigabytes.
const SEEN: [&[u8; 4]; 5] = [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"];

/// A PNG with nothing but what makes the picture. Of an animation that is the picture for whoever shows none.
fn bare_png(octets: &[u8]) -> Vec<u8> {
    let mut bare = PNG.to_vec();
    let mut rest = octets.get(PNG.len()..).unwrap_or_default();
    while let Some((length, _)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        // Length, name and checksum are twelve octets. A chunk that is cut off is left to the decoder to name.
        let (chunk, others) = rest.split_at_checked(length.saturating_add(12)).unwrap_or((rest, &[]));
        if chunk.get(4..8).is_some_and(|name| SEEN.iter().any(|seen| seen.as_slice() == name)) {
            bare.extend_from_slice(chunk);
        }
        rest = others;
    }
    bare
}

/// Of an animation what is shown by whoever shows no animations.
fn of_png(octets: &[u8]) -> Result<Pixels, String> {
    let octets = &bare_png(octets);
    let options = options()
        .png_set_strip_to_8bit(true)
        .png_set_decode_animated(false)
        .png_set_confirm_crc(true)
        // A line has one octet more than its pixels, and sixteen bits may stand where eight are asked for.
        .inflate_set_limit(2 * MAX_DECODED_BYTES + MAX_SIDE);
    let mut decoder = PngDecoder::new_with_options(ZCursor::new(octets), options);
    decoder.decode_headers().map_err(said)?;
    within(decoder.output_buffer_size())?;
    let octets = decoder.decode_raw().map_err(said)?;
    pixels(decoder.dimensions(), octets)
}

fn said(error: impl Debug) -> String {
    format!("{error:?}")
}

fn within(bytes: Option<usize>) -> Result<(), String> {
    match bytes {
        None => Err("its header says no size".to_owned()),
        Some(bytes) if bytes > MAX_DECODED_BYTES => Err(format!("it unpacks to more than {MAX_DECODED_BYTES} octets")),
        Some(_) => Ok(()),
    }
}

fn pixels(size: Option<(usize, usize)>, octets: Vec<u8>) -> Result<Pixels, String> {
    let (width, height) = size.ok_or_else(|| "its header says no size".to_owned())?;
    Ok(Pixels { width, height, octets })
}

impl Pixels {
    fn luminance(&self) -> Result<Luminance, String> {
        let (width, height) = (self.width, self.height);
        let made = match self.octets.len().checked_div(width.saturating_mul(height)).unwrap_or_default() {
            1 => Luminance::of_grey(width, height, &self.octets),
            2 => Luminance::of_grey(width, height, &on_white::<2>(&self.octets)),
            4 => Luminance::of_rgb(width, height, &on_white::<4>(&self.octets)),
            _ => Luminance::of_rgb(width, height, &self.octets),
        };
        made.map_err(|error| error.to_string())
    }
}

/// What a person sees of pixels whose last octet says how opaque they are: colours that nobody sees must not make another picture.
fn on_white<const OCTETS: usize>(pixels: &[u8]) -> Vec<u8> {
    let (pixels, _rest) = pixels.as_chunks::<OCTETS>();
    let seen = |colour: u8, opaque: u8| {
        let (colour, opaque) = (u32::from(colour), u32::from(opaque));
        u8::try_from((colour * opaque + 255 * (255 - opaque)) / 255).unwrap_or(u8::MAX)
    };
    let parts = pixels.iter().filter_map(|pixel| pixel.split_last());
    parts.flat_map(|(opaque, colours)| colours.iter().map(move |colour| seen(*colour, *opaque))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_that_nobody_sees_count_as_the_ground() {
        assert_eq!(on_white::<4>(&[10, 20, 30, 255, 10, 20, 30, 0]), [10, 20, 30, 255, 255, 255]);
        assert_eq!(on_white::<2>(&[0, 128, 9, 255]), [127, 9]);
    }

    #[test]
    fn what_nobody_sees_is_not_unpacked() {
        let chunk = |name: &[u8], octets: &[u8]| {
            [&u32::try_from(octets.len()).unwrap().to_be_bytes()[..], name, octets, b"sum!"].concat()
        };
        let parts =
            [chunk(b"IHDR", b"size"), chunk(b"zTXt", b"a bomb"), chunk(b"iCCP", b"another"), chunk(b"IDAT", b"x")];
        let bare = bare_png(&[&PNG[..], &parts.concat()].concat());
        assert_eq!(bare, [&PNG[..], &parts[0], &parts[3]].concat());
        let cut = [&PNG[..], &chunk(b"IDAT", b"pixels")[..9]].concat();
        assert_eq!(bare_png(&cut), cut, "what is cut off is named by the decoder");
        assert_eq!(bare_png(&[&PNG[..], &[0xFF; 4]].concat()), PNG);
    }

    #[test]
    fn what_is_no_picture_is_named() {
        for octets in [&PNG[..], &JPEG[..], b"GIF89a", b""] {
            let told = fingerprint(octets).unwrap_err().message;
            assert!(told.starts_with("the picture cannot be read: "), "{told}");
        }
    }
}
