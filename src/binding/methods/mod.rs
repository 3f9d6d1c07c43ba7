//! The class's methods and the functions beside it, in the order in which index.d.ts declares them.

pub(super) mod service;

mod references;

mod lookups;
mod sources;
mod updates;

mod checks;
mod upkeep;

mod tags;
