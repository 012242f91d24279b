//! An echo server in a thread of an interpreter, beside threads that compute: how long a request waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use super::Python;
use crate::platform::Channel;
use crate::platform::Virtual;
use crate::{Gil, Platform};

/// The instructions of the server and the client between two system calls: a method is called, its result is checked,
/// the loop goes back.
const BETWEEN_CALLS: u32 = 15;

/// The instructions of a spinner between two back edges. CPython has back edges more often, which matters little: a
/// spinner sees a drop request a fraction of a microsecond later here.
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
    /// How long the client sends requests.
    pub time: Duration,
    /// How long a system call takes that sends or receives a message, without the wake-up of the receiver.
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

/// What the client has measured, and how much the spinners have computed.
#[derive(Clone, Debug, PartialEq)]
pub struct Served {
    /// How long each round trip took, the shortest first.
    pub round_trips: Vec<Duration>,
    /// The computing time of all spinners together, divided by the elapsed time: at most 1 under a GIL, and at most the
    /// number of spinners without one.
    pub spun: f64,
}

impl Served {
    /// The median round trip; zero if there was none.
    pub fn median(&self) -> Duration {
        self.quantile(1, 2)
    }

    /// The 99th percentile of the round trips; zero if there was none.
    pub fn p99(&self) -> Duration {
        self.quantile(99, 100)
    }

    fn quantile(&self, part: usize, of: usize) -> Duration {
        let last = self.round_trips.len().saturating_sub(1);
        self.round_trips.get((self.round_trips.len() * part / of).min(last)).copied().unwrap_or_default()
    }
}

impl Echo {
    /// An echo on one CPU takes 15 µs: two context switches, the wake-ups, and four system calls.
    pub const SYSTEM_CALL: Duration = Duration::from_micros(2);

    /// Runs the echo under `gil`, which was made for `platform`.
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
                // Relaxed: in virtual time all threads run on one thread of the operating system.
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
        let connection = Connection { requests: platform.channel(), replies: platform.channel() };
        let server = {
            let (echo, gil, connection, platform) =
                (*self, Arc::clone(&gil), connection.clone(), platform.clone());
            platform.clone().spawn("server", move || {
                Python::run(&*gil, |python| echo.serve(python, &platform, &connection))
            })
        };
        pin(client_core);
        let trips = platform.channel();
        let client = {
            let (echo, gil, platform, trips) = (*self, Arc::clone(&gil), platform.clone(), trips.clone());
            platform.clone().spawn("client", move || {
                let all = match echo.client {
                    Client::Process => echo.ask(&platform, &connection, None::<&Python<'_, G>>),
                    Client::Thread => {
                        Python::run(&*gil, |python| echo.ask(&platform, &connection, Some(python)))
                    }
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

    /// Answers requests until the connection is closed.
    fn serve<G: Gil>(&self, python: &Python<'_, G>, platform: &Virtual, connection: &Connection) {
        while python.system_call(|| self.recv(platform, &connection.requests)) {
            python.execute(BETWEEN_CALLS);
            python.system_call(|| self.send(platform, &connection.replies, true));
            python.execute(BETWEEN_CALLS);
        }
    }

    /// Sends requests and waits for the replies, and closes the connection in the end. Without `python`, the client is
    /// a process of its own, which executes as many instructions.
    fn ask<G: Gil>(
        &self,
        platform: &Virtual,
        connection: &Connection,
        python: Option<&Python<'_, G>>,
    ) -> Vec<Duration> {
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
                    python.system_call(|| self.send(platform, &connection.requests, true));
                    between();
                    python.system_call(|| self.recv(platform, &connection.replies));
                }
                None => {
                    self.send(platform, &connection.requests, true);
                    between();
                    self.recv(platform, &connection.replies);
                }
            }
            round_trips.push(platform.now() - sent);
            between();
        }
        self.send(platform, &connection.requests, false);
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

/// A connection between client and server. A message is false if it is the last.
#[derive(Clone)]
struct Connection {
    requests: Channel<bool>,
    replies: Channel<bool>,
}
