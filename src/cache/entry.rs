//! An entry of the cache, and the sealed form in which it leaves the process.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::seal::{Seal, TAG};

/// First bytes of a sealed entry. The version of the form follows.
const MAGIC: [u8; 7] = *b"crs-ent";
/// Stands in a sealed entry for the time of an entry that does not expire.
const NEVER: u64 = u64::MAX;
/// How far ahead the clock of another machine that shares a store may run. An entry from further in the future comes
/// from a clock that has since been corrected, so its age is unknown.
const CLOCK_SKEW: Duration = Duration::from_secs(5 * 60);

/// What is remembered under a key. Cloning is cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// What was learnt.
    pub value: Arc<[u8]>,
    /// When it was learnt, in whole milliseconds.
    pub learnt: SystemTime,
    expires: Option<SystemTime>,
}

impl Entry {
    /// Makes an entry that is good for `time_to_live`, or for ever if that is `None`.
    pub(crate) fn new(value: Arc<[u8]>, learnt: SystemTime, time_to_live: Option<Duration>) -> Self {
        let whole = |time| UNIX_EPOCH.checked_add(Duration::from_millis(milliseconds(time)));
        let expires = time_to_live.and_then(|time| learnt.checked_add(time)).and_then(whole);
        Self { value, learnt: whole(learnt).unwrap_or(learnt), expires }
    }

    /// Whether it is still good.
    pub(crate) fn is_good(&self, now: SystemTime) -> bool {
        let is_from_the_future = now.checked_add(CLOCK_SKEW).is_some_and(|latest| self.learnt > latest);
        !is_from_the_future && self.expires.is_none_or(|expires| now < expires)
    }

    /// Returns how long it is still good; `None` is for ever.
    pub(crate) fn time_left(&self, now: SystemTime) -> Option<Duration> {
        self.expires.map(|expires| expires.duration_since(now).unwrap_or_default())
    }

    /// Returns the sealed form: [`MAGIC`] and the version of the form, the times in milliseconds since 1970, the length
    /// of the key, the key, the value, and the tag of all of these. Numbers take eight bytes, big-endian.
    pub(crate) fn seal(&self, key: &str, seal: &Seal) -> Vec<u8> {
        let numbers = [
            milliseconds(self.learnt),
            self.expires.map_or(NEVER, milliseconds),
            u64::try_from(key.len()).unwrap_or(u64::MAX),
        ];
        let length = MAGIC.len() + 1 + size_of_val(&numbers) + key.len() + self.value.len() + TAG;
        let mut sealed = Vec::with_capacity(length);
        sealed.extend(MAGIC);
        sealed.push(seal.version());
        sealed.extend(numbers.map(u64::to_be_bytes).as_flattened());
        sealed.extend(key.as_bytes());
        sealed.extend(self.value.iter());
        let tag = seal.tag(&sealed);
        sealed.extend(tag);
        sealed
    }

    /// Puts the beginning of every form in front of `content` and the right tag behind it, so that [`Entry::open`] reads
    /// on behind the tag.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn with_checksum(content: &[u8]) -> Vec<u8> {
        let mut sealed = [&MAGIC[..], &[Seal::Checksum.version()], content].concat();
        let tag = Seal::Checksum.tag(&sealed);
        sealed.extend(tag);
        sealed
    }

    /// Reads the sealed form of the entry under `key`. Returns `None` if it is damaged, belongs to another key or
    /// version, or has expired.
    pub(crate) fn open(sealed: &[u8], key: &str, seal: &Seal, now: SystemTime) -> Option<Self> {
        let (content, tag) = sealed.split_last_chunk::<TAG>()?;
        if !seal.confirms(content, tag) {
            return None;
        }
        let (learnt, rest) = number(content.strip_prefix(&MAGIC)?.strip_prefix(&[seal.version()])?)?;
        let (expires, rest) = number(rest)?;
        let (key_length, rest) = number(rest)?;
        let (found, value) = rest.split_at_checked(usize::try_from(key_length).ok()?)?;
        let time = |number| UNIX_EPOCH.checked_add(Duration::from_millis(number));
        let entry = Self {
            value: value.into(),
            learnt: time(learnt)?,
            expires: if expires == NEVER { None } else { Some(time(expires)?) },
        };
        (found == key.as_bytes() && entry.is_good(now)).then_some(entry)
    }
}

/// Returns milliseconds since 1970, and 0 for an earlier time.
fn milliseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(NEVER)
}

fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    bytes.split_first_chunk().map(|(number, rest)| (u64::from_be_bytes(*number), rest))
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::text::secret::Secret;

    const SECOND: Duration = Duration::from_secs(1);

    fn now() -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(1_800_000_000_123)
    }

    fn entry(time_to_live: Option<Duration>) -> Entry {
        Entry::new(b"value".as_slice().into(), now(), time_to_live)
    }

    #[test]
    fn an_entry_is_good_until_it_expires() {
        let minute = entry(Some(60 * SECOND));
        assert!(minute.is_good(now()) && minute.is_good(now() + Duration::from_millis(59_999)));
        assert!(!minute.is_good(now() + 60 * SECOND));
        assert_eq!(minute.time_left(now() + 59 * SECOND), Some(SECOND));
        assert_eq!(minute.time_left(now() + 61 * SECOND), Some(Duration::ZERO));
        assert!(!entry(Some(Duration::ZERO)).is_good(now()));
    }

    #[test]
    fn an_entry_without_an_end_is_good_for_ever() {
        for for_ever in [entry(None), entry(Some(Duration::MAX))] {
            assert!(for_ever.is_good(now() + 1_000_000_000 * SECOND));
            assert_eq!(for_ever.time_left(now()), None);
        }
    }

    #[test]
    fn a_clock_that_was_set_back_ends_what_it_wrote_before() {
        let written = entry(Some(60 * SECOND));
        assert!(written.is_good(now() - CLOCK_SKEW));
        assert!(!written.is_good(now() - CLOCK_SKEW - SECOND));
    }

    #[test]
    fn the_times_are_the_same_wherever_an_entry_comes_from() {
        let learnt = now() + Duration::from_nanos(456_789);
        let entry = Entry::new(Arc::default(), learnt, Some(Duration::from_micros(1_999_999)));
        assert_eq!(entry.learnt, now());
        assert_eq!(Entry::open(&entry.seal("k", &Seal::Checksum), "k", &Seal::Checksum, now()), Some(entry));
    }

    #[test]
    fn damage_to_any_bit_is_seen() {
        let sealed = entry(Some(SECOND)).seal("key", &Seal::Checksum);
        for at in 0..sealed.len() {
            for bit in 0..8 {
                let mut damaged = sealed.clone();
                damaged[at] ^= 1 << bit;
                assert_eq!(
                    Entry::open(&damaged, "key", &Seal::Checksum, now()),
                    None,
                    "byte {at}, bit {bit}"
                );
            }
            assert_eq!(Entry::open(&sealed[..at], "key", &Seal::Checksum, now()), None, "only {at} bytes");
        }
    }

    #[test]
    fn what_is_sealed_under_another_key_or_in_another_version_is_refused() {
        let sealed = entry(None).seal("key", &Seal::Checksum);
        assert!(Entry::open(&sealed, "key", &Seal::Checksum, now()).is_some());
        for other in ["", "ke", "keyv", "keyvalue"] {
            assert_eq!(Entry::open(&sealed, other, &Seal::Checksum, now()), None, "{other:?}");
        }
        let mut next = sealed[..sealed.len() - TAG].to_vec();
        next[MAGIC.len()] += 1;
        next.extend(Seal::Checksum.tag(&next));
        assert_eq!(Entry::open(&next, "key", &Seal::Checksum, now()), None);
    }

    #[test]
    fn a_secret_tells_who_has_written() {
        let seal = |secret: &str| Seal::new(Some(&Secret::new(secret)));
        let entry = entry(None);
        let sealed = entry.seal("key", &seal("ours"));
        assert_eq!(Entry::open(&sealed, "key", &seal("ours"), now()), Some(entry.clone()));
        assert_eq!(Entry::open(&sealed, "key", &seal("theirs"), now()), None);
        assert_eq!(Entry::open(&sealed, "key", &Seal::Checksum, now()), None);
        let plain = entry.seal("key", &Seal::Checksum);
        assert_eq!(Entry::open(&plain, "key", &seal("ours"), now()), None, "anybody can make a checksum");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..200), key in ".*") {
            prop_assert_eq!(Entry::open(&bytes, &key, &Seal::Checksum, now()), None);
        }

        #[test]
        fn any_content_with_a_checksum_is_read_or_refused(
            numbers in any::<[u64; 3]>(), rest in vec(any::<u8>(), 0..20), key in ".{0,3}", seconds in any::<u32>(),
        ) {
            let content = Entry::with_checksum(&[numbers.map(u64::to_be_bytes).as_flattened(), &rest].concat());
            let _ = Entry::open(&content, &key, &Seal::Checksum, UNIX_EPOCH + Duration::from_secs(seconds.into()));
        }

        #[test]
        fn what_is_sealed_is_read_again(
            value in vec(any::<u8>(), 0..200), key in ".*", seconds in any::<u32>(), life in proptest::option::of(1_u64..),
        ) {
            let learnt = UNIX_EPOCH + Duration::from_secs(seconds.into());
            let entry = Entry::new(value.into(), learnt, life.map(Duration::from_millis));
            prop_assert_eq!(Entry::open(&entry.seal(&key, &Seal::Checksum), &key, &Seal::Checksum, learnt), Some(entry));
        }
    }
}
