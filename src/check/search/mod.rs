//! Searches each track for the newest version that runs, from the newest candidate downwards.

mod candidates;
pub(crate) mod dates;
pub(crate) mod evidence;
pub(crate) mod image_date;
pub(crate) mod listed;
mod min_age;
pub(crate) mod running_image;
mod signed;

use std::{collections::HashSet, sync::Arc, time::SystemTime};

use futures_util::{
    FutureExt, StreamExt,
    future::{BoxFuture, Shared, join_all},
    stream::FuturesUnordered,
};

use tokio::sync::OnceCell;

use self::{
    candidates::{Candidates, Verdict, rejections},
    dates::A_DAY,
    evidence::Evidence,
    image_date::{AgeSource, ImageDate},
    listed::ListedTags,
    running_image::RunningImage,
};
use super::{
    images::found::{Found, Image, Presence},
    lifecycle::{Chosen, ImageLifecycle},
    published::{
        pages::{Page, Pages},
        releases::ReleaseList,
        source::Source,
    },
    report::{AvailableUpdate, Latest, NewestTag},
    safety::advisories::Looked,
};
use crate::{
    error::Result,
    registry::{
        answer::Answer,
        hub::tags::{HubTag, HubTags},
    },
    version::{
        explain::is_unfinished,
        policy::Policy,
        select::{rejections::Rejections, selection::Selection},
        tag::scheme::TagScheme,
    },
};

/// A search on behalf of one machine.
pub(crate) struct Search<'a, 'e> {
    pub(crate) running: &'a RunningImage<'a>,
    pub(crate) policy: &'a Policy,
    pub(crate) now: SystemTime,
    pub(crate) lifecycle: &'a ImageLifecycle<'a>,
    /// The whole tag list.
    pub(crate) listed: &'e ListedTags,
    /// The evidence from the tag list.
    pub(crate) evidence: &'e Evidence,
    /// The source repository, which is awaited only where it is needed.
    pub(crate) source: Shared<BoxFuture<'a, Source>>,
    /// The advisories, which are awaited only for a version that is too young.
    pub(crate) advisories: Shared<BoxFuture<'a, Option<Arc<Looked>>>>,
    /// Whether the running image is signed, which is looked up for policies that keep signatures only.
    pub(crate) is_signed: OnceCell<Result<bool>>,
}

/// The findings of a search.
#[derive(Default)]
pub(crate) struct Offer {
    pub(crate) updates: Vec<AvailableUpdate>,
    pub(crate) latest: Latest,
    pub(crate) rejected: Rejections,
    pub(crate) warnings: Vec<String>,
    /// Whether something could not be looked at.
    pub(crate) is_partial: bool,
}

impl Search<'_, '_> {
    /// Looks at the newest candidates on each track and at the chosen ones.
    ///
    /// # Errors
    /// The error of a candidate that could not be looked at, if no candidate on the chosen track was found to run: it
    /// is then unknown whether there is an update.
    pub(crate) async fn offer(
        &self,
        selection: &Selection,
        chosen: &Chosen,
        hub: Option<&HubTags>,
    ) -> Result<Offer> {
        let limit = self.running.checker.http.options().limits.candidates;
        let mut candidates = Candidates::new(selection, &chosen.tags, limit);
        if candidates.tracks.iter().all(Vec::is_empty) {
            return Ok(Offer::default());
        }
        let RunningImage { checker, reference, repository, .. } = self.running;
        // While the image is read, nothing is known of its source but that most are there.
        if self.source.peek().is_none()
            && checker.releases.template(reference).is_none()
            && checker.images.registry.is_at_public_registry(repository)
        {
            checker.releases.connect_to_github();
        }
        let releases = self.releases().boxed().shared();
        let looked_at = async {
            let releases = releases.clone().await;
            let (mut looking, mut begun) = (FuturesUnordered::new(), HashSet::new());
            loop {
                for (tag, closely) in candidates.due() {
                    if begun.insert((tag, closely)) {
                        let judging = self.judge(tag, closely, releases.as_deref(), hub);
                        looking.push(async move {
                            let (verdict, was_asked) = judging.await;
                            (tag, self.keep_signed(tag, verdict, was_asked).await)
                        });
                    }
                }
                match looking.next().await {
                    Some((tag, (verdict, was_asked))) => candidates.remember(tag, verdict, was_asked),
                    None => return candidates,
                }
            }
        };
        let pages = async {
            // A list that was read for ages serves for pages, too.
            releases.clone().await;
            Pages::read(&checker.releases, &self.source.clone().await, reference).await
        };
        let found = async {
            let (mut candidates, running) = tokio::join!(looked_at, self.running.image());
            let running = running.ok().flatten();
            self.look_at_layers(&mut candidates, running.as_deref()).await;
            (candidates, running)
        };
        let ((candidates, running), mut pages) = tokio::join!(found, pages);
        // The one that is offered matters most.
        let offered = candidates.chosen().iter().copied().find(|tag| candidates.runs(tag));
        let mut latest: Vec<&str> = Vec::new();
        for tag in candidates.newest().into_iter().flatten() {
            match offered == Some(tag) {
                true => latest.insert(0, tag),
                false => latest.push(tag),
            }
        }
        let mut seen = HashSet::new();
        latest.retain(|tag| seen.insert(*tag));
        pages.look_up(&latest).await;
        self.offer_of(&candidates, &pages, running.as_deref())
    }

    /// Looks at the layers of the newest version on the chosen track, where they are unknown. At Docker Hub this takes
    /// a pull, which is not spent if the running image has taken two.
    async fn look_at_layers(&self, candidates: &mut Candidates<'_>, running: Option<&Image>) {
        let newest = candidates.chosen().iter().copied().find(|tag| candidates.runs(tag));
        if let Some(tag) = newest
            && let Some(Verdict::Is(image, made)) = candidates.verdicts.get(tag)
            && running.is_some_and(|running| running.hub_details.is_some())
            && let Ok(Found::Image(image)) = self.look_into(image).await
        {
            let verdict = Verdict::Is(image, *made);
            candidates.verdicts.insert(tag, verdict);
        }
    }

    async fn look_into(&self, image: &Arc<Image>) -> Result<Found> {
        let RunningImage { checker, repository, machine, .. } = self.running;
        checker.images.look_into(repository, machine, image).await
    }

    /// Judges a tag, and tells whether the registry was asked about it; `closely` looks at its image as well.
    async fn judge(
        &self,
        tag: &str,
        closely: bool,
        releases: Option<&ReleaseList>,
        hub: Option<&HubTags>,
    ) -> (Verdict, bool) {
        let RunningImage { checker, repository, machine, .. } = self.running;
        // Only a look at its digest and date tells whether it was built again.
        let closely = closely || self.evidence.is_rebuild(tag);
        let by_hub = match hub {
            Some(hub) => checker.images.registry.hub_tag(repository, tag, hub).await,
            None => None,
        };
        let supports = by_hub.as_ref().and_then(|tag| tag.supports(machine));
        if supports == Some(false) {
            return (Verdict::OtherPlatforms, false);
        }
        let listed_date = self.made(tag, releases, by_hub.as_deref());
        if listed_date.is_some() && self.is_too_young(tag, listed_date).await {
            return (Verdict::TooYoung, false);
        }
        if !closely && supports == Some(true) && (listed_date.is_some() || self.asks_no_age()) {
            return (Verdict::Runs, false);
        }
        if !closely && self.asks_no_age() {
            let verdict = match checker.images.runs(repository, tag, machine).await {
                Ok(Presence::Runs) => Verdict::Runs,
                Ok(Presence::OtherPlatforms) => Verdict::OtherPlatforms,
                Ok(Presence::Artifact) => Verdict::Artifact,
                Ok(Presence::Nothing) => Verdict::Nothing,
                Err(error) => Verdict::Unknown(error),
            };
            return (verdict, true);
        }
        // The config may tell the age if no other source does.
        let hub = hub.filter(|_| listed_date.is_some() || self.asks_no_age());
        let verdict = match checker.images.find_sparingly(repository, tag, machine, hub).await {
            Ok(Found::Image(image)) => {
                let made = listed_date.or_else(|| image.made());
                if self.is_too_young(tag, made).await {
                    Verdict::TooYoung
                } else {
                    self.by_evidence(tag, &image, hub).await.unwrap_or(Verdict::Is(image, made))
                }
            }
            Ok(Found::OtherPlatforms) => Verdict::OtherPlatforms,
            Ok(Found::Artifact) => Verdict::Artifact,
            Ok(Found::Nothing) => Verdict::Nothing,
            Err(error) => Verdict::Unknown(error),
        };
        (verdict, true)
    }

    /// The verdict of digests and dates against a tag that runs.
    async fn by_evidence(&self, tag: &str, image: &Image, hub: Option<&HubTags>) -> Option<Verdict> {
        let running = self.running.image().await.ok().flatten();
        if running.as_deref().is_some_and(|running| running.digest == image.digest) {
            return Some(Verdict::Same);
        }
        if self.evidence.is_rebuild(tag) && !self.is_made_later(tag, image, running.as_deref(), hub, A_DAY) {
            return Some(Verdict::NoRebuild);
        }
        if let Some(why) = self.outdated(tag, image, running.as_deref(), hub).await {
            return Some(Verdict::Outdated(why));
        }
        self.is_prereleases_image(tag, image, hub).await.then_some(Verdict::Prerelease)
    }

    /// Whether a tag is another tag of an unfinished version.
    async fn is_prereleases_image(&self, tag: &str, image: &Image, hub: Option<&HubTags>) -> bool {
        let is_wanted = |tag: &str| TagScheme::read(tag).is_prerelease();
        if self.policy.prereleases || is_wanted(tag) || is_wanted(&self.running.reference.tag) {
            return false;
        }
        if hub.is_some_and(|hub| hub.with_digest(&image.digest).any(|other| is_unfinished(other.name()))) {
            return true;
        }
        let unfinished = self.evidence.prereleases_of(tag).into_iter().filter(|tag| is_unfinished(tag));
        // The digests in the listing are not requested again.
        let unknown = unfinished.filter(|tag| hub.and_then(|hub| hub.tag(tag)).is_none());
        let RunningImage { checker, repository, .. } = self.running;
        let digests = join_all(unknown.map(|tag| checker.images.registry.digest(repository, tag))).await;
        digests.iter().any(|answer| matches!(answer, Ok(Answer::Found(digest)) if *digest == image.digest))
    }

    /// The releases, if the policy sets a minimum age.
    async fn releases(&self) -> Option<Arc<ReleaseList>> {
        if self.asks_no_age() {
            return None;
        }
        self.running.checker.releases.for_ages(&self.source.clone().await.repository?).await
    }

    /// The time at which a tag was made, by the sources that list many tags at once.
    fn made(&self, tag: &str, releases: Option<&ReleaseList>, hub: Option<&HubTag>) -> Option<ImageDate> {
        let release = releases.and_then(|list| list.release_of(self.running.repository.name(), tag));
        let by_release = release.and_then(|release| release.published_at.as_deref());
        by_release
            .and_then(|date| ImageDate::read(date, AgeSource::Release))
            .or_else(|| ImageDate::read(hub?.changed()?, AgeSource::Hub))
    }

    /// The page of a tag.
    fn page_of(&self, pages: &Pages<'_>, candidates: &Candidates<'_>, tag: &str) -> Option<Page> {
        let stated = match candidates.verdicts.get(tag) {
            Some(Verdict::Is(image, _)) => image.stated_version(),
            _ => None,
        };
        // A base image leaves its version behind, which is seldom a tag of this repository.
        pages.of(tag, stated.filter(|version| self.listed.has(version)))
    }

    fn offer_of(
        &self,
        candidates: &Candidates<'_>,
        pages: &Pages<'_>,
        running: Option<&Image>,
    ) -> Result<Offer> {
        let unknown = |tag: &&str| match candidates.verdicts.get(*tag) {
            Some(Verdict::Unknown(error)) => Some(((*tag).to_owned(), error.clone())),
            _ => None,
        };
        let chosen = candidates.chosen();
        let unsure: Vec<_> = chosen.iter().filter_map(unknown).collect();
        let offered: Vec<&str> = chosen.iter().copied().filter(|tag| candidates.runs(tag)).collect();
        if let ([], Some((tag, error))) = (offered.as_slice(), unsure.first()) {
            let repository = self.running.repository;
            let message =
                format!("Whether {repository}:{tag} runs could not be found out: {}", error.message());
            return Err(error.clone().with_message(message));
        }
        let updates = offered.iter().enumerate().map(|(position, tag)| {
            AvailableUpdate::at(tag, position == 0, self.page_of(pages, candidates, tag))
        });
        let newest = |tag: Option<&str>| {
            let tag = tag?;
            let Some(Verdict::Is(image, made)) = candidates.verdicts.get(tag) else { return None };
            let made = made.or_else(|| image.made());
            let page = self.page_of(pages, candidates, tag);
            Some(newest_tag(self.lifecycle, tag, image, made, page, running))
        };
        let [patch, minor, major] = candidates.newest().map(newest);
        let latest = Latest { patch, minor, major };
        let is_partial = !unsure.is_empty();
        let unsure = unsure.iter().map(|(tag, error)| format!("Could not look at {tag}: {error}"));
        let warnings = unsure.chain(candidates.warning()).chain(candidates.notes()).collect();
        Ok(Offer {
            updates: updates.collect(),
            latest,
            rejected: rejections(&candidates.verdicts),
            warnings,
            is_partial,
        })
    }
}

/// Describes a tag that was found to run; `made` is its date, `running` the running image.
pub(crate) fn newest_tag(
    lifecycle: &ImageLifecycle<'_>,
    tag: &str,
    image: &Image,
    made: Option<ImageDate>,
    page: Option<Page>,
    running: Option<&Image>,
) -> NewestTag {
    NewestTag {
        tag: tag.to_owned(),
        release_url_source: page.as_ref().map(|page| page.source),
        release_url: page.map(|page| page.url),
        digest: image.digest.clone(),
        download_size: image.download_size(running),
        created_at: made.map(|made| made.written()),
        age_source: made.map(|made| made.source),
        lifecycle: lifecycle.of(tag, Some(image)),
        fixes: None,
        provenance: None,
    }
}
