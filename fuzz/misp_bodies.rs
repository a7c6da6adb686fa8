//! What the fuzz target of MISP's events does with its input. The tests of `interop` include this file and run the kept corpus
//! through it.

use interop::misp::{Audience, Limits, Taxonomies, Verdict, feed, read_events, read_feed, verdict};
use interop::{Markup, Reader, Source};
use record::json::Json;

/// An event that reads comes back the same from its text, makes a feed that reads without a fault, and gets a label only from a
/// tag of TLP. The import takes the input row by row to its end.
pub fn misp_event(data: &[u8]) {
    let Ok(all) = read_events(data, &Limits::USUAL) else { return };
    for read in all.into_iter().flatten() {
        let event = read.event;
        let again = read_events(Json::Object(event.to_map()).to_text().as_bytes(), &Limits::USUAL).unwrap();
        assert_eq!(again[0].as_ref().unwrap().event, event);
        let has_tlp = event.tags.iter().any(|tag| tag.name.to_ascii_lowercase().contains("tlp"));
        assert!(has_tlp || matches!(verdict(&event), Verdict::Waits { .. }));
        if event.creator.is_some() {
            let events = [event];
            let files = feed(&events, &Audience::OwnOrganisation).unwrap().map(|file| (file.path, file.octets));
            let read = read_feed(files, &Limits::USUAL);
            assert_eq!((read.entries.len(), read.faults), (1, vec![]));
        }
    }
    if let Ok(mut reader) = Reader::new(Source::Misp(Box::new(Taxonomies::none())), data, Markup::Refuse) {
        while let Some(Ok(_)) = reader.next() {}
    }
}
