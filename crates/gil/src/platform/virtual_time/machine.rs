//! The computer that a simulation runs on.

use std::time::Duration;

/// What a computer and its operating system cost. All is public: change what you want to know about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// How many CPUs; none counts as one.
    pub cores: usize,
    /// Executing one instruction.
    pub instruction: Duration,
    /// From the moment in which a thread is woken until it runs, on a CPU that was idle.
    pub wake_idle: Duration,
    /// The same on a CPU that has been idle for less than `doze`.
    pub wake_dozing: Duration,
    /// How long a CPU that has nothing to do stays awake, before it sleeps deeply.
    pub doze: Duration,
    /// From the moment in which a thread is woken until it runs, on a CPU that has another thread to stop; only if that one is [ahead](Self::ahead).
    pub wake_busy: Duration,
    /// What waking another thread costs the one that does it.
    pub wake_call: Duration,
    /// From the moment in which a thread blocks or is stopped until the next one runs on its CPU.
    pub switch: Duration,
    /// How long a thread runs while others wait for its CPU.
    pub slice: Duration,
    /// By how much a running thread must have run longer than a woken one, to be stopped for it before its slice ends.
    pub ahead: Duration,
    /// By how many percent of itself the time until a woken thread runs on an idle CPU varies, at most 100. Where it is
    /// always the same, threads may meet again and again at the same moment, as they do on no real computer.
    pub jitter: u32,
    /// What varies, and which of those who wait at a condition is notified, is drawn by lot; the same seed gives the same
    /// lots.
    pub seed: u64,
}

impl Machine {
    /// A computer on which nothing but the instructions takes time.
    pub fn ideal(cores: usize) -> Self {
        Machine {
            cores,
            instruction: Duration::from_nanos(20),
            wake_idle: Duration::ZERO,
            wake_dozing: Duration::ZERO,
            doze: Duration::ZERO,
            wake_busy: Duration::ZERO,
            wake_call: Duration::ZERO,
            switch: Duration::ZERO,
            slice: Duration::from_millis(3),
            ahead: Duration::from_millis(1),
            jitter: 0,
            seed: 1,
        }
    }

    /// The computer on which CPython's figures were measured: a virtual one with two CPUs. Its costs are not measured
    /// themselves but fitted: `wake_idle` to an echo of two processes that nobody disturbs, `wake_call` and
    /// `wake_dozing` to a countdown under the old GIL on two CPUs and on one.
    pub fn measured() -> Self {
        Machine {
            wake_idle: Duration::from_micros(22),
            wake_dozing: Duration::from_micros(5),
            doze: Duration::from_micros(10),
            wake_busy: Duration::from_micros(1),
            wake_call: Duration::from_micros(3),
            switch: Duration::from_micros(2),
            jitter: 50,
            ..Machine::ideal(2)
        }
    }
}
