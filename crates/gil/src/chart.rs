//! A picture of what happened around a GIL: which thread held it, which waited, which was in input or output.

use std::collections::BTreeMap;
use std::time::Duration;

use ungil_timeline::{Chart, Kind};

use crate::{Event, GilEvent, Record};

/// Draws a record: a lane for each thread, and an arrow for each request to drop the GIL and for each switch to a thread
/// that has waited for the GIL. A span that has not ended ends at the last event.
pub fn chart(name: &str, record: &Record) -> Chart {
    let mut chart = Chart::new(name);
    let lanes: BTreeMap<usize, usize> = record.names.keys().copied().zip(0..).collect();
    for name in record.names.values() {
        // Lanes are found by number, as two threads may have the same name.
        chart.lanes.push(ungil_timeline::Row { name: name.clone(), ..Default::default() });
    }
    let mut open: BTreeMap<(usize, Does), Duration> = BTreeMap::new();
    let mut released_by = None;
    for &Event { at, thread, what } in &record.events {
        let Some(&lane) = lanes.get(&thread) else { continue };
        let mut begin = |does| {
            open.insert((lane, does), at);
        };
        let mut ended = None;
        match what {
            GilEvent::Waits => begin(Does::Waits),
            GilEvent::Takes => {
                begin(Does::Runs);
                ended = Some(Does::Waits);
            }
            GilEvent::Releases => {
                ended = Some(Does::Runs);
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
            GilEvent::SwitchBegins => begin(Does::Switches),
            GilEvent::SwitchEnds => ended = Some(Does::Switches),
            GilEvent::Leaves => begin(Does::Io),
            GilEvent::Returns => ended = Some(Does::Io),
        }
        let Some(does) = ended else { continue };
        if let Some(since) = open.remove(&(lane, does)) {
            chart.lanes[lane].span(does.kind(), since..at, does.label());
            // A thread that has not waited found the GIL free: that is no switch.
            if let (Does::Waits, Some(from)) = (does, released_by.filter(|from| *from != lane)) {
                chart.arrow(at, from, lane, "switch");
            }
        }
    }
    let end = record.events.last().map_or(Duration::ZERO, |event| event.at);
    for ((lane, does), since) in open {
        chart.lanes[lane].span(does.kind(), since..end, does.label());
    }
    chart
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Does {
    Runs,
    Waits,
    Switches,
    Io,
}

impl Does {
    fn kind(self) -> Kind {
        match self {
            Does::Runs => Kind::Run,
            Does::Waits | Does::Switches => Kind::Wait,
            Does::Io => Kind::Io,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Does::Runs => "has the GIL",
            Does::Waits => "waits",
            Does::Switches => "stands back",
            Does::Io => "I/O",
        }
    }
}
