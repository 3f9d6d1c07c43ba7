//! The runtime and its threads.

use std::{io, sync::LazyLock, time::Duration};

use tokio::runtime::{Builder, Runtime};

/// Threads that drive requests. They mostly wait for the network, so two serve hundreds of requests.
const THREADS: usize = 2;

/// Most threads for work that blocks: files and password hashes. A thread starts when there is work and ends after it
/// has been idle for a second. Work that finds no free thread waits for one.
const MAX_WAITING_THREADS: usize = 32;
const WAITING_THREAD_IDLES_FOR: Duration = Duration::from_secs(1);

/// Stack of each thread. Frames are large in a build without optimization: there the default of 2 MiB overflows in
/// `inspectUpdate`, which ends the process. Unused stack costs address space only.
const STACK_BYTES: usize = 8 * 1024 * 1024;

/// The only runtime of the process, which all services share. It starts with the first call and lives as long as the
/// process, because Node.js loads an addon once, whatever worker threads come and go.
static RUNTIME: LazyLock<io::Result<Runtime>> = LazyLock::new(|| {
    Builder::new_multi_thread()
        .worker_threads(THREADS)
        .thread_stack_size(STACK_BYTES)
        .max_blocking_threads(MAX_WAITING_THREADS)
        .thread_keep_alive(WAITING_THREAD_IDLES_FOR)
        .thread_name("container-registry")
        .enable_all()
        .build()
});

pub(crate) fn runtime() -> napi::Result<&'static Runtime> {
    RUNTIME
        .as_ref()
        .map_err(|error| napi::Error::from_reason(format!("The runtime could not be started: {error}")))
}
