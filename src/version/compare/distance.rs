//! Measures how far an update is from the running tag.

use super::order::trimmed;
use crate::version::{
    policy::Track,
    tag::{
        kind::TagKind,
        parts::{Part, Role},
        scheme::TagView,
    },
};

/// The track of a newer tag.
///
/// Rebuilds of the same version, and changes of other counters, are patches. A code name stands for one release, so the
/// dates behind it count rebuilds, too.
pub(crate) fn distance(current: TagView<'_>, tag: TagView<'_>) -> Track {
    let (Some(version), Some(newer)) = (current.parsed.version(), tag.parsed.version()) else {
        return Track::Minor;
    };
    let number = first_difference(version.numbers(current.tag), newer.numbers(tag.tag));
    match current.parsed.kind {
        TagKind::Semantic | TagKind::Floating => {
            let track = number.map_or(Track::Patch, Track::of_number);
            track.max(second_distance(current, tag))
        }
        _ if number.is_none() => Track::Patch,
        _ if current.parsed.prefix().iter().any(|part| part.role == Role::CodeName) => Track::Patch,
        // A change of the day within a month, or of the build within a day, is a patch.
        TagKind::Calendar if is_whole_date(version, current.tag) && number >= Some(1) => Track::Patch,
        TagKind::Calendar if current.parsed.count > 1 && number >= Some(2) => Track::Patch,
        _ => Track::Minor,
    }
}

/// Whether the first number is a whole date or month, not a year.
fn is_whole_date(version: Part, tag: &str) -> bool {
    version.numbers(tag).next().is_some_and(|first| first.len() > 4)
}

/// How far the second versions are apart, where the image is about the second program: `3.7.0` in `2.13-3.7.0`, `3.4`
/// in `16-3.4`. Behind a whole version they count its builds, such as `28.1` in `8.0.36-28.1`.
fn second_distance(current: TagView<'_>, tag: TagView<'_>) -> Track {
    let is_line = current.parsed.count == 1;
    let companion = |view: TagView<'_>| {
        let mut parts = view.parsed.suffix().iter();
        parts
            .find(|part| part.role == Role::Companion && (is_line || part.word(view.tag).is_empty()))
            .copied()
    };
    let (Some(running), Some(newer)) = (companion(current), companion(tag)) else { return Track::Patch };
    let is_program = match current.parsed.count {
        // The article of an update of Windows has no major number.
        1 => running.word(current.tag) != "KB",
        2 => running.numbers(current.tag).count() > 2,
        _ => false,
    };
    match first_difference(running.numbers(current.tag), newer.numbers(tag.tag)) {
        Some(number) if is_program => Track::of_number(number),
        _ => Track::Patch,
    }
}

/// The index at which two rows of numbers first differ. A missing number counts as 0.
fn first_difference<'a, 'b>(
    numbers: impl Iterator<Item = &'a str>,
    others: impl Iterator<Item = &'b str>,
) -> Option<usize> {
    let (mut numbers, mut others) = (numbers.fuse(), others.fuse());
    let mut index = 0;
    loop {
        match (numbers.next(), others.next()) {
            (None, None) => return None,
            (a, b) if a.map_or("0", trimmed) != b.map_or("0", trimmed) => return Some(index),
            _ => index += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::version::tag::scheme::TagScheme;

    #[test]
    fn an_update_has_the_track_of_its_first_changed_number() {
        let cases = [
            ("1.2.3", "1.2.4", Track::Patch),
            ("1.2.3", "1.3.0", Track::Minor),
            ("1.2.3", "2.0.0", Track::Major),
            ("1.2", "1.2.0.1", Track::Patch),
            ("1.2.3-ls1", "1.2.3-ls2", Track::Patch),
            ("8u402-b06", "8u412-b01", Track::Patch),
            ("8.0.36-28.1", "8.0.43-34.1", Track::Patch),
            ("8.0.36-28.1", "8.4.6-6.1", Track::Minor),
            ("9.4-947.17", "9.4-1123.17", Track::Patch),
            ("2.13-3.7.0", "2.13-3.7.1", Track::Patch),
            ("2.13-3.7.0", "2.13-3.8.0", Track::Minor),
            ("2.13-3.7.0", "2.13-4.0.0", Track::Major),
            ("16-3.4", "16-3.5", Track::Minor),
            ("16-vectorchord0.3.0", "16-vectorchord0.4.3", Track::Minor),
            ("16-3.4", "17-3.4", Track::Major),
            ("2024.10.1", "2024.10.4", Track::Patch),
            ("2024.10.1", "2024.11.0", Track::Minor),
            ("2024.10.1", "2026.1.0", Track::Minor),
            ("20240101", "20240102", Track::Minor),
            ("20240101.1", "20240101.2", Track::Patch),
            ("bookworm-20240101", "bookworm-20250101", Track::Patch),
            ("2024-05-10T01-41-38Z", "2024-05-28T17-19-04Z", Track::Patch),
            ("2024-05-10T01-41-38Z", "2024-06-04T19-20-08Z", Track::Minor),
            ("b99", "b100", Track::Minor),
            ("stable-9457-1", "stable-9457-2", Track::Patch),
        ];
        for (running, newer, track) in cases {
            let (a, b) = (TagScheme::read(running), TagScheme::read(newer));
            assert_eq!(distance(a.view(), b.view()), track, "{running} {newer}");
        }
    }
}
