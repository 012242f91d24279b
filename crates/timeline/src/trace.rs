//! The chart in the Trace Event Format, which Perfetto and Chrome's tracing open.

use crate::{Chart, SpanKind};
use serde_json::{Value, json};
use std::{cmp::Reverse, time::Duration};

impl Chart {
    /// The chart as JSON to open at <https://ui.perfetto.dev> or in `chrome://tracing`: lanes are threads of a
    /// process that has the chart's name, arrows are flows. It contains the whole chart, whatever its
    /// [range](Chart::range): zoom in the viewer.
    ///
    /// The viewers want the spans of a lane to lie apart or inside one another. A step of [`Unit::Steps`]
    /// becomes a nanosecond.
    ///
    /// [`Unit::Steps`]: crate::Unit::Steps
    ///
    /// ```
    /// use std::time::Duration;
    /// use ungil_timeline::{Chart, SpanKind};
    ///
    /// let mut chart = Chart::new("gil");
    /// chart.lane("A").span(SpanKind::Run, Duration::ZERO..Duration::from_nanos(1_500), "holds the GIL");
    /// assert!(chart.chrome_trace().contains(r#""dur":1.5,"name":"holds the GIL","ph":"X""#));
    /// ```
    pub fn chrome_trace(&self) -> String {
        let metadata =
            |what, lane, args| json!({ "ph": "M", "name": what, "pid": 1, "tid": tid(lane), "args": args });
        let name = |name: &str| json!({ "name": name });
        let mut events = vec![metadata("process_name", 0, name(&self.name))];
        for (index, lane) in self.lanes.iter().enumerate() {
            events.push(metadata("thread_name", index, name(&lane.name)));
            // Without an index the viewers choose an order of the threads.
            events.push(metadata("thread_sort_index", index, json!({ "sort_index": index })));
        }
        let mut timed = self.timed();
        timed.sort_by_key(|(order, _)| *order);
        events.extend(timed.into_iter().map(|(_, event)| event));
        json!({ "traceEvents": events, "displayTimeUnit": "ns" }).to_string()
    }

    /// The events that have a time, each with its order in the file.
    fn timed(&self) -> Vec<(Order, Value)> {
        let mut events = Vec::new();
        for (index, lane) in self.lanes.iter().enumerate() {
            for span in &lane.spans {
                let end = span.end.max(span.start);
                events.push((
                    Order(span.start, Rank::Span(Reverse(end))),
                    json!({
                        "ph": "X", "name": span.label, "cat": category(span.kind),
                        "pid": 1, "tid": tid(index), "ts": microseconds(span.start),
                        "dur": microseconds(end - span.start),
                    }),
                ));
            }
            for moment in &lane.instants {
                events.push((
                    Order(moment.at, Rank::Inside),
                    json!({
                        "ph": "i", "s": "t", "name": moment.label, "pid": 1, "tid": tid(index),
                        "ts": microseconds(moment.at),
                    }),
                ));
            }
        }
        let is_there = |lane| lane < self.lanes.len();
        for (id, arrow) in self.arrows.iter().enumerate() {
            if !is_there(arrow.from) || !is_there(arrow.to) {
                continue;
            }
            let flow = |ph, index| {
                json!({
                    "ph": ph, "name": arrow.label, "cat": "arrow", "id": id, "pid": 1, "tid": tid(index),
                    "ts": microseconds(arrow.at),
                })
            };
            let mut end = flow("f", arrow.to);
            // Binds the end to the span around it, not to the next span.
            end["bp"] = "e".into();
            events.push((Order(arrow.at, Rank::Leaves), flow("s", arrow.from)));
            events.push((Order(arrow.at, Rank::Inside), end));
        }
        events
    }
}

/// Perfetto reads the file from top to bottom and ties a flow to the last span of the thread that has begun. So
/// at one moment, an arrow leaves the span that ends and reaches the span that begins; and of two spans that
/// begin, the longer is the outer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Order(Duration, Rank);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Leaves,
    Span(Reverse<Duration>),
    Inside,
}

/// The thread id of a lane. Not 0: the viewers take thread 0 for Linux's idle thread.
fn tid(lane: usize) -> usize {
    lane + 1
}

fn category(kind: SpanKind) -> &'static str {
    match kind {
        SpanKind::Run => "run",
        SpanKind::Wait => "wait",
        SpanKind::Io => "io",
    }
}

/// The unit of the format; the digits behind the point are nanoseconds.
fn microseconds(time: Duration) -> f64 {
    time.as_nanos() as f64 / 1000.0
}
