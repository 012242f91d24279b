//! The chart for a terminal.

use crate::{
    Chart, SpanKind, Style,
    bars::{Bars, Cell, Share},
    canvas::{Line, Paint},
    gap::{Gap, Mark},
    label::{cut, tidy, width},
    layout::Layout,
};
use std::{ops::Range, time::Duration};

/// The least width at which a picture can be read.
const LEAST: usize = 30;
/// The greatest width, whatever `COLUMNS` says: longer lines cannot be read.
const MOST: usize = 400;
/// The least distance of two ticks.
const TICKS: usize = 12;

/// The characters that a picture is drawn with.
struct Glyphs {
    run: &'static str,
    wait: &'static str,
    io: &'static str,
    /// For one to seven eighths of running time; `shares` is for the legend.
    share: [&'static str; 7],
    shares: &'static str,
    /// By kind: the first cell of a span that touches another span of its kind.
    border: [&'static str; 3],
    moment: &'static str,
    /// The corner of a flag whose text is to the right, and to the left.
    corner: [&'static str; 2],
    stem: &'static str,
    down: &'static str,
    up: &'static str,
    cross: &'static str,
    axis: [&'static str; 4],
}

const UNICODE: Glyphs = Glyphs {
    run: "█",
    wait: "░",
    io: "▒",
    share: ["▁", "▂", "▃", "▄", "▅", "▆", "▇"],
    shares: "▁▄▇",
    border: ["▐", "│", "│"],
    moment: "•",
    corner: ["┌", "┐"],
    stem: "│",
    down: "▼",
    up: "▲",
    cross: "┼",
    axis: ["│", "└", "─", "┬"],
};

const ASCII: Glyphs = Glyphs {
    run: "#",
    wait: ".",
    io: "=",
    share: ["1", "2", "3", "4", "5", "6", "7"],
    shares: "1-7",
    border: ["|", "|", "|"],
    moment: "*",
    corner: [",", "."],
    stem: "|",
    down: "v",
    up: "^",
    cross: "+",
    axis: ["|", "+", "-", "+"],
};

impl Glyphs {
    fn bar(&self, kind: SpanKind) -> &'static str {
        match kind {
            SpanKind::Run => self.run,
            SpanKind::Wait => self.wait,
            SpanKind::Io => self.io,
        }
    }

    /// The glyph of a crowd: the share of running, or else the kind with the largest share.
    fn crowd(&self, share: Share) -> Option<(&'static str, SpanKind)> {
        match share.of(SpanKind::Run) {
            0 => share.most().map(|kind| (self.bar(kind), kind)),
            run @ 1..8 => Some((self.share[usize::from(run) - 1], SpanKind::Run)),
            _ => Some((self.run, SpanKind::Run)),
        }
    }
}

impl Chart {
    /// The chart as lines of text, each ending in a newline and none wider than the style allows.
    ///
    /// Labels without a place are listed below the chart with their times, at most five. A width below 30 gives
    /// one line that says so; a chart without lanes gives one line too.
    pub fn text(&self, style: &Style) -> String {
        if style.width < LEAST {
            return plain(&format!("too narrow: needs {LEAST} columns"), style);
        }
        let name = tidy(&self.name, style.unicode);
        if self.lanes.is_empty() {
            let what = if name.is_empty() { "timeline".into() } else { name };
            return plain(&format!("{what}: nothing was recorded"), style);
        }
        let (range, chart) = self.drawn();
        Picture::new(&chart, range, *style).draw(&name)
    }
}

fn plain(line: &str, style: &Style) -> String {
    match cut(line, style.width, style.unicode) {
        line if line.is_empty() => line,
        line => line + "\n",
    }
}

struct Picture<'a> {
    chart: &'a Chart,
    style: Style,
    glyphs: &'static Glyphs,
    /// The lanes' names as they are written, and their width.
    names: Vec<String>,
    gutter: usize,
    layout: Layout,
}

impl<'a> Picture<'a> {
    fn new(chart: &'a Chart, range: Range<Duration>, style: Style) -> Picture<'a> {
        let style = Style { width: style.width.min(MOST), ..style };
        let name = |name: &str| cut(&tidy(name, style.unicode), style.width / 3, style.unicode);
        let names: Vec<String> = chart.lanes.iter().map(|lane| name(&lane.name)).collect();
        let gutter = names.iter().map(|name| width(name)).max().unwrap_or(0) + 1;
        let layout = Layout::new(chart, range, style.width - gutter - 1, style.unicode);
        Picture { chart, style, glyphs: if style.unicode { &UNICODE } else { &ASCII }, names, gutter, layout }
    }

    fn draw(&self, name: &str) -> String {
        let mut lines = Vec::new();
        if !name.is_empty() {
            let mut line = Line::default();
            line.put(0, &cut(name, self.style.width, self.style.unicode), Paint::Strong);
            lines.push(line);
        }
        for (index, (gap, bars)) in self.layout.gaps.iter().zip(&self.layout.rows).enumerate() {
            self.draw_gap(index, gap, &mut lines);
            lines.push(self.draw_row(index, bars));
        }
        self.draw_axis(&mut lines);
        self.draw_legend(&mut lines);
        for note in &self.layout.notes {
            let mut line = Line::default();
            let room = self.style.width - self.gutter - 1;
            line.put(self.gutter + 1, &cut(note, room, self.style.unicode), Paint::Faint);
            lines.push(line);
        }
        let mut text = String::new();
        lines.iter().for_each(|line| line.write(&mut text, self.style.color));
        text
    }

    /// The column in the terminal of a cell of the layout.
    fn column(&self, cell: usize) -> usize {
        self.gutter + 1 + cell
    }

    fn draw_gap(&self, index: usize, gap: &Gap, lines: &mut Vec<Line>) {
        let glyphs = self.glyphs;
        let mut drawn: Vec<Line> = (0..gap.lines).map(|_| Line::default()).collect();
        drawn.iter_mut().for_each(|line| {
            line.put(self.gutter, glyphs.axis[0], Paint::Faint);
        });
        for connector in self.layout.arrows.iter().filter(|connector| connector.gaps().contains(&index)) {
            let column = self.column(connector.cell);
            drawn.iter_mut().for_each(|line| {
                line.put(column, glyphs.stem, Paint::Arrow);
            });
            if connector.to == index {
                drawn[0].put(column, glyphs.down, Paint::Arrow);
            } else if connector.to + 1 == index {
                drawn[gap.lines - 1].put(column, glyphs.up, Paint::Arrow);
            }
        }
        for flag in &gap.flags {
            let (column, place) = (self.column(flag.cell), flag.place);
            if let Some((line, start)) = place {
                let paint = if flag.mark == Mark::Arrow { Paint::Arrow } else { Paint::Plain };
                drawn[line].put(self.column(start), &flag.text, paint);
            }
            let (top, left) = place.map_or((0, false), |(line, start)| (line, start < flag.cell));
            if flag.mark != Mark::Arrow {
                drawn[..top].iter_mut().for_each(|line| {
                    line.put(column, glyphs.stem, Paint::Faint);
                });
                drawn[top].put(column, glyphs.corner[usize::from(left)], Paint::Faint);
            }
            if flag.mark == Mark::Moment {
                drawn[0].put(column, glyphs.moment, Paint::Moment);
            }
        }
        lines.extend(drawn.into_iter().rev());
    }

    fn draw_row(&self, index: usize, bars: &Bars) -> Line {
        let (glyphs, spans) = (self.glyphs, &self.chart.lanes[index].spans);
        let mut line = Line::default();
        line.put(0, &self.names[index], Paint::Strong).put(self.gutter, glyphs.axis[0], Paint::Faint);
        let mut before = Cell::Empty;
        for (cell, shown) in bars.cells.iter().enumerate() {
            let drawn = match *shown {
                Cell::Empty => None,
                Cell::Span(span) => {
                    let kind = spans[span].kind;
                    let touches =
                        matches!(before, Cell::Span(other) if other != span && spans[other].kind == kind);
                    Some((if touches { glyphs.border[kind as usize] } else { glyphs.bar(kind) }, kind))
                }
                Cell::Crowd(share) => glyphs.crowd(share),
            };
            if let Some((glyph, kind)) = drawn {
                line.put(self.column(cell), glyph, Paint::Bar(kind));
            }
            before = *shown;
        }
        for label in &bars.labels {
            let text = if label.blanks { &format!(" {} ", label.text) } else { &label.text };
            line.put(self.column(label.cell - usize::from(label.blanks)), text, Paint::Plain);
        }
        for connector in self.layout.arrows.iter().filter(|connector| connector.crosses(index)) {
            line.put(self.column(connector.cell), glyphs.cross, Paint::Arrow);
        }
        line
    }

    fn draw_axis(&self, lines: &mut Vec<Line>) {
        let (glyphs, scale) = (self.glyphs, &self.layout.scale);
        let (mut axis, mut labels) = (Line::default(), Line::default());
        axis.put(self.gutter, glyphs.axis[1], Paint::Faint);
        axis.push(&glyphs.axis[2].repeat(scale.columns), Paint::Faint);
        let mut free = 0;
        for (at, label) in scale.ticks(self.chart.unit, TICKS) {
            let (cell, label) = (scale.cell(at), tidy(&label, self.style.unicode));
            axis.put(self.column(cell), glyphs.axis[3], Paint::Faint);
            let start = cell.min(scale.columns.saturating_sub(width(&label)));
            if start >= free {
                labels.put(self.column(start), &label, Paint::Faint);
                free = start + width(&label) + 1;
            }
        }
        lines.extend([axis, labels]);
    }

    /// The meaning of the glyphs that occur.
    fn draw_legend(&self, lines: &mut Vec<Line>) {
        let glyphs = self.glyphs;
        let has = |kind| self.chart.lanes.iter().flat_map(|lane| &lane.spans).any(|span| span.kind == kind);
        let moments =
            self.layout.gaps.iter().flat_map(|gap| &gap.flags).any(|flag| flag.mark == Mark::Moment);
        let shares = self.layout.rows.iter().flat_map(|bars| &bars.cells).any(|cell| match cell {
            Cell::Crowd(share) => (1..8).contains(&share.of(SpanKind::Run)),
            _ => false,
        });
        let entries = [
            (has(SpanKind::Run), glyphs.run, "runs", Paint::Bar(SpanKind::Run)),
            (shares, glyphs.shares, "runs in part (eighths)", Paint::Bar(SpanKind::Run)),
            (has(SpanKind::Wait), glyphs.wait, "waits", Paint::Bar(SpanKind::Wait)),
            (has(SpanKind::Io), glyphs.io, "in I/O", Paint::Bar(SpanKind::Io)),
            (moments, glyphs.moment, "instant", Paint::Moment),
            (!self.layout.arrows.is_empty(), glyphs.down, "arrow", Paint::Arrow),
        ];
        let (mut line, mut column) = (Line::default(), self.column(0));
        for (_, glyph, text, paint) in entries.into_iter().filter(|entry| entry.0) {
            let indent = width(glyph) + 1;
            if column + indent + width(text) > self.style.width {
                lines.push(std::mem::take(&mut line));
                column = self.column(0);
            }
            line.put(column, glyph, paint).put(column + indent, text, Paint::Faint);
            column += indent + width(text) + 3;
        }
        lines.push(line);
    }
}
