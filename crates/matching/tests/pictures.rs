//! Hashes of pictures: exact on pictures that are made here, near on those that a decoder reads.
#![expect(clippy::disallowed_methods, reason = "tests read data; the library does not")]

use matching::pdq::{Fingerprint, Luminance, LuminanceError, MATCH_RADIUS, MIN_QUALITY, Pdq, Turn};
use record::json::Json;

use crate::data;

/// Made with another implementation (`pdqhash` 0.2.8 of the Python index, which compiles Meta's C++): width, height, nine numbers of the
/// picture, quality, and the eight hashes.
const SYNTHETIC: &str = include_str!("golden/pdq_synthetic.txt");

/// A port is right if hashes of pictures of quality 80 and more are within as many bits (Meta's own criterion).
const TOLERANCE_BITS: u32 = 10;
const TOLERANCE_QUALITY: u8 = 80;

/// Rises from 0 to 255 and falls again, in `period` steps each.
fn wave(at: u64, period: u64) -> u64 {
    (at % (2 * period)).abs_diff(period) * 255 / period
}

/// A wave for each colour; the Python program makes the same.
pub(crate) fn picture(width: usize, height: usize, numbers: &[u64]) -> Luminance {
    let colours = |x: u64, y: u64| -> Vec<u8> {
        let waves = numbers.chunks(3).map(|wave_of| wave(wave_of[0] * x + wave_of[1] * y, wave_of[2]));
        waves.map(|value| u8::try_from(value).unwrap()).collect()
    };
    let pixels = (0..height as u64).flat_map(|y| (0..width as u64).map(move |x| (x, y)));
    let octets: Vec<u8> = pixels.flat_map(|(x, y)| colours(x, y)).collect();
    Luminance::of_rgb(width, height, &octets).unwrap()
}

fn fingerprint(grey: &[u8], width: usize, height: usize) -> Fingerprint {
    Fingerprint::of(&Luminance::of_grey(width, height, grey).unwrap())
}

#[test]
fn pictures_that_are_made_here_have_the_very_hashes() {
    let mut count = 0;
    for line in SYNTHETIC.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split(' ').collect();
        let numbers: Vec<u64> = words[..11].iter().map(|word| word.parse().unwrap()).collect();
        let found = Fingerprint::of(&picture(numbers[0] as usize, numbers[1] as usize, &numbers[2..]));
        let hashes: Vec<Pdq> = words[12..].iter().map(|word| word.parse().unwrap()).collect();
        assert_eq!(found.quality.to_string(), words[11], "{line}");
        assert_eq!(found.turned()[..], hashes[..], "{line}");
        count += 1;
    }
    assert!(count >= 20, "the golden file has gone");
}

/// What stands at a place of a turned picture.
type Pixel<'a> = dyn Fn(usize, usize) -> f32 + 'a;

#[test]
fn turning_the_picture_is_turning_the_frequencies() {
    let original = picture(96, 96, &[3, 1, 40, 1, 4, 31, 2, 7, 90]);
    let side = 96;
    let at = |x: usize, y: usize| original.values()[y * side + x];
    let turned: [(Turn, Box<Pixel<'_>>); 5] = [
        (Turn::FlipX, Box::new(|x, y| at(x, side - 1 - y))),
        (Turn::FlipY, Box::new(|x, y| at(side - 1 - x, y))),
        (Turn::Half, Box::new(|x, y| at(side - 1 - x, side - 1 - y))),
        (Turn::FlipPlus, Box::new(|x, y| at(y, x))),
        (Turn::FlipMinus, Box::new(|x, y| at(side - 1 - y, side - 1 - x))),
    ];
    let hashes = *Fingerprint::of(&original).turned();
    for (turn, pixel) in turned {
        let values = (0..side).flat_map(|y| (0..side).map(move |x| (x, y))).map(|(x, y)| pixel(x, y)).collect();
        let directly = Fingerprint::of(&Luminance::new(side, side, values).unwrap()).hash;
        let expected = hashes[Turn::ALL.iter().position(|each| *each == turn).unwrap()];
        assert!(directly.distance(&expected) <= TOLERANCE_BITS, "{turn:?}: {}", directly.distance(&expected));
    }
}

/// The pictures of Meta's own test, read by a decoder that is not the one with which its vectors were made.
#[test]
fn pictures_of_the_test_data_are_within_the_published_tolerance() {
    let Some(json) = data::json("pdq/pdq_vectors.json") else { return };
    let vectors = json.as_object().unwrap().get("vectors").and_then(Json::as_array).unwrap();
    let (mut worst, mut sum, mut compared) = (0, 0, 0);
    for vector in vectors.iter().filter_map(Json::as_object) {
        let octets = std::fs::read(data::path("pdq").join(vector.text("file").unwrap())).unwrap();
        let found = decoded(&octets);
        let hashes = vector.get("dihedral").and_then(Json::as_array).unwrap().iter().filter_map(Json::as_str);
        let distances = hashes.zip(found.turned()).map(|(hash, turned)| hash.parse::<Pdq>().unwrap().distance(turned));
        let worst_here = distances.max().unwrap();
        if found.quality >= TOLERANCE_QUALITY {
            (worst, sum, compared) = (worst.max(worst_here), sum + worst_here, compared + 1);
        } else {
            println!(
                "{}: quality {}, {worst_here} bits: not held to the tolerance",
                vector.text("file").unwrap(),
                found.quality
            );
        }
    }
    println!(
        "{compared} pictures of quality {TOLERANCE_QUALITY} and more: at most {worst} bits from the vectors, {:.2} on average",
        f64::from(sum) / f64::from(compared)
    );
    assert!(compared > 20 && worst <= TOLERANCE_BITS);
}

fn decoded(octets: &[u8]) -> Fingerprint {
    let mut decoder = zune_jpeg::JpegDecoder::new(std::io::Cursor::new(octets));
    let pixels = decoder.decode().unwrap();
    let (width, height) = decoder.dimensions().unwrap();
    let luminance = match pixels.len() / (width * height) {
        1 => Luminance::of_grey(width, height, &pixels),
        _ => Luminance::of_rgb(width, height, &pixels),
    };
    Fingerprint::of(&luminance.unwrap())
}

#[test]
fn a_picture_that_was_changed_a_little_still_matches() {
    let before = picture(400, 300, &[3, 1, 140, 1, 4, 210, 2, 7, 390]);
    let brighter = before.values().iter().map(|value| (value * 0.9 + 20.0).min(255.0)).collect();
    let after = Fingerprint::of(&Luminance::new(400, 300, brighter).unwrap());
    assert!(Fingerprint::of(&before).hash.distance(&after.hash) <= MATCH_RADIUS);
}

#[test]
fn an_empty_picture_says_that_it_says_nothing() {
    assert!(fingerprint(&[128; 100 * 100], 100, 100).quality < MIN_QUALITY);
}

#[test]
fn hostile_sizes_are_named_before_memory_is_taken() {
    assert_eq!(Luminance::of_grey(4, 9, &[0; 36]), Err(LuminanceError::TooSmall { width: 4, height: 9 }));
    let huge = Luminance::of_rgb(usize::MAX, usize::MAX, &[]);
    assert!(matches!(huge, Err(LuminanceError::TooLarge { .. })));
    assert!(matches!(Luminance::of_grey(65_536, 5, &[]), Err(LuminanceError::TooLarge { .. })));
    assert_eq!(Luminance::of_rgb(8, 8, &[0; 191]), Err(LuminanceError::WrongCount { expected: 192, found: 191 }));
    let mut values = vec![1.0; 25];
    values[7] = f32::NAN;
    assert_eq!(Luminance::new(5, 5, values), Err(LuminanceError::NotFinite { pixel: 7 }));
}

#[test]
fn a_hash_is_read_as_it_is_written() {
    let text = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22";
    assert_eq!(text.parse::<Pdq>().unwrap().to_string(), text);
    for wrong in ["", "f8", &text.replacen('f', "", 1), &text.replacen('f', "+", 1), &"é".repeat(32)] {
        assert!(wrong.parse::<Pdq>().is_err(), "{wrong}");
    }
}
