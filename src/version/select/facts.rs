//! Single facts of a tag that decide whether it can be compared with another.

use super::affixes::{self, PlainVersion};
use crate::{
    lifecycle::codenames::{self, Release},
    version::{
        compare::order::Digits,
        tag::{
            kind::TagKind,
            parsed::ParsedTag,
            parts::{Part, Role},
            scheme::TagView,
            words::{self, Class},
        },
    },
};

/// The numbers of a running tag with which plain versions can be compared without being taken apart.
pub(super) fn plain_numbers(view: TagView<'_>) -> Option<Vec<String>> {
    PlainVersion::of(view.tag).filter(|plain| plain.is_sure(view))?;
    view.parsed.version().map(|version| affixes::comparable(version.numbers(view.tag)))
}

/// Whether a commit stands behind a version and a dot.
pub(super) fn has_dotted_commit(parsed: &ParsedTag) -> bool {
    parsed.suffix().first().is_some_and(|part| part.role == Role::Commit && part.separator == b'.')
}

/// Whether a `-b190` behind the version is read as a count of builds by itself. Then shorter ones are, too.
pub(super) fn has_build_counter(tag: &str, parsed: &ParsedTag) -> bool {
    parsed.suffix().first().is_some_and(|part| {
        part.role == Role::Counter && part.separator == b'-' && part.word(tag).eq_ignore_ascii_case("b")
    })
}

/// The releases of operating systems in a tag.
pub(super) fn os_release(view: TagView<'_>) -> Digits {
    let systems = view.parsed.parts().iter().filter(|part| part.role == Role::Os);
    Digits::of(systems.flat_map(|part| part.numbers(view.tag)))
}

/// Whether a tag names a line of versions, as `16-alpine` and `alpine-6.4-latest` do: it has numbers, and no wildcard or word
/// that moves it further. A word for the newest image does so behind a single number.
pub(super) fn is_line(view: TagView<'_>) -> bool {
    let moves = |part: &Part| {
        let is_newest = words::class(part.text(view.tag).as_bytes()) == Class::Newest;
        part.role == Role::Wildcard || is_newest && view.parsed.count < 2
    };
    view.parsed.kind == TagKind::Floating
        && view.parsed.version().is_some()
        && !view.parsed.parts().iter().any(moves)
}

/// The release of Windows that an image is made for: the third number of `10.0.20348.2527`, the 1809 of
/// `1809-KB4493509`.
pub(super) fn windows_release(view: TagView<'_>) -> Option<&str> {
    let mut numbers = view.parsed.version()?.numbers(view.tag);
    let is_article = |part: &Part| part.role == Role::Companion && part.word(view.tag) == "KB";
    if view.parsed.suffix().iter().any(is_article) {
        return numbers.next();
    }
    let is_windows = numbers.next() == Some("10") && numbers.next() == Some("0");
    numbers.next().filter(|release| is_windows && release.len() == 5)
}

/// The release that the code name of a tag without a version stands for.
pub(crate) fn code_name(view: TagView<'_>) -> Option<Release> {
    if view.parsed.version().is_some() {
        return None;
    }
    let mut names = view.parsed.parts().iter().filter(|part| part.role == Role::CodeName);
    codenames::released(names.next()?.text(view.tag)).filter(|_| names.next().is_none())
}

/// The numbers of a tag's version, without zeros at their front.
pub(super) fn numbers_of(view: TagView<'_>) -> Vec<String> {
    let version = view.parsed.version();
    version.map(|version| affixes::comparable(version.numbers(view.tag))).unwrap_or_default()
}
