//! How long a host wants to be left alone, read from its answers. Pure.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::http::retry::parse_retry_after;

/// Time for which a host is left alone that has nothing left to allow and does not say until when.
pub(crate) const UNKNOWN_RESET: Duration = Duration::from_secs(60);

/// How long a host is to be left alone, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pause {
    /// Every account leaves it alone.
    Everybody(Duration),
    /// The account leaves it alone, because its allowance is used up.
    Account(Duration),
    /// The account makes no pulls.
    Pulls(Duration),
}

/// Returns how long a host wants to be left alone, by its answer.
///
/// | answer | who leaves it alone | until |
/// |---|---|---|
/// | nothing left in `x-ratelimit-remaining` (GitHub REST API, "Rate limits") | the account | `Retry-After` of a refusal, else `x-ratelimit-reset` in epoch seconds |
/// | nothing left in `ratelimit-remaining` (Docker Hub, "Usage and limits"), which counts pulls | the account, with pulls | `Retry-After` of a pull's refusal, else for a minute |
/// | 403 with `Retry-After`, GitHub's other way to refuse; 429 with it and `x-ratelimit-remaining` | the account | then |
/// | any other 429 with `Retry-After` | everybody | then |
pub(crate) fn pause_asked_for<'a>(
    status: u16,
    is_pull: bool,
    header: impl Fn(&'static str) -> Option<&'a str>,
    now: SystemTime,
) -> Option<Pause> {
    let asked = match status {
        403 | 429 => header("retry-after").and_then(|value| parse_retry_after(value, now)),
        _ => None,
    };
    let is_exhausted = |name| header(name).and_then(remaining) == Some(0);
    if is_exhausted("x-ratelimit-remaining")
        && let Some(wait) = asked.or_else(|| until_reset(header("x-ratelimit-reset")?, now))
    {
        return Some(Pause::Account(wait));
    }
    if is_exhausted("ratelimit-remaining") && (is_pull || asked.is_none()) {
        return Some(Pause::Pulls(asked.unwrap_or(UNKNOWN_RESET)));
    }
    let is_by_account = status == 403 || header("x-ratelimit-remaining").is_some();
    asked.map(|wait| if is_by_account { Pause::Account(wait) } else { Pause::Everybody(wait) })
}

/// Returns the time until `x-ratelimit-reset`; `None` if it has passed.
fn until_reset(value: &str, now: SystemTime) -> Option<Duration> {
    let reset = UNIX_EPOCH + Duration::from_secs(value.trim().parse::<u32>().ok()?.into());
    Some(reset.duration_since(now).unwrap_or_default())
}

/// Returns the number in `ratelimit-remaining: 76;w=21600`.
pub(crate) fn remaining(value: &str) -> Option<u64> {
    value.split(';').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_answer_says() {
        let now = UNIX_EPOCH + Duration::from_secs(1_000_000);
        let of = |status, is_pull, headers: &[(&'static str, &'static str)]| {
            let header = |name| headers.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
            pause_asked_for(status, is_pull, header, now)
        };
        let said = |status, headers: &[(&'static str, &'static str)]| of(status, true, headers);
        let all = |seconds| Some(Pause::Everybody(Duration::from_secs(seconds)));
        let account = |seconds| Some(Pause::Account(Duration::from_secs(seconds)));
        assert_eq!(said(429, &[("retry-after", "7")]), all(7));
        assert_eq!(said(403, &[("retry-after", "7")]), account(7));
        assert_eq!(said(429, &[]), None);
        assert_eq!(said(200, &[("retry-after", "7")]), None);
        assert_eq!(said(200, &[("ratelimit-remaining", "76;w=21600")]), None);
        assert_eq!(said(200, &[("ratelimit-remaining", "0;w=21600")]), Some(Pause::Pulls(UNKNOWN_RESET)));
        assert_eq!(
            said(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1000090")]),
            account(90)
        );
        assert_eq!(said(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "999")]), account(0));
        assert_eq!(said(200, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "soon")]), None);
        assert_eq!(said(403, &[("x-ratelimit-remaining", "0")]), None);
        assert_eq!(said(429, &[("x-ratelimit-remaining", "0"), ("retry-after", "7")]), account(7));
        assert_eq!(said(429, &[("x-ratelimit-remaining", "41"), ("retry-after", "7")]), account(7));
        let pulls = [("ratelimit-remaining", "0;w=21600"), ("retry-after", "7")];
        assert_eq!(said(429, &pulls), Some(Pause::Pulls(Duration::from_secs(7))));
        assert_eq!(of(429, false, &pulls), all(7), "it was no pull that was refused");
    }
}
