//! The data of a picture, independent of any clock.

use std::{borrow::Cow, ops::Range, time::Duration};

/// A timeline to draw: a snapshot of a [`Timeline`](crate::Timeline), or built by hand in virtual time.
///
/// Times count from any zero: the start of a program, or the start of a simulation, as [`Duration::from_nanos`]
/// of its clock. Nothing has to be sorted, and no value is refused: a span that ends before it starts is drawn as
/// empty, an arrow that names no lane is left out.
///
/// ```
/// use std::time::Duration;
/// use ungil_timeline::{Chart, SpanKind, Style};
///
/// let ms = Duration::from_millis;
/// let mut chart = Chart::new("switch");
/// chart.lane("A").span(SpanKind::Run, ms(0)..ms(5), "holds the GIL");
/// chart.lane("B").span(SpanKind::Wait, ms(0)..ms(5), "waits");
/// chart.lane("B").span(SpanKind::Run, ms(5)..ms(9), "holds it");
/// chart.arrow(ms(5), 0, 1, "drops");
/// print!("{}", chart.text(&Style::default()));
///
/// // A part of it, as wide as the whole was.
/// chart.range = Some(ms(4)..ms(6));
/// print!("{}", chart.text(&Style::default()));
/// ```
///
/// A column with many short spans shows how much of its time the lane ran, and more arrows than half the columns are
/// only counted. A [range](Chart::range) shows them again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chart {
    /// The title; also the name of the files that [`Chart::show`] writes. May be empty.
    pub name: String,
    /// What the times are.
    pub unit: Unit,
    /// The rows from top to bottom.
    pub lanes: Vec<Row>,
    /// The arrows from lane to lane.
    pub arrows: Vec<Arrow>,
    /// The part of the time that is drawn: a zoom. `None` is all of it, from zero to [`Chart::end`].
    pub range: Option<Range<Duration>>,
}

/// What the times of a [`Chart`] are: it decides only how they are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// Time, written in s, ms, µs or ns.
    #[default]
    Time,
    /// Steps of a program without a clock: one nanosecond of the data is one step.
    Steps,
}

/// One row of a [`Chart`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The name at the left.
    pub name: String,
    /// The bars. Where two overlap, the one that starts later is in front.
    pub spans: Vec<Span>,
    /// The points in time, drawn as dots above the bars.
    pub instants: Vec<Moment>,
}

/// A bar: from when to when, and what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// When the span begins.
    pub start: Duration,
    /// When the span ends.
    pub end: Duration,
    /// The text in the bar, or near it if the bar is short. May be empty.
    pub label: String,
    /// How it is drawn.
    pub kind: SpanKind,
}

/// What a lane does during a span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SpanKind {
    /// It runs: a solid bar.
    #[default]
    Run,
    /// It waits for another lane: the lightest bar.
    Wait,
    /// It is in a read, a write or a sleep: a bar between the two.
    Io,
}

/// An instant: a point in time with a label. (`Instant` is the name of a reading of std's clock.)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: Duration,
    /// What happened. May be empty.
    pub label: String,
}

/// An arrow from one lane to another at one moment: a wake-up, a hand-off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// When.
    pub at: Duration,
    /// The lane where the arrow begins, an index into [`Chart::lanes`].
    pub from: usize,
    /// The lane that the arrow points to. An arrow from a lane to itself is drawn as an instant.
    pub to: usize,
    /// The text beside the arrow. May be empty.
    pub label: String,
}

impl Chart {
    /// An empty chart.
    pub fn new(name: impl Into<String>) -> Chart {
        Chart { name: name.into(), ..Chart::default() }
    }

    /// The lane of this name. Added below the other lanes if there is none yet.
    pub fn lane(&mut self, name: &str) -> &mut Row {
        let index = self.lanes.iter().position(|lane| lane.name == name).unwrap_or_else(|| {
            self.lanes.push(Row { name: name.into(), ..Row::default() });
            self.lanes.len() - 1
        });
        &mut self.lanes[index]
    }

    /// Adds an arrow between two lanes, given by their indices.
    pub fn arrow(&mut self, at: Duration, from: usize, to: usize, label: impl Into<String>) -> &mut Chart {
        self.arrows.push(Arrow { at, from, to, label: label.into() });
        self
    }

    /// The time of the last span's end, instant or arrow.
    pub fn end(&self) -> Duration {
        let spans = self.lanes.iter().flat_map(|lane| &lane.spans).map(|span| span.start.max(span.end));
        let instants = self.lanes.iter().flat_map(|lane| &lane.instants).map(|moment| moment.at);
        let arrows = self.arrows.iter().map(|arrow| arrow.at);
        spans.chain(instants).chain(arrows).max().unwrap_or_default()
    }

    /// The range that is drawn, and the chart with the spans, instants and arrows in that range.
    pub(crate) fn drawn(&self) -> (Range<Duration>, Cow<'_, Chart>) {
        let Some(range) = self.range.clone() else {
            return (Duration::ZERO..self.end(), Cow::Borrowed(self));
        };
        let mut chart = self.clone();
        for lane in &mut chart.lanes {
            // A span that only touches an edge is left out, unless the span is empty.
            lane.spans.retain(|span| match span.end.max(span.start) {
                end if end == span.start => range.contains(&end),
                end => span.start < range.end && range.start < end,
            });
            lane.instants.retain(|moment| range.start <= moment.at && moment.at <= range.end);
        }
        chart.arrows.retain(|arrow| range.start <= arrow.at && arrow.at <= range.end);
        (range, Cow::Owned(chart))
    }
}

impl Row {
    /// Adds a bar.
    pub fn span(&mut self, kind: SpanKind, time: Range<Duration>, label: impl Into<String>) -> &mut Row {
        self.spans.push(Span { start: time.start, end: time.end, label: label.into(), kind });
        self
    }

    /// Adds a point in time.
    pub fn instant(&mut self, at: Duration, label: impl Into<String>) -> &mut Row {
        self.instants.push(Moment { at, label: label.into() });
        self
    }
}
