//! Chooses the releases between two versions.

use std::cmp::Ordering;

use crate::{
    source::naming::{Counts, Naming, Versioned, version::Version},
    version::tag::{kind::TagKind, scheme::TagScheme},
};

/// The stretch of versions that is asked about.
pub(crate) struct Stretch {
    /// The version after which it begins; `None` if that is unknown.
    from: Option<Bound>,
    /// The version with which it ends; `None` for the newest.
    to: Option<Bound>,
    /// How many numbers the versions have.
    counts: Counts,
}

/// An end of the stretch.
struct Bound {
    version: Version,
    /// Whether it is a line of versions: `17`.
    is_line: bool,
}

impl Stretch {
    /// Reads the two tags, as they are held against the releases of a source.
    pub(crate) fn read(naming: &Naming<'_>, from: &str, to: &str) -> Self {
        let is_line = |tag: &str| TagScheme::read(tag).kind() == TagKind::Floating;
        let [first, last] = naming.bounds([from, to]);
        let bound =
            |version: Option<Version>, tag| version.map(|version| Bound { version, is_line: is_line(tag) });
        let versions = naming.versions([from, to]);
        let counts = Counts::of(versions.iter().map(|release| release.version));
        Self { from: bound(first, from), to: bound(last, to), counts }
    }

    /// The releases in the stretch, the newest version first. Prereleases are among them only where one runs, and where the
    /// stretch ends with one.
    pub(crate) fn choose<'n>(
        &self,
        versions: &[Versioned<'n>],
        is_marked: impl Fn(usize) -> bool,
    ) -> Vec<Versioned<'n>> {
        let runs_prerelease = self.from.as_ref().is_some_and(|from| from.version.is_prerelease());
        let is_wanted = |release: &&Versioned<'n>| {
            let is_prerelease = release.version.is_prerelease() || is_marked(release.index);
            let is_last = self.to.as_ref().is_some_and(|to| self.order(release.version, to).is_eq());
            self.holds(release.version) && (!is_prerelease || runs_prerelease || is_last)
        };
        let mut chosen: Vec<Versioned<'n>> = versions.iter().filter(is_wanted).copied().collect();
        chosen.sort_by(|a, b| b.version.order_in_list(a.version).then(a.index.cmp(&b.index)));
        chosen
    }

    /// Compares the version of a release with an end. Builds of the version that a tag names are that version.
    fn order(&self, version: &Version, end: &Bound) -> Ordering {
        match self.counts.is_counted_build(&end.version, version) {
            true => Ordering::Equal,
            false => version.order(&end.version),
        }
    }

    fn holds(&self, version: &Version) -> bool {
        // Without a beginning, nothing but the end is known to belong to it.
        let is_after = match (&self.from, &self.to) {
            (Some(from), _) => self.order(version, from).is_gt(),
            (None, Some(to)) => {
                self.order(version, to).is_eq() || to.is_line && version.is_in_line(&to.version)
            }
            (None, None) => false,
        };
        let is_up_to = self.to.as_ref().is_none_or(|to| {
            self.order(version, to).is_le() || to.is_line && version.is_in_line(&to.version)
        });
        is_after && is_up_to
    }

    /// Whether the beginning is known.
    pub(crate) fn has_beginning(&self) -> bool {
        self.from.is_some()
    }

    /// Whether releases from the newest on show the whole stretch, so that nothing behind them can belong to it.
    ///
    /// Where the versions fall from one to the next, it ends at the first that is not after the beginning. Where lines of
    /// versions were mended beside each other, it ends at the first release of a line that is not newer: what follows that one
    /// in time has a newer version or mends an older line.
    pub(crate) fn is_covered(&self, versions: &[Versioned<'_>]) -> bool {
        let Some(from) = &self.from else { return false };
        let is_at_end = |release: &&Versioned<'_>| self.order(release.version, from) != Ordering::Greater;
        let falls = versions.is_sorted_by(|a, b| a.version.order(b.version) != Ordering::Less);
        versions.iter().filter(is_at_end).any(|release| falls || release.version.begins_line())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::naming::List;

    fn chosen(image: &str, [from, to]: [&str; 2], releases: &[&str]) -> (Vec<String>, bool) {
        let list = List { image, project: "source", is_whole: true };
        let naming = Naming::read(list, releases.iter().copied());
        let stretch = Stretch::read(&naming, from, to);
        let versions = naming.versions([from, to]);
        let chosen = stretch.choose(&versions, |_| false);
        (
            chosen.iter().map(|release| releases[release.index].to_owned()).collect(),
            stretch.is_covered(&versions),
        )
    }

    #[test]
    fn a_stretch_has_every_release_after_its_beginning_up_to_its_end() {
        let plain = &["v1.3.0", "v1.2.1", "v1.2.0", "v1.1.0", "v1.0.0"][..];
        let parts =
            &["web-v1.3.0", "app-v1.3.0", "web-v1.2.0", "app-v1.2.0", "helm-chart-1.2.5", "app-v1.1.0"][..];
        let mixed = &["v1.2.9", "v2.0.1", "v1.2.8", "v2.0.0", "v1.2.7", "v1.2.0"][..];
        let early = &["v2.0.0", "v2.0.0-rc.2", "v2.0.0-rc.1", "v1.9.0"][..];
        let builds = &["v1.30.2+k3s2", "v1.30.2+k3s1", "v1.30.1+k3s1"][..];
        type Case<'a> = (&'a str, [&'a str; 2], &'a [&'a str], &'a [&'a str]);
        let counted = &["4.0.10.2544-ls260", "4.0.10.2544-ls259", "4.0.9.2244-ls258", "4.0.9.2244-ls257"][..];
        let systems = &["10.10.1ubu2404-ls36", "10.10.0ubu2404-ls35", "10.9.11ubu2404-ls34"][..];
        let commits = &["220517-b2c0d62e", "220302-0059f429"][..];
        let cases: [Case<'_>; 22] = [
            ("sonarr", ["4.0.9", "4.0.10"], counted, &["4.0.10.2544-ls260", "4.0.10.2544-ls259"]),
            ("sonarr", ["4.0.9", "4.0.10.2544-ls259"], counted, &["4.0.10.2544-ls259"]),
            ("sonarr", ["4.0.9.2244-ls257", "4.0.9"], counted, &["4.0.9.2244-ls258"]),
            ("jellyfin", ["10.9.11", "10.10.1"], systems, &["10.10.1ubu2404-ls36", "10.10.0ubu2404-ls35"]),
            ("photoprism", ["220302", "220517"], commits, &["220517-b2c0d62e"]),
            ("app", ["1.1.0", "1.3.0"], plain, &["v1.3.0", "v1.2.1", "v1.2.0"]),
            ("app", ["1.1.0-alpine", "1.2.1-alpine"], plain, &["v1.2.1", "v1.2.0"]),
            ("app", ["1.1", "1.2"], plain, &["v1.2.0"]),
            ("app", ["1.1.5", "9.0.0"], plain, &["v1.3.0", "v1.2.1", "v1.2.0"]),
            ("app", ["1.3.0", "1.1.0"], plain, &[]),
            ("app", ["1.1.0", "latest"], plain, &["v1.3.0", "v1.2.1", "v1.2.0"]),
            ("app", ["latest", "1.2.1"], plain, &["v1.2.1"]),
            ("app", ["1.1.0", "1"], plain, &["v1.3.0", "v1.2.1", "v1.2.0"]),
            ("org/app", ["1.1.0", "1.3.0"], parts, &["app-v1.3.0", "app-v1.2.0"]),
            ("app", ["1.2.7", "2.0.1"], mixed, &["v2.0.1", "v2.0.0", "v1.2.9", "v1.2.8"]),
            ("app", ["1.9.0", "2.0.0"], early, &["v2.0.0"]),
            ("app", ["2.0.0-rc1", "2.0.0"], early, &["v2.0.0", "v2.0.0-rc.2"]),
            ("app", ["1.9.0", "2.0.0-rc2"], early, &["v2.0.0-rc.2"]),
            ("k3s", ["v1.30.2-k3s1", "v1.30.2-k3s2"], builds, &["v1.30.2+k3s2"]),
            ("netbox", ["v4.0.5-2.8.0", "v4.0.6-2.9.1"], &["2.9.1", "2.9.0", "2.8.0"], &["2.9.1", "2.9.0"]),
            ("app", ["1.0.0", "2.0.0"], &["nightly"], &[]),
            ("org/all", ["web-1.2.0", "web-1.3.0"], parts, &["web-v1.3.0"]),
        ];
        for (image, tags, releases, expected) in cases {
            assert_eq!(chosen(image, tags, releases).0, expected, "{tags:?} of {releases:?}");
        }
    }

    #[test]
    fn a_stretch_is_covered_where_nothing_behind_can_belong_to_it() {
        let cases: [([&str; 2], &[&str], bool); 7] = [
            (["1.1.0", "1.3.0"], &["v1.3.0", "v1.2.0", "v1.1.0"], true),
            (["1.1.0", "1.3.0"], &["v1.3.0", "v1.2.0"], false),
            (["1.1.5", "1.3.0"], &["v1.3.0", "v1.1.4"], true),
            // Between the two, 2.1.0 may follow.
            (["1.2.7", "2.2.0"], &["v2.2.0", "v1.2.9", "v2.1.9", "v1.2.7"], false),
            (["1.2.7", "2.2.0"], &["v2.2.0", "v1.2.9", "v2.1.9", "v1.2.7", "v1.2.0"], true),
            (["latest", "1.3.0"], &["v1.3.0", "v1.2.0"], false),
            (["b3120", "b3122"], &["b3122", "b3121", "b3120"], true),
        ];
        for (tags, releases, expected) in cases {
            assert_eq!(chosen("app", tags, releases).1, expected, "{tags:?} of {releases:?}");
        }
    }
}
