//! The result of looking through a list of tags.

use super::{
    finding::Finding,
    rejections::{Reason, Rejection, Rejections},
};
use crate::version::policy::Track;

/// The updates of one tag, and the reasons why the other tags of the list are none.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Selection {
    /// The newer tags by distance: a patch, a minor or a major version away, each newest first.
    pub(crate) steps: [Vec<String>; 3],
    /// The reasons why other tags are not offered. Reasons without tags are absent.
    pub rejected: Vec<Rejection>,
    /// Whether the running tag moves on to newer images of its line, as its name or the list says.
    pub floats: bool,
    /// Whether the running tag has an order and stays what it is, as its name and the list say.
    pub is_version: bool,
    /// Whether the running tag stands in the list.
    pub is_listed: bool,
    /// The newest rebuild of the running version.
    pub(super) rebuild: Option<String>,
    /// What the list shows of the running tag.
    pub(super) findings: Vec<Finding>,
    /// The number of newer tags beyond the bound. All of them are older than those that are kept.
    pub dropped: u64,
}

impl Selection {
    /// All updates on a track, the newest first. Updates of the tracks that it includes follow its own.
    ///
    /// A caller takes the first of them that passes the checks for which a registry is needed (platform, age).
    pub fn on(&self, track: Track) -> impl Iterator<Item = &str> {
        let included = self.steps.iter().take(track as usize + 1).rev();
        included.flatten().map(String::as_str)
    }

    /// The updates that are exactly this far away, newest first.
    pub fn step(&self, track: Track) -> &[String] {
        self.steps.get(track as usize).map(Vec::as_slice).unwrap_or_default()
    }

    /// The newest update on a track.
    pub fn newest(&self, track: Track) -> Option<&str> {
        self.on(track).next()
    }

    /// A tag that counts a rebuild of the running version: `3.8.1-2` for `3.8.1`. It is no update by its text: only a digest and a date
    /// tell that the version was built again.
    pub fn rebuild(&self) -> Option<&str> {
        self.rebuild.as_deref()
    }

    /// Adds the rebuild of the running version to the updates, behind all others.
    pub(crate) fn offer_rebuild(&mut self) {
        let [patch, ..] = &mut self.steps;
        patch.extend(self.rebuild.take());
    }

    /// Makes tags of another numbering, newest first, updates on the major track. They were rejected as not comparable.
    pub(crate) fn follow(&mut self, tags: &[String], track: Track) {
        let count = tags.len() as u64;
        if let Some(row) = self.rejected.iter_mut().find(|row| row.reason == Reason::Scheme) {
            row.count = row.count.saturating_sub(count);
            row.examples.retain(|example| !tags.contains(example));
        }
        self.rejected.retain(|row| row.count > 0);
        if track < Track::Major {
            let examples = tags.iter().take(Rejections::EXAMPLES).cloned().collect();
            self.rejected.push(Rejection { reason: Reason::Major, count, examples });
        }
        let [.., major] = &mut self.steps;
        *major = tags.to_vec();
    }

    /// What the list shows of the running tag, in sentences for people: whether it floats, what the number behind its version
    /// counts, which way of writing is followed.
    pub fn evidence(&self) -> impl Iterator<Item = String> {
        self.findings.iter().map(ToString::to_string)
    }

    /// The tags that are not offered for one reason.
    pub fn rejection(&self, reason: Reason) -> Option<&Rejection> {
        self.rejected.iter().find(|rejection| rejection.reason == reason)
    }
}
