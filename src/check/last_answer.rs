//! Remembers the findings of the last check that succeeded, for checks that fail because of the network.

use std::{sync::Arc, time::Duration};

use super::{
    report::{AvailableUpdate, ImageReport},
    request::CheckRequest,
    search::image_date::written,
};
use crate::{
    cache::{Cache, Entry},
    error::{Error, ErrorKind, Result, printable},
    image::reference::ImageReference,
};

/// The time for which an answer is kept.
const KEPT: Duration = Duration::from_secs(90 * 24 * 3600);

/// The reports of checks that succeeded, by request and account.
pub(crate) struct LastAnswers(pub(crate) Arc<Cache>);

/// The outcome of a check: a report of the findings, and the error that ended the check, if one did.
pub(crate) type Outcome = (ImageReport, Option<Error>);

impl LastAnswers {
    /// Returns the report of a check. If the check failed with a transient error or a bad response, the report of the
    /// last check with this key replaces it, marked as stale. Without a key nothing is remembered.
    pub(crate) async fn report_or_last(&self, key: Option<&str>, (report, error): Outcome) -> ImageReport {
        let Some(error) = error else {
            self.remember(key, &report).await;
            return report;
        };
        match self.last(key, &report, &error).await {
            Some((_, mut last)) => {
                last.warnings.push(format!("The check failed, and this was found before: {error}"));
                ImageReport { image: report.image, arch: report.arch, stale: true, ..last }
            }
            None => report.failed(error),
        }
    }

    /// Returns the updates of a check, or those of the last one as [`Self::report_or_last`] does. An empty list never
    /// replaces a failure, because it would look like a fresh "nothing newer".
    pub(crate) async fn updates_or_last(
        &self,
        key: Option<&str>,
        (report, error): Outcome,
    ) -> Result<Vec<AvailableUpdate>> {
        let Some(error) = error else {
            self.remember(key, &report).await;
            return Ok(report.updates);
        };
        match self.last(key, &report, &error).await {
            Some((entry, last)) if !last.updates.is_empty() => {
                let checked_at = Some(written(entry.learnt));
                let stale =
                    |update| AvailableUpdate { stale: true, checked_at: checked_at.clone(), ..update };
                Ok(last.updates.into_iter().map(stale).collect())
            }
            _ => Err(error),
        }
    }

    /// A partial report is not kept, because the last complete one may hold what this one lacks.
    async fn remember(&self, key: Option<&str>, report: &ImageReport) {
        if let Some(key) = key
            && !report.is_partial
            && let Ok(value) = serde_json::to_vec(report)
        {
            self.0.put(key, value, Some(KEPT)).await;
        }
    }

    async fn last(
        &self,
        key: Option<&str>,
        report: &ImageReport,
        error: &Error,
    ) -> Option<(Entry, ImageReport)> {
        // A bad response is an outage, too, such as a portal's page or an error document with status 200.
        if !error.is_transient() && error.kind() != ErrorKind::BadResponse {
            return None;
        }
        let entry = self.0.get(key?).await?;
        let last = serde_json::from_slice(&entry.value).ok()?;
        let (image, learnt) = (printable(&report.image), written(entry.learnt));
        tracing::warn!("Answering for {image} with what was found at {learnt}: {error}");
        Some((entry, last))
    }
}

/// The key of an answer, made of the request and the account. It is written to disk and to Redis, so all its parts have
/// to be serialised alike by every release of this package.
pub(crate) fn key(request: &CheckRequest, reference: &ImageReference, viewer: &str) -> Option<String> {
    let CheckRequest { arch, rule, current_digest, compare_with, fallback_source, .. } = request;
    let asked = (reference.to_string(), arch, rule, current_digest, compare_with, fallback_source);
    let asked = serde_json::to_string(&asked).ok()?;
    let beside = if request.provenance { " with provenance" } else { "" };
    Some(format!("last report {viewer} {asked}{beside}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::version::{Patterns, Policy, Rule, Track};

    #[test]
    fn a_report_is_read_as_it_was_written() {
        let text = r#"{"image":"nginx:1.26","reference":"registry-1.docker.io/library/nginx:1.26","arch":"arm64",
            "status":"update-available","scheme":"s","updates":[{"tag":"1.27","isLatest":true,"releaseUrl":"https://r"}],
            "latest":{"minor":{"tag":"1.27","digest":"sha256:aa","downloadSize":{"new":1,"all":2},
            "createdAt":"2024-01-02T03:04:05Z","ageSource":"hub"}},"digest":{"available":"sha256:bb","changed":true},
            "sourceUrl":"https://s","checkedAt":"2025-01-02T03:04:05Z",
            "rejected":[{"reason":"variant","count":3,"examples":["1.27-alpine"]}],"warnings":["w"]}"#;
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
        let report: ImageReport = serde_json::from_str(text).expect("a report");
        assert_eq!(read(&serde_json::to_string(&report).expect("JSON")), read(text));
    }

    #[test]
    fn a_key_has_the_whole_request_in_a_stable_form() {
        let reference = ImageReference::parse("nginx:1.26").expect("a reference");
        let exclude = Patterns::new(["-slim$"]).expect("a pattern");
        let policy = Policy::default().track(Track::Major).exclude(exclude);
        let request = CheckRequest::new("nginx:1.26", "arm64").policy(policy).fallback_source("https://s");
        let written = key(&request, &reference, "somebody").expect("a key");
        assert!(
            written.starts_with(r#"last report somebody ["registry-1.docker.io/library/nginx:1.26","arm64",{"policy":{"track":"major","#),
            "{written}"
        );
        assert!(
            written.contains(r#""exclude":["-slim$"]"#) && written.ends_with(r#"},null,null,"https://s"]"#),
            "{written}"
        );
        let original = CheckRequest::new("nginx:1.26", "arm64").policy(Rule::Original);
        assert!(key(&original, &reference, "x").expect("a key").contains(r#""original""#));
    }
}
