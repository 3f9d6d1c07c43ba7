//! What a check found when it ended well last, for the time when the network fails.

use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};

use super::{
    age::written,
    image::CheckRequest,
    report::{ImageReport, Updates},
};
use crate::{
    cache::Entry,
    error::{Error, Result},
    image::reference::ImageReference,
    service::{AvailableUpdate, ContainerRegistryService},
};

/// Time for which an answer is kept.
const KEPT: Duration = Duration::from_secs(90 * 24 * 3600);

impl ContainerRegistryService {
    /// The report of a check, with the error that kept it from ending, if one did. In place of one that may pass it is the
    /// report of the last check of the same kind, marked as stale.
    pub(crate) async fn report_or_last(
        &self,
        request: &CheckRequest,
        report: ImageReport,
        error: Option<Error>,
    ) -> ImageReport {
        let Some(error) = error else {
            // What could not be looked at this time may have been found last time.
            if !report.is_partial {
                self.remember("report", request, &report).await;
            }
            return report;
        };
        match self.last::<ImageReport>("report", request, &error).await {
            Some((_, mut last)) => {
                last.warnings.push(format!("The check failed, and this was found before: {error}"));
                ImageReport { image: report.image, arch: report.arch, stale: true, ..last }
            }
            None => report.failed(error),
        }
    }

    /// The same for updates alone. None at all are never given in place of a failure: nothing would tell them from a fresh
    /// "nothing newer".
    pub(crate) async fn updates_or_last(
        &self,
        request: &CheckRequest,
        outcome: Result<Vec<AvailableUpdate>>,
    ) -> Result<Updates> {
        match outcome {
            Ok(updates) => {
                self.remember("updates", request, &updates).await;
                Ok(Updates { updates, stale_since: None })
            }
            Err(error) => match self.last::<Vec<AvailableUpdate>>("updates", request, &error).await {
                Some((entry, updates)) if !updates.is_empty() => {
                    Ok(Updates { updates, stale_since: Some(written(entry.learnt)) })
                }
                _ => Err(error),
            },
        }
    }

    async fn remember(&self, kind: &str, request: &CheckRequest, answer: &impl Serialize) {
        if let Some(key) = self.key(kind, request).await
            && let Ok(value) = serde_json::to_vec(answer)
        {
            self.cache().put(&key, value, Some(KEPT)).await;
        }
    }

    async fn last<T: DeserializeOwned>(
        &self,
        kind: &str,
        request: &CheckRequest,
        error: &Error,
    ) -> Option<(Entry, T)> {
        if !error.is_transient() {
            return None;
        }
        let entry = self.cache().get(&self.key(kind, request).await?).await?;
        let answer = serde_json::from_slice(&entry.value).ok()?;
        tracing::warn!(
            "Answering for {} with what was found at {}: {error}",
            crate::error::printable(&request.image),
            written(entry.learnt)
        );
        Some((entry, answer))
    }

    /// The name of an answer: what was asked, and who asked it. `None` where nothing is to be kept.
    async fn key(&self, kind: &str, request: &CheckRequest) -> Option<String> {
        if !self.answers_stale() {
            return None;
        }
        let reference = ImageReference::parse(&request.image).ok()?;
        let asked = (
            reference.to_string(),
            &request.arch,
            &request.policy,
            &request.current_digest,
            &request.fallback_source,
        );
        Some(format!("last {kind} {} {asked:?}", self.viewer(&reference.repository()).await))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
