//! What may break when a container is moved to another image: one rule each, with its reason in docs/safety.md.

pub(crate) mod container;
mod settings;
mod versions;
mod volumes;

use serde::Serialize;

use self::container::RunningContainer;
pub(crate) use self::versions::{Cycles, Versions};
use super::changes::Configs;
use crate::error::printable;

/// Something that may break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Risk {
    /// The rule that found it.
    pub kind: RiskKind,
    /// A sentence for people. It never contains a value of an environment variable, and of a container neither its
    /// command nor its entrypoint.
    pub text: String,
}

/// The rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RiskKind {
    /// A volume is at another path.
    VolumeMoved,
    /// The new image has no volume at a path.
    VolumeRemoved,
    /// The new image has a volume at a path that was none.
    VolumeAdded,
    /// The user is another one.
    User,
    /// The new image does not expose a port.
    PortRemoved,
    /// The entrypoint is another one.
    Entrypoint,
    /// The command is another one.
    Command,
    /// The download is at least twice as large, and 100 MiB larger.
    Download,
    /// A database gets into another support cycle.
    Cycle,
    /// The update goes over several majors at once.
    Majors,
}

/// What is known of a move from one image to another.
pub(crate) struct Move<'a> {
    /// Both configs; `None` if one of them could not be read.
    pub(crate) configs: Option<&'a Configs>,
    /// The container that is moved, if it is known.
    pub(crate) container: Option<&'a RunningContainer>,
    pub(crate) versions: Versions<'a>,
    /// The bytes of all layers of the running image.
    pub(crate) size: Option<u64>,
    /// The bytes of all layers of the other image.
    pub(crate) new_size: Option<u64>,
}

/// The least growth of a download that is a risk.
const GROWTH: u64 = 100 * 1024 * 1024;

impl Move<'_> {
    /// The risks, those that concern data first.
    pub(crate) fn risks(&self) -> Vec<Risk> {
        let mut risks = Vec::new();
        if let Some(configs) = self.configs {
            risks.extend(volumes::risks(configs, self.container));
        }
        risks.extend(self.versions.risks());
        if let Some(configs) = self.configs {
            risks.extend(settings::risks(configs, self.container));
        }
        risks.extend(self.download());
        risks
    }

    fn download(&self) -> Option<Risk> {
        let (from, to) = (self.size?, self.new_size?);
        let is_much = to >= from.saturating_mul(2) && to >= from.saturating_add(GROWTH);
        let megabytes = |bytes: u64| bytes / 1_000_000;
        is_much.then(|| Risk {
            kind: RiskKind::Download,
            text: format!(
                "The image grows from {} to {} MB of compressed layers: disk and network must bear it",
                megabytes(from),
                megabytes(to)
            ),
        })
    }
}

/// The most names that one sentence lists.
const MAX_NAMES: usize = 5;
/// The most characters of one name.
const MAX_CHARACTERS: usize = 120;

/// A foreign text as a part of a sentence.
fn short(text: &str) -> String {
    let clean = printable(text);
    match clean.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => format!("{}…", clean.get(..end).unwrap_or_default()),
        None => clean.into_owned(),
    }
}

/// Names as a part of a sentence: `a, b and 3 more`.
fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(short).collect();
    match names.split_at_checked(MAX_NAMES) {
        Some((first, rest)) if !rest.is_empty() => format!("{} and {} more", first.join(", "), rest.len()),
        _ => names.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_download_must_grow_twice_over_and_by_much() {
        const MIB: u64 = 1024 * 1024;
        let is_risk = |size, new_size| {
            let of = Move { configs: None, container: None, versions: Versions::default(), size, new_size };
            !of.risks().is_empty()
        };
        let cases = [
            (Some(100 * MIB), Some(200 * MIB), true),
            (Some(100 * MIB), Some(200 * MIB - 1), false),
            (Some(10 * MIB), Some(109 * MIB), false),
            (Some(10 * MIB), Some(110 * MIB), true),
            (Some(300 * MIB), Some(500 * MIB), false),
            (Some(u64::MAX / 2 + 1), Some(u64::MAX), true),
            (None, Some(u64::MAX), false),
            (Some(0), None, false),
        ];
        for (from, to, expected) in cases {
            assert_eq!(is_risk(from, to), expected, "{from:?} {to:?}");
        }
    }

    #[test]
    fn sentences_list_few_and_short_names() {
        assert_eq!(listed(["a", "b\n"]), "a, b\\u{a}");
        assert_eq!(listed(["1", "2", "3", "4", "5", "6", "7"]), "1, 2, 3, 4, 5 and 2 more");
        assert_eq!(short(&"x".repeat(200)).chars().count(), MAX_CHARACTERS + 1);
    }
}
