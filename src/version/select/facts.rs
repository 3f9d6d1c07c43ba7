//! Single facts of a tag that decide whether it can be compared with another.

use super::affixes::{self, PlainVersion};
use crate::{
    lifecycle::codenames::{self, Release},
    version::{
        compare::{alike::is_cumulative, order::Digits},
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

/// How many numbers a tag's cumulative update has: 1 for `2022-CU14`, 2 for the security update `2022-CU14-GDR2`, none for
/// the release before the first one, `2022-RTM`. `None` for other tags.
pub(super) fn cumulative(view: TagView<'_>) -> Option<usize> {
    let first = view.parsed.suffix().first().filter(|part| part.role == Role::Counter);
    let first = first.filter(|part| is_cumulative(part.word(view.tag)))?;
    Some(first.numbers(view.tag).count())
}

/// The releases of operating systems in a tag.
pub(super) fn os_release(view: TagView<'_>) -> Digits {
    let systems = view.parsed.parts().iter().filter(|part| part.role == Role::Os);
    Digits::of(systems.flat_map(|part| part.numbers(view.tag)))
}

/// Whether a tag names a line of versions, as `16-alpine` and `alpine-6.4-latest` do: it has numbers, and no wildcard or word
/// that moves it further. A word for the newest image does so before a single number.
pub(super) fn is_line(view: TagView<'_>) -> bool {
    let is_wildcard = |part: &Part| part.role == Role::Wildcard;
    let is_newest = |part: &Part| words::class(part.text(view.tag).as_bytes()) == Class::Newest;
    // `latest-2` moves on, while `2022-latest` and `latest-pg16` stay in their line.
    let is_bare = view.parsed.count < 2 && view.parsed.version().is_some_and(|version| !version.has_word());
    let moves =
        view.parsed.parts().iter().any(is_wildcard) || is_bare && view.parsed.prefix().iter().any(is_newest);
    view.parsed.kind == TagKind::Floating && view.parsed.version().is_some() && !moves
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

/// Whether a tag without a version has one numbered word that counts lines of versions: `pg16`, `latest-pg16`, `stream9`.
pub(crate) fn is_word_line(view: TagView<'_>) -> bool {
    let mut runtimes = view.parsed.parts().iter().filter(|part| part.role == Role::Runtime);
    let (Some(part), None) = (runtimes.next(), runtimes.next()) else { return false };
    view.parsed.version().is_none()
        && view.parsed.kind == TagKind::Floating
        && part.tail(view.tag).bytes().all(|byte| byte.is_ascii_digit())
        && words::counts_lines(part.word(view.tag).as_bytes())
}

/// The words with numbers behind the version of a tag, which name runtimes or move with the version.
pub(super) fn items(view: TagView<'_>) -> impl Iterator<Item = &Part> {
    let is_item = |part: &&Part| match part.role {
        Role::Runtime => true,
        Role::Companion => part.has_word(),
        _ => false,
    };
    view.parsed.suffix().iter().filter(is_item)
}

/// Whether the last word of a version says that it is not finished, so that its release follows: `2.0.0-nightly`. Words
/// such as `dev` may name variants of the image.
pub(super) fn is_unfinished(view: TagView<'_>) -> bool {
    let channel = |part: &&Part| part.role == Role::Channel;
    let mut channels = view.parsed.suffix().iter().filter(channel);
    let word = channels.next().map(|part| part.text(view.tag).to_ascii_lowercase());
    let is_word = |word: &str| matches!(word, "nightly" | "snapshot" | "canary" | "unstable");
    word.as_deref().is_some_and(is_word)
        && channels.next().is_none()
        && !view.parsed.prefix().iter().any(|part| channel(&part))
        && !view.parsed.has(Role::Prerelease)
}

/// The numbers of a tag's version, without zeros at their front.
pub(super) fn numbers_of(view: TagView<'_>) -> Vec<String> {
    let version = view.parsed.version();
    version.map(|version| affixes::comparable(version.numbers(view.tag))).unwrap_or_default()
}
