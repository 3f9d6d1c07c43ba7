//! What two tags must have in common before one can be an update of the other.

use crate::version::tag::{
    dates,
    kind::{Shape, TagKind},
    parts::{Part, Role},
    scheme::TagView,
    words,
};

/// How a version is written. Tags of one repository differ in it when the project changed its habits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spelling {
    /// Whether `v` stands before the numbers.
    pub(crate) has_v: bool,
    /// How many numbers there are; 0 where tags of one series have different counts.
    pub(crate) count: u16,
}

impl Spelling {
    pub(crate) fn of(view: TagView<'_>) -> Self {
        let has_v = view.parsed.version().is_some_and(|version| is_v(version.word(view.tag)));
        // JDK versions leave out zeros at their end: `22_36` comes before `22.0.2_9`.
        let is_jdk = view.parsed.suffix().first().is_some_and(|part| {
            part.role == Role::Counter && part.separator == b'_' && part.word(view.tag).is_empty()
        });
        let count = if is_jdk && view.parsed.kind == TagKind::Semantic { 0 } else { view.parsed.count };
        Self { has_v, count }
    }
}

/// Whether two tags differ only in parts that an update may change. [`Spelling`] is not compared.
pub(crate) fn is_same(a: TagView<'_>, b: TagView<'_>) -> bool {
    is_same_architecture(a, b) && is_same_variant(a, b) && is_same_channel(a, b) && is_numbered_alike(a, b)
}

/// Whether two tags name the same processor architecture, or neither names one.
pub(crate) fn is_same_architecture(a: TagView<'_>, b: TagView<'_>) -> bool {
    agree(a, b, is_architecture)
}

/// Whether two tags name the same variant: the same words in the same order, the same runtimes, the same systems.
pub(crate) fn is_same_variant(a: TagView<'_>, b: TagView<'_>) -> bool {
    agree(a, b, is_variant)
}

/// Whether two tags name the same variant but for the release of the operating system, which only the second one names:
/// `alpine` and `alpine3.20`.
pub(crate) fn is_same_without_os_release(without: TagView<'_>, with: TagView<'_>) -> bool {
    is_same_architecture(without, with)
        && is_same_channel(without, with)
        && agree_where(without, with, is_variant, |part, other| {
            let is_os = part.role == Role::Os && other.role == Role::Os && part.separator == other.separator;
            is_same_item(without.tag, part, with.tag, other)
                || is_os
                    && part.word(without.tag) == other.word(with.tag)
                    && part.numbers(without.tag).next().is_none()
        })
}

/// Whether two tags are of the same branch, or neither is of a branch.
pub(crate) fn is_same_channel(a: TagView<'_>, b: TagView<'_>) -> bool {
    agree(a, b, |part| part.role == Role::Channel)
}

/// Whether two tags have the same counters, whatever their numbers are: both or neither have `-ls386`. Commits are not
/// compared.
pub(crate) fn has_same_counters(a: TagView<'_>, b: TagView<'_>) -> bool {
    agree(a, b, |part| is_counting(part) && part.role != Role::Commit)
}

/// Whether two tags have the same kind of version, the same prefix and the same counters.
pub(crate) fn is_numbered_alike(a: TagView<'_>, b: TagView<'_>) -> bool {
    is_same_kind(a, b) && agree(a, b, is_counting)
}

/// Whether two tags are numbered alike if an all-digit hash, as in `1.40.4.8679-424562606`, is taken for a commit where
/// the other tag has a commit.
pub(crate) fn is_numbered_alike_but_for_commits(a: TagView<'_>, b: TagView<'_>) -> bool {
    let is_commit = |view: TagView<'_>, part: &Part| part.role == Role::Commit && !view.tag.is_empty();
    let is_digits = |view: TagView<'_>, part: &Part| {
        part.role == Role::Counter
            && part.word(view.tag).is_empty()
            && (7..=10).contains(&part.text(view.tag).len())
            && !dates::is_date(part.text(view.tag).as_bytes())
    };
    let may_be_one = |part: &Part, other: &Part| {
        let is_pair = is_commit(a, part) && is_digits(b, other) || is_digits(a, part) && is_commit(b, other);
        is_pair && part.separator == other.separator
            // The shortest text that names a commit grows with its repository.
            && part.text(a.tag).len().abs_diff(other.text(b.tag).len()) < 2
    };
    is_same_kind(a, b)
        && agree_where(a, b, is_counting, |part, other| {
            may_be_one(part, other) || is_same_item(a.tag, part, b.tag, other)
        })
}

/// Whether `a` differs from `b` only in a part that `b` does not have: a small counter (`3.7.0-2` is a rebuild of
/// `3.7.0`), or the commit of a prerelease.
pub(crate) fn is_built_again(a: TagView<'_>, b: TagView<'_>) -> bool {
    let is_rebuild = |part: &Part| {
        part.role == Role::Counter
            && part.separator == b'-'
            && part.word(a.tag).is_empty()
            && part.text(a.tag).len() <= 2
    };
    let counters = |view: TagView<'_>| view.parsed.parts().iter().filter(|part| is_counting(part)).count();
    let has_rebuild_counter =
        a.parsed.suffix().first().is_some_and(is_rebuild) && counters(a) == 1 && counters(b) == 0;
    let is_commit_of_prerelease = || {
        a.parsed.has(Role::Prerelease)
            && a.parsed.has(Role::Commit)
            && agree(a, b, |part| is_counting(part) && part.role != Role::Commit)
    };
    (has_rebuild_counter || is_commit_of_prerelease()) && is_same_kind(a, b)
}

/// Whether two versions are of one kind: both are numbers, or dates written alike, after the same word.
fn is_same_kind(a: TagView<'_>, b: TagView<'_>) -> bool {
    let (a, b) = (Kind::of(a), Kind::of(b));
    a == b
}

/// The properties, beside their [`Spelling`], in which two versions have to agree to be comparable.
#[derive(PartialEq)]
struct Kind<'a> {
    kind: TagKind,
    shape: Shape,
    /// The separator between the version and the words before it.
    separator: u8,
    /// The word before the numbers; empty if it is `v`.
    word: &'a str,
    /// How a date is written: the length of its first number, and the separator behind that.
    date: Option<(usize, Option<u8>)>,
}

impl<'a> Kind<'a> {
    fn of(view: TagView<'a>) -> Self {
        let version = view.parsed.version();
        let word = version.map(|version| version.word(view.tag)).filter(|word| !is_v(word));
        let date = version.filter(|_| view.parsed.kind == TagKind::Calendar).map(|version| {
            let tail = version.tail(view.tag).as_bytes();
            let length = tail.iter().take_while(|byte| byte.is_ascii_digit()).count();
            (length, tail.get(length).copied())
        });
        Self {
            // `16` is the line of `16.4`, and numbered like it.
            kind: match view.parsed.kind {
                TagKind::Floating if version.is_some() => TagKind::Semantic,
                kind => kind,
            },
            shape: view.parsed.shape,
            separator: version.map_or(0, |version| version.separator),
            word: word.unwrap_or_default(),
            date,
        }
    }
}

fn is_v(word: &str) -> bool {
    matches!(word, "v" | "V")
}

fn is_architecture(part: &Part) -> bool {
    part.role == Role::Architecture
}

fn is_variant(part: &Part) -> bool {
    matches!(part.role, Role::Word | Role::CodeName | Role::Os | Role::Runtime)
}

fn is_counting(part: &Part) -> bool {
    matches!(part.role, Role::Label | Role::Counter | Role::Companion | Role::Commit)
}

/// Whether two tags have the same parts of one sort, in the same order, before and behind the version.
fn agree(a: TagView<'_>, b: TagView<'_>, sort: impl Fn(&Part) -> bool + Copy) -> bool {
    agree_where(a, b, sort, |part, other| is_same_item(a.tag, part, b.tag, other))
}

fn agree_where(
    a: TagView<'_>,
    b: TagView<'_>,
    sort: impl Fn(&Part) -> bool + Copy,
    is_same: impl Fn(&Part, &Part) -> bool,
) -> bool {
    let is_same_row = |parts: &[Part], others: &[Part]| {
        let mut others = others.iter().filter(|part| sort(part));
        let mut parts = parts.iter().filter(|part| sort(part));
        parts.all(|part| others.next().is_some_and(|other| is_same(part, other))) && others.next().is_none()
    };
    is_same_row(a.parsed.prefix(), b.parsed.prefix()) && is_same_row(a.parsed.suffix(), b.parsed.suffix())
}

fn is_same_item(tag: &str, part: &Part, other_tag: &str, other: &Part) -> bool {
    part.role == other.role
        && part.separator == other.separator
        && match part.role {
            Role::Companion if part.has_word() => part.word(tag) == other.word(other_tag),
            // Of an exact runtime the numbers stay that tell its releases apart: `erlang-26.1.2`.
            Role::Runtime if part.numbers(tag).count() > 2 && other.numbers(other_tag).count() > 2 => {
                let kept = match words::release_numbers(part.word(tag).as_bytes()) {
                    0 => usize::MAX,
                    kept => kept,
                };
                part.word(tag) == other.word(other_tag)
                    && part.numbers(tag).take(kept).eq(other.numbers(other_tag).take(kept))
            }
            Role::Counter if is_cumulative(part.word(tag)) => is_cumulative(other.word(other_tag)),
            Role::Counter if !part.has_word() && !other.has_word() => {
                is_written_alike(without_epoch(part.tail(tag)), without_epoch(other.tail(other_tag)))
            }
            // The numbers of these parts may change, but not the word, nor how many numbers there are.
            Role::Os | Role::Counter | Role::Companion => {
                part.word(tag) == other.word(other_tag)
                    && is_written_alike(part.tail(tag), other.tail(other_tag))
            }
            Role::Commit => true,
            _ => part.text(tag) == other.text(other_tag),
        }
}

/// Whether a word counts cumulative updates, or names the release before the first of them: `CU14`, `RTM`.
pub(crate) fn is_cumulative(word: &str) -> bool {
    matches!(word, "CU" | "RTM" | "GA")
}

/// A count of builds without the time that some builds have: the 1227 of `1227.1725849298`.
fn without_epoch(tail: &str) -> &str {
    match tail.split_once('.') {
        Some((count, time)) if dates::is_epoch(time.as_bytes()) => count,
        _ => tail,
    }
}

/// Whether two tails differ only in their digits, not in the count of numbers or separators.
fn is_written_alike(a: &str, b: &str) -> bool {
    let separators = |tail: &str| tail.bytes().filter(|byte| !byte.is_ascii_digit()).count();
    a.is_empty() == b.is_empty()
        && a.as_bytes().first().map(u8::is_ascii_digit) == b.as_bytes().first().map(u8::is_ascii_digit)
        && separators(a) == separators(b)
}
