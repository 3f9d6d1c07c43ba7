//! Limits the number of similar log lines.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use tracing::callsite::Identifier;

/// Lines of one kind that are logged within [`WINDOW`]. Further ones are counted, and their number is logged with the
/// next line of that kind.
const MAX_OF_A_KIND: u32 = 200;
const WINDOW: Duration = Duration::from_secs(60);

/// Keeps an outage from flooding the log. Lines are of one kind if they come from the same place in the source.
#[derive(Default)]
pub(crate) struct Flood(HashMap<Identifier, Kind>);

struct Kind {
    since: Instant,
    lines: u32,
}

/// What happens to a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Told,
    /// It is logged, as the last one of its kind for now.
    ToldAsLast,
    /// It is logged, after so many of its kind were left out.
    ToldAfter(u32),
    LeftOut,
}

impl Flood {
    /// Counts a line of a kind, and decides what happens to it.
    pub(crate) fn judge(&mut self, kind: Identifier, now: Instant) -> Fate {
        let seen = self.0.entry(kind).or_insert(Kind { since: now, lines: 0 });
        let mut left_out = 0;
        if now.duration_since(seen.since) >= WINDOW {
            left_out = seen.lines.saturating_sub(MAX_OF_A_KIND);
            *seen = Kind { since: now, lines: 0 };
        }
        seen.lines = seen.lines.saturating_add(1);
        match (left_out, seen.lines) {
            (1.., _) => Fate::ToldAfter(left_out),
            (0, ..MAX_OF_A_KIND) => Fate::Told,
            (0, MAX_OF_A_KIND) => Fate::ToldAsLast,
            _ => Fate::LeftOut,
        }
    }
}

#[cfg(test)]
mod tests {
    use tracing::Callsite as _;

    use super::*;

    fn kind() -> Identifier {
        tracing::callsite!(name: "x", kind: tracing::metadata::Kind::EVENT, fields: message)
            .metadata()
            .callsite()
    }

    #[test]
    fn a_flood_of_one_kind_is_cut_and_counted() {
        let (mut flood, kind, start) = (Flood::default(), kind(), Instant::now());
        for line in 1..MAX_OF_A_KIND {
            assert_eq!(flood.judge(kind.clone(), start), Fate::Told, "{line}");
        }
        assert_eq!(flood.judge(kind.clone(), start), Fate::ToldAsLast);
        for _ in 0..50 {
            assert_eq!(flood.judge(kind.clone(), start + WINDOW / 2), Fate::LeftOut);
        }
        assert_eq!(flood.judge(kind.clone(), start + WINDOW), Fate::ToldAfter(50));
        assert_eq!(flood.judge(kind, start + WINDOW), Fate::Told);
    }
}
