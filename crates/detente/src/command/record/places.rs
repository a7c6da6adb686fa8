//! Places as a person types them.

use record::path::Path;
use record::{Record, Selection};

use crate::outcome::{Done, Failure};

/// The place that a text names in this record: a whole pointer, or its end, such as `description` or `countries/0`, if
/// only one place ends so.
pub(crate) fn find(text: &str, record: &Record) -> Done<Path> {
    if text.starts_with('/') {
        let path: Path = text.parse().map_err(Failure::input)?;
        let is_there = record.places().iter().any(|place| place.is_within(&path) || path.is_within(place));
        return is_there.then_some(path).ok_or_else(|| {
            Failure::input(format!("this record shows nothing at `{text}`"))
                .advise("`detente record show RECORD` lists every place that it has")
        });
    }
    let tail = format!("/{text}");
    let ends = |place: &&Path| place.last() == text || place.as_str().ends_with(&tail);
    let mut found = record.places().iter().filter(ends);
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only.clone()),
        (Some(one), Some(other)) => Err(Failure::input(format!("`{text}` could be `{one}` or `{other}`"))
            .advise("give the whole place, from its first slash")),
        (None, _) => Err(Failure::input(format!("this record shows nothing called `{text}`"))
            .advise("`detente record show RECORD` lists every place that it has, at its end")),
    }
}

/// All the places that some texts name.
pub(crate) fn find_all(texts: &[String], record: &Record) -> Done<Vec<Path>> {
    texts.iter().map(|text| find(text, record)).collect()
}

/// What the options of `record present` choose.
pub(super) fn selection(arguments: &crate::arguments::PresentArguments, record: &Record) -> Done<Selection> {
    if arguments.sealed {
        Ok(Selection::nothing())
    } else if arguments.core {
        Ok(Selection::core(record))
    } else if !arguments.show.is_empty() {
        find_all(&arguments.show, record).map(Selection::only)
    } else {
        // Hiding nothing is what `--all` asks for.
        find_all(&arguments.hide, record).map(Selection::without)
    }
}

/// A place without its extension's long name.
pub(crate) fn short(path: &Path) -> String {
    let segments: Vec<_> = path.segments().map(std::borrow::Cow::into_owned).collect();
    match segments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["object", "extensions", _, rest @ ..] if !rest.is_empty() => rest.join("/"),
        ["object", rest @ ..] if !rest.is_empty() => rest.join("/"),
        _ => path.to_string(),
    }
}
