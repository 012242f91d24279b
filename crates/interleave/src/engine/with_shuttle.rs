//! The engine shuttle: all memory is sequentially consistent, and the order of steps is random.

use std::cell::{Cell, RefCell};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use shuttle::scheduler::{PctScheduler, RandomScheduler, Schedule, Scheduler, Task, TaskId};
use shuttle::{Config, FailurePersistence, MaxSteps, Runner};

pub(crate) use shuttle::thread::{JoinHandle, Thread as Handle};

/// How deep a bug may be that the second half of a search is good at: 2 misses stolen wake-ups.
const DEPTH: usize = 3;

/// See [`Point`](super::with_loom::Point).
pub(crate) struct Point(shuttle::sync::atomic::AtomicBool);

impl Point {
    pub(crate) fn new() -> Self {
        Point(shuttle::sync::atomic::AtomicBool::new(false))
    }

    pub(crate) fn pass(&self) {
        self.0.load(Ordering::SeqCst);
    }

    /// Steps are chosen at random, whatever they are on.
    pub(crate) fn touch(&self) {}
}

/// See [`Relay`](super::with_loom::Relay); everything is visible anyway.
pub(crate) struct Relay(Point);

impl Relay {
    pub(crate) fn new() -> Self {
        Relay(Point::new())
    }

    pub(crate) fn release(&self) {
        self.0.pass();
    }

    pub(crate) fn acquire(&self) {
        self.0.pass();
    }
}

/// See [`Lock`](super::with_loom::Lock).
pub(crate) struct Lock {
    /// Before the mutex, which it borrows.
    guard: RefCell<Option<shuttle::sync::MutexGuard<'static, ()>>>,
    mutex: Box<shuttle::sync::Mutex<()>>,
}

impl Lock {
    pub(crate) fn new() -> Self {
        Lock { guard: RefCell::new(None), mutex: Box::new(shuttle::sync::Mutex::new(())) }
    }

    pub(crate) fn acquire(&self) {
        self.keep(self.mutex.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Acquires the lock if it is free.
    pub(crate) fn try_acquire(&self) -> bool {
        let Ok(guard) = self.mutex.try_lock() else { return false };
        self.keep(guard);
        true
    }

    fn keep(&self, guard: shuttle::sync::MutexGuard<'_, ()>) {
        // SAFETY: the guard borrows the boxed mutex, which lives as long as `self`, does not move, and is
        // dropped after the guard.
        let guard: shuttle::sync::MutexGuard<'static, ()> = unsafe { std::mem::transmute(guard) };
        *self.guard.borrow_mut() = Some(guard);
    }

    pub(crate) fn release(&self) {
        let guard = self.guard.borrow_mut().take();
        drop(guard);
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        std::mem::forget(self.guard.take());
    }
}

pub(crate) fn current() -> Handle {
    shuttle::thread::current()
}

pub(crate) fn park() {
    shuttle::thread::park();
}

pub(crate) fn unpark(handle: &Handle) {
    handle.unpark();
}

pub(crate) fn yield_now() {
    shuttle::thread::yield_now();
}

pub(crate) fn spawn<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    shuttle::thread::spawn(f)
}

pub(crate) fn fence(order: Ordering) {
    shuttle::sync::atomic::fence(order);
}

/// See [`Fickle`](super::with_loom::Fickle).
pub(crate) struct Fickle {
    waiter: Handle,
    woken: Cell<bool>,
}

impl Fickle {
    pub(crate) fn new() -> Self {
        Fickle { waiter: current(), woken: Cell::new(false) }
    }

    pub(crate) fn wait(&self) {
        use shuttle::rand::Rng;
        if shuttle::rand::thread_rng().gen_bool(0.5) {
            yield_now();
            return;
        }
        while !self.woken.get() {
            park();
        }
    }

    pub(crate) fn wake(&self) {
        self.woken.set(true);
        self.waiter.unpark();
    }

    pub(crate) fn wakes(&self) {}

    pub(crate) fn woken(&self) {}
}

fn config(steps: usize, time: Option<Duration>) -> Config {
    let mut config = Config::new();
    config.failure_persistence = FailurePersistence::None;
    config.max_steps = MaxSteps::FailAfter(steps);
    config.max_time = time;
    config.silence_warnings = true;
    config
}

/// Runs `f` at most this often, one half with random steps and one half with few switches of priority.
pub(crate) fn search_at_random(
    seed: u64,
    executions: usize,
    steps: usize,
    time: Duration,
    f: impl Fn() + Send + Sync + Clone + 'static,
) {
    let config = config(steps, Some(time / 2));
    let random = RandomScheduler::new_from_seed(seed, executions.div_ceil(2));
    Runner::new(random, config.clone()).run(f.clone());
    let pct = PctScheduler::new_from_seed(seed, DEPTH, executions / 2);
    Runner::new(pct, config).run(f);
}

/// Runs `f` once; `choose` gets the numbers of the threads that can go on, and says which of them does.
pub(crate) fn play(
    steps: usize,
    choose: impl FnMut(Vec<usize>) -> usize + 'static,
    f: impl Fn() + Send + Sync + 'static,
) {
    Runner::new(Player { choose, begun: false }, config(steps, None)).run(f);
}

struct Player<F> {
    choose: F,
    begun: bool,
}

impl<F: FnMut(Vec<usize>) -> usize> Scheduler for Player<F> {
    fn new_execution(&mut self) -> Option<Schedule> {
        (!std::mem::replace(&mut self.begun, true)).then(|| Schedule::new(0))
    }

    fn next_task(&mut self, runnable: &[&Task], _: Option<TaskId>, _: bool) -> Option<TaskId> {
        let threads = runnable.iter().map(|task| usize::from(task.id())).collect();
        Some(TaskId::from((self.choose)(threads)))
    }

    /// The same each time, so that a choice can be repeated.
    fn next_u64(&mut self) -> u64 {
        0
    }
}

/// Makes shuttle install its panic hook now, and removes the hook: it prints at every panic of the process.
/// Called before this crate's hook is set, and once.
pub(crate) fn keep_its_hook_out() {
    let before = std::panic::take_hook();
    Runner::new(RandomScheduler::new(1), config(100, None)).run(|| ());
    let _ = std::panic::take_hook();
    std::panic::set_hook(before);
}
