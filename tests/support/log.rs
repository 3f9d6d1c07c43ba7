//! Records the log of the crate, line by line.

use std::{fmt, fmt::Write as _, sync::Once};

use tokio::sync::watch;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

thread_local! {
    /// A test and the service it runs share one thread.
    static LINES: watch::Sender<Vec<String>> = watch::Sender::default();
}

/// The lines that were logged on this thread since [`Log::start`], such as `WARN …`.
#[derive(Debug)]
pub struct Log(watch::Receiver<Vec<String>>);

impl Log {
    /// Starts a new record.
    pub fn start() -> Self {
        Self::install();
        LINES.with(|lines| {
            lines.send_replace(Vec::new());
            Self(lines.subscribe())
        })
    }

    /// Records every event of the process. One recorder serves all tests, because an event that first occurs without a
    /// recorder is taken to be unwanted from then on.
    pub fn install() {
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(|| tracing::subscriber::set_global_default(Recorder).expect("the only recorder"));
    }

    /// All lines.
    pub fn lines(&self) -> Vec<String> {
        self.0.borrow().clone()
    }

    /// Waits until this many lines have been logged, and returns the last of them.
    pub async fn line(&mut self, count: usize) -> String {
        let lines = self.0.wait_for(|lines| lines.len() >= count).await.expect("the thread is alive");
        lines.get(count - 1).expect("a line").clone()
    }
}

struct Recorder;

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.target().starts_with("container_registry_service")
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = event.metadata().level().to_string();
        event.record(&mut Message(&mut line));
        LINES.with(|lines| lines.send_modify(|lines| lines.push(line)));
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

struct Message<'a>(&'a mut String);

impl Visit for Message<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            write!(self.0, " {value:?}").expect("a string takes everything");
        }
    }
}
