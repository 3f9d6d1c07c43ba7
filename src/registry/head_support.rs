//! What is known of a registry's HEAD: some servers refuse it where they would answer GET, or answer it wrongly.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use super::answer::Answer;

/// Time for which a finding is believed.
const BELIEVED: Duration = Duration::from_secs(60 * 60);

/// What GET has shown of the statuses with which a registry refuses HEAD.
#[derive(Debug, Default)]
pub(crate) struct HeadSupport(Mutex<HashMap<u16, Finding>>);

#[derive(Debug)]
struct Finding {
    until: Instant,
    /// Whether GET answered where HEAD had not.
    get_answers: bool,
}

impl HeadSupport {
    /// Whether HEAD is known to be refused where GET answers, so that it is not asked for.
    pub(crate) fn is_refused(&self) -> bool {
        let mut findings = self.0.lock();
        findings.retain(|_, finding| Instant::now() < finding.until);
        findings.values().any(|finding| finding.get_answers)
    }

    /// Whether GET may answer where HEAD is refused with a status. That credentials are wanted, or fewer requests, holds for
    /// both.
    pub(crate) fn is_doubtful(&self, status: u16) -> bool {
        let is_known = self.0.lock().get(&status).is_some_and(|finding| Instant::now() < finding.until);
        match status {
            400 | 403..=406 | 415 => !is_known,
            500..=599 => true,
            _ => false,
        }
    }

    /// Takes note of what GET answered where HEAD was refused. A failing server may be well again for the next call.
    pub(crate) fn learn<T>(&self, status: u16, answer: &Answer<T>) {
        let get_answers = match answer {
            Answer::Found(_) => true,
            Answer::Refused(error) if status == 404 && error.is_not_found() => false,
            Answer::Refused(_) => return,
        };
        if status < 500 {
            let finding = Finding { until: Instant::now() + BELIEVED, get_answers };
            self.0.lock().insert(status, finding);
        }
    }
}
