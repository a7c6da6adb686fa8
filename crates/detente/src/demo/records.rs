//! Chapter: the record, signed once, shown in part, tampered with and caught.

use record::base64url;
use record::key_history::Moment;
use record::key_record::Purpose;
use record::path::Path;
use record::{Record, Selection, Signed, Unverified};

use super::cast::{self, AIRLINE, Cast, TEMPE};
use super::story::Story;
use crate::clock;
use crate::outcome::{Done, Failure};

/// What Harbour withholds from the hills: exact time, exact place, who is accused of what. The description names the place
/// in words and the sources name it at one click, so they stay behind too.
const WITHHELD: [&str; 8] = [
    "occurred",
    "discovered",
    "precision",
    "place",
    "disputed",
    "affected_parties",
    "description",
    "external_references",
];

pub(super) fn tell(cast: &Cast, story: &mut Story<'_>) -> Done {
    let whole = sign(cast, story)?;
    show_part(cast, &whole, story)?;
    tamper(cast, &whole, story)
}

fn sign(cast: &Cast, story: &mut Story<'_>) -> Done<Signed<Record>> {
    story.chapter("Harbour signs an incident: every field is committed apart, one signature covers them all");
    cast.write("tempe-object.json", TEMPE)?;
    let whole = cast.harbour.sign(TEMPE)?;
    let text = whole.envelope().to_json();
    cast.write("tempe.json", &text)?;
    story.command("record sign DIR/tempe-object.json --dir DIR/harbour --out DIR/tempe.json");
    story.page(&cast.harbour, &format!("/records/{}", whole.digest()));
    story.say(&format!("   record digest {}", whole.digest()));
    let count = whole.envelope().disclosures().len();
    story.say(&format!("   {} octets of STIX became {} octets with {count} disclosures", TEMPE.len(), text.len()));
    story.claim("the whole record verifies under Harbour's keys", verify(cast, &text).is_ok_and(|read| read == whole));
    Ok(whole)
}

fn show_part(cast: &Cast, whole: &Signed<Record>, story: &mut Story<'_>) -> Done {
    story.chapter("北岭 may know what went wrong, but not exactly when, where and who");
    let places = whole.content().places().iter();
    let withheld = places.filter(|place| WITHHELD.contains(&place.last().as_ref())).cloned();
    let part = whole.present(&Selection::without(withheld)).map_err(Failure::refused)?;
    let text = part.envelope().to_json();
    cast.write("tempe-for-hills.json", &text)?;
    let hidden: Vec<_> = WITHHELD.iter().map(|name| format!("--hide {name}")).collect();
    story.command(&format!(
        "record present DIR/tempe.json --dir DIR/harbour {} --out DIR/tempe-for-hills.json",
        hidden.join(" ")
    ));
    story.command("record verify DIR/tempe-for-hills.json --keys DIR/harbour/profile.json");
    story.page(&cast.harbour, &format!("/records/{}", whole.digest()));
    let read = verify(cast, &text).map_err(Failure::refused)?;
    story
        .claim("the part verifies against the same signature and has the same digest", read.digest() == whole.digest());
    let twins = read.content().aside().twins();
    let coarse = (twins.text("occurred_year"), twins.text("place_country"));
    story.say(&format!("   北岭 reads: year {}, country {}", coarse.0.unwrap_or("?"), coarse.1.unwrap_or("?")));
    story.claim(
        "instead of date and place it holds the twins that Harbour signed",
        coarse == (Some("2018"), Some("US")),
    );
    story.claim(
        "the withheld words are nowhere in the file",
        ["Tempe", "T04:58:00", "HWY18MH010"].iter().all(|words| !holds_text(&part, words)),
    );
    let sets = read.content().digest_sets().iter();
    let counts: Vec<_> = sets.map(|set| format!("{} of {}", set.shown, set.total)).collect();
    story.say(&format!(
        "   of the digests it can open {}; how many of the rest are decoys it cannot tell",
        counts.join(", ")
    ));
    Ok(())
}

fn tamper(cast: &Cast, whole: &Signed<Record>, story: &mut Story<'_>) -> Done {
    story.chapter("Somebody on the way changes things, and is caught");
    let text = whole.envelope().to_json();
    let other = cast.harbour.sign(AIRLINE)?;
    story.refusal("one word of one field is changed", verify(cast, &soften(whole)));
    let borrowed = other.envelope().disclosures().first().cloned().unwrap_or_default();
    let mixed = text.replacen("\"disclosures\":[", &format!("\"disclosures\":[\"{borrowed}\","), 1);
    story.refusal("a field of another record by the same author is slipped in", verify(cast, &mixed));
    let forged = cast.harbour.sign_with(TEMPE, cast.hills.key(Purpose::Record))?.envelope().to_json();
    story.refusal("the same words are signed by someone else in Harbour's name", verify(cast, &forged));
    let misused = cast.harbour.sign_with(TEMPE, cast.harbour.key(Purpose::Log))?.envelope().to_json();
    story.refusal("Harbour's own key for another purpose is used", verify(cast, &misused));
    let injected = TEMPE.replacen("\"lang\"", "\"_sd\": [], \"lang\"", 1);
    story.refusal("an object that carries digests of its own is offered for signing", cast::object(&injected));
    let missing: Result<Path, _> = "/object/never-there".parse();
    let missing = missing.map_err(Failure::input)?;
    story.refusal("a field that was never signed is asked for", whole.present(&Selection::only([missing])));
    Ok(())
}

/// The record with "died" softened to "fell" in its description, everything else left as it was.
fn soften(whole: &Signed<Record>) -> String {
    let mut text = whole.envelope().to_json();
    for disclosure in whole.envelope().disclosures() {
        let plain =
            base64url::decode(disclosure).ok().and_then(|octets| String::from_utf8(octets).ok()).unwrap_or_default();
        if plain.contains("She died.") {
            text = text.replacen(disclosure, &base64url::encode(plain.replace("She died.", "She fell.").as_bytes()), 1);
        }
    }
    text
}

/// Whether a record shows these words anywhere.
pub(super) fn holds_text(record: &Signed<Record>, words: &str) -> bool {
    let plain = |text: &String| base64url::decode(text).ok().and_then(|octets| String::from_utf8(octets).ok());
    let disclosed = record.envelope().disclosures().iter().filter_map(plain).any(|text| text.contains(words));
    disclosed || record.envelope().to_json().contains(words)
}

/// What a reader with Harbour's profile says.
pub(super) fn verify(cast: &Cast, text: &str) -> Result<Signed<Record>, record::VerifyError> {
    Unverified::read(text.as_bytes())?.verify(cast.harbour.history(), Moment::At(clock::now()))
}
