//! Assembles a report: sends the requests side by side, and draws the conclusions from their answers.

use std::{sync::Arc, time::SystemTime};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use tokio::sync::OnceCell;

use super::{
    AvailableUpdate, DigestReport, ImageReport, Status,
    discontinued::{Newer, numbering::Renumbered, selector_of_others},
};
use crate::{
    check::{
        checker::Checker,
        digest::plain_digest,
        lifecycle::{Chosen, ImageLifecycle, day},
        published::{
            pages::{Pages, has_version},
            source::Source,
        },
        request::CheckRequest,
        safety::advisories::Looked,
        search::{
            Offer, Search, dates::Succession, evidence::Evidence, listed::ListedTags,
            running_image::RunningImage,
        },
    },
    error::{Error, ErrorKind, Result},
    image::{
        platform::Platform,
        reference::{ImageReference, is_tag},
    },
    lifecycle::summary::Lifecycle,
    registry::tags::readers::ReadTags,
    source::upstream::upstream_of,
    version::{
        policy::{Policy, Rule},
        select::{
            facts::{code_name, is_word_line},
            selection::Selection,
            selector::Selector,
        },
        tag::{kind::TagKind, scheme::TagScheme},
    },
};

/// The image and the policy of a check.
pub(super) struct Question<'a> {
    request: &'a CheckRequest,
    reference: &'a ImageReference,
    scheme: &'a TagScheme<'a>,
    pub(super) policy: &'a Policy,
    pub(super) lifecycle: &'a ImageLifecycle<'a>,
    pub(super) now: SystemTime,
}

impl Question<'_> {
    /// The digest of the running image, if it is known from the request or from a reference with a tag.
    fn current_digest(&self) -> Result<Option<String>> {
        match &self.request.current_digest {
            Some(digest) => plain_digest(digest).map(Some),
            None => Ok(self.reference.digest.clone().filter(|_| !self.reference.is_digest_alone())),
        }
    }

    /// The reference whose digest is compared with the running one.
    fn compared(&self) -> Result<ImageReference> {
        match &self.request.compare_with {
            Some(tag) if !is_tag(tag) => {
                Err(Error::new(ErrorKind::InvalidReference, format!("{tag:?} is no tag")))
            }
            Some(tag) => Ok(ImageReference { tag: tag.clone(), digest: None, ..self.reference.clone() }),
            None => Ok(self.reference.clone()),
        }
    }

    /// Whether newer tags can follow this one. A floating tag with numbers belongs to a line: `17-alpine` comes after
    /// `16-alpine`. So does the code name of a system: `trixie` comes after `bookworm`.
    fn has_line(&self) -> bool {
        let scheme = self.scheme;
        let is_line = scheme.kind() == TagKind::Floating && !scheme.numbers().is_empty();
        let view = scheme.view();
        scheme.is_orderable() || is_line || is_word_line(view) || code_name(view).is_some()
    }
}

/// The updates that a tag list offers, and the newer versions beside them.
struct Offered {
    offer: Result<Offer>,
    selection: Selection,
    others: Option<Selection>,
    renumbered: Option<Renumbered>,
    chosen: Chosen,
}

impl Checker {
    /// Fills a report with the current answers of the registry.
    ///
    /// # Errors
    /// The error that ended the check.
    pub(crate) async fn fill(
        &self,
        report: &mut ImageReport,
        request: &CheckRequest,
        reference: &ImageReference,
        now: SystemTime,
    ) -> Result<()> {
        let scheme = TagScheme::read(&reference.tag);
        report.reference = Some(reference.to_string());
        report.scheme = Some(scheme.describe());
        report.upstream_url = upstream_of(&reference.registry, &reference.full_name).map(str::to_owned);
        let lifecycle = ImageLifecycle {
            catalog: self.lifecycle.newest().await,
            names: self.lifecycle.names(),
            reference,
            today: day(now),
            is_told: self.lifecycle.is_told(),
        };
        report.lifecycle = lifecycle.of(&reference.tag, None);
        match &request.rule {
            Rule::Original => self.fill_by_original(report, request, reference).await,
            Rule::Policy(policy) => {
                let policy = &*lifecycle.reach(policy);
                let question =
                    Question { request, reference, scheme: &scheme, policy, lifecycle: &lifecycle, now };
                self.fill_by_policy(report, &question).await
            }
        }
    }

    async fn fill_by_original(
        &self,
        report: &mut ImageReport,
        request: &CheckRequest,
        reference: &ImageReference,
    ) -> Result<()> {
        let outcome =
            self.original_updates(&request.image, reference, &request.arch, request.fallback()).await?;
        report.source_url = outcome.source;
        report.status = match &outcome.updates {
            None => Status::Unorderable,
            Some(updates) if updates.is_empty() => Status::UpToDate,
            Some(_) => Status::UpdateAvailable,
        };
        report.updates = outcome.updates.unwrap_or_default();
        Ok(())
    }

    async fn fill_by_policy(&self, report: &mut ImageReport, question: &Question<'_>) -> Result<()> {
        let Question { request, reference, scheme, lifecycle, .. } = *question;
        let (current_digest, compared) = (question.current_digest()?, question.compared()?);
        let repository = reference.repository();
        let machine = Platform::parse(&request.arch).on_linux();
        let running = RunningImage {
            checker: self,
            reference,
            repository: &repository,
            machine: &machine,
            // A tag without an order has no update whose layers could be compared.
            digest: current_digest.as_deref().filter(|_| question.has_line()),
            hub: self.images.hub_answer(&repository),
            found: OnceCell::new(),
        };
        let hosts = self.releases.hosts();
        let fallback = || request.fallback().map(|fallback| Source::of(fallback, hosts));
        let source = async { running.source().await.or_else(fallback) };
        let source = source.boxed().shared();
        let known = source.clone();
        let advisories = async move { self.look_for_advisories(reference, known).await };
        let advisories = advisories.boxed().shared();
        // Requests that do not depend on another answer are sent at once.
        let (offered, digest, source, advisories, ()) = tokio::join!(
            self.offer(question, &running, source.clone(), advisories.clone()),
            self.compare(question, &running, &compared, current_digest.as_deref()),
            source.clone(),
            advisories.clone(),
            running.connect_for_pages(),
        );
        report.source_url.clone_from(&source.url);
        let Offered { offer, selection, others, renumbered, chosen } = offered?;
        report.digest = digest?;
        let offer = offer?;
        report.updates = offer.updates;
        report.latest = offer.latest;
        report.is_partial = offer.is_partial;
        report.warnings = offer.warnings;
        report.warnings.extend(chosen.warnings);
        report.warnings.extend(renumbered.as_ref().and_then(|found| found.warning(&reference.tag)));
        if scheme.is_orderable() && !selection.is_listed {
            let tag = &reference.tag;
            report.warnings.push(format!("{repository} lists no tag {tag}: it is gone, or never was"));
        }
        if question.has_line() && report.updates.is_empty() {
            let newer = Newer { selection: &selection, judged: &offer.rejected, others: others.as_ref() };
            self.fill_end(report, question, (&running, &source), renumbered.as_ref(), newer).await;
        }
        let mut rejections = offer.rejected;
        rejections.extend(selection.rejected);
        rejections.extend(chosen.rejected.into_rows());
        report.rejected = rejections.into_rows();
        // The lifecycle is that of the version behind a floating tag, unless the running image is older than that
        // version.
        let digest = report.digest.as_ref().filter(|digest| !digest.changed);
        let version =
            digest.and_then(|digest| digest.version.clone()).unwrap_or_else(|| reference.tag.clone());
        let image = running.found.get().and_then(|found| found.as_ref().ok()).and_then(Option::as_deref);
        report.lifecycle = lifecycle.of(&version, image);
        report.warnings.extend(report.lifecycle.iter().flat_map(Lifecycle::ended_parts));
        if request.provenance {
            self.fill_provenance(report, &running).await;
        }
        match advisories {
            Some(advisories) => advisories.fill(report, &version),
            None if question.policy.urgent.is_some() => report.warnings.push(
                "No update is urgent: which ones mend weaknesses is known with the option advisories only"
                    .to_owned(),
            ),
            None => {}
        }
        conclude(report, &compared.tag, scheme, selection.is_version);
        self.fill_page_of_version(report, &running, &source).await;
        Ok(())
    }

    /// Finds the page of a floating tag that has moved, by the version to which it points now. Where no version of the list has
    /// its digest, and the tag has none itself, that is the one which the image states.
    async fn fill_page_of_version(
        &self,
        report: &mut ImageReport,
        running: &RunningImage<'_>,
        source: &Source,
    ) {
        let Some(digest) = report.digest.as_ref().filter(|digest| digest.changed) else { return };
        if let [update] = report.updates.as_mut_slice()
            && update.release_url.is_none()
        {
            let version = match &digest.version {
                Some(version) => Some(version.clone()),
                None if source.repository.is_some() && !has_version(&running.reference.tag) => {
                    let image = running.image().await.ok().flatten();
                    image.and_then(|image| image.stated_version().map(str::to_owned))
                }
                None => None,
            };
            let Some(version) = version else { return };
            let mut pages = Pages::read(&self.releases, source, running.reference).await;
            pages.look_up(&[&version]).await;
            let page = pages.of(&version, None);
            update.release_url_source = page.as_ref().map(|page| page.source);
            update.release_url = page.map(|page| page.url);
        }
    }

    /// Reads the tag list, and looks at its candidates.
    async fn offer<'a>(
        &self,
        question: &Question<'a>,
        running: &'a RunningImage<'a>,
        source: Shared<BoxFuture<'a, Source>>,
        advisories: Shared<BoxFuture<'a, Option<Arc<Looked>>>>,
    ) -> Result<Offered> {
        let Question { reference, policy, lifecycle, now, .. } = *question;
        let listed = async {
            match question.has_line() {
                true => self.listed(reference, policy).await,
                false => Ok(Listed::default()),
            }
        };
        let (listed, hub) = tokio::join!(listed, running.hub.clone());
        let Listed { mut selection, others, evidence, tags } = listed?;
        let evidence = evidence.with_rebuild(selection.rebuild());
        let search = Search {
            running,
            policy,
            now,
            lifecycle,
            listed: &tags,
            evidence: &evidence,
            source,
            advisories,
            is_signed: OnceCell::new(),
        };
        let renumbered = Renumbered::find(&search, &selection, hub.as_deref()).await;
        if let Some(Renumbered { tags, succession: Succession::Later(_), .. }) = &renumbered {
            selection.follow(tags, policy.track);
        }
        selection.offer_rebuild();
        let chosen = lifecycle.choose(&selection, policy);
        let offer = search.offer(&selection, &chosen, hub.as_deref()).await;
        Ok(Offered { offer, selection, others, renumbered, chosen })
    }

    /// Compares the digest of the tag with the running one. Returns `None` where the comparison says nothing.
    async fn compare(
        &self,
        question: &Question<'_>,
        running: &RunningImage<'_>,
        compared: &ImageReference,
        current: Option<&str>,
    ) -> Result<Option<DigestReport>> {
        let Question { request, reference, scheme, .. } = *question;
        let asked;
        let current = match (current, &request.compare_with) {
            (None, None) if scheme.is_orderable() => return Ok(None),
            // A digest alone names no tag that could have moved.
            (_, None) if reference.is_digest_alone() => return Ok(None),
            (None, Some(_)) => {
                asked = self.images.digest(running.repository, reference.tag_or_digest()).await?;
                Some(asked.as_str())
            }
            (current, _) => current,
        };
        let mut digest = self.digest_report(compared, current, running.hub.clone()).await?;
        digest.compared_with.clone_from(&request.compare_with);
        Ok(Some(digest))
    }

    /// Reads the tag list once, for all its readers.
    async fn listed(&self, reference: &ImageReference, policy: &Policy) -> Result<Listed> {
        let tag = &reference.tag;
        let reader = SelectTags {
            selector: Selector::new(tag, policy),
            others: selector_of_others(tag, policy),
            evidence: Evidence::new(tag),
            tags: ListedTags::default(),
        };
        let read = self.images.registry.read_tags(&reference.repository(), reader).await?;
        Ok(Listed {
            selection: read.selector.finish(),
            others: read.others.map(Selector::finish),
            evidence: read.evidence,
            tags: read.tags.finish(),
        })
    }
}

/// Sets the status and the warnings that follow from the findings; `compared` is the tag whose digest was compared.
/// The list tells whether the running tag is a version.
fn conclude(report: &mut ImageReport, compared: &str, scheme: &TagScheme<'_>, is_version: bool) {
    if report.digest.as_ref().is_some_and(|digest| digest.changed) && report.updates.is_empty() {
        report.updates.push(AvailableUpdate::new(compared, true, None));
    }
    let tag = scheme.explain().tag;
    let is_compared = report.digest.as_ref().is_some_and(|digest| digest.current.is_some());
    // A tag that names a commit never moves, so it proves nothing that it points to the running image.
    let is_commit = scheme.kind() == TagKind::Unorderable && scheme.explain().commit.is_some();
    report.status = if !report.updates.is_empty() {
        Status::UpdateAvailable
    } else if is_version || is_compared && !(is_commit && compared == tag) {
        Status::UpToDate
    } else {
        report.warnings.push(if is_commit {
            format!("The tag {tag} has no order and never moves; whether there is something newer is known only beside another tag")
        } else {
            let nature = if scheme.numbers().is_empty() { "has no order" } else { "moves on to newer images" };
            format!("The tag {tag} {nature}; whether it has changed is known only beside the digest of what is running")
        });
        Status::Unorderable
    };
}

/// Reads the tags of a list as they arrive.
struct SelectTags {
    selector: Selector,
    others: Option<Selector>,
    evidence: Evidence,
    tags: ListedTags,
}

/// The results of reading a list of tags.
#[derive(Default)]
struct Listed {
    selection: Selection,
    /// Newer versions in any variant.
    others: Option<Selection>,
    evidence: Evidence,
    tags: ListedTags,
}

impl ReadTags for SelectTags {
    fn read(&mut self, tag: &str) {
        self.selector.push(tag);
        if let Some(others) = &mut self.others {
            others.push(tag);
        }
        self.evidence.read(tag);
        self.tags.read(tag);
    }
}
