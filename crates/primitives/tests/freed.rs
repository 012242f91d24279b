//! A release does not use the lock or the semaphore after it: the next holder may free it, as in glibc's bug 12674 and
//! CPython's bpo-38106. Each object has a page of memory of its own; a use after the page is gone is a fault. Signals hold
//! the threads up at any instruction.
//!
//! `UNGIL_ROUNDS=20000 cargo test -p ungil-primitives --test freed` for a longer run.
#![cfg(target_os = "linux")]

use std::cell::Cell;
use std::ptr;
use std::sync::Barrier;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, Instant};

use ungil_primitives::{RawLock, Semaphore};

const PAGE: usize = 4096;
const THREADS: usize = 3;

/// How often a thread takes the object before it counts itself out: for contention.
const TURNS: usize = 2;

/// A waiter that gives up may take the lock, and free it, before the thread that has released the lock looks for the waiter.
const PATIENCE: Duration = Duration::from_micros(20);

/// An object that its last user frees.
struct Shared<T> {
    object: T,
    /// How many threads use it. Guarded by `object`.
    users: Cell<usize>,
}

impl<T> Shared<T> {
    fn map(object: T) -> *mut Self {
        let (access, kind) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
        // SAFETY: a new mapping, at an address that the system chooses.
        let page = unsafe { libc::mmap(ptr::null_mut(), PAGE, access, kind, -1, 0) };
        assert_ne!(page, libc::MAP_FAILED);
        let page: *mut Self = page.cast();
        // SAFETY: the page is large enough and aligned, and no other thread knows it.
        unsafe { page.write(Shared { object, users: Cell::new(THREADS) }) };
        page
    }
}

/// Each round, every thread takes the object once and counts itself out; the last one frees it.
fn last_user_frees<T: Send + 'static>(new: fn() -> T, take: fn(&T), give: fn(&T)) {
    let rounds: usize = std::env::var("UNGIL_ROUNDS").map_or(500, |rounds| rounds.parse().expect("a number"));
    hold_up_on_signals();
    let round = Barrier::new(THREADS);
    let page = AtomicPtr::new(Shared::map(new()));
    let (sender, ids) = mpsc::channel();
    let user = |sender: Sender<libc::pthread_t>| {
        // SAFETY: it has no conditions.
        sender.send(unsafe { libc::pthread_self() }).expect("the main thread waits for it");
        for _ in 0..rounds {
            round.wait();
            // SAFETY: this thread is one of the users, so the page is there until the thread has counted itself out.
            let shared = unsafe { &*page.load(Ordering::Relaxed) };
            for _ in 0..TURNS {
                take(&shared.object);
                thread::yield_now();
                give(&shared.object);
            }
            take(&shared.object);
            // Long enough for the others to sleep.
            thread::yield_now();
            shared.users.set(shared.users.get() - 1);
            let is_last = shared.users.get() == 0;
            give(&shared.object);
            if is_last {
                // SAFETY: all others have counted themselves out.
                assert_eq!(unsafe { libc::munmap(page.load(Ordering::Relaxed).cast(), PAGE) }, 0);
                page.store(Shared::map(new()), Ordering::Relaxed);
            }
        }
    };
    thread::scope(|scope| {
        let users: Vec<_> = (0..THREADS).map(|_| scope.spawn(|| user(sender.clone()))).collect();
        let ids: Vec<_> = ids.iter().take(THREADS).collect();
        while !users.iter().all(thread::ScopedJoinHandle::is_finished) {
            for id in &ids {
                // SAFETY: the threads were not joined, so their ids are valid.
                unsafe { libc::pthread_kill(*id, libc::SIGUSR1) };
            }
            thread::yield_now();
        }
    });
}

fn hold_up_on_signals() {
    extern "C" fn hold_up(_signal: libc::c_int) {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_micros(50) {}
    }
    // SAFETY: the handler only reads the clock, which is safe in a signal.
    unsafe { libc::signal(libc::SIGUSR1, hold_up as *const () as usize) };
}

#[test]
fn a_lock_is_freed_by_its_last_user() {
    last_user_frees(
        RawLock::new,
        |lock| while lock.acquire_timeout(PATIENCE).is_err() {},
        |lock| lock.release().expect("held"),
    );
}

#[test]
fn a_semaphore_is_freed_by_its_last_user() {
    last_user_frees(
        || Semaphore::new(1),
        |semaphore| loop {
            if let Ok(permit) = semaphore.acquire_timeout(PATIENCE) {
                return permit.forget();
            }
        },
        |semaphore| semaphore.release(1).expect("there is room"),
    );
}
