//! The evidence that other tags of a list give about the running one.

use super::{
    affixes::{Affixes, PlainVersion},
    current_tag::CurrentTag,
    evidence::{self, Channel, Evidence},
    newest::Candidate,
    rejections::Reason,
};
use crate::version::{
    compare::{
        alike,
        order::{self, Digits, Key},
    },
    tag::{parts::Role, scheme::TagView},
};

/// The count of numbers in a full version. Further numbers are hotfixes.
const FULL: u16 = 3;

impl CurrentTag {
    /// Notes what a tag says about the running one.
    pub(crate) fn observe(&self, tag: TagView<'_>, affixes: Affixes, evidence: &mut Evidence) {
        if self.is_bare && tag.parsed.version().is_some() && !evidence::is_bare_number(tag) {
            evidence.has_other_versions = true;
        }
        if affixes.refused == Some(Reason::Prerelease) && PlainVersion::of(tag.tag).is_none() {
            let head =
                tag.parsed.version().map(|version| order::head(version.numbers(tag.tag))).unwrap_or_default();
            if self.may_matter(head) {
                evidence.add_prerelease(Candidate::new(tag.tag, head));
            }
        }
        if let Some(length) = self.hash_length() {
            let mut hashes = tag.parsed.parts().iter().filter(|part| part.role == Role::Commit);
            evidence.has_hashes |= hashes.any(|part| part.text(tag.tag).len() == length);
        }
        evidence.has_release |= tag.parsed.version().is_some() && !tag.parsed.is_prerelease;
        let (own, other) = (self.parsed.count, tag.parsed.count);
        let is_longer = other > own && own < FULL && !self.parsed.is_prerelease && !tag.parsed.is_prerelease;
        if affixes.refused.is_some() {
            // `8.0-alpine` moves on where full versions name the system's release only: `8.0.6-alpine3.20`.
            evidence.is_extended |= affixes.refused == Some(Reason::Variant)
                && is_longer
                && self.begins(tag)
                && alike::is_same_without_os_release(self.view(), tag);
            return;
        }
        if is_longer {
            self.observe_longer(tag, own, evidence);
        } else if other == own
            && !tag.parsed.is_prerelease
            && let Some(version) = tag.parsed.version()
        {
            self.observe_short(version.numbers(tag.tag), evidence);
        }
        if let (Some(_), Some(counter), true) = (self.counter, evidence::bare_counter(tag), affixes.is_alike)
        {
            evidence.add_counter(&Key::of(tag).numbers, counter);
        }
        if self.counter.is_none()
            && !tag.parsed.is_prerelease
            && let Some(counter) =
                evidence::bare_counter(tag).filter(|_| alike::is_built_again(tag, self.view()))
        {
            let key = Key::of(tag);
            evidence.add_counter(&key.numbers, counter);
            if key.numbers == self.key.numbers {
                evidence.add_rebuild(counter, tag.tag);
            }
        }
        if self.channel.is_some() && self.channel == Channel::of(tag) {
            evidence.add_channel(&Key::of(tag).numbers);
        }
    }

    /// Notes a tag with more numbers: it shows that the running tag floats, or that a newer one of its count does.
    fn observe_longer(&self, tag: TagView<'_>, own: u16, evidence: &mut Evidence) {
        let Some(version) = tag.parsed.version() else { return };
        let prefix = || version.numbers(tag.tag).take(usize::from(own));
        if self.begins(tag) {
            evidence.is_extended = true;
        } else if self.has_same_first(prefix().next()) {
            evidence.add_line(Digits::of(prefix()));
        }
    }

    fn has_same_first(&self, number: Option<&str>) -> bool {
        let own = self.parsed.version().and_then(|version| version.numbers(&self.tag).next());
        own.map(order::trimmed) == number.map(order::trimmed)
    }

    /// Notes a tag with as many numbers, which may be a line.
    pub(crate) fn observe_short<'n>(
        &self,
        numbers: impl Iterator<Item = &'n str> + Clone,
        evidence: &mut Evidence,
    ) {
        if self.parsed.count < FULL && self.has_same_first(numbers.clone().next()) {
            evidence.add_short(Digits::of(numbers));
        }
    }

    /// Notes what the running tag says about itself.
    pub(crate) fn observe_itself(&self, evidence: &mut Evidence) {
        if let Some(counter) = self.counter {
            evidence.add_counter(&self.key.numbers, counter);
        }
        if self.channel.is_some() {
            evidence.add_channel(&self.key.numbers);
        }
    }

    /// Whether a tag begins with the numbers of the running one.
    fn begins(&self, tag: TagView<'_>) -> bool {
        let (Some(own), Some(other)) = (self.parsed.version(), tag.parsed.version()) else { return false };
        let mut others = other.numbers(tag.tag).map(order::trimmed);
        own.numbers(&self.tag).map(order::trimmed).all(|number| others.next() == Some(number))
    }
}
