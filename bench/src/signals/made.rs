//! Things to look for and to look in, made from a seed: every run has the same.

use matching::pdq::Pdq;

/// A small generator of numbers.
#[derive(Debug, Clone)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below a bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % bound).unwrap_or_default()
    }

    pub(crate) const fn hash(&mut self) -> Pdq {
        Pdq::from_words([self.next(), self.next(), self.next(), self.next()])
    }

    /// The hash with so many bits changed, some of them twice.
    pub(crate) fn changed(&mut self, hash: &Pdq, bits: usize) -> Pdq {
        let mut words = *hash.words();
        for _ in 0..bits {
            let bit = self.below(256);
            words.iter_mut().skip(bit / 64).take(1).for_each(|word| *word ^= 1 << (bit % 64));
        }
        Pdq::from_words(words)
    }

    /// One of these.
    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words.get(self.below(words.len())).copied().unwrap_or_default()
    }

    /// A text of about so many characters: English words, of which each is a little different in most texts, in sentences.
    pub(crate) fn prose(&mut self, characters: usize) -> String {
        let mut text = String::with_capacity(characters + 16);
        while text.len() < characters {
            text.push_str(self.of(&WORDS));
            if self.below(3) == 0 {
                text.push_str(self.of(&ENDINGS));
            }
            text.push_str(if self.below(12) == 0 { ". " } else { " " });
        }
        text.trim_end().to_owned()
    }

    /// A text of about so many Han characters.
    pub(crate) fn han(&mut self, characters: usize) -> String {
        let all: Vec<char> = HAN.chars().collect();
        let one = |at: usize, random: &mut Self| {
            if at % 17 == 16 { '，' } else { all.get(random.below(all.len())).copied().unwrap_or('的') }
        };
        (0..characters).map(|at| one(at, self)).collect()
    }
}

/// Hashes that have nothing in common.
pub(crate) fn hashes(count: usize, random: &mut Random) -> Vec<Pdq> {
    (0..count).map(|_| random.hash()).collect()
}

/// Hashes as pictures have them: three of four belong to one of twelve families, unequal in size, whose members differ from the
/// middle of the family in up to 90 bits.
pub(crate) fn skewed(count: usize, random: &mut Random) -> Vec<Pdq> {
    let families = hashes(12, random);
    let member = |random: &mut Random| {
        let which = random.below(12) * random.below(12) / 12;
        let bits = random.below(90);
        families.get(which).map(|family| random.changed(family, bits)).unwrap_or_default()
    };
    (0..count).map(|_| if random.below(4) == 0 { random.hash() } else { member(random) }).collect()
}

const ENDINGS: [&str; 8] = ["s", "ed", "ing", "er", "ly", "ness", "able", "ment"];

const HAN: &str = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处理世车";

const WORDS: [&str; 120] = [
    "account", "answer", "assist", "balance", "basin", "border", "branch", "bridge", "bundle", "button", "cable",
    "candle", "carpet", "castle", "cellar", "center", "change", "charge", "circle", "clinic", "column", "combine",
    "command", "concern", "copper", "corner", "cotton", "course", "crane", "create", "credit", "danger", "dealer",
    "decide", "design", "detail", "device", "dinner", "direct", "doctor", "double", "drawer", "driver", "editor",
    "effect", "engine", "enter", "escape", "expect", "export", "fabric", "factor", "farmer", "father", "figure",
    "filter", "finger", "finish", "flight", "flower", "follow", "forest", "formal", "garden", "gather", "ground",
    "handle", "harbour", "history", "honest", "ignore", "import", "include", "insect", "island", "kitchen", "ladder",
    "lantern", "leader", "letter", "listen", "machine", "manner", "market", "master", "matter", "measure", "member",
    "metal", "middle", "mirror", "moment", "museum", "narrow", "needle", "number", "object", "office", "orange",
    "packet", "paper", "parent", "pencil", "people", "pepper", "planet", "pocket", "policy", "powder", "prison",
    "prompt", "record", "return", "river", "school", "season", "secret", "signal", "station", "system",
];
