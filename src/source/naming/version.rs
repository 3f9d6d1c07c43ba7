//! Reads the version in a tag so that two spellings of one version read alike.

use crate::version::tag::words::{self, Class};

/// Words of a release that come before the release itself, as they are compared.
pub(super) const PRERELEASES: [(&str, &str); 20] = [
    ("a", "alpha"),
    ("alpha", "alpha"),
    ("b", "beta"),
    ("beta", "beta"),
    ("c", "rc"),
    ("candidate", "rc"),
    ("canary", "canary"),
    ("cr", "rc"),
    ("dev", "dev"),
    ("ea", "ea"),
    ("edge", "edge"),
    ("experimental", "experimental"),
    ("m", "milestone"),
    ("milestone", "milestone"),
    ("next", "next"),
    ("nightly", "nightly"),
    ("pre", "pre"),
    ("preview", "preview"),
    ("rc", "rc"),
    ("snapshot", "snapshot"),
];
/// Words of a prerelease that mean one only with a number behind them. Alone they are parts of other names.
const NUMBERED: [&str; 5] = ["a", "b", "c", "m", "dev"];
/// Words that mark a release as one, and say nothing else.
pub(super) const FINAL: [&str; 5] = ["final", "ga", "lts", "release", "stable"];

/// A version as a tag or a release writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    /// Numbers without zeros at their fronts, and without those that are zero at the end.
    pub(crate) numbers: Vec<String>,
    /// How many numbers are written.
    pub(crate) written: usize,
    /// What is written to the numbers without a separator and counts like one: `w` in `1.1.1w`, `u422` in `8u422`.
    pub(crate) fix: String,
    /// A prerelease: its word in one spelling, and its numbers. Empty for a release.
    pub(crate) prerelease: Vec<String>,
    /// What stands behind: variants, counters of a packager, metadata of a build.
    pub(crate) rest: Vec<Item>,
}

/// One of the parts behind a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) text: String,
    /// Whether it stands behind a `+` (Semantic Versioning 2.0.0, section 10).
    pub(crate) is_build: bool,
}

impl Version {
    /// Reads a text that begins with the digits of a version. `has_dots_only` reads `16_3` as one number and an item behind
    /// it; otherwise an underscore between numbers is taken for a dot where there is no dot.
    pub(crate) fn read(text: &str, has_dots_only: bool) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let text = &*dotted_date(&text);
        let separator = match has_dots_only || text.contains('.') {
            true => '.',
            false => '_',
        };
        let (numbers, mut behind) = leading_numbers(text, separator)?;
        let written = numbers.len();
        let mut version = Self {
            numbers: normal(numbers),
            written,
            fix: String::new(),
            prerelease: Vec::new(),
            rest: Vec::new(),
        };
        if let Some(glued) = behind.split(['-', '_', '+', '~']).next().filter(|glued| !glued.is_empty()) {
            behind = behind.get(glued.len()..).unwrap_or_default();
            version.take_glued(glued.trim_start_matches('.'));
        }
        version.take_items(behind);
        while version.prerelease.len() > 1 && version.prerelease.last().is_some_and(|last| last == "0") {
            version.prerelease.pop();
        }
        Some(version)
    }

    /// Whether it is one that comes before a release.
    pub(crate) fn is_prerelease(&self) -> bool {
        !self.prerelease.is_empty()
    }

    /// A number without zeros at its front; 0 for one that is not written.
    pub(crate) fn number(&self, index: usize) -> &str {
        self.numbers.get(index).map_or("0", String::as_str)
    }

    fn take_glued(&mut self, glued: &str) {
        let words = runs(glued);
        match prerelease(&words, words.len() > 1) {
            Some(word) => self.set_prerelease(word, words.into_iter().skip(1)),
            None if FINAL.contains(&glued) => {}
            None => self.fix = words.join(" "),
        }
    }

    fn take_items(&mut self, behind: &str) {
        let mut items = split_items(behind).peekable();
        while let Some(Item { text, is_build }) = items.next() {
            let words = runs(&text);
            let mut next_numbers = Vec::new();
            if words.len() == 1 && words.first().is_some_and(|word| prerelease_word(word, true).is_some()) {
                let is_numbers =
                    |item: &Item| item.text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
                next_numbers = items
                    .peek()
                    .filter(|item| is_numbers(item))
                    .map(|item| runs(&item.text))
                    .unwrap_or_default();
            }
            let has_number = words.len() > 1 || !next_numbers.is_empty();
            let word = prerelease(&words, has_number);
            match word.filter(|_| !is_build && self.prerelease.is_empty()) {
                Some(word) => {
                    if !next_numbers.is_empty() {
                        items.next();
                    }
                    self.set_prerelease(word, words.into_iter().skip(1).chain(next_numbers));
                }
                None if FINAL.contains(&&*text) => {}
                None => self.rest.push(Item { text, is_build }),
            }
        }
    }

    fn set_prerelease(&mut self, word: &str, numbers: impl Iterator<Item = String>) {
        self.prerelease = std::iter::once(word.to_owned()).chain(numbers).collect();
    }
}

/// The most versions behind the first one that a tag is read for.
const MOST_LATER: usize = 4;

/// Where further versions begin in a text that begins with one: `2.9.1` in `4.0.6-2.9.1`. A number behind a word, such as that of
/// an operating system, is none, unless it has three numbers and the word names neither a system nor a runtime: `2.17.1` in
/// `16.4-ts2.17.1`.
pub(super) fn later_versions(text: &str) -> impl Iterator<Item = &str> {
    let mut start = 0;
    let begun = text.split(['-', '_']).filter_map(move |item| {
        let at = start;
        start += item.len() + 1;
        let word = item.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (word, bare) = item.split_at_checked(word)?;
        let dots = bare.split('.').take(3).take_while(|run| run.starts_with(|c: char| c.is_ascii_digit()));
        let least = match word.to_ascii_lowercase().as_str() {
            "" | "v" => 2,
            word if is_other_program(word) => 3,
            _ => return None,
        };
        (at > 0 && dots.count() >= least).then_some(at + word.len())
    });
    begun.take(MOST_LATER).filter_map(|at| text.get(at..))
}

/// Whether a word may name the program of the version behind it, as it names neither a system nor a runtime.
fn is_other_program(word: &str) -> bool {
    words::class(word.as_bytes()) == Class::Other && words::release_numbers(word.as_bytes()) == 0
}

/// The word of a prerelease, as it is compared, at the front of the runs of a text. A letter is none where other letters follow:
/// it begins the hash of a commit.
fn prerelease(runs: &[String], has_number: bool) -> Option<&'static str> {
    let (first, behind) = runs.split_first()?;
    let is_number = |run: &String| run.bytes().all(|byte| byte.is_ascii_digit());
    let is_hash = NUMBERED.contains(&first.as_str()) && !behind.iter().all(is_number);
    prerelease_word(first, has_number).filter(|_| !is_hash)
}

/// The word of a prerelease as it is compared; `None` for any other word.
fn prerelease_word(word: &str, has_number: bool) -> Option<&'static str> {
    let (_, spelled) = PRERELEASES.iter().find(|(written, _)| *written == word)?;
    (has_number || !NUMBERED.contains(&word)).then_some(*spelled)
}

/// Writes a date with dashes at the front of a text with dots, and likewise one of eight digits.
fn dotted_date(text: &str) -> String {
    let digits = |from: usize, to: usize| {
        text.get(from..to).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let ends = |at: usize| !text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let is_date = |year: &str, month: &str, day: &str| {
        ("1990".."2100").contains(&year) && ("01"..="12").contains(&month) && ("01"..="31").contains(&day)
    };
    let whole = |end: usize, [year, month, day]: [&str; 3]| {
        format!("{year}.{month}.{day}{}", text.get(end..).unwrap_or_default())
    };
    let is_dashed = text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    if let (true, Some(year), Some(month), Some(day)) =
        (is_dashed && ends(10), digits(0, 4), digits(5, 7), digits(8, 10))
        && is_date(year, month, day)
    {
        return whole(10, [year, month, day]);
    }
    match (digits(0, 4), digits(4, 6), digits(6, 8)) {
        (Some(year), Some(month), Some(day))
            if ends(8) && text.get(8..9) != Some(".") && is_date(year, month, day) =>
        {
            whole(8, [year, month, day])
        }
        _ => text.to_owned(),
    }
}

/// The numbers at the front of a text, and what follows them.
fn leading_numbers(text: &str, separator: char) -> Option<(Vec<String>, &str)> {
    let (mut numbers, mut rest) = (Vec::new(), text);
    loop {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(end);
        if run.is_empty() {
            return None;
        }
        numbers.push(run.to_owned());
        match behind.strip_prefix(separator) {
            Some(next) if next.starts_with(|c: char| c.is_ascii_digit()) => rest = next,
            _ => return Some((numbers, behind)),
        }
    }
}

fn normal(numbers: Vec<String>) -> Vec<String> {
    let mut numbers: Vec<String> = numbers.iter().map(|number| trimmed(number).to_owned()).collect();
    while numbers.len() > 1 && numbers.last().is_some_and(|last| last == "0") {
        numbers.pop();
    }
    numbers
}

fn trimmed(number: &str) -> &str {
    match number.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    }
}

/// The runs of letters and of digits in a text; digits are without zeros at their front.
fn runs(text: &str) -> Vec<String> {
    let mut runs = Vec::new();
    for part in text.split('.') {
        let mut rest = part;
        while let Some(first) = rest.chars().next() {
            let is_digit = first.is_ascii_digit();
            let end = rest.find(|c: char| c.is_ascii_digit() != is_digit).unwrap_or(rest.len());
            let (run, behind) = rest.split_at(end);
            runs.push(if is_digit { trimmed(run) } else { run }.to_owned());
            rest = behind;
        }
    }
    runs
}

/// The items of a text that begins with a separator.
fn split_items(text: &str) -> impl Iterator<Item = Item> {
    let build = text.find('+').unwrap_or(text.len());
    let mut at = 0;
    text.split(['-', '_', '+', '~']).filter_map(move |item| {
        let start = at;
        at += item.len() + 1;
        (!item.is_empty()).then(|| Item { text: item.to_owned(), is_build: start > build })
    })
}
