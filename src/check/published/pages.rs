//! Finds the pages with the release notes of tags.

use std::{collections::HashMap, sync::Arc};

use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

use super::{
    allowance::Allowance,
    releases::{Known, ReleaseList, Releases},
    source::Source,
};
use crate::{
    error::Result,
    image::reference::ImageReference,
    source::{
        host::HostKind,
        lookups::Lookup,
        naming::{List, Naming},
        overrides::filled,
        page::SourceRepository,
        releases::Release,
    },
    version::tag::scheme::TagScheme,
};

/// A list of git tags that is as long as this may have further pages; Gitea's have fifty.
const FEWEST_LISTED: usize = 50;

/// What the page with release notes is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ReleaseUrlSource {
    /// A release of the tag was seen.
    Release,
    /// There is no release, but a git tag, for which GitHub and Gitea show a page.
    Tag,
    /// The host could not be asked, and the URL follows from how releases are usually tagged.
    Convention,
    /// The caller's option states it.
    Option,
}

/// The page with the release notes of a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) url: String,
    pub(crate) source: ReleaseUrlSource,
}

/// The release notes of an image.
pub(crate) struct Pages<'a> {
    published: &'a Releases,
    /// The name of the image.
    image: String,
    /// The template of its pages that the caller has named.
    template: Option<&'a str>,
    url: Option<String>,
    repository: Option<SourceRepository>,
    known: Known,
    /// What was looked up by itself.
    found: HashMap<String, Option<Page>>,
    /// The git tags, if they were listed.
    git_tags: OnceCell<Option<Arc<[String]>>>,
}

impl<'a> Pages<'a> {
    /// Reads the releases of an image's source, which takes at most one request, and none where the caller has named the pages.
    pub(crate) async fn read(published: &'a Releases, source: &Source, image: &ImageReference) -> Self {
        let template = published.template(image);
        let known = match &source.repository {
            Some(repository) if template.is_none() => published.latest(repository).await,
            _ => Known::Unasked(None),
        };
        let (repository, url) = (source.repository.clone(), source.url.clone());
        let image = image.full_name.clone();
        Self {
            published,
            image,
            template,
            url,
            repository,
            known,
            found: HashMap::new(),
            git_tags: OnceCell::new(),
        }
    }

    /// Looks up the tags that no listed release belongs to, the one that matters most first. Where the list is not complete,
    /// this takes a request for the release of each, and another one for its git tag, within the [`Allowance`].
    pub(crate) async fn look_up(&mut self, tags: &[&str]) {
        let Known::Asked(list) = self.known.clone() else { return };
        let Some(repository) = self.repository.clone().filter(|_| !list.is_hidden) else { return };
        let missing: Vec<&str> =
            tags.iter().copied().filter(|tag| has_version(tag) && self.listed(tag).is_none()).collect();
        let naming = list.naming(&self.image);
        // Where nothing shows how tags are spelled, a list shows it for all of them. One list also costs less than a request for each of several. A source with many releases has more tags than a
        // list shows.
        let by_list = !naming.has_own() || list.is_complete && missing.len() > 1;
        let allowance = Allowance::at(self.published.github(), &repository);
        let look_up = async |tag: &&str| {
            let name = naming.spelled(tag).unwrap_or_else(|| conventional(tag));
            let page = self.page_of_one(&repository, &list, (tag, &name), (by_list, &allowance)).await;
            let page = page.unwrap_or_else(|error| {
                tracing::debug!("No release of {} was looked up: {error}", repository.url());
                Some(Page { url: repository.page(&name), source: ReleaseUrlSource::Convention })
            });
            ((*tag).to_owned(), page)
        };
        let mut found = Vec::new();
        match allowance.is_bounded() {
            false => found = join_all(missing.iter().map(look_up)).await,
            true => {
                for tag in &missing {
                    found.push(look_up(tag).await);
                }
            }
        }
        self.found.extend(found);
    }

    async fn page_of_one(
        &self,
        repository: &SourceRepository,
        list: &ReleaseList,
        (tag, name): (&str, &str),
        (by_list, allowance): (bool, &Allowance),
    ) -> Result<Option<Page>> {
        let page = |name: &str, source| Some(Page { url: repository.page(name), source });
        if !list.is_complete && self.published.has(repository, (Lookup::Release, name), allowance).await? {
            return Ok(page(name, ReleaseUrlSource::Release));
        }
        if repository.kind() == HostKind::GitLab {
            return Ok(None);
        }
        if by_list {
            let asked = || async { self.published.tags(repository, allowance).await.ok() };
            let listed = self.git_tags.get_or_init(asked).await;
            if listed.is_some() {
                return Ok(self.tagged(repository, tag));
            }
        }
        let exists = self.published.has(repository, (Lookup::Tag, name), allowance).await?;
        Ok(page(name, ReleaseUrlSource::Tag).filter(|_| exists))
    }

    /// The page of the release that a tag was built from; `version` is the one that its image states, if that is believed.
    pub(crate) fn of(&self, tag: &str, version: Option<&str>) -> Option<Page> {
        if let Some(template) = self.template {
            let url = filled(template, tag, self.url.as_deref())?;
            return Some(Page { url, source: ReleaseUrlSource::Option });
        }
        let repository = self.repository.as_ref()?;
        if let Some(release) = self.listed(tag).or_else(|| self.listed(version?)) {
            return Some(Page { url: release.url.clone(), source: ReleaseUrlSource::Release });
        }
        if let Some(page) = self.found.get(tag) {
            return page.clone();
        }
        let list = self.list();
        if matches!(&self.known, Known::Asked(list) if list.is_complete) {
            return self.tagged(repository, tag);
        }
        if !has_version(tag) {
            return None;
        }
        let spelled = list.and_then(|list| list.naming(&self.image).spelled(tag));
        let url = repository.page(&spelled.unwrap_or_else(|| conventional(tag)));
        Some(Page { url, source: ReleaseUrlSource::Convention })
    }

    /// The page of the git tag that belongs to a tag, if git tags were listed.
    fn tagged(&self, repository: &SourceRepository, tag: &str) -> Option<Page> {
        let names = self.git_tags.get()?.as_deref()?;
        let list =
            List { image: &self.image, project: repository.name(), is_whole: names.len() < FEWEST_LISTED };
        let found = Naming::read(list, names.iter().map(String::as_str)).find(tag)?;
        Some(Page { url: repository.page(names.get(found)?), source: ReleaseUrlSource::Tag })
    }

    /// The release in the list that belongs to a tag.
    fn listed(&self, tag: &str) -> Option<&Release> {
        self.list()?.release_of(&self.image, tag)
    }

    fn list(&self) -> Option<&ReleaseList> {
        match &self.known {
            Known::Asked(list) | Known::Unasked(Some(list)) => Some(list),
            Known::Unasked(None) => None,
        }
    }
}

impl ReleaseList {
    /// The release that a tag of an image was built from. A draft is none.
    pub(crate) fn release_of(&self, image: &str, tag: &str) -> Option<&Release> {
        let found = self.naming(image).find(tag)?;
        self.published().nth(found)
    }

    /// The releases, read for an image.
    fn naming(&self, image: &str) -> Naming<'_> {
        let list = List { image, project: &self.project, is_whole: self.is_complete };
        Naming::read(list, self.published().map(|release| release.tag.as_str()))
    }

    /// The releases that are no drafts.
    pub(crate) fn published(&self) -> impl Iterator<Item = &Release> {
        self.releases.iter().filter(|release| !release.draft)
    }
}

/// Whether a tag names a version, and not a branch or a commit.
pub(crate) fn has_version(tag: &str) -> bool {
    !TagScheme::read(tag).numbers().is_empty()
}

/// The tag that a release usually has: the image's own without its variant.
fn conventional(tag: &str) -> String {
    TagScheme::read(tag).version()
}
