//! The methods of the class and the functions beside it, in the order of index.d.ts.

pub(super) mod service;

mod references;

mod lookups;
mod sources;
mod updates;

mod checks;
mod upkeep;

mod tags;
