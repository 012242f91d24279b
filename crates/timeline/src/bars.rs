//! One row: what each cell shows, and which labels fit inside the bars.

use crate::{
    Row, Span, SpanKind,
    axis::Scale,
    label::{tidy, width},
};
use std::{cmp::Reverse, collections::HashSet, ops::Range, time::Duration};

/// The cells of a row, and the labels inside its bars.
pub(crate) struct Bars {
    pub cells: Vec<Cell>,
    pub labels: Vec<Inside>,
}

/// What a cell shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Empty,
    /// A part of the span with this index.
    Span(usize),
    /// Too many spans to tell apart.
    Crowd(Share),
}

/// The eighths of a cell's time that each kind has, in the order of [`SpanKind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share([u8; 3]);

impl Share {
    pub fn of(&self, kind: SpanKind) -> u8 {
        self.0[kind as usize]
    }

    /// The kind with the largest share; `None` if nearly all of the cell is empty.
    pub fn most(&self) -> Option<SpanKind> {
        let kinds = [SpanKind::Io, SpanKind::Wait, SpanKind::Run];
        kinds.into_iter().max_by_key(|kind| self.of(*kind)).filter(|kind| self.of(*kind) > 0)
    }
}

/// The label of a span inside its bar.
pub(crate) struct Inside {
    pub span: usize,
    /// The first cell of the text.
    pub cell: usize,
    pub text: String,
    /// Whether there is room for a blank on either side of the text.
    pub blanks: bool,
}

impl Bars {
    /// `crossed` says in which cells an arrow crosses the row: these get no label.
    pub fn new(lane: &Row, scale: &Scale, crossed: impl Fn(usize) -> bool, unicode: bool) -> Bars {
        let mut cells = paint(lane, scale);
        for (cell, share) in crowds(lane, scale) {
            cells[cell] = Cell::Crowd(share);
        }
        let breaks: Vec<bool> = (0..cells.len()).map(crossed).collect();
        let mut labels: Vec<Inside> = Vec::new();
        let mut labelled = HashSet::new();
        let mut start = 0;
        while start < cells.len() {
            let same = |cell: &usize| cells[*cell] == cells[start] && !breaks[*cell];
            let end = (start + 1..cells.len()).find(|cell| !same(cell)).unwrap_or(cells.len());
            if let Cell::Span(span) = cells[start]
                && !labelled.contains(&span)
            {
                let text = tidy(&lane.spans[span].label, unicode);
                // One cell of the bar on either side, and a blank too where there is room.
                let spare = (end - start).checked_sub(width(&text) + 2);
                if let Some(spare) = spare.filter(|_| !text.is_empty()) {
                    let blanks = spare >= 2;
                    labels.push(Inside { span, cell: start + 1 + usize::from(blanks), text, blanks });
                    labelled.insert(span);
                }
            }
            start = end;
        }
        Bars { cells, labels }
    }
}

/// Which span each cell shows. The span that starts later is in front. A span shorter than a cell still gets a
/// cell, in front of all others; only such a short wait stays behind, because it cost no time.
fn paint(lane: &Row, scale: &Scale) -> Vec<Cell> {
    let range = |n: usize| {
        let span = &lane.spans[n];
        (scale.border(span.start), scale.border(span.end))
    };
    let mut order: Vec<usize> = (0..lane.spans.len()).collect();
    order.sort_by_key(|&n| {
        let (span, (start, end)) = (&lane.spans[n], range(n));
        let rank = match (start < end, span.kind) {
            (true, _) => 1,
            (false, SpanKind::Wait) => 0,
            (false, _) => 2,
        };
        (rank, span.start, Reverse(span.end))
    });
    let mut cells = vec![Cell::Empty; scale.columns];
    for n in order {
        let (start, end) = range(n);
        let start = start.min(scale.columns - 1);
        cells[start..end.max(start + 1)].fill(Cell::Span(n));
    }
    cells
}

/// The cells in which two or more spans begin and end, and how their time is divided.
fn crowds(lane: &Row, scale: &Scale) -> Vec<(usize, Share)> {
    let mut inside = vec![0; scale.columns];
    for span in &lane.spans {
        let cell = scale.cell_around(span.start);
        inside[cell] += usize::from(cell == scale.cell_around(span.end.max(span.start)));
    }
    if inside.iter().all(|spans| *spans < 2) {
        return Vec::new();
    }
    let mut eighths = vec![[0.0; 3]; scale.columns];
    for (kind, range) in seen(lane) {
        let (first, last) = (scale.cell_around(range.start), scale.cell_around(range.end));
        for (cell, of_kinds) in (first..).zip(&mut eighths[first..=last]) {
            of_kinds[kind as usize] += scale.eighths(cell, &range);
        }
    }
    let crowded = (0..scale.columns).filter(|cell| inside[*cell] > 1);
    crowded.map(|cell| (cell, Share(eighths[cell].map(|time: f64| time.round() as u8)))).collect()
}

/// The kind of the span in front, over time.
fn seen(lane: &Row) -> Vec<(SpanKind, Range<Duration>)> {
    let mut order: Vec<&Span> = lane.spans.iter().collect();
    order.sort_by_key(|span| (span.start, Reverse(span.end)));
    let mut seen = Vec::new();
    // The spans that have begun; the last is in front.
    let mut open: Vec<&Span> = Vec::new();
    let mut now = Duration::ZERO;
    for next in order.into_iter().map(Some).chain([None]) {
        let until = next.map_or(Duration::MAX, |span| span.start);
        while let Some(front) = open.last()
            && now < until
        {
            let end = front.end.min(until);
            if now < end {
                seen.push((front.kind, now..end));
                now = end;
            }
            if front.end <= until {
                open.pop();
            }
        }
        now = until;
        open.extend(next);
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn the_later_start_is_seen_and_what_is_behind_it_again_after_it() {
        let mut lane = Row::default();
        lane.span(SpanKind::Wait, ms(0)..ms(10), "").span(SpanKind::Run, ms(2)..ms(6), "");
        lane.span(SpanKind::Io, ms(4)..ms(5), "").span(SpanKind::Run, ms(8)..ms(12), "").span(
            SpanKind::Io,
            ms(9)..ms(3),
            "",
        );
        let expected = [
            (SpanKind::Wait, ms(0)..ms(2)),
            (SpanKind::Run, ms(2)..ms(4)),
            (SpanKind::Io, ms(4)..ms(5)),
            (SpanKind::Run, ms(5)..ms(6)),
            (SpanKind::Wait, ms(6)..ms(8)),
            (SpanKind::Run, ms(8)..ms(9)),
            (SpanKind::Run, ms(9)..ms(12)),
        ];
        assert_eq!(seen(&lane), expected);
    }

    #[test]
    fn what_is_shorter_than_a_cell_is_in_front_but_a_wait() {
        let mut lane = Row::default();
        lane.span(SpanKind::Run, ms(0)..ms(100), "").span(SpanKind::Wait, ms(10)..ms(11), "");
        lane.span(SpanKind::Io, ms(60)..ms(61), "");
        let bars = Bars::new(&lane, &Scale::new(ms(0)..ms(100), 4), |_| false, true);
        assert_eq!(bars.cells, [0, 0, 2, 0].map(Cell::Span));
    }

    #[test]
    fn many_spans_in_a_cell_become_shares() {
        let mut lane = Row::default();
        for n in [0, 4, 8, 12] {
            lane.span(SpanKind::Run, ms(n)..ms(n + 1), "").span(SpanKind::Wait, ms(n + 1)..ms(n + 4), "");
        }
        lane.span(SpanKind::Run, ms(15)..ms(20), "").span(SpanKind::Io, ms(20)..ms(24), "");
        let bars = Bars::new(&lane, &Scale::new(ms(0)..ms(24), 3), |_| false, true);
        assert_eq!(bars.cells, [Cell::Crowd(Share([2, 6, 0])), Cell::Crowd(Share([3, 5, 0])), Cell::Span(9)]);
        assert_eq!(Share([2, 6, 0]).most(), Some(SpanKind::Wait));
        assert_eq!(Share([4, 4, 0]).most(), Some(SpanKind::Run));
        assert_eq!(Share([0, 0, 0]).most(), None);
    }
}
