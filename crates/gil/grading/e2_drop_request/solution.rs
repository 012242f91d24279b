//! A waiter asks only after a whole interval in which the same thread had the GIL. The waiter remembers the number of
//! switches from before the wait. If the number has changed, the new holder has not had its time yet, and the wait
//! begins anew.
//!
//! The request is a flag beside the mutex. The holder checks it in each iteration of a loop, so the check may cost only
//! a relaxed load. Seeing the request a moment late does no harm, because the flag hands over no data: the mutex hands
//! over what the GIL protects. A thread that takes the GIL clears the flag, because the request is fulfilled.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use ungil_gil::Platform;
use ungil_gil::platform::Flag;

/// The GIL of Python since 3.2, but for one thing that is left for the next exercise.
pub struct NewGil<P: Platform> {
    platform: P,
    state: P::Mutex<State>,
    /// Belongs to `state`: the GIL was released.
    released: P::Condition,
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
        }
        self.drop_request.put(false, Relaxed);
    }

    /// Releases it, and wakes one of those who wait.
    pub fn release(&self) {
        let mut state = self.platform.lock(&self.state);
        state.locked = false;
        self.platform.notify_one(&self.released, &state);
    }

    /// Whether somebody asks the holder to drop the GIL. The holder calls it at each turn of a loop, so it takes no lock.
    pub fn drop_requested(&self) -> bool {
        self.drop_request.is_up(Relaxed)
    }
}
