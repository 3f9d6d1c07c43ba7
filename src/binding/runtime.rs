//! The runtime and its threads.

use std::{
    io,
    sync::{OnceLock, mpsc},
    thread,
    time::Duration,
};

use parking_lot::Mutex;
use tokio::runtime::{Builder, Runtime};

use super::output::panic::caught;
use crate::error::{Error, ErrorKind, Result};

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
static RUNTIME: OnceLock<Runtime> = OnceLock::new();
static STARTING: Mutex<()> = Mutex::new(());

/// The runtime.
///
/// # Errors
/// `Network` while the system gives the process no threads; a later call tries again.
pub(crate) fn runtime() -> Result<&'static Runtime> {
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let _one_at_a_time = STARTING.lock();
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let no_threads = |error: io::Error| {
        let message = format!(
            "The system gives this process none of the threads that requests need: {error}. Its limits (`ulimit -u`, pids of \
             a container, TasksMax of a service) say how many it may have"
        );
        Error::new(ErrorKind::Network, message).passing().with_source(error.to_string())
    };
    // Tokio panics where it cannot start its threads, so it is found out before.
    can_start_threads().map_err(no_threads)?;
    let built = caught(|| {
        Builder::new_multi_thread()
            .worker_threads(THREADS)
            .thread_stack_size(STACK_BYTES)
            .max_blocking_threads(MAX_WAITING_THREADS)
            .thread_keep_alive(WAITING_THREAD_IDLES_FOR)
            .thread_name("container-registry")
            .enable_all()
            .build()
    })?;
    let built = built.map_err(no_threads)?;
    Ok(RUNTIME.get_or_init(|| built))
}

/// Starts as many threads side by side as the runtime needs, and one for work that blocks, and ends them.
fn can_start_threads() -> io::Result<()> {
    thread::scope(|scope| {
        let mut ends = Vec::new();
        for _ in 0..=THREADS {
            let (end, ended) = mpsc::channel::<()>();
            let wait = move || {
                // An error says that the sender is dropped, which ends the thread.
                let _ = ended.recv();
            };
            thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, wait)?;
            ends.push(end);
        }
        Ok(())
    })
}
