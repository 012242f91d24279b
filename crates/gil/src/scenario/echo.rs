//! An echo server in a thread of an interpreter, beside threads that compute: what a request has to wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use super::Python;
use crate::platform::Channel;
use crate::platform::Virtual;
use crate::{Gil, Platform};

/// What the server and the client execute between two system calls: a call of a method, a look at its result, the loop.
const BETWEEN_CALLS: u32 = 15;

/// Some turns of a spinner's loop. Its back edges come less often than CPython's, which matters little: a request to
/// drop the GIL is seen a fraction of a microsecond later.
const SPIN: u32 = 20;

/// An echo server thread, its client, and threads that compute in the server's interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Echo {
    /// How many threads compute.
    pub spinners: usize,
    /// Where the client is.
    pub client: Client,
    /// Which threads share a CPU.
    pub placement: Placement,
    /// How long the client goes on.
    pub time: Duration,
    /// What a system call costs that sends or receives a message, without the wake-up of the other side.
    pub system_call: Duration,
}

/// Where a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// In a process of its own: it needs no GIL.
    Process,
    /// In a thread of the server's interpreter.
    Thread,
}

/// On which of two CPUs threads run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// As the operating system likes.
    Free,
    /// All on one: what Linux often does with threads that wake each other.
    Together,
    /// The server and the spinners on one, the client on the other.
    Beside,
    /// The server and its client on one, the spinners on the other.
    Apart,
}

/// What the client and the spinners have got.
#[derive(Clone, Debug, PartialEq)]
pub struct Served {
    /// How long each round trip took, the shortest first.
    pub round_trips: Vec<Duration>,
    /// How much of the time the spinners have computed, added up: 0 to 1, and without a GIL to their number.
    pub spun: f64,
}

impl Served {
    /// The round trip than which half of them are longer; zero if there was none.
    pub fn median(&self) -> Duration {
        self.quantile(1, 2)
    }

    /// The round trip than which one in a hundred is longer.
    pub fn p99(&self) -> Duration {
        self.quantile(99, 100)
    }

    fn quantile(&self, part: usize, of: usize) -> Duration {
        let last = self.round_trips.len().saturating_sub(1);
        self.round_trips.get((self.round_trips.len() * part / of).min(last)).copied().unwrap_or_default()
    }
}

impl Echo {
    /// What an echo on one CPU takes, 15 us, when two changes of the thread and the wake-ups are taken off: four calls.
    pub const SYSTEM_CALL: Duration = Duration::from_micros(2);

    /// Runs it under `gil`, which is on `platform` or on a recording of it.
    pub fn run<G: Gil>(&self, platform: &Virtual, gil: G) -> Served {
        let gil = Arc::new(gil);
        let stop = Arc::new(AtomicBool::new(false));
        let turns = Arc::new(AtomicU64::new(0));
        let (spinners_core, client_core) = match self.placement {
            Placement::Free | Placement::Together => (0, 0),
            Placement::Beside => (0, 1),
            Placement::Apart => (1, 0),
        };
        let pin = |core: usize| {
            if self.placement != Placement::Free {
                platform.pin(&[core]);
            }
        };
        let begun = platform.now();
        pin(spinners_core);
        let spinners: Vec<_> = (1..=self.spinners)
            .map(|number| {
                let (gil, stop, turns) = (Arc::clone(&gil), Arc::clone(&stop), Arc::clone(&turns));
                // All on one thread of the operating system, in virtual time.
                let spin = move || {
                    Python::run(&*gil, |python| {
                        while !stop.load(Ordering::Relaxed) {
                            python.execute(SPIN);
                            turns.fetch_add(1, Ordering::Relaxed);
                        }
                    })
                };
                platform.spawn(&format!("spinner {number}"), spin)
            })
            .collect();
        pin(0);
        let line = Line { requests: platform.channel(), replies: platform.channel() };
        let server = {
            let (echo, gil, line, platform) = (*self, Arc::clone(&gil), line.clone(), platform.clone());
            platform
                .clone()
                .spawn("server", move || Python::run(&*gil, |python| echo.serve(python, &platform, &line)))
        };
        pin(client_core);
        let trips = platform.channel();
        let client = {
            let (echo, gil, platform, trips) = (*self, Arc::clone(&gil), platform.clone(), trips.clone());
            platform.clone().spawn("client", move || {
                let all = match echo.client {
                    Client::Process => echo.ask(&platform, &line, None::<&Python<'_, G>>),
                    Client::Thread => Python::run(&*gil, |python| echo.ask(&platform, &line, Some(python))),
                };
                trips.send(all);
            })
        };
        pin(0);
        platform.join(client);
        let elapsed = platform.now() - begun;
        let turns = turns.load(Ordering::Relaxed);
        stop.store(true, Ordering::Relaxed);
        platform.join(server);
        spinners.into_iter().for_each(|spinner| platform.join(spinner));
        let mut round_trips: Vec<Duration> = trips.recv();
        round_trips.sort_unstable();
        let spun = platform.instruction() * SPIN;
        let spun = spun.as_secs_f64() * turns as f64 / elapsed.as_secs_f64();
        Served { round_trips, spun }
    }

    /// Until the line is closed.
    fn serve<G: Gil>(&self, python: &Python<'_, G>, platform: &Virtual, line: &Line) {
        while python.system_call(|| self.recv(platform, &line.requests)) {
            python.execute(BETWEEN_CALLS);
            python.system_call(|| self.send(platform, &line.replies, true));
            python.execute(BETWEEN_CALLS);
        }
    }

    /// Asks again and again, and then closes the line. Without an interpreter it is another process's, which executes
    /// the same.
    fn ask<G: Gil>(&self, platform: &Virtual, line: &Line, python: Option<&Python<'_, G>>) -> Vec<Duration> {
        let between = || match python {
            Some(python) => python.execute(BETWEEN_CALLS),
            None => platform.executed(BETWEEN_CALLS),
        };
        let begun = platform.now();
        let mut round_trips = Vec::new();
        while platform.now() - begun < self.time {
            let sent = platform.now();
            match python {
                Some(python) => {
                    python.system_call(|| self.send(platform, &line.requests, true));
                    between();
                    python.system_call(|| self.recv(platform, &line.replies));
                }
                None => {
                    self.send(platform, &line.requests, true);
                    between();
                    self.recv(platform, &line.replies);
                }
            }
            round_trips.push(platform.now() - sent);
            between();
        }
        self.send(platform, &line.requests, false);
        round_trips
    }

    fn send(&self, platform: &Virtual, to: &Channel<bool>, goes_on: bool) {
        platform.compute(self.system_call);
        to.send(goes_on);
    }

    fn recv(&self, platform: &Virtual, from: &Channel<bool>) -> bool {
        let goes_on = from.recv();
        platform.compute(self.system_call);
        goes_on
    }
}

/// A connection. A message says whether there will be others.
#[derive(Clone)]
struct Line {
    requests: Channel<bool>,
    replies: Channel<bool>,
}
