//! The core's `tracing` events on their way to the caller's logger.

use std::{
    collections::VecDeque,
    fmt::{self, Write as _},
    sync::{Arc, Mutex, PoisonError},
};

use napi::{
    bindgen_prelude::Function,
    threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode},
};
use tracing::{
    Dispatch, Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

type Wake = ThreadsafeFunction<(), (), (), napi::Status, false, true>;

/// A service's way to its caller's logger.
///
/// A line wakes JavaScript, which then takes all lines there are. The end of a call takes them too, so that a caller sees
/// a call's lines before its result. Waking does not keep the process alive.
pub(super) struct Log {
    queue: Arc<Queue>,
    dispatch: Dispatch,
}

impl Log {
    /// `wake` is called on the JavaScript thread whenever there is a new line.
    pub(super) fn new(wake: &Function<'_, (), ()>) -> napi::Result<Self> {
        let wake = wake.build_threadsafe_function::<()>().weak::<true>().build()?;
        let queue = Arc::new(Queue { lines: Mutex::default(), wake });
        Ok(Self { dispatch: Dispatch::new(Events(queue.clone())), queue })
    }

    /// The lines that have not been taken yet, in the order in which they were written, as pairs of level and message.
    pub(super) fn take(&self) -> Vec<Vec<String>> {
        self.queue.lines.lock().unwrap_or_else(PoisonError::into_inner).drain(..).collect()
    }

    /// The dispatcher for the futures whose events are this service's.
    pub(super) fn dispatch(&self) -> Dispatch {
        self.dispatch.clone()
    }
}

/// Lines that wait for the JavaScript thread.
struct Queue {
    lines: Mutex<VecDeque<Vec<String>>>,
    wake: Wake,
}

impl Queue {
    fn push(&self, level: &str, message: String) {
        let line = vec![level.to_owned(), message];
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push_back(line);
        self.wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
    }
}

/// Takes the events of this crate, without spans: a line says by itself what it is about.
struct Events(Arc<Queue>);

impl Subscriber for Events {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event()
            && *metadata.level() <= Level::DEBUG
            && metadata.target().starts_with(env!("CARGO_CRATE_NAME"))
    }

    fn event(&self, event: &Event<'_>) {
        let level = match *event.metadata().level() {
            Level::ERROR => "error",
            Level::WARN => "warn",
            Level::INFO => "info",
            Level::DEBUG | Level::TRACE => "debug",
        };
        let mut message = Message::default();
        event.record(&mut message);
        self.0.push(level, message.0);
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// The text of an event.
#[derive(Default)]
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            // Writing to a String cannot fail.
            let _ = write!(self.0, "{value:?}");
        }
    }
}
