//! Asynchronous calls: how an abort ends them, and how they end by themselves.
//!
//! `js/abortable-call.js` listens to the caller's `AbortSignal` and calls `abort`. That drops the work, and with it the
//! requests in flight that no other caller shares. A request that others have joined goes on for them
//! (`cache::single_flight`).

use std::{cell::RefCell, collections::VecDeque, future::Future, sync::Arc};

use futures_util::future::BoxFuture;
use napi::{
    Env,
    bindgen_prelude::{External, Function, Object, ToNapiValue},
    threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode},
};
use napi_derive::napi;
use parking_lot::Mutex;
use tokio::sync::{Notify, watch};

use super::{
    check_requests::{Wants, progress_line},
    output::{
        error::{rejection, thrown},
        panic::{caught, unforeseen},
    },
    runtime::runtime,
};
use crate::{
    check::many::Progress,
    error::{Error, ErrorKind, Result},
};

/// Passes a result to JavaScript. It is boxed, as the work is, because tokio and napi-rs are compiled anew for every
/// type that they carry. Without the boxes the binary is a twentieth larger.
type Delivery<V> = Box<dyn FnOnce(Env) -> napi::Result<V> + Send>;

type Wake = ThreadsafeFunction<(), (), (), napi::Status, false, true>;

/// A call that its caller may abort, and that may report its progress.
#[derive(Default)]
pub struct Call {
    aborted_by_caller: Arc<Notify>,
    told: Mutex<Told>,
    wants: Wants,
}

/// Progress as JSON that JavaScript has not taken yet, oldest first, and the function that wakes JavaScript to take it.
#[derive(Default)]
struct Told {
    lines: VecDeque<String>,
    wake: Option<Wake>,
}

/// Bytes that JavaScript takes at once. Reading them takes it a millisecond or so.
const SLICE: usize = 64 * 1024;

impl Call {
    /// Reports the progress of the call. It is written as JSON on this thread, because JavaScript's has other work.
    pub(crate) fn tell(&self, progress: &Progress) {
        let Some(line) = progress_line(progress, self.wants) else { return };
        let mut told = self.told.lock();
        let Told { lines, wake: Some(wake) } = &mut *told else { return };
        // JavaScript that was woken takes everything, this line too.
        if lines.is_empty() {
            wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
        }
        lines.push_back(line);
    }
}

/// Prepares a call. The result is opaque to JavaScript, which passes it to the functions here and to the asynchronous
/// methods. `wake` is called when there is something to take again: the progress of a call that checks many images, if
/// `progress` is set, and its reports, if `reports` is.
#[napi(skip_typescript)]
pub fn begin_call(
    wake: Option<Function<'_, (), ()>>,
    progress: bool,
    reports: bool,
) -> napi::Result<External<Arc<Call>>> {
    let wake = wake.map(|wake| wake.build_threadsafe_function::<()>().weak::<true>().build()).transpose()?;
    let told = Mutex::new(Told { wake, ..Told::default() });
    Ok(External::new(Arc::new(Call { told, wants: Wants { progress, reports }, ..Call::default() })))
}

/// Ends a call with the code `ABORTED`. A call that has not begun ends as soon as it begins.
#[napi(skip_typescript)]
pub fn abort(call: &External<Arc<Call>>) {
    call.aborted_by_caller.notify_one();
}

/// Takes what was told since the last time, oldest first, as JSON: as much as JavaScript can read without holding its
/// thread. There may be more.
#[napi(skip_typescript)]
pub fn take_progress(call: &External<Arc<Call>>) -> Vec<String> {
    let mut told = call.told.lock();
    let mut left = SLICE;
    let mut taken = Vec::new();
    while left > 0
        && let Some(line) = told.lines.pop_front()
    {
        left = left.saturating_sub(line.len());
        taken.push(line);
    }
    taken
}

/// Releases what a call holds.
#[napi(skip_typescript)]
pub fn end_call(call: &External<Arc<Call>>) {
    *call.told.lock() = Told::default();
}

/// Ends all calls of a service when it is closed.
#[derive(Clone)]
pub(crate) struct Closing(Arc<watch::Sender<bool>>);

impl Closing {
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    pub(crate) fn close(&self) {
        self.0.send_replace(true);
    }

    async fn closed(self) {
        // This struct keeps the sender, so the wait cannot fail.
        let _ = self.0.subscribe().wait_for(|is_closed| *is_closed).await;
    }
}

thread_local! {
    /// What ends the calls of this thread of JavaScript's when it ends itself.
    static THREAD_ENDS: RefCell<Option<Closing>> = const { RefCell::new(None) };
}

/// What ends when this thread of JavaScript's does: a worker that is terminated has nobody left who waits for its calls.
fn thread_ends(env: &Env) -> napi::Result<Closing> {
    if let Some(ends) = THREAD_ENDS.with_borrow(Clone::clone) {
        return Ok(ends);
    }
    let ends = Closing::new();
    env.add_env_cleanup_hook(ends.clone(), |ends| {
        ends.close();
        THREAD_ENDS.set(None);
    })?;
    THREAD_ENDS.set(Some(ends.clone()));
    Ok(ends)
}

/// Runs `work` and returns the promise of its result, which `convert` makes fit for JavaScript. When the call is
/// aborted, or its service is closed, `work` is dropped together with its requests in flight.
pub(crate) fn promise<'env, T: Send + 'static, V: ToNapiValue + 'static>(
    env: &'env Env,
    call: &Call,
    closing: Closing,
    work: impl Future<Output = Result<T>> + Send + 'static,
    convert: impl FnOnce(T) -> V + Send + 'static,
) -> napi::Result<Object<'env>> {
    let aborted_by_caller = call.aborted_by_caller.clone();
    let thread_ends = thread_ends(env)?;
    let aborted = |why: &str| Err(Error::new(ErrorKind::Aborted, why));
    settle(
        env,
        async move {
            tokio::select! {
                biased;
                () = closing.closed() => aborted("The service is closed"),
                () = thread_ends.closed() => aborted("The thread that made the call has ended"),
                () = aborted_by_caller.notified() => aborted("The call was aborted by its caller"),
                result = work => result,
            }
        },
        convert,
    )
}

/// Runs `work` to its end and returns the promise of its result.
pub(crate) fn settle<'env, T: Send + 'static, V: ToNapiValue + 'static>(
    env: &'env Env,
    work: impl Future<Output = Result<T>> + Send + 'static,
    convert: impl FnOnce(T) -> V + Send + 'static,
) -> napi::Result<Object<'env>> {
    let runtime = runtime().map_err(|error| thrown(env, &error))?;
    let (deferred, promise) = env.create_deferred::<V, Delivery<V>>()?;
    let work: BoxFuture<'static, Result<T>> = Box::pin(work);
    let task = runtime.spawn(work);
    let end: BoxFuture<'static, ()> = Box::pin(async move {
        let result = task.await.unwrap_or_else(|failure| Err(unforeseen(&failure)));
        deferred.resolve(Box::new(move |env| {
            let answer = result.and_then(|result| caught(|| convert(result)));
            answer.map_err(|error| rejection(&env, &error))
        }));
    });
    runtime.spawn(end);
    Ok(promise)
}
