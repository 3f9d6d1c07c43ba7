//! A support cycle: the versions that live and end together.

use jiff::civil::Date;
use serde::{Deserialize, Serialize, Serializer};

use super::number;

/// How a cycle is supported on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Support {
    /// Faults of all kinds are mended.
    Active,
    /// Only what endangers security is mended.
    Security,
    /// Its makers have ended it, and others or a contract carry it on: Debian's LTS, Ubuntu Pro.
    Extended,
    /// Nobody mends it.
    Ended,
    /// Nobody says.
    Unknown,
}

impl Support {
    /// Whether the makers themselves still mend it.
    pub fn is_regular(self) -> bool {
        matches!(self, Self::Active | Self::Security)
    }
}

/// When a phase of support ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The last day of it.
    On(Date),
    /// It is over, since a day that nobody names.
    Over,
    /// It goes on, until a day that nobody names.
    Open,
    /// Nobody says.
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

/// Whether a cycle is one of long-term support.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LongTerm {
    /// It is none.
    No,
    /// It is one from its release on.
    Yes,
    /// It is one from a day on: Node.js makes its even versions long-term releases half a year after their release.
    From(Date),
}

/// A report says `true`, `false`, or the day to come.
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
        enum Told {
            Flag(bool),
            Day(String),
        }
        match Told::deserialize(deserializer)? {
            Told::Flag(false) => Ok(Self::No),
            Told::Flag(true) => Ok(Self::Yes),
            Told::Day(day) => day.parse().map(Self::From).map_err(serde::de::Error::custom),
        }
    }
}

/// A support cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cycle {
    /// What it is called: `26.04`, `3.12`.
    pub(crate) name: String,
    /// The name as numbers; none where it is a word.
    pub(crate) numbers: Vec<u64>,
    /// When its first version came out.
    pub(crate) released: Date,
    pub(crate) end: Ending,
    pub(crate) active_end: Option<Ending>,
    pub(crate) extended_end: Option<Ending>,
    long_term: LongTerm,
    /// The code name as it stands in tags: `resolute`.
    pub(crate) codename: Option<String>,
}

impl Cycle {
    /// Reads a line of the catalog's form; `None` for one that is not of that form.
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
            let (letter, rest) = word.split_at_checked(1)?;
            match letter {
                "a" => cycle.active_end = Some(ending(rest)?),
                "x" => cycle.extended_end = Some(ending(rest)?),
                "l" if rest.is_empty() => cycle.long_term = LongTerm::Yes,
                "l" => cycle.long_term = LongTerm::From(day(rest)?),
                "c" => cycle.codename = Some(rest.to_owned()),
                _ => return None,
            }
        }
        Some(cycle)
    }

    /// How it is supported on a day.
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

    /// The last day of the support that it has, or had last; `None` where nobody names one.
    pub(crate) fn ends_at(&self, today: Date) -> Option<Date> {
        if self.support(today).is_regular() {
            return self.end.date();
        }
        match self.extended_end {
            None | Some(Ending::Unknown) => self.end.date(),
            Some(end) => end.date(),
        }
    }

    /// Whether it is a long-term release on a day: `From` where it becomes one later.
    pub(crate) fn long_term(&self, today: Date) -> LongTerm {
        match self.long_term {
            LongTerm::From(day) if day <= today => LongTerm::Yes,
            other => other,
        }
    }

    /// Whether it is a long-term release already.
    pub(crate) fn is_long_term(&self, today: Date) -> bool {
        self.long_term(today) == LongTerm::Yes
    }
}

/// Reads `20260423`.
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
    fn states_by_day() {
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
    fn long_term_from_its_day_on() {
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
    fn lines_of_another_form_are_refused() {
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
