//! The picture of what happens around a GIL.

use std::sync::Arc;
use std::time::Duration;

use ungil_gil::platform::{Computer, Virtual};
use ungil_gil::{Gil, NewGil, Platform, Point, Recorder, allow_threads, chart};
use ungil_timeline::{Arrow, Chart, Span, SpanKind};

const MS: Duration = Duration::from_millis(1);

/// Main computes until the other thread asks for the GIL. The other thread then is in input or output for 2 ms.
fn example() -> Chart {
    let computer = Computer { wake_idle: MS, ..Computer::ideal(2) };
    let main = |platform: &Virtual| {
        let recorder = Recorder::new(platform.clone());
        let gil = Arc::new(NewGil::observed(platform.clone(), recorder.clone()));
        let thread = gil.thread();
        gil.take_gil(&thread);
        let other = {
            let gil = Arc::clone(&gil);
            platform.spawn("other", move || {
                let thread = gil.thread();
                gil.take_gil(&thread);
                // SAFETY: it has taken the GIL, and touches no object.
                unsafe { allow_threads(&*gil, &thread, || gil.platform().compute(2 * MS)) };
                // SAFETY: it has taken the GIL.
                unsafe { gil.drop_gil(&thread) };
            })
        };
        while !gil.should_yield(&thread, Point::BackEdge) {
            platform.compute(3 * MS);
        }
        // SAFETY: it has taken the GIL.
        unsafe { gil.drop_gil(&thread) };
        platform.join(other);
        chart("example", &recorder.take())
    };
    Virtual::run(computer, main).unwrap()
}

#[test]
fn it_shows_who_has_it_and_who_waits() {
    let chart = example();
    let names: Vec<&str> = chart.lanes.iter().map(|lane| &*lane.name).collect();
    assert_eq!(names, ["main", "other"]);
    let span = |kind, start: u32, end: u32, label: &str| Span {
        kind,
        start: start * MS,
        end: end * MS,
        label: label.to_owned(),
    };
    // It asks after 5 ms and one to wake up, and main sees that at its next back edge.
    assert_eq!(
        chart.lanes[0].spans,
        [span(SpanKind::Run, 0, 9, "has the GIL"), span(SpanKind::Wait, 9, 11, "stands back")]
    );
    assert_eq!(
        chart.lanes[1].spans,
        [
            span(SpanKind::Wait, 1, 10, "waits"),
            span(SpanKind::Run, 10, 10, "has the GIL"),
            span(SpanKind::Io, 10, 12, "I/O"),
            span(SpanKind::Run, 12, 12, "has the GIL"),
        ]
    );
    let arrow = |at: u32, from, to, label: &str| Arrow { at: at * MS, from, to, label: label.to_owned() };
    assert_eq!(chart.arrows, [arrow(7, 1, 0, "request"), arrow(10, 0, 1, "switch")]);
}

#[test]
fn what_has_not_ended_ends_with_the_last_event() {
    let record = Virtual::run(Computer::ideal(2), |platform: &Virtual| {
        let recorder = Recorder::new(platform.clone());
        let gil = Arc::new(NewGil::observed(platform.clone(), recorder.clone()));
        let thread = gil.thread();
        gil.take_gil(&thread);
        let other = {
            let gil = Arc::clone(&gil);
            platform.spawn("other", move || {
                gil.platform().sleep(3 * MS);
                gil.take_gil(&gil.thread());
            })
        };
        platform.compute(4 * MS);
        let record = recorder.take();
        // SAFETY: it has taken the GIL.
        unsafe { gil.drop_gil(&thread) };
        platform.join(other);
        record
    })
    .unwrap();
    let spans = |lane: usize| chart("", &record).lanes[lane].spans.clone();
    assert_eq!(
        spans(0).iter().map(|span| span.start..span.end).collect::<Vec<_>>(),
        [Duration::ZERO..3 * MS]
    );
    assert_eq!(spans(1).iter().map(|span| span.start..span.end).collect::<Vec<_>>(), [3 * MS..3 * MS]);
}
