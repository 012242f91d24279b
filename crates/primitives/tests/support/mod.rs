//! What the tests of blocking calls need: threads that can be seen asleep.
#![allow(dead_code, reason = "no file uses all of it")]

use std::thread::{self, Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

use ungil_threads::Interrupted;

/// A net under what does not block: it passes only if the code under test is broken.
pub const NET: Duration = Duration::from_secs(5);
/// A time-out that has to pass.
pub const SHORT: Duration = Duration::from_millis(5);

pub const TIMEOUT: Result<(), Interrupted> = Err(Interrupted::Timeout);
pub const STOPPED: Result<(), Interrupted> = Err(Interrupted::Stopped);

/// What `f` returns in another thread.
pub fn elsewhere<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| start(scope, f).join())
}

/// What `f` returns, and it has taken at least [`SHORT`].
#[track_caller]
pub fn takes_its_time<T>(f: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let result = f();
    assert!(begun.elapsed() >= SHORT, "it comes back before its time is over");
    result
}

/// Waits, awake, for what other threads bring about.
#[track_caller]
pub fn wait_until(holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < NET, "it does not come about");
        thread::yield_now();
    }
}

/// Starts a thread that can be seen asleep.
pub fn start<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    f: impl FnOnce() -> T + Send + 'scope,
) -> Started<'scope, T> {
    let (sender, task) = std::sync::mpsc::channel();
    let handle = scope.spawn(move || {
        sender.send(Task::current()).expect("the starter waits for it");
        f()
    });
    Started { handle, task: task.recv().expect("the thread says which it is") }
}

/// As many such threads, each asleep before the next one starts: they have come in the order of their
/// numbers.
#[track_caller]
pub fn asleep_in_order<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    count: usize,
    f: impl Fn(usize) -> T + Clone + Send + 'scope,
) -> Vec<Started<'scope, T>> {
    let started = (0..count).map(|number| {
        let f = f.clone();
        let thread = start(scope, move || f(number));
        thread.asleep();
        thread
    });
    started.collect()
}

pub struct Started<'scope, T> {
    handle: ScopedJoinHandle<'scope, T>,
    task: Task,
}

impl<T> Started<'_, T> {
    /// Waits until the thread sleeps, and says how much it has run by then.
    #[track_caller]
    pub fn asleep(&self) -> Ran {
        self.task.asleep()
    }

    /// What `f` returns, and the thread does nothing meanwhile, even if it is woken.
    pub fn held_up<R>(&self, f: impl FnOnce() -> R) -> R {
        self.task.held_up(f)
    }

    pub fn is_finished(&self) -> bool {
        self.handle.is_finished()
    }

    #[track_caller]
    pub fn join(self) -> T {
        self.handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// The results of all, in their order.
#[track_caller]
pub fn join_all<T>(threads: Vec<Started<'_, T>>) -> Vec<T> {
    threads.into_iter().map(Started::join).collect()
}

/// How much a thread has run: nanoseconds on a CPU, and how often it was put on one. It is the same again if
/// the thread has not run meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ran {
    nanoseconds: u64,
    turns: u64,
}

/// A thread as the kernel sees it.
#[cfg(target_os = "linux")]
struct Task {
    /// Its folder in `/proc`.
    proc: std::path::PathBuf,
    /// For signals.
    id: libc::pthread_t,
}

#[cfg(target_os = "linux")]
impl Task {
    fn current() -> Self {
        let proc =
            std::path::Path::new("/proc").join(std::fs::read_link("/proc/thread-self").expect("Linux"));
        // SAFETY: it has no conditions.
        Task { proc, id: unsafe { libc::pthread_self() } }
    }

    /// A signal's handler holds it.
    fn held_up<R>(&self, f: impl FnOnce() -> R) -> R {
        use std::sync::atomic::{AtomicU32, Ordering};

        /// The handler is not running, or may leave.
        const FREE: u32 = 0;
        /// The handler is to come.
        const CALLED: u32 = 1;
        /// The thread is in the handler.
        const HELD: u32 = 2;
        /// The handler may leave.
        const LEAVING: u32 = 3;
        static STATE: AtomicU32 = AtomicU32::new(FREE);
        /// One thread at a time, as there is one state.
        static ONE: std::sync::Mutex<()> = std::sync::Mutex::new(());

        extern "C" fn handler(_signal: libc::c_int) {
            STATE.store(HELD, Ordering::SeqCst);
            while STATE.load(Ordering::SeqCst) == HELD {
                // A system call, and nothing else: it may be called in a handler.
                ungil_futex::wait(&STATE, HELD, None);
            }
            STATE.store(FREE, Ordering::SeqCst);
        }

        let _one = ONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        // SAFETY: all zero is a valid value, and the handler does only what is allowed in one.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = handler as extern "C" fn(libc::c_int) as usize;
            action.sa_flags = libc::SA_RESTART;
            assert_eq!(libc::sigaction(libc::SIGUSR1, &action, std::ptr::null_mut()), 0);
        }
        STATE.store(CALLED, Ordering::SeqCst);
        // SAFETY: the thread has not been joined, as its `Started` is here.
        assert_eq!(unsafe { libc::pthread_kill(self.id, libc::SIGUSR1) }, 0);
        wait_until(|| STATE.load(Ordering::SeqCst) == HELD);
        let result = f();
        STATE.store(LEAVING, Ordering::SeqCst);
        ungil_futex::wake(&STATE, 1);
        wait_until(|| STATE.load(Ordering::SeqCst) == FREE);
        result
    }

    /// It is seen asleep several times, and has not run in between: it does not merely wait a moment for an
    /// allocator's or a queue's lock.
    #[track_caller]
    fn asleep(&self) -> Ran {
        let begun = Instant::now();
        let (mut last, mut times) = (self.look(), 0);
        while times < 5 {
            assert!(begun.elapsed() < NET, "the thread does not block");
            thread::yield_now();
            let now = self.look();
            times = if now == last && now.0 == 'S' { times + 1 } else { 0 };
            last = now;
        }
        last.1
    }

    #[track_caller]
    fn look(&self) -> (char, Ran) {
        let read = |name| std::fs::read_to_string(self.proc.join(name)).expect("the thread has not ended");
        let stat = read("stat");
        // The name before it may have spaces and parentheses.
        let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next()).expect("a state");
        let schedstat = read("schedstat");
        let mut fields = schedstat.split_whitespace().map(|field| field.parse().expect("a number"));
        let (nanoseconds, turns) = (fields.next().expect("ran"), fields.nth(1).expect("turns"));
        (state, Ran { nanoseconds, turns })
    }
}

/// Elsewhere it cannot be seen: a while has to do.
#[cfg(not(target_os = "linux"))]
struct Task;

#[cfg(not(target_os = "linux"))]
impl Task {
    fn current() -> Self {
        Task
    }

    fn asleep(&self) -> Ran {
        thread::sleep(Duration::from_millis(30));
        Ran { nanoseconds: 0, turns: 0 }
    }

    /// It cannot be held up either: it is slow, mostly.
    fn held_up<R>(&self, f: impl FnOnce() -> R) -> R {
        f()
    }
}
