//! Checks one image.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use futures_util::FutureExt;

use super::{
    images::{Images, last_candidates::LastCandidates},
    last_answer::{self, LastAnswers},
    lifecycle::data::LifecycleData,
    published::{releases::Releases, sources::Sources},
    redis_pauses::FlaggedPauses,
    report::{AvailableUpdate, ImageReport, Status},
    request::CheckRequest,
    safety::advisories::list::AdvisoryLists,
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

/// Answers the questions of the service, with everything that it remembers.
pub(crate) struct Checker {
    pub(crate) http: Client,
    pub(crate) cache: Arc<Cache>,
    pub(crate) images: Images,
    pub(crate) sources: Sources,
    pub(crate) releases: Releases,
    pub(crate) lifecycle: LifecycleData,
    /// Lists of security advisories, where the options ask for them.
    pub(crate) advisories: Option<AdvisoryLists>,
    pub(crate) last_candidates: LastCandidates,
    /// Answers that replace failures, where the options ask for them.
    last_answers: Option<LastAnswers>,
    deadline: Duration,
}

impl Checker {
    /// Creates a checker with its own cache; connections are shared within the process.
    ///
    /// # Errors
    /// `InvalidArgument` for a cache that cannot be used, such as a Redis server without a URL.
    pub(crate) fn new(options: Options) -> Result<Self> {
        let deadline = options.deadline();
        let cache = Arc::new(Cache::new(options.cache)?);
        let http = Client::new(options.http).with_shared_pauses(FlaggedPauses::shared_in(&cache));
        let tag_ttl = options.registry.tag_ttl;
        let registry = Arc::new(RegistryClient::new(http.clone(), options.registry, cache.clone()));
        Ok(Self {
            sources: Sources::new(registry.clone(), cache.clone(), deadline),
            releases: Releases::new(http.clone(), options.source, cache.clone(), tag_ttl, deadline),
            last_candidates: LastCandidates::new(registry.clone(), cache.clone()),
            images: Images { registry },
            advisories: options
                .advisories
                .map(|fresh| AdvisoryLists::new(http.clone(), cache.clone(), fresh)),
            lifecycle: LifecycleData::new(options.lifecycle, http.clone(), cache.clone()),
            last_answers: options.stale_if_error.then(|| LastAnswers(cache.clone())),
            http,
            cache,
            deadline,
        })
    }

    /// Runs a call, and ends it at the deadline.
    pub(crate) fn in_time<T>(
        &self,
        work: impl Future<Output = Result<T>>,
    ) -> impl Future<Output = Result<T>> {
        Client::prepare();
        within(self.deadline, work)
    }

    /// Forgets everything that is remembered.
    pub(crate) async fn forget(&self) {
        self.images.registry.forget();
        self.last_candidates.forget();
        self.lifecycle.forget();
        self.cache.clear().await;
    }

    /// Checks an image. A failure is part of the report, unless the last report replaces it.
    pub(crate) async fn check(&self, request: &CheckRequest) -> ImageReport {
        self.check_read(request, &ImageReference::parse(&request.image)).await
    }

    /// Checks an image whose reference is parsed.
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

    /// Returns the updates that a check finds.
    ///
    /// # Errors
    /// The error that ended the check.
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

    /// The key of the last answer to a request. It identifies the request and the account without containing
    /// credentials.
    async fn key(&self, request: &CheckRequest, reference: &Result<ImageReference>) -> Option<String> {
        let reference = reference.as_ref().ok()?;
        let viewer = self.images.registry.viewer(&reference.repository()).await;
        last_answer::key(request, reference, &format!("{viewer} {}", self.releases.account()))
    }

    /// Checks an image without the last answer. Returns the findings, and the error that ended the check, if one did.
    async fn look(
        &self,
        request: &CheckRequest,
        reference: &Result<ImageReference>,
    ) -> (ImageReport, Option<Error>) {
        let (now, began) = (request.now.unwrap_or_else(SystemTime::now), Instant::now());
        let mut report = ImageReport::begun(&request.image, &request.arch, now);
        let error = match reference {
            // The future is boxed because the compiler gives up on types as deep as that of a whole check.
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
