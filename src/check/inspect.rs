//! Inspects a tag before an image is moved to it.

use std::time::SystemTime;

use serde::Serialize;
use tokio::sync::OnceCell;

use super::{
    checker::Checker,
    digest::plain_digest,
    images::found::{Found, Image},
    lifecycle::{ImageLifecycle, day},
    published::pages::{Page, Pages, ReleaseUrlSource, has_version},
    report::DownloadSize,
    request::UpdateRequest,
    safety::{
        advisories::{AdvisoryState, Vulnerability},
        changes::{Changes, Configs},
        provenance::Provenance,
        risks::{Move, Risk, Versions},
    },
    search::running_image::RunningImage,
};
use crate::{
    error::{Error, ErrorKind, Result},
    image::{
        platform::Platform,
        reference::{ImageReference, is_tag, with_tag},
    },
    lifecycle::summary::Lifecycle,
    registry::{answer::Answer, tags::readers::TagFilter},
    version::{
        select::{
            rejections::Reason,
            sibling::{sibling, sibling_among},
        },
        tag::scheme::TagScheme,
    },
};

/// The consequences of moving an image to a tag.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Inspection {
    /// The running image, as the caller wrote it.
    pub image: String,
    /// The tag that it would be moved to.
    pub target_tag: String,
    /// Whether the tag exists.
    pub exists: bool,
    /// Whether the tag has an image for the machine.
    pub runs: bool,
    /// The reason why it does not run on any machine: it is no container image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The platform of the manifest that the machine would run, as `os/architecture[/variant]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// The digest that the tag points to: that of the index, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The bytes to download.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub download_size: Option<DownloadSize>,
    /// What it changes in a container. `None` if it does not run, or if one of the two images cannot be looked at or has
    /// no config that can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<Changes>,
    /// What may break. `None` if it does not run. Without `changes`, only the rules about versions and sizes were applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risks: Option<Vec<Risk>>,
    /// The support of the running version and of that of the tag, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<LifecycleChange>,
    /// The page with its release notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release_url: Option<String>,
    /// What the page is known from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release_url_source: Option<ReleaseUrlSource>,
    /// The published weaknesses that concern the running version, where that is known. An empty list says that none was
    /// published, and no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vulnerabilities: Option<Vec<Vulnerability>>,
    /// The names of those that do not concern the version of the tag. `None` if that is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixes: Option<Vec<String>>,
    /// What is known of the advisories, where the options ask for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advisories: Option<AdvisoryState>,
    /// What stands beside its image, where that was asked and could be found out.
    #[serde(flatten)]
    pub provenance: Option<Provenance>,
    /// Problems that left something open.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// The reference to pull: `name:tag@digest`, which stays right if the tag moves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pull_reference: Option<String>,
    /// The target's version in the running variant, where the target is of another variant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sibling: Option<Sibling>,
}

/// The same version in another variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Sibling {
    /// Its tag.
    pub tag: String,
    /// Whether the tag exists.
    pub exists: bool,
}

/// The support of two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LifecycleChange {
    /// That of the running version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Lifecycle>,
    /// That of the version of the tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Lifecycle>,
}

impl Checker {
    /// Looks at a tag before an image is moved to it. A missing tag is an answer and no error.
    ///
    /// # Errors
    /// `InvalidReference` for an invalid image or tag, `InvalidArgument` for an invalid digest, otherwise the error
    /// that kept the registry from answering.
    pub(crate) async fn inspect(&self, update: &UpdateRequest) -> Result<Inspection> {
        let reference = ImageReference::parse(&update.image)?;
        let target = &update.target_tag;
        if !is_tag(target) {
            return Err(Error::new(ErrorKind::InvalidReference, format!("{target:?} is no tag")));
        }
        let repository = reference.repository();
        let machine = Platform::parse(&update.arch).on_linux();
        let digest = update.current_digest.as_deref().map(plain_digest).transpose()?;
        let hub = self.images.hub_answer(&repository);
        let running = RunningImage {
            checker: self,
            reference: &reference,
            repository: &repository,
            machine: &machine,
            digest: digest.as_deref(),
            hub: hub.clone(),
            found: OnceCell::new(),
        };
        let look = async {
            let hub = hub.clone().await;
            match self.images.find_sparingly(&repository, target, &machine, hub.as_deref()).await? {
                Found::Image(image) => self.images.look_at_all_of(&repository, &machine, &image).await,
                found => Ok(found),
            }
        };
        let (found, current, sibling, page, advisories) = tokio::join!(
            look,
            running.image(),
            self.sibling_of(&reference, target),
            self.release_of_tag(&running, target),
            self.look_for_advisories(&reference, running.source()),
        );
        let found = found?;
        let mut inspection = Inspection {
            image: update.image.clone(),
            target_tag: target.clone(),
            exists: !matches!(found, Found::Nothing),
            runs: false,
            reason: matches!(found, Found::Artifact).then_some(Reason::Artifact),
            platform: None,
            digest: None,
            download_size: None,
            changes: None,
            risks: None,
            lifecycle: None,
            vulnerabilities: None,
            fixes: None,
            advisories: None,
            provenance: None,
            warnings: Vec::new(),
            release_url: None,
            release_url_source: None,
            pull_reference: None,
            sibling: sibling?,
        };
        if let Found::Image(image) = found {
            let current = current.unwrap_or_else(|error| {
                tracing::warn!("What changes from {} to {target} is unknown: {error}", update.image);
                None
            });
            inspection.runs = true;
            inspection.platform = image.platform.as_ref().map(ToString::to_string);
            // All layers count as new if the running image is unknown.
            inspection.download_size = image.download_size(current.as_deref());
            inspection.pull_reference =
                Some(format!("{}@{}", with_tag(&update.image, target)?, image.digest));
            inspection.digest = Some(image.digest.clone());
            let page = match image.stated_version() {
                // A tag without a version has the one that its image states.
                Some(version) if page.is_none() && !has_version(target) => {
                    self.release_of_tag(&running, version).await
                }
                _ => page,
            };
            inspection.release_url_source = page.as_ref().map(|page| page.source);
            inspection.release_url = page.map(|page| page.url);
            self.compare_images(&mut inspection, update, &reference, current.as_deref(), &image).await;
            if let Some(advisories) = advisories {
                let found = advisories.between(&reference.tag, target);
                (inspection.vulnerabilities, inspection.fixes) = (found.vulnerabilities, found.fixes);
                inspection.advisories = Some(found.state);
                inspection.warnings.extend(found.warning);
            }
            if update.provenance {
                match self.images.provenance(&repository, &image.digest, &machine).await {
                    Ok(found) => inspection.provenance = Some(found),
                    Err(error) => {
                        let warning = format!("What stands beside {target} is unknown: {error}");
                        inspection.warnings.push(warning);
                    }
                }
            }
        }
        Ok(inspection)
    }

    /// Tells what changes between two images, and what may break.
    async fn compare_images(
        &self,
        inspection: &mut Inspection,
        update: &UpdateRequest,
        reference: &ImageReference,
        current: Option<&Image>,
        image: &Image,
    ) {
        let lifecycle = ImageLifecycle {
            catalog: self.lifecycle.newest().await,
            names: self.lifecycle.names(),
            reference,
            today: day(update.now.unwrap_or_else(SystemTime::now)),
            is_told: self.lifecycle.is_told(),
        };
        let (from, to) = (reference.tag.as_str(), update.target_tag.as_str());
        let configs = current.and_then(|current| Configs::of(current, image));
        inspection.changes =
            current.zip(configs.as_ref()).map(|(current, configs)| Changes::between(current, image, configs));
        let whole = |image: &Image| image.download_size(None).map(|size| size.all);
        let moved = Move {
            configs: configs.as_ref(),
            container: update.container.as_ref(),
            versions: Versions { from, to, cycles: lifecycle.cycles(from, to) },
            size: current.and_then(whole),
            new_size: whole(image),
        };
        inspection.risks = Some(moved.risks());
        let support =
            LifecycleChange { from: lifecycle.of(from, current), to: lifecycle.of(to, Some(image)) };
        inspection.lifecycle = Some(support).filter(|support| support.from.is_some() || support.to.is_some());
    }

    /// The target's version in the running variant. Its tag can be derived, so that a HEAD request tells whether it
    /// exists. If the running tag has a counter or a commit, the tag list has to name the next one, and there is no
    /// sibling that is not listed.
    async fn sibling_of(&self, reference: &ImageReference, target: &str) -> Result<Option<Sibling>> {
        let repository = reference.repository();
        let Some(tag) = sibling(&reference.tag, target) else {
            if !TagScheme::read(&reference.tag).is_orderable() || !TagScheme::read(target).is_orderable() {
                return Ok(None);
            }
            let (current, wanted) = (reference.tag.clone(), target.to_owned());
            let siblings = TagFilter::by(move |tag| sibling_among(&current, &wanted, [tag]).is_some());
            let listed = self.images.registry.read_tags(&repository, siblings).await?.tags;
            let newest = sibling_among(&reference.tag, target, listed.iter());
            return Ok(newest.map(|tag| Sibling { tag: tag.to_owned(), exists: true }));
        };
        if tag == target {
            return Ok(None);
        }
        match self.images.registry.digest(&repository, &tag).await? {
            Answer::Found(_) => Ok(Some(Sibling { tag, exists: true })),
            Answer::Refused(error) if error.is_not_found() => Ok(Some(Sibling { tag, exists: false })),
            Answer::Refused(error) => Err(error),
        }
    }

    async fn release_of_tag(&self, running: &RunningImage<'_>, tag: &str) -> Option<Page> {
        let source = running.source().await;
        let mut pages = Pages::read(&self.releases, &source, running.reference).await;
        pages.look_up(&[tag]).await;
        pages.of(tag, None)
    }
}
