//! Checks of one image.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use futures_util::FutureExt;

use super::{
    images::Images,
    last_answer::{self, LastAnswers},
    lifecycle::data::LifecycleData,
    original::LastCandidates,
    pauses::FlaggedPauses,
    published::{releases::Releases, sources::Sources},
    report::{AvailableUpdate, ImageReport, Status},
    request::CheckRequest,
};
use crate::{
    cache::Cache,
    error::{Error, Result},
    http::{client::Client, deadline::within},
    image::reference::ImageReference,
    observe::{self, CheckEvent},
    options::Options,
    registry::client::RegistryClient,
};

/// Does what the service promises, with what it remembers.
pub(crate) struct Checker {
    pub(crate) http: Client,
    pub(crate) cache: Arc<Cache>,
    pub(crate) images: Images,
    pub(crate) sources: Sources,
    pub(crate) releases: Releases,
    pub(crate) lifecycle: LifecycleData,
    pub(crate) last_candidates: LastCandidates,
    /// The answers that stand in for failures, where that is wished.
    last_answers: Option<LastAnswers>,
    deadline: Duration,
}

impl Checker {
    /// A checker with its own memory; connections are shared within the process.
    ///
    /// # Errors
    /// `InvalidArgument` for a cache that cannot be, such as a Redis server without a URL.
    pub(crate) fn new(options: Options) -> Result<Self> {
        let deadline = options.deadline();
        let cache = Arc::new(Cache::new(options.cache)?);
        let http = Client::new(options.http).with_shared_pauses(FlaggedPauses::shared_in(&cache));
        let tag_ttl = options.registry.tag_ttl;
        let registry = Arc::new(RegistryClient::new(http.clone(), options.registry, cache.clone()));
        Ok(Self {
            sources: Sources::new(registry.clone(), cache.clone(), deadline),
            releases: Releases::new(http.clone(), options.source, cache.clone(), tag_ttl, deadline),
            images: Images { registry },
            lifecycle: LifecycleData::new(options.lifecycle, http.clone(), cache.clone()),
            last_candidates: LastCandidates::default(),
            last_answers: options.stale_if_error.then(|| LastAnswers(cache.clone())),
            http,
            cache,
            deadline,
        })
    }

    /// Ends a call at its deadline.
    pub(crate) async fn in_time<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        within(self.deadline, work).await
    }

    /// Forgets everything that was learnt.
    pub(crate) async fn forget(&self) {
        self.images.registry.forget();
        self.last_candidates.forget();
        self.lifecycle.forget();
        self.cache.clear().await;
    }

    /// Checks an image. A failure is in the report, unless the last report may stand in for it.
    pub(crate) async fn check(&self, request: &CheckRequest) -> ImageReport {
        self.check_read(request, &ImageReference::parse(&request.image)).await
    }

    /// Checks an image whose reference has been read.
    pub(crate) async fn check_read(
        &self,
        request: &CheckRequest,
        reference: &Result<ImageReference>,
    ) -> ImageReport {
        let (report, error) = self.look(request, reference).await;
        match (&self.last_answers, error) {
            (Some(last), error) => {
                last.report_or_last(self.key(request, reference).await.as_deref(), (report, error)).await
            }
            (None, Some(error)) => report.failed(error),
            (None, None) => report,
        }
    }

    /// The updates that a check finds.
    ///
    /// # Errors
    /// What kept the check from ending.
    pub(crate) async fn updates(&self, request: &CheckRequest) -> Result<Vec<AvailableUpdate>> {
        let reference = ImageReference::parse(&request.image);
        let (report, error) = self.look(request, &reference).await;
        match (&self.last_answers, error) {
            (Some(last), error) => {
                last.updates_or_last(self.key(request, &reference).await.as_deref(), (report, error)).await
            }
            (None, Some(error)) => Err(error),
            (None, None) => Ok(report.updates),
        }
    }

    /// The name under which the answer of a check is kept: what was asked, and who asked it, in words that do not give
    /// credentials away.
    async fn key(&self, request: &CheckRequest, reference: &Result<ImageReference>) -> Option<String> {
        let reference = reference.as_ref().ok()?;
        let viewer = self.images.registry.viewer(&reference.repository()).await;
        last_answer::key(request, reference, &format!("{viewer} {}", self.releases.account()))
    }

    /// A check by what is there now: what was found, and what kept it from ending.
    async fn look(
        &self,
        request: &CheckRequest,
        reference: &Result<ImageReference>,
    ) -> (ImageReport, Option<Error>) {
        let (now, began) = (request.now.unwrap_or_else(SystemTime::now), Instant::now());
        let mut report = ImageReport::begun(&request.image, &request.arch, now);
        let error = match reference {
            // Boxed, as the compiler gives up on types as deep as a whole check's.
            Ok(reference) => {
                self.in_time(self.fill(&mut report, request, reference, now).boxed()).await.err()
            }
            Err(error) => Some(error.clone()),
        };
        let (status, updates) = match error {
            None => (report.status, report.updates.len()),
            Some(_) => (Status::Failed, 0),
        };
        observe::check(&CheckEvent {
            image: &request.image,
            arch: &request.arch,
            status: status.as_str(),
            error: error.as_ref().map(Error::code),
            updates,
            milliseconds: began.elapsed().as_secs_f64() * 1000.0,
        });
        (report, error)
    }
}
