//! Which of two tags is newer.

use std::cmp::Ordering;

use semver::Prerelease;

use super::{
    number::{compare_number, compare_numbers, count},
    scheme::TagScheme,
    token::{Meaning, Token},
};

/// Why two tags cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mismatch {
    /// They are for other architectures.
    Architecture,
    /// They are other images of a version.
    Variant,
    /// They do not count the same thing.
    Scheme,
    /// They have another number of numbers.
    Segments,
    /// One has a `v` where the other has nothing, which is all that keeps them apart.
    Form(Relation),
}

/// How a tag stands to another one of its scheme: greater is newer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Relation {
    pub(super) version: Ordering,
    pub(super) build: Ordering,
    /// Of the operating system's release.
    pub(super) system: Ordering,
}

impl Relation {
    /// All in one: the version first, then the build, then the system.
    pub(super) fn order(self) -> Ordering {
        self.version.then(self.build).then(self.system)
    }
}

/// Compares two tags: negative if `a` is older. `None` if their schemes differ: other variants, a calendar beside a version,
/// another number of numbers, a `v` beside none, or a tag without order.
pub fn compare_tags(a: &TagScheme<'_>, b: &TagScheme<'_>) -> Option<Ordering> {
    relation(a, b).ok().map(Relation::order)
}

/// How `a` stands to `b`.
pub(super) fn relation(a: &TagScheme<'_>, b: &TagScheme<'_>) -> Result<Relation, Mismatch> {
    if !a.is_orderable() || !b.is_orderable() {
        return Err(Mismatch::Scheme);
    }
    let differs_by_v =
        a.prefix != b.prefix && (a.is_v() || a.prefix.is_empty()) && (b.is_v() || b.prefix.is_empty());
    if a.prefix != b.prefix && !differs_by_v {
        let is_architecture = a.names_architecture() || b.names_architecture();
        return Err(if is_architecture { Mismatch::Architecture } else { Mismatch::Scheme });
    }
    let (build, system) = compare_parts(a, b)?;
    if a.kind() != b.kind() {
        return Err(Mismatch::Scheme);
    }
    if count(a.core) != count(b.core) {
        return Err(Mismatch::Segments);
    }
    let relation = Relation { version: compare_versions(a, b), build, system };
    if differs_by_v { Err(Mismatch::Form(relation)) } else { Ok(relation) }
}

/// Compares versions alone, whatever stands behind them.
pub(super) fn compare_versions(a: &TagScheme<'_>, b: &TagScheme<'_>) -> Ordering {
    compare_numbers(a.core, b.core).then_with(|| match (a.prerelease(), b.prerelease()) {
        (None, None) => Ordering::Equal,
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (Some(a), Some(b)) => compare_prereleases(a, b),
    })
}

/// Compares what is not final by its identifiers (Semantic Versioning 2.0.0, section 11), with words and numbers taken apart
/// and without case: `rc10` is after `rc9`.
fn compare_prereleases(a: &str, b: &str) -> Ordering {
    let read = |text: &str| Prerelease::new(&identifiers(text));
    match (read(a), read(b)) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        _ => a.cmp(b),
    }
}

/// `RC1` and `rc-01` as `rc.1`.
fn identifiers(text: &str) -> String {
    let mut identifiers = String::with_capacity(text.len() + 2);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_digit = first.is_ascii_digit();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() || c.is_ascii_digit() != is_digit);
        let (run, behind) = rest.split_at_checked(end.unwrap_or(rest.len())).unwrap_or((rest, ""));
        if run.is_empty() {
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        if !identifiers.is_empty() {
            identifiers.push('.');
        }
        let bare = run.trim_start_matches('0');
        match (is_digit, bare.is_empty()) {
            (true, true) => identifiers.push('0'),
            (true, false) => identifiers.push_str(bare),
            (false, _) => identifiers.push_str(&run.to_ascii_lowercase()),
        }
        rest = behind;
    }
    identifiers
}

/// Holds the parts behind two versions against each other: builds and releases of systems are compared, all else has to be
/// the same.
fn compare_parts(a: &TagScheme<'_>, b: &TagScheme<'_>) -> Result<(Ordering, Ordering), Mismatch> {
    let lasting = |token: &Token<'_>| token.meaning != Meaning::Prerelease;
    let (mut of_a, mut of_b) = (a.parts().filter(lasting), b.parts().filter(lasting));
    let (mut build, mut system) = (Ordering::Equal, Ordering::Equal);
    loop {
        match (of_a.next(), of_b.next()) {
            (None, None) => return Ok((build, system)),
            (Some(a), Some(b)) => match (a.meaning, b.meaning) {
                (Meaning::Build(a, x), Meaning::Build(b, y)) if a == b => {
                    build = build.then_with(|| compare_numbers(x, y));
                }
                (Meaning::System(a, x), Meaning::System(b, y)) if a == b => {
                    system = system.then_with(|| compare_numbers(x, y));
                }
                (Meaning::Commit, Meaning::Commit) => {}
                // A commit may happen to have no letters.
                (Meaning::Commit, Meaning::Build("", digits))
                | (Meaning::Build("", digits), Meaning::Commit)
                    if digits.len() >= 7 => {}
                (a_is, b_is) if a_is == b_is && a.text == b.text => {}
                _ => return Err(mismatch(Some(a), Some(b))),
            },
            (a, b) => return Err(mismatch(a, b)),
        }
    }
}

fn mismatch(a: Option<Token<'_>>, b: Option<Token<'_>>) -> Mismatch {
    let is_architecture =
        |token: Option<Token<'_>>| token.is_some_and(|token| token.meaning == Meaning::Architecture);
    if is_architecture(a) || is_architecture(b) { Mismatch::Architecture } else { Mismatch::Variant }
}

/// How far apart two versions of one scheme are: how many of their numbers are the same, from the first on.
pub(super) fn same_numbers(a: &TagScheme<'_>, b: &TagScheme<'_>) -> usize {
    let pairs = super::number::numbers(a.core).zip(super::number::numbers(b.core));
    pairs.take_while(|(a, b)| compare_number(a, b) == Ordering::Equal).count()
}
