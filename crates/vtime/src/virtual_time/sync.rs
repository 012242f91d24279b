//! Mutexes and condition variables of simulated threads.

use std::cell::UnsafeCell;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::time::Duration;

use super::Virtual;
use super::simulator::{BlockedOn, Waiter};

/// A value and its lock. A release does not hand the lock over: the first thread to find it free takes it.
pub struct VirtualMutex<T> {
    platform: Virtual,
    number: usize,
    value: UnsafeCell<T>,
}

// SAFETY: only the holder of the lock reaches the value. `Lock::holder`, which a real mutex protects, allows one holder
// at a time.
unsafe impl<T: Send> Sync for VirtualMutex<T> {}

/// Holds a [`VirtualMutex`] until it is dropped.
pub struct VirtualGuard<'a, T> {
    mutex: &'a VirtualMutex<T>,
    /// False during a wait, and for ever if a panic breaks the wait off: then another thread may hold the mutex.
    holds: bool,
    /// Makes the guard `!Send` and `!Sync`: it gives references to a value that may be neither.
    _stays_in_its_thread: PhantomData<*const ()>,
}

const BROKEN_OFF: &str = "a guard whose wait a panic has broken off does not hold its mutex";

/// A condition variable. A notification wakes a waiter chosen at random.
///
/// POSIX does not say which waiter. In order of arrival (FIFO) would be a bad choice for a simulation: all periods are
/// exact here, so threads would fall into step, as on no real computer. With three computing threads, a thread that
/// comes back from 23 ms of input or output would always wait for 2.1 ms under the new GIL; at random, it waits for 12
/// ms on average.
pub struct VirtualCondition {
    platform: Virtual,
    number: usize,
}

impl<T> VirtualMutex<T> {
    pub(super) fn new(platform: Virtual, value: T) -> Self {
        let number = platform.simulator().locks.add();
        VirtualMutex { platform, number, value: UnsafeCell::new(value) }
    }

    pub(super) fn lock(&self, place: &'static Location<'static>) -> VirtualGuard<'_, T> {
        self.acquire(place);
        VirtualGuard { mutex: self, holds: true, _stays_in_its_thread: PhantomData }
    }

    fn acquire(&self, place: &'static Location<'static>) {
        loop {
            let mut simulator = self.platform.simulator();
            let me = simulator.current();
            let lock = &mut simulator.locks[self.number];
            if lock.holder.is_none() {
                lock.holder = Some(me);
                return;
            }
            lock.waiters.push_back(me);
            simulator.block(BlockedOn::Lock(self.number), None, place);
            self.platform.give_way(simulator);
        }
    }

    fn release(&self) {
        let mut simulator = self.platform.simulator();
        let lock = &mut simulator.locks[self.number];
        lock.holder = None;
        if let Some(next) = lock.waiters.pop_front() {
            self.platform.wake(simulator, next);
        }
    }
}

impl<T> Drop for VirtualMutex<T> {
    fn drop(&mut self) {
        self.platform.simulator().locks.remove(self.number);
    }
}

impl<T> Drop for VirtualGuard<'_, T> {
    fn drop(&mut self) {
        if self.holds {
            self.mutex.release();
        }
    }
}

impl<T> Deref for VirtualGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        assert!(self.holds, "{BROKEN_OFF}");
        // SAFETY: this guard holds the mutex, and is borrowed shared.
        unsafe { &*self.mutex.value.get() }
    }
}

impl<T> DerefMut for VirtualGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        assert!(self.holds, "{BROKEN_OFF}");
        // SAFETY: this guard holds the mutex, and is borrowed exclusively.
        unsafe { &mut *self.mutex.value.get() }
    }
}

impl VirtualCondition {
    pub(super) fn new(platform: Virtual) -> Self {
        let number = platform.simulator().conditions.add();
        VirtualCondition { platform, number }
    }

    /// Releases the mutex, blocks until a notification or for at most `timeout`, and acquires the mutex again. Returns
    /// whether the wait timed out.
    ///
    /// # Panics
    ///
    /// If the mutex belongs to another simulation: its number means another mutex here.
    pub(super) fn wait<T>(
        &self,
        guard: &mut VirtualGuard<'_, T>,
        timeout: Option<Duration>,
        place: &'static Location<'static>,
    ) -> bool {
        let mutex = guard.mutex;
        assert!(self.platform.is(&mutex.platform), "a condition and its mutex are of one simulation");
        assert!(guard.holds, "{BROKEN_OFF}");
        guard.holds = false;
        let mut simulator = self.platform.simulator();
        let waiter = Waiter { task: simulator.current(), lock: mutex.number };
        simulator.conditions[self.number].push(waiter);
        let lock = &mut simulator.locks[mutex.number];
        lock.holder = None;
        // This wake-up costs nothing, as the calling thread is about to leave its core.
        if let Some(next) = lock.waiters.pop_front() {
            simulator.wake(next);
        }
        simulator.block(BlockedOn::Condition(self.number), timeout, place);
        self.platform.give_way(simulator);
        let timed_out = self.platform.simulator().timed_out();
        mutex.acquire(place);
        guard.holds = true;
        timed_out
    }

    /// Wakes a random waiter. The guard proves that the mutex is held, so no notification comes between the check and
    /// the wait of another thread.
    pub(super) fn notify_one<T>(&self, _guard: &VirtualGuard<'_, T>) {
        let mut simulator = self.platform.simulator();
        let waiting = simulator.conditions[self.number].len();
        if waiting > 0 {
            let lot = if waiting > 1 { simulator.random_below(waiting) } else { 0 };
            let waiter = simulator.conditions[self.number].remove(lot);
            simulator.notify(&waiter);
        }
    }
}

impl Drop for VirtualCondition {
    fn drop(&mut self) {
        self.platform.simulator().conditions.remove(self.number);
    }
}
