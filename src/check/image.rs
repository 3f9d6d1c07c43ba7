//! A check of one image.

use std::time::{Instant, SystemTime};

use futures_util::FutureExt;
use tokio::sync::OnceCell;

use super::{
    digest::plain_digest,
    lives::{Chosen, Lives, day},
    report::{ImageReport, Status, Updates},
    running::Running,
    search::{Offer, Search},
};
use crate::{
    error::{Error, Result},
    image::{platform::Platform, reference::ImageReference},
    observe::{self, CheckEvent},
    registry::tags::readers::ReadTags,
    service::{AvailableUpdate, ContainerRegistryService},
    support::lifecycle::Lifecycle,
    version::{
        policy::{Policy, Rule},
        select::{selection::Selection, selector::Selector},
        tag::scheme::TagScheme,
    },
};

/// An image to check, and how.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CheckRequest {
    /// The image, as a person writes it.
    pub image: String,
    /// Architecture of the machine that is to run it; see [`Platform::parse`].
    pub arch: String,
    /// Which versions are updates.
    pub policy: Rule,
    /// Digest of what is running, of its index or of its manifest, alone or behind `name@`.
    pub current_digest: Option<String>,
    /// The source repository to go by where the image names none.
    pub fallback_source: Option<String>,
    /// The time at which ages are reckoned. `None` is now.
    pub now: Option<SystemTime>,
}

impl ContainerRegistryService {
    /// Checks an image and tells what was found and why; a failure is in the report, unless the last report may stand in for
    /// it ([`crate::options::Options::stale_if_error`]).
    pub async fn check_image(&self, request: &CheckRequest) -> ImageReport {
        let (report, error) = self.look(request).await;
        self.report_or_last(request, report, error).await
    }

    /// Newer versions of an image by a policy.
    ///
    /// # Errors
    /// What kept the check from ending.
    pub async fn updates_by(&self, request: &CheckRequest) -> Result<Updates> {
        let updates = match request.policy {
            Rule::Original => self.original_updates(request).await,
            Rule::Policy(_) => match self.look(request).await {
                (report, None) => Ok(report.updates),
                (_, Some(error)) => Err(error),
            },
        };
        self.updates_or_last(request, updates).await
    }

    async fn original_updates(&self, request: &CheckRequest) -> Result<Vec<AvailableUpdate>> {
        let (began, fallback) = (Instant::now(), request.fallback_source.as_deref());
        let updates = self.available_updates(&request.image, &request.arch, fallback).await;
        let (status, count) = match &updates {
            Ok(updates) if !updates.is_empty() => (Status::UpdateAvailable, updates.len()),
            // What `latest` is newer than cannot be said.
            Ok(_) if ImageReference::parse(&request.image).is_ok_and(|image| image.tag == "latest") => {
                (Status::Unorderable, 0)
            }
            Ok(_) => (Status::UpToDate, 0),
            Err(_) => (Status::Failed, 0),
        };
        observed(request, status, count, updates.as_ref().err(), began);
        updates
    }

    /// A check by what is there now: what was found, and what kept it from ending.
    async fn look(&self, request: &CheckRequest) -> (ImageReport, Option<Error>) {
        let (now, began) = (request.now.unwrap_or_else(SystemTime::now), Instant::now());
        let mut report = ImageReport::begun(&request.image, &request.arch, now);
        // Boxed, as the compiler gives up on types as deep as a whole check's.
        let error = self.in_time(self.fill(&mut report, request, now).boxed()).await.err();
        let (status, updates) = match error {
            None => (report.status, report.updates.len()),
            Some(_) => (Status::Failed, 0),
        };
        observed(request, status, updates, error.as_ref(), began);
        (report, error)
    }

    async fn fill(&self, report: &mut ImageReport, request: &CheckRequest, now: SystemTime) -> Result<()> {
        let reference = ImageReference::parse(&request.image)?;
        let scheme = TagScheme::read(&reference.tag);
        report.reference = Some(reference.to_string());
        report.scheme = Some(scheme.describe());
        let lives = Lives {
            catalog: self.support_data().await,
            names: self.lifecycle_names(),
            reference: &reference,
            today: day(now),
        };
        report.lifecycle = self.tells_lives().then(|| lives.of(&reference.tag, None)).flatten();
        match &request.policy {
            Rule::Original => {
                let fallback = request.fallback_source.as_deref();
                report.updates = self.available_updates(&request.image, &request.arch, fallback).await?;
                report.source_url = self.known_source(&reference, fallback).await;
                report.status =
                    if report.updates.is_empty() { Status::UpToDate } else { Status::UpdateAvailable };
                if report.updates.is_empty() && reference.tag == "latest" {
                    report.status = Status::Unorderable;
                }
                Ok(())
            }
            Rule::Policy(policy) => {
                let policy = lives.reach(policy);
                self.fill_by(report, request, &lives, &scheme, &policy, now).await
            }
        }
    }

    async fn fill_by(
        &self,
        report: &mut ImageReport,
        request: &CheckRequest,
        lives: &Lives<'_>,
        scheme: &TagScheme<'_>,
        policy: &Policy,
        now: SystemTime,
    ) -> Result<()> {
        let reference = lives.reference;
        let repository = reference.repository();
        let machine = Platform::parse(&request.arch).on_linux();
        let fallback = request.fallback_source.as_deref().filter(|source| !source.is_empty());
        let current_digest = request.current_digest.as_deref().map(plain_digest).transpose()?;

        // What does not need another answer is asked at once.
        let hub = self.hub_answer(&repository);
        let is_orderable = scheme.is_orderable();
        let running = Running {
            service: self,
            reference,
            repository: &repository,
            machine: &machine,
            // A tag without order has no update whose layers could be compared.
            digest: current_digest.as_deref().filter(|_| is_orderable),
            hub: hub.clone(),
            found: OnceCell::new(),
        };
        let source = async { running.source().await.or_else(|| fallback.map(str::to_owned)) };
        let source = source.boxed().shared();
        let search = Search { running: &running, policy, now, lives, source: source.clone() };
        let offer = async {
            let selection = async {
                match is_orderable {
                    true => self.selection(reference, policy).await,
                    false => Ok(Selection::default()),
                }
            };
            let (selection, hub) = tokio::join!(selection, hub.clone());
            let selection = selection?;
            let chosen = lives.choose(&selection, policy);
            let offer = search.offer(&selection, &chosen, hub.as_deref()).await;
            Ok((offer, selection, chosen))
        };
        let digest = async {
            if is_orderable && current_digest.is_none() {
                return Ok(None);
            }
            self.digest_report(reference, scheme, current_digest.as_deref(), hub.clone()).await.map(Some)
        };
        let (offer, digest, source) = tokio::join!(offer, digest, source);
        report.source_url = source;
        let (offer, selection, chosen): (Result<Offer>, Selection, Chosen) = offer?;
        report.digest = digest?;
        let offer = offer?;
        report.updates = offer.updates;
        report.latest = offer.latest;
        report.is_partial = !offer.warnings.is_empty();
        report.warnings = offer.warnings;
        report.warnings.extend(chosen.warnings);
        if is_orderable && !selection.is_listed {
            let tag = &reference.tag;
            report.warnings.push(format!("{repository} lists no tag {tag}: it is gone, or never was"));
        }
        let mut rejections = offer.rejected;
        rejections.extend(selection.rejected);
        rejections.extend(chosen.rejected.into_rows());
        report.rejected = rejections.into_rows();
        if self.tells_lives() {
            // What a floating tag stands for, unless what runs is older than that.
            let digest = report.digest.as_ref().filter(|digest| !digest.changed);
            let version = digest.and_then(|digest| digest.version.as_deref()).unwrap_or(&reference.tag);
            let image = running.found.get().and_then(|found| found.as_ref().ok()).and_then(Option::as_deref);
            report.lifecycle = lives.of(version, image);
            report.warnings.extend(report.lifecycle.iter().flat_map(Lifecycle::ended_parts));
        }
        self.conclude(report, reference, scheme);
        Ok(())
    }

    /// The tags that are updates by a policy.
    async fn selection(&self, reference: &ImageReference, policy: &Policy) -> Result<Selection> {
        let selector = SelectTags(Selector::new(&reference.tag, policy));
        Ok(self.registry().read_tags(&reference.repository(), selector).await?.0.finish())
    }

    /// Draws the conclusion from what was found.
    fn conclude(&self, report: &mut ImageReport, reference: &ImageReference, scheme: &TagScheme) {
        if report.digest.as_ref().is_some_and(|digest| digest.changed) && report.updates.is_empty() {
            report.updates.push(AvailableUpdate {
                tag: reference.tag.clone(),
                is_latest: true,
                release_url: None,
            });
        }
        let is_compared = report.digest.as_ref().is_some_and(|digest| digest.current.is_some());
        report.status = if !report.updates.is_empty() {
            Status::UpdateAvailable
        } else if scheme.is_orderable() || is_compared {
            Status::UpToDate
        } else {
            report.warnings.push(format!(
                "The tag {} has no order; whether it has changed is known only beside the digest of what is running",
                reference.tag
            ));
            Status::Unorderable
        };
    }

    /// The source repository that the image names, or the fallback.
    async fn known_source(&self, reference: &ImageReference, fallback: Option<&str>) -> Option<String> {
        let own = self.source_url(&reference.repository(), reference.tag_or_digest()).await;
        own.or_else(|| fallback.map(str::to_owned))
    }
}

/// Looks at tags as they arrive.
struct SelectTags(Selector);

impl ReadTags for SelectTags {
    fn read(&mut self, tag: &str) {
        self.0.push(tag);
    }
}

/// Tells those who measure of a check.
fn observed(request: &CheckRequest, status: Status, updates: usize, error: Option<&Error>, began: Instant) {
    observe::check(&CheckEvent {
        image: &request.image,
        arch: &request.arch,
        status: status.as_str(),
        error: error.map(Error::code),
        updates,
        milliseconds: began.elapsed().as_secs_f64() * 1000.0,
    });
}
