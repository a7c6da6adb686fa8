//! Disguises.

use crate::pdq_search::Random;

/// One disguise.
pub(crate) struct Attack {
    pub(crate) name: &'static str,
    pub(crate) edit: Edit,
    /// In how many of a hundred places it is applied.
    pub(crate) percent: u64,
}

pub(crate) enum Edit {
    /// Each character as one of these; the first line that has it counts.
    Swap(&'static [(char, &'static str)]),
    /// One of these after a character.
    Insert(&'static str),
    /// One of these after each character, and two between words.
    Spell(&'static str),
    /// So many of a hundred Han characters are always written as a sign that no table has.
    Unheard(u64),
    /// Wide forms.
    Wide,
    /// Each letter as these signs.
    Draw(&'static [(char, &'static str)]),
    /// No white space at all.
    Unspaced,
    /// Letters in groups of so many.
    Regrouped(usize),
    /// Shown from right to left, and so written from left to right (Unicode RLO).
    Turned,
}

const fn attack(name: &'static str, edit: Edit, percent: u64) -> Attack {
    Attack { name, edit, percent }
}

/// What `norm/1` has: the best case.
const KNOWN_LEET: &[(char, &str)] =
    &[('a', "4@"), ('e', "3"), ('i', "1"), ('l', "1"), ('o', "0"), ('s', "5$"), ('t', "7")];
const KNOWN_LOOKS: &[(char, &str)] = &[
    ('a', "аα"),
    ('c', "сϲ"),
    ('e', "е"),
    ('h', "һ"),
    ('i', "і"),
    ('j', "ј"),
    ('o', "оο"),
    ('p', "рρ"),
    ('s', "ѕ"),
    ('x', "хχ"),
    ('y', "у"),
];
/// What no table here has.
const OTHER_LEET: &[(char, &str)] = &[
    ('a', "^"),
    ('b', "8"),
    ('c', "("),
    ('e', "&"),
    ('g', "9"),
    ('h', "#"),
    ('i', "!"),
    ('l', "|"),
    ('o', "*"),
    ('q', "2"),
    ('s', "%"),
    ('t', "+"),
    ('x', "%"),
    ('z', "2"),
];
pub(crate) const OTHER_LOOKS: &[(char, &str)] = &[
    ('a', "ⲁ"),
    ('c', "ⱌ"),
    ('d', "ძ"),
    ('e', "𐍝"),
    ('i', "ⰺ"),
    ('k', "ⰽ"),
    ('l', "ⰾ"),
    ('m', "ⰿ"),
    ('n', "ⲡ"),
    ('o', "ⱁ"),
    ('r', "ⱃ"),
    ('s', "ട"),
    ('t', "ⱅ"),
    ('u', "ს"),
    ('w', "ⲱ"),
    ('y', "ⱏ"),
];
/// A sign that no table has for each letter.
pub(crate) const OTHER_SIGNS: &[(char, &str)] = &[
    ('a', "ꔀ"),
    ('b', "ꔇ"),
    ('c', "ꔎ"),
    ('d', "ꔕ"),
    ('e', "ꔂ"),
    ('f', "ꔉ"),
    ('g', "ꔐ"),
    ('h', "ꔗ"),
    ('i', "ꔄ"),
    ('j', "ꔋ"),
    ('k', "ꔒ"),
    ('l', "ꔙ"),
    ('m', "ꔆ"),
    ('n', "ꔍ"),
    ('o', "ꔔ"),
    ('p', "ꔁ"),
    ('q', "ꔈ"),
    ('r', "ꔏ"),
    ('s', "ꔖ"),
    ('t', "ꔃ"),
    ('u', "ꔊ"),
    ('v', "ꔑ"),
    ('w', "ꔘ"),
    ('x', "ꔅ"),
    ('y', "ꔌ"),
    ('z', "ꔓ"),
];
/// Two of them for each letter.
pub(crate) const OTHER_PAIRS: &[(char, &str)] = &[
    ('a', "ꔀꔠ"),
    ('b', "ꔇꔫ"),
    ('c', "ꔎꔶ"),
    ('d', "ꔕꔧ"),
    ('e', "ꔂꔲ"),
    ('f', "ꔉꔣ"),
    ('g', "ꔐꔮ"),
    ('h', "ꔗꔹ"),
    ('i', "ꔄꔪ"),
    ('j', "ꔋꔵ"),
    ('k', "ꔒꔦ"),
    ('l', "ꔙꔱ"),
    ('m', "ꔆꔢ"),
    ('n', "ꔍꔭ"),
    ('o', "ꔔꔸ"),
    ('p', "ꔁꔩ"),
    ('q', "ꔈꔴ"),
    ('r', "ꔏꔥ"),
    ('s', "ꔖꔰ"),
    ('t', "ꔃꔡ"),
    ('u', "ꔊꔬ"),
    ('v', "ꔑꔷ"),
    ('w', "ꔘꔨ"),
    ('x', "ꔅꔳ"),
    ('y', "ꔌꔤ"),
    ('z', "ꔓꔯ"),
];
/// One for all letters.
const MASK: &[(char, &str)] = &[
    ('a', "*"),
    ('b', "*"),
    ('c', "*"),
    ('d', "*"),
    ('e', "*"),
    ('f', "*"),
    ('g', "*"),
    ('h', "*"),
    ('i', "*"),
    ('j', "*"),
    ('k', "*"),
    ('l', "*"),
    ('m', "*"),
    ('n', "*"),
    ('o', "*"),
    ('p', "*"),
    ('q', "*"),
    ('r', "*"),
    ('s', "*"),
    ('t', "*"),
    ('u', "*"),
    ('v', "*"),
    ('w', "*"),
    ('x', "*"),
    ('y', "*"),
    ('z', "*"),
];
/// Letters by their name, which the frozen table lacks and the table of the query side has.
const NAMED_LOOKS: &[(char, &str)] = &[
    ('a', "ᴀⒶ🅰"),
    ('b', "ʙ🅱"),
    ('d', "ᴅ🅳"),
    ('e', "ᴇƎ"),
    ('g', "ɢɠ"),
    ('h', "ʜɦ"),
    ('k', "ᴋƙ"),
    ('l', "ʟɫ"),
    ('m', "ᴍɱ"),
    ('n', "ɴɲ"),
    ('p', "ᴘƥ"),
    ('r', "ʀɍ"),
    ('t', "ᴛƭ"),
    ('u', "ᴜʉ"),
    ('w', "ᴡⱳ"),
];
/// What the normaliser takes for other letters than are meant.
const MISREAD_LOOKS: &[(char, &str)] = &[('n', "ν"), ('r', "ρ"), ('h', "х"), ('u', "у"), ('k', "ⵅ"), ('d', "ⁿ")];
/// What the table of drawn letters has.
const DRAWN: &[(char, &str)] = &[
    ('a', "/-\\"),
    ('b', "|3"),
    ('d', "|)"),
    ('h', "|-|"),
    ('k', "|<"),
    ('l', "|_"),
    ('m', "/\\/\\"),
    ('n', "|\\|"),
    ('o', "()"),
    ('u', "|_|"),
    ('w', "\\/\\/"),
    ('x', "><"),
];
const KNOWN_HIDDEN: &str = "\u{200B}\u{200D}\u{2060}\u{AD}\u{FE0F}\u{E0041}";
const OTHER_HIDDEN: &str = "\u{2062}\u{2064}\u{206A}\u{206F}\u{180B}\u{34F}\u{1D173}\u{115F}\u{17B4}";
const SIMPLIFIED_TO_TRADITIONAL: &[(char, &str)] = &[
    ('国', "國"),
    ('这', "這"),
    ('个', "個"),
    ('么', "麼"),
    ('时', "時"),
    ('会', "會"),
    ('说', "說"),
    ('为', "為"),
    ('们', "們"),
    ('药', "藥"),
    ('对', "對"),
    ('网', "網"),
    ('给', "給"),
    ('请', "請"),
    ('过', "過"),
    ('钱', "錢"),
    ('让', "讓"),
    ('问', "問"),
    ('没', "沒"),
    ('应', "應"),
    ('种', "種"),
    ('东', "東"),
    ('买', "買"),
    ('卖', "賣"),
    ('车', "車"),
    ('关', "關"),
    ('发', "發"),
    ('开', "開"),
    ('体', "體"),
    ('学', "學"),
    ('样', "樣"),
    ('电', "電"),
    ('实', "實"),
    ('进', "進"),
    ('还', "還"),
    ('经', "經"),
    ('无', "無"),
    ('认', "認"),
    ('机', "機"),
    ('动', "動"),
];
/// Characters that only look like them, and radicals; no table of variants has them.
const OTHER_HAN: &[(char, &str)] = &[
    ('的', "㪈"),
    ('人', "𠆢"),
    ('是', "昰"),
    ('不', "丕"),
    ('了', "𠄏"),
    ('我', "峩"),
    ('你', "妳"),
    ('有', "㕛"),
    ('如', "㚢"),
    ('何', "㗿"),
    ('要', "𠾐"),
    ('用', "甪"),
    ('可', "𠮥"),
    ('在', "㘽"),
    ('大', "㕦"),
    ('么', "庅"),
    ('什', "𠆤"),
    ('怎', "㤰"),
];

pub(crate) const ENGLISH: &[Attack] = &[
    attack("none", Edit::Insert(""), 0),
    attack("zero width, known", Edit::Insert(KNOWN_HIDDEN), 100),
    attack("zero width, others", Edit::Insert(OTHER_HIDDEN), 100),
    attack("look-alikes, known", Edit::Swap(KNOWN_LOOKS), 100),
    attack("look-alikes, by name", Edit::Swap(NAMED_LOOKS), 100),
    attack("look-alikes, by name, two of five", Edit::Swap(NAMED_LOOKS), 40),
    attack("look-alikes, others, two of five", Edit::Swap(OTHER_LOOKS), 40),
    attack("look-alikes, others, three of five", Edit::Swap(OTHER_LOOKS), 60),
    attack("look-alikes that are read as other letters", Edit::Swap(MISREAD_LOOKS), 100),
    attack("leet, known", Edit::Swap(KNOWN_LEET), 100),
    attack("leet, known, one of two", Edit::Swap(KNOWN_LEET), 50),
    attack("leet, others", Edit::Swap(OTHER_LEET), 100),
    attack("leet, others, one of two", Edit::Swap(OTHER_LEET), 50),
    attack("one unknown sign for each letter", Edit::Swap(OTHER_SIGNS), 100),
    attack("one unknown sign for each letter, one of two", Edit::Swap(OTHER_SIGNS), 50),
    attack("two unknown signs for each letter", Edit::Swap(OTHER_PAIRS), 100),
    attack("stars for letters, one of four", Edit::Swap(MASK), 25),
    attack("stars for letters, one of two", Edit::Swap(MASK), 50),
    attack("full width", Edit::Wide, 100),
    attack("spaces between all letters", Edit::Insert(" "), 100),
    attack("spaces between letters, one of three", Edit::Insert(" "), 33),
    attack("letters spelt, words two spaces apart", Edit::Spell(" "), 100),
    attack("dots between all letters", Edit::Insert("."), 100),
    attack("hyphens, dots and thin spaces, one of two", Edit::Insert("-.\u{2009}_"), 50),
    attack("no spaces", Edit::Unspaced, 100),
    attack("letters in groups of five", Edit::Regrouped(5), 100),
    attack("pictures between letters, one of two", Edit::Insert("😀❤→▒"), 50),
    attack("signs of private fonts between letters, one of two", Edit::Insert("\u{E123}\u{FFFD}\u{640}"), 50),
    attack("turned", Edit::Turned, 100),
    attack("letters drawn with several signs, one of four", Edit::Draw(DRAWN), 25),
];

pub(crate) const CHINESE: &[Attack] = &[
    attack("none", Edit::Insert(""), 0),
    attack("zero width, known", Edit::Insert(KNOWN_HIDDEN), 100),
    attack("zero width, others", Edit::Insert(OTHER_HIDDEN), 100),
    attack("full width", Edit::Wide, 100),
    attack("spaces between all characters", Edit::Insert(" "), 100),
    attack("spaces, one of two", Edit::Insert(" "), 50),
    attack("dots and others, all", Edit::Insert("·.、-"), 100),
    attack("dots and others, one of two", Edit::Insert("·.、-"), 50),
    attack("dots and others, one of four", Edit::Insert("·.、-"), 25),
    attack("pictures between characters, one of two", Edit::Insert("😀❤→▒"), 50),
    attack("marks upon characters", Edit::Insert("\u{336}\u{301}\u{20DD}"), 100),
    attack("turned", Edit::Turned, 100),
    attack("traditional characters", Edit::Swap(SIMPLIFIED_TO_TRADITIONAL), 100),
    attack("traditional characters, one of two", Edit::Swap(SIMPLIFIED_TO_TRADITIONAL), 50),
    attack("other variants, all that have one", Edit::Swap(OTHER_HAN), 100),
    attack("other variants, one of two", Edit::Swap(OTHER_HAN), 50),
    // No table of anybody: which characters are replaced, and by what, follows from a hash.
    attack("any two of ten characters, always alike", Edit::Unheard(20), 100),
    attack("any four of ten characters, always alike", Edit::Unheard(40), 100),
];

impl Attack {
    /// Whether there is anything to disguise: a text of few words is found by no part of it.
    pub(crate) fn applies(&self, text: &str) -> bool {
        text.chars().count() >= 12
    }

    pub(crate) fn disguise(&self, text: &str, random: &mut Random) -> String {
        let mut out = String::new();
        match self.edit {
            Edit::Unspaced => return text.split_whitespace().collect(),
            Edit::Regrouped(size) => {
                let letters: Vec<char> = text.chars().filter(|character| !character.is_whitespace()).collect();
                return letters.chunks(size).map(String::from_iter).collect::<Vec<_>>().join(" ");
            }
            Edit::Turned => return format!("\u{202E}{}\u{202C}", text.chars().rev().collect::<String>()),
            Edit::Swap(_) | Edit::Insert(_) | Edit::Spell(_) | Edit::Unheard(_) | Edit::Wide | Edit::Draw(_) => {}
        }
        for character in text.chars() {
            let is_hit = random.below(100) < self.percent;
            match &self.edit {
                _ if !is_hit => out.push(character),
                Edit::Swap(table) => out.push(swapped(table, character, random)),
                Edit::Insert(all) => out.extend([character].into_iter().chain(one_of(all, random))),
                Edit::Spell(_) if character == ' ' => out.push_str("  "),
                Edit::Spell(all) => out.extend([character].into_iter().chain(one_of(all, random))),
                Edit::Unheard(percent) => out.push(unheard(*percent, character)),
                Edit::Wide => out.push(wide(character)),
                Edit::Draw(table) => match table.iter().find(|(letter, _)| *letter == character.to_ascii_lowercase()) {
                    Some((_, signs)) => out.push_str(signs),
                    None => out.push(character),
                },
                Edit::Unspaced | Edit::Regrouped(_) | Edit::Turned => {}
            }
        }
        out
    }
}

fn one_of(all: &str, random: &mut Random) -> Option<char> {
    let count = all.chars().count() as u64;
    (count > 0).then(|| all.chars().nth(random.below(count) as usize).unwrap())
}

fn swapped(table: &[(char, &str)], character: char, random: &mut Random) -> char {
    let entry = table.iter().find(|(from, _)| *from == character.to_ascii_lowercase());
    entry.and_then(|(_, to)| one_of(to, random)).unwrap_or(character)
}

/// A character of CJK extension B for a common one.
fn unheard(percent: u64, character: char) -> char {
    let hash = text::xxh64(&u32::from(character).to_le_bytes(), 77);
    let is_replaced = ('\u{4E00}'..='\u{9FFF}').contains(&character) && hash % 100 < percent;
    let other = char::from_u32(0x20000 + (hash >> 32) as u32 % 0xA000).unwrap();
    if is_replaced { other } else { character }
}

fn wide(character: char) -> char {
    match character {
        ' ' => '\u{3000}',
        '!'..='~' => char::from_u32(u32::from(character) + 0xFEE0).unwrap(),
        other => other,
    }
}
