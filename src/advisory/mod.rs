//! Security advisories: which versions they concern. Nothing here uses a network or a clock.
//!
//! An advisory is never taken to say less than it says: a range that cannot be read, and a version that cannot be placed,
//! make it unclear and do not drop it.

pub(crate) mod range;
pub(crate) mod severity;

use serde::{Deserialize, Serialize};

use self::{
    range::{Ranges, Release},
    severity::Severity,
};

/// A published advisory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Advisory {
    /// Its name at GitHub: `GHSA-xxxx-xxxx-xxxx`.
    pub(crate) id: String,
    pub(crate) cve: Option<String>,
    pub(crate) severity: Option<Severity>,
    pub(crate) summary: String,
    pub(crate) affected: Vec<Affected>,
}

/// The versions of one package that an advisory concerns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Affected {
    /// The name of the package; empty where none is named.
    pub(crate) package: String,
    /// The versions, as the advisory's author wrote them.
    pub(crate) range: String,
    /// The versions that mend it, as the author wrote them.
    pub(crate) patched: String,
}

/// Whether an advisory concerns a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Concern {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// It does not say it in a form that can be relied on.
    Unclear,
}

impl Advisory {
    /// Whether it concerns a release of the program in an image that has one of these names.
    ///
    /// If several packages are named, those of these names decide. Without one, any of them may be in the image,
    /// so that a range with the release in it is unclear.
    pub(crate) fn concerns(&self, names: &[&str], release: &Release) -> Concern {
        let (entries, is_sure) = self.entries_for(names);
        let within: Vec<Option<bool>> =
            entries.iter().map(|entry| Ranges::read(&entry.range)?.contain(release)).collect();
        match (within.contains(&Some(true)), within.contains(&None)) {
            _ if within.is_empty() => Concern::Unclear,
            (true, _) if is_sure => Concern::Yes,
            (false, false) => Concern::No,
            _ => Concern::Unclear,
        }
    }

    /// Whether one version is concerned, a later one is not, and the advisory says that it was mended in between: by a
    /// version that mends it, or by the first one that is not concerned (`< 1.2.5`). A range that ends with the newest
    /// version of its day (`<= 1.2.3`) says nothing about later ones.
    pub(crate) fn is_mended_between(&self, names: &[&str], from: &Release, to: &Release) -> bool {
        let is_stated = || {
            let patched = self.patched_in(names);
            patched
                .iter()
                .filter_map(|version| to.compare(&Release::read(version)?))
                .any(std::cmp::Ordering::is_ge)
        };
        let ends = || {
            let ranges = self.entries_for(names).0.into_iter().filter_map(|entry| Ranges::read(&entry.range));
            ranges.into_iter().any(|ranges| ranges.end_between(from, to))
        };
        self.concerns(names, from) == Concern::Yes
            && self.concerns(names, to) == Concern::No
            && (is_stated() || ends())
    }

    /// The versions that mend it in an image, as the author wrote them, each once. Words such as `None` are no versions.
    pub(crate) fn patched_in(&self, names: &[&str]) -> Vec<String> {
        let mut versions: Vec<String> = Vec::new();
        for version in self.entries_for(names).0.iter().flat_map(|entry| entry.patched.split(',')) {
            let bare = version.trim().trim_start_matches(['>', '=', '^', '~']).trim();
            let digits = bare.strip_prefix(['v', 'V']).unwrap_or(bare);
            if digits.starts_with(|c: char| c.is_ascii_digit()) && !versions.iter().any(|known| known == bare)
            {
                versions.push(bare.to_owned());
            }
        }
        versions
    }

    /// The entries that count for a program of these names, and whether they are certainly about it.
    fn entries_for(&self, names: &[&str]) -> (Vec<&Affected>, bool) {
        let is_named =
            |entry: &&Affected| names.iter().any(|name| last_part(&entry.package).eq_ignore_ascii_case(name));
        let named: Vec<&Affected> = self.affected.iter().filter(is_named).collect();
        if !named.is_empty() {
            return (named, true);
        }
        let first = self.affected.first().map(|entry| entry.package.as_str());
        let is_one = self.affected.iter().all(|entry| Some(entry.package.as_str()) == first);
        (self.affected.iter().collect(), is_one)
    }
}

/// The last part of a package's name that is no major version: `grafana` of `github.com/grafana/grafana/v2`.
fn last_part(name: &str) -> &str {
    let is_major = |part: &&str| {
        part.strip_prefix('v')
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    };
    name.trim().rsplit(['/', ':']).find(|part| !part.is_empty() && !is_major(part)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A package, its range, and what mends it.
    type Entry<'a> = (&'a str, &'a str, &'a str);

    fn advisory(affected: &[Entry<'_>]) -> Advisory {
        let entry = |(package, range, patched): &Entry<'_>| Affected {
            package: (*package).to_owned(),
            range: (*range).to_owned(),
            patched: (*patched).to_owned(),
        };
        let affected = affected.iter().map(entry).collect();
        Advisory { id: "GHSA-1".into(), cve: None, severity: None, summary: String::new(), affected }
    }

    #[test]
    fn the_package_named_like_the_image_decides() {
        use Concern::{No, Unclear, Yes};
        let cases: [(&[Entry<'_>], Concern); 11] = [
            (&[("app", "< 1.2.5", "")], Yes),
            (&[("other", "< 1.2.5", "")], Yes),
            (&[("", "< 1.2.5", "")], Yes),
            (&[("app", "< 1.2.4", "")], No),
            (&[("app", "all", "")], Unclear),
            (&[("app", "", "")], Unclear),
            (&[], Unclear),
            (&[("github.com/team/App/v2", "< 1.2.4", ""), ("lib", "< 9", "")], No),
            (&[("lib", "< 9", ""), ("tool", "< 1", "")], Unclear),
            (&[("lib", "< 1", ""), ("tool", "< 1", "")], No),
            (&[("app", "< 1.1.9, < 1.2.5", ""), ("app", ">= 1.2, < 1.2.5", "")], Yes),
        ];
        let release = Release::read("1.2.4").expect("a release");
        for (affected, expected) in cases {
            assert_eq!(advisory(affected).concerns(&["app"], &release), expected, "{affected:?}");
        }
    }

    #[test]
    fn a_program_may_have_two_names() {
        let several = advisory(&[("server", "< 1.2.5", ""), ("lib", "< 9", "")]);
        let release = Release::read("1.2.4").expect("a release");
        assert_eq!(several.concerns(&["cloud", "Server"], &release), Concern::Yes);
        assert_eq!(several.concerns(&["cloud"], &release), Concern::Unclear);
    }

    #[test]
    fn patched_versions_are_listed_once() {
        let of = |affected: &[Entry<'_>]| advisory(affected).patched_in(&["app"]);
        assert_eq!(
            of(&[("app", "", "1.2.5, >= 1.3.1"), ("app", "", "1.2.5"), ("lib", "", "7")]),
            ["1.2.5", "1.3.1"]
        );
        assert!(of(&[("app", "", " , ")]).is_empty());
        assert_eq!(of(&[("app", "", "None, commit 1a2b3c4, v1.2.5")]), ["v1.2.5"]);
    }

    #[test]
    fn what_is_mended_is_stated() {
        let mended = |range: &str, patched: &str, to: &str| {
            let [from, to] = ["1.2.3", to].map(|version| Release::read(version).expect(version));
            advisory(&[("app", range, patched)]).is_mended_between(&["app"], &from, &to)
        };
        assert!(mended("<= 1.2.3", "1.2.4", "1.2.4") && mended("<= 1.2.3", "1.1.9, 1.2.4", "2.0.0"));
        assert!(mended("< 1.2.5", "", "1.2.5") && mended("< 1.2.5", "None", "1.3.0"));
        for unstated in ["", "None", "n/a", "commit 1a2b3c4", "1.3.0", "see below"] {
            assert!(!mended("<= 1.2.3", unstated, "1.2.4"), "{unstated}");
        }
        assert!(!mended("< 1.2.5", "1.2.5", "1.2.4"));
    }
}
