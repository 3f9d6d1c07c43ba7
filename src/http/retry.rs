//! What is tried again, and when: a pure decision.

use std::time::{Duration, SystemTime};

/// How often and how long the client is willing to wait.
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    /// Attempts after the first one.
    pub max_retries: u32,
    /// The longest single wait. A server that asks for a longer one has its answer taken as final.
    pub max_delay: Duration,
}

/// What to do with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It is the answer.
    Answer,
    /// Ask again after this long.
    RetryAfter(Duration),
}

/// Decides about an answer to attempt number `attempt`, counted from 0.
///
/// Only 429 is tried again: after what `Retry-After` says (RFC 9110, section 10.2.3: seconds or a date), or after 1, 2,
/// 4, … seconds where it says nothing that can be read.
pub fn decide(
    status: u16,
    retry_after: Option<&str>,
    attempt: u32,
    policy: &RetryPolicy,
    now: SystemTime,
) -> Decision {
    if status != 429 || attempt >= policy.max_retries {
        return Decision::Answer;
    }
    match retry_after.and_then(|value| parse_retry_after(value, now)) {
        Some(delay) if delay > policy.max_delay => Decision::Answer,
        Some(delay) => Decision::RetryAfter(delay),
        None => {
            let backoff = Duration::from_secs(1u64.checked_shl(attempt).unwrap_or(u64::MAX));
            Decision::RetryAfter(backoff.min(policy.max_delay))
        }
    }
}

/// Reads a `Retry-After` value; a date in the past is no wait. `None` if it is neither seconds nor a date.
pub fn parse_retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    let is_number = value.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
        && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_number {
        let seconds = value.parse::<f64>().ok()?;
        return Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RetryPolicy = RetryPolicy { max_retries: 3, max_delay: Duration::from_secs(30) };

    fn now() -> SystemTime {
        httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").expect("a date")
    }

    #[test]
    fn every_status_but_429_is_the_answer() {
        for status in 100..1000 {
            for attempt in 0..=4 {
                let expected = match (status, attempt) {
                    (429, 0..=2) => Decision::RetryAfter(Duration::from_secs(1 << attempt)),
                    _ => Decision::Answer,
                };
                assert_eq!(
                    decide(status, None, attempt, &POLICY, now()),
                    expected,
                    "{status}, attempt {attempt}"
                );
            }
        }
    }

    #[test]
    fn retry_after_in_all_its_forms() {
        let seconds = |seconds| Decision::RetryAfter(Duration::from_secs(seconds));
        let cases = [
            ("0", seconds(0)),
            (" 7 ", seconds(7)),
            ("1.5", Decision::RetryAfter(Duration::from_millis(1500))),
            ("30", seconds(30)),
            ("31", Decision::Answer),
            ("999999999999999999999999999999", Decision::Answer),
            ("Sun, 06 Nov 1994 08:49:47 GMT", seconds(10)),
            ("Sunday, 06-Nov-94 08:49:47 GMT", seconds(10)),
            ("Sun Nov  6 08:49:47 1994", seconds(10)),
            ("Sun, 06 Nov 1994 08:49:27 GMT", seconds(0)),
            ("Sun, 06 Nov 1994 09:49:37 GMT", Decision::Answer),
            ("985.86µs", seconds(2)),
            ("-5", seconds(2)),
            ("1.2.3", seconds(2)),
            ("NaN", seconds(2)),
            ("inf", seconds(2)),
            ("soon", seconds(2)),
            ("", seconds(2)),
        ];
        for (value, expected) in cases {
            assert_eq!(decide(429, Some(value), 1, &POLICY, now()), expected, "{value:?}");
        }
    }

    #[test]
    fn computed_waits_are_capped() {
        let patient = RetryPolicy { max_retries: u32::MAX, max_delay: Duration::from_secs(30) };
        for attempt in [5, 63, 64, 1000] {
            let decision = decide(429, None, attempt, &patient, now());
            assert_eq!(decision, Decision::RetryAfter(Duration::from_secs(30)), "{attempt}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_value_is_read_or_passed_over(value in ".*") {
            let _ = parse_retry_after(&value, now());
        }
    }
}
