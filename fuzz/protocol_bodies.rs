//! What the fuzz target of `protocol` does with its input. The tests of `protocol` include this file and run the kept corpus
//! through it.

use protocol::exchange::urgent::{Frame, MAX_FRAME_BYTES, ShortProof, read_news, write_news};
use protocol::negotiation::Said;
use record::json::{self, Json, Map};
use record::message::UnverifiedMessage;

/// A frame that reads makes one entry and one body, and these make a frame that reads as the same, unless an honest sender
/// would send none. The input is also taken as a short proof, and as entries.
pub fn protocol_frame(data: &[u8]) {
    if let Ok(frame) = Frame::read(data) {
        assert!(data.len() <= MAX_FRAME_BYTES && frame.release().body_bytes == frame.body().len());
        if let Ok(again) = Frame::write(frame.feed(), frame.index(), frame.entry(), frame.body()) {
            assert_eq!(Frame::read(&again).as_ref(), Ok(&frame));
        }
    }
    if let Ok(proof) = ShortProof::read(data) {
        assert_eq!(ShortProof::read(&proof.write()).as_ref(), Ok(&proof));
    }
    if let Some(entries) = read_news(data) {
        assert_eq!(write_news(&entries), data);
    }
}

/// A message that reads has one spelling of what is signed, and what it says reads back from how it is written. The input is
/// an envelope, and also taken as the content of one.
pub fn protocol_message(data: &[u8]) {
    if let Ok(message) = UnverifiedMessage::read(data) {
        let content = message.claims();
        said(content.content());
        assert!(content.digest() == UnverifiedMessage::read(data).unwrap().claims().digest());
    }
    if let Ok(Json::Object(content)) = json::parse(data) {
        said(&content);
    }
}

fn said(content: &Map) {
    let Ok(said) = Said::from_map(content) else { return };
    let written = said.to_map().unwrap();
    assert_eq!(Said::from_map(&written).as_ref(), Ok(&said));
    assert_eq!(json::parse(Json::from(written.clone()).to_text().as_bytes()), Ok(Json::Object(written)));
}
