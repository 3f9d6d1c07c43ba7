//! Finds the numbers of weaknesses in release notes.

use std::collections::BTreeSet;

/// The most numbers of one text.
const MOST: usize = 200;

/// The numbers of CVE (<https://www.cve.org>, "CVE ID syntax") and of GitHub's advisories in a text, each once, in its order.
pub(crate) fn security(text: &str) -> Vec<String> {
    let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
    let text = &*with_plain_hyphens(text);
    let bytes = text.as_bytes();
    for start in 0..bytes.len() {
        let is_at_word = start == 0 || !bytes.get(start - 1).is_some_and(u8::is_ascii_alphanumeric);
        let Some(rest) = text.get(start..).filter(|_| is_at_word) else { continue };
        if let Some(number) = cve(rest).or_else(|| ghsa(rest))
            && found.len() < MOST
            && seen.insert(number.clone())
        {
            found.push(number);
        }
    }
    found
}

/// A text with a hyphen for each of the signs that pages write in its place.
pub(crate) fn with_plain_hyphens(text: &str) -> String {
    text.replace(['\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2212}', '\u{fe63}', '\u{ff0d}'], "-")
}

/// `CVE-2024-12345`: a year, and four digits or more.
fn cve(text: &str) -> Option<String> {
    let rest = after(text, "cve-")?;
    let (year, rest) = digits(rest, 4)?;
    let (number, rest) = digits(rest.strip_prefix('-')?, 19)?;
    let is_whole =
        year.len() == 4 && number.len() >= 4 && !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
    is_whole.then(|| format!("CVE-{year}-{number}"))
}

/// `GHSA-` and three groups of four letters and digits.
fn ghsa(text: &str) -> Option<String> {
    let rest = after(text, "ghsa-")?;
    let code = rest.get(..14)?;
    let groups: Vec<&str> = code.split('-').collect();
    let is_group = |group: &&str| group.len() == 4 && group.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_whole = groups.len() == 3
        && groups.iter().all(is_group)
        && !rest.get(14..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric()));
    is_whole.then(|| format!("GHSA-{}", code.to_ascii_lowercase()))
}

fn after<'t>(text: &'t str, beginning: &str) -> Option<&'t str> {
    let (start, rest) = text.split_at_checked(beginning.len())?;
    start.eq_ignore_ascii_case(beginning).then_some(rest)
}

/// The digits at the front of a text, `most` at most, and what follows.
fn digits(text: &str, most: usize) -> Option<(&str, &str)> {
    let count = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    text.split_at_checked(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_wherever_they_stand() {
        let cases: [(&str, &[&str]); 10] = [
            ("CVE\u{2011}2024\u{2011}99999", &["CVE-2024-99999"]),
            ("GHSA\u{2013}abcd\u{2013}12ef\u{2013}9xyz", &["GHSA-abcd-12ef-9xyz"]),
            ("Fixes CVE-2024-12345.", &["CVE-2024-12345"]),
            ("cve-2024-1234, CVE-2024-1234 and (CVE-2023-0001)", &["CVE-2024-1234", "CVE-2023-0001"]),
            (
                "[GHSA-ABCD-12ef-9xyz](https://github.com/advisories/GHSA-abcd-12ef-9xyz)",
                &["GHSA-abcd-12ef-9xyz"],
            ),
            ("CVE-2024-123", &[]),
            ("XCVE-2024-12345", &[]),
            ("CVE-2024-12345abc", &[]),
            ("GHSA-abcd-12ef", &[]),
            ("é CVE-2024-12345 ü", &["CVE-2024-12345"]),
        ];
        for (text, expected) in cases {
            assert_eq!(security(text), expected, "{text}");
        }
    }
}
