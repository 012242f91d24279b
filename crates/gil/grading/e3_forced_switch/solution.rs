//! A holder that was asked to drop the GIL stands back until another thread was the last to take it. That is
//! certain to happen: the thread that asked still waits. One mutex guards everything, so no switch comes between
//! the release and the wait. The wait is for a new last holder, not for a taken GIL: at the wake-up the GIL may be
//! free again.
//!
//! One notification is enough: a thread that stood back earlier was notified by the thread that took the GIL then.
//!
//! So spinners take turns of one interval each. This is also the convoy: a thread that comes back from input or
//! output must ask like any other thread, and waits one interval for each spinner.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use ungil_gil::Platform;
use ungil_gil::platform::Flag;

/// The GIL of Python since 3.2.
pub struct NewGil<P: Platform> {
    platform: P,
    state: P::Mutex<State>,
    /// Belongs to `state`: the GIL was released.
    released: P::Condition,
    /// Belongs to `state`: a thread has taken the GIL.
    switched: P::Condition,
    /// Somebody waits, and asks the holder to drop the GIL. Read without the mutex.
    drop_request: P::Flag,
    /// How long a thread waits before it asks.
    interval: Duration,
}

struct State {
    /// Whether a thread has the GIL.
    locked: bool,
    /// Who was the last to take it.
    last_holder: Option<usize>,
    /// How often the GIL went from one thread to another.
    switches: u64,
}

impl<P: Platform> NewGil<P> {
    pub fn new(platform: P, interval: Duration) -> Self {
        NewGil {
            state: platform.mutex(State { locked: false, last_holder: None, switches: 0 }),
            released: platform.condition(),
            switched: platform.condition(),
            drop_request: platform.flag(),
            platform,
            interval,
        }
    }

    /// Blocks until no thread has the GIL, and takes it for thread number `me`. Asks the holder to drop it when this
    /// thread has waited for an interval without a switch.
    pub fn take(&self, me: usize) {
        let mut state = self.platform.lock(&self.state);
        while state.locked {
            let seen = state.switches;
            let timed_out = self.platform.wait_timeout(&self.released, &mut state, self.interval);
            if timed_out && state.locked && state.switches == seen {
                self.drop_request.put(true, Relaxed);
            }
        }
        state.locked = true;
        if state.last_holder != Some(me) {
            state.last_holder = Some(me);
            state.switches += 1;
            self.platform.notify_one(&self.switched, &state);
        }
        self.drop_request.put(false, Relaxed);
    }

    /// Releases what thread number `me` has taken, and wakes one of those who wait. If it was asked to, it blocks until
    /// another thread has taken the GIL.
    pub fn release(&self, me: usize) {
        let mut state = self.platform.lock(&self.state);
        state.locked = false;
        self.platform.notify_one(&self.released, &state);
        if self.drop_requested() {
            while state.last_holder == Some(me) {
                self.platform.wait(&self.switched, &mut state);
            }
        }
    }

    /// Whether somebody asks the holder to drop the GIL. The holder calls it at each turn of a loop, so it takes no lock.
    pub fn drop_requested(&self) -> bool {
        self.drop_request.is_up(Relaxed)
    }
}
