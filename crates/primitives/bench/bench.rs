//! Lesson 2: locks, semaphores and conditions beside those of parking_lot, std and glibc.
//!
//! What the measurements showed:
//! - A guard's release is a subtraction whose result is only compared with 0. It is a tenth faster than the
//!   compare-exchange of a release without an owner, which has to read the state first.
//! - A lock that is reserved for a sleeping thread costs a wake-up during which no thread works: a quarter of the time with
//!   sections of 100 steps. So the waiter wakes first, and then the lock is reserved for it.
//! - A woken thread that yields on a busy CPU gets the CPU back only after milliseconds, and starves; so it only pauses. A
//!   new thread yields.
//! - A woken thread may wait for its CPU for a whole time slice of a thread that reacquires the lock all the time: the
//!   least served of four threads got two thirds of the most served one's share. Now a thread that has overtaken a woken
//!   waiter for a millisecond reserves the lock for that waiter, and sleeps: nine tenths. At half a millisecond this costs
//!   a tenth of the speed.
//! - A release that wakes no waiter while a woken one has not run yet saves most of the system calls of a contended lock.
//! - `notify, nobody waits` is a load and a branch. With a `black_box` in each call, one of two loops with the same
//!   instructions took twice as long, depending on the place of its stack slot; now there is one before the loop.
//! - Two threads with an empty section fall into step, and one of them gets up to four times the share of the other one for
//!   as long as both run. Whether they do differs by process, so a row is measured in five. Fairness is the least served
//!   thread's share by the most served one's. With 8, 16 and 32 pauses in a spinning thread's rounds, its median in 70
//!   rounds of a re-entrant lock in 14 processes, apart, was 0.69, parking_lot's 0.88. With a number of pauses that is
//!   partly random and falls from round to round, it was 0.83 and parking_lot's 0.87 in 60 processes, 0.87 and 0.90 in 40
//!   others; for the lock 0.83 and 0.83, and 0.91 and 0.87. Half as many pauses are no fairer and a quarter slower.
//! - The flag that tells the threads to stop must not share a cache line with the lock.
//! - On two CPUs the rows change by half between runs, and fairness by more; the ratios change less.

use std::cell::Cell;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Instant;

use ungil_primitives::steps::{FutexLock, LockT, SpinLock};
use ungil_primitives::{Condition, Lock, RLock, Semaphore};

use crate::duel::{Bench, Lap, Run, time};
use crate::glibc;
use crate::placement::Placement;

const MUST: Option<f64> = Some(1.10);

/// Two or more threads: left to the kernel, and really side by side.
const CONTENDED: &[Placement] = &[Placement::Free, Placement::Apart];

// In a debug build a lock also has a place in the lock order.
const _: () = assert!(cfg!(debug_assertions) || size_of::<Lock<()>>() == 4);

/// All rows of the lesson.
pub fn benches() -> Vec<Bench> {
    let contended = [
        ("lock, 2 threads, empty section", 2, 0),
        ("lock, 4 threads, empty section", 4, 0),
        ("lock, 2 threads, 100 steps", 2, 100),
        ("lock, 4 threads, 100 steps", 4, 100),
    ];
    let contended = contended.map(|(what, threads, steps)| Bench {
        what,
        must: MUST,
        placements: CONTENDED,
        ours: OURS.contended(threads, steps),
        peers: vec![
            ("parking_lot", PARKING_LOT.contended(threads, steps)),
            ("std", STD.contended(threads, steps)),
            ("sem_t", SEM_T.contended(threads, steps)),
        ],
        steps: vec![
            ("step 1", STEP_1.contended(threads, steps)),
            ("step 2", STEP_2.contended(threads, steps)),
            ("step 3", STEP_3.contended(threads, steps)),
        ],
    });
    let mut all = vec![Bench {
        what: "lock, unlock",
        must: MUST,
        placements: &[Placement::OneCore],
        ours: OURS.alone(),
        peers: vec![("parking_lot", PARKING_LOT.alone()), ("std", STD.alone()), ("sem_t", SEM_T.alone())],
        steps: vec![("step 1", STEP_1.alone()), ("step 2", STEP_2.alone()), ("step 3", STEP_3.alone())],
    }];
    all.extend(contended);
    all.extend(rlocks());
    all.extend(semaphores());
    all.extend(conditions());
    all
}

// ---- locks

/// A lock around the state of a section.
struct LockOf<L> {
    new: fn() -> L,
    /// Locks, does this number of steps, unlocks.
    section: fn(&L, u32),
}

const OURS: LockOf<Lock<u64>> =
    LockOf { new: || Lock::new(0), section: |lock, steps| work(&mut lock.lock(), steps) };
const STEP_1: LockOf<LockT> = LockOf {
    new: LockT::new,
    section: |lock, steps| {
        lock.acquire();
        work(&mut 0, steps);
        lock.release().expect("it is held");
    },
};
const STEP_2: LockOf<SpinLock<u64>> =
    LockOf { new: || SpinLock::new(0), section: |lock, steps| work(&mut lock.lock(), steps) };
const STEP_3: LockOf<FutexLock<u64>> =
    LockOf { new: || FutexLock::new(0), section: |lock, steps| work(&mut lock.lock(), steps) };
const PARKING_LOT: LockOf<parking_lot::Mutex<u64>> =
    LockOf { new: || parking_lot::Mutex::new(0), section: |lock, steps| work(&mut lock.lock(), steps) };
const STD: LockOf<std::sync::Mutex<u64>> = LockOf {
    new: || std::sync::Mutex::new(0),
    section: |lock, steps| work(&mut lock.lock().expect("no panic"), steps),
};
const SEM_T: LockOf<glibc::SemT> = LockOf {
    new: || glibc::SemT::new(1),
    section: |semaphore, steps| {
        semaphore.wait();
        work(&mut 0, steps);
        semaphore.post();
    },
};

/// `steps` steps, each of which needs the result of the step before.
#[inline]
fn work(value: &mut u64, steps: u32) {
    for _ in 0..steps {
        *value = black_box(value.wrapping_mul(3).wrapping_add(1));
    }
}

impl<L: Send + Sync + 'static> LockOf<L> {
    fn alone(&self) -> Run {
        let (new, section) = (self.new, self.section);
        Box::new(move |_, n| {
            let lock = new();
            time(n, || section(black_box(&lock), 0))
        })
    }

    fn contended(&self, threads: u64, steps: u32) -> Run {
        let (new, section) = (self.new, self.section);
        contended(threads, new, move |lock| section(lock, steps))
    }
}

/// Keeps the measured object in cache lines of its own.
#[repr(align(128))]
struct Padded<T>(T);

/// `threads` threads call `f` as often as they can, until one of them has made its part of `n` calls. The counts of the
/// other threads show the fairness; the time is that of all calls, scaled to `n`.
fn contended<S, F>(threads: u64, new: fn() -> S, f: F) -> Run
where
    S: Send + Sync + 'static,
    F: Fn(&S) + Copy + Send + 'static,
{
    Box::new(move |placement, n| {
        let shared = Arc::new((Padded(new()), Barrier::new(threads as usize), AtomicBool::new(false)));
        let part = n.div_ceil(threads);
        let threads: Vec<_> = (0..threads)
            .map(|i| {
                let shared = Arc::clone(&shared);
                thread::spawn(move || {
                    placement.pin(i as usize);
                    let (Padded(state), start, over) = &*shared;
                    start.wait();
                    let begun = Instant::now();
                    let mut done = 0;
                    while done < part && !over.load(Ordering::Relaxed) {
                        f(state);
                        done += 1;
                    }
                    over.store(true, Ordering::Relaxed);
                    (done, begun, Instant::now())
                })
            })
            .collect();
        let ends: Vec<_> = threads.into_iter().map(|thread| thread.join().expect("no panic")).collect();
        let done: Vec<u64> = ends.iter().map(|end| end.0).collect();
        let begun = ends.iter().map(|end| end.1).min().expect("a thread");
        let ended = ends.iter().map(|end| end.2).max().expect("a thread");
        let (least, most) = (done.iter().min().expect("a thread"), done.iter().max().expect("a thread"));
        Lap {
            time: (ended - begun).mul_f64(n as f64 / done.iter().sum::<u64>() as f64),
            fairness: Some(*least as f64 / *most as f64),
        }
    })
}

fn rlocks() -> [Bench; 2] {
    let add = |count: &Cell<u64>| count.set(black_box(count.get() + 1));
    [
        Bench {
            what: "re-entrant lock, nested",
            must: MUST,
            placements: &[Placement::OneCore],
            ours: Box::new(|_, n| {
                let lock = RLock::new(());
                let _outer = lock.lock();
                time(n, || drop(black_box(&lock).lock()))
            }),
            peers: vec![
                (
                    "parking_lot",
                    Box::new(|_, n| {
                        let lock = parking_lot::ReentrantMutex::new(());
                        let _outer = lock.lock();
                        time(n, || drop(black_box(&lock).lock()))
                    }),
                ),
                (
                    "pthread",
                    Box::new(|_, n| {
                        let lock = glibc::RecursiveMutex::new();
                        lock.lock();
                        let lap = time(n, || {
                            black_box(&lock).lock();
                            lock.unlock();
                        });
                        lock.unlock();
                        lap
                    }),
                ),
            ],
            steps: vec![],
        },
        Bench {
            what: "re-entrant lock, 2 threads",
            must: MUST,
            placements: CONTENDED,
            ours: contended(2, || RLock::new(Cell::new(0)), move |lock| add(&lock.lock())),
            peers: vec![
                (
                    "parking_lot",
                    contended(
                        2,
                        || parking_lot::ReentrantMutex::new(Cell::new(0)),
                        move |lock| add(&lock.lock()),
                    ),
                ),
                (
                    "pthread",
                    contended(2, glibc::RecursiveMutex::new, |lock| {
                        lock.lock();
                        lock.unlock();
                    }),
                ),
            ],
            steps: vec![],
        },
    ]
}

// ---- semaphores

/// A semaphore built by hand: a number, a mutex and a condition variable.
struct ByHand {
    permits: parking_lot::Mutex<u32>,
    released: parking_lot::Condvar,
}

impl ByHand {
    fn one() -> Self {
        ByHand { permits: parking_lot::Mutex::new(1), released: parking_lot::Condvar::new() }
    }

    fn acquire_release(&self) {
        let mut permits = self.permits.lock();
        self.released.wait_while(&mut permits, |permits| *permits == 0);
        *permits -= 1;
        drop(permits);
        *self.permits.lock() += 1;
        self.released.notify_one();
    }
}

fn semaphores() -> [Bench; 2] {
    let sem_t = |semaphore: &glibc::SemT| {
        semaphore.wait();
        semaphore.post();
    };
    [
        Bench {
            what: "semaphore, acquire, release",
            must: MUST,
            placements: &[Placement::OneCore],
            ours: Box::new(|_, n| {
                let semaphore = Semaphore::new(1);
                time(n, || drop(black_box(&semaphore).acquire()))
            }),
            peers: vec![
                (
                    "sem_t",
                    Box::new(move |_, n| {
                        let semaphore = glibc::SemT::new(1);
                        time(n, || sem_t(black_box(&semaphore)))
                    }),
                ),
                (
                    "tokio, try_acquire",
                    Box::new(|_, n| {
                        let semaphore = tokio::sync::Semaphore::new(1);
                        time(n, || drop(black_box(&semaphore).try_acquire()))
                    }),
                ),
                (
                    "parking_lot, by hand",
                    Box::new(|_, n| {
                        let semaphore = ByHand::one();
                        time(n, || black_box(&semaphore).acquire_release())
                    }),
                ),
            ],
            steps: vec![],
        },
        Bench {
            what: "semaphore of 1, 2 threads",
            must: MUST,
            placements: CONTENDED,
            ours: contended(2, || Semaphore::new(1), |semaphore| drop(semaphore.acquire())),
            peers: vec![
                ("sem_t", contended(2, || glibc::SemT::new(1), sem_t)),
                ("parking_lot, by hand", contended(2, ByHand::one, ByHand::acquire_release)),
            ],
            steps: vec![],
        },
    ]
}

// ---- conditions

fn conditions() -> [Bench; 2] {
    [
        Bench {
            what: "notify, nobody waits",
            must: MUST,
            placements: &[Placement::OneCore],
            ours: Box::new(|_, n| {
                let (lock, condition) = (Lock::new(()), Condition::new());
                let guard = lock.lock();
                let condition = black_box(&condition);
                time(n, || condition.notify_one(&guard))
            }),
            peers: vec![
                (
                    "parking_lot",
                    Box::new(|_, n| {
                        let condition = parking_lot::Condvar::new();
                        let condition = black_box(&condition);
                        time(n, || condition.notify_one())
                    }),
                ),
                (
                    "std",
                    Box::new(|_, n| {
                        let condition = std::sync::Condvar::new();
                        let condition = black_box(&condition);
                        time(n, || condition.notify_one())
                    }),
                ),
            ],
            steps: vec![],
        },
        Bench {
            what: "ping-pong",
            must: MUST,
            placements: &[Placement::OneCore],
            ours: ping_pong(
                || (Lock::new(0), Condition::new()),
                |(lock, turned), me, next| {
                    let mut turn = lock.lock();
                    turned.wait_while(&mut turn, |turn| **turn != me);
                    *turn = next;
                    turned.notify_one(&turn);
                },
            ),
            peers: vec![
                (
                    "parking_lot",
                    ping_pong(
                        || (parking_lot::Mutex::new(0), parking_lot::Condvar::new()),
                        |(lock, turned), me, next| {
                            let mut turn = lock.lock();
                            turned.wait_while(&mut turn, |turn| *turn != me);
                            *turn = next;
                            turned.notify_one();
                        },
                    ),
                ),
                (
                    "std",
                    ping_pong(
                        || (std::sync::Mutex::new(0), std::sync::Condvar::new()),
                        |(lock, turned), me, next| {
                            let turn = lock.lock().expect("no panic");
                            let mut turn = turned.wait_while(turn, |turn| *turn != me).expect("no panic");
                            *turn = next;
                            turned.notify_one();
                        },
                    ),
                ),
                (
                    "sem_t",
                    ping_pong(
                        || [glibc::SemT::new(1), glibc::SemT::new(0)],
                        |semaphores, me, next| {
                            semaphores[me].wait();
                            semaphores[next].post();
                        },
                    ),
                ),
                (
                    "futex",
                    ping_pong(
                        || AtomicU32::new(0),
                        |turn, me, next| {
                            while turn.load(Ordering::Acquire) != me as u32 {
                                ungil_futex::wait(turn, next as u32, None);
                            }
                            turn.store(next as u32, Ordering::Release);
                            ungil_futex::wake(turn, 1);
                        },
                    ),
                ),
            ],
            steps: vec![],
        },
    ]
}

/// Two threads take turns: one operation is a turn of each.
fn ping_pong<S: Send + Sync + 'static>(new: fn() -> S, turn: fn(&S, usize, usize)) -> Run {
    Box::new(move |placement, n| {
        let state = Arc::new(new());
        let other = {
            let state = Arc::clone(&state);
            thread::spawn(move || {
                placement.pin(1);
                (0..n).for_each(|_| turn(&state, 1, 0));
            })
        };
        let lap = time(n, || turn(&state, 0, 1));
        other.join().expect("no panic");
        lap
    })
}
