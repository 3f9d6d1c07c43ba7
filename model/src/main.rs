//! A model check of what is concurrent in the service and easy to get wrong: the service's own files, with locks and
//! notifications of [shuttle](https://docs.rs/shuttle), which runs each model many times and chooses anew each time who goes on
//! where tasks might be switched. A model that ends in a panic, or in which everybody waits, prints the schedule that led
//! there.

#![allow(dead_code, unreachable_pub, reason = "the models use a part of what the service's files have")]

mod clock;
mod models;

use models::{breaker, flights, pace};
use shuttle::{
    Config, FailurePersistence, Runner,
    scheduler::{PctScheduler, RandomScheduler},
};

/// Runs of each model, half of them with a scheduler that prefers few switches at unlikely places.
const RUNS: usize = 2_000;
/// Switches by priority in one run of the latter.
const SWITCHES: usize = 3;

/// The service's code, in the rooms where it finds what it names by `crate::`.
#[path = "../../src/cache/single_flight.rs"]
mod single_flight;

mod cool_down {
    pub(crate) use crate::clock::CoolDown;
}

mod error {
    /// Stands for an error, of which the breaker knows only that it can be kept.
    #[derive(Debug, Clone)]
    pub struct Error;
}

mod http;

const MODELS: [(&str, fn()); 7] = [
    ("single flight: callers that leave", flights::callers_that_leave),
    ("single flight: a result is no older than the question", flights::no_old_results),
    ("pool: callers that leave", pace::callers_that_leave),
    ("pool: callers that leave during a pause", pace::callers_that_leave_during_a_pause),
    ("cool-down: one of many tells the news", pace::one_tells_the_news),
    ("breaker: one caller tries again after each pause", breaker::one_caller_tries_again),
    ("breaker: the budget for retries", breaker::the_budget_for_retries),
];

fn main() {
    let runs = std::env::args().nth(1).map_or(RUNS, |text| text.parse().expect("a number of runs"));
    for (name, model) in MODELS {
        let mut config = Config::new();
        config.failure_persistence = FailurePersistence::Print;
        Runner::new(RandomScheduler::new(runs / 2), config.clone()).run(model);
        Runner::new(PctScheduler::new(SWITCHES, runs / 2), config).run(model);
        println!("{name}: {runs} runs hold");
    }
}
