//! The recorder: the spans, instants and arrows of each lane, with the times of a clock.

use crate::{Arrow, Chart, Moment, Row, Span, SpanKind};
use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

type Label = Cow<'static, str>;

/// Returns the time since the clock's zero.
type Clock = Arc<dyn Fn() -> Duration + Send + Sync>;

/// Records the lanes of one run. Clones share the lanes.
#[derive(Clone)]
pub struct Timeline {
    shared: Arc<Shared>,
}

struct Shared {
    clock: Clock,
    lanes: Mutex<Vec<Arc<LaneRecord>>>,
}

/// The events of one lane. Each lane has its own lock, so recording threads do not wait for other lanes.
struct LaneRecord {
    name: String,
    index: usize,
    clock: Clock,
    events: Mutex<Events>,
}

#[derive(Default)]
struct Events {
    spans: Vec<OpenSpan>,
    instants: Vec<(Duration, Label)>,
    arrows: Vec<(Duration, usize, Label)>,
}

/// A span whose end may not have come yet.
struct OpenSpan {
    start: Duration,
    end: Option<Duration>,
    label: Label,
    kind: SpanKind,
}

/// Ignores poisoning: a panic while a lane is locked loses at most one event.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Timeline {
    /// A timeline without lanes; time zero is now.
    pub fn new() -> Timeline {
        let start = Instant::now();
        Timeline::with_clock(move || start.elapsed())
    }

    /// A timeline without lanes, with a clock of its own: a simulation's, or a test's. `clock` is called on the
    /// thread that records, at the beginning and at the end of each span, at each instant and arrow, and by
    /// [`Timeline::chart`]; it should not go backwards.
    ///
    /// ```
    /// use std::sync::{Arc, atomic::{AtomicU64, Ordering}};
    /// use std::time::Duration;
    /// use ungil_timeline::Timeline;
    ///
    /// let nanoseconds = Arc::new(AtomicU64::new(0));
    /// let now = nanoseconds.clone();
    /// let timeline = Timeline::with_clock(move || Duration::from_nanos(now.load(Ordering::Relaxed)));
    ///
    /// let span = timeline.lane("A").span("holds the GIL");
    /// nanoseconds.fetch_add(5_000_000, Ordering::Relaxed);
    /// span.end();
    /// assert_eq!(timeline.chart().end(), Duration::from_millis(5));
    /// ```
    pub fn with_clock(clock: impl Fn() -> Duration + Send + Sync + 'static) -> Timeline {
        Timeline { shared: Arc::new(Shared { clock: Arc::new(clock), lanes: Mutex::default() }) }
    }

    /// The lane of this name. Added below the other lanes if there is none yet.
    ///
    /// This takes a lock that all lanes share: get the lane once, then record on it.
    pub fn lane(&self, name: &str) -> Lane {
        let mut lanes = lock(&self.shared.lanes);
        let known = lanes.iter().find(|lane| lane.name == name).cloned();
        let record = known.unwrap_or_else(|| {
            let (index, clock) = (lanes.len(), self.shared.clock.clone());
            let record = Arc::new(LaneRecord { name: name.into(), index, clock, events: Mutex::default() });
            lanes.push(record.clone());
            record
        });
        Lane { shared: self.shared.clone(), record }
    }

    /// A snapshot of the recorded events; a span that has not ended is drawn up to now. The chart has no name
    /// yet.
    pub fn chart(&self) -> Chart {
        let records = lock(&self.shared.lanes).clone();
        let mut chart = Chart::default();
        for record in &records {
            let events = lock(&record.events);
            let now = (self.shared.clock)();
            let mut row = Row { name: record.name.clone(), ..Row::default() };
            row.spans.extend(events.spans.iter().map(|span| Span {
                start: span.start,
                end: span.end.unwrap_or(now),
                label: span.label.to_string(),
                kind: span.kind,
            }));
            row.instants.extend(
                events.instants.iter().map(|(at, label)| Moment { at: *at, label: label.to_string() }),
            );
            // The arrow may point to a lane that is newer than this list of lanes. Then it is left out.
            chart.arrows.extend(events.arrows.iter().filter(|(_, to, _)| *to < records.len()).map(
                |(at, to, label)| Arrow { at: *at, from: record.index, to: *to, label: label.to_string() },
            ));
            chart.lanes.push(row);
        }
        chart
    }

    /// Draws the recorded events: see [`Chart::show`].
    pub fn show(&self, name: &str) {
        Chart { name: name.into(), ..self.chart() }.show();
    }
}

impl Default for Timeline {
    fn default() -> Timeline {
        Timeline::new()
    }
}

impl fmt::Debug for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timeline").finish_non_exhaustive()
    }
}

/// One row of a [`Timeline`], to record on. Usually each thread has a lane, but any thread may record on any
/// lane.
///
/// A label that is a `&'static str` is stored as it is; a `String` is moved in. Neither is copied before the
/// chart is made.
#[derive(Clone)]
pub struct Lane {
    shared: Arc<Shared>,
    record: Arc<LaneRecord>,
}

impl Lane {
    /// The name at the left of the row.
    pub fn name(&self) -> &str {
        &self.record.name
    }

    /// The lane runs ([`SpanKind::Run`]) until the guard is dropped.
    pub fn span(&self, label: impl Into<Cow<'static, str>>) -> SpanGuard {
        self.open(SpanKind::Run, label.into())
    }

    /// The lane waits for another ([`SpanKind::Wait`]) until the guard is dropped.
    pub fn wait(&self, label: impl Into<Cow<'static, str>>) -> SpanGuard {
        self.open(SpanKind::Wait, label.into())
    }

    /// The lane is in a read, a write or a sleep ([`SpanKind::Io`]) until the guard is dropped.
    pub fn io(&self, label: impl Into<Cow<'static, str>>) -> SpanGuard {
        self.open(SpanKind::Io, label.into())
    }

    /// Something happens on this lane now.
    pub fn instant(&self, label: impl Into<Cow<'static, str>>) {
        let (at, label) = ((self.record.clock)(), label.into());
        lock(&self.record.events).instants.push((at, label));
    }

    /// An arrow from this lane to another, now. An arrow to a lane of another timeline is not recorded.
    pub fn arrow(&self, to: &Lane, label: impl Into<Cow<'static, str>>) {
        if Arc::ptr_eq(&self.shared, &to.shared) {
            let (at, label) = ((self.record.clock)(), label.into());
            lock(&self.record.events).arrows.push((at, to.record.index, label));
        }
    }

    fn open(&self, kind: SpanKind, label: Label) -> SpanGuard {
        let start = (self.record.clock)();
        let mut events = lock(&self.record.events);
        let index = events.spans.len();
        events.spans.push(OpenSpan { start, end: None, label, kind });
        drop(events);
        SpanGuard { record: self.record.clone(), index }
    }
}

impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lane").field("name", &self.name()).finish_non_exhaustive()
    }
}

/// A span that has begun. It ends when the guard is dropped, also by a panic, on any thread.
#[must_use = "the span ends when the guard is dropped: bind it to a name, `let _span = …`"]
pub struct SpanGuard {
    record: Arc<LaneRecord>,
    index: usize,
}

impl SpanGuard {
    /// Ends the span now: the same as dropping it, but says so.
    pub fn end(self) {}
}

impl Drop for SpanGuard {
    fn drop(&mut self) {
        let now = (self.record.clock)();
        lock(&self.record.events).spans[self.index].end = Some(now);
    }
}

impl fmt::Debug for SpanGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpanGuard").field("lane", &self.record.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn a_poisoned_lane_goes_on() {
        let timeline = Timeline::new();
        let lane = timeline.lane("main");
        let poison = thread::spawn({
            let lane = lane.clone();
            move || {
                let _events = lane.record.events.lock();
                std::panic::resume_unwind(Box::new("on purpose"));
            }
        });
        assert!(poison.join().is_err());
        assert!(lane.record.events.is_poisoned());
        lane.span("after").end();
        assert_eq!(timeline.chart().lanes[0].spans.len(), 1);
    }
}
