//! One row: which span is seen in which cell, and which labels fit inside.

use crate::{
    Kind, Row,
    axis::Scale,
    label::{tidy, width},
};
use std::{cmp::Reverse, collections::HashSet};

/// The cells of a row, each with the index of its span, and the labels inside.
pub(crate) struct Bars {
    pub cells: Vec<Option<usize>>,
    pub labels: Vec<Inside>,
}

/// The label of a span inside its bar.
pub(crate) struct Inside {
    pub span: usize,
    /// The first cell of the text.
    pub cell: usize,
    pub text: String,
    /// Is there room for a blank on either side of it?
    pub blanks: bool,
}

impl Bars {
    /// `crossed` says where an arrow goes through the row: no label goes there.
    pub fn new(lane: &Row, scale: &Scale, crossed: impl Fn(usize) -> bool, unicode: bool) -> Bars {
        let cells = paint(lane, scale);
        let breaks: Vec<bool> = (0..cells.len()).map(crossed).collect();
        let mut labels: Vec<Inside> = Vec::new();
        let mut labelled = HashSet::new();
        let mut start = 0;
        while start < cells.len() {
            let same = |cell: &usize| cells[*cell] == cells[start] && !breaks[*cell];
            let end = (start + 1..cells.len()).find(|cell| !same(cell)).unwrap_or(cells.len());
            if let Some(span) = cells[start].filter(|span| !labelled.contains(span)) {
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

/// Which span is seen where. A later start is in front. What is shorter than a cell still gets one, in front
/// of all else; only a wait that short stays behind: it says that no time was lost.
fn paint(lane: &Row, scale: &Scale) -> Vec<Option<usize>> {
    let range = |n: usize| {
        let span = &lane.spans[n];
        (scale.border(span.start), scale.border(span.end))
    };
    let mut order: Vec<usize> = (0..lane.spans.len()).collect();
    order.sort_by_key(|&n| {
        let (span, (start, end)) = (&lane.spans[n], range(n));
        let rank = match (start < end, span.kind) {
            (true, _) => 1,
            (false, Kind::Wait) => 0,
            (false, _) => 2,
        };
        (rank, span.start, Reverse(span.end))
    });
    let mut cells = vec![None; scale.columns];
    for n in order {
        let (start, end) = range(n);
        let start = start.min(scale.columns - 1);
        cells[start..end.max(start + 1)].fill(Some(n));
    }
    cells
}
