//! The places for requests to a host, and who waits for one.
//!
//! A place that becomes free is given to the one whose turn it is, at once. Requests whose answers lead to others go before those
//! that end a chain: a chain takes a round trip for each of its requests, however many places there are.

use std::{collections::BTreeMap, sync::Arc};

use tokio::sync::Notify;

/// Share of the allowed requests that a host regains with each success after a 429.
const RECOVERY: f64 = 0.05;

/// The places at one host.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) in_flight: usize,
    pub(super) waiting: usize,
    /// Share of the allowed requests that the host gets, above 0 and at most 1.
    share: f64,
    /// Those who wait for nothing but a place.
    queue: BTreeMap<Turn, Waiter>,
    /// How many have been in the queue.
    queued: u64,
}

/// The order of the queue. Of equal rank, whoever came first goes first.
pub(super) type Turn = (Rank, u64);

/// Which requests go before others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// Other requests wait for its answer, as far as can be said.
    LeadsOn,
    /// Its answer leads to no further request, as far as can be said.
    EndsChain,
}

#[derive(Debug)]
struct Waiter {
    concurrency: usize,
    /// Tells that the place is there. It has been counted already.
    called: Arc<Notify>,
}

impl Default for Places {
    fn default() -> Self {
        Self { in_flight: 0, waiting: 0, share: 1.0, queue: BTreeMap::new(), queued: 0 }
    }
}

impl Places {
    /// Takes a place, if the host may be asked one thing more by somebody with this limit.
    pub(super) fn take(&mut self, concurrency: usize) -> bool {
        let is_free = self.in_flight < self.allowed(concurrency);
        self.in_flight += usize::from(is_free);
        is_free
    }

    /// Gives a place back.
    pub(super) fn give_back(&mut self) {
        self.in_flight -= 1;
        self.call();
    }

    /// Begins to wait, unless as many wait already.
    pub(super) fn wait(&mut self, max_waiting: usize) -> bool {
        let may_wait = self.waiting < max_waiting;
        self.waiting += usize::from(may_wait);
        may_wait
    }

    /// Queues for a place.
    pub(super) fn queue(&mut self, rank: Rank, concurrency: usize) -> (Turn, Arc<Notify>) {
        let (turn, called) = ((rank, self.queued), Arc::default());
        self.queued += 1;
        self.queue.insert(turn, Waiter { concurrency, called: Arc::clone(&called) });
        (turn, called)
    }

    /// Notes that somebody waits no longer. Whoever is not in the queue any more was given a place, and has not taken it.
    pub(super) fn left(&mut self, turn: Option<Turn>) {
        self.waiting -= 1;
        if turn.is_some_and(|turn| self.queue.remove(&turn).is_none()) {
            self.give_back();
        }
    }

    /// Allows half of the requests.
    pub(super) fn share_less(&mut self) {
        self.share /= 2.0;
    }

    /// Allows a few more requests, up to all of them.
    pub(super) fn share_more(&mut self) {
        if self.share < 1.0 {
            self.share = (self.share + RECOVERY).min(1.0);
            self.call();
        }
    }

    fn allowed(&self, concurrency: usize) -> usize {
        // Rounding up always allows one request.
        (concurrency as f64 * self.share).ceil().max(1.0) as usize
    }

    /// Gives free places to those whose turn it is.
    fn call(&mut self) {
        loop {
            let mut queue = self.queue.iter();
            let next = queue.find(|(_, waiter)| self.in_flight < self.allowed(waiter.concurrency));
            let Some(turn) = next.map(|(turn, _)| *turn) else { return };
            if let Some(waiter) = self.queue.remove(&turn) {
                self.in_flight += 1;
                waiter.called.notify_one();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_a_lower_bound_keeps_nobody_waiting() {
        let mut places = Places::default();
        assert!(places.take(2) && places.take(2) && !places.take(2));
        let mut queue = |concurrency| {
            assert!(places.wait(2));
            places.queue(Rank::LeadsOn, concurrency).0
        };
        let (narrow, wide) = (queue(1), queue(2));
        places.give_back();
        assert!(places.queue.contains_key(&narrow) && !places.queue.contains_key(&wide));
        places.give_back();
        places.give_back();
        assert!(places.queue.is_empty() && places.in_flight == 1);
    }
}
