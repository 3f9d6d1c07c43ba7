//! A tag in words, and tags made of others.

use serde::Serialize;

use super::{
    number::numbers,
    order::{compare_versions, relation},
    scheme::{Kind, TagScheme, is_of_variant},
    token::{Meaning, Token},
};

/// What a tag is read as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The tag.
    pub tag: String,
    /// `version`, `calendar`, `floating`, `unorderable` or `signature`.
    pub kind: &'static str,
    /// What stands ahead of the version; empty if nothing does.
    pub prefix: String,
    /// The numbers of the version, as they are written.
    pub numbers: Vec<String>,
    /// What is not final about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prerelease: Option<String>,
    /// The words that make it another image of the same version, joined by dashes; with the name of an operating system and
    /// without its release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Releases of operating systems: `alpine 3.20`.
    pub os_releases: Vec<String>,
    /// Versions of what else is in the image: `php 8.2`.
    pub runtimes: Vec<String>,
    /// Counters of builds, as they are written.
    pub builds: Vec<String>,
    /// The commit it was built of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// All that in a sentence.
    pub description: String,
}

/// What a tag is read as.
pub fn explain(tag: &str) -> Explanation {
    let scheme = TagScheme::read(tag);
    let mut explanation = Explanation {
        tag: tag.to_owned(),
        kind: match scheme.kind() {
            Kind::Version => "version",
            Kind::Calendar => "calendar",
            Kind::Floating => "floating",
            Kind::Unorderable => "unorderable",
            Kind::Signature => "signature",
        },
        prefix: if scheme.core.is_empty() { String::new() } else { scheme.prefix.to_owned() },
        numbers: numbers(scheme.core).map(str::to_owned).collect(),
        prerelease: scheme.prerelease().map(str::to_owned),
        variant: None,
        os_releases: Vec::new(),
        runtimes: Vec::new(),
        builds: Vec::new(),
        commit: None,
        description: String::new(),
    };
    let mut variant: Vec<&str> = Vec::new();
    for token in scheme.parts() {
        match token.meaning {
            Meaning::Word | Meaning::Architecture => variant.push(token.text),
            Meaning::System(name, release) => {
                let named = if name.is_empty() { variant.last().copied().unwrap_or_default() } else { name };
                explanation.os_releases.push(format!("{named} {release}"));
                if !name.is_empty() {
                    variant.push(name);
                }
            }
            Meaning::Runtime(name, version) => {
                explanation.runtimes.push(format!("{name} {version}"));
                variant.push(token.text);
            }
            Meaning::Build(..) => explanation.builds.push(token.text.to_owned()),
            Meaning::Commit => explanation.commit = Some(token.text.to_owned()),
            Meaning::Prerelease => {}
        }
    }
    explanation.variant = (!variant.is_empty()).then(|| variant.join("-"));
    explanation.description = description(&explanation);
    explanation
}

fn description(explanation: &Explanation) -> String {
    let count = explanation.numbers.len();
    let numbers = match count {
        1 => "1 number".to_owned(),
        _ => format!("{count} numbers"),
    };
    let mut text = match explanation.kind {
        "version" => format!("version of {numbers}"),
        "calendar" => format!("calendar version of {numbers}"),
        "floating" => "floating tag, which stands for whatever is newest".to_owned(),
        "unorderable" => "tag without order".to_owned(),
        _ => "signature, not an image".to_owned(),
    };
    let mut add = |what: &str, value: &str| {
        if !value.is_empty() {
            text.push_str(", ");
            text.push_str(what);
            text.push(' ');
            text.push_str(value);
        }
    };
    add("prefix", &explanation.prefix);
    add("prerelease", explanation.prerelease.as_deref().unwrap_or_default());
    add("variant", explanation.variant.as_deref().unwrap_or_default());
    add("on", &explanation.os_releases.join(", "));
    add("with", &explanation.runtimes.join(", "));
    add("build", &explanation.builds.join(", "));
    add("commit", explanation.commit.as_deref().unwrap_or_default());
    text
}

impl TagScheme<'_> {
    /// What it is read as, in words.
    pub fn describe(&self) -> String {
        explain(&self.to_string()).description
    }

    /// Whether a floating tag may stand for another one: the same variant, and a version that begins with its numbers.
    pub fn may_stand_for(&self, other: &TagScheme<'_>) -> bool {
        if self.kind() != Kind::Floating || !other.is_orderable() || other.is_prerelease() {
            return false;
        }
        if self.core.is_empty() {
            // `latest` names no variant; any other word is one.
            let variant = self.prefix.trim_start_matches("latest-");
            let variant = if is_general(variant) { "" } else { variant };
            return is_plain(other) && variant_text(other) == variant;
        }
        is_plain(other)
            && variant_text(self) == variant_text(other)
            && numbers(self.core).zip(numbers(other.core)).all(|(a, b)| a == b)
            && other.precision() >= self.precision()
    }

    /// The newest tags that a floating one may stand for, at most `most`: of the kind that most of them are, so that a stray
    /// date does not count as the newest version.
    pub fn newest_it_may_stand_for<'t>(
        &self,
        tags: impl IntoIterator<Item = &'t str>,
        most: usize,
    ) -> Vec<String> {
        let (mut versions, mut dates): (Vec<_>, Vec<_>) = tags
            .into_iter()
            .map(TagScheme::read)
            .filter(|tag| self.may_stand_for(tag))
            .partition(|tag| tag.kind() == Kind::Version);
        let chosen = if versions.len() >= dates.len() { &mut versions } else { &mut dates };
        chosen.sort_unstable_by(|a, b| {
            let build = relation(b, a).map(|relation| relation.order()).ok();
            let order = compare_versions(b, a).then(build.unwrap_or(std::cmp::Ordering::Equal));
            order.then_with(|| a.to_string().cmp(&b.to_string()))
        });
        chosen.iter().take(most).map(ToString::to_string).collect()
    }
}

/// Words that name no variant.
fn is_general(word: &str) -> bool {
    matches!(word, "latest" | "stable" | "main" | "master" | "release" | "current" | "lts" | "mainline")
}

/// Whether nothing but a `v` stands ahead of a version.
fn is_plain(tag: &TagScheme<'_>) -> bool {
    tag.prefix.is_empty() || tag.is_v()
}

/// The parts that make a variant, as they are written, without what stands ahead of the first.
fn variant_text(tag: &TagScheme<'_>) -> String {
    let parts: Vec<&str> =
        tag.parts().filter(|token: &Token<'_>| is_of_variant(token)).map(|token| token.text).collect();
    parts.join("-")
}

/// The version of `target` in the variant of `current`; `None` if it is of that variant already, or if one of them has no
/// version.
pub fn sibling(current: &str, target: &str) -> Option<String> {
    let (of_current, of_target) = (TagScheme::read(current), TagScheme::read(target));
    if of_current.core.is_empty() || of_target.core.is_empty() {
        return None;
    }
    if variant_text(&of_current) == variant_text(&of_target) {
        return None;
    }
    let mut tag = format!("{}{}", of_target.prefix, of_target.core);
    for token in of_target.parts().filter(|token| token.meaning == Meaning::Prerelease) {
        push(&mut tag, &token);
    }
    for token in of_current.parts().filter(is_of_variant) {
        push(&mut tag, &token);
    }
    Some(tag).filter(|tag| tag != target)
}

fn push(tag: &mut String, token: &Token<'_>) {
    if token.separator != 0 {
        tag.push(char::from(token.separator));
    }
    tag.push_str(token.text);
}

/// How two tags stand to each other; see [`super::order::compare_tags`].
pub fn compare(a: &str, b: &str) -> Option<std::cmp::Ordering> {
    super::order::compare_tags(&TagScheme::read(a), &TagScheme::read(b))
}
