//! The search for the newest version that runs: on each track, from the newest candidate downwards, until one is found.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::SystemTime,
};

use futures_util::future::join_all;

use super::{
    age::{AgeSource, Made},
    report::{Latest, NewestTag},
    verify::{Found, Image},
};
use crate::{
    error::{Error, Result},
    image::{
        platform::Platform,
        reference::{ImageReference, Repository},
    },
    registry::hub::HubTags,
    release::list::Release,
    service::{AvailableUpdate, ContainerRegistryService},
    version::{
        policy::{Track, UpdatePolicy},
        scheme::TagScheme,
        selection::{Reason, Rejection, Selection},
    },
};

/// Candidates on the chosen track that are looked at in any case, and looked at at once if none of them will do.
const AT_ONCE: usize = 10;
/// Examples of a reason.
const MAX_EXAMPLES: usize = 3;

/// A search on behalf of one machine.
pub(super) struct Search<'a> {
    pub(super) service: &'a ContainerRegistryService,
    pub(super) repository: &'a Repository,
    pub(super) current: &'a ImageReference,
    pub(super) machine: &'a Platform,
    pub(super) policy: &'a UpdatePolicy,
    pub(super) now: SystemTime,
    pub(super) hub: Option<Arc<HubTags>>,
    pub(super) source: Option<&'a str>,
}

/// What the search found.
pub(super) struct Offer {
    pub(super) updates: Vec<AvailableUpdate>,
    pub(super) latest: Latest,
    pub(super) rejected: Vec<Rejection>,
    pub(super) warnings: Vec<String>,
}

/// What became of a candidate.
#[derive(Clone)]
enum Verdict {
    /// It runs, as far as was looked.
    Runs,
    /// It runs, and this is what it is made of.
    Is(Arc<Image>, Option<Made>),
    OtherPlatforms,
    Nothing,
    TooYoung,
    Unknown(Error),
}

impl Verdict {
    fn passes(&self) -> bool {
        matches!(self, Self::Runs | Self::Is(..))
    }
}

impl Search<'_> {
    /// Looks at the candidates.
    ///
    /// # Errors
    /// If none on the chosen track was found to run, and one could not be looked at: that is not the same as that there is
    /// none.
    pub(super) async fn offer(&self, selection: &Selection) -> Result<Offer> {
        let tracks = Track::ALL.map(|track| selection.on(track).collect::<Vec<&str>>());
        let [.., everything] = &tracks;
        let chosen: Vec<&str> = selection.on(self.policy.track).collect();
        let releases = self.releases(!everything.is_empty()).await;
        let mut verdicts: HashMap<String, Verdict> = HashMap::new();
        loop {
            let due = due(&tracks, &chosen, &verdicts);
            if due.is_empty() {
                break;
            }
            let judged = join_all(due.iter().map(|(tag, closely)| async {
                (tag.clone(), self.judge(tag, *closely, releases.as_deref()).await)
            }));
            verdicts.extend(judged.await);
        }
        self.told(&tracks, &chosen, &verdicts, releases.as_deref()).await
    }

    /// Whether a tag will do; `closely` finds out what it is made of as well.
    async fn judge(&self, tag: &str, closely: bool, releases: Option<&[Release]>) -> Verdict {
        match self.hub.as_ref().and_then(|hub| hub.supports(tag, self.machine)) {
            Some(false) => return Verdict::OtherPlatforms,
            Some(true) if !closely && self.asks_no_age() => return Verdict::Runs,
            _ => {}
        }
        let told = self.made(tag, releases);
        if told.is_some_and(|made| self.is_too_young(Some(made))) {
            return Verdict::TooYoung;
        }
        if !closely && told.is_some() && self.hub_supports(tag) {
            return Verdict::Runs;
        }
        if !closely && self.asks_no_age() {
            return match self.service.runs(self.repository, tag, self.machine).await {
                Ok(Some(true)) => Verdict::Runs,
                Ok(Some(false)) => Verdict::OtherPlatforms,
                Ok(None) => Verdict::Nothing,
                Err(error) => Verdict::Unknown(error),
            };
        }
        match self.service.find_image(self.repository, tag, self.machine).await {
            Ok(Found::Image(image)) => {
                let made = told.or_else(|| image.made());
                if self.is_too_young(made) { Verdict::TooYoung } else { Verdict::Is(image, made) }
            }
            Ok(Found::OtherPlatforms) => Verdict::OtherPlatforms,
            Ok(Found::Nothing) => Verdict::Nothing,
            Err(error) => Verdict::Unknown(error),
        }
    }

    fn hub_supports(&self, tag: &str) -> bool {
        self.hub.as_ref().and_then(|hub| hub.supports(tag, self.machine)) == Some(true)
    }

    fn asks_no_age(&self) -> bool {
        self.policy.min_age_hours <= 0.0
    }

    fn is_too_young(&self, made: Option<Made>) -> bool {
        !self.policy.admits_age(made.and_then(|made| made.hours_before(self.now)))
    }

    /// When a tag was made, by those who can be asked about many tags at once.
    fn made(&self, tag: &str, releases: Option<&[Release]>) -> Option<Made> {
        let release = releases.and_then(|releases| release_of(tag, releases));
        let by_release = release.and_then(|release| release.published_at.as_deref());
        let by_hub = self.hub.as_ref().and_then(|hub| hub.changed(tag));
        by_release
            .and_then(|date| Made::read(date, AgeSource::Release))
            .or_else(|| Made::read(by_hub?, AgeSource::Hub))
    }

    /// The releases, if ages are asked for and there is something whose age matters.
    async fn releases(&self, has_candidates: bool) -> Option<Arc<[Release]>> {
        if self.asks_no_age() || !has_candidates {
            return None;
        }
        self.service.releases_for_ages(self.source?).await
    }

    async fn told(
        &self,
        tracks: &[Vec<&str>; 3],
        chosen: &[&str],
        verdicts: &HashMap<String, Verdict>,
        releases: Option<&[Release]>,
    ) -> Result<Offer> {
        let passing = |tag: &&&str| verdicts.get(**tag).is_some_and(Verdict::passes);
        let unknown = |tag: &&str| match verdicts.get(*tag) {
            Some(Verdict::Unknown(error)) => Some(((*tag).to_owned(), error.clone())),
            _ => None,
        };
        let unsure: Vec<_> = chosen.iter().filter_map(unknown).collect();
        let offered: Vec<&str> = chosen.iter().filter(passing).copied().collect();
        if let ([], Some((tag, error))) = (offered.as_slice(), unsure.first()) {
            let message = format!("Whether {}:{tag} runs could not be found out: {error}", self.repository);
            return Err(error.clone().with_message(message));
        }
        let [patch, minor, major] = tracks;
        let has_any = major.iter().any(|tag| passing(&tag));
        let prefix = match self.source {
            Some(source) if has_any => {
                self.service
                    .detect_release_tag_prefix(source, &TagScheme::read(&self.current.tag).version())
                    .await
            }
            _ => "",
        };
        let page = |tag: &str| self.release_page(tag, prefix, releases);
        let updates = offered.iter().enumerate().map(|(position, tag)| AvailableUpdate {
            tag: (*tag).to_owned(),
            is_latest: position == 0,
            release_url: page(tag),
        });
        let running = if has_any { self.running().await } else { None };
        let newest = |track: &[&str]| {
            let tag = *track.iter().find(passing)?;
            let Some(Verdict::Is(image, made)) = verdicts.get(tag) else { return None };
            let made = made.or_else(|| image.made());
            Some(NewestTag {
                tag: tag.to_owned(),
                release_url: page(tag),
                digest: image.digest.clone(),
                download_size: image.download_size(running.as_deref()),
                created_at: made.map(|made| made.written()),
                age_source: made.map(|made| made.source),
            })
        };
        let latest = Latest { patch: newest(patch), minor: newest(minor), major: newest(major) };
        let warnings =
            unsure.iter().map(|(tag, error)| format!("Could not look at {tag}: {error}")).collect();
        Ok(Offer { updates: updates.collect(), latest, rejected: rejections(verdicts), warnings })
    }

    /// What is running now, as far as its tag or digest still leads to it.
    async fn running(&self) -> Option<Arc<Image>> {
        match self.service.find_image(self.repository, self.current.tag_or_digest(), self.machine).await {
            Ok(Found::Image(image)) => Some(image),
            _ => None,
        }
    }

    /// The page of the release that a tag was made of: of the release that there is, if that is known.
    fn release_page(&self, tag: &str, prefix: &str, releases: Option<&[Release]>) -> Option<String> {
        if let Some(release) = releases.and_then(|releases| release_of(tag, releases)) {
            return Some(release.url.clone());
        }
        self.service.build_release_url(self.source?, &TagScheme::read(tag).version(), prefix)
    }
}

/// The release that a tag was made of: of the same tag, or of its version with or without a `v`.
fn release_of<'a>(tag: &str, releases: &'a [Release]) -> Option<&'a Release> {
    let version = TagScheme::read(tag).version();
    let bare = version.strip_prefix('v').unwrap_or(&version);
    releases.iter().find(|release| release.tag == tag).or_else(|| {
        releases.iter().find(|release| release.tag.strip_prefix('v').unwrap_or(&release.tag) == bare)
    })
}

/// The candidates that have to be looked at next, and whether closely: on each track the newest that has not been ruled out,
/// and on the chosen one the ten newest beside it.
fn due(tracks: &[Vec<&str>; 3], chosen: &[&str], verdicts: &HashMap<String, Verdict>) -> Vec<(String, bool)> {
    let mut due: Vec<(String, bool)> = Vec::new();
    let mut seen = HashSet::new();
    for track in tracks {
        let newest = track.iter().find(|tag| verdicts.get(**tag).is_none_or(Verdict::passes));
        if let Some(tag) = newest
            && !matches!(verdicts.get(*tag), Some(Verdict::Is(..)))
            && seen.insert(*tag)
        {
            due.push(((*tag).to_owned(), true));
        }
    }
    // A further round on the chosen track only where none of those before would do.
    let judged = chosen.iter().take_while(|tag| verdicts.contains_key(**tag)).count();
    let found = chosen.iter().any(|tag| verdicts.get(*tag).is_some_and(Verdict::passes));
    let until = if found { AT_ONCE.max(judged) } else { judged + AT_ONCE };
    for tag in chosen.iter().take(until) {
        if !verdicts.contains_key(*tag) && seen.insert(*tag) {
            due.push(((*tag).to_owned(), false));
        }
    }
    due
}

/// What was ruled out in the search, by reason.
fn rejections(verdicts: &HashMap<String, Verdict>) -> Vec<Rejection> {
    let ruled_out = |reason: Reason, is_it: fn(&Verdict) -> bool| {
        let mut tags: Vec<&String> =
            verdicts.iter().filter(|(_, verdict)| is_it(verdict)).map(|(tag, _)| tag).collect();
        tags.sort();
        let examples = tags.iter().take(MAX_EXAMPLES).map(|tag| (*tag).clone()).collect();
        (!tags.is_empty()).then_some(Rejection { reason, count: tags.len() as u64, examples })
    };
    let reasons = [
        ruled_out(Reason::Architecture, |verdict| matches!(verdict, Verdict::OtherPlatforms)),
        ruled_out(Reason::Missing, |verdict| matches!(verdict, Verdict::Nothing)),
        ruled_out(Reason::Age, |verdict| matches!(verdict, Verdict::TooYoung)),
    ];
    reasons.into_iter().flatten().collect()
}
