//! The age of an image, and its source.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// March 2013, when Docker was first shown. Earlier dates (1970, 1980) belong to reproducible builds.
const FIRST_IMAGE: i64 = 1_362_096_000;

/// The source of an image's age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AgeSource {
    /// The release in the source repository.
    Release,
    /// Docker Hub's API, which tells when the tag was last pushed.
    Hub,
    /// The field `created` of the image's config.
    Created,
}

/// The time at which an image was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ImageDate {
    pub(crate) at: Timestamp,
    pub(crate) source: AgeSource,
}

impl ImageDate {
    /// Reads a date (RFC 3339). Returns `None` for any other text, and for a date before container images.
    pub(crate) fn read(text: &str, source: AgeSource) -> Option<Self> {
        let at = text.trim().parse::<Timestamp>().ok()?;
        (at.as_second() >= FIRST_IMAGE).then_some(Self { at, source })
    }

    /// The time from its making to `now`; zero for a date after `now`.
    pub(crate) fn age(&self, now: SystemTime) -> Option<Duration> {
        let now = Timestamp::try_from(now).ok()?;
        Some(Duration::try_from(now.duration_since(self.at)).unwrap_or_default())
    }

    /// The number of whole days since 1970, in UTC.
    pub(crate) fn days(&self) -> i64 {
        self.at.as_second().div_euclid(24 * 3600)
    }

    /// The time as it is reported (RFC 3339, UTC).
    pub(crate) fn written(&self) -> String {
        self.at.to_string()
    }
}

/// A time as it is reported (RFC 3339, UTC, whole milliseconds).
pub(crate) fn written(time: SystemTime) -> String {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let milliseconds = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::MAX).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_that_cannot_be_are_none() {
        let read = |text| ImageDate::read(text, AgeSource::Created).map(|made| made.written());
        let cases = [
            ("2024-05-28T17:19:04Z", Some("2024-05-28T17:19:04Z")),
            ("2024-05-28T19:19:04.123456789+02:00", Some("2024-05-28T17:19:04.123456789Z")),
            ("1970-01-01T00:00:00Z", None),
            ("1980-01-01T00:00:01Z", None),
            ("0001-01-01T00:00:00Z", None),
            ("yesterday", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn an_age_is_the_time_since() {
        let made = ImageDate::read("2024-05-28T00:00:00Z", AgeSource::Hub).expect("a date");
        let at = |seconds: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(1_716_854_400 + seconds);
        assert_eq!(made.age(at(24 * 3600)), Some(Duration::from_secs(24 * 3600)));
        assert_eq!(made.age(SystemTime::UNIX_EPOCH), Some(Duration::ZERO), "made in the future");
        assert_eq!(written(at(0)), "2024-05-28T00:00:00Z");
    }
}
