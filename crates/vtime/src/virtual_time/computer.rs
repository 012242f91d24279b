//! The computer that a simulation runs on.

use std::time::Duration;

/// How long the operations of a computer and its operating system take. All fields are public: change those that your
/// question is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Computer {
    /// How many CPUs; none counts as one.
    pub cores: usize,
    /// Executing one instruction.
    pub instruction: Duration,
    /// From the wake-up of a thread until it runs, on a CPU that was idle.
    pub wake_idle: Duration,
    /// From the wake-up of a thread until it runs, on a CPU whose thread has to be stopped first. That thread is only
    /// stopped if it is [ahead](Self::ahead).
    pub wake_busy: Duration,
    /// What waking another thread costs the waker.
    pub wake_call: Duration,
    /// What the wake-up costs in addition if the woken thread gets an idle CPU, which has to be interrupted.
    pub interrupt: Duration,
    /// From the moment a thread blocks or is stopped until the next thread runs on its CPU.
    pub switch: Duration,
    /// How long a thread runs while other threads wait for its CPU.
    pub slice: Duration,
    /// A running thread is stopped for a woken thread, before its slice ends, if it has run longer than the woken
    /// thread by this much. Linux: `wakeup_granularity`.
    pub ahead: Duration,
    /// By how many percent [`wake_idle`](Self::wake_idle) varies, at most 100. If it is always the same, threads may
    /// act at the same moment again and again, as on no real computer.
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
    /// - `wake_idle`: with two threads on two CPUs, the old GIL wakes a thread in vain 64,000 times a second, so it
    ///   takes some 16 us from the wake-up to running. An echo between two idle CPUs takes two of these and 16 us more.
    ///   `jitter` is assumed.
    /// - `wake_call` and `interrupt`: each of the 64,000 wake-ups must cost the holder 7 us for the two threads to be
    ///   1.81 times slower than one. The host interrupts a virtual CPU, which explains this much. How the sum is
    ///   divided, and `switch`, follow from the echo on one CPU, 15 us, and from four threads, 2.68 times slower.
    /// - `wake_busy`: nothing, as Linux decides about the CPU during the wake-up.
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
