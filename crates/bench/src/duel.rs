//! Ours against the peers: every round measures each contestant once, in a turning order, so that what
//! disturbs the machine disturbs all; the best peer is measured twice, and how far it is from itself is the
//! noise.

use std::time::{Duration, Instant};

use crate::placement::Placement;

const ROUNDS: usize = 25;

/// How long one contestant runs in one round, about.
const ROUND: Duration = Duration::from_millis(40);

/// Runs an operation `n` times and says how long that took.
pub type Run = Box<dyn Fn(Placement, u64) -> Duration>;

/// One line of the table: the same work, done by ours and by peers.
pub struct Bench {
    pub what: &'static str,
    /// What the ratio of ours to the best peer must not exceed, beyond the noise. `None`: shown to be known,
    /// as the work is not the same.
    pub must: Option<f64>,
    /// The only placement that makes sense; all if `None`.
    pub only: Option<Placement>,
    pub ours: Run,
    pub peers: Vec<(&'static str, Run)>,
}

/// What was measured, in nanoseconds an operation: medians over the rounds.
pub struct Row {
    pub what: &'static str,
    pub placement: Placement,
    pub ours: f64,
    /// The best one first.
    pub peers: Vec<(&'static str, f64)>,
    /// Ours to the best peer: the median of the rounds' ratios.
    pub ratio: f64,
    /// How far the best peer is from itself, measured twice: |ratio - 1|.
    pub noise: f64,
    pub must: Option<f64>,
}

impl Row {
    /// Whether the goal is met, if there is one.
    pub fn met(&self) -> Option<bool> {
        self.must.map(|must| self.ratio <= must + self.noise)
    }
}

/// Times `n` calls of `f`, in the calling thread.
pub fn time<T>(n: u64, mut f: impl FnMut() -> T) -> Duration {
    let begun = Instant::now();
    for _ in 0..n {
        f();
    }
    begun.elapsed()
}

impl Bench {
    /// Measures in one placement.
    pub fn measure(&self, placement: Placement) -> Row {
        placement.pin(0);
        let calls = |run: &Run| {
            let mut n = 1;
            while run(placement, n) < ROUND / 8 {
                n *= 2;
            }
            n * 8
        };
        let ours = (&self.ours, calls(&self.ours));
        let peers: Vec<_> = self.peers.iter().map(|(name, run)| (*name, run, calls(run))).collect();
        let best = |peer: &&(&str, &Run, u64)| (peer.1)(placement, peer.2).as_secs_f64() / peer.2 as f64;
        let first = peers.iter().min_by(|a, b| best(a).total_cmp(&best(b))).expect("a bench has a peer");
        // Ours, the best peer, itself again, the others.
        let mut contestants = vec![ours, (first.1, first.2), (first.1, first.2)];
        let others = peers.iter().filter(|peer| peer.0 != first.0);
        contestants.extend(others.clone().map(|peer| (peer.1, peer.2)));
        let mut times = vec![Vec::with_capacity(ROUNDS); contestants.len()];
        for round in 0..ROUNDS {
            for turn in 0..contestants.len() {
                let index = (round + turn) % contestants.len();
                let (run, n) = contestants[index];
                times[index].push(run(placement, n).as_secs_f64() * 1e9 / n as f64);
            }
        }
        placement.unpin();
        let ratio = |a: &[f64], b: &[f64]| median(a.iter().zip(b).map(|(a, b)| a / b).collect());
        let both = [times[1].as_slice(), times[2].as_slice()].concat();
        let mean = |i: usize| (times[1][i] + times[2][i]) / 2.0;
        let best: Vec<f64> = (0..ROUNDS).map(mean).collect();
        let others = others.map(|peer| peer.0).zip(times[3..].iter().cloned().map(median));
        Row {
            what: self.what,
            placement,
            ours: median(times[0].clone()),
            peers: std::iter::once((first.0, median(both))).chain(others).collect(),
            ratio: ratio(&times[0], &best),
            noise: (ratio(&times[1], &times[2]) - 1.0).abs(),
            must: self.must,
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
