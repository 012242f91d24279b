//! How long to spin before a thread sleeps, and how long a lock may be reacquired before a woken waiter gets it.

#[cfg(not(ungil_model))]
use std::cell::Cell;
#[cfg(not(ungil_model))]
use std::time::{Duration, Instant};

#[cfg(not(ungil_model))]
use ungil_sync::thread_local;
use ungil_sync::{hint::spin_loop, thread::yield_now};

/// Spins for a while before a thread sleeps: what holds the thread up is often gone sooner than a sleep takes.
pub(crate) struct Backoff {
    round: u32,
    /// Completed after this many.
    rounds: u32,
}

impl Backoff {
    /// Rounds in which the thread keeps its CPU.
    const SPINS: u32 = 3;

    /// Of a thread that has not slept yet.
    pub(crate) fn new() -> Self {
        Backoff { round: 0, rounds: 10 }
    }

    /// Of a woken thread. It never yields: a busy machine would give the CPU back only after milliseconds.
    pub(crate) fn woken() -> Self {
        Backoff { round: 0, rounds: Self::SPINS }
    }

    /// Whether the thread should sleep now: the owner is probably not about to release on another CPU.
    ///
    /// In a model from the start: the checker tries anyway whatever spinning could see.
    #[inline]
    pub(crate) fn is_completed(&self) -> bool {
        cfg!(ungil_model) || self.round >= self.rounds
    }

    /// Pauses; after the first rounds yields, since the owner may wait for this CPU.
    #[inline]
    pub(crate) fn snooze(&mut self) {
        if self.round < Self::SPINS {
            self.spin();
        } else {
            self.round += 1;
            yield_now();
        }
    }

    /// Pauses without giving up the CPU.
    #[inline]
    fn spin(&mut self) {
        self.round += 1;
        // In part at random: two threads in step would stay in step, and one could get several times the other's share.
        // Shorter in each round: at first the holder is left alone with its cache line.
        let least = 16 >> self.round;
        (0..least + fastrand::u32(..2 * least)).for_each(|_| spin_loop());
    }
}

/// Decides when a lock is reserved for a woken waiter that other threads overtake.
pub(crate) struct FairTimeout;

#[cfg(not(ungil_model))]
impl FairTimeout {
    /// How long a thread may keep reacquiring a lock before a woken waiter gets it. Half of it costs a tenth of the speed
    /// of a lock that four threads want; twice as much is no longer as fair as the best peer.
    const LENGTH: Duration = Duration::from_millis(1);

    /// Reading the clock takes as long as several releases, so only one release in this many reads it.
    const RELEASES: u32 = 32;

    /// Called after a release of a lock whose woken waiter has not run yet: whether this thread has overtaken waiters for
    /// long enough.
    pub(crate) fn should_timeout() -> bool {
        thread_local! {
            static TIMEOUT: Cell<(u32, Option<Instant>)> = const { Cell::new((0, None)) };
        }
        // A thread that is ending has no time left.
        let Ok((releases, at)) = TIMEOUT.try_with(Cell::get) else { return true };
        if releases < Self::RELEASES {
            TIMEOUT.set((releases + 1, at));
            return false;
        }
        let now = Instant::now();
        if at.is_some_and(|at| now < at) {
            TIMEOUT.set((0, at));
            return false;
        }
        TIMEOUT.set((0, Some(now + Self::LENGTH)));
        at.is_some()
    }
}

#[cfg(ungil_model)]
impl FairTimeout {
    /// Always: a model need not count the releases before it.
    pub(crate) fn should_timeout() -> bool {
        true
    }
}
