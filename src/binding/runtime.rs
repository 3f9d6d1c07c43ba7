//! The threads that the work is done on.

use std::{io, sync::LazyLock, time::Duration};

use tokio::runtime::{Builder, Runtime};

/// Threads that drive requests: the work is waiting for the network, so two serve hundreds of them.
const THREADS: usize = 2;

/// Threads for what the system only does while one waits: looking up names, files, password hashes. They start when there is
/// something to do, and end when there has been nothing for so long; what finds none free waits for one.
const MAX_WAITING_THREADS: usize = 32;
const WAITING_THREAD_IDLES_FOR: Duration = Duration::from_secs(1);

/// Room for the calls of a build without optimization, whose frames are large: two MiB, the default, are too little for
/// `inspectUpdate` there, and an overflow ends the process. What is not used costs address space only.
const STACK_BYTES: usize = 8 * 1024 * 1024;

/// The runtime of all services in the process, and the only one. It starts with the first call and lives as long as the
/// process: Node.js loads an addon once, whatever comes and goes of worker threads.
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
