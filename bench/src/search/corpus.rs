//! Incidents that are made up, with words as common and as rare as words are: the n-th commonest is n times rarer than the
//! first (Zipf). Common words are real ones; rare ones are put together from syllables and characters.

use record::digest::{PartyId, RecordDigest, sha256};
use record::json::{Json, Map};

/// Words of each language: what a newspaper of some years holds.
const VOCABULARY: usize = 60_000;

/// Words of an English report, and of a Chinese one: some 1,000 octets each.
const ENGLISH_WORDS: u64 = 170;
const CHINESE_WORDS: u64 = 150;

const ENGLISH: &str = "the of and to a in that was it for on is with as by at from model system an this not which be or were had \
 he his but they are we been their has when who there one all would more if no out so said what up its about into than them can \
 only other new some could time these two may then do first any my now such like our over man me even most made after also did \
 many before must through back years where much your way well down should because each just those people incident output user \
 safety data company failure tests error vehicle patient road city hospital camera operator harbour crane pump valve tunnel lane \
 marks robotics";

const CHINESE: &str = "的 系统 在 了 和 人工 智能 模型 数据 用户 公司 安全 事故 发生 没有 一个 可以 我们 因为 所以 但是 他们 这个 问题 时间 工作 \
 进行 自动 驾驶 车辆 道路 医院 患者 输出 错误 测试 停止 受伤 行人 城市 政府 报告 部门 处理 影响 技术 识别 运行 操作 人员 \
 隧道 起重机 报警 燃气 工厂 设备";

const SYLLABLES: [&str; 16] =
    ["zu", "ro", "ba", "ki", "len", "tor", "mi", "sha", "ve", "dun", "pol", "ar", "gi", "nes", "co", "wy"];

const COUNTRIES: [&str; 12] = ["US", "CN", "IN", "GB", "DE", "JP", "BR", "FR", "NL", "KE", "SG", "CL"];
const SEVERITIES: [&str; 5] = ["hazard", "incident", "serious hazard", "serious incident", "disaster"];
const STAGES: [&str; 5] = ["initial", "final", "interim", "not reportable", "retracted"];
const INDUSTRIES: [&str; 6] = ["J62", "H52", "Q86", "K64", "C29", "P85"];
const AUTONOMY: [&str; 4] = ["medium", "low", "high", "none"];
const NAMES: [&str; 8] = [
    "Example Robotics",
    "Harbour West",
    "North Lake Clinic",
    "Blue Transit",
    "Quay Systems",
    "River Bank",
    "Hill Data",
    "Plain Works",
];

/// A source of incidents, the same at every run.
pub(crate) struct Corpus {
    english: Vec<String>,
    chinese: Vec<String>,
    /// Up to which number each rank is drawn.
    ranks: Vec<f64>,
    state: u64,
}

impl Corpus {
    pub(crate) fn new() -> Self {
        let mut corpus = Self { english: words(ENGLISH), chinese: words(CHINESE), ranks: Vec::new(), state: 7 };
        while corpus.english.len() < VOCABULARY {
            let count = 2 + corpus.below(3);
            let word = (0..count).map(|_| corpus.pick(&SYLLABLES)).collect();
            corpus.english.push(word);
        }
        while corpus.chinese.len() < VOCABULARY {
            // Common characters: the block's beginning is no richer in them than its end, and rare words are made of both.
            let word =
                (0..2).filter_map(|_| char::from_u32(0x4e00 + u32::try_from(corpus.below(3_000) * 6).ok()?)).collect();
            corpus.chinese.push(word);
        }
        let mut sum = 0.0;
        for rank in 1..=u32::try_from(VOCABULARY).unwrap_or(u32::MAX) {
            sum += 1.0 / f64::from(rank);
            corpus.ranks.push(sum);
        }
        corpus
    }

    /// The incident of a number, its author and the digest of its record.
    pub(crate) fn incident(&mut self, number: u64) -> (Map, PartyId, RecordDigest) {
        let is_chinese = number.is_multiple_of(3);
        let (title, text) = if is_chinese {
            (self.line(true, 8), self.line(true, CHINESE_WORDS))
        } else {
            (self.line(false, 9), self.line(false, ENGLISH_WORDS))
        };
        let date = format!(
            "20{}-{:02}-{:02}T{:02}:00:00Z",
            20 + self.below(7),
            1 + self.below(9),
            1 + self.below(28),
            self.below(24)
        );
        let digest = sha256(&[&number.to_be_bytes()]);
        let object = Map::new()
            .with("type", "incident")
            .with("spec_version", "2.1")
            .with("id", id(&digest))
            .with("created", date.as_str())
            .with("modified", date.as_str())
            .with("lang", if is_chinese { "zh-Hans" } else { "en" })
            .with("name", title)
            .with("description", text)
            .with("external_references", self.references(number))
            .with("extensions", Map::new().with(incident::extension_id(), self.extension(&date)));
        let author = PartyId::from_octets(sha256(&[b"author", &(number % 40).to_be_bytes()]));
        (object, author, RecordDigest::from_octets(digest))
    }

    fn extension(&mut self, date: &str) -> Map {
        Map::new()
            .with("extension_type", "property-extension")
            .with("event_kind", if self.below(3) == 0 { "hazard" } else { "incident" })
            .with("severity", self.skewed(&SEVERITIES))
            .with("stage", self.skewed(&STAGES))
            .with("autonomy_level", self.skewed(&AUTONOMY))
            .with("critical_infrastructure", Json::Bool(self.below(20) == 0))
            .with("occurred", date)
            .with("aware", date)
            .with("countries", Json::Array(vec![Json::text(self.skewed(&COUNTRIES))]))
            .with("industries", Json::Array(vec![Json::text(self.skewed(&INDUSTRIES))]))
            .with("developer", self.skewed(&NAMES))
            .with("deployer", self.skewed(&NAMES))
            .with("system", self.pick(&SYLLABLES))
            .with("injured", Json::count(self.skew(1_000)))
            .with("deaths", Json::count(self.skew(30)))
            .with("people_affected", Json::count(self.skew(1_000_000)))
    }

    fn references(&mut self, number: u64) -> Json {
        if self.below(10) > 0 {
            return Json::Array(Vec::new());
        }
        let reference = Map::new().with("source_name", "AI Incident Database").with("external_id", number.to_string());
        Json::Array(vec![Json::from(reference)])
    }

    fn line(&mut self, is_chinese: bool, count: u64) -> String {
        let mut line = String::new();
        for place in 0..count {
            let word = self.word(is_chinese);
            line.push_str(&word);
            // Chinese has a comma now and then and no spaces.
            line.push_str(if !is_chinese {
                " "
            } else if place % 7 == 6 {
                "，"
            } else {
                ""
            });
        }
        line
    }

    fn word(&mut self, is_chinese: bool) -> String {
        let last = self.ranks.last().copied().unwrap_or(1.0);
        let drawn = self.part() * last;
        let rank = self.ranks.partition_point(|sum| *sum < drawn);
        let words = if is_chinese { &self.chinese } else { &self.english };
        words.get(rank).or_else(|| words.first()).cloned().unwrap_or_default()
    }

    /// One of a list, each half as often as the one before.
    fn skewed(&mut self, list: &[&'static str]) -> &'static str {
        let at = list.iter().position(|_| self.below(2) == 0).unwrap_or(0);
        list.get(at).copied().unwrap_or_default()
    }

    /// A number below a bound, mostly small.
    fn skew(&mut self, bound: u64) -> u64 {
        let part = self.part();
        let bound = u32::try_from(bound).unwrap_or(u32::MAX);
        whole(f64::from(bound).powf(part) - 1.0)
    }

    fn pick(&mut self, list: &[&'static str]) -> &'static str {
        let at = self.below(u64::try_from(list.len()).unwrap_or(1));
        usize::try_from(at).ok().and_then(|at| list.get(at)).copied().unwrap_or_default()
    }

    fn part(&mut self) -> f64 {
        let drawn = u32::try_from(self.draw() >> 32).unwrap_or(0);
        f64::from(drawn) / f64::from(u32::MAX)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.draw() % bound.max(1)
    }

    /// `SplitMix64`.
    fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// The nearest whole number: there is no conversion that says when it fails.
fn whole(value: f64) -> u64 {
    format!("{value:.0}").parse().unwrap_or(0)
}

fn words(list: &str) -> Vec<String> {
    list.split_whitespace().map(str::to_owned).collect()
}

fn id(digest: &[u8; 32]) -> String {
    let hex: String = digest.iter().map(|octet| format!("{octet:02x}")).collect();
    let part = |from, to| hex.get(from..to).unwrap_or_default();
    format!("incident--{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}
