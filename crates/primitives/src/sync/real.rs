//! std's types, the kernel's futex, and our own lock of step 3.

use std::cell::Cell;
pub(crate) use std::hint::spin_loop;
pub(crate) use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
pub(crate) use std::thread::yield_now;
pub(crate) use std::thread_local;

use std::sync::{MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What the queues of the parking lot are locked with.
pub(crate) use crate::s3_futex::FutexLock as Mutex;

pub(crate) mod futex {
    use std::sync::atomic::AtomicU32;
    use std::time::Instant;

    pub(crate) use ungil_futex::wake;

    /// Blocks while `futex` is `expected`, at the latest until `deadline`: false if that has passed.
    pub(crate) fn wait(futex: &AtomicU32, expected: u32, deadline: Option<Instant>) -> bool {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        ungil_futex::wait(futex, expected, left)
    }
}

/// The system's mutex, without poisoning: what step 1 is made of.
#[derive(Debug)]
pub(crate) struct SystemMutex<T>(std::sync::Mutex<T>);

impl<T> SystemMutex<T> {
    pub(crate) const fn new(value: T) -> Self {
        SystemMutex(std::sync::Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The system's condition variable, for [`SystemMutex`].
#[derive(Debug)]
pub(crate) struct SystemCondvar(std::sync::Condvar);

impl SystemCondvar {
    pub(crate) const fn new() -> Self {
        SystemCondvar(std::sync::Condvar::new())
    }

    /// Waits for a notification. May wake for no reason.
    pub(crate) fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        self.0.wait(guard).unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn notify_one(&self) {
        self.0.notify_one();
    }
}

/// So long a thread may go on taking a lock that another one is on the way to. Half of it costs a tenth of the speed of
/// a lock that four threads want, twice as long is no longer as fair as the best.
const TURN: Duration = Duration::from_millis(1);

/// To read the clock takes as long as several releases: it is read at one of so many.
const RELEASES: u32 = 32;

/// Called when this thread has released a lock that another one was woken for: whether it has done so for long enough.
pub(crate) fn turn_is_over() -> bool {
    thread_local! {
        static TURN_ENDS: Cell<(u32, Option<Instant>)> = const { Cell::new((0, None)) };
    }
    // A thread that is ending has no turn left.
    let Ok((releases, ends)) = TURN_ENDS.try_with(Cell::get) else { return true };
    if releases < RELEASES {
        TURN_ENDS.set((releases + 1, ends));
        return false;
    }
    let now = Instant::now();
    if ends.is_some_and(|ends| now < ends) {
        TURN_ENDS.set((0, ends));
        return false;
    }
    TURN_ENDS.set((0, Some(now + TURN)));
    ends.is_some()
}

/// A little patience before a thread goes to sleep: what holds it up is often gone in less time than that takes.
#[derive(Default)]
pub(crate) struct Spin {
    rounds: u32,
}

impl Spin {
    /// Waits for a moment; false when patience is at its end.
    #[inline]
    pub(crate) fn again(&mut self) -> bool {
        self.briefly() || {
            self.rounds += 1;
            // The other may be on this CPU, and wait for us.
            yield_now();
            self.rounds <= 10
        }
    }

    /// As [`again`](Self::again), but only as long as it is likely that the other is on another CPU and nearly done. The
    /// thread keeps its CPU: on a busy one it would not have it again for milliseconds.
    #[inline]
    pub(crate) fn briefly(&mut self) -> bool {
        let nearly = self.rounds < 3;
        if nearly {
            self.rounds += 1;
            // In part by chance: threads that are in step would stay so, and one of them could get several times as much as
            // the other for as long as both run. Shorter each time: who has just come can leave the holder alone.
            let least = 16 >> self.rounds;
            (0..least + fastrand::u32(..2 * least)).for_each(|_| spin_loop());
        }
        nearly
    }
}

/// A number that no other thread has, or has ever had; never 0.
#[inline]
pub(crate) fn thread_key() -> usize {
    thread_local! { static KEY: Cell<usize> = const { Cell::new(0) } }
    // Without a destructor it can be read as long as the thread runs.
    KEY.with(|key| {
        if key.get() == 0 {
            key.set(new_thread_key());
        }
        key.get()
    })
}

#[cold]
fn new_thread_key() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    // Relaxed: they only have to differ. There are no 2^64 threads.
    NEXT.fetch_add(1, Ordering::Relaxed)
}
