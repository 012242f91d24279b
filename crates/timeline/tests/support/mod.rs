//! Charts built by hand, that several tests draw.
#![allow(dead_code, reason = "no test uses all of them")]

use std::time::Duration;
use ungil_timeline::{Chart, SpanKind, Unit};

pub fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// Threads that start, work, sleep and wake one another: everything that can be drawn.
pub fn countdown() -> Chart {
    let mut chart = Chart::new("countdown");
    chart
        .lane("main")
        .span(SpanKind::Run, ms(0)..ms(4), "start")
        .span(SpanKind::Wait, ms(4)..ms(95), "join Thread-1")
        .span(SpanKind::Run, ms(95)..ms(105), "print");
    chart
        .lane("Thread-1")
        .span(SpanKind::Run, ms(5)..ms(30), "working")
        .span(SpanKind::Io, ms(30)..ms(60), "sleep")
        .span(SpanKind::Run, ms(60)..ms(95), "working")
        .instant(ms(20), "4 left")
        .instant(ms(23), "3 left")
        .instant(ms(29), "2 left")
        .instant(ms(70), "1 left")
        .instant(ms(95), "done");
    chart
        .lane("Thread-2")
        .span(SpanKind::Run, ms(9)..ms(30), "working")
        .span(SpanKind::Run, ms(30)..ms(50), "again")
        .span(SpanKind::Run, ms(50)..ms(51), "tiny");
    chart.arrow(ms(4), 0, 1, "starts").arrow(ms(8), 0, 2, "starts");
    chart.arrow(ms(50), 2, 0, "puts").arrow(ms(95), 1, 0, "wakes");
    chart
}

/// A GIL that goes round three threads.
pub fn gil() -> Chart {
    let mut chart = Chart::new("gil");
    let names = ["Thread-1", "Thread-2", "Thread-3"];
    let (mut now, mut holder) = (0, 0);
    for length in [5, 7, 6, 8, 5, 9, 6, 5] {
        for (n, name) in names.into_iter().enumerate() {
            let (kind, label) = match n {
                _ if n == holder => (SpanKind::Run, "holds"),
                2 if now < 20 => (SpanKind::Io, "read"),
                _ => (SpanKind::Wait, "waits"),
            };
            chart.lane(name).span(kind, ms(now)..ms(now + length), label);
        }
        let next = (holder + 1) % 3;
        now += length;
        chart.lane(names[next]).instant(ms(now - 2), "drop request");
        chart.arrow(ms(now), holder, next, "switch");
        holder = next;
    }
    chart
}

/// Two threads that compute and one that answers, for seconds: far more switches than columns.
pub fn convoy() -> Chart {
    let mut chart = Chart::new("convoy");
    let names = ["spin-1", "spin-2", "echo"];
    let us = Duration::from_micros;
    let (mut now, mut holder) = (0, 0);
    for turn in 0..700 {
        let end = now + if holder == 2 { 120 } else { 5000 };
        for (n, name) in names.into_iter().enumerate() {
            let (kind, label) = match n {
                _ if n == holder => (SpanKind::Run, "holds"),
                // The client stops after half of the time.
                2 if turn % 8 < 3 || turn > 350 => (SpanKind::Io, "recv"),
                _ => (SpanKind::Wait, "waits"),
            };
            chart.lane(name).span(kind, us(now)..us(end), label);
        }
        let next = match holder {
            2 => turn / 8 % 2,
            _ if turn % 8 == 6 && turn < 350 => 2,
            _ => 1 - holder,
        };
        chart.arrow(us(end - 20), next, holder, "drop request").arrow(us(end), holder, next, "switch");
        (now, holder) = (end, next);
    }
    chart
}

/// A part of it.
pub fn zoomed() -> Chart {
    Chart { name: "zoomed".into(), range: Some(ms(480)..ms(510)), ..convoy() }
}

/// Six lanes with short jobs, in steps of a machine without a clock.
pub fn pool() -> Chart {
    let mut chart = Chart::new("pool");
    chart.unit = Unit::Steps;
    let step = Duration::from_nanos;
    for n in 0..6 {
        for job in 0..6 {
            let start = (job * 7 + n * 3) % 9 + job * 10;
            let kind = if job % 4 == 3 { SpanKind::Io } else { SpanKind::Run };
            let label = format!("job {}", 6 * n + job);
            chart.lane(&format!("worker-{n}")).span(
                kind,
                step(start)..step(start + 2 + (job * n) % 6),
                label,
            );
        }
    }
    chart
}

/// Labels and times that no program should have.
pub fn nasty() -> Chart {
    let mut chart = Chart::new("a < b & \"c\"\n\n    'd' \u{1b}[31m \u{202e}");
    chart
        .lane("日本語のとても長い名前です本当に長い名前です")
        .span(SpanKind::Run, ms(0)..ms(50), "日本 🎉 party\n\n    <b>")
        .span(SpanKind::Wait, ms(50)..ms(20), "")
        .span(SpanKind::Run, ms(50)..ms(50), "zero")
        .instant(ms(50), "")
        .instant(ms(10), "a\nb\x1b[31m\t\0")
        .instant(ms(10), "👩‍👩‍👧 ❤️ 🇩🇪 e\u{301}")
        .instant(ms(10), "]]> --> <!-- &amp;");
    chart
        .lane("")
        .span(SpanKind::Io, ms(10)..ms(40), "<&>\"'\u{fffe}\u{ffff}")
        .span(SpanKind::Run, ms(12)..ms(13), "\u{301}\u{200b}")
        .instant(ms(41), "a label that is longer than any line that anybody would want to read ".repeat(9));
    chart.lane(&"long ".repeat(99)).span(SpanKind::Run, ms(3)..ms(3), "漢");
    chart.arrow(ms(1), 0, 7, "to nowhere").arrow(ms(30), 1, 1, "to itself").arrow(ms(50), 2, 0, "漢字\n\n");
    chart
}

/// Far more than fits.
pub fn dense() -> Chart {
    let mut chart = Chart::new("dense");
    for n in 0..3000 {
        let (start, end) = (Duration::from_micros(n * 20), Duration::from_micros(n * 20 + 20));
        let lane = (n % 3) as usize;
        let kind = [SpanKind::Run, SpanKind::Wait, SpanKind::Io][(n / 3 % 3) as usize];
        chart
            .lane(["a", "b", "c"][lane])
            .span(kind, start..end, format!("job {n}"))
            .instant(start, format!("{n}"));
        chart.arrow(start, lane, (lane + 1) % 3, format!("to {n}"));
    }
    chart
}

/// Nothing, a lane without anything, and what lasts no time or all of it.
pub fn edges() -> Vec<Chart> {
    let mut lane = Chart::new("");
    lane.lane("alone");
    let mut zero = Chart::new("zero");
    zero.lane("x").span(SpanKind::Run, ms(0)..ms(0), "run").instant(ms(0), "at once");
    let mut longest = Chart::new("longest");
    longest
        .lane("x")
        .span(SpanKind::Wait, Duration::ZERO..Duration::MAX, "wait")
        .instant(Duration::MAX, "end");
    let mut many = Chart::new("many");
    for n in 0..30 {
        many.lane(&format!("lane {n}")).span(SpanKind::Run, ms(n)..ms(n + 3), "x");
    }
    many.arrow(ms(15), 0, 29, "down").arrow(ms(15), 29, 0, "up");
    vec![Chart::default(), Chart::new("empty"), lane, zero, longest, many]
}

pub fn all() -> Vec<Chart> {
    let mut charts = vec![countdown(), gil(), pool(), convoy(), zoomed(), nasty(), dense()];
    charts.extend(edges());
    charts
}
