//! Ours against the peers, in several processes: where things lie in memory, and in which step two threads fall, is
//! another in each. Every round measures each contestant once, in a turning order, so that what disturbs the machine
//! disturbs all; the best peer is measured twice, and how far it is from itself is the noise.

use std::io;
use std::time::{Duration, Instant};

use crate::placement::Placement;
use crate::sample::{Laps, Task};

const PROCESSES: usize = 5;

/// Runs an operation `n` times and says how that went.
pub type Run = Box<dyn Fn(Placement, u64) -> Lap>;

/// How a number of operations went.
#[derive(Clone, Copy)]
pub struct Lap {
    /// How long they took.
    pub time: Duration,
    /// If several threads wanted the same: how often the least served one got it, as a part of the most served one.
    pub fairness: Option<f64>,
}

impl From<Duration> for Lap {
    fn from(time: Duration) -> Self {
        Lap { time, fairness: None }
    }
}

/// One line of the table: the same work, done by ours and by peers.
pub struct Bench {
    pub what: &'static str,
    /// What the ratio of ours to the best peer must not exceed, beyond the noise. `None`: shown to be known,
    /// as the work is not the same.
    pub must: Option<f64>,
    /// The placements that make sense.
    pub placements: &'static [Placement],
    pub ours: Run,
    pub peers: Vec<(&'static str, Run)>,
    /// Of ours too: steps on the way, which are slow on purpose. They are no peers.
    pub steps: Vec<(&'static str, Run)>,
}

/// What was measured, in nanoseconds an operation: medians over the rounds.
pub struct Row {
    pub what: &'static str,
    pub placement: Placement,
    pub ours: f64,
    /// The best one first.
    pub peers: Vec<(&'static str, f64)>,
    pub steps: Vec<(&'static str, f64)>,
    pub fairness: Option<Fairness>,
    /// Ours to the best peer: the median of the rounds' ratios.
    pub ratio: f64,
    /// How far the best peer is from itself, measured twice: |ratio - 1|.
    pub noise: f64,
    pub must: Option<f64>,
}

/// How fair the contestants of a row are, where threads want the same: medians over the rounds.
pub struct Fairness {
    pub ours: f64,
    /// The best peer (by time) first.
    pub peers: Vec<(&'static str, f64)>,
    /// How far the best peer's two medians are from each other.
    pub noise: f64,
}

impl Row {
    /// Whether the goal is met, if there is one.
    pub fn met(&self) -> Option<bool> {
        self.must.map(|must| self.ratio <= must + self.noise)
    }
}

/// Times `n` calls of `f`, in the calling thread.
pub fn time<T>(n: u64, mut f: impl FnMut() -> T) -> Lap {
    let begun = Instant::now();
    for _ in 0..n {
        f();
    }
    begun.elapsed().into()
}

impl Bench {
    /// Measures in one placement, in processes of the lesson's bench.
    ///
    /// # Errors
    ///
    /// If one cannot be started, or fails.
    pub fn measure(&self, lesson: &str, placement: Placement) -> io::Result<Row> {
        let mut all: Vec<Laps> = Vec::new();
        let mut best = None;
        for process in 0..PROCESSES {
            let sample = Task { what: self.what.to_owned(), placement, process, best }.run(lesson)?;
            best = Some(sample.best);
            all.resize_with(sample.laps.len(), Laps::default);
            for (laps, more) in all.iter_mut().zip(sample.laps) {
                laps.times.extend(more.times);
                laps.fairness.extend(more.fairness);
            }
        }
        let (peers, steps) = all[2..].split_at(self.peers.len());
        let (ours, again, best) = (&all[0], &all[1], best.expect("there is a process"));
        // The best one first.
        let mut ranked: Vec<usize> = (0..peers.len()).collect();
        ranked.sort_by(|&a, &b| {
            (a != best).cmp(&(b != best)).then(peers[a].median_time().total_cmp(&peers[b].median_time()))
        });
        let ranked = ranked.iter().map(|&peer| (self.peers[peer].0, &peers[peer]));
        let best = &peers[best];
        let ratio = |a: &[f64], b: &[f64]| median(a.iter().zip(b).map(|(a, b)| a / b).collect());
        let mean: Vec<f64> = best.times.iter().zip(&again.times).map(|(a, b)| (a + b) / 2.0).collect();
        let fair = |laps: &Laps| median(laps.fairness.clone());
        Ok(Row {
            what: self.what,
            placement,
            ours: ours.median_time(),
            peers: ranked.clone().map(|(name, laps)| (name, laps.median_time())).collect(),
            steps: self.steps.iter().zip(steps).map(|(step, laps)| (step.0, laps.median_time())).collect(),
            fairness: (!ours.fairness.is_empty()).then(|| Fairness {
                ours: fair(ours),
                peers: ranked.map(|(name, laps)| (name, fair(laps))).collect(),
                noise: (fair(best) - fair(again)).abs(),
            }),
            ratio: ratio(&ours.times, &mean),
            noise: (ratio(&best.times, &again.times) - 1.0).abs(),
            must: self.must,
        })
    }
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
