//! Floating tags: which versions they may stand for, and how a source repository tags a version.

use std::cmp::Ordering;

use super::{
    compare::order::{Key, natural},
    tag::{
        kind::TagKind,
        parts::{Part, Role},
        scheme::TagScheme,
    },
};

/// Words that stand for the newest version of the plain image and name no variant.
const NEWEST: [&str; 9] =
    ["latest", "stable", "release", "main", "master", "current", "mainline", "lts", "production"];

impl TagScheme<'_> {
    /// Whether the tag can be newer or older than another tag.
    pub fn is_orderable(&self) -> bool {
        self.kind().is_ordered()
    }

    /// The version as its source repository tags it. It keeps the counter or commit directly behind the numbers, and
    /// leaves out the variant and a label before them, such as `version-`.
    pub fn version(&self) -> String {
        let Some(version) = self.parsed.version() else { return self.tag.to_owned() };
        let is_label = |part: &&Part| part.role == Role::Label;
        // A source repository names `RELEASE.2025-…` with its label.
        let keeps_label =
            version.separator == b'.' && self.parsed.prefix().iter().all(|part| is_label(&part));
        let mut text = String::with_capacity(self.tag.len());
        if keeps_label {
            self.parsed.prefix().iter().for_each(|part| push(&mut text, part, self.tag));
            push(&mut text, &version, self.tag);
        } else {
            text.push_str(version.text(self.tag));
        }
        self.behind_version().for_each(|part| push(&mut text, part, self.tag));
        text
    }

    /// The part of the tag that the source repository may have written: from the first digit of the version up to the variant;
    /// `None` for a tag without a version.
    pub(crate) fn version_text(&self) -> Option<&str> {
        let version = self.parsed.version()?;
        let length = |part: &Part| usize::from(part.separator != 0) + part.text(self.tag).len();
        let end = version.digits_at()
            + version.tail(self.tag).len()
            + self.behind_version().map(length).sum::<usize>();
        self.tag.get(version.digits_at()..end)
    }

    /// The counters and commits directly behind the version.
    fn behind_version(&self) -> impl Iterator<Item = &Part> {
        let of_version = |part: &&Part| {
            !matches!(
                part.role,
                Role::Word | Role::CodeName | Role::Os | Role::Runtime | Role::Architecture | Role::Companion
            )
        };
        self.parsed.suffix().iter().take_while(of_version)
    }

    /// Whether a floating tag may stand for another one. Both have the same variant, and the other version begins with
    /// the floating tag's numbers.
    pub fn may_stand_for(&self, other: &TagScheme<'_>) -> bool {
        self.kind() == TagKind::Floating
            && other.is_orderable()
            && !other.is_prerelease()
            && self.variant() == other.variant()
            && self.numbers().iter().zip(other.numbers()).all(|(own, its)| *own == its)
            && self.numbers().len() <= other.numbers().len()
    }

    /// Returns at most `most` of the newest tags that a floating tag may stand for, those with the most numbers first.
    /// Only dates or only other versions are returned, whichever are more, so that a stray date does not count as the
    /// newest version.
    pub fn newest_it_may_stand_for<'t>(
        &self,
        tags: impl IntoIterator<Item = &'t str>,
        most: usize,
    ) -> Vec<&'t str> {
        let (mut dates, mut versions): (Vec<_>, Vec<_>) = tags
            .into_iter()
            .map(|tag| (TagScheme::read(tag), tag))
            .filter(|(scheme, _)| self.may_stand_for(scheme))
            .map(|(scheme, tag)| (Key::of(scheme.view()), scheme.numbers().len(), scheme.kind(), tag))
            .partition(|(_, _, kind, _)| *kind == TagKind::Calendar);
        let chosen = if versions.len() >= dates.len() { &mut versions } else { &mut dates };
        chosen.sort_unstable_by(|(a, a_count, _, a_tag), (b, b_count, _, b_tag)| {
            let order: Ordering = b.cmp(a).then_with(|| b_count.cmp(a_count));
            order.then_with(|| natural(a_tag, b_tag))
        });
        chosen.iter().take(most).map(|(_, _, _, tag)| *tag).collect()
    }

    /// Whether the tag is a word for the newest version and names no variant.
    pub(crate) fn is_all_for_newest(&self) -> bool {
        self.kind() == TagKind::Floating && self.variant().is_empty()
    }

    /// The words that tell this image from others of the same version, without words for the newest version.
    fn variant(&self) -> Vec<&str> {
        let all = self.parsed.prefix().iter().chain(self.parsed.suffix());
        let tells = all.filter(|part| {
            matches!(
                part.role,
                Role::Word | Role::CodeName | Role::Os | Role::Runtime | Role::Architecture | Role::Channel
            )
        });
        tells.map(|part| part.text(self.tag)).filter(|text| !NEWEST.contains(text)).collect()
    }
}

fn push(text: &mut String, part: &Part, tag: &str) {
    if part.separator != 0 && !text.is_empty() {
        text.push(char::from(part.separator));
    }
    text.push_str(part.text(tag));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_named_as_its_source_names_it() {
        let cases = [
            ("1.27.3-alpine", "1.27.3"),
            ("v3.1.0", "v3.1.0"),
            ("0.25.0-rc0-rocm", "0.25.0-rc0"),
            ("0.6.27-ls395", "0.6.27-ls395"),
            ("2024.10.22-7ca5933", "2024.10.22-7ca5933"),
            ("16.4-alpine3.20", "16.4"),
            ("version-0.6.27", "0.6.27"),
            ("RELEASE.2024-05-28T17-19-04Z", "RELEASE.2024-05-28T17-19-04Z"),
            ("6.5.3-php8.2-fpm-alpine", "6.5.3"),
            ("latest", "latest"),
        ];
        for (tag, version) in cases {
            assert_eq!(TagScheme::read(tag).version(), version, "{tag}");
        }
    }

    #[test]
    fn a_floating_tag_stands_for_versions_that_begin_with_it() {
        let newest = |floating: &str, tags: &[&str]| -> Vec<String> {
            let found = TagScheme::read(floating).newest_it_may_stand_for(tags.iter().copied(), 3);
            found.into_iter().map(str::to_owned).collect()
        };
        let tags = [
            "latest",
            "2021.12.16",
            "7.2.4",
            "7.4",
            "7.4.1",
            "7.4.1-alpine",
            "7.4.0-alpine",
            "8.0.0",
            "8.1.0-rc1",
            "8.0",
            "8",
            "alpine",
        ];
        assert_eq!(newest("latest", &tags), ["8.0.0", "8.0", "7.4.1"]);
        assert_eq!(newest("7", &tags), ["7.4.1", "7.4", "7.2.4"]);
        assert_eq!(newest("7.x", &tags), ["7.4.1", "7.4", "7.2.4"]);
        assert_eq!(newest("7-alpine", &tags), ["7.4.1-alpine", "7.4.0-alpine"]);
        assert_eq!(newest("alpine", &tags), ["7.4.1-alpine", "7.4.0-alpine"]);
        assert!(newest("7.4.1", &tags).is_empty(), "it does not float");
    }
}
