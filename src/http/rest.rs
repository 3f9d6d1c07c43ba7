//! How long a host wants to be left alone, by what its answers say. Pure.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::retry::parse_retry_after;

/// Time for which a host is left alone that says that nothing is left, and not until when.
pub(super) const UNKNOWN_RESET: Duration = Duration::from_secs(60);

/// How long a host is to be left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// With everything.
    All(Duration),
    /// With what it counts.
    Counted(Duration),
}

/// How long a host wants to be left alone, by what its answer says: `Retry-After` of a 429 (or of a 403, GitHub's other way to
/// say it), or nothing left of what it allows
/// (`ratelimit-remaining` as Docker Hub sends it, `x-ratelimit-remaining` with its reset in epoch seconds as GitHub
/// does).
pub(super) fn rest_asked_for<'a>(
    status: u16,
    header: impl Fn(&'static str) -> Option<&'a str>,
    now: SystemTime,
) -> Option<Rest> {
    if matches!(status, 403 | 429)
        && let Some(wait) = header("retry-after").and_then(|value| parse_retry_after(value, now))
    {
        return Some(Rest::All(wait));
    }
    let is_exhausted = |name| header(name).and_then(remaining) == Some(0);
    if is_exhausted("x-ratelimit-remaining")
        && let Some(reset) = header("x-ratelimit-reset").and_then(|value| value.trim().parse::<u32>().ok())
    {
        let until = UNIX_EPOCH + Duration::from_secs(reset.into());
        return Some(Rest::All(until.duration_since(now).unwrap_or_default()));
    }
    is_exhausted("ratelimit-remaining").then_some(Rest::Counted(UNKNOWN_RESET))
}

/// The number in `ratelimit-remaining: 76;w=21600`.
pub(super) fn remaining(value: &str) -> Option<u64> {
    value.split(';').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_answer_says() {
        let now = UNIX_EPOCH + Duration::from_secs(1_000_000);
        let rest = |status, headers: &[(&'static str, &'static str)]| {
            let header = |name| headers.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
            rest_asked_for(status, header, now)
        };
        let all = |seconds| Some(Rest::All(Duration::from_secs(seconds)));
        assert_eq!(rest(429, &[("retry-after", "7")]), all(7));
        assert_eq!(rest(403, &[("retry-after", "7")]), all(7));
        assert_eq!(rest(429, &[]), None);
        assert_eq!(rest(200, &[("retry-after", "7")]), None);
        assert_eq!(rest(200, &[("ratelimit-remaining", "76;w=21600")]), None);
        assert_eq!(rest(200, &[("ratelimit-remaining", "0;w=21600")]), Some(Rest::Counted(UNKNOWN_RESET)));
        assert_eq!(rest(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1000090")]), all(90));
        assert_eq!(rest(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "999")]), all(0));
        assert_eq!(rest(200, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "soon")]), None);
        assert_eq!(rest(403, &[("x-ratelimit-remaining", "0")]), None);
    }
}
