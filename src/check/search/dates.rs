//! Compares the dates of tags. Only dates of one source are compared.

use std::time::Duration;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    Search,
    image_date::{AgeSource, ImageDate},
    running_image::RunningImage,
};
use crate::{
    check::images::found::{Found, Image},
    registry::hub::tags::HubTags,
    version::outdated::precedes,
};

/// Tags of a line that were pushed within this many days were pushed again as a whole.
const PUSHED_AT_ONCE: i64 = 3;

/// The time after which an image is taken for another build, and not for one of another processor.
pub(super) const A_DAY: Duration = Duration::from_secs(24 * 3600);

/// The place in time of a tag of another numbering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Succession {
    /// It was made at this time, after the running one.
    Later(ImageDate),
    /// It was made before the running one.
    Earlier,
    Unknown,
}

impl Search<'_, '_> {
    /// Whether a tag was made at least `by` after the running one; `false` if a date is unknown.
    pub(super) fn is_made_later(
        &self,
        tag: &str,
        image: &Image,
        running: Option<&Image>,
        hub: Option<&HubTags>,
        by: Duration,
    ) -> bool {
        let dates = match hub {
            Some(hub) => pushed(hub, tag).zip(pushed(hub, &self.running.reference.tag)),
            None => image.made().zip(running.and_then(Image::made)),
        };
        dates.is_some_and(|(made, of_running)| {
            i64::try_from(by.as_secs()).is_ok_and(|by| made.at.as_second() - of_running.at.as_second() >= by)
        })
    }

    /// Whether a tag of another numbering was made after the running one, which is the newest of its own.
    pub(crate) async fn succession(&self, tag: &str, hub: Option<&HubTags>) -> Succession {
        let dates = match hub {
            Some(hub) => pushed(hub, tag).zip(pushed(hub, &self.running.reference.tag)),
            None => {
                let running = self.running.image().await.ok().flatten();
                self.made_of(tag).await.zip(running.as_deref().and_then(Image::made))
            }
        };
        match dates {
            Some((made, of_running)) if made.at > of_running.at => Succession::Later(made),
            Some(_) => Succession::Earlier,
            None => Succession::Unknown,
        }
    }

    /// Explains why a tag is outdated: it was made long before the running line. Only dates of one source are compared.
    /// The date of the line is looked up only for a version that is older than the running one.
    pub(super) async fn outdated(
        &self,
        tag: &str,
        image: &Image,
        running: Option<&Image>,
        hub: Option<&HubTags>,
    ) -> Option<String> {
        // A line has a first day only if it is one, and its own versions are no older than it.
        if !self.evidence.has_line() || self.evidence.is_of_line(tag) {
            return None;
        }
        let (at, line) = match hub {
            Some(hub) => self.dates_of_pushes(tag, image, running, hub)?,
            None => self.dates_of_builds(image, running?).await?,
        };
        precedes(at.days(), line.iter().map(ImageDate::days)).then(|| {
            let begun = line.iter().min_by_key(|made| made.at).copied().unwrap_or(at);
            let name = self.evidence.line_name();
            format!(
                "{tag} is not offered: it was made on {}, and the running line {name} on {}",
                day(at.at),
                day(begun.at)
            )
        })
    }

    /// The dates on which a tag and the tags of the running line were pushed to Docker Hub; `None` if they prove
    /// nothing.
    ///
    /// A push may come long after the build. If all versions of a line were pushed within days, the line was pushed
    /// again as a whole. A candidate that was built after the running image is not older, whenever it was pushed.
    fn dates_of_pushes(
        &self,
        tag: &str,
        image: &Image,
        running: Option<&Image>,
        hub: &HubTags,
    ) -> Option<(ImageDate, Vec<ImageDate>)> {
        let pushed = |tag: &str| pushed(hub, tag);
        let (made, of_running) = (pushed(tag)?, pushed(&self.running.reference.tag)?);
        let built = image.made().zip(running.and_then(Image::made));
        if made.at >= of_running.at || built.is_some_and(|(candidate, running)| candidate.at >= running.at) {
            return None;
        }
        let line: Vec<ImageDate> = self.evidence.line().filter_map(pushed).collect();
        let days = || line.iter().map(ImageDate::days);
        let is_pushed_at_once = line.len() > 2 && days().max()? - days().min()? <= PUSHED_AT_ONCE;
        (!is_pushed_at_once).then_some((made, line))
    }

    /// The dates on which a tag, the running tag and the first tag of its line were built; `None` if the tag is not
    /// older.
    async fn dates_of_builds(&self, image: &Image, running: &Image) -> Option<(ImageDate, Vec<ImageDate>)> {
        let (made, of_running) = (image.made()?, running.made()?);
        if made.at >= of_running.at {
            return None;
        }
        let first = match self.evidence.first_of_line() {
            Some(first) => self.made_of(first).await,
            None => None,
        };
        Some((made, [Some(of_running), first].into_iter().flatten().collect()))
    }

    /// The time at which the image of a tag was built, by its config.
    async fn made_of(&self, tag: &str) -> Option<ImageDate> {
        let RunningImage { checker, repository, machine, .. } = self.running;
        match checker.images.find_image(repository, tag, machine).await {
            Ok(Found::Image(image)) => image.made(),
            _ => None,
        }
    }
}

/// The time at which a tag was last pushed to Docker Hub.
fn pushed(hub: &HubTags, tag: &str) -> Option<ImageDate> {
    ImageDate::read(hub.tag(tag)?.changed()?, AgeSource::Hub)
}

/// The date of a time, in UTC.
fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}
