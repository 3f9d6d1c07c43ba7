//! Finds the tag of another version in the running variant.

use crate::version::{
    compare::{
        alike::{self, Spelling},
        order::{Key, natural},
    },
    tag::{
        parts::{Part, Role},
        scheme::{TagScheme, TagView},
    },
};

/// Derives the tag that the version of `target` has in the variant of `current`: `0.25.0-rocm` for `0.24.0-rocm` and
/// `0.25.0`.
///
/// The tag need not exist. The result is `None` if one of the two has no version, or they are numbered in different
/// ways. It is `None` as well if the running tag has a counter or a commit, whose next value cannot be derived;
/// [`sibling_among`] finds such a tag in a list. A `target` of the running variant is its own sibling.
pub fn sibling(current: &str, target: &str) -> Option<String> {
    let (current, target) = (TagScheme::read(current), TagScheme::read(target));
    let (a, b) = (current.view(), target.view());
    if a.parsed.kind != b.parsed.kind || !a.parsed.kind.is_ordered() {
        return None;
    }
    if is_comparable(a, b) {
        return Some(target.tag.to_owned());
    }
    let cannot_be_known = |part: &Part| matches!(part.role, Role::Counter | Role::Companion | Role::Commit);
    if a.parsed.parts().iter().any(cannot_be_known) {
        return None;
    }
    let mut sibling = String::with_capacity(current.tag.len() + target.tag.len());
    for part in a.parsed.parts() {
        if is_of_version(&part.role) {
            continue;
        }
        write_separator(&mut sibling, part);
        if part.role != Role::Version {
            sibling.push_str(part.text(a.tag));
            continue;
        }
        sibling.push_str(b.parsed.version()?.text(b.tag));
        for part in b.parsed.suffix().iter().filter(|part| is_of_version(&part.role)) {
            write_separator(&mut sibling, part);
            sibling.push_str(part.text(b.tag));
        }
    }
    Some(sibling)
}

/// Returns the newest of `tags` that has the version of `target` in the variant of `current`, whatever its counters and
/// commits.
pub fn sibling_among<'a>(
    current: &str,
    target: &str,
    tags: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let (current, target) = (TagScheme::read(current), TagScheme::read(target));
    if !current.kind().is_ordered() || !target.kind().is_ordered() {
        return None;
    }
    let version = Key::of(target.view());
    let siblings = tags.into_iter().filter_map(|tag| {
        let scheme = TagScheme::read(tag);
        let key = Key::of(scheme.view());
        let is_sibling = is_comparable(current.view(), scheme.view()) && key.version_cmp(&version).is_eq();
        is_sibling.then_some((key, tag))
    });
    siblings.max_by(|(a, tag), (b, other)| a.cmp(b).then_with(|| natural(tag, other))).map(|(_, tag)| tag)
}

fn is_comparable(a: TagView<'_>, b: TagView<'_>) -> bool {
    alike::is_same(a, b) && Spelling::of(a) == Spelling::of(b)
}

/// Whether a part belongs to the version, beside its numbers.
fn is_of_version(role: &Role) -> bool {
    matches!(role, Role::Prerelease | Role::Fix | Role::Letter)
}

fn write_separator(text: &mut String, part: &Part) {
    if part.separator != 0 {
        text.push(char::from(part.separator));
    }
}
