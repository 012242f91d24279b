//! What the recorder keeps.

use std::{
    panic::{self, AssertUnwindSafe},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};
use ungil_timeline::{Chart, Lane, SpanGuard, SpanKind, Timeline};

const _: fn() = || {
    fn is<T: Send + Sync + Clone>() {}
    fn moves<T: Send + Sync + 'static>() {}
    is::<Timeline>();
    is::<Lane>();
    is::<Chart>();
    moves::<SpanGuard>();
};

#[test]
fn lanes_are_in_order_and_have_one_row_a_name() {
    let timeline = Timeline::new();
    for name in ["main", "b", "a", "b", ""] {
        assert_eq!(timeline.lane(name).name(), name);
    }
    let names: Vec<String> = timeline.chart().lanes.into_iter().map(|lane| lane.name).collect();
    assert_eq!(names, ["main", "b", "a", ""]);
}

#[test]
fn spans_have_their_kinds_and_end_when_dropped() {
    let timeline = Timeline::new();
    let lane = timeline.lane("main");
    let outer = lane.span("outer");
    drop(lane.wait(String::from("inner")));
    lane.io("read").end();
    outer.end();
    lane.instant("after");
    let row = timeline.chart().lanes.remove(0);
    let kinds: Vec<(&str, SpanKind)> = row.spans.iter().map(|span| (&*span.label, span.kind)).collect();
    assert_eq!(kinds, [("outer", SpanKind::Run), ("inner", SpanKind::Wait), ("read", SpanKind::Io)]);
    assert!(row.spans.iter().all(|span| span.start <= span.end && span.end <= row.spans[0].end));
    assert!(row.spans[1].end <= row.spans[2].start);
    assert_eq!(row.instants[0].label, "after");
    assert!(row.instants[0].at >= row.spans[0].end);
}

#[test]
fn times_are_the_clocks() {
    let now = Arc::new(AtomicU64::new(3));
    let clock = now.clone();
    let timeline = Timeline::with_clock(move || Duration::from_nanos(clock.load(Ordering::Relaxed)));
    let (a, b) = (timeline.lane("a"), timeline.lane("b"));
    let at = |ns| now.store(ns, Ordering::Relaxed);
    let span = a.wait("closed");
    let _open = b.io("open");
    at(5);
    a.instant("instant");
    at(7);
    a.arrow(&b, "arrow");
    at(9);
    span.end();
    at(12);
    let ns = Duration::from_nanos;
    let mut expected = Chart::default();
    expected.lane("a").span(SpanKind::Wait, ns(3)..ns(9), "closed").instant(ns(5), "instant");
    expected.lane("b").span(SpanKind::Io, ns(3)..ns(12), "open");
    expected.arrow(ns(7), 0, 1, "arrow");
    assert_eq!(timeline.chart(), expected);
}

#[test]
fn a_panic_ends_its_spans() {
    let timeline = Timeline::new();
    let lane = timeline.lane("main");
    let result = panic::catch_unwind(AssertUnwindSafe(|| {
        let _span = lane.span("fails");
        panic::resume_unwind(Box::new("on purpose"));
    }));
    assert!(result.is_err());
    lane.instant("after");
    // A span that is still open ends at the snapshot, so two snapshots differ; this one does not.
    let (first, second) = (timeline.chart(), timeline.chart());
    assert_eq!(first, second);
    assert!(first.lanes[0].spans[0].end <= first.lanes[0].instants[0].at);
}

#[test]
fn an_open_span_ends_at_the_snapshot() {
    let timeline = Timeline::new();
    let lane = timeline.lane("main");
    let _span = lane.span("open");
    lane.instant("now");
    let chart = timeline.chart();
    assert!(chart.lanes[0].spans[0].end >= chart.lanes[0].instants[0].at);
    assert_eq!(chart.end(), chart.lanes[0].spans[0].end);
}

#[test]
fn arrows_keep_their_lanes() {
    let timeline = Timeline::new();
    let (a, b) = (timeline.lane("a"), timeline.lane("b"));
    b.arrow(&a, "wakes");
    a.arrow(&b, "puts");
    a.arrow(&Timeline::new().lane("elsewhere"), "not recorded");
    let mut chart = timeline.chart();
    chart.arrows.sort_by_key(|arrow| arrow.at);
    let ends: Vec<_> = chart.arrows.iter().map(|arrow| (arrow.from, arrow.to, &*arrow.label)).collect();
    assert!(ends == [(1, 0, "wakes"), (0, 1, "puts")] || ends == [(0, 1, "puts"), (1, 0, "wakes")]);
}

#[test]
fn a_snapshot_has_no_arrow_to_a_lane_that_is_newer() {
    static TIMELINE: OnceLock<Timeline> = OnceLock::new();
    let armed = Arc::new(AtomicBool::new(false));
    let arm = armed.clone();
    // Called in the middle of a snapshot, when the list of lanes has been read and the second one not yet.
    let timeline = TIMELINE.get_or_init(|| {
        Timeline::with_clock(move || {
            if armed.swap(false, Ordering::Relaxed)
                && let Some(timeline) = TIMELINE.get()
            {
                timeline.lane("second").arrow(&timeline.lane("newer"), "wakes");
            }
            Duration::ZERO
        })
    });
    timeline.lane("first");
    timeline.lane("second");
    arm.store(true, Ordering::Relaxed);
    let chart = timeline.chart();
    assert_eq!((chart.lanes.len(), chart.arrows.len()), (2, 0));
    assert_eq!(timeline.chart().arrows.len(), 1);
}

#[test]
fn a_guard_may_outlive_the_timeline() {
    let span = Timeline::new().lane("main").span("late");
    span.end();
}

#[test]
fn threads_record_at_once() {
    let timeline = Timeline::new();
    let shared = timeline.lane("shared");
    thread::scope(|scope| {
        for n in 0..4 {
            let (timeline, shared) = (timeline.clone(), shared.clone());
            scope.spawn(move || {
                let own = timeline.lane(&format!("own {n}"));
                for _ in 0..200 {
                    let _own = own.span("own");
                    let _shared = shared.span("shared");
                    own.instant("here");
                    own.arrow(&shared, "there");
                }
            });
        }
        // Snapshots meanwhile are whole.
        for _ in 0..20 {
            let chart = timeline.chart();
            assert!(chart.arrows.iter().all(|arrow| arrow.to == 0 && arrow.from < chart.lanes.len()));
        }
    });
    let chart = timeline.chart();
    assert_eq!(chart.lanes.len(), 5);
    assert_eq!(chart.lanes[0].spans.len(), 800);
    assert!(chart.lanes[1..].iter().all(|lane| lane.spans.len() == 200 && lane.instants.len() == 200));
    assert_eq!(chart.arrows.len(), 800);
    assert!(chart.end() > Duration::ZERO);
}
