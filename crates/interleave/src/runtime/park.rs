//! `park` and `unpark`.

use std::rc::Rc;
use std::time::Duration;

use super::Runtime;
use crate::record::{Act, Intent, Place, Wake};

impl Runtime {
    /// Blocks until the thread has a permit, and takes it. With a time-out it may also end without one.
    pub(crate) fn park(&self, timeout: Option<Duration>, place: Place) {
        let me = self.me();
        let parking = Rc::clone(&self.threads.borrow()[me].parking);
        self.call(None, Intent::Park, place, || parking.acquire());
        let permit = |runtime: &Self| std::mem::take(&mut runtime.threads.borrow_mut()[me].permit);
        if permit(self) {
            self.log(None, Act::Unparked(Wake::Notified), place);
            return;
        }
        self.log(None, Act::Park, place);
        let wake = match timeout.filter(|timeout| Runtime::ends(*timeout)) {
            Some(timeout) => {
                let until = self.now().saturating_add(timeout);
                self.pend(None, Intent::Park, place, || parking.acquire());
                if permit(self) {
                    Wake::Notified
                } else {
                    self.advance(until);
                    Wake::TimedOut
                }
            }
            None => {
                self.threads.borrow_mut()[me].parked = true;
                self.prepare_to_block(true);
                let woken = self.block(None, Intent::Park, place);
                self.threads.borrow_mut()[me].parked = false;
                if !woken {
                    // Whether it goes on before or after an unpark is a choice, too.
                    self.call(None, Intent::Park, place, || parking.acquire());
                }
                if woken { Wake::Notified } else { Wake::Spurious }
            }
        };
        self.log(None, Act::Unparked(wake), place);
    }

    /// Gives `target` a permit.
    pub(crate) fn unpark(&self, target: usize, place: Place) {
        let parking = Rc::clone(&self.threads.borrow()[target].parking);
        self.call(None, Intent::Other("unpark"), place, || parking.release());
        let (parked, fresh) = {
            let thread = &mut self.threads.borrow_mut()[target];
            let parked = thread.parked && thread.blocked;
            (parked, parked || !std::mem::replace(&mut thread.permit, !parked))
        };
        self.log(None, Act::Unpark { target, fresh }, place);
        if parked && !self.wake(target) {
            self.threads.borrow_mut()[target].permit = true;
        }
    }
}
