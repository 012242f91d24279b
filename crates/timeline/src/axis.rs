//! Time as columns and as text: the scale, the ticks, the units.

use crate::Unit;
use std::{ops::Range, time::Duration};

/// Maps the moments of a chart to the columns of a picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    start: u128,
    total: u128,
    pub columns: usize,
}

impl Scale {
    pub fn new(range: Range<Duration>, columns: usize) -> Scale {
        let (start, end) = (range.start.as_nanos(), range.end.as_nanos());
        Scale { start, total: end.saturating_sub(start).max(1), columns: columns.max(1) }
    }

    /// The nanoseconds from the left edge; a moment beyond an edge is moved to the edge.
    fn offset(&self, at: Duration) -> u128 {
        at.as_nanos().saturating_sub(self.start).min(self.total)
    }

    /// The border between two cells that is nearest to this moment: 0 is the left edge, `columns` the right
    /// one.
    pub fn border(&self, at: Duration) -> usize {
        ((self.offset(at) * self.columns as u128 + self.total / 2) / self.total) as usize
    }

    /// The cell to the right of the nearest border; at the right edge, the last cell.
    pub fn cell(&self, at: Duration) -> usize {
        self.border(at).min(self.columns - 1)
    }

    /// The cell whose time contains this moment.
    pub fn cell_around(&self, at: Duration) -> usize {
        ((self.offset(at) * self.columns as u128 / self.total) as usize).min(self.columns - 1)
    }

    /// How much of the time of a cell lies in `range`, in eighths of the cell, not rounded.
    pub fn eighths(&self, cell: usize, range: &Range<Duration>) -> f64 {
        let border = |cell| self.total as f64 * cell as f64 / self.columns as f64;
        let (start, end) = (border(cell), border(cell + 1));
        let inside = (self.offset(range.end) as f64).min(end) - (self.offset(range.start) as f64).max(start);
        8.0 * inside.max(0.0) / (end - start)
    }

    /// The position of this moment between the edges, 0 to 1.
    pub fn part(&self, at: Duration) -> f64 {
        self.offset(at) as f64 / self.total as f64
    }

    /// Ticks at round times, at least `apart` columns from one another; the last label names the unit.
    pub fn ticks(&self, unit: Unit, apart: usize) -> Vec<(Duration, String)> {
        let step = self.step(apart as u128);
        let end = self.start + self.total;
        let (name, size) = unit_for(end, unit);
        let digits = decimals(step, size);
        let times: Vec<u128> = (self.start.div_ceil(step)..=end / step).map(|n| n * step).collect();
        let last = times.len().saturating_sub(1);
        let label = |(n, ns): (usize, u128)| {
            let number = if ns == 0 { "0".into() } else { number(ns, size, digits) };
            (duration(ns), if n == last { format!("{number} {name}") } else { number })
        };
        times.into_iter().enumerate().map(label).collect()
    }

    /// The smallest of 1, 2, 5, 10, 20, … nanoseconds that is at least `apart` columns wide.
    fn step(&self, apart: u128) -> u128 {
        let least = (self.total * apart).div_ceil(self.columns as u128).max(1);
        let mut power = 1;
        loop {
            if let Some(step) = [1, 2, 5].map(|n| n * power).into_iter().find(|step| *step >= least) {
                return step;
            }
            power *= 10;
        }
    }
}

/// A time with its unit, in about three digits: `12.3 ms`.
pub(crate) fn time(at: Duration, unit: Unit) -> String {
    let ns = at.as_nanos();
    if ns == 0 && unit == Unit::Time {
        return "0".into();
    }
    let (name, size) = unit_for(ns, unit);
    let digits = match ns / size {
        _ if size == 1 => 0,
        0..10 => 2,
        10..100 => 1,
        _ => 0,
    };
    format!("{} {name}", number(ns, size, digits))
}

fn unit_for(ns: u128, unit: Unit) -> (&'static str, u128) {
    match (unit, ns) {
        (Unit::Steps, _) => ("steps", 1),
        (Unit::Time, 0..1_000) => ("ns", 1),
        (Unit::Time, 1_000..1_000_000) => ("µs", 1_000),
        (Unit::Time, 1_000_000..1_000_000_000) => ("ms", 1_000_000),
        (Unit::Time, _) => ("s", 1_000_000_000),
    }
}

/// How many digits after the point it takes to write multiples of `step` in units of `size`.
fn decimals(step: u128, size: u128) -> usize {
    (0..9).find(|digits| (step * 10u128.pow(*digits)).is_multiple_of(size)).unwrap_or(9) as usize
}

fn number(ns: u128, size: u128, digits: usize) -> String {
    let tenths = 10u128.pow(digits as u32);
    let rounded = (ns * tenths + size / 2) / size;
    let (whole, rest) = (rounded / tenths, rounded % tenths);
    if digits == 0 { whole.to_string() } else { format!("{whole}.{rest:0digits$}") }
}

fn duration(ns: u128) -> Duration {
    Duration::new((ns / 1_000_000_000) as u64, (ns % 1_000_000_000) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(end: Duration, columns: usize) -> Vec<String> {
        Scale::new(Duration::ZERO..end, columns)
            .ticks(Unit::Time, 12)
            .into_iter()
            .map(|(_, label)| label)
            .collect()
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(labels(Duration::from_millis(105), 60), ["0", "50", "100 ms"]);
        assert_eq!(labels(Duration::from_millis(95), 60), ["0", "20", "40", "60", "80 ms"]);
        assert_eq!(
            labels(Duration::from_millis(1200), 80),
            ["0", "0.2", "0.4", "0.6", "0.8", "1.0", "1.2 s"]
        );
        assert_eq!(labels(Duration::from_nanos(1500), 80), ["0", "0.5", "1.0", "1.5 µs"]);
        assert_eq!(labels(Duration::ZERO, 80), ["0", "1 ns"]);
        assert_eq!(labels(Duration::from_secs(600), 80)[1], "100");
    }

    #[test]
    fn the_longest_time_has_a_place() {
        let scale = Scale::new(Duration::ZERO..Duration::MAX, 200);
        assert_eq!(scale.border(Duration::MAX), 200);
        assert!(scale.ticks(Unit::Time, 12).len() > 2);
        assert!(!time(Duration::MAX, Unit::Time).is_empty());
    }

    #[test]
    fn a_range_keeps_the_times_of_the_whole() {
        let ms = Duration::from_millis;
        let scale = Scale::new(ms(1_007)..ms(1_027), 40);
        let ticks: Vec<_> = scale.ticks(Unit::Time, 12).into_iter().map(|(_, label)| label).collect();
        assert_eq!(ticks, ["1.01", "1.02 s"]);
        assert_eq!([0, 1_007, 1_017, 1_027, 5_000].map(|at| scale.border(ms(at))), [0, 0, 20, 40, 40]);
        assert_eq!([0, 1_007, 1_008, 1_027].map(|at| scale.cell_around(ms(at))), [0, 0, 2, 39]);
        assert_eq!(scale.eighths(2, &(ms(0)..Duration::from_micros(1_008_250))), 4.0);
    }

    #[test]
    fn times_have_three_digits() {
        assert_eq!(time(Duration::from_micros(12_345), Unit::Time), "12.3 ms");
        assert_eq!(time(Duration::from_micros(1_234), Unit::Time), "1.23 ms");
        assert_eq!(time(Duration::from_nanos(87), Unit::Time), "87 ns");
        assert_eq!(time(Duration::from_nanos(87), Unit::Steps), "87 steps");
        assert_eq!(time(Duration::ZERO, Unit::Time), "0");
    }
}
