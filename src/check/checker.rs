//! Checks of one image.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use futures_util::FutureExt;
use tokio::sync::OnceCell;

use super::{
    digest::plain_digest,
    ended::selector_of_others,
    images::Images,
    last_answer::{self, LastAnswers},
    lifecycles::SupportData,
    lives::{Chosen, Lives, day},
    original::LastCandidates,
    pauses::FlaggedPauses,
    published::{releases::Releases, sources::Sources},
    report::{AvailableUpdate, ImageReport, Status},
    request::CheckRequest,
    search::{Offer, Search, evidence::Evidence, running_image::RunningImage},
};
use crate::{
    cache::Cache,
    error::{Error, ErrorKind, Result},
    http::{client::Client, deadline::within},
    image::{
        platform::Platform,
        reference::{ImageReference, is_tag},
    },
    observe::{self, CheckEvent},
    options::Options,
    registry::{client::RegistryClient, tags::readers::ReadTags},
    support::lifecycle::Lifecycle,
    version::{
        policy::{Policy, Rule, Runtime, Track},
        select::{selection::Selection, selector::Selector},
        tag::{kind::TagKind, scheme::TagScheme},
    },
};

/// Does what the service promises, with what it remembers.
pub(crate) struct Checker {
    pub(crate) http: Client,
    pub(crate) cache: Arc<Cache>,
    pub(crate) images: Images,
    pub(crate) sources: Sources,
    pub(crate) releases: Releases,
    pub(crate) support: SupportData,
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
            support: SupportData::new(options.lifecycle, http.clone(), cache.clone()),
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
        self.support.forget();
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

    async fn fill(
        &self,
        report: &mut ImageReport,
        request: &CheckRequest,
        reference: &ImageReference,
        now: SystemTime,
    ) -> Result<()> {
        let scheme = TagScheme::read(&reference.tag);
        report.reference = Some(reference.to_string());
        report.scheme = Some(scheme.describe());
        let lives = Lives {
            catalog: self.support.newest().await,
            names: self.support.names(),
            reference,
            today: day(now),
            is_told: self.support.is_told(),
        };
        report.lifecycle = lives.of(&reference.tag, None);
        let fallback = request.fallback_source.as_deref().filter(|source| !source.is_empty());
        match &request.rule {
            Rule::Original => {
                let outcome =
                    self.original_updates(&request.image, reference, &request.arch, fallback).await?;
                report.source_url = outcome.source;
                report.status = match &outcome.updates {
                    None => Status::Unorderable,
                    Some(updates) if updates.is_empty() => Status::UpToDate,
                    Some(_) => Status::UpdateAvailable,
                };
                report.updates = outcome.updates.unwrap_or_default();
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
        let current_digest = match &request.current_digest {
            Some(digest) => Some(plain_digest(digest)?),
            // A tag and a digest say both what is wanted and what runs.
            None => reference.digest.clone().filter(|_| !reference.is_digest_alone()),
        };
        let compared = match &request.compare_with {
            Some(tag) if !is_tag(tag) => {
                return Err(Error::new(ErrorKind::InvalidReference, format!("{tag:?} is no tag")));
            }
            Some(tag) => ImageReference { tag: tag.clone(), digest: None, ..reference.clone() },
            None => reference.clone(),
        };

        // What does not need another answer is asked at once.
        let hub = self.images.hub_answer(&repository);
        let is_orderable = scheme.is_orderable();
        // A tag that floats has a line of its own, if it has numbers: `17-alpine` comes after `16-alpine`.
        let has_line = is_orderable || scheme.kind() == TagKind::Floating && !scheme.numbers().is_empty();
        let running = RunningImage {
            checker: self,
            reference,
            repository: &repository,
            machine: &machine,
            // A tag without order has no update whose layers could be compared.
            digest: current_digest.as_deref().filter(|_| has_line),
            hub: hub.clone(),
            found: OnceCell::new(),
        };
        let source = async { running.source().await.or_else(|| fallback.map(str::to_owned)) };
        let source = source.boxed().shared();
        let offer = async {
            let selection = async {
                match has_line {
                    true => self.selection(reference, policy).await,
                    false => Ok(Listed::default()),
                }
            };
            let (selection, hub) = tokio::join!(selection, hub.clone());
            let Listed { selection, others, evidence } = selection?;
            let source = source.clone();
            let search = Search { running: &running, policy, now, lives, evidence: &evidence, source };
            let chosen = lives.choose(&selection, policy);
            let offer = search.offer(&selection, &chosen, hub.as_deref()).await;
            Ok((offer, selection, others, chosen))
        };
        let digest = async {
            let current = match (&current_digest, &request.compare_with) {
                (None, None) if is_orderable => return Ok(None),
                // A digest alone stands for no tag that could have moved.
                (_, None) if reference.is_digest_alone() => return Ok(None),
                (None, Some(_)) => Some(self.images.digest(&repository, reference.tag_or_digest()).await?),
                (current, _) => current.clone(),
            };
            let mut digest = self.digest_report(&compared, current.as_deref(), hub.clone()).await?;
            digest.compared_with.clone_from(&request.compare_with);
            Ok(Some(digest))
        };
        let (offer, digest, source) = tokio::join!(offer, digest, source.clone());
        report.source_url = source;
        let (offer, selection, others, chosen): (Result<Offer>, Selection, Option<Selection>, Chosen) =
            offer?;
        report.digest = digest?;
        let offer = offer?;
        report.updates = offer.updates;
        report.latest = offer.latest;
        report.is_partial = offer.is_partial;
        report.warnings = offer.warnings;
        report.warnings.extend(chosen.warnings);
        if is_orderable && !selection.is_listed {
            let tag = &reference.tag;
            report.warnings.push(format!("{repository} lists no tag {tag}: it is gone, or never was"));
        }
        if is_orderable && report.updates.is_empty() {
            let hub = hub.await;
            match self.ended(&running, &selection, others.as_ref(), &report.latest, hub.as_deref(), now).await
            {
                Ok(ended) => report.ended = ended,
                Err(error) => {
                    report.is_partial = true;
                    report.warnings.push(format!(
                        "Whether the running variant has ended could not be found out: {error}"
                    ));
                }
            }
            let successor = report.ended.as_ref().and_then(|ended| ended.successor.as_ref());
            if let Some(successor) =
                successor.filter(|_| policy.runtime == Runtime::Follow && policy.track == Track::Major)
            {
                report.updates.push(AvailableUpdate::new(&*successor.tag, true, None));
            }
        }
        let mut rejections = offer.rejected;
        rejections.extend(selection.rejected);
        rejections.extend(chosen.rejected.into_rows());
        report.rejected = rejections.into_rows();
        // What a floating tag stands for, unless what runs is older than that.
        let digest = report.digest.as_ref().filter(|digest| !digest.changed);
        let version = digest.and_then(|digest| digest.version.as_deref()).unwrap_or(&reference.tag);
        let image = running.found.get().and_then(|found| found.as_ref().ok()).and_then(Option::as_deref);
        report.lifecycle = lives.of(version, image);
        report.warnings.extend(report.lifecycle.iter().flat_map(Lifecycle::ended_parts));
        conclude(report, &compared.tag, scheme);
        Ok(())
    }

    /// The tags that are updates by a policy.
    async fn selection(&self, reference: &ImageReference, policy: &Policy) -> Result<Listed> {
        let tag = &reference.tag;
        let reader = SelectTags {
            selector: Selector::new(tag, policy),
            others: selector_of_others(tag, policy),
            evidence: Evidence::new(tag),
        };
        let read = self.images.registry.read_tags(&reference.repository(), reader).await?;
        Ok(Listed {
            selection: read.selector.finish(),
            others: read.others.map(Selector::finish),
            evidence: read.evidence,
        })
    }
}

/// Draws the conclusion from what was found; `compared` is the tag whose digest was looked at.
fn conclude(report: &mut ImageReport, compared: &str, scheme: &TagScheme<'_>) {
    if report.digest.as_ref().is_some_and(|digest| digest.changed) && report.updates.is_empty() {
        report.updates.push(AvailableUpdate::new(compared, true, None));
    }
    let tag = scheme.explain().tag;
    let is_compared = report.digest.as_ref().is_some_and(|digest| digest.current.is_some());
    // A tag that is made of a commit never moves, so that it points to what runs says nothing.
    let is_commit = scheme.kind() == TagKind::Unorderable && scheme.explain().commit.is_some();
    report.status = if !report.updates.is_empty() {
        Status::UpdateAvailable
    } else if scheme.is_orderable() || is_compared && !(is_commit && compared == tag) {
        Status::UpToDate
    } else {
        report.warnings.push(if is_commit {
            format!("The tag {tag} has no order and never moves; whether there is something newer is known only beside another tag")
        } else {
            format!("The tag {tag} has no order; whether it has changed is known only beside the digest of what is running")
        });
        Status::Unorderable
    };
}

/// Looks at tags as they arrive.
struct SelectTags {
    selector: Selector,
    others: Option<Selector>,
    evidence: Evidence,
}

/// What a tag list holds.
#[derive(Default)]
struct Listed {
    selection: Selection,
    /// Newer versions in any variant.
    others: Option<Selection>,
    evidence: Evidence,
}

impl ReadTags for SelectTags {
    fn read(&mut self, tag: &str) {
        self.selector.push(tag);
        if let Some(others) = &mut self.others {
            others.push(tag);
        }
        self.evidence.read(tag);
    }
}
