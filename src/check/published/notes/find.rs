//! Reads the releases of a source, page by page, until the stretch that is asked about is seen.

use super::{MAX_NOTED, NotedRelease, NotesRequest, ReleaseNotes, between::Stretch, changelog};
use crate::{
    check::{checker::Checker, published::source::Source},
    error::{Error, ErrorKind, Result},
    image::reference::{ImageReference, is_tag},
    source::{
        naming::{List, Naming, Versioned},
        notes::{MAX_BYTES, breaking, changelog::Reading, cleaned, cleaned_line, cut, security},
        page::SourceRepository,
        releases::Release,
    },
    version::tag::{kind::TagKind, scheme::TagScheme},
};

/// The most pages of a list of releases that are read.
const MAX_PAGES: usize = 3;
/// The most bytes of all notes of an answer.
const MAX_ALL: usize = 1024 * 1024;

impl Checker {
    /// Returns what was written about the versions after one tag up to another one.
    ///
    /// # Errors
    /// `InvalidReference` for an invalid image or tag, otherwise the error that kept the registry or the source from answering.
    pub(crate) async fn release_notes(&self, request: &NotesRequest) -> Result<ReleaseNotes> {
        let reference = ImageReference::parse(&request.image)?;
        for tag in [&request.from, &request.to] {
            if !is_tag(tag) {
                return Err(Error::new(ErrorKind::InvalidReference, format!("{tag:?} is no tag")));
            }
        }
        let source = self.source_for_notes(&reference, &request.from, &request.to).await?;
        let Some(repository) = &source.repository else {
            return Ok(ReleaseNotes { source_url: source.url, ..ReleaseNotes::default() });
        };
        let from = self.pinned(&reference, &request.from).await;
        let to = self.pinned(&reference, &request.to).await;
        let image = reference.full_name.as_str();
        let seen = self.seen(repository, image, [&from, &to]).await?;
        let limit = request.limit.clamp(1, MAX_NOTED);
        let notes = Notes { source: repository, image, tags: [&from, &to], limit };
        let mut found = notes.of_releases(&seen);
        if found.is_none() && seen.is_whole {
            found = changelog::read(self, repository).await?.map(|changelog| notes.of_changelog(&changelog));
        }
        let found = found.unwrap_or(ReleaseNotes { complete: seen.is_whole, ..ReleaseNotes::default() });
        Ok(ReleaseNotes { source_url: source.url, ..found })
    }

    /// The source that the image of one tag names, else that of the other.
    async fn source_for_notes(&self, reference: &ImageReference, from: &str, to: &str) -> Result<Source> {
        if let Some(source) = self.releases.named_source(reference) {
            return Ok(source);
        }
        let repository = reference.repository();
        let read = |labels: &_| Source::of_labels(labels, self.releases.hosts());
        let known = self.sources.remembered(&repository).await.as_ref().map(read).unwrap_or_default();
        if known.repository.is_some() {
            return Ok(known);
        }
        let first = read(&self.sources.labels_of(&repository, from).await?);
        if first.repository.is_some() || from == to {
            return Ok(first);
        }
        let second = read(&self.sources.labels_of(&repository, to).await?);
        Ok(first.or_else(|| Some(second)))
    }

    /// A tag, or the version that the image of a floating tag states. Other tags have their own version.
    async fn pinned(&self, reference: &ImageReference, tag: &str) -> String {
        let scheme = TagScheme::read(tag);
        if scheme.kind() != TagKind::Floating {
            return tag.to_owned();
        }
        let stated = self.sources.stated_version(&reference.repository(), tag).await;
        let is_of_line = |version: &String| {
            let stated = TagScheme::read(version);
            stated.kind().is_ordered() && stated.numbers().starts_with(&scheme.numbers())
        };
        stated.filter(is_of_line).unwrap_or_else(|| tag.to_owned())
    }

    /// Reads pages of the list until they show the stretch.
    async fn seen(&self, source: &SourceRepository, image: &str, tags: [&str; 2]) -> Result<Seen> {
        let mut seen = Seen::default();
        for page in 1..=MAX_PAGES {
            let list = match self.in_time(self.releases.with_notes(source, page)).await {
                Ok(list) => list,
                Err(error) if page == 1 => return Err(error),
                Err(error) => {
                    tracing::warn!("The releases of {} were not read to their end: {error}", source.url());
                    break;
                }
            };
            seen.releases.extend(list.published().cloned());
            seen.is_whole = list.is_complete;
            let naming = seen.naming(source, image);
            let [from, to] = tags;
            if seen.is_whole || Stretch::read(&naming, from, to).is_covered(&naming.versions(tags)) {
                seen.is_covered = true;
                break;
            }
        }
        Ok(seen)
    }
}

/// The releases that were read.
#[derive(Default)]
struct Seen {
    releases: Vec<Release>,
    /// Whether the list has no further ones.
    is_whole: bool,
    /// Whether the stretch is seen.
    is_covered: bool,
}

impl Seen {
    fn naming(&self, source: &SourceRepository, image: &str) -> Naming<'_> {
        let list = List { image, project: source.name(), is_whole: self.is_whole };
        Naming::read(list, self.releases.iter().map(|release| release.tag.as_str()))
    }
}

/// What is asked about releases that were read.
struct Notes<'a> {
    source: &'a SourceRepository,
    image: &'a str,
    tags: [&'a str; 2],
    limit: usize,
}

impl Notes<'_> {
    /// The notes of the releases in the stretch; `None` if the source has no release of the image at all.
    fn of_releases(&self, seen: &Seen) -> Option<ReleaseNotes> {
        let naming = seen.naming(self.source, self.image);
        let versions = naming.versions(self.tags);
        if versions.is_empty() {
            return None;
        }
        let is_marked = |index: usize| seen.releases.get(index).is_some_and(|release| release.prerelease);
        let (chosen, has_beginning) = self.chosen(&naming, &versions, is_marked);
        let noted = chosen.iter().filter_map(|found| {
            let release = seen.releases.get(found.index)?;
            Some(NotedRelease {
                tag: cleaned_line(&release.tag),
                version: cleaned_line(found.text),
                name: cleaned_line(&release.name),
                published_at: release.published_at.as_deref().map(cleaned_line),
                url: release.url.clone(),
                prerelease: release.prerelease || found.version.is_prerelease(),
                notes: release.notes.clone(),
                ..NotedRelease::default()
            })
        });
        let complete = (seen.is_whole || seen.is_covered) && has_beginning;
        Some(self.bounded(noted.collect(), complete))
    }

    /// The sections of a changelog in the stretch.
    fn of_changelog(&self, changelog: &changelog::Changelog) -> ReleaseNotes {
        let name = self.image.rsplit('/').next().unwrap_or_default();
        let has_single = self.tags.iter().any(|tag| TagScheme::read(tag).numbers().len() == 1);
        let sections = changelog.sections(Reading { names: &[name, self.source.name()], has_single });
        let list = List { image: self.image, project: self.source.name(), is_whole: true };
        let naming = Naming::read(list, sections.iter().map(|section| section.tag));
        let versions = naming.versions(self.tags);
        let (chosen, has_beginning) = self.chosen(&naming, &versions, |_| false);
        let noted = chosen.iter().filter_map(|found| {
            let section = sections.get(found.index)?;
            Some(NotedRelease {
                tag: cleaned_line(section.tag),
                version: cleaned_line(found.text),
                name: cleaned_line(section.name),
                published_at: section.date.map(str::to_owned),
                url: self.source.changelog_page(),
                prerelease: found.version.is_prerelease(),
                notes: section.notes.to_owned(),
                ..NotedRelease::default()
            })
        });
        self.bounded(noted.collect(), changelog.is_whole && has_beginning)
    }

    fn chosen<'n>(
        &self,
        naming: &Naming<'_>,
        versions: &[Versioned<'n>],
        is_marked: impl Fn(usize) -> bool,
    ) -> (Vec<Versioned<'n>>, bool) {
        let [from, to] = self.tags;
        let stretch = Stretch::read(naming, from, to);
        (stretch.choose(versions, is_marked), stretch.has_beginning())
    }

    /// The answer within its bounds, with what the notes say.
    fn bounded(&self, mut releases: Vec<NotedRelease>, complete: bool) -> ReleaseNotes {
        let mut truncated = releases.len() > self.limit;
        releases.truncate(self.limit);
        let mut left = MAX_ALL;
        for release in &mut releases {
            release.notes = cleaned(&release.notes);
            truncated |= cut(&mut release.notes, MAX_BYTES.min(left));
            left -= release.notes.len();
            release.breaking = breaking(&release.notes);
            release.security = security(&format!("{}\n{}", release.name, release.notes));
        }
        ReleaseNotes { releases, complete, truncated, source_url: None }
    }
}
