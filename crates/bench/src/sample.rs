//! A process's part of a row: some rounds, by a process of its own, which gives what it has measured as JSON.

use std::io;
use std::process::Command;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::duel::{Bench, Run, median};
use crate::placement::Placement;

/// In each process.
const ROUNDS: usize = 3;

/// How long one contestant runs in one round, about: many of the kernel's time slices, or these alone decide which of
/// several threads is served how often.
const ROUND: Duration = Duration::from_millis(160);

/// What a process is asked to measure.
#[derive(Serialize, Deserialize)]
pub struct Task {
    pub what: String,
    pub placement: Placement,
    /// Which of the processes it is.
    pub process: usize,
    /// The peer that is measured twice; the first process chooses it.
    pub best: Option<usize>,
}

/// What a process has measured.
#[derive(Serialize, Deserialize)]
pub struct Sample {
    pub best: usize,
    /// Of ours, the best peer once more, the peers, the steps.
    pub laps: Vec<Laps>,
}

/// What came out for a contestant, by rounds.
#[derive(Default, Serialize, Deserialize)]
pub struct Laps {
    /// Nanoseconds an operation.
    pub times: Vec<f64>,
    pub fairness: Vec<f64>,
}

impl Task {
    /// Asks a process for it.
    pub fn run(&self, lesson: &str) -> io::Result<Sample> {
        let mut command = Command::new(std::env::current_exe()?);
        let output = command.args([lesson, "--task", &serde_json::to_string(self)?]).output()?;
        if !output.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim_end()));
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// Does it in this process, and prints what came out.
    ///
    /// # Errors
    ///
    /// If there is no such row, or the reader has closed the pipe.
    pub fn answer(&self, benches: &[Bench]) -> io::Result<()> {
        let bench = benches.iter().find(|bench| bench.what == self.what);
        let bench = bench.ok_or_else(|| io::Error::other(format!("there is no row `{}`", self.what)))?;
        Ok(serde_json::to_writer(io::stdout(), &self.measure(bench))?)
    }

    /// Measures, in this process.
    fn measure(&self, bench: &Bench) -> Sample {
        let placement = self.placement;
        placement.pin(0);
        let mut peers: Vec<_> = bench.peers.iter().map(|(_, run)| Contestant::new(run, placement)).collect();
        let fastest = || {
            let indices = 0..peers.len();
            indices
                .min_by(|&a, &b| peers[a].first_look.total_cmp(&peers[b].first_look))
                .expect("a bench has a peer")
        };
        let best = self.best.unwrap_or_else(fastest);
        let again = Contestant::new(&bench.peers[best].1, placement);
        let mut all = vec![Contestant::new(&bench.ours, placement), again];
        all.append(&mut peers);
        all.extend(bench.steps.iter().map(|(_, run)| Contestant::new(run, placement)));
        for round in 0..ROUNDS {
            for turn in 0..all.len() {
                let index = (self.process * ROUNDS + round + turn) % all.len();
                all[index].lap(placement);
            }
        }
        Sample { best, laps: all.into_iter().map(|contestant| contestant.laps).collect() }
    }
}

impl Laps {
    pub fn median_time(&self) -> f64 {
        median(self.times.clone())
    }
}

/// Something that is measured.
struct Contestant<'a> {
    run: &'a Run,
    /// How many operations a round has.
    calls: u64,
    /// Seconds an operation, before the rounds.
    first_look: f64,
    laps: Laps,
}

impl<'a> Contestant<'a> {
    fn new(run: &'a Run, placement: Placement) -> Self {
        let mut n = 1;
        // The fastest of three: a thread that had to wait for a CPU says nothing of how many calls a round can have.
        while (0..3).map(|_| run(placement, n).time).min() < Some(ROUND / 16) {
            n *= 2;
        }
        let calls = n * 16;
        let first_look = run(placement, calls).time.as_secs_f64() / calls as f64;
        Contestant { run, calls, first_look, laps: Laps::default() }
    }

    fn lap(&mut self, placement: Placement) {
        let lap = (self.run)(placement, self.calls);
        self.laps.times.push(lap.time.as_secs_f64() * 1e9 / self.calls as f64);
        self.laps.fairness.extend(lap.fairness);
    }
}
