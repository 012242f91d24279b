//! The new GIL, since Python 3.2: a thread that has waited for 5 ms asks the holder to drop the GIL, and the holder then
//! waits until another thread has taken it (a forced switch).
//!
//! CPython: `Python/ceval_gil.c`, `take_gil` and `drop_gil`. CPython writes `last_holder` under both mutexes. Here each
//! mutex has a field of its own, `holder` and `last_holder`. The steps are the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use crate::platform::{Flag, Platform};
use crate::{Gil, GilEvent, Observer, Point};

/// The new GIL.
pub struct NewGil<P: Platform, O = ()> {
    platform: P,
    observer: O,
    state: P::Mutex<GilState<P>>,
    /// Notified when the GIL is released. CPython: `cond`.
    released: P::Condition,
    /// The number of the last thread to take the GIL, for threads that wait for a switch. CPython: `last_holder` and
    /// `switch_mutex`. A thread that waits for a switch does not contend with threads that wait for the GIL, as they
    /// use another mutex.
    last_holder: P::Mutex<Option<usize>>,
    /// Notified when a thread has taken the GIL. CPython: `switch_cond`.
    switched: P::Condition,
    /// In microseconds, at least 1: `sys.setswitchinterval`.
    interval: AtomicU64,
    /// How many threads there are: the number of the next one.
    threads: AtomicUsize,
}

/// What the GIL's mutex protects.
struct GilState<P: Platform> {
    locked: bool,
    /// The last thread to take the GIL. A waiter asks this thread to drop it.
    holder: Option<Arc<ThreadState<P>>>,
    /// How often the GIL went from one thread to another. If the number changes while a thread waits, the holder is
    /// new, and its interval has not passed yet.
    switch_number: u64,
}

/// A thread of the [`NewGil`].
pub struct NewThread<P: Platform>(Arc<ThreadState<P>>);

/// What other threads see of a thread. CPython: `PyThreadState`.
struct ThreadState<P: Platform> {
    number: usize,
    /// A waiter wants the GIL. In CPython this is one bit of the thread's `eval_breaker`; here no other bit exists, so
    /// the flag is the whole `eval_breaker`. A waiter raises the flag with the GIL's mutex held; only this thread reads
    /// it, at back edges and calls, without the mutex. A late read costs time and nothing else, so all accesses are
    /// relaxed.
    drop_request: P::Flag,
}

impl<P: Platform> NewGil<P> {
    /// How long a thread waits before it asks for the GIL: what `sys.getswitchinterval()` returns by default.
    pub const INTERVAL: Duration = Duration::from_millis(5);

    /// A GIL that no thread holds, for the threads of `platform`.
    pub fn new(platform: P) -> Self {
        NewGil::observed(platform, ())
    }
}

impl<P: Platform, O: Observer> NewGil<P, O> {
    /// A GIL that no thread holds, for the threads of `platform`. Its observer is told what happens around it.
    pub fn observed(platform: P, observer: O) -> Self {
        let state = GilState { locked: false, holder: None, switch_number: 0 };
        let gil = NewGil {
            state: platform.mutex(state),
            released: platform.condition(),
            last_holder: platform.mutex(None),
            switched: platform.condition(),
            platform,
            observer,
            interval: AtomicU64::new(0),
            threads: AtomicUsize::new(0),
        };
        gil.set_interval(NewGil::<P>::INTERVAL);
        gil
    }

    /// `sys.setswitchinterval`: whole microseconds, at least one. Takes effect for waits that begin from now on.
    pub fn set_interval(&self, interval: Duration) {
        let microseconds = interval.as_micros().try_into().unwrap_or(u64::MAX).max(1);
        self.interval.store(microseconds, Ordering::Relaxed);
    }

    /// `sys.getswitchinterval()`.
    pub fn interval(&self) -> Duration {
        Duration::from_micros(self.interval.load(Ordering::Relaxed))
    }

    /// The second half of a release on request: blocks until another thread has taken the GIL. Otherwise this thread
    /// would take the GIL again before the waiter has woken up, as with the [`OldGil`](crate::OldGil).
    // ANCHOR: force_switch
    fn force_switch(&self, thread: &NewThread<P>) {
        let mut last_holder = self.platform.lock(&self.last_holder);
        if *last_holder != Some(thread.0.number) {
            return;
        }
        self.observe(thread, GilEvent::SwitchBegins);
        thread.0.drop_request.put(false, Ordering::Relaxed);
        // The thread that asked still waits for the GIL, so some thread will take it.
        while *last_holder == Some(thread.0.number) {
            self.platform.wait(&self.switched, &mut last_holder);
        }
        self.observe(thread, GilEvent::SwitchEnds);
    }
    // ANCHOR_END: force_switch
}

// SAFETY: `take_gil` returns only after it has found `locked` false and set it, and `drop_gil` sets it false, all with
// the mutex of `state` held, which is exclusive as `Platform` promises.
unsafe impl<P: Platform, O: Observer> Gil for NewGil<P, O> {
    type Platform = P;
    type Thread = NewThread<P>;

    const EXCLUSIVE: bool = true;

    fn platform(&self) -> &P {
        &self.platform
    }

    fn thread(&self) -> NewThread<P> {
        // Relaxed: the number only has to be unique.
        let number = self.threads.fetch_add(1, Ordering::Relaxed);
        NewThread(Arc::new(ThreadState { number, drop_request: self.platform.flag() }))
    }

    fn number(&self, thread: &NewThread<P>) -> usize {
        thread.0.number
    }

    // ANCHOR: take
    fn take_gil(&self, thread: &NewThread<P>) {
        let mut state = self.platform.lock(&self.state);
        if state.locked {
            self.observe(thread, GilEvent::Waits);
        }
        while state.locked {
            let seen = state.switch_number;
            let timed_out = self.platform.wait_timeout(&self.released, &mut state, self.interval());
            if !state.locked {
                break;
            }
            if !timed_out {
                self.observe(thread, GilEvent::WakesInVain);
            } else if state.switch_number == seen
                && let Some(holder) = &state.holder
            {
                // After a switch, the new holder has an interval of its own, so there is no request.
                holder.drop_request.put(true, Ordering::Relaxed);
                self.observe(thread, GilEvent::Requests { of: holder.number });
            }
        }
        state.locked = true;
        self.observe(thread, GilEvent::Takes);
        if state.holder.as_ref().is_none_or(|holder| holder.number != thread.0.number) {
            state.holder = Some(Arc::clone(&thread.0));
            state.switch_number += 1;
        }
        let mut last_holder = self.platform.lock(&self.last_holder);
        *last_holder = Some(thread.0.number);
        self.platform.notify_one(&self.switched, &last_holder);
        drop(last_holder);
        // A request that this thread got as an earlier holder is obsolete.
        thread.0.drop_request.put(false, Ordering::Relaxed);
    }
    // ANCHOR_END: take

    unsafe fn drop_gil(&self, thread: &NewThread<P>) {
        let mut state = self.platform.lock(&self.state);
        state.locked = false;
        self.observe(thread, GilEvent::Releases);
        self.platform.notify_one(&self.released, &state);
        drop(state);
        // Without a request, as before I/O, the thread may take the GIL again at once.
        if thread.0.drop_request.is_up(Ordering::Relaxed) {
            self.force_switch(thread);
        }
    }

    #[inline]
    fn should_yield(&self, thread: &NewThread<P>, at: Point) -> bool {
        at != Point::Instruction && thread.0.drop_request.is_up(Ordering::Relaxed)
    }

    fn interval(&self) -> Option<Duration> {
        Some(NewGil::interval(self))
    }

    fn set_interval(&self, interval: Duration) {
        NewGil::set_interval(self, interval);
    }

    #[inline]
    fn observe(&self, thread: &NewThread<P>, event: GilEvent) {
        self.observer.observe(thread.0.number, event);
    }
}
