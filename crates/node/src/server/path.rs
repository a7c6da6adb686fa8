//! Which paths are paths at all.
//!
//! A path is checked once, before anybody else sees it, and has one spelling only: nothing in it is decoded, so nothing can
//! mean one thing here and another thing further in.

use crate::limits::{MAX_PATH_BYTES, MAX_QUERY_BYTES};

/// Why a path or query is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathFault {
    /// It does not begin with a slash, or names a host.
    #[error("the path must begin with `/` and name no host")]
    NotAbsolute,
    /// It is too long.
    #[error("the path may have {MAX_PATH_BYTES} octets, and the query {MAX_QUERY_BYTES}")]
    TooLong,
    /// A character that no path here has, such as `%`, `\` or a control character.
    #[error("a path has letters, digits and `-._~+=,:@` between its slashes; write it without `%`")]
    Character,
    /// Two slashes in a row.
    #[error("the path has an empty part")]
    Empty,
    /// A part `.` or `..`.
    #[error("the path has a part `.` or `..`")]
    Dots,
    /// A character that no query here has, or a `%` without two hexadecimal digits.
    #[error("the query has a character that must be written with `%`")]
    Query,
}

/// Checks a path: absolute, of plain ASCII letters, without empty parts, `.`, `..`, or anything to decode. It may end in a
/// slash.
///
/// # Errors
/// [`PathFault`].
pub fn check_path(path: &str) -> Result<(), PathFault> {
    let inner = path.strip_prefix('/').ok_or(PathFault::NotAbsolute)?;
    if path.len() > MAX_PATH_BYTES {
        return Err(PathFault::TooLong);
    }
    if !inner.bytes().all(is_path_octet) {
        return Err(PathFault::Character);
    }
    let inner = inner
        .strip_suffix('/')
        .map_or(Ok(inner), |rest| if rest.is_empty() { Err(PathFault::Empty) } else { Ok(rest) })?;
    if inner.is_empty() { Ok(()) } else { inner.split('/').try_for_each(check_part) }
}

fn check_part(part: &str) -> Result<(), PathFault> {
    match part {
        "" => Err(PathFault::Empty),
        "." | ".." => Err(PathFault::Dots),
        _ => Ok(()),
    }
}

const fn is_path_octet(octet: u8) -> bool {
    octet.is_ascii_alphanumeric()
        || matches!(octet, b'/' | b'-' | b'.' | b'_' | b'~' | b'+' | b'=' | b',' | b':' | b'@')
}

/// Checks a query: what a path may have, and `/?&!$'()*;[]` and octets written with `%`, which the site decodes.
///
/// # Errors
/// [`PathFault::Query`] or [`PathFault::TooLong`].
pub fn check_query(query: &str, max_bytes: usize) -> Result<(), PathFault> {
    if query.len() > max_bytes {
        return Err(PathFault::TooLong);
    }
    let mut octets = query.bytes();
    while let Some(octet) = octets.next() {
        let is_good = match octet {
            b'%' => [octets.next(), octets.next()].iter().all(|next| next.is_some_and(|next| next.is_ascii_hexdigit())),
            _ => is_path_octet(octet) || b"?&!$'()*;[]".contains(&octet),
        };
        if !is_good {
            return Err(PathFault::Query);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_paths_pass() {
        for path in ["/", "/log/tile/0/x001/067.p/12", "/taxii2/", "/feed/a-b_c~d/incident--1:2@3", "/a..b/..."] {
            assert_eq!(check_path(path), Ok(()), "{path}");
        }
    }

    #[test]
    fn tricks_are_named() {
        for (path, fault) in [
            ("", PathFault::NotAbsolute),
            ("log", PathFault::NotAbsolute),
            ("//", PathFault::Empty),
            ("/a//b", PathFault::Empty),
            ("/a//", PathFault::Empty),
            ("/../key", PathFault::Dots),
            ("/a/./b", PathFault::Dots),
            ("/a/..", PathFault::Dots),
            ("/a/../", PathFault::Dots),
            ("/%2e%2e/key", PathFault::Character),
            ("/a\\..\\b", PathFault::Character),
            ("/a\0b", PathFault::Character),
            ("/安全", PathFault::Character),
            ("/a;b", PathFault::Character),
        ] {
            assert_eq!(check_path(path), Err(fault), "{path:?}");
        }
        assert_eq!(check_path(&format!("/{}", "a".repeat(MAX_PATH_BYTES))), Err(PathFault::TooLong));
    }

    #[test]
    fn a_query_may_have_percent_signs_with_their_digits() {
        assert_eq!(check_query("match[type]=incident&after=2026-01-01T00:00:00Z&name=%E5%AE%89", 2048), Ok(()));
        for query in ["a=%", "a=%4", "a=%zz", "a=<b>", "a=\u{e9}", "a b"] {
            assert_eq!(check_query(query, 2048), Err(PathFault::Query), "{query:?}");
        }
    }
}
