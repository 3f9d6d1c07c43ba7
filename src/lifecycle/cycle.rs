//! Support cycles: versions of a product that are supported together.

use jiff::civil::Date;
use serde::{Deserialize, Serialize, Serializer};

use super::number;

/// The support of a cycle on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Support {
    /// Its makers fix faults of all kinds.
    Active,
    /// Its makers fix security faults only.
    Security,
    /// Its makers have ended their support, and others continue it or a contract does: Debian's LTS, Ubuntu Pro.
    Extended,
    /// Nobody fixes it.
    Ended,
    /// The support data do not say.
    Unknown,
}

impl Support {
    /// Whether the makers themselves still fix faults.
    pub fn is_regular(self) -> bool {
        matches!(self, Self::Active | Self::Security)
    }
}

/// The end of a phase of support.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The last day of the phase.
    On(Date),
    /// The phase is over, since an unknown day.
    Over,
    /// The phase goes on, until an unknown day.
    Open,
    /// The support data do not say.
    Unknown,
}

impl Ending {
    pub(crate) fn is_over(self, today: Date) -> bool {
        match self {
            Self::On(last) => today > last,
            Self::Over => true,
            Self::Open | Self::Unknown => false,
        }
    }

    pub(crate) fn date(self) -> Option<Date> {
        match self {
            Self::On(last) => Some(last),
            _ => None,
        }
    }
}

/// Whether a cycle has long-term support.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LongTerm {
    /// It has none.
    No,
    /// It has long-term support from its release on.
    Yes,
    /// It has long-term support from this day on. Node.js makes its even versions long-term releases half a year after
    /// their release.
    From(Date),
}

/// Serialised as `true`, `false`, or the date from which it has long-term support.
impl Serialize for LongTerm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::No => serializer.serialize_bool(false),
            Self::Yes => serializer.serialize_bool(true),
            Self::From(day) => serializer.collect_str(day),
        }
    }
}

impl<'de> Deserialize<'de> for LongTerm {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum FlagOrDay {
            Flag(bool),
            Day(String),
        }
        match FlagOrDay::deserialize(deserializer)? {
            FlagOrDay::Flag(false) => Ok(Self::No),
            FlagOrDay::Flag(true) => Ok(Self::Yes),
            FlagOrDay::Day(day) => day.parse().map(Self::From).map_err(serde::de::Error::custom),
        }
    }
}

/// A support cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cycle {
    /// The name of the cycle: `26.04`, `3.12`.
    pub(crate) name: String,
    /// The numbers of the name; empty if it is a word.
    pub(crate) numbers: Vec<u64>,
    /// The day on which its first version was released.
    pub(crate) released: Date,
    pub(crate) end: Ending,
    pub(crate) active_end: Option<Ending>,
    pub(crate) extended_end: Option<Ending>,
    long_term: LongTerm,
    /// The code name as tags write it: `resolute`.
    pub(crate) codename: Option<String>,
}

impl Cycle {
    /// Parses a line of a catalog. Returns `None` for a line of another format.
    pub(crate) fn read(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let name = words.next().filter(|name| !name.is_empty())?;
        let mut cycle = Self {
            name: name.to_owned(),
            numbers: number::dotted(name).unwrap_or_default(),
            released: day(words.next()?)?,
            end: ending(words.next()?)?,
            active_end: None,
            extended_end: None,
            long_term: LongTerm::No,
            codename: None,
        };
        for word in words {
            let (letter, value) = word.split_at_checked(1)?;
            match letter {
                "a" => cycle.active_end = Some(ending(value)?),
                "x" => cycle.extended_end = Some(ending(value)?),
                "l" if value.is_empty() => cycle.long_term = LongTerm::Yes,
                "l" => cycle.long_term = LongTerm::From(day(value)?),
                "c" => cycle.codename = Some(value.to_owned()),
                _ => return None,
            }
        }
        Some(cycle)
    }

    /// The support of the cycle on a day.
    pub(crate) fn support(&self, today: Date) -> Support {
        if self.end == Ending::Unknown {
            return Support::Unknown;
        }
        if !self.end.is_over(today) {
            let is_past_active = self.active_end.is_some_and(|end| end.is_over(today));
            return if is_past_active { Support::Security } else { Support::Active };
        }
        match self.extended_end {
            Some(Ending::On(last)) if today <= last => Support::Extended,
            Some(Ending::Open) => Support::Extended,
            _ => Support::Ended,
        }
    }

    /// The last day of its current or last support; `None` where it is unknown.
    pub(crate) fn ends_at(&self, today: Date) -> Option<Date> {
        if self.support(today).is_regular() {
            return self.end.date();
        }
        match self.extended_end {
            None | Some(Ending::Unknown) => self.end.date(),
            Some(end) => end.date(),
        }
    }

    /// Whether it is a long-term release on a day; `From` if it becomes one later.
    pub(crate) fn long_term(&self, today: Date) -> LongTerm {
        match self.long_term {
            LongTerm::From(day) if day <= today => LongTerm::Yes,
            other => other,
        }
    }

    /// Whether it is a long-term release on a day.
    pub(crate) fn is_long_term(&self, today: Date) -> bool {
        self.long_term(today) == LongTerm::Yes
    }
}

/// Parses a date such as `20260423`.
pub(crate) fn day(text: &str) -> Option<Date> {
    let is_day = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let part = |range| text.get(range).and_then(|digits: &str| digits.parse::<i16>().ok());
    let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
    is_day.then(|| Date::new(year, month as i8, day as i8).ok()).flatten()
}

fn ending(text: &str) -> Option<Ending> {
    match text {
        "-" => Some(Ending::Over),
        "+" => Some(Ending::Open),
        "?" => Some(Ending::Unknown),
        text => day(text).map(Ending::On),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_support_depends_on_the_day() {
        use Support::*;
        let cases = [
            (
                "debian's LTS",
                "12 20230610 20260711 x20280630",
                date(2026, 7, 11),
                Active,
                Some(date(2026, 7, 11)),
            ),
            (
                "the day after",
                "12 20230610 20260711 x20280630",
                date(2026, 7, 12),
                Extended,
                Some(date(2028, 6, 30)),
            ),
            ("all over", "12 20230610 20260711 x20280630", date(2028, 7, 1), Ended, Some(date(2028, 6, 30))),
            (
                "active until",
                "8.3 20231123 20271231 a20251231",
                date(2025, 12, 31),
                Active,
                Some(date(2027, 12, 31)),
            ),
            (
                "security only",
                "8.3 20231123 20271231 a20251231",
                date(2026, 1, 1),
                Security,
                Some(date(2027, 12, 31)),
            ),
            ("ended", "8.3 20231123 20271231 a20251231", date(2028, 1, 1), Ended, Some(date(2027, 12, 31))),
            ("open", "3 20250506 + a+", date(2030, 1, 1), Active, None),
            ("open, past active", "3 20250506 + a-", date(2030, 1, 1), Security, None),
            ("over without a day", "2 20250506 -", date(2026, 1, 1), Ended, None),
            ("over, carried on", "2 20250506 - x+", date(2026, 1, 1), Extended, None),
            ("over, carried on for a time", "2 20200506 20230101 x-", date(2026, 1, 1), Ended, None),
            ("nobody says", "2 20250506 ? a-", date(2026, 1, 1), Unknown, None),
            (
                "nobody says of the extension",
                "2 20200506 20230101 x?",
                date(2026, 1, 1),
                Ended,
                Some(date(2023, 1, 1)),
            ),
        ];
        for (what, line, today, support, ends_at) in cases {
            let cycle = Cycle::read(line).expect(line);
            assert_eq!((cycle.support(today), cycle.ends_at(today)), (support, ends_at), "{what}");
        }
    }

    #[test]
    fn a_long_term_release_counts_from_its_day_on() {
        let cycle = Cycle::read("26 20260505 20290430 a20271027 l20261028").expect("a cycle");
        assert_eq!(cycle.long_term(date(2026, 10, 27)), LongTerm::From(date(2026, 10, 28)));
        assert_eq!(cycle.long_term(date(2026, 10, 28)), LongTerm::Yes);
        let json = |day| serde_json::to_string(&cycle.long_term(day)).expect("JSON");
        assert_eq!(json(date(2026, 1, 1)), "\"2026-10-28\"");
        assert_eq!(json(date(2027, 1, 1)), "true");
        for told in ["true", "false", "\"2026-10-28\""] {
            let read: LongTerm = serde_json::from_str(told).expect(told);
            assert_eq!(serde_json::to_string(&read).expect("JSON"), told);
        }
    }

    #[test]
    fn lines_of_another_format_are_refused() {
        for line in [
            "",
            "1",
            "1 2026",
            "1 20260101",
            "1 20261301 +",
            "1 20260101 x",
            "1 20260101 + z1",
            "1 20260101 + l2026",
            " 20260101 +",
        ] {
            assert_eq!(Cycle::read(line), None, "{line}");
        }
    }
}
