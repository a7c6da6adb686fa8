//! Normal forms a person has looked at. Inputs write hidden characters as `\u{...}`.

use crate::normal_form::normal;

const GOLDEN: &str = include_str!("golden/norm1.txt");

fn unescape(input: &str) -> String {
    let mut parts = input.split("\\u{");
    let mut text = parts.next().unwrap().to_owned();
    for part in parts {
        let (point, rest) = part.split_once('}').unwrap();
        text.push(char::from_u32(u32::from_str_radix(point, 16).unwrap()).unwrap());
        text.push_str(rest);
    }
    text
}

#[test]
fn golden_rows() {
    let rows = || GOLDEN.lines().filter(|line| !line.starts_with('#'));
    let row = |line: &str| {
        let (input, _) = line.split_once('\t').unwrap();
        format!("{input}\t{}", normal(&unescape(input)))
    };
    let actual: Vec<String> = rows().map(row).collect();
    assert!(actual.len() >= 40);
    assert!(rows().eq(actual.iter().map(String::as_str)), "the rows are now:\n{}", actual.join("\n"));
}
