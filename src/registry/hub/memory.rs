//! Remembers recent answers of Docker Hub's own API.

use std::{
    collections::HashMap,
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

/// Answers by what was asked, with the time of each.
#[derive(Debug)]
pub(crate) struct Said<T>(Mutex<HashMap<String, (Instant, T)>>);

impl<T> Default for Said<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Said<T> {
    pub(crate) fn get(&self, key: &str, ttl: Duration) -> Option<T> {
        let mut known = self.0.lock();
        known.retain(|_, (learnt, _)| learnt.elapsed() < ttl);
        known.get(key).map(|(_, said)| said.clone())
    }

    pub(crate) fn keep(&self, key: String, said: T) -> T {
        let mut known = self.0.lock();
        known.insert(key, (Instant::now(), said.clone()));
        said
    }

    fn clear(&self) {
        self.0.lock().clear();
    }
}
