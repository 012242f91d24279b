//! The chart as SVG, for a page of the book or as a file of its own.
//!
//! Colours: text, axis and arrows are the text colour of the page; bars have mid-tones that are visible on white
//! and on black. Each kind also has a shape: run is a solid box, wait a dashed box, I/O has round ends. There are
//! no ids, so several pictures can share a page. The style sheet names only classes of this crate. `:root`
//! matches only in a file of its own, so a page keeps its theme.

use crate::{
    Chart, Span, SpanKind, axis,
    bars::{Bars, Cell, Inside, Share},
    gap::{Flag, Mark},
    label::{cut, tidy, width},
    layout::{Connector, Layout},
};
use std::{
    cmp::Reverse,
    fmt::{self, Write},
    ops::Range,
    time::Duration,
};

/// Sizes in units of the picture, which is `WIDTH` wide.
const WIDTH: f64 = 760.0;
/// One character of the monospaced font: a column of the layout.
const CELL: f64 = 7.25;
const LINE: f64 = 16.0;
const BAR: f64 = 24.0;
const MARGIN: f64 = 8.0;
/// The most characters of a lane's name.
const NAME: usize = 26;

const STYLE: &str = include_str!("svg.css");

impl Chart {
    /// The chart as an SVG picture, 760 units wide, which scales with the page.
    ///
    /// It can stand inside an HTML or Markdown page (there is no blank line and no indented one in it) or in
    /// a file of its own. Bars and marks have tool tips with their labels and times.
    pub fn svg(&self) -> String {
        let mut out = String::new();
        let (range, chart) = self.drawn();
        // Writing to a String does not fail.
        let _ = Picture::new(&chart, range).draw(&mut out);
        out
    }
}

struct Picture<'a> {
    chart: &'a Chart,
    layout: Layout,
    /// The x of the beginning of the time.
    left: f64,
    /// The upper edges of the bars.
    tops: Vec<f64>,
    /// The y of the axis.
    bottom: f64,
}

impl<'a> Picture<'a> {
    fn new(chart: &'a Chart, range: Range<Duration>) -> Picture<'a> {
        let names = chart.lanes.iter().map(|lane| width(&tidy(&lane.name, true)).min(NAME));
        let left = names.max().unwrap_or(0) as f64 * 8.0 + 12.0 + MARGIN;
        let layout = Layout::new(chart, range, ((WIDTH - MARGIN - left) / CELL) as usize, true);
        let mut y = MARGIN;
        let mut tops = Vec::new();
        for gap in &layout.gaps {
            y += gap.lines as f64 * LINE + 3.0;
            tops.push(y);
            y += BAR + 3.0;
        }
        Picture { chart, layout, left, tops, bottom: y + 2.0 }
    }

    fn draw(&self, out: &mut String) -> fmt::Result {
        let name = match escape(&self.chart.name) {
            name if name.is_empty() => "timeline".into(),
            name => name,
        };
        let notes = self.layout.notes.len() as f64;
        let height = self.bottom + 2.0 * LINE + 12.0 + notes * LINE + MARGIN;
        writeln!(
            out,
            r#"<svg class="ungil-timeline" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="100%" style="max-width:{}px" role="img" aria-label="{name}">"#,
            WIDTH * 1.2
        )?;
        writeln!(out, "<title>{name}</title>\n<style>\n{STYLE}</style>")?;
        self.draw_axis(out)?;
        for (index, lane) in self.chart.lanes.iter().enumerate() {
            let name = escape(&cut(&tidy(&lane.name, true), NAME, true));
            let y = self.tops[index];
            writeln!(out, r#"<text class="ut-name" x="{MARGIN}" y="{}">{name}</text>"#, y + 16.5)?;
            self.draw_bars(index, out)?;
        }
        for connector in &self.layout.arrows {
            self.draw_arrow(connector, out)?;
        }
        for (index, gap) in self.layout.gaps.iter().enumerate() {
            gap.flags.iter().try_for_each(|flag| self.draw_flag(index, flag, out))?;
        }
        self.draw_legend(out)?;
        let first = self.bottom + 2.0 * LINE + 16.0;
        for (n, note) in self.layout.notes.iter().enumerate() {
            let room = self.layout.scale.columns;
            let (y, note) = (first + n as f64 * LINE + 10.0, escape(&cut(note, room, true)));
            writeln!(out, r#"<text class="ut-soft" x="{:.1}" y="{y:.1}">{note}</text>"#, self.left)?;
        }
        out.write_str("</svg>\n")
    }

    /// The width of the drawn time.
    fn plot_width(&self) -> f64 {
        self.layout.scale.columns as f64 * CELL
    }

    fn x(&self, at: Duration) -> f64 {
        self.left + self.layout.scale.part(at) * self.plot_width()
    }

    /// The x of a mark: its moment, unless the layout had to move the mark.
    fn mark(&self, at: Duration, cell: usize) -> f64 {
        let (x, aside) = (self.x(at), self.left + cell as f64 * CELL);
        if (x - aside).abs() <= CELL { x } else { aside }
    }

    fn draw_axis(&self, out: &mut String) -> fmt::Result {
        let (left, right, bottom) = (self.left, self.left + self.plot_width(), self.bottom);
        for top in &self.tops {
            writeln!(
                out,
                r#"<rect class="ut-track" x="{left}" y="{top}" width="{:.1}" height="{BAR}"/>"#,
                self.plot_width()
            )?;
        }
        let mut free = 0.0;
        for (at, label) in self.layout.scale.ticks(self.chart.unit, 12) {
            let x = self.x(at);
            writeln!(out, r#"<path class="ut-grid" d="M{x:.1} {MARGIN}V{:.1}"/>"#, bottom + 4.0)?;
            // Centred under the tick, but not beyond the edges.
            let wide = width(&label) as f64 * CELL;
            let start = (x - wide / 2.0).min(right - wide).max(0.0);
            if start >= free {
                free = start + wide + CELL;
                let y = bottom + LINE;
                writeln!(
                    out,
                    r#"<text class="ut-soft" x="{start:.1}" y="{y:.1}">{}</text>"#,
                    escape(&label)
                )?;
            }
        }
        writeln!(out, r#"<path class="ut-stem" d="M{left} {bottom}H{right:.1}"/>"#)
    }

    fn draw_bars(&self, index: usize, out: &mut String) -> fmt::Result {
        let (lane, bars, y) = (&self.chart.lanes[index], &self.layout.rows[index], self.tops[index]);
        let crowds = self.crowds(bars);
        let mut order: Vec<&Span> = lane.spans.iter().collect();
        order.sort_by_key(|span| (span.start, Reverse(span.end)));
        for span in order {
            let (class, round) = class(span.kind);
            for part in outside(self.x(span.start)..self.x(span.end.max(span.start)), &crowds) {
                let wide = (part.end - part.start).max(1.0);
                // A thin line of the track stays visible between two bars.
                let shown = if wide > 3.0 { wide - 0.8 } else { wide };
                writeln!(
                    out,
                    r#"<rect class="{class}" x="{:.1}" y="{y}" width="{shown:.1}" height="{BAR}" rx="{:.1}"><title>{}</title></rect>"#,
                    part.start,
                    f64::min(round, shown / 2.0),
                    self.tip(span)
                )?;
            }
        }
        for (share, x) in &crowds {
            draw_crowd(*share, x, y, out)?;
        }
        bars.labels
            .iter()
            .try_for_each(|label| self.draw_inside(&lane.spans[label.span], label, bars, y, out))
    }

    /// The crowds of a row and their places; adjacent crowds that look the same are one.
    fn crowds(&self, bars: &Bars) -> Vec<(Share, Range<f64>)> {
        let mut crowds = Vec::new();
        let mut x = self.left;
        for cells in bars.cells.chunk_by(|a, b| a == b) {
            let end = x + cells.len() as f64 * CELL;
            if let Cell::Crowd(share) = cells[0] {
                crowds.push((share, x..end));
            }
            x = end;
        }
        crowds
    }

    fn draw_inside(&self, span: &Span, label: &Inside, bars: &Bars, y: f64, out: &mut String) -> fmt::Result {
        let first = label.cell - 1 - usize::from(label.blanks);
        let begins = first == 0 || bars.cells[first - 1] != Cell::Span(label.span);
        let edge = self.left + first as f64 * CELL;
        // The bar's own edge, or the cell's edge if another bar covers the beginning.
        let edge = if begins && (self.x(span.start) - edge).abs() < CELL { self.x(span.start) } else { edge };
        let pad = if label.blanks { 9.0 } else { 6.5 };
        let class = if span.kind == SpanKind::Wait { "ut-off" } else { "ut-on" };
        let text = escape(&label.text);
        writeln!(
            out,
            r#"<text class="{class}" pointer-events="none" x="{:.1}" y="{}">{text}</text>"#,
            edge + pad,
            y + 16.0
        )
    }

    fn draw_arrow(&self, connector: &Connector, out: &mut String) -> fmt::Result {
        let arrow = &self.chart.arrows[connector.arrow];
        let x = self.mark(arrow.at, connector.cell);
        let down = connector.from < connector.to;
        let (start, end, back) = match down {
            true => (self.tops[connector.from] + BAR, self.tops[connector.to], -7.0),
            false => (self.tops[connector.from], self.tops[connector.to] + BAR, 7.0),
        };
        let from = tidy(&self.chart.lanes[connector.from].name, true);
        let to = tidy(&self.chart.lanes[connector.to].name, true);
        let what = format!("{} → {}: {}, {}", from, to, arrow.label, axis::time(arrow.at, self.chart.unit));
        writeln!(
            out,
            r#"<g><title>{}</title><path class="ut-arrow" d="M{x:.1} {start}V{}"/><path class="ut-head" d="M{x:.1} {end}l-4 {back}h8z"/></g>"#,
            escape(&what),
            end + back
        )
    }

    fn draw_flag(&self, index: usize, flag: &Flag, out: &mut String) -> fmt::Result {
        let (x, bar) = (self.mark(flag.at, flag.cell), self.tops[index]);
        let low = bar - 3.0;
        if let Some((line, start)) = flag.place {
            let y = low - line as f64 * LINE - 4.0;
            let text_x = self.left + (start as f64 - 0.5) * CELL;
            let text = escape(&flag.text);
            if flag.mark != Mark::Arrow && (line > 0 || flag.mark == Mark::Span) {
                let side = if start < flag.cell { -CELL } else { CELL };
                writeln!(out, r#"<path class="ut-stem" d="M{x:.1} {bar}V{:.1}h{side}"/>"#, y - 4.0)?;
            }
            writeln!(out, r#"<text x="{text_x:.1}" y="{y:.1}">{text}</text>"#)?;
        }
        if flag.mark == Mark::Moment {
            let what = format!("{} {}", flag.text, axis::time(flag.at, self.chart.unit));
            writeln!(
                out,
                r#"<circle class="ut-moment" cx="{x:.1}" cy="{:.1}" r="3.8"><title>{}</title></circle>"#,
                low - 5.0,
                escape(&what)
            )?;
        }
        Ok(())
    }

    /// The meaning of the shapes that occur.
    fn draw_legend(&self, out: &mut String) -> fmt::Result {
        let has = |kind| self.chart.lanes.iter().flat_map(|lane| &lane.spans).any(|span| span.kind == kind);
        let moments = self.layout.gaps.iter().flat_map(|gap| &gap.flags).any(|f| f.mark == Mark::Moment);
        let bar = |class, round| format!(r#"class="{class}" y="-9" width="20" height="11" rx="{round}""#);
        let entries = [
            (has(SpanKind::Run), format!("<rect {}/>", bar("ut-run", 2)), "runs"),
            (has(SpanKind::Wait), format!("<rect {}/>", bar("ut-wait", 2)), "waits"),
            (has(SpanKind::Io), format!("<rect {}/>", bar("ut-io", 5)), "in I/O"),
            (moments, r#"<circle class="ut-moment" cx="14" cy="-4" r="3.8"/>"#.into(), "instant"),
            (
                !self.layout.arrows.is_empty(),
                r#"<path class="ut-arrow" d="M4-4H14"/><path class="ut-head" d="M20-4l-7-4v8z"/>"#.into(),
                "arrow",
            ),
        ];
        let (mut x, y) = (self.left, self.bottom + 2.0 * LINE + 5.0);
        for (_, shape, text) in entries.into_iter().filter(|entry| entry.0) {
            writeln!(
                out,
                r#"<g transform="translate({x:.1} {y:.1})">{shape}<text class="ut-soft" x="26">{text}</text></g>"#
            )?;
            x += 26.0 + width(text) as f64 * CELL + 18.0;
        }
        Ok(())
    }

    /// `working, 5.00 ms to 30.0 ms (25.0 ms)`.
    fn tip(&self, span: &Span) -> String {
        let (time, end) = (|at| axis::time(at, self.chart.unit), span.end.max(span.start));
        let (start, length) = (time(span.start), time(end - span.start));
        escape(&format!("{}, {start} to {} ({length})", span.label, time(end)))
    }
}

/// The class of a bar, and how round its ends are.
fn class(kind: SpanKind) -> (&'static str, f64) {
    match kind {
        SpanKind::Run => ("ut-run", 2.5),
        SpanKind::Wait => ("ut-wait", 2.5),
        SpanKind::Io => ("ut-io", 12.0),
    }
}

/// The parts of a bar outside of the crowds.
fn outside(bar: Range<f64>, crowds: &[(Share, Range<f64>)]) -> Vec<Range<f64>> {
    let mut parts = Vec::new();
    let mut x = bar.start;
    for (_, crowd) in crowds.iter().filter(|(_, crowd)| bar.start < crowd.end && crowd.start <= bar.end) {
        if x < crowd.start {
            parts.push(x..crowd.start);
        }
        x = crowd.end;
    }
    if x < bar.end || x == bar.start {
        parts.push(x..bar.end);
    }
    parts
}

/// Draws a crowd: the share of running from the bottom up, and the share of I/O above it.
fn draw_crowd(share: Share, x: &Range<f64>, y: f64, out: &mut String) -> fmt::Result {
    let [run, io, wait] = [SpanKind::Run, SpanKind::Io, SpanKind::Wait].map(|kind| share.of(kind));
    write!(out, "<g><title>runs {run}/8, in I/O {io}/8, waits {wait}/8 of the time</title>")?;
    let mut bottom = y + BAR;
    for (kind, eighths) in [(SpanKind::Run, run), (SpanKind::Io, io)] {
        let high = (BAR / 8.0 * f64::from(eighths)).min(bottom - y);
        bottom -= high;
        if high > 0.0 {
            let (class, wide) = (class(kind).0, x.end - x.start);
            write!(
                out,
                r#"<rect class="{class}" x="{:.1}" y="{bottom:.1}" width="{wide:.1}" height="{high:.1}"/>"#,
                x.start
            )?;
        }
    }
    writeln!(out, "</g>")
}

/// The text, escaped for an element or a quoted attribute.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in tidy(text, true).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}
