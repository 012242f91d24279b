//! Our side of rows.toml: one line a row, "key<TAB>value".

use std::cell::Cell;
use std::fmt::Debug;
use std::time::{Duration, Instant};

use ungil_primitives::steps::follow::{Connection, ReadError, follow};
use ungil_primitives::{BoundedSemaphore, Condition, Limit, Lock, RawLock, RawRLock, Semaphore};
use ungil_threads::scope;

const ROUNDS: usize = 100;
const OPERATIONS: u32 = 1000;

/// What `f` gives in another thread.
fn in_another_thread<E: Debug + Send + Sync>(f: impl FnOnce() -> Result<(), E> + Send) -> String {
    scope(|s| words(s.spawn(f).join().expect("no panic")))
}

fn words<E: Debug>(result: &Result<(), E>) -> String {
    result.as_ref().map_or_else(|error| format!("{error:?}"), |()| "works".to_owned())
}

/// The median of f's times.
fn nanoseconds(f: impl Fn()) -> String {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            (0..OPERATIONS).for_each(|_| f());
            begun.elapsed() / OPERATIONS
        })
        .collect();
    times.sort();
    format!("{} ns", times[ROUNDS / 2].as_nanos())
}

/// A closed connection, which counts how often it is read.
struct Closed(Cell<u32>);

impl Connection for Closed {
    type Message = ();

    fn read_message(&self) -> Result<(), ReadError> {
        self.0.set(self.0.get() + 1);
        Err(ReadError::Closed)
    }
}

fn main() {
    let lock = RawLock::new();
    lock.acquire();
    println!("lock\t{}", in_another_thread(|| lock.release()));

    let rlock = RawRLock::new();
    rlock.acquire();
    println!("rlock\t{}", in_another_thread(|| rlock.release()));

    let semaphore = Semaphore::new(2);
    semaphore.release(1).expect("there is room");
    println!("semaphore\t{} permits", semaphore.available());

    let bounded = BoundedSemaphore::new(2);
    println!("bounded\t{}", words(&bounded.release(1)));
    bounded.acquire().forget();
    println!("missing\t{} of 2 left", bounded.available());

    let connection = Lock::new(Closed(Cell::new(0)));
    follow(&connection, &|()| Ok(()), &Limit::none()).expect("no limit");
    println!("follow\tends at {}", connection.into_inner().0.get());

    let acquire_and_release = || {
        lock.acquire();
        lock.release().expect("it is held");
    };
    println!("acquire\t{}", nanoseconds(acquire_and_release));
    let (guarded, condition) = (Lock::new(()), Condition::new());
    let guard = guarded.lock();
    let notify = || {
        condition.notify_one(&guard);
    };
    println!("notify\t{}", nanoseconds(notify));
}
