//! Reads a policy of updates.

use std::time::{Duration, SystemTime};

use napi::{ValueType, bindgen_prelude::JsValue};

use super::arguments::{Argument, Checked};
use crate::error::Error;
use crate::lifecycle::{long_term::LongTermPolicy, support_filter::SupportPolicy};
use crate::version::{OsRelease, Patterns, Policy, Rule, Runtime, Severity, Track, UnknownAge, Variant};

/// The longest age that a policy may ask for: a hundred years.
const MAX_HOURS: f64 = 876_000.0;

/// A policy, and the time at which its ages are computed.
#[derive(Clone, Default)]
pub(crate) struct Given {
    pub(crate) policy: Rule,
    pub(crate) now: Option<SystemTime>,
}

/// Reads `'original'` or an object. An empty object stands for the defaults.
pub(crate) fn read(argument: &Argument<'_>) -> Checked<Given> {
    if let Ok(word) = argument.string() {
        if word == "original" {
            return Ok(Given { policy: Rule::Original, now: None });
        }
        return Err(argument.invalid("\"original\" or an object"));
    }
    let fields = argument.object()?;
    let mut policy = Policy::default();
    if let Some(value) = fields.get("track")? {
        // If the cycles of a product are unknown, the default track applies.
        let cycle = (Track::default(), true);
        (policy.track, policy.within_cycle) = value.one_of(&[
            ("patch", (Track::Patch, false)),
            ("minor", (Track::Minor, false)),
            ("major", (Track::Major, false)),
            ("cycle", cycle),
        ])?;
    }
    if let Some(value) = fields.get("prereleases")? {
        policy.prereleases = value.boolean()?;
    }
    if let Some(value) = fields.get("maxMajorStep")? {
        policy.max_major_step = Some(value.integer(1, u32::MAX)?);
    }
    if let Some(value) = fields.get("variant")? {
        policy.variant = value.one_of(&[("same", Variant::Same), ("any", Variant::Any)])?;
    }
    if let Some(value) = fields.get("osRelease")? {
        policy.os_release = value.one_of(&[("follow", OsRelease::Follow), ("pin", OsRelease::Pin)])?;
    }
    if let Some(value) = fields.get("lts")? {
        policy.lts = value.one_of(&[
            ("follow", LongTermPolicy::Follow),
            ("only", LongTermPolicy::Only),
            ("any", LongTermPolicy::Any),
        ])?;
    }
    if let Some(value) = fields.get("supported")? {
        policy.supported = value.one_of(&[
            ("prefer", SupportPolicy::Prefer),
            ("only", SupportPolicy::Only),
            ("any", SupportPolicy::Any),
        ])?;
    }
    if let Some(value) = fields.get("unknownAge")? {
        policy.unknown_age = value.one_of(&[("offer", UnknownAge::Offer), ("hold", UnknownAge::Hold)])?;
    }
    if let Some(value) = fields.get("runtime")? {
        policy.runtime = value.one_of(&[("pin", Runtime::Pin), ("follow", Runtime::Follow)])?;
    }
    if let Some(value) = fields.get("minAgeHours")? {
        let hours = value.number()?;
        if !(0.0..=MAX_HOURS).contains(&hours) {
            return Err(value.invalid(&format!("a number of hours from 0 to {MAX_HOURS}")));
        }
        policy.min_age = Duration::from_secs_f64(hours * 3600.0);
    }
    let threshold = match fields.get("urgentSeverity")? {
        Some(value) => value.one_of(&[
            ("low", Severity::Low),
            ("medium", Severity::Medium),
            ("high", Severity::High),
            ("critical", Severity::Critical),
        ])?,
        None => Severity::High,
    };
    if let Some(value) = fields.get("urgent")? {
        policy.urgent = value.one_of(&[("security", Some(threshold)), ("none", None)])?;
    }
    if let Some(value) = fields.get("signed")? {
        policy.keeps_signatures = value.one_of(&[("keep", true), ("any", false)])?;
    }
    if let Some(value) = fields.get("include")? {
        policy.include = patterns(&value)?;
    }
    if let Some(value) = fields.get("exclude")? {
        policy.exclude = patterns(&value)?;
    }
    let now = fields.get("now")?.map(|value| time(&value)).transpose()?;
    fields.no_others()?;
    Ok(Given { policy: Rule::Policy(policy), now })
}

/// Reads one regular expression or several.
fn patterns(value: &Argument<'_>) -> Checked<Patterns> {
    let expressions = match value.string() {
        Ok(one) => vec![one],
        Err(_) => value
            .strings()
            .map_err(|_| value.invalid("a regular expression as a string, or an array of them"))?,
    };
    let named = |error: Error| {
        let message = format!("{}: {}", value.name(), error.message());
        error.with_message(message)
    };
    Ok(Patterns::new(expressions).map_err(named)?)
}

/// Reads a `Date`, or milliseconds since 1970.
fn time(value: &Argument<'_>) -> Checked<SystemTime> {
    let expected = "a Date, or milliseconds since 1970";
    let milliseconds = match value.value().get_type()? {
        ValueType::Number => value.number()?,
        _ if value.value().is_date()? => value.date()?,
        _ => return Err(value.invalid(expected)),
    };
    // JavaScript's time ends in the year 275,760.
    if !(0.0..=8.64e15).contains(&milliseconds) {
        return Err(value.invalid(expected));
    }
    Ok(SystemTime::UNIX_EPOCH + Duration::from_millis(milliseconds as u64))
}
