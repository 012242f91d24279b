//! A failing execution as text: a column a thread, a step a line, the source beside it or below.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::failure::{Failure, Kind, Line, Step, Wait};

/// How a picture is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// The columns of the terminal; 40 at least.
    pub width: usize,
    /// Only ASCII.
    pub ascii: bool,
}

impl Default for Style {
    /// 80 columns, with lines and arrows.
    fn default() -> Self {
        Style { width: 80, ascii: false }
    }
}

/// The step numbers' column.
const NUMBER: usize = 4;

/// The least width of the source text beside the threads.
const SOURCE: usize = 26;

/// The heading of the last column if it has only line numbers.
const LINE: &str = "line";

/// The most threads that have a column each.
const COLUMNS: usize = 5;

/// The least width of a thread's column.
const THREAD: usize = 8;

/// A table with more than `ROWS` rows is folded in the middle: its first and last `ENDS` rows are shown.
const ROWS: usize = 48;
const ENDS: usize = 16;

/// A row of the table.
enum Row<'a> {
    Step(usize, &'a Step),
    Fold(String),
    /// A thread that cannot go on.
    End(&'a Wait),
}

pub(crate) fn draw(failure: &Failure, style: Style) -> String {
    let style = Style { width: style.width.max(40), ..style };
    let mut out = String::new();
    paragraph(&mut out, &format!("✗ {}: {}", failure.kind, failure.kind.words()), "", "  ", style.width);
    if !failure.message.is_empty() {
        out.push('\n');
        for line in failure.message.lines() {
            paragraph(&mut out, line, "  ", "    ", style.width);
        }
    }
    out.push('\n');
    let rows = rows(failure);
    if !rows.is_empty() {
        Table::new(failure, &rows, style.width).draw(&mut out, &rows);
        out.push('\n');
    }
    for wait in failure.waits.iter().filter(|_| failure.kind != Kind::DataRace) {
        paragraph(&mut out, &waits(failure, wait), "  ", "    ", style.width);
    }
    if !failure.waits.is_empty() && failure.kind != Kind::DataRace {
        out.push('\n');
    }
    paragraph(&mut out, &failure.explanation, "  ", "  ", style.width);
    if failure.execution > 0 {
        paragraph(&mut out, &found(failure), "  ", "  ", style.width);
    }
    if style.ascii { ascii(&out) } else { out }
}

/// The steps, with repetitions folded, and then the threads that cannot go on.
fn rows(failure: &Failure) -> Vec<Row<'_>> {
    let steps = &failure.steps;
    let same = |a: &Step, b: &Step| a.thread == b.thread && a.text == b.text && a.line == b.line;
    let mut rows = Vec::new();
    let mut at = 0;
    while at < steps.len() {
        let repeats = (1..=12).find_map(|period| {
            let times = (at..steps.len() - period.min(steps.len() - at))
                .take_while(|&i| same(&steps[i], &steps[i + period]))
                .count()
                / period;
            (times >= 2).then_some((period, times))
        });
        let shown = repeats.map_or(1, |(period, _)| period);
        rows.extend((at..at + shown).map(|i| Row::Step(i + 1, &steps[i])));
        at += shown;
        if let Some((period, times)) = repeats {
            let what = if period == 1 { "this step".into() } else { format!("these {period} steps") };
            rows.push(Row::Fold(format!("{what} {times} more times")));
            at += period * times;
        }
    }
    if rows.len() > ROWS {
        let hidden = rows.len() - 2 * ENDS;
        rows.splice(ENDS..ENDS + hidden, [Row::Fold(format!("{hidden} more lines"))]);
    }
    rows.extend(failure.waits.iter().map(Row::End));
    rows
}

struct Table<'a> {
    failure: &'a Failure,
    width: usize,
    columns: Vec<usize>,
    source: usize,
    /// The source text stands beside the steps, not below the table.
    beside: bool,
    /// There are too many threads for a column each: the first column is the thread, the second what it does.
    list: bool,
    /// All lines are of this file.
    file: Option<&'a str>,
    /// Two files have the same name: their folders tell them apart.
    twins: bool,
}

impl<'a> Table<'a> {
    fn new(failure: &'a Failure, rows: &'a [Row<'a>], width: usize) -> Self {
        let names = failure.threads.iter().map(|name| name.chars().count());
        let list = failure.threads.len() > COLUMNS;
        let mut columns: Vec<usize> =
            if list { vec![names.max().unwrap_or(0).max(6), 0] } else { names.collect() };
        let mut files: Vec<&str> = Vec::new();
        for row in rows {
            if let Some((thread, text)) = row.cell() {
                let column = if list { 1 } else { thread };
                columns[column] = columns[column].max(text.chars().count());
            }
            files.extend(row.line().map(|line| &*line.file));
        }
        files.dedup();
        let file = files.first().copied().filter(|first| files.iter().all(|file| file == first));
        let twin = |a: &&str| files.iter().any(|b| b != a && base(a) == base(b));
        let twins = files.iter().any(twin);
        let mut table = Table { failure, width, columns, source: 0, beside: true, list, file, twins };
        let natural = table.columns.clone();
        table.fit(SOURCE);
        let texts: Vec<String> =
            rows.iter().filter(|row| row.line().is_some()).map(|row| table.source_of(row)).collect();
        let cut = texts.iter().filter(|text| text.ends_with('…')).count();
        if table.source < SOURCE || 2 * cut > texts.len() {
            // Below the table the text is whole, and the threads have more room.
            table.beside = false;
            table.columns = natural;
            let labels = rows.iter().filter_map(Row::line).map(|line| table.label(line).chars().count());
            let labels = labels.max().unwrap_or(0).max(LINE.len());
            table.fit(labels);
            table.source = labels;
        }
        table
    }

    /// Narrows the threads' columns until `least` is left for the last column.
    fn fit(&mut self, least: usize) {
        let fixed = NUMBER + 3 * (self.columns.len() + 1);
        let free = |columns: &[usize]| (self.width - fixed).saturating_sub(columns.iter().sum());
        while free(&self.columns) < least {
            let Some(widest) = self.columns.iter_mut().max().filter(|widest| **widest > THREAD) else {
                break;
            };
            *widest -= 1;
        }
        self.source = free(&self.columns);
    }

    fn label(&self, line: &Line) -> String {
        match self.file {
            Some(_) => line.number.to_string(),
            None if self.twins => format!("{}:{}", folder(&line.file), line.number),
            None => format!("{}:{}", base(&line.file), line.number),
        }
    }

    fn draw(&self, out: &mut String, rows: &[Row<'_>]) {
        let names: Vec<Vec<String>> = if self.list {
            vec![vec!["thread".into()], Vec::new()]
        } else {
            self.failure.threads.iter().zip(&self.columns).map(|(name, width)| wrap(name, *width)).collect()
        };
        let title = match (self.beside, self.file) {
            (true, Some(file)) => tail(file, self.source),
            (true, None) => "source".into(),
            (false, _) => LINE.into(),
        };
        self.line(out, "step", &names, &title);
        let rules: Vec<String> = self.columns.iter().map(|width| "─".repeat(*width)).collect();
        let rule = format!("{}─┼─{}─┼─{}", "─".repeat(NUMBER), rules.join("─┼─"), "─".repeat(self.source));
        let _ = writeln!(out, "{}", rule.trim_end());
        for row in rows {
            if let Row::Fold(what) = row {
                let _ = writeln!(out, "{:>NUMBER$}   {what}", "…");
                continue;
            }
            let Some((thread, text)) = row.cell() else { continue };
            let mut cells = vec![Vec::new(); self.columns.len()];
            if self.list {
                cells[0] = wrap(&self.failure.threads[thread], self.columns[0]);
                cells[1] = wrap(&text, self.columns[1]);
            } else {
                cells[thread] = wrap(&text, self.columns[thread]);
            }
            let number = match row {
                Row::Step(number, _) => number.to_string(),
                _ => "end".into(),
            };
            self.line(out, &number, &cells, &self.source_of(row));
        }
        if !self.beside {
            self.legend(out, rows);
        }
    }

    /// The text of the last column.
    fn source_of(&self, row: &Row<'_>) -> String {
        let Some(line) = row.line() else { return String::new() };
        if row.releases() {
            return if self.beside {
                cut(&format!("(guard of line {})", line.number), self.source)
            } else {
                String::new()
            };
        }
        let label = self.label(line);
        if self.beside {
            cut(&format!("{label} {}", line.text), self.source)
        } else {
            format!("{label:>width$}", width = self.source)
        }
    }

    /// One row, as many lines as its highest cell.
    fn line(&self, out: &mut String, number: &str, cells: &[Vec<String>], source: &str) {
        let height = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
        for at in 0..height {
            let mut line = format!("{:>NUMBER$}", if at == 0 { number } else { "" });
            for (cell, width) in cells.iter().zip(&self.columns) {
                let _ = write!(line, " │ {:<width$}", cell.get(at).map_or("", String::as_str));
            }
            let _ = write!(line, " │ {}", if at == 0 { source } else { "" });
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }

    /// The source lines, where there is no room for them beside the steps.
    fn legend(&self, out: &mut String, rows: &[Row<'_>]) {
        let lines: BTreeMap<(&str, u32), &Line> =
            rows.iter().filter_map(Row::line).map(|line| ((&*line.file, line.number), line)).collect();
        let label = lines.values().map(|line| self.label(line).chars().count()).max().unwrap_or(0);
        let outdent = lines.values().map(|line| line.indent).min().unwrap_or(0);
        out.push('\n');
        if let Some(file) = self.file {
            let _ = writeln!(out, "  {}", tail(file, self.width - 2));
        }
        let mut last: Option<&Line> = None;
        for line in lines.values() {
            if last.is_some_and(|last| last.file != line.file || last.number + 1 < line.number) {
                let _ = writeln!(out, "  {:>label$} ┊", "");
            }
            last = Some(line);
            let indent = " ".repeat(line.indent - outdent);
            let text = format!("  {:>label$} │ {indent}{}", self.label(line), line.text);
            let _ = writeln!(out, "{}", cut(&text, self.width));
        }
    }
}

impl Row<'_> {
    fn cell(&self) -> Option<(usize, String)> {
        match self {
            Row::Step(_, step) => {
                let mut text = if step.fails { format!("✗ {}", step.text) } else { step.text.clone() };
                if let Some(newest) = &step.newest {
                    let _ = write!(text, " OLD! (newest: {newest})");
                }
                Some((step.thread, text))
            }
            Row::Fold(_) => None,
            Row::End(wait) => Some((wait.thread, format!("✗ {}", wait.text))),
        }
    }

    fn line(&self) -> Option<&Line> {
        match self {
            Row::Step(_, step) => step.line.as_ref(),
            Row::Fold(_) => None,
            Row::End(wait) => Some(&wait.line),
        }
    }

    fn releases(&self) -> bool {
        matches!(self, Row::Step(_, step) if step.releases)
    }
}

/// A waiting thread: the object it waits for, and why in vain.
fn waits(failure: &Failure, wait: &Wait) -> String {
    let mut text =
        format!("{} waits in {} (line {})", failure.threads[wait.thread], wait.text, wait.line.number);
    if let Some((holder, since)) = &wait.held_by {
        let _ = write!(text, ", held by {} since line {}", failure.threads[*holder], since.number);
    }
    if let Some(step) = wait.missed {
        let _ = write!(text, ", woken in step {} when it did not wait", step + 1);
    }
    text
}

/// How the execution was found.
fn found(failure: &Failure) -> String {
    let n = failure.execution;
    if let Some(seed) = failure.seed {
        return format!("Found at random with seed {seed}, in execution {n}.");
    }
    match failure.bound {
        Some(0) => format!("Found without a preemption, in execution {n}."),
        Some(1) => format!("Found with at most 1 preemption, in execution {n}."),
        Some(k) => format!("Found with at most {k} preemptions, in execution {n}."),
        None => format!("Found without a bound on preemptions, in execution {n}."),
    }
}

/// `text` in lines of at most `width` with these beginnings.
fn paragraph(out: &mut String, text: &str, first: &str, rest: &str, width: usize) {
    for (at, line) in wrap(text, width - rest.len().max(first.len())).iter().enumerate() {
        let _ = writeln!(out, "{}{line}", if at == 0 { first } else { rest });
    }
}

/// Lines of at most `width` characters: broken at spaces, or else where a name or a call ends.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest: Vec<char> = text.chars().collect();
    while rest.len() > width {
        let space = (1..=width).rev().find(|&at| rest[at] == ' ');
        let joint =
            (width / 3..width).rev().find(|&at| matches!(rest[at], '.' | '(' | '_' | ':')).map(|at| at + 1);
        let at = space.or(joint).unwrap_or(width);
        lines.push(rest[..at].iter().collect::<String>().trim_end().to_owned());
        rest.drain(..at);
        while rest.first() == Some(&' ') {
            rest.remove(0);
        }
    }
    if !rest.is_empty() || lines.is_empty() {
        lines.push(rest.into_iter().collect());
    }
    lines
}

/// `text`, or its beginning and an ellipsis.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.into();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// A path, or an ellipsis and its end.
fn tail(path: &str, width: usize) -> String {
    let count = path.chars().count();
    if count <= width {
        return path.into();
    }
    let kept: String = path.chars().skip(count + 1 - width).collect();
    let whole = kept.find('/').map_or(&*kept, |at| &kept[at..]);
    format!("…{whole}")
}

fn base(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The name of the folder that a file is in.
fn folder(path: &str) -> &str {
    path.rsplit(['/', '\\']).nth(1).unwrap_or(path)
}

/// The text with ASCII characters only. All but arrows and ellipses keep their width.
fn ascii(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '│' | '┊' => out.push('|'),
            '─' => out.push('-'),
            '┼' => out.push('+'),
            '✗' => out.push('X'),
            '→' => out.push('>'),
            '…' => out.push('~'),
            c if c.is_ascii() => out.push(c),
            _ => out.push('?'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{cut, wrap};

    #[test]
    fn text_is_wrapped_and_cut() {
        assert_eq!(wrap("a bc def", 4), ["a bc", "def"]);
        assert_eq!(wrap("queue.notify_one", 8), ["queue.", "notify_", "one"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(cut("let a = 1;", 6), "let a…");
    }
}
