//! Remembers recent answers of Docker Hub's own API.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use super::tags::{HubTag, HubTags};
use crate::cool_down::CoolDown;

/// Recent answers, and whether the API is left alone.
#[derive(Debug, Default)]
pub(crate) struct HubMemory {
    pub(crate) lists: Said<Arc<HubTags>>,
    /// `None` stands for a tag that the API does not know.
    pub(crate) tags: Said<Option<Arc<HubTag>>>,
    cool_down: Mutex<CoolDown>,
}

impl HubMemory {
    pub(crate) fn is_left_alone(&self) -> bool {
        self.cool_down.lock().is_on()
    }

    pub(crate) fn leave_alone(&self, time: Duration) {
        *self.cool_down.lock() = CoolDown::lasting(time);
    }

    pub(crate) fn clear(&self) {
        self.lists.clear();
        self.tags.clear();
    }
}

/// Most tags and images that are remembered in answers of one kind. They take some 6 MiB: fifty lists of a hundred tags for
/// four platforms each. A check keeps the list that it uses until it ends.
const MAX_WEIGHT: usize = 25_000;

/// An answer that is remembered.
pub(crate) trait Weighed: Clone {
    /// The number of tags and images that it describes.
    fn weight(&self) -> usize;
}

impl Weighed for Arc<HubTags> {
    fn weight(&self) -> usize {
        HubTags::weight(self)
    }
}

impl Weighed for Option<Arc<HubTag>> {
    fn weight(&self) -> usize {
        self.as_ref().map_or(0, |tag| tag.weight())
    }
}

/// Answers by what was asked.
#[derive(Debug)]
pub(crate) struct Said<T>(Mutex<Answers<T>>);

#[derive(Debug)]
struct Answers<T> {
    known: HashMap<String, T>,
    /// What was asked, oldest answer first.
    order: VecDeque<(Instant, String)>,
    weight: usize,
}

impl<T> Default for Answers<T> {
    fn default() -> Self {
        Self { known: HashMap::new(), order: VecDeque::new(), weight: 0 }
    }
}

impl<T: Weighed> Answers<T> {
    /// Drops the oldest answers for as long as `is_due` says so of their time and of the weight of all.
    fn drop_oldest(&mut self, is_due: impl Fn(Instant, usize) -> bool) {
        while let Some((learnt, key)) = self.order.front()
            && is_due(*learnt, self.weight)
        {
            if let Some(said) = self.known.remove(key) {
                self.weight = self.weight.saturating_sub(weight(&said));
            }
            self.order.pop_front();
        }
    }

    fn insert(&mut self, key: String, said: T) {
        self.weight = self.weight.saturating_add(weight(&said));
        // It is rarely renewed before its time is over, so that it is rarely looked for.
        if let Some(replaced) = self.known.remove(&key) {
            self.weight = self.weight.saturating_sub(weight(&replaced));
            self.order.retain(|(_, other)| *other != key);
        }
        self.order.push_back((Instant::now(), key.clone()));
        self.known.insert(key, said);
        self.drop_oldest(|_, weight| weight > MAX_WEIGHT);
    }
}

/// An answer without a tag takes room, too.
fn weight(said: &impl Weighed) -> usize {
    said.weight().saturating_add(1)
}

impl<T> Default for Said<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Weighed> Said<T> {
    pub(crate) fn get(&self, key: &str, ttl: Duration) -> Option<T> {
        let mut answers = self.0.lock();
        answers.drop_oldest(|learnt, _| learnt.elapsed() >= ttl);
        answers.known.get(key).cloned()
    }

    /// Remembers an answer. The oldest ones make room for it.
    pub(crate) fn keep(&self, key: String, said: T) -> T {
        self.0.lock().insert(key, said.clone());
        said
    }

    fn clear(&self) {
        *self.0.lock() = Answers::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    /// An answer about so many tags and images.
    #[derive(Debug, Clone, PartialEq)]
    struct About(usize);

    impl Weighed for About {
        fn weight(&self) -> usize {
            self.0
        }
    }

    #[test]
    fn an_answer_is_remembered_for_its_time() {
        let said = Said::default();
        assert_eq!(said.get("a", HOUR), None);
        said.keep("a".to_owned(), About(1));
        said.keep("a".to_owned(), About(2));
        assert_eq!(said.get("a", HOUR), Some(About(2)));
        assert_eq!(said.get("a", Duration::ZERO), None);
        let answers = said.0.lock();
        assert!(answers.known.is_empty() && answers.order.is_empty() && answers.weight == 0, "{answers:?}");
    }

    #[test]
    fn the_oldest_answers_make_room_for_new_ones() {
        let said = Said::default();
        for number in 0..1000 {
            said.keep(number.to_string(), About(MAX_WEIGHT / 10));
        }
        let known = |number: usize| said.get(&number.to_string(), HOUR).is_some();
        assert!((0..991).all(|number| !known(number)) && (991..1000).all(known));
        assert_eq!(said.0.lock().order.len(), 9);
    }

    #[test]
    fn answers_about_nothing_take_room_too() {
        let said = Said::default();
        for number in 0..2 * MAX_WEIGHT {
            said.keep(number.to_string(), About(0));
        }
        assert_eq!(said.0.lock().known.len(), MAX_WEIGHT);
    }

    #[test]
    fn an_answer_that_is_renewed_takes_no_more_room() {
        let said = Said::default();
        for number in 0..1000 {
            said.keep("a".to_owned(), About(number));
        }
        assert_eq!(said.get("a", HOUR), Some(About(999)));
        let answers = said.0.lock();
        assert_eq!((answers.order.len(), answers.weight), (1, 1000));
    }
}
