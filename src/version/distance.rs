//! How far an update is from the running tag.

use super::{
    item::{Item, Role},
    order::trimmed,
    policy::Track,
    scheme::{TagKind, View},
};

/// The track on which a newer tag is.
///
/// Rebuilds of the same version, and whatever counts beside it, are patches. A code name stands for a release of its
/// own, so that the dates behind it are rebuilds, too.
pub(super) fn distance(current: View<'_>, tag: View<'_>) -> Track {
    let (Some(version), Some(newer)) = (current.reading.version(), tag.reading.version()) else {
        return Track::Minor;
    };
    let number = first_difference(version.numbers(current.tag), newer.numbers(tag.tag));
    match current.reading.kind {
        TagKind::Semantic => {
            let track = number.map_or(Track::Patch, Track::of_number);
            track.max(second_distance(current, tag))
        }
        _ if number.is_none() => Track::Patch,
        _ if current.reading.prefix().iter().any(|item| item.role == Role::CodeName) => Track::Patch,
        // A day counts within its month, a build within its day.
        TagKind::Calendar if is_whole_date(version, current.tag) && number >= Some(1) => Track::Patch,
        TagKind::Calendar if current.reading.count > 1 && number >= Some(2) => Track::Patch,
        _ => Track::Minor,
    }
}

/// Whether the first number is a whole date or month, not a year.
fn is_whole_date(version: Item, tag: &str) -> bool {
    version.numbers(tag).next().is_some_and(|first| first.len() > 4)
}

/// How far the second versions are apart, where they are what the image is about: `3.7.0` in `2.13-3.7.0`, `3.4` in
/// `16-3.4`. Behind a whole version they count its builds, as `28.1` in `8.0.36-28.1`.
fn second_distance(current: View<'_>, tag: View<'_>) -> Track {
    let companion = |view: View<'_>| {
        let mut items = view.reading.suffix().iter();
        items.find(|item| item.role == Role::Companion && item.word(view.tag).is_empty()).copied()
    };
    let (Some(running), Some(newer)) = (companion(current), companion(tag)) else { return Track::Patch };
    let is_program = match current.reading.count {
        1 => true,
        2 => running.numbers(current.tag).count() > 2,
        _ => false,
    };
    match first_difference(running.numbers(current.tag), newer.numbers(tag.tag)) {
        Some(number) if is_program => Track::of_number(number),
        _ => Track::Patch,
    }
}

/// Where two rows of numbers differ first; what one of them does not have counts as 0.
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
