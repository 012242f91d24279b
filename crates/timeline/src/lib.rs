//! Record what threads do, and draw it: a Gantt chart in the terminal, as SVG, or for Perfetto.
//!
//! A [`Timeline`] has named lanes. A [`Lane`] records spans (it runs, waits, is in I/O), instants, and arrows to
//! other lanes. [`Timeline::show`] draws them. [`Timeline::chart`] returns them as plain data, a [`Chart`], to
//! [zoom](Chart::range) into and to draw: [`Chart::text`], [`Chart::svg`], [`Chart::chrome_trace`]. For simulated
//! time, give the timeline [a clock](Timeline::with_clock), or build the chart by hand.
//!
//! ```
//! use std::thread;
//! use ungil_timeline::{Style, Timeline};
//!
//! let timeline = Timeline::new();
//! let (main, worker) = (timeline.lane("main"), timeline.lane("Thread-1"));
//! thread::scope(|scope| {
//!     let thread = scope.spawn(|| {
//!         let _span = worker.span("working");
//!         worker.instant("half of it");
//!         worker.arrow(&main, "wakes");
//!     });
//!     let _wait = main.wait("join");
//!     thread.join().unwrap();
//! });
//! let chart = timeline.chart();
//! assert_eq!(chart.lanes[1].spans[0].label, "working");
//! assert!(chart.text(&Style::default()).contains("Thread-1"));
//! timeline.show("threads");
//! ```
//!
//! Recording is cheap enough to leave in: a span costs 100 to 200 ns, of which 50 go into reading the clock
//! twice, and an instant or an arrow 50 to 100 ns; without optimisation twice that (`cargo run --release
//! --example cost`). Recording takes only the lock of the lane. Events stay in memory, about 100 bytes each,
//! until the timeline is dropped.
//!
//! To read: [`Timeline`] and [`Lane`] record; [`Chart`] is the data; `axis.rs` maps time to columns, `layout.rs`,
//! `bars.rs` and `gap.rs` place bars, labels and arrows, `text.rs` (on `canvas.rs`) and `svg.rs` draw, `trace.rs`
//! exports; `show.rs` prints the picture or writes its files.

#![forbid(unsafe_code)]

mod axis;
mod bars;
mod canvas;
mod chart;
mod gap;
mod label;
mod layout;
mod recorder;
mod show;
mod style;
mod svg;
mod text;
mod trace;

pub use chart::{Arrow, Chart, Moment, Row, Span, SpanKind, Unit};
pub use recorder::{Lane, SpanGuard, Timeline};
pub use style::Style;
