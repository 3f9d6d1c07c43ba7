//! Remembers how a registry treats HEAD. Some servers refuse it, or answer it wrongly, where they would answer GET.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use super::answer::Answer;

/// Time for which an observation is trusted.
const BELIEVED: Duration = Duration::from_secs(60 * 60);

/// The statuses with which a registry refuses HEAD, and whether GET works in their place.
#[derive(Debug, Default)]
pub(crate) struct HeadSupport(Mutex<HashMap<u16, Finding>>);

#[derive(Debug)]
struct Finding {
    expires: Instant,
    /// Whether GET answered where HEAD had been refused.
    get_answers: bool,
}

impl HeadSupport {
    /// Whether HEAD is known to be refused where GET answers, so that GET is asked at once.
    pub(crate) fn is_refused(&self) -> bool {
        let mut findings = self.0.lock();
        findings.retain(|_, finding| Instant::now() < finding.expires);
        findings.values().any(|finding| finding.get_answers)
    }

    /// Whether GET may answer although HEAD was refused with a status. A status that asks for credentials or for fewer
    /// requests applies to both.
    pub(crate) fn is_doubtful(&self, status: u16) -> bool {
        // Others may have found out meanwhile that GET answers: this refusal is met by GET all the same.
        let is_believed = self
            .0
            .lock()
            .get(&status)
            .is_some_and(|finding| Instant::now() < finding.expires && !finding.get_answers);
        match status {
            400 | 403..=406 | 415 => !is_believed,
            500..=599 => true,
            _ => false,
        }
    }

    /// Notes the answer to a GET after HEAD was refused. A failing server (5xx) teaches nothing, because it may
    /// recover.
    pub(crate) fn learn<T>(&self, status: u16, answer: &Answer<T>) {
        let get_answers = match answer {
            Answer::Found(_) => true,
            Answer::Refused(error) if status == 404 && error.is_not_found() => false,
            Answer::Refused(_) => return,
        };
        if status < 500 {
            let finding = Finding { expires: Instant::now() + BELIEVED, get_answers };
            self.0.lock().insert(status, finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Error, ErrorKind};

    #[test]
    fn a_refusal_that_was_under_way_is_met_by_get_too() {
        let support = HeadSupport::default();
        assert!(support.is_doubtful(405) && !support.is_refused());
        support.learn(405, &Answer::Found(()));
        assert!(support.is_refused() && support.is_doubtful(405));
        support.learn::<()>(404, &Answer::Refused(Error::new(ErrorKind::NotFound, "gone").with_status(404)));
        assert!(!support.is_doubtful(404), "GET has agreed");
        assert!(!support.is_doubtful(401) && !support.is_doubtful(429) && support.is_doubtful(503));
    }
}
