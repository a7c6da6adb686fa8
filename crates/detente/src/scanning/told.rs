//! What a scan found, in words and for programs.

use matching::bank::{Caveat, Match, Method, Scan};
use matching::disguise::{MAX_READ_CHARACTERS, Reading};
use record::digest::RecordDigest;
use record::json::{Json, Map};

/// How something was found and how near it is, in words.
pub(crate) fn method_words(method: &Method) -> String {
    match method {
        Method::Exact { .. } => "it is the same".to_owned(),
        Method::Near { estimate, least, .. } => {
            format!("nearly the same text: {} of 100 alike, {} asked for", percent(*estimate), percent(*least))
        }
        Method::Aligned { agreeing, legible, illegible } => format!(
            "the same text as far as it can be read: {agreeing} of {legible} characters, {illegible} cannot be read"
        ),
        Method::Substituted { words, of_words, letters, signs, characters } => format!(
            "the same text with letters written as signs: {words} of {of_words} words are as long; of {characters} characters {letters} are \
             the same letter, and {signs} are signs that always stand for one"
        ),
        Method::SimHash { distance, radius, .. } => {
            format!("nearly the same text by eight octets: {distance} bits differ, at most {radius}")
        }
        Method::LooksAlike { distance, radius, .. } => {
            format!("a picture that looks alike: {distance} of 256 bits differ, at most {radius}")
        }
        Method::Keyword { after, .. } => format!("a keyword, after {after} words or characters"),
        Method::Rule { places } => format!("a rule: {} of its patterns", places.len()),
        Method::Name { edits: 0, .. } => "the name".to_owned(),
        Method::Name { edits, .. } => format!("a name {edits} edit away"),
        _ => "in a way that a newer version of this program tells".to_owned(),
    }
}

/// The word by which a program tells methods apart.
const fn method_name(method: &Method) -> &'static str {
    match method {
        Method::Exact { .. } => "exact",
        Method::Near { .. } => "near",
        Method::Aligned { .. } => "aligned",
        Method::Substituted { .. } => "substituted",
        Method::SimHash { .. } => "simhash",
        Method::LooksAlike { .. } => "looks-alike",
        Method::Keyword { .. } => "keyword",
        Method::Rule { .. } => "rule",
        Method::Name { .. } => "name",
        _ => "other",
    }
}

fn percent(share: f64) -> String {
    format!("{:.0}", share * 100.0)
}

/// What was looked through, in words.
const fn reading_name(method: &Method) -> &'static str {
    let (Method::Exact { reading: Some(reading) }
    | Method::Near { reading, .. }
    | Method::SimHash { reading, .. }
    | Method::Keyword { reading, .. }) = method
    else {
        return "as it is";
    };
    match reading {
        Reading::Normal => "as it is",
        Reading::Bare => "without what is no writing",
        Reading::Joined => "letters put together",
        Reading::Letters => "signs read as letters",
        Reading::LettersJoined => "signs read as letters, and put together",
        Reading::Han => "characters read from their neighbours",
        _ => "in another way",
    }
}

/// How much was found, what waits for a person included.
pub(crate) const fn count(scan: &Scan) -> usize {
    scan.matches.len().saturating_add(scan.quarantined.len())
}

/// What is told beside what a scan found.
pub(crate) struct Telling<'a> {
    /// The record of a signal: a sighting is of the signal, and whoever asks more asks about the record.
    pub(crate) record: &'a dyn Fn(&Match) -> Option<RecordDigest>,
    /// What of the bank itself is not looked for, whatever is scanned.
    pub(crate) left_out: &'a [String],
    /// Whether the family of a signal is told. It is a word of the record, and who may scan may not read every record.
    pub(crate) has_families: bool,
}

impl Telling<'_> {
    /// A scan as a program reads it.
    pub(crate) fn map(&self, scan: &Scan) -> Map {
        let rows = |matches: &[Match]| Json::Array(matches.iter().map(|one| Json::from(self.row(one))).collect());
        // A signal that is found too often waits for a person, and is told of all the same: whoever sends the same again and again must
        // not be able to switch it off.
        let told = |matches: &[Match], waits: bool| -> Vec<Json> {
            matches.iter().map(|one| Json::from(self.row(one).with("waits", Json::Bool(waits)))).collect()
        };
        let found = [told(&scan.matches, false), told(&scan.quarantined, true)].concat();
        let suppressed: Vec<Match> = scan.suppressed.iter().map(|one| one.matched.clone()).collect();
        let caveats = scan.caveats.iter().map(caveat).chain(self.left_out.iter().cloned());
        Map::new()
            .with("matches", Json::Array(found))
            .with("harmless", rows(&suppressed))
            .with("waiting", rows(&scan.quarantined))
            .with("not_looked_at", Json::Array(caveats.map(Json::from).collect()))
    }

    fn row(&self, one: &Match) -> Map {
        let text = |text: Option<&str>| text.map_or(Json::Null, Json::from);
        let record = (self.record)(one).map(|digest| digest.to_string());
        let row = Map::new()
            .with("signal", one.signal.as_str())
            .with("author", one.author.as_str())
            .with("record_digest", text(record.as_deref()))
            .with("kind", one.kind.name())
            .with("state", one.state.name())
            .with("confidence", one.confidence.map_or(Json::Null, Json::count))
            .with("method", method_name(&one.method))
            .with("read", reading_name(&one.method))
            .with("nearness_percent", Json::count(nearness(one)))
            .with("why", method_words(&one.method));
        if self.has_families { row.with("family", text(one.family.as_deref())) } else { row }
    }
}

/// In whole hundredths; keywords and rules are not near, they are there.
fn nearness(one: &Match) -> u8 {
    (0..=100).rev().find(|percent| f64::from(*percent) <= one.method.nearness() * 100.0).unwrap_or(0)
}

/// What was not looked at, in words.
pub(crate) fn caveat(caveat: &Caveat) -> String {
    match caveat {
        Caveat::RulesSawTheBeginning => "the text is longer than rules look at: they saw its beginning".to_owned(),
        Caveat::RulesNotRun { count } => {
            format!("{count} rules are here and are not run; `detente signal list` has them")
        }
        Caveat::RulesTookTooLong { signals } => {
            let ids: Vec<&str> = signals.iter().map(|signal| signal.id.as_str()).take(MAX_NAMED).collect();
            format!("{} rules would have taken too long on this text: {}", signals.len(), ids.join(", "))
        }
        Caveat::KeywordsLeftOut => "it holds more keywords than are told".to_owned(),
        Caveat::NotAllCompared => "more texts have a part in common with it than were compared".to_owned(),
        Caveat::LowQuality { quality } => {
            format!(
                "there is so little in the picture (quality {quality} of 100) that what looks alike was not looked for"
            )
        }
        Caveat::DisguisesNotLookedFor => {
            format!("the text has more than {MAX_READ_CHARACTERS} characters: disguises were not looked for in it")
        }
        Caveat::OnlyTheFile => {
            "it was looked at only as a file: its words were not read; --kind text reads them".to_owned()
        }
        Caveat::EmptyText => "there is neither a letter nor a digit in it".to_owned(),
        Caveat::MatchesLeftOut { count } => format!("{count} more signals were found than are told"),
        _ => "something was not looked at; a newer version of this program says what".to_owned(),
    }
}

/// Signals that one line names.
const MAX_NAMED: usize = 8;
