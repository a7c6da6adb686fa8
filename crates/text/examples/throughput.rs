//! How fast texts are normalised and signed, on text made here: `cargo run --release --example throughput`.
#![expect(clippy::disallowed_methods, reason = "a development tool reads the clock; the library does not")]
#![expect(clippy::print_stdout, reason = "a development tool reports to a person")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use text::{MinHash, NormaliserVersion, ShingleSet, ShingleWidths, SimHash};

const ENGLISH: &str = "Please explain, in 3 short steps, how a witness checks the log; then say what it cannot prove. ";
const CHINESE: &str = "请用三个简短的步骤说明见证人如何检查日志，然后说明它不能证明什么。傳統字也要處理。";
const JAPANESE: &str = "ログを検査する証人の手順を三つ説明してください。ガイドラインも参照。";
const HINDI: &str = "कृपया तीन छोटे चरणों में बताइए कि साक्षी लॉग की जाँच कैसे करता है। ";
const RUSSIAN: &str = "Объясните в трёх коротких шагах, как свидетель проверяет журнал. ";
const EVASIVE: &str = "Ｐｌｅａｓｅ 3xpl@1n іn\u{200B} thrее 𝕤𝕙𝕠𝕣𝕥 s\u{301}teps. ";
/// About the length of a long prompt.
const PROMPT_BYTES: usize = 4000;
const ROUND: Duration = Duration::from_millis(400);

fn main() {
    let started = Instant::now();
    black_box(NormaliserVersion::V1.normalise("é"));
    println!("tables loaded in {:.1} ms", started.elapsed().as_secs_f64() * 1e3);
    for (name, sentence) in [
        ("english", ENGLISH),
        ("chinese", CHINESE),
        ("japanese", JAPANESE),
        ("hindi", HINDI),
        ("russian", RUSSIAN),
        ("evasive", EVASIVE),
    ] {
        let prompt = sentence.repeat(PROMPT_BYTES / sentence.len());
        let each = time(|| NormaliserVersion::V1.normalise(&prompt));
        println!("normalise {name:9} {:6.1} MB/s", megabytes(&prompt) / each);
    }
    for (name, sentence) in [("english", ENGLISH), ("chinese", CHINESE)] {
        sign(name, NormaliserVersion::V1.normalise(sentence).as_str());
    }
}

fn sign(name: &str, short: &str) {
    let set = ShingleSet::new(short, ShingleWidths::V1);
    println!("{name}: {} bytes, {} shingles", short.len(), set.len());
    println!("  shingle set {:9.0} docs/s", 1.0 / time(|| ShingleSet::new(short, ShingleWidths::V1)));
    println!("  minhash     {:9.0} docs/s", 1.0 / time(|| MinHash::new(&set)));
    println!("  simhash     {:9.0} docs/s", 1.0 / time(|| SimHash::new(&set)));
    let whole = || MinHash::new(&ShingleSet::new(NormaliserVersion::V1.normalise(short).as_str(), ShingleWidths::V1));
    println!("  all         {:9.0} docs/s", 1.0 / time(whole));
}

fn megabytes(text: &str) -> f64 {
    f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX)) / 1e6
}

/// Seconds per call.
fn time<T>(work: impl Fn() -> T) -> f64 {
    let started = Instant::now();
    let mut calls = 0_u32;
    while started.elapsed() < ROUND {
        for _ in 0..16 {
            black_box(work());
        }
        calls += 16;
    }
    started.elapsed().as_secs_f64() / f64::from(calls)
}
