//! Keeps secrets out of every text that leaves the crate, whoever put them there: a server may send back what it was shown, in a
//! URL, a challenge or an error document, in any case and percent-encoding.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    ops::Range,
    sync::{Arc, Weak},
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use parking_lot::RwLock;

/// What stands in the place of a secret.
const REDACTED: &str = "[redacted]";
/// Characters of the shortest secret that is looked for. Shorter ones stand in many words by chance.
const SHORTEST: usize = 6;
/// Times that a percent-encoding may itself be encoded.
const ENCODINGS: usize = 3;

/// The secrets of the process, as long as somebody holds them.
static SECRETS: RwLock<Vec<Weak<str>>> = RwLock::new(Vec::new());

/// Has a secret looked for in texts, as long as it is held.
pub(super) fn watch_for(secret: &Arc<str>) {
    if secret.chars().count() < SHORTEST {
        return;
    }
    let mut secrets = SECRETS.write();
    if secrets.len() == secrets.capacity() {
        secrets.retain(|held| held.strong_count() > 0);
    }
    secrets.push(Arc::downgrade(secret));
}

/// The text with every secret replaced.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    // Many services may hold the same one.
    let secrets: BTreeSet<Arc<str>> = SECRETS.read().iter().filter_map(Weak::upgrade).collect();
    if secrets.is_empty() || text.len() < SHORTEST {
        return Cow::Borrowed(text);
    }
    without(text, &secrets)
}

fn without<'t, 's>(text: &'t str, secrets: impl IntoIterator<Item = &'s Arc<str>>) -> Cow<'t, str> {
    let readings = Plain::readings(text);
    let mut found: Vec<Range<usize>> = Vec::new();
    for secret in secrets {
        let bytes = secret.as_bytes();
        for form in [secret.to_string(), STANDARD_NO_PAD.encode(bytes), URL_SAFE_NO_PAD.encode(bytes)] {
            let needle = form.to_ascii_lowercase();
            found.extend(readings.iter().flat_map(|plain| plain.find(needle.as_bytes())));
        }
    }
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    found.sort_by_key(|range| range.start);
    let (mut cleaned, mut end) = (String::with_capacity(text.len()), 0);
    for range in found {
        if range.start >= end {
            cleaned.push_str(text.get(end..range.start).unwrap_or_default());
            cleaned.push_str(REDACTED);
        }
        end = end.max(range.end);
    }
    cleaned.push_str(text.get(end..).unwrap_or_default());
    Cow::Owned(cleaned)
}

/// A text without percent-encoding and in lower case, each byte with its place in the text.
struct Plain {
    bytes: Vec<u8>,
    places: Vec<Range<usize>>,
}

impl Plain {
    /// The text as it stands, and decoded once and more often. A `%` ahead of a secret may hide it from a decoded reading.
    fn readings(text: &str) -> Vec<Self> {
        let mut readings = vec![Self {
            bytes: text.bytes().map(|byte| byte.to_ascii_lowercase()).collect(),
            places: (0..text.len()).map(|index| index..index + 1).collect(),
        }];
        while readings.len() <= ENCODINGS
            && let Some(last) = readings.last().filter(|last| last.bytes.contains(&b'%'))
        {
            readings.push(last.decoded());
        }
        readings
    }

    fn decoded(&self) -> Self {
        let (mut bytes, mut places) = (Vec::with_capacity(self.bytes.len()), Vec::new());
        let mut index = 0;
        while let (Some(byte), Some(place)) = (self.bytes.get(index), self.places.get(index)) {
            let digit = |offset: usize| {
                self.bytes.get(index + offset).and_then(|byte| char::from(*byte).to_digit(16))
            };
            match (byte, digit(1), digit(2), self.places.get(index + 2)) {
                (b'%', Some(high), Some(low), Some(last)) => {
                    let byte = u8::try_from(high * 16 + low).unwrap_or_default();
                    bytes.push(byte.to_ascii_lowercase());
                    places.push(place.start..last.end);
                    index += 3;
                }
                _ => {
                    bytes.push(*byte);
                    places.push(place.clone());
                    index += 1;
                }
            }
        }
        Self { bytes, places }
    }

    /// The places in the text of all that equals `needle`.
    fn find<'a>(&'a self, needle: &'a [u8]) -> impl Iterator<Item = Range<usize>> + 'a {
        let windows = self.bytes.windows(needle.len().max(1)).enumerate();
        windows.filter(move |(_, window)| *window == needle).filter_map(move |(index, _)| {
            let (first, last) = (self.places.get(index)?, self.places.get(index + needle.len() - 1)?);
            Some(first.start..last.end)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_in_any_case_and_encoding() {
        let secret: Arc<str> = Arc::from("Hunter/2+é");
        let clean = |text: &str| without(text, std::slice::from_ref(&secret)).into_owned();
        for echo in [
            "Hunter/2+é",
            "hUNTER/2+é",
            "Hunter%2F2%2B%C3%A9",
            "%48unter%2f2+%c3%a9",
            "Hunter%252F2%252B%25C3%25A9",
            "SHVudGVyLzIrw6k",
            "SHVudGVyLzIrw6k=",
        ] {
            let cleaned = clean(&format!("GET https://x.example/{echo}?token={echo}&n=1"));
            assert!(!cleaned.contains(echo), "{echo}: {cleaned}");
            assert!(cleaned.starts_with("GET https://x.example/[redacted]"), "{echo}: {cleaned}");
            assert!(cleaned.ends_with("&n=1"), "{echo}: {cleaned}");
        }
        assert_eq!(without("%aa +0 ", &[Arc::from("aa +0 ")]), "%[redacted]", "a percent sign hides nothing");
        assert!(matches!(without("hunter/3 % %2 %zz", &[secret]), Cow::Borrowed(_)));
    }

    #[test]
    fn a_secret_is_looked_for_as_long_as_it_is_held() {
        let secret: Arc<str> = Arc::from("only-here-7f3a");
        watch_for(&secret);
        assert_eq!(clean("say ONLY-HERE-7f3a"), "say [redacted]");
        drop(secret);
        assert_eq!(clean("say only-here-7f3a"), "say only-here-7f3a");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_cleaned_of_any_secret(before in "\\PC{0,20}", secret in "[a-zA-Z0-9/+ ]{6,20}", after in "\\PC{0,20}") {
            let text = format!("{before}{secret}{after}");
            let cleaned = without(&text, &[Arc::from(secret.as_str())]);
            proptest::prop_assert!(!cleaned.replace(REDACTED, "\u{0}").contains(&secret), "{}", cleaned);
        }
    }
}
