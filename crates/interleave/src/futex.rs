//! A futex: sleep while an integer has a value. Locks are made of it.

use std::sync::atomic::Ordering;

use crate::engine;
use crate::record::{Act, Intent, Place, Value, Wake};
use crate::runtime::Runtime;
use crate::sync::atomic::AtomicU32;
use crate::time::Instant;

/// Blocks while `futex` is `expected`, until a [`wake`]; may wake spuriously. The check and the sleep are one
/// step: a thread that first changes the integer and then wakes leaves no waiter asleep.
///
/// Returns at once if the integer has another value. Returns false if the deadline has passed.
///
/// On Linux it is the futex of the kernel, elsewhere a table of std's locks. Inside a model, what the waker
/// did before is visible to the woken thread, as with every kernel in practice, though none promises it.
#[track_caller]
pub fn wait(futex: &AtomicU32, expected: u32, deadline: Option<Instant>) -> bool {
    let (id, atomic) = match futex.parts() {
        Ok(real) => return ungil_futex::wait(real, expected, deadline.map(|deadline| deadline.real())),
        Err(model) => model,
    };
    let (model, place) = (Runtime::of(id), Place::caller());
    let body = model.body(id);
    let value = model.write(id, Intent::FutexWait, place, || {
        let value = newest(atomic, !expected);
        body.queue().point.touch();
        value
    });
    let expected_value = Value::Unsigned(expected.into());
    if value != expected {
        let value = Value::Unsigned(value.into());
        model.log(Some(id), Act::FutexChanged { expected: expected_value, value }, place);
        return true;
    }
    let timeout = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    let timeout = timeout.filter(|timeout| Runtime::ends(*timeout));
    model.enqueue(body.queue(), timeout);
    model.log(Some(id), Act::FutexWait { expected: expected_value }, place);
    let wake = model.sleep(id, Intent::FutexWait, timeout, place);
    model.log(Some(id), Act::FutexWoken(wake), place);
    wake != Wake::TimedOut
}

/// Wakes at most `count` threads that wait for `futex` now, and returns how many. If no thread waits, nothing
/// happens, and the call is not remembered.
#[track_caller]
pub fn wake(futex: &AtomicU32, count: usize) -> usize {
    let id = match futex.parts() {
        Ok(real) => return ungil_futex::wake(real, count),
        Err((id, _)) => id,
    };
    let (model, place) = (Runtime::of(id), Place::caller());
    let body = model.body(id);
    model.call(Some(id), Intent::Other("futex::wake"), place, || body.queue().point.pass());
    let woken = model.dequeue(body.queue(), count);
    let count = woken.len();
    model.log(Some(id), Act::FutexWake { woken: count }, place);
    model.wake_all(woken);
    count
}

/// The newest value, which is what a kernel compares with: a load may return an older one.
///
/// A compare-exchange that expects `other` and usually fails. If it succeeds it stores the same value, and loom
/// does not order later stores after that store for certain.
fn newest(atomic: &engine::atomic::AtomicU32, other: u32) -> u32 {
    let result = atomic.compare_exchange(other, other, Ordering::Relaxed, Ordering::Relaxed);
    result.unwrap_or_else(|value| value)
}
