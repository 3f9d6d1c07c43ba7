//! Finds out whether the project has gone over to another numbering, such as a calendar.

use std::time::SystemTime;

use super::{SETTLED, VERSIONS, versions};
use crate::{
    check::{
        checker::Checker,
        images::found::Presence,
        report::{Ended, EndedPart, Successor},
        search::{Search, dates::Succession, running_image::RunningImage},
    },
    error::Result,
    registry::hub::tags::HubTags,
    version::{policy::Track, select::selection::Selection},
};

/// Another numbering, in a repository whose running one has nothing newer.
pub(crate) struct Renumbered {
    /// Its tags, the newest first.
    pub(crate) tags: Vec<String>,
    pub(crate) newest: String,
    pub(crate) succession: Succession,
    /// The name of the running numbering: `semver` or `calendar`.
    own_name: &'static str,
}

impl Renumbered {
    /// Looks for another numbering that may succeed the running one. One that was made earlier is none.
    pub(crate) async fn find(
        search: &Search<'_, '_>,
        selection: &Selection,
        hub: Option<&HubTags>,
    ) -> Option<Self> {
        let policy = search.policy;
        // A step between two numberings counts no majors.
        if policy.max_major_step.is_some() || selection.newest(Track::Major).is_some() {
            return None;
        }
        let numbering = search.evidence.numbering();
        let tags: Vec<String> =
            numbering.tags().iter().filter(|tag| policy.admits_text(tag)).cloned().collect();
        let newest = tags.first()?.clone();
        let succession = search.succession(&newest, hub).await;
        (succession != Succession::Earlier).then(|| Self {
            tags,
            newest,
            succession,
            own_name: numbering.own_name(),
        })
    }

    /// The warning that nothing tells whether the other numbering is the later one.
    pub(crate) fn warning(&self, current: &str) -> Option<String> {
        let newest = &self.newest;
        (self.succession == Succession::Unknown).then(|| {
            format!(
                "{newest} is listed, which is numbered in another way than {current}: dates would tell whether it is newer, and they \
                 are unknown, so it is not offered"
            )
        })
    }
}

impl Checker {
    /// Reports the end of the running numbering, once two versions of the other one are there, or one for two weeks.
    ///
    /// # Errors
    /// The error that kept the successor from being looked at.
    pub(crate) async fn ended_numbering(
        &self,
        running: &RunningImage<'_>,
        renumbered: &Renumbered,
        now: SystemTime,
    ) -> Result<Option<Ended>> {
        let tags: Vec<&str> = renumbered.tags.iter().map(String::as_str).collect();
        let is_old = match renumbered.succession {
            Succession::Later(made) => made.age(now).is_some_and(|age| age >= SETTLED),
            _ => false,
        };
        if versions(&tags) < VERSIONS && !is_old {
            return Ok(None);
        }
        let newest = &renumbered.newest;
        let presence = self.images.runs(running.repository, newest, running.machine).await?;
        Ok(Some(Ended {
            what: EndedPart::Numbering,
            item: renumbered.own_name.to_owned(),
            last_tag: running.reference.tag.clone(),
            successor: (presence == Presence::Runs).then(|| Successor { tag: newest.clone() }),
        }))
    }
}
