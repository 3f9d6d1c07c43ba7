//! Decides what is tried again, and when, by `Retry-After` (RFC 9110, section 10.2.3) among others. Pure.
//!
//! `client` waits for as long as is decided here. `host::pause` reads the same header to make all other callers leave the
//! host or the account alone, and `host::pace` makes them wait.

use std::time::{Duration, SystemTime};

/// How often and how long the client is willing to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts after the first one, be it for a 429 or a fault. GitHub is asked again once at most. Default 3.
    pub max_retries: u32,
    /// Attempts among them that follow a fault: a broken connection, or the status 502, 503 or 504. Default 2.
    pub max_fault_retries: u32,
    /// The longest single wait. A server that asks for a longer one is not asked again. Default 30 s.
    pub max_delay: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { max_retries: 3, max_fault_retries: 2, max_delay: Duration::from_secs(30) }
    }
}

impl RetryPolicy {
    fn fault_retries(&self) -> u32 {
        self.max_fault_retries.min(self.max_retries)
    }
}

/// What to do with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It is the answer.
    Answer,
    /// Ask again after this long: the server wants fewer requests.
    RetryAfter(Duration),
    /// Ask again after this long: something between here and the server has failed.
    TryAgain(Duration),
}

/// How an attempt without an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// No connection was made: the name is unknown, the connection was refused, or TLS failed.
    Refused,
    /// No connection was made in time.
    Unreachable,
    /// A connection was made, but no complete answer came in time.
    Silent,
    /// A connection broke.
    Broken,
}

/// The attempts of one request so far.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tried {
    /// Attempts that ended with a 429.
    pub refusals: u32,
    /// Attempts that ended with a fault.
    pub faults: u32,
    /// Time since the first attempt began.
    pub time: Duration,
}

/// Time after which a request that ran out of time is not tried again, unless its host is known to answer. A caller
/// thus waits at most once for a silent host.
const PATIENCE: Duration = Duration::from_secs(4);
/// The wait after a first fault. Each further one doubles it.
const FAULT_BACKOFF: Duration = Duration::from_millis(250);

/// Decides about an answer.
///
/// A 429 is tried again after the time in `Retry-After` (RFC 9110, section 10.2.3: seconds or a date), or after 1, 2,
/// 4, … seconds if that cannot be read. The statuses 502, 503 and 504 are faults between here and the server. They are
/// tried again likewise, but after 0.25, 0.5, … seconds. The request must be repeatable for that.
pub(crate) fn decide(
    status: u16,
    retry_after: Option<&str>,
    tried: &Tried,
    policy: &RetryPolicy,
    now: SystemTime,
) -> Decision {
    let (is_left, backoff): (bool, fn(u32) -> Duration) = match status {
        429 => (tried.refusals < policy.max_retries, |refusals| doubled(Duration::from_secs(1), refusals)),
        502..=504 => (tried.faults < policy.fault_retries(), |faults| doubled(FAULT_BACKOFF, faults)),
        _ => (false, |_| Duration::ZERO),
    };
    if !is_left {
        return Decision::Answer;
    }
    let delay = match retry_after.and_then(|value| parse_retry_after(value, now)) {
        Some(delay) if delay > policy.max_delay => return Decision::Answer,
        Some(delay) => delay,
        None => backoff(if status == 429 { tried.refusals } else { tried.faults }).min(policy.max_delay),
    };
    if status == 429 { Decision::RetryAfter(delay) } else { Decision::TryAgain(delay) }
}

/// Decides about an attempt without an answer. Returns the wait before another one; `None` if it was the last.
/// `is_alive` says that the host has answered other requests lately. A failed connection is not tried again, because
/// TCP has already done that.
pub(crate) fn after_fault(
    fault: Fault,
    is_alive: bool,
    tried: &Tried,
    policy: &RetryPolicy,
) -> Option<Duration> {
    let is_in_time = match fault {
        Fault::Refused | Fault::Unreachable => false,
        Fault::Broken => true,
        Fault::Silent => tried.time < PATIENCE || (is_alive && tried.faults == 0),
    };
    (is_in_time && tried.faults < policy.fault_retries())
        .then(|| doubled(FAULT_BACKOFF, tried.faults).min(policy.max_delay))
}

fn doubled(first: Duration, times: u32) -> Duration {
    first.saturating_mul(1u32.checked_shl(times).unwrap_or(u32::MAX))
}

/// Reads a `Retry-After` value. A date in the past is no wait. Returns `None` if it is neither seconds nor a date.
pub(crate) fn parse_retry_after(value: &str, now: SystemTime) -> Option<Duration> {
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

    const POLICY: RetryPolicy =
        RetryPolicy { max_retries: 3, max_fault_retries: 2, max_delay: Duration::from_secs(30) };

    fn now() -> SystemTime {
        httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").expect("a date")
    }

    fn tried(refusals: u32, faults: u32) -> Tried {
        Tried { refusals, faults, time: Duration::ZERO }
    }

    #[test]
    fn every_status_but_a_few_is_the_answer() {
        for status in 100..1000 {
            for before in 0..=4 {
                let expected = match (status, before) {
                    (429, 0..=2) => Decision::RetryAfter(Duration::from_secs(1 << before)),
                    (502..=504, 0..=1) => Decision::TryAgain(Duration::from_millis(250 << before)),
                    _ => Decision::Answer,
                };
                let decision = decide(status, None, &tried(before, before), &POLICY, now());
                assert_eq!(decision, expected, "{status} after {before}");
            }
        }
    }

    #[test]
    fn refusals_and_faults_are_counted_apart() {
        assert!(matches!(decide(429, None, &tried(0, 9), &POLICY, now()), Decision::RetryAfter(_)));
        assert!(matches!(decide(503, None, &tried(9, 0), &POLICY, now()), Decision::TryAgain(_)));
        let once = RetryPolicy { max_retries: 1, ..POLICY };
        assert_eq!(decide(503, None, &tried(0, 1), &once, now()), Decision::Answer, "maxRetries bounds all");
        let never = RetryPolicy { max_retries: 0, ..POLICY };
        assert_eq!(after_fault(Fault::Broken, true, &tried(0, 0), &never), None);
    }

    #[test]
    fn a_failing_server_may_say_when_it_will_be_back() {
        let decision = |value| decide(503, Some(value), &tried(0, 0), &POLICY, now());
        assert_eq!(decision("7"), Decision::TryAgain(Duration::from_secs(7)));
        assert_eq!(decision("31"), Decision::Answer);
        assert_eq!(decision("soon"), Decision::TryAgain(FAULT_BACKOFF));
    }

    #[test]
    fn faults_are_tried_again_while_there_is_patience() {
        let late = Tried { time: PATIENCE, ..tried(0, 0) };
        let again = Some(FAULT_BACKOFF);
        for (fault, is_alive, early, afterwards) in [
            (Fault::Refused, true, None, None),
            (Fault::Unreachable, true, None, None),
            (Fault::Broken, false, again, again),
            (Fault::Silent, false, again, None),
            (Fault::Silent, true, again, again),
        ] {
            assert_eq!(after_fault(fault, is_alive, &tried(0, 0), &POLICY), early, "{fault:?}");
            assert_eq!(after_fault(fault, is_alive, &late, &POLICY), afterwards, "{fault:?} late");
            assert_eq!(after_fault(fault, is_alive, &tried(0, 2), &POLICY), None, "{fault:?} again");
        }
        let hasty = RetryPolicy { max_delay: Duration::from_millis(1), ..POLICY };
        assert_eq!(after_fault(Fault::Broken, false, &tried(0, 1), &hasty), Some(hasty.max_delay));
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
            assert_eq!(decide(429, Some(value), &tried(1, 0), &POLICY, now()), expected, "{value:?}");
        }
    }

    #[test]
    fn computed_waits_are_capped() {
        let patient = RetryPolicy { max_retries: u32::MAX, ..POLICY };
        for refusals in [5, 31, 32, 63, 64, 1000] {
            let decision = decide(429, None, &tried(refusals, 0), &patient, now());
            assert_eq!(decision, Decision::RetryAfter(Duration::from_secs(30)), "{refusals}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_value_is_read_or_passed_over(value in ".*") {
            let _ = parse_retry_after(&value, now());
        }
    }
}
