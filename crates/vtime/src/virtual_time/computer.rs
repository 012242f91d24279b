//! The computer that a simulation runs on.

use std::time::Duration;

/// What a computer and its operating system cost. All fields are public: change those that a question is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Computer {
    /// How many CPUs; none counts as one.
    pub cores: usize,
    /// Executing one instruction.
    pub instruction: Duration,
    /// From the moment in which a thread is woken until it runs, on a CPU that was idle.
    pub wake_idle: Duration,
    /// The same on a CPU that has another thread to stop; only if that one is [ahead](Self::ahead).
    pub wake_busy: Duration,
    /// What waking another thread costs the waker.
    pub wake_call: Duration,
    /// What it costs in addition if the woken thread gets an idle CPU, which has to be interrupted.
    pub interrupt: Duration,
    /// From the moment in which a thread blocks or is stopped until the next one runs on its CPU.
    pub switch: Duration,
    /// How long a thread runs while others wait for its CPU.
    pub slice: Duration,
    /// By how much a running thread must have run longer than a woken one, to be stopped for it before its slice ends.
    pub ahead: Duration,
    /// By how many percent of itself the time until a woken thread runs on an idle CPU varies, at most 100. Where it is
    /// always the same, threads may meet again and again at the same moment, as they do on no real computer.
    pub jitter: u32,
    /// Latencies that vary, and the waiter that a notification wakes, are drawn at random; the same seed gives the same
    /// draws.
    pub seed: u64,
}

impl Computer {
    /// A computer on which nothing but the instructions takes time.
    pub fn ideal(cores: usize) -> Self {
        Computer {
            cores,
            instruction: Duration::from_nanos(20),
            wake_idle: Duration::ZERO,
            wake_busy: Duration::ZERO,
            wake_call: Duration::ZERO,
            interrupt: Duration::ZERO,
            switch: Duration::ZERO,
            slice: Duration::from_millis(3),
            ahead: Duration::from_millis(1),
            jitter: 0,
            seed: 1,
        }
    }

    /// The computer on which CPython's figures were measured: a virtual one with two CPUs, under Linux.
    ///
    /// - `instruction`: a turn of Python 2.7's countdown takes 25 ns and counts as three ticks.
    /// - `wake_idle`: the old GIL's thread that is woken in vain, two threads on two CPUs, comes back
    ///   64,000 times a second, so it takes some 16 us from waking to running; an echo between two idle CPUs takes
    ///   two of these and 16 us more. How much it varies, `jitter`, is assumed.
    /// - `wake_call` and `interrupt`: each of these 64,000 must cost the holder 7 us for the two threads to be 1.81
    ///   times slower than one. To interrupt a virtual CPU is left to its host, which explains the sum; how it is
    ///   divided, and `switch`, follow from the echo on one CPU, 15 us, and from four threads, 2.68 times slower.
    /// - `wake_busy`: nothing, as Linux decides about the CPU while it wakes.
    pub fn measured() -> Self {
        Computer {
            instruction: Duration::from_nanos(8),
            wake_idle: Duration::from_micros(18),
            wake_call: Duration::from_nanos(1500),
            interrupt: Duration::from_micros(7),
            switch: Duration::from_micros(2),
            jitter: 72,
            ..Computer::ideal(2)
        }
    }
}
