//! Passes the core's `tracing` events to the caller's logger.

use std::{
    collections::VecDeque,
    fmt::{self, Write as _},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use napi::{
    bindgen_prelude::Function,
    threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode},
};
use parking_lot::Mutex;
use tracing::{
    Dispatch, Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span,
    subscriber::Interest,
};

use super::flood::{Fate, Flood};
use crate::binding::setting_names::with_setting_names;
use crate::{error::printable, observe};

type Wake = ThreadsafeFunction<(), (), (), napi::Status, false, true>;

/// The log lines of one service.
///
/// A line wakes JavaScript, which then takes all lines. The end of a call takes them too, so that a caller sees a
/// call's lines before its result. Waking does not keep the process alive.
pub(crate) struct Log {
    queue: Arc<Queue>,
    dispatch: Dispatch,
}

impl Log {
    /// Makes a queue of lines. `wake` is called on the JavaScript thread whenever there is a new line. Lines are kept
    /// only if there is a logger.
    pub(crate) fn new(wake: &Function<'_, (), ()>, has_logger: bool) -> napi::Result<Self> {
        let wake = wake.build_threadsafe_function::<()>().weak::<true>().build()?;
        let queue = Arc::new(Queue {
            lines: Mutex::default(),
            flood: Mutex::default(),
            has_logger,
            is_observed: AtomicBool::new(false),
            wake,
        });
        Ok(Self { dispatch: Dispatch::new(Events(queue.clone())), queue })
    }

    /// Takes the lines since the last time, in the order in which they were written, as pairs of level and message.
    pub(crate) fn take(&self) -> Vec<Vec<String>> {
        self.queue.lines.lock().drain(..).collect()
    }

    /// Sets whether events for observers are put among the lines, with their subject in place of the level.
    pub(crate) fn observe(&self, is_observed: bool) {
        self.queue.is_observed.store(is_observed, Ordering::Relaxed);
    }

    /// Whether anybody receives lines or events.
    pub(crate) fn is_heard(&self) -> bool {
        self.queue.has_logger || self.queue.is_observed.load(Ordering::Relaxed)
    }

    /// Returns the dispatcher for futures whose events belong to this service.
    pub(crate) fn dispatch(&self) -> Dispatch {
        self.dispatch.clone()
    }
}

/// Most lines that wait for the JavaScript thread. Beyond them, the oldest are dropped.
const MAX_WAITING: usize = 10_000;

/// Lines that wait for the JavaScript thread.
struct Queue {
    lines: Mutex<VecDeque<Vec<String>>>,
    flood: Mutex<Flood>,
    has_logger: bool,
    is_observed: AtomicBool,
    wake: Wake,
}

impl Queue {
    /// Adds a line for people, with the name of this package.
    fn write(&self, level: &str, text: &str) {
        self.push(level, format!("[ContainerRegistryService] {text}"));
    }

    fn push(&self, level: &str, message: String) {
        let line = vec![level.to_owned(), message];
        let mut lines = self.lines.lock();
        if lines.len() >= MAX_WAITING {
            lines.pop_front();
        }
        lines.push_back(line);
        drop(lines);
        self.wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
    }
}

/// Receives the events of this crate. Spans are ignored, because a line names its subject itself.
struct Events(Arc<Queue>);

impl Subscriber for Events {
    /// Loggers and observers come and go, so interest is asked for every time.
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        if metadata.target() == observe::TARGET {
            return self.0.is_observed.load(Ordering::Relaxed);
        }
        self.0.has_logger
            && metadata.is_event()
            && *metadata.level() <= Level::DEBUG
            && metadata.target().starts_with(env!("CARGO_CRATE_NAME"))
    }

    fn event(&self, event: &Event<'_>) {
        if event.metadata().target() == observe::TARGET {
            let mut told = Observation::default();
            event.record(&mut told);
            return self.0.push(&told.subject, told.document);
        }
        let level = match *event.metadata().level() {
            Level::ERROR => "error",
            Level::WARN => "warn",
            Level::INFO => "info",
            Level::DEBUG | Level::TRACE => "debug",
        };
        let mut flood = self.0.flood.lock();
        let fate = flood.judge(event.metadata().callsite(), Instant::now());
        drop(flood);
        if fate == Fate::LeftOut {
            return;
        }
        let mut message = Message::default();
        event.record(&mut message);
        let text = with_setting_names(printable(&message.0));
        if let Fate::ToldAfter(count) = fate {
            self.0.write(level, &format!("{count} lines like the next one were left out"));
        }
        self.0.write(level, &text);
        if fate == Fate::ToldAsLast {
            self.0.write(level, "More lines like the last one are left out for a minute");
        }
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// An event for observers: its subject, and JSON.
#[derive(Default)]
struct Observation {
    subject: String,
    document: String,
}

impl Visit for Observation {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "subject" => value.clone_into(&mut self.subject),
            "document" => value.clone_into(&mut self.document),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

/// Text of an event.
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
