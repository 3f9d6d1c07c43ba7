//! Writes the version of a tag as the releases of a repository write theirs, to ask for one that is not in the list.

use super::{
    Asked, Naming, Read,
    fit::{is_commit, is_counter, shape},
    version::{FINAL, PRERELEASES},
};
use crate::version::tag::scheme::TagScheme;

/// The most beginnings of an item that are held against those of others.
const MOST_BEGINNINGS: usize = 4;

/// A version as it is written.
struct Written<'t> {
    /// The numbers with their zeros.
    numbers: Vec<&'t str>,
    /// What stands between the numbers.
    joint: char,
    prerelease: Option<Prerelease<'t>>,
    /// What stands behind.
    items: Vec<Behind<'t>>,
}

/// What stands behind a version.
struct Behind<'t> {
    /// The separator before it, if there is one.
    separator: Option<char>,
    text: &'t str,
    /// The text in lower case, with one sign for each run of digits.
    shape: String,
    /// Where it ends in the text of the version.
    end: usize,
}

/// A prerelease as it is written: `-rc.` and `2`.
#[derive(Clone, Copy)]
struct Prerelease<'t> {
    before: &'t str,
    word: &'t str,
    between: &'t str,
    number: &'t str,
}

impl Naming<'_> {
    /// The tag that the release of an image's tag would have: its version, spelled as the newest releases are; `None` for a tag
    /// without a version, and where no release shows how versions are spelled.
    pub(crate) fn spelled(&self, tag: &str) -> Option<String> {
        let asked = self.asked(tag)?;
        let later = self.later_one(&asked);
        let read_as = later.as_ref().map_or(tag, |later| later.text);
        let asked = later.as_ref().unwrap_or(&asked);
        let mut models: Vec<&Read<'_>> =
            self.releases.iter().filter(|release| release.standing_for(asked).is_some()).collect();
        let prefix = match models.first().copied() {
            Some(newest) => {
                models.retain(|model| model.prefix.is_like(&newest.prefix));
                newest.prefix.written.clone()
            }
            None => {
                models.extend(&self.releases);
                models.first()?.prefix.with_name(&self.name)
            }
        };
        let models: Vec<Written<'_>> =
            models.iter().filter_map(|model| Written::read(model.text, false)).collect();
        let kept = TagScheme::read(read_as).version_text().map_or(0, str::len);
        let version = Written::read(asked.text, true)?.spelled(&models, kept, asked.is_line);
        Some(format!("{prefix}{version}"))
    }

    /// The tag, read by a later version, where the first is above all releases of the list: what the list lacks is older.
    fn later_one<'t>(&self, asked: &Asked<'t>) -> Option<Asked<'t>> {
        let is_above = |asked: &Asked<'_>| {
            self.own().next().is_some() && self.own().all(|own| asked.version.order(&own.version).is_gt())
        };
        is_above(asked).then(|| asked.later().into_iter().find(|later| !is_above(later))).flatten()
    }
}

impl<'t> Written<'t> {
    /// Reads a text that begins with the digits of a version; `has_dots_only` as in [`super::version::Version::read`].
    fn read(text: &'t str, has_dots_only: bool) -> Option<Self> {
        let (joint, end) = match dashed_date(text) {
            true => ('-', "2024-05-28".len()),
            false => {
                let joint = if has_dots_only || text.contains('.') { '.' } else { '_' };
                (joint, numbers_end(text, joint))
            }
        };
        let (numbers, behind) = text.split_at_checked(end)?;
        let prerelease = Prerelease::read(behind);
        let start = end + prerelease.as_ref().map_or(0, Prerelease::length);
        Some(Self { numbers: numbers.split(joint).collect(), joint, prerelease, items: items(text, start) })
    }

    /// The version in the spelling of others, the newest first. What lies behind the first `kept` bytes is a variant, unless the
    /// others have the like.
    fn spelled(&self, models: &[Self], kept: usize, is_line: bool) -> String {
        let numbers = self.numbers_like(models, is_line);
        let joint = models.iter().find(|model| model.numbers.len() > 1).map_or('.', |model| model.joint);
        let joint = if joint == '-' && numbers.len() != 3 { '.' } else { joint };
        let mut text = numbers.join(joint.encode_utf8(&mut [0; 4]));
        if let Some(own) = &self.prerelease {
            own.push_like(models.iter().filter_map(|model| model.prerelease), &mut text);
        }
        for item in self.items.iter().filter(|item| !item.is_final()) {
            let is_packagers = is_counter(item.text) || is_commit(item.text);
            let own = (item.end <= kept && !is_packagers).then_some((item.separator, item.text));
            if let Some((separator, written)) = item.like_one_of(models).or(own) {
                text.extend(separator);
                text.push_str(written);
            }
        }
        if self.prerelease.is_none() {
            let nearest = models
                .iter()
                .find(|model| model.numbers.iter().zip(&self.numbers).take(2).all(|(a, b)| a == b));
            let nearest = nearest.or_else(|| models.first());
            for item in nearest.iter().flat_map(|model| &model.items).filter(|item| item.is_final()) {
                text.extend(item.separator);
                text.push_str(item.text);
            }
        }
        text
    }

    /// The numbers, as many and with as many zeros as others write.
    fn numbers_like(&self, models: &[Self], is_line: bool) -> Vec<String> {
        let counts = || models.iter().map(|model| model.numbers.len());
        let (least, most) = (counts().min().unwrap_or(1), counts().max().unwrap_or(usize::MAX));
        let mut numbers: Vec<String> = self.numbers.iter().map(|number| (*number).to_owned()).collect();
        if let ([date], 3..) = (numbers.as_slice(), least)
            && let Some(parts) = date_parts(date)
        {
            numbers = parts;
        } else if let ([year, month, day], true) =
            (numbers.as_slice(), models.iter().all(Self::is_compact_date))
        {
            return vec![format!("{:0>4}{:0>2}{:0>2}", year, month, day)];
        }
        let ends_with_zero =
            |numbers: &[&str]| numbers.last().is_some_and(|last| last.bytes().all(|b| b == b'0'));
        let drops_zeros = least < most
            && !models.iter().any(|model| model.numbers.len() > least && ends_with_zero(&model.numbers));
        let longest = if drops_zeros { least } else { most };
        while numbers.len() > longest.max(1)
            && numbers.last().is_some_and(|last| last.bytes().all(|b| b == b'0'))
        {
            numbers.pop();
        }
        if !is_line && numbers.len() > 1 {
            while numbers.len() < least {
                numbers.push("0".to_owned());
            }
        }
        for (index, number) in numbers.iter_mut().enumerate() {
            let mut written = models.iter().filter_map(|model| model.numbers.get(index));
            let is_padded = written.clone().any(|other| other.len() == 2 && other.starts_with('0'));
            if is_padded && number.len() == 1 {
                number.insert(0, '0');
            } else if !is_padded && written.any(|other| other.len() == 1) && number.len() > 1 {
                let bare = number.trim_start_matches('0');
                *number = if bare.is_empty() { "0".to_owned() } else { bare.to_owned() };
            }
        }
        numbers
    }

    fn is_compact_date(&self) -> bool {
        self.numbers.first().is_some_and(|number| date_parts(number).is_some())
    }
}

impl<'t> Behind<'t> {
    /// Whether it marks a release as one.
    fn is_final(&self) -> bool {
        FINAL.contains(&&*self.text.to_ascii_lowercase())
    }

    /// Its separator and its text where others have the like, which differs in digits only and may have fewer numbers.
    fn like_one_of(&self, models: &[Written<'_>]) -> Option<(Option<char>, &'t str)> {
        let shorter = self.text.rmatch_indices('.').filter_map(|(at, _)| self.text.get(..at));
        let beginnings = std::iter::once(self.text).chain(shorter).filter(|text| !text.is_empty());
        beginnings.take(MOST_BEGINNINGS).find_map(|text| {
            let shape = shape(&text.to_ascii_lowercase());
            let is_alike =
                |other: &&Behind<'_>| other.shape == shape || is_commit(text) && is_commit(other.text);
            let alike = models.iter().flat_map(|model| &model.items).find(is_alike)?;
            Some((alike.separator, text))
        })
    }
}

impl<'t> Prerelease<'t> {
    /// Reads what stands behind the numbers of a version.
    fn read(behind: &'t str) -> Option<Self> {
        let is_separator = |c: char| matches!(c, '-' | '.' | '_' | '~');
        let is_in_number = |c: char| c.is_ascii_digit() || c == '.';
        let (before, rest) = split_where(behind, is_separator);
        let (word, rest) = split_where(rest, |c| c.is_ascii_alphabetic());
        spelled_word(word)?;
        let (between, numbered) = split_where(rest, is_separator);
        let (number, end) = split_where(numbered, is_in_number);
        let number = number.trim_end_matches('.');
        if number.is_empty() || between.len() > 1 {
            // A letter alone names something else.
            let is_whole = word.len() > 1 && (rest.is_empty() || rest.starts_with(['-', '_', '+', '~']));
            return is_whole.then_some(Self { before, word, between: "", number: "" });
        }
        let is_whole = !end.starts_with(|c: char| c.is_ascii_alphanumeric());
        is_whole.then_some(Self { before, word, between, number })
    }

    fn length(&self) -> usize {
        self.before.len() + self.word.len() + self.between.len() + self.number.len()
    }

    /// Writes it as others are written: as one with the same word, else with its own word.
    fn push_like(&self, mut models: impl Iterator<Item = Self> + Clone, text: &mut String) {
        let same = models.clone().find(|model| spelled_word(model.word) == spelled_word(self.word));
        let (style, word) =
            match same.map(|same| (same, same.word)).or_else(|| Some((models.next()?, self.word))) {
                Some(found) => found,
                None => (*self, self.word),
            };
        text.push_str(style.before);
        text.push_str(word);
        if !self.number.is_empty() {
            text.push_str(if style.number.is_empty() { self.between } else { style.between });
            text.push_str(self.number);
        }
    }
}

/// The word of a prerelease in one spelling.
fn spelled_word(word: &str) -> Option<&'static str> {
    PRERELEASES.iter().find(|(written, _)| word.eq_ignore_ascii_case(written)).map(|(_, spelled)| *spelled)
}

/// The items of a text from this place on.
fn items(text: &str, start: usize) -> Vec<Behind<'_>> {
    let (mut items, mut at) = (Vec::new(), start);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let separator = rest.chars().next().filter(|c| matches!(c, '-' | '_' | '+' | '~' | '.'));
        let from = at + separator.map_or(0, char::len_utf8);
        let item = text.get(from..).unwrap_or_default();
        let end = from + item.find(['-', '_', '+', '~']).unwrap_or(item.len());
        if let Some(text) = text.get(from..end).filter(|text| !text.is_empty()) {
            items.push(Behind { separator, text, shape: shape(&text.to_ascii_lowercase()), end });
        }
        at = end.max(at + 1);
    }
    items
}

/// Splits a text where a character does not fit any more.
fn split_where(text: &str, fits: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !fits(c)).unwrap_or(text.len()))
}

/// Where the numbers at the front of a text end.
fn numbers_end(text: &str, joint: char) -> usize {
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        at += rest.bytes().take_while(u8::is_ascii_digit).count();
        let behind = text.get(at..).and_then(|behind| behind.strip_prefix(joint));
        match behind.filter(|behind| behind.starts_with(|c: char| c.is_ascii_digit())) {
            Some(_) => at += joint.len_utf8(),
            None => return at,
        }
    }
}

/// Whether a text begins with a date with dashes.
fn dashed_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    [0, 1, 2, 3, 5, 6, 8, 9].into_iter().all(is_digit)
        && [4, 7].iter().all(|at| bytes.get(*at) == Some(&b'-'))
        && !is_digit(10)
}

/// Year, month and day of a number of eight digits.
fn date_parts(number: &str) -> Option<Vec<String>> {
    let is_date = number.len() == 8 && number.starts_with(['1', '2']);
    let part = |from, to| number.get(from..to).map(str::to_owned);
    is_date.then(|| [part(0, 4), part(4, 6), part(6, 8)].into_iter().collect())?
}
