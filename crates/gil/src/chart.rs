//! A record as a picture: which thread held the GIL, which waited, which was in input or output.

use std::collections::BTreeMap;
use std::time::Duration;

use ungil_timeline::{Chart, SpanKind};

use crate::{GilEvent, Record, TimedEvent};

/// Draws a record: a lane for each thread, and an arrow for each request to drop the GIL and for each switch to a thread
/// that has waited for the GIL. A span that has not ended ends at the last event.
pub fn chart(name: &str, record: &Record) -> Chart {
    let mut chart = Chart::new(name);
    let lanes: BTreeMap<usize, usize> = record.names.keys().copied().zip(0..).collect();
    for name in record.names.values() {
        // Lanes are found by number, as two threads may have the same name.
        chart.lanes.push(ungil_timeline::Row { name: name.clone(), ..Default::default() });
    }
    let mut open: BTreeMap<(usize, Activity), Duration> = BTreeMap::new();
    let mut released_by = None;
    for &TimedEvent { at, thread, what } in &record.events {
        let Some(&lane) = lanes.get(&thread) else { continue };
        let mut begin = |activity| {
            open.insert((lane, activity), at);
        };
        let mut ended = None;
        match what {
            GilEvent::Waits => begin(Activity::Waits),
            GilEvent::Takes => {
                begin(Activity::Runs);
                ended = Some(Activity::Waits);
            }
            GilEvent::Releases => {
                ended = Some(Activity::Runs);
                released_by = Some(lane);
            }
            GilEvent::WakesInVain => {
                chart.lanes[lane].instant(at, "in vain");
            }
            GilEvent::Requests { of } => {
                if let Some(&holder) = lanes.get(&of) {
                    chart.arrow(at, lane, holder, "request");
                }
            }
            GilEvent::SwitchBegins => begin(Activity::Switches),
            GilEvent::SwitchEnds => ended = Some(Activity::Switches),
            GilEvent::Leaves => begin(Activity::Io),
            GilEvent::Returns => ended = Some(Activity::Io),
        }
        let Some(activity) = ended else { continue };
        if let Some(since) = open.remove(&(lane, activity)) {
            chart.lanes[lane].span(activity.kind(), since..at, activity.label());
            // A thread that has not waited found the GIL free: that is no switch.
            if let (Activity::Waits, Some(from)) = (activity, released_by.filter(|from| *from != lane)) {
                chart.arrow(at, from, lane, "switch");
            }
        }
    }
    let end = record.events.last().map_or(Duration::ZERO, |event| event.at);
    for ((lane, activity), since) in open {
        chart.lanes[lane].span(activity.kind(), since..end, activity.label());
    }
    chart
}

/// What a thread does during a span.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Activity {
    Runs,
    Waits,
    Switches,
    Io,
}

impl Activity {
    fn kind(self) -> SpanKind {
        match self {
            Activity::Runs => SpanKind::Run,
            Activity::Waits | Activity::Switches => SpanKind::Wait,
            Activity::Io => SpanKind::Io,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Activity::Runs => "has the GIL",
            Activity::Waits => "waits",
            Activity::Switches => "stands back",
            Activity::Io => "I/O",
        }
    }
}
