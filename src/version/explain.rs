//! Explains a tag in words for people.

use serde::Serialize;

use super::{
    compare::order,
    policy::Policy,
    select::selector::Selector,
    tag::{
        kind::{Shape, TagKind},
        parts::{Part, Role},
        scheme::TagScheme,
    },
};

/// A tag taken apart.
///
/// Texts are copied from the tag; a part that the tag does not have is `None`. In JSON, names are in camel case and
/// absent parts are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TagExplanation {
    /// The tag.
    pub tag: String,
    /// [`TagKind::name`]: `semver`, `calendar`, `build`, `floating`, `unorderable` or `signature`.
    pub kind: &'static str,
    /// The text before the numbers: `v`, `RELEASE.`, `bookworm-`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// The numbers of the version. They are strings, because they may be of any length and begin with zeros.
    pub numbers: Vec<String>,
    /// Words for a prerelease or a branch: `rc1`, `beta.2`, `nightly`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prerelease: Option<String>,
    /// The words that tell variants apart, joined with `-`: `fpm-alpine`. They include runtimes and operating systems.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// The release of an operating system, which updates may follow: `alpine 3.20`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os_release: Option<String>,
    /// The runtime that the image is built on, which updates keep: `php 8.2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
    /// Counters of builds and second versions: `ls386`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build: Option<String>,
    /// A commit's hash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The processor that the tag is for: `arm64v8`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub architecture: Option<String>,
    /// Whether the version is a date or begins with a year.
    pub calendar: bool,
    /// The tag in words, see [`TagScheme::describe`].
    pub description: String,
    /// What a list of tags shows of the tag, in sentences; empty without a list. See [`crate::version::Selection::evidence`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}

/// Takes a tag apart and describes it.
pub fn explain(tag: &str) -> TagExplanation {
    TagScheme::read(tag).explain()
}

/// Takes a tag apart, and adds what the other tags of its repository show of it.
///
/// ```
/// use container_registry_service::version::explain_among;
///
/// let explanation = explain_among("6.4", ["6.4", "6.4.7", "7.0"]);
/// assert_eq!(explanation.evidence, ["another tag extends its numbers, so it moves on to newer images"]);
/// ```
pub fn explain_among<'t>(tag: &str, tags: impl IntoIterator<Item = &'t str>) -> TagExplanation {
    let mut selector = Selector::new(tag, &Policy::default());
    tags.into_iter().for_each(|tag| selector.push(tag));
    TagExplanation { evidence: selector.finish().evidence().collect(), ..explain(tag) }
}

/// Compares two tags: 1 if `a` is newer, -1 if `b` is newer, 0 if neither is. Returns `None` where they cannot be
/// compared, see [`order::compare`].
pub fn compare_tags(a: &str, b: &str) -> Option<i8> {
    order::compare(a, b).map(|ordering| ordering as i8)
}

impl TagScheme<'_> {
    /// [`explain`] for a parsed tag.
    pub fn explain(&self) -> TagExplanation {
        let version = self.parsed.version();
        let before = version.map(|version| {
            let end = self.tag.len() - self.reading_tail_length();
            let numbers = version.tail(self.tag).len();
            self.tag.get(..end.saturating_sub(numbers)).unwrap_or_default()
        });
        TagExplanation {
            tag: self.tag.to_owned(),
            kind: self.kind().name(),
            prefix: before.filter(|prefix| !prefix.is_empty()).map(str::to_owned),
            numbers: self.numbers().into_iter().map(str::to_owned).collect(),
            prerelease: self.texts("-", |part| matches!(part.role, Role::Prerelease | Role::Channel)),
            variant: self.texts("-", |part| {
                matches!(part.role, Role::Word | Role::CodeName | Role::Os | Role::Runtime)
            }),
            os_release: self.names(|part| part.role == Role::Os && !part.tail(self.tag).is_empty()),
            runtime: self.names(|part| part.role == Role::Runtime),
            build: self.texts("-", |part| {
                matches!(part.role, Role::Counter | Role::Fix | Role::Companion | Role::Letter)
            }),
            commit: self.texts("-", |part| part.role == Role::Commit),
            architecture: self.texts("-", |part| part.role == Role::Architecture),
            calendar: self.kind() == TagKind::Calendar,
            description: self.describe(),
            evidence: Vec::new(),
        }
    }

    /// The scheme in words: "semantic version of 3 numbers, variant alpine3.20, OS release alpine 3.20".
    pub fn describe(&self) -> String {
        let mut parts = vec![self.describe_kind()];
        let mut add = |name: &str, text: Option<String>| {
            parts.extend(text.map(|text| format!("{name} {text}")));
        };
        if self.parsed.version().is_some() {
            let label = |part: &Part| part.role == Role::Label;
            add("prefix", self.texts("-", label));
            add("prerelease", self.texts("-", |part| part.role == Role::Prerelease));
        }
        add("branch", self.texts("-", |part| part.role == Role::Channel));
        let has_variant = !matches!(self.kind(), TagKind::Signature | TagKind::Unorderable);
        if has_variant && !self.is_all_for_newest() {
            add(
                "variant",
                self.texts("-", |part| {
                    matches!(part.role, Role::Word | Role::CodeName | Role::Os | Role::Runtime)
                }),
            );
        }
        add("OS release", self.names(|part| part.role == Role::Os && !part.tail(self.tag).is_empty()));
        add("runtime", self.names(|part| part.role == Role::Runtime));
        add("fix", self.texts(", ", |part| matches!(part.role, Role::Fix | Role::Letter)));
        add("build counter", self.texts(", ", |part| part.role == Role::Counter));
        add("second version", self.texts(", ", |part| part.role == Role::Companion));
        add("commit", self.texts(", ", |part| part.role == Role::Commit));
        add("architecture", self.texts(", ", |part| part.role == Role::Architecture));
        parts.join(", ")
    }

    fn describe_kind(&self) -> String {
        let version = self.parsed.version();
        let numbers = match self.parsed.count {
            1 => "1 number".to_owned(),
            count => format!("{count} numbers"),
        };
        let v = match version.map(|version| version.word(self.tag)) {
            None | Some("") => String::new(),
            Some(word) => format!(" after {word}"),
        };
        match (self.kind(), self.parsed.shape) {
            (TagKind::Semantic, _) => format!("semantic version of {numbers}{v}"),
            (TagKind::Calendar, Shape::Dotted) if self.parsed.count == 1 => format!("date{v}"),
            (TagKind::Calendar, Shape::Dotted) => format!("calendar version of {numbers}{v}"),
            (TagKind::Calendar, Shape::Dashed) => format!("date of {numbers}{v}"),
            (TagKind::Calendar, Shape::Stamp) => "date and time".to_owned(),
            (TagKind::Build, _) => format!("build number{v}"),
            (TagKind::Floating, _) if version.is_some() => {
                format!("floating tag of {numbers}{v}, which moves on to newer images")
            }
            (TagKind::Floating, _) => "floating tag, which moves on to newer images".to_owned(),
            (TagKind::Unorderable, _) => "name without an order".to_owned(),
            (TagKind::Signature, _) => "signature or attestation of another manifest".to_owned(),
        }
    }

    /// The length of the text behind the version.
    fn reading_tail_length(&self) -> usize {
        let length = |part: &Part| usize::from(part.separator != 0) + part.text(self.tag).len();
        self.parsed.suffix().iter().map(length).sum()
    }

    /// The texts of the parts that `sort` selects.
    fn texts(&self, joint: &str, sort: impl Fn(&Part) -> bool) -> Option<String> {
        let texts = self.parsed.parts().iter().filter(|part| sort(part)).map(|part| part.text(self.tag));
        joined(texts.filter(|text| !text.is_empty()).map(str::to_owned).collect(), joint)
    }

    /// The parts that `sort` selects, as name and number: `alpine 3.20`.
    fn names(&self, sort: impl Fn(&Part) -> bool) -> Option<String> {
        let names = self.parsed.parts().iter().filter(|part| sort(part)).map(|part| {
            let number = part.tail(self.tag).trim_start_matches(['-', '_', '.']);
            format!("{} {number}", part.word(self.tag))
        });
        joined(names.collect(), ", ")
    }
}

fn joined(texts: Vec<String>, joint: &str) -> Option<String> {
    (!texts.is_empty()).then(|| texts.join(joint))
}

/// Whether a tag belongs to an unfinished version: alpha, beta, preview, milestone. A release candidate is not
/// unfinished, because a release with the same image was promoted from it.
pub(crate) fn is_unfinished(tag: &str) -> bool {
    let scheme = TagScheme::read(tag);
    let word = scheme.explain().prerelease.unwrap_or_default().to_ascii_lowercase();
    scheme.is_prerelease() && !word.starts_with("rc") && !word.starts_with("cr")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_candidate_may_be_promoted() {
        for (tag, expected) in
            [("5.0.0-preview.1", true), ("1.0.0-alpha2", true), ("1.0-rc1", false), ("1.0.0", false)]
        {
            assert_eq!(is_unfinished(tag), expected, "{tag}");
        }
    }
}
