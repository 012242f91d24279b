//! Ours against the peers: every round measures each contestant once, in a turning order, so that what
//! disturbs the machine disturbs all; the best peer is measured twice, and how far it is from itself is the
//! noise.

use std::time::{Duration, Instant};

use crate::placement::Placement;

const ROUNDS: usize = 11;

/// How long one contestant runs in one round, about: many of the kernel's time slices, or these alone decide which of
/// several threads is served how often.
const ROUND: Duration = Duration::from_millis(160);

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
    /// Measures in one placement.
    pub fn measure(&self, placement: Placement) -> Row {
        placement.pin(0);
        let contestant = |name, run| Contestant::new(name, run, placement);
        let mut peers: Vec<_> = self.peers.iter().map(|(name, run)| contestant(*name, run)).collect();
        peers.sort_by(|a, b| a.first_look.total_cmp(&b.first_look));
        // Ours, the best peer, itself again, the others.
        let mut all = vec![contestant("ours", &self.ours), contestant(peers[0].name, peers[0].run)];
        all.extend(peers);
        let steps = all.len();
        all.extend(self.steps.iter().map(|(name, run)| contestant(*name, run)));
        for round in 0..ROUNDS {
            for turn in 0..all.len() {
                let index = (round + turn) % all.len();
                all[index].lap(placement);
            }
        }
        placement.unpin();
        let ratio = |a: &[f64], b: &[f64]| median(a.iter().zip(b).map(|(a, b)| a / b).collect());
        let [ours, best, again, ..] = &all[..] else { unreachable!("a bench has a peer") };
        let mean: Vec<f64> = best.times.iter().zip(&again.times).map(|(a, b)| (a + b) / 2.0).collect();
        let medians =
            |all: &[Contestant<'_>]| all.iter().map(|c| (c.name, median(c.times.clone()))).collect();
        let fair = |c: &Contestant<'_>| median(c.fairness.clone());
        let fairness = (!ours.fairness.is_empty()).then(|| Fairness {
            ours: fair(ours),
            peers: all[2..steps].iter().map(|c| (c.name, fair(c))).collect(),
            noise: (fair(best) - fair(again)).abs(),
        });
        Row {
            what: self.what,
            placement,
            ours: median(ours.times.clone()),
            peers: medians(&all[2..steps]),
            steps: medians(&all[steps..]),
            fairness,
            ratio: ratio(&ours.times, &mean),
            noise: (ratio(&best.times, &again.times) - 1.0).abs(),
            must: self.must,
        }
    }
}

/// Something that is measured, and what came out.
struct Contestant<'a> {
    name: &'static str,
    run: &'a Run,
    /// How many operations a round has.
    calls: u64,
    /// Seconds an operation, before the rounds.
    first_look: f64,
    /// Nanoseconds an operation, by rounds.
    times: Vec<f64>,
    fairness: Vec<f64>,
}

impl<'a> Contestant<'a> {
    fn new(name: &'static str, run: &'a Run, placement: Placement) -> Self {
        let mut n = 1;
        // The fastest of three: a thread that had to wait for a CPU says nothing of how many calls a round can have.
        while (0..3).map(|_| run(placement, n).time).min() < Some(ROUND / 16) {
            n *= 2;
        }
        let calls = n * 16;
        let first_look = run(placement, calls).time.as_secs_f64() / calls as f64;
        Contestant { name, run, calls, first_look, times: Vec::new(), fairness: Vec::new() }
    }

    fn lap(&mut self, placement: Placement) {
        let lap = (self.run)(placement, self.calls);
        self.times.push(lap.time.as_secs_f64() * 1e9 / self.calls as f64);
        self.fairness.extend(lap.fairness);
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
