//! The places of bars, labels and arrows, in cells. The terminal's picture and the SVG share them.
//!
//! A picture is rows of bars with gaps above them. Bars and their labels are in the rows; the labels that do not
//! fit there, the moments and the arrows are in the gaps ([`crate::gap`]). A text without a place becomes a note.

use crate::{
    Chart, Span,
    axis::{self, Scale},
    bars::{Bars, Cell},
    gap::{Flag, Gap, Mark},
    label::{cut, tidy},
};
use std::{
    collections::HashSet,
    ops::{ControlFlow, Range, RangeInclusive},
    time::Duration,
};

/// How many notes are listed under the picture before "… and 12 more".
const NOTES: usize = 5;
/// With more rows than this, an empty gap takes no line.
const AIRY: usize = 8;

pub(crate) struct Layout {
    pub scale: Scale,
    pub rows: Vec<Bars>,
    /// `gaps[n]` is above `rows[n]`.
    pub gaps: Vec<Gap>,
    pub arrows: Vec<Connector>,
    pub notes: Vec<String>,
}

/// An arrow that has a column.
pub(crate) struct Connector {
    /// The index of the arrow in the chart.
    pub arrow: usize,
    pub cell: usize,
    pub from: usize,
    pub to: usize,
}

impl Connector {
    /// The gaps that the arrow goes through.
    pub fn gaps(&self) -> RangeInclusive<usize> {
        self.from.min(self.to) + 1..=self.from.max(self.to)
    }

    /// Whether this row is between the arrow's ends.
    pub fn crosses(&self, row: usize) -> bool {
        self.from.min(self.to) < row && row < self.from.max(self.to)
    }
}

/// A text without a place in the picture: its time, its lane, the text.
type Note = (Duration, usize, String);

impl Layout {
    pub fn new(chart: &Chart, range: Range<Duration>, columns: usize, unicode: bool) -> Layout {
        let scale = Scale::new(range, columns);
        let mut gaps: Vec<Gap> = chart.lanes.iter().map(|_| Gap::new(scale.columns)).collect();
        let mut notes = Vec::new();
        let between: Vec<usize> = (0..chart.arrows.len()).filter(|n| is_between_lanes(chart, *n)).collect();
        let too_many = between.len() > scale.columns / 2;
        let arrows = if too_many {
            Vec::new()
        } else {
            connect(chart, &between, &scale, &mut gaps, &mut notes, unicode)
        };
        let mut rows = Vec::new();
        for (index, lane) in chart.lanes.iter().enumerate() {
            let crossed = |cell| arrows.iter().any(|arrow| arrow.cell == cell && arrow.crosses(index));
            let bars = Bars::new(lane, &scale, crossed, unicode);
            flag_lane(chart, index, &bars, &scale, &mut gaps[index], &mut notes, unicode);
            rows.push(bars);
        }
        label_arrows(chart, &arrows, &mut gaps, &mut notes, unicode);
        if gaps.len() <= AIRY {
            gaps.iter_mut().skip(1).for_each(|gap| gap.lines = gap.lines.max(1));
        }
        let mut notes = write_notes(chart, &rows, &gaps, notes, unicode);
        if too_many {
            let labels = between.iter().map(|n| tidy(&chart.arrows[*n].label, unicode));
            notes.insert(0, format!("too many arrows to draw: {}", join(labels)));
        }
        Layout { scale, rows, gaps, arrows, notes }
    }
}

/// Whether an arrow connects two lanes. An arrow from a lane to itself is drawn as a moment; an arrow to a
/// missing lane is not drawn.
fn is_between_lanes(chart: &Chart, n: usize) -> bool {
    let arrow = &chart.arrows[n];
    arrow.from != arrow.to && arrow.from.max(arrow.to) < chart.lanes.len()
}

/// Gives each of these arrows a column of its own, at its moment or up to two cells beside it.
fn connect(
    chart: &Chart,
    arrows: &[usize],
    scale: &Scale,
    gaps: &mut [Gap],
    notes: &mut Vec<Note>,
    unicode: bool,
) -> Vec<Connector> {
    let mut order = arrows.to_vec();
    order.sort_by_key(|&n| chart.arrows[n].at);
    let mut connectors = Vec::new();
    for n in order {
        let arrow = &chart.arrows[n];
        let mut connector =
            Connector { arrow: n, cell: scale.cell(arrow.at), from: arrow.from, to: arrow.to };
        let free = |cell: &usize| connector.gaps().all(|gap| gaps[gap].is_free(*cell));
        match nearest(connector.cell, scale.columns).find(free) {
            Some(cell) => {
                connector.cell = cell;
                connector.gaps().for_each(|gap| gaps[gap].pass(cell));
                connectors.push(connector);
            }
            None => notes.push((arrow.at, arrow.from, arrow_text(chart, n, unicode))),
        }
    }
    connectors
}

/// A cell and the two on either side of it.
pub(crate) fn nearest(cell: usize, columns: usize) -> impl Iterator<Item = usize> {
    [0, 1, -1, 2, -2]
        .into_iter()
        .filter_map(move |by| cell.checked_add_signed(by))
        .filter(move |cell| *cell < columns)
}

/// The moments of a lane, and the labels of its spans that did not fit into a bar: each such label once.
fn flag_lane(
    chart: &Chart,
    index: usize,
    bars: &Bars,
    scale: &Scale,
    gap: &mut Gap,
    notes: &mut Vec<Note>,
    unicode: bool,
) {
    let lane = &chart.lanes[index];
    let to_self = chart.arrows.iter().filter(|arrow| arrow.from == index && arrow.to == index);
    let mut moments: Vec<(Duration, &str)> = lane.instants.iter().map(|m| (m.at, &*m.label)).collect();
    moments.extend(to_self.map(|arrow| (arrow.at, &*arrow.label)));
    moments.sort();
    let mut flags: Vec<Flag> = Vec::new();
    for group in moments.chunk_by(|a, b| scale.cell(a.0) == scale.cell(b.0)) {
        let at = group[0].0;
        let text = join(group.iter().map(|(_, label)| tidy(label, unicode)));
        flags.push(Flag::new(Mark::Moment, at, scale.cell(at), cut(&text, scale.columns / 2, unicode)));
    }

    let mut seen: HashSet<&str> = bars.labels.iter().map(|label| &*lane.spans[label.span].label).collect();
    // No flag points into a crowd.
    let crowded = |span: &Span| matches!(bars.cells[scale.cell_around(span.start)], Cell::Crowd(_));
    let mut spans: Vec<_> = lane.spans.iter().collect();
    spans.sort_by_key(|span| (crowded(span), span.start));
    for span in spans {
        if !seen.insert(&span.label) {
            continue;
        }
        let text = cut(&tidy(&span.label, unicode), scale.columns / 2, unicode);
        if crowded(span) {
            notes.push((span.start, index, text));
        } else if !text.is_empty() {
            flags.push(Flag::new(Mark::Span, span.start, scale.cell(span.start), text));
        }
    }
    let homeless = gap.place(flags);
    notes.extend(homeless.into_iter().map(|flag| (flag.at, index, flag.text)));
}

/// `a, b x2, +3`: the labels within one cell.
fn join(labels: impl Iterator<Item = String>) -> String {
    let mut groups: Vec<(String, usize)> = Vec::new();
    for label in labels.filter(|label| !label.is_empty()) {
        match groups.iter_mut().find(|(text, _)| *text == label) {
            Some((_, times)) => *times += 1,
            None => groups.push((label, 1)),
        }
    }
    let more = groups.len().saturating_sub(3);
    let shown = groups.into_iter().take(3).map(|(text, times)| match times {
        1 => text,
        _ => format!("{text} x{times}"),
    });
    let more = (more > 0).then(|| format!("+{more}"));
    shown.chain(more).collect::<Vec<_>>().join(", ")
}

/// Places the labels of the arrows: next to the head, or else anywhere along the arrow.
fn label_arrows(chart: &Chart, arrows: &[Connector], gaps: &mut [Gap], notes: &mut Vec<Note>, unicode: bool) {
    for connector in arrows.iter().rev() {
        let arrow = &chart.arrows[connector.arrow];
        let text = cut(&tidy(&arrow.label, unicode), gaps[0].columns() / 2, unicode);
        if text.is_empty() {
            continue;
        }
        let mut along: Vec<usize> = connector.gaps().collect();
        if connector.from < connector.to {
            along.reverse();
        }
        let flag = Flag::new(Mark::Arrow, arrow.at, connector.cell, text);
        let placed = along.into_iter().try_fold(flag, |flag, gap| match gaps[gap].label(flag) {
            Ok(()) => ControlFlow::Break(()),
            Err(flag) => ControlFlow::Continue(flag),
        });
        if let ControlFlow::Continue(flag) = placed {
            notes.push((flag.at, arrow.from, flag.text));
        }
    }
}

fn arrow_text(chart: &Chart, n: usize, unicode: bool) -> String {
    let arrow = &chart.arrows[n];
    tidy(&format!("→ {} {}", chart.lanes[arrow.to].name, arrow.label), unicode)
}

/// The lines of the notes. Each text is listed once, and only if it stands nowhere in the picture.
fn write_notes(
    chart: &Chart,
    rows: &[Bars],
    gaps: &[Gap],
    mut notes: Vec<Note>,
    unicode: bool,
) -> Vec<String> {
    let inside = rows.iter().flat_map(|bars| &bars.labels).map(|label| &*label.text);
    let flags = gaps.iter().flat_map(|gap| &gap.flags).filter(|flag| flag.place.is_some());
    let mut seen: HashSet<&str> = inside.chain(flags.map(|flag| &*flag.text)).collect();
    notes.sort();
    let unseen: Vec<&Note> =
        notes.iter().filter(|(_, _, text)| !text.is_empty() && seen.insert(text)).collect();
    let line = |(at, lane, text): &&Note| {
        let lane = &chart.lanes[*lane].name;
        tidy(&format!("{} {lane}: {text}", axis::time(*at, chart.unit)), unicode)
    };
    let more = unseen.len().saturating_sub(NOTES);
    let mut lines: Vec<String> = unseen.iter().take(NOTES).map(line).collect();
    lines.extend((more > 0).then(|| format!("and {more} more labels")));
    lines
}
