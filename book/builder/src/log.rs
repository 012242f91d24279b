//! What mdBook logs. It reports a missing include by a log line only, so no line may be lost.

use std::fmt::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// A warning or an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whether it is an error.
    pub error: bool,
    /// What was said, in one line.
    pub message: String,
}

impl fmt::Display for Entry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "mdBook {}: {}", if self.error { "reports an error" } else { "warns" }, self.message)
    }
}

/// Runs `work` and returns, beside its result, the warnings and errors that it logged on this thread.
pub fn capture<T>(work: impl FnOnce() -> T) -> (T, Vec<Entry>) {
    let entries = Arc::new(Mutex::new(Vec::new()));
    let result = tracing::subscriber::with_default(Listener(Arc::clone(&entries)), work);
    let mut entries = entries.lock().unwrap_or_else(PoisonError::into_inner);
    (result, std::mem::take(&mut entries))
}

struct Listener(Arc<Mutex<Vec<Entry>>>);

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::WARN
    }

    /// mdBook logs an error's causes one by one, after it.
    fn event(&self, event: &Event<'_>) {
        let mut message = Message(String::new());
        event.record(&mut message);
        let error = *event.metadata().level() == Level::ERROR;
        let message = message.0.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (message.strip_prefix("Caused By: "), entries.last_mut()) {
            (Some(cause), Some(entry)) => entry.message = format!("{}: {cause}", entry.message),
            _ => entries.push(Entry { error, message }),
        }
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// An event's message and its other fields, in their order.
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing into a String cannot fail.
        let _ = match field.name() {
            "message" => write!(self.0, "{value:?} "),
            name => write!(self.0, "{name}={value:?} "),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_and_errors_are_kept_and_the_rest_is_not() {
        let (result, entries) = capture(|| {
            tracing::info!("not this");
            tracing::warn!("two\n lines");
            tracing::error!(file = 1, "bad");
            tracing::warn!("Caused By: disk");
            7
        });
        assert_eq!(result, 7);
        let shown: Vec<String> = entries.iter().map(Entry::to_string).collect();
        assert_eq!(shown, ["mdBook warns: two lines", "mdBook reports an error: bad file=1: disk"]);
    }
}
