//! The texts that every release entry and every record has, each with its octet. Part of version 1: never changed.

/// The octet of the first word.
pub(super) const FIRST: u8 = 0x08;

/// The words, longest first where one begins another. The octets go up to 0x1F: none of them stands in JSON text.
pub(super) const WORDS: [&str; 24] = [
    "{\"body\":\"",
    "\",\"body_bytes\":",
    ",\"commitment\":\"",
    "\",\"kind\":\"release\",\"marks\":{",
    "\"origins\":[",
    "},\"node_index\":",
    ",\"receipt\":{\"agreement\":\"",
    "\",\"clause\":\"",
    "\",\"fields\":[\"",
    "\"],\"receipt\":\"",
    "\",\"time\":\"",
    "\"},\"record\":\"",
    "\",\"salt\":\"",
    "\",\"v\":1}",
    "{\"_sd_alg\":\"sha-256\",\"aside\":{\"_sd\":[\"",
    "\"]},\"iss\":\"",
    "\",\"key_record\":\"",
    "\",\"object\":{\"_sd\":[\"",
    "\",\"/object/extensions/extension-definition--",
    "e23affed-2d24-48e5-a8b5-9fa59a0701cd",
    "3f0c2a9e-71d4-4b86-9a57-c0e4d815b62f",
    "\",\"/object/",
    "\",\"extensions\",{\"extension-definition--",
    "\",\"spec_version\",\"2.1\"]",
];

/// The word that a text begins with, and its octet.
pub(super) fn of(text: &[u8]) -> Option<(u8, &'static str)> {
    (FIRST..).zip(WORDS).find(|(_, word)| text.starts_with(word.as_bytes()))
}

/// The word of an octet.
pub(super) fn word(octet: u8) -> Option<&'static str> {
    WORDS.get(usize::from(octet.checked_sub(FIRST)?)).copied()
}
