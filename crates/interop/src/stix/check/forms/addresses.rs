//! Addresses and names of machines, people and resources.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Octets of a domain name and of one of its labels (RFC 1034 section 3.1).
const MAX_DOMAIN: usize = 253;
const MAX_LABEL: usize = 63;

/// Octets of the part of a mail address before its sign (RFC 5321 section 4.5.3.1.1).
const MAX_LOCAL_PART: usize = 64;

/// The characters that RFC 3986 has beside letters, digits and the percent sign.
const URL_MARKS: &[u8] = b"-._~:/?#[]@!$&'()*+,;=";

/// The characters that RFC 5322 section 3.2.3 allows in a name beside letters and digits.
const ATOM_MARKS: &str = "!#$%&'*+-/=?^_`{|}~";

/// RFC 3986: a scheme, and then nothing that would have had to be escaped.
pub(super) fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let fits = |octet: u8| octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'-' | b'.');
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(fits)
        && has_url_characters(rest)
        && has_authority(rest)
}

fn has_url_characters(text: &str) -> bool {
    let mut octets = text.bytes();
    while let Some(octet) = octets.next() {
        let fits = match octet {
            b'%' => octets.by_ref().take(2).filter(u8::is_ascii_hexdigit).count() == 2,
            other => other.is_ascii_alphanumeric() || URL_MARKS.contains(&other),
        };
        if !fits {
            return false;
        }
    }
    // One number sign begins the fragment.
    text.matches('#').count() <= 1
}

/// What stands between two slashes and the next: user, host, port. Brackets stand around an address alone.
fn has_authority(rest: &str) -> bool {
    let Some(authority) = rest.strip_prefix("//") else { return !rest.contains(['[', ']']) };
    let end = authority.find(['/', '?', '#']).unwrap_or(authority.len());
    let (authority, path) = authority.split_at_checked(end).unwrap_or((authority, ""));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = match host.strip_prefix('[').and_then(|host| host.split_once(']')) {
        Some((address, after)) => (address.parse::<Ipv6Addr>().map_or("", |_| "address"), after),
        None => host.split_once(':').map_or((host, ""), |(host, port)| (host, port)),
    };
    let port = port.strip_prefix(':').unwrap_or(port);
    !host.contains(['[', ']', ':'])
        && port.bytes().all(|octet| octet.is_ascii_digit())
        && !path.contains(['[', ']'])
        && (!host.is_empty() || !authority.starts_with('['))
}

/// RFC 5322 section 3.4.1, with the letters of RFC 6532, and without comments.
pub(super) fn is_mailbox(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let quoted = local.strip_prefix('"').and_then(|local| local.strip_suffix('"'));
    let is_local = match quoted {
        Some(inside) => !inside.contains(['"', '\r', '\n']),
        None => is_dot_atom(local),
    };
    let literal = domain.strip_prefix('[').and_then(|domain| domain.strip_suffix(']'));
    let is_place = match literal {
        Some(address) => address.parse::<Ipv4Addr>().is_ok() || address.starts_with("IPv6:"),
        None => is_dot_atom(domain),
    };
    local.len() <= MAX_LOCAL_PART && is_local && is_place
}

fn is_dot_atom(text: &str) -> bool {
    let fits = |character: char| {
        character.is_ascii_alphanumeric()
            || ATOM_MARKS.contains(character)
            || (!character.is_ascii() && !character.is_whitespace() && !character.is_control())
    };
    !text.is_empty() && text.split('.').all(|atom| !atom.is_empty() && atom.chars().all(fits))
}

/// RFC 1034 section 3.1 and RFC 5890: labels of letters, digits and hyphens, or of letters of other scripts. An underscore is
/// taken, because names with one are looked up every day.
pub(super) fn is_domain(text: &str) -> bool {
    let name = text.strip_suffix('.').unwrap_or(text);
    !name.is_empty() && name.len() <= MAX_DOMAIN && name.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    // Two hyphens in third place announce an encoding, of which there is one (RFC 5890 section 2.3.1).
    let is_reserved =
        label.is_ascii() && label.get(2..4) == Some("--") && !label.to_ascii_lowercase().starts_with("xn");
    (1..=MAX_LABEL).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && !is_reserved
        && label.chars().all(is_label_character)
}

/// Letters of other scripts stand in lower case (RFC 5891 section 5.3), with the marks that they carry.
fn is_label_character(character: char) -> bool {
    match character {
        '-' | '_' => true,
        other if other.is_ascii() => other.is_ascii_alphanumeric(),
        other => (other.is_alphanumeric() && !other.is_uppercase() && !is_compatibility(other)) || is_mark(other),
    }
}

/// Other forms of letters and digits, which RFC 5892 leaves out: wide, in circles, of mathematics.
const fn is_compatibility(character: char) -> bool {
    matches!(character, '\u{AA}' | '\u{B2}'..='\u{BE}' | '\u{2070}'..='\u{218F}' | '\u{2460}'..='\u{24FF}' | '\u{3200}'..='\u{33FF}' | '\u{FB00}'..='\u{FB06}' | '\u{FF00}'..='\u{FFEF}' | '\u{1D400}'..='\u{1D7FF}')
}

/// Marks that letters of many scripts carry, and points between them (RFC 5892 appendix A).
const fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36F}' | '\u{900}'..='\u{DFF}' | '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{B7}' | '\u{30FB}')
}

/// STIX 2.1 section 6.8: an address, or a network with the length of its prefix.
pub(in crate::stix) fn is_ipv4(text: &str) -> bool {
    let (address, prefix) = network(text);
    address.parse::<Ipv4Addr>().is_ok() && is_prefix(prefix, 32)
}

/// STIX 2.1 section 6.9.
pub(in crate::stix) fn is_ipv6(text: &str) -> bool {
    let (address, prefix) = network(text);
    let address = address.split_once('%').map_or(address, |(address, _)| address);
    address.parse::<Ipv6Addr>().is_ok() && is_prefix(prefix, 128)
}

fn network(text: &str) -> (&str, Option<&str>) {
    text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)))
}

fn is_prefix(prefix: Option<&str>, most: u8) -> bool {
    let Some(text) = prefix else { return true };
    let is_plain = text.bytes().all(|octet| octet.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    is_plain && text.parse::<u8>().is_ok_and(|length| length <= most)
}

/// STIX 2.1 section 6.10: six octets in lower case between colons.
pub(super) fn is_mac(text: &str) -> bool {
    let fits = |part: &str| part.len() == 2 && part.bytes().all(|octet| matches!(octet, b'0'..=b'9' | b'a'..=b'f'));
    text.split(':').count() == 6 && text.split(':').all(fits)
}
