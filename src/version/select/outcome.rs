//! Chooses the updates among the newer tags of a list, by what the list shows.

use std::collections::{BTreeMap, HashSet};

use super::{
    current_tag::CurrentTag,
    evidence::{self, Evidence},
    facts::numbers_of,
    finding::Finding,
    newest::{self, Candidate, NewestTags},
    outlier,
    rejections::{Reason, Rejections},
    selection::Selection,
    spelling::SpellingChange,
};
use crate::version::{
    compare::order,
    policy::Track,
    tag::{parts::Role, scheme::TagView},
};

type Pools = BTreeMap<(SpellingChange, Track), NewestTags>;

/// The newer tags of one spelling on one track.
struct Pool {
    change: SpellingChange,
    track: Track,
    candidates: Vec<Candidate>,
    /// The number of tags beyond the candidates: those that were dropped, and repetitions.
    others: u64,
    dropped: u64,
}

/// The decisions that need the whole list.
pub(crate) struct Outcome<'a> {
    current: &'a CurrentTag,
    evidence: &'a Evidence,
    pools: Vec<Pool>,
    rejected: Rejections,
    findings: Vec<Finding>,
}

impl<'a> Outcome<'a> {
    pub(crate) fn new(
        current: &'a CurrentTag,
        evidence: &'a Evidence,
        newer: Pools,
        rejected: Rejections,
    ) -> Self {
        let pools = newer.into_iter().map(|((change, track), newest)| {
            let count = newest.count;
            let (candidates, dropped) = newest.into_sorted();
            let others = count.saturating_sub(candidates.len() as u64);
            Pool { change, track, candidates, others, dropped }
        });
        let findings = if current.habits.counts_builds { vec![Finding::Builds] } else { Vec::new() };
        Self { current, evidence, pools: pools.collect(), rejected, findings }
    }

    pub(crate) fn selection(mut self) -> Selection {
        self.drop_hashes();
        self.drop_other_prereleases();
        self.drop_runtimes();
        self.drop_outliers();
        self.drop_beyond_step();
        let floats = self.floats();
        self.drop_early();
        let goes_on = self.goes_on();
        let is_version = self.current.has_version() && !floats && !self.is_hash();
        let mut selection = Selection { floats, is_version, ..Selection::default() };
        let ends_early = self.is_early() && !goes_on;
        let taken = Track::ALL.map(|track| {
            let has = |change| self.has_newer(|one, on| (one, on) == (change, track));
            let has_release = |change| ends_early && self.has_release(change, track);
            let change = match SpellingChange::ALL.into_iter().any(has_release) {
                true => SpellingChange::taken(goes_on, floats, has_release),
                false => SpellingChange::taken(goes_on, floats, has),
            };
            (change, track)
        });
        if let Some((change, _)) = taken.iter().find(|(change, _)| *change != SpellingChange::Same) {
            self.findings.push(Finding::OtherSpelling(*change));
        }
        if !floats {
            self.prefer_fixed(taken);
        }
        for pool in self.pools {
            let Pool { change, track, candidates, others, dropped } = pool;
            let is_taken = taken.contains(&(change, track));
            let reason = match is_taken {
                true if track > self.current.policy.track => Some(Reason::Major),
                true => None,
                false => Some(change.reason()),
            };
            if let Some(reason) = reason {
                let count = candidates.len() as u64 + others;
                self.rejected.add_many(reason, count, candidates.iter().map(|one| one.tag.as_str()));
            }
            if let Some(step) = selection.steps.get_mut(track as usize).filter(|_| is_taken) {
                *step = candidates.into_iter().map(|candidate| candidate.tag).collect();
                selection.dropped += dropped;
            }
        }
        selection.rejected = self.rejected.into_rows();
        selection.findings = self.findings;
        selection.rebuild = self.evidence.newest_rebuild().filter(|_| !floats).map(str::to_owned);
        selection
    }

    /// Whether the running tag moves on to newer images of its line.
    fn floats(&mut self) -> bool {
        let floats = self.current.floats(self.evidence);
        let finding = if self.evidence.is_extended {
            Finding::Extended
        } else if floats || self.evidence.has_only_lines() {
            Finding::Line
        } else if self.current.is_bare {
            Finding::BareVersion
        } else {
            Finding::Fixed
        };
        if self.current.has_version() {
            self.findings.push(finding);
        }
        matches!(finding, Finding::Extended | Finding::Line)
    }

    /// Whether the running spelling has newer tags. For a prerelease only newer releases count.
    fn goes_on(&self) -> bool {
        let own = self.pools.iter().filter(|pool| pool.change == SpellingChange::Same);
        let mut own = own.flat_map(|pool| &pool.candidates);
        match self.current.is_prerelease() {
            true => own.any(|candidate| !self.current.parse(&candidate.tag).is_prerelease),
            false => own.next().is_some(),
        }
    }

    /// Whether the running tag is a prerelease of one version and of no channel, so that a release is better than
    /// another prerelease, however it is written.
    fn is_early(&self) -> bool {
        let current = self.current;
        let is_channel = current.channel.as_ref().is_some_and(|channel| self.evidence.is_channel(channel));
        current.parsed.has(Role::Prerelease) && !is_channel && !current.policy.prereleases
    }

    fn has_release(&self, change: SpellingChange, track: Track) -> bool {
        let mut pools = self.pools.iter().filter(|pool| (pool.change, pool.track) == (change, track));
        pools.any(|pool| {
            pool.candidates.iter().any(|candidate| !self.current.parse(&candidate.tag).is_prerelease)
        })
    }

    fn has_newer(&self, is_it: impl Fn(SpellingChange, Track) -> bool) -> bool {
        self.pools.iter().any(|pool| is_it(pool.change, pool.track) && !pool.candidates.is_empty())
    }

    /// Rejects the candidates that a test selects.
    fn drop_where(&mut self, mut is_dropped: impl FnMut(SpellingChange, &Candidate) -> bool, reason: Reason) {
        for pool in &mut self.pools {
            let change = pool.change;
            pool.candidates.retain(|candidate| {
                let is_kept = !is_dropped(change, candidate);
                if !is_kept {
                    self.rejected.add(reason, &candidate.tag);
                }
                is_kept
            });
        }
    }

    /// Where a word such as `-beta` names no channel, other versions with it are prereleases.
    fn drop_other_prereleases(&mut self) {
        let Some(channel) = &self.current.channel else { return };
        let is_channel = self.evidence.is_channel(channel);
        self.findings.push(if is_channel { Finding::Channel } else { Finding::Prereleases });
        if is_channel || self.current.policy.prereleases {
            return;
        }
        let (current, own) = (self.current, self.current.version_numbers());
        let is_other = |_, candidate: &Candidate| {
            let parsed = current.parse(&candidate.tag);
            parsed.is_prerelease && numbers_of(TagView { tag: &candidate.tag, parsed: &parsed }) != own
        };
        self.drop_where(is_other, Reason::Prerelease);
    }

    /// Whether the running number is a commit's hash, as others of the list are.
    fn is_hash(&self) -> bool {
        self.evidence.has_hashes && self.current.may_be_hash()
    }

    fn drop_hashes(&mut self) {
        if self.is_hash() {
            self.findings.push(Finding::Hash);
            self.drop_where(|_, _| true, Reason::Scheme);
        }
    }

    /// Tags of another runtime are of another variant.
    fn drop_runtimes(&mut self) {
        let Some(own) = self.current.counter else { return };
        if !self.evidence.has_runtimes() {
            self.findings.push(Finding::Rebuilds);
            return;
        }
        self.findings.push(Finding::Runtime);
        let current = self.current;
        let is_other = |_, candidate: &Candidate| {
            let parsed = current.parse(&candidate.tag);
            evidence::bare_counter(TagView { tag: &candidate.tag, parsed: &parsed }) != Some(own)
        };
        self.drop_where(is_other, Reason::Variant);
    }

    fn drop_outliers(&mut self) {
        // The order of a code name is no number that a project counts.
        if !self.current.has_version() {
            return;
        }
        let own = self.current.first_number();
        for change in SpellingChange::ALL {
            let majors = self.pools.iter().filter(|pool| pool.change == change && pool.track == Track::Major);
            let firsts = majors.flat_map(|pool| &pool.candidates).map(Candidate::first_number);
            if let Some(ceiling) = outlier::ceiling(own, firsts) {
                self.findings.push(Finding::Outliers(ceiling));
                self.drop_where(
                    |one, candidate| one == change && candidate.first_number() >= ceiling,
                    Reason::Outlier,
                );
            }
        }
    }

    /// Rejects major versions that are further ahead than the policy allows.
    fn drop_beyond_step(&mut self) {
        let Some(step) = self.current.policy.max_major_step else { return };
        let ceiling = self.current.first_number().saturating_add(u64::from(step));
        if self.current.has_majors() {
            self.drop_where(|_, candidate| candidate.first_number() > ceiling, Reason::Major);
        }
    }

    /// A shorter tag is a prerelease if only prereleases extend it.
    fn drop_early(&mut self) {
        let prereleases = self.evidence.prereleases();
        if prereleases.is_empty() {
            return;
        }
        let prereleases: Vec<_> = prereleases.iter().map(|tag| self.numbers(tag)).collect();
        let early: HashSet<&[String]> = prereleases.iter().flat_map(|numbers| prefixes(numbers)).collect();
        let own = self.current.version_numbers().len();
        // Of the many candidates that are as long as the running tag, only those can matter that share two numbers with a
        // prerelease. The first numbers of the others tell which single numbers they extend.
        let head_of = |numbers: &[String]| order::head(numbers.iter().map(String::as_str));
        let lines: HashSet<u128> =
            prereleases.iter().map(|numbers| order::first_two(head_of(numbers))).collect();
        let is_near = |change: SpellingChange, candidate: &Candidate| {
            own < 2 || change.has_other_count() || lines.contains(&order::first_two(candidate.head()))
        };
        let firsts: HashSet<u64> = self
            .pools
            .iter()
            .filter(|pool| own > 1 && pool.change != SpellingChange::FewerNumbers)
            .flat_map(|pool| pool.candidates.iter().map(Candidate::first_number))
            .collect();
        let released = self.numbers_of_all(is_near, |numbers| {
            (1..=numbers.len()).any(|count| early.contains(numbers.get(..count).unwrap_or_default()))
        });
        let extended: HashSet<&[String]> =
            released.iter().flat_map(|numbers| proper_prefixes(numbers)).collect();
        let is_extended = |numbers: &[String]| {
            extended.contains(numbers)
                || numbers.len() == 1 && firsts.contains(&order::first_of(head_of(numbers)))
        };
        let longest = released.iter().map(Vec::len).max().unwrap_or_default().max(own);
        let is_short = |numbers: &[String]| {
            let is_longer = |early: &Vec<String>| early.len() > numbers.len() && early.starts_with(numbers);
            numbers.len() < longest || self.evidence.is_extended || prereleases.iter().any(is_longer)
        };
        let is_early: HashSet<Vec<String>> = released
            .iter()
            .filter(|numbers| early.contains(numbers.as_slice()) && !is_extended(numbers))
            .filter(|numbers| {
                is_short(numbers) && !self.evidence.is_released_elsewhere(numbers.len(), head_of(numbers))
            })
            .cloned()
            .collect();
        if !is_early.is_empty() {
            let current = self.current;
            let is_it = |_, candidate: &Candidate| {
                let parsed = current.parse(&candidate.tag);
                let view = TagView { tag: &candidate.tag, parsed: &parsed };
                !parsed.is_prerelease && is_early.contains(&numbers_of(view))
            };
            self.drop_where(is_it, Reason::Prerelease);
        }
    }

    /// Replaces tags that float by the fixed ones that extend them.
    fn prefer_fixed(&mut self, taken: [(SpellingChange, Track); 3]) {
        use SpellingChange::MoreNumbers;
        let changes: Vec<SpellingChange> = taken.iter().map(|(change, _)| *change).collect();
        let has_more = self.has_newer(|change, _| change == MoreNumbers);
        let has_fewer =
            changes.iter().any(|change| !matches!(change, SpellingChange::Same | SpellingChange::OtherV));
        if !has_more && !has_fewer {
            return;
        }
        let numbers = self.numbers_of_all(|_, _| true, |numbers| numbers.len() <= 3);
        let extended: HashSet<Vec<String>> =
            numbers.iter().flat_map(|numbers| proper_prefixes(numbers)).map(<[String]>::to_vec).collect();
        let mut floating: HashSet<Vec<String>> = HashSet::new();
        let current = self.current;
        let own = |tag: &str| numbers_of(TagView { tag, parsed: &current.parse(tag) });
        for pool in self.pools.iter_mut().filter(|pool| taken.contains(&(pool.change, pool.track))) {
            pool.candidates.retain(|candidate| {
                let numbers = own(&candidate.tag);
                let is_fixed = !extended.contains(&numbers) || current.parse(&candidate.tag).is_prerelease;
                if !is_fixed {
                    self.rejected.add(Reason::Segments, &candidate.tag);
                    floating.insert(numbers);
                }
                is_fixed
            });
        }
        // Tags that extend a floating tag of the running spelling take its place.
        for (change, track) in taken.into_iter().filter(|(change, _)| *change != MoreNumbers) {
            let Some(more) =
                self.pools.iter_mut().find(|pool| (pool.change, pool.track) == (MoreNumbers, track))
            else {
                continue;
            };
            let (pinned, others): (Vec<_>, Vec<_>) = more.candidates.drain(..).partition(|candidate| {
                let numbers = own(&candidate.tag);
                proper_prefixes(&numbers).any(|prefix| floating.contains(prefix))
                    && !extended.contains(&numbers)
            });
            more.candidates = others;
            match self.pools.iter_mut().find(|pool| (pool.change, pool.track) == (change, track)) {
                Some(pool) => {
                    pool.candidates.extend(pinned);
                    newest::sort(&mut pool.candidates);
                }
                None => self.pools.push(Pool { change, track, candidates: pinned, others: 0, dropped: 0 }),
            }
        }
    }

    fn numbers(&self, tag: &str) -> Vec<String> {
        numbers_of(TagView { tag, parsed: &self.current.parse(tag) })
    }

    /// The numbers of the candidates that pass a test before and one after they are read.
    fn numbers_of_all(
        &self,
        is_read: impl Fn(SpellingChange, &Candidate) -> bool,
        is_it: impl Fn(&[String]) -> bool,
    ) -> HashSet<Vec<String>> {
        let read = self.pools.iter().flat_map(|pool| {
            let is_read = &is_read;
            pool.candidates.iter().filter(move |candidate| is_read(pool.change, candidate))
        });
        read.map(|candidate| self.numbers(&candidate.tag)).filter(|numbers| is_it(numbers)).collect()
    }
}

fn prefixes(numbers: &[String]) -> impl Iterator<Item = &[String]> {
    (1..=numbers.len()).filter_map(|count| numbers.get(..count))
}

fn proper_prefixes(numbers: &[String]) -> impl Iterator<Item = &[String]> {
    (1..numbers.len()).filter_map(|count| numbers.get(..count))
}
