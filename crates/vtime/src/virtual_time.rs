//! Virtual time: simulated threads, cores and a clock.
//!
//! Each simulated thread is a coroutine. All of them run on one thread of the operating system, one at a time. Time
//! passes only when a thread says so, so a second of the simulation may take a millisecond, and each run is the same.
//! `computer` says what everything costs, `event_queue` what will happen and when, `simulator` what threads wait for,
//! `cores` which thread runs where.

mod channel;
mod computer;
mod cores;
mod event_queue;
mod failure;
mod simulator;
mod slab;
mod sync;

use std::any::Any;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use generator::{Generator, Gn};

use self::event_queue::Clock;
use self::simulator::{BlockedOn, Body, Next, Simulator, TaskId, nanoseconds};
use crate::Platform;

pub use channel::Channel;
pub use computer::Computer;
pub use failure::{Failure, Wait};
pub use sync::{VirtualCondition, VirtualGuard, VirtualMutex};

/// The stack of a simulated thread, in machine words. The operating system allocates only the pages that are used.
const STACK: usize = (1 << 20) / size_of::<usize>();

/// A simulated computer, as its threads see it.
///
/// All its threads run on the same thread of the operating system. So they share thread-locals, and must not hold any
/// other lock than the simulation's while they wait. A loop that waits without calling the platform never ends, because
/// no time passes.
#[derive(Clone)]
pub struct Virtual {
    shared: Arc<Shared>,
}

struct Shared {
    clock: Arc<Clock>,
    /// One instruction, in nanoseconds.
    instruction: u64,
    /// What it costs to wake a thread, and to wake a thread whose core was idle.
    wake_call: u64,
    wake_idle_call: u64,
    simulator: Mutex<Simulator>,
}

impl Virtual {
    /// Runs `main` as the first thread of a computer, until all its threads have ended. Returns what `main` returned.
    ///
    /// # Errors
    ///
    /// If the threads wait for each other, or one panics. Then all threads stop where they are, and their memory is
    /// leaked.
    pub fn run<R: Send + 'static>(
        computer: Computer,
        main: impl FnOnce(&Virtual) -> R + Send + 'static,
    ) -> Result<R, Failure> {
        let (instruction, wake_call) = (nanoseconds(computer.instruction), nanoseconds(computer.wake_call));
        let wake_idle_call = nanoseconds(computer.wake_call.saturating_add(computer.interrupt));
        let simulator = Simulator::new(computer);
        let clock = simulator.clock();
        let shared = Arc::new(Shared {
            clock,
            instruction,
            wake_call,
            wake_idle_call,
            simulator: Mutex::new(simulator),
        });
        let platform = Virtual { shared };
        let result = Arc::new(Mutex::new(None));
        let body = {
            let (platform, result) = (platform.clone(), Arc::clone(&result));
            move || {
                let value = main(&platform);
                *result.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
            }
        };
        platform.simulator().spawn("main".to_owned(), platform.body(body));
        platform.go()?;
        let value = result.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(value) = value else { unreachable!("main has ended, and without a panic") };
        Ok(value)
    }

    /// The simulation's loop.
    fn go(&self) -> Result<(), Failure> {
        let mut coroutines: Vec<Option<Generator<'static, (), ()>>> = Vec::new();
        loop {
            let next = self.simulator().chosen();
            let (task, body) = match next {
                Next::Resume(task, body) => (task, body),
                Next::End(result) => {
                    // Dropping a coroutine that has not ended would run its destructors, which may wait for other
                    // threads.
                    coroutines.into_iter().flatten().filter(|it| !it.is_done()).for_each(std::mem::forget);
                    return result;
                }
            };
            if let Some(body) = body {
                coroutines.resize_with(coroutines.len().max(task + 1), || None);
                coroutines[task] = Some(Gn::new_opt(STACK, body));
            }
            let Some(coroutine) = &mut coroutines[task] else { unreachable!("it has begun with a body") };
            coroutine.resume();
            if coroutine.is_done() {
                coroutines[task] = None;
            }
        }
    }

    /// The body of a coroutine: runs `body`, and tells the simulator that the thread has ended.
    fn body(&self, body: impl FnOnce() + Send + 'static) -> Body {
        let platform = self.clone();
        Box::new(move || {
            let result = catch_unwind(AssertUnwindSafe(body));
            platform.simulator().end(result.err().map(|panic| message(&*panic)));
        })
    }

    /// How long one instruction takes.
    pub fn instruction(&self) -> Duration {
        Duration::from_nanos(self.shared.instruction)
    }

    /// The calling thread computes for `time` in native code.
    pub fn compute(&self, time: Duration) {
        self.work(nanoseconds(time));
    }

    /// From now on the calling thread, and the threads that it begins, run on these cores only. Cores that the computer
    /// lacks do not count; if no core is left, the thread may run on all.
    pub fn pin(&self, cores: &[usize]) {
        let mut simulator = self.simulator();
        simulator.pin(cores);
        if !simulator.runs() {
            self.give_way(simulator);
        }
    }

    /// A channel between threads or processes.
    pub fn channel<T: Send>(&self) -> Channel<T> {
        Channel::new(self.clone())
    }

    /// Whether both are the same simulation.
    fn is(&self, other: &Virtual) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    fn simulator(&self) -> MutexGuard<'_, Simulator> {
        self.shared.simulator.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[inline]
    fn work(&self, time: u64) {
        if !self.shared.clock.pass(time) {
            let mut simulator = self.simulator();
            simulator.work(time);
            self.give_way(simulator);
        }
    }

    /// Wakes a thread, and lets the time pass that this costs the calling thread.
    fn wake(&self, mut simulator: MutexGuard<'_, Simulator>, task: TaskId) {
        let interrupted = simulator.wake(task);
        // A destructor that runs while a panic unwinds must not switch to another thread.
        if std::thread::panicking() {
            return;
        }
        if simulator.runs() {
            drop(simulator);
        } else {
            self.give_way(simulator);
        }
        let cost = if interrupted { self.shared.wake_idle_call } else { self.shared.wake_call };
        if cost > 0 {
            self.work(cost);
        }
    }

    /// Runs other threads until the calling thread continues, which may be at once.
    fn give_way(&self, mut simulator: MutexGuard<'_, Simulator>) {
        if simulator.continues() {
            return;
        }
        drop(simulator);
        // The scoped form needs the coroutine's scope, which the code of a simulated thread does not have.
        #[expect(deprecated)]
        generator::yield_with(());
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message").to_owned()
}

/// A simulated thread that can be joined.
pub struct VirtualThread(TaskId);

// SAFETY: `Lock::holder`, which a real mutex protects, allows one guard at a time. A guard whose wait was broken off
// gives no access.
unsafe impl Platform for Virtual {
    type Flag = AtomicBool;
    type Mutex<T: Send + 'static> = VirtualMutex<T>;
    type Guard<'a, T: Send + 'static> = VirtualGuard<'a, T>;
    type Condition = VirtualCondition;
    type Thread = VirtualThread;

    fn flag(&self) -> AtomicBool {
        AtomicBool::new(false)
    }

    fn mutex<T: Send + 'static>(&self, value: T) -> VirtualMutex<T> {
        VirtualMutex::new(self.clone(), value)
    }

    fn condition(&self) -> VirtualCondition {
        VirtualCondition::new(self.clone())
    }

    #[track_caller]
    fn lock<'a, T: Send + 'static>(&self, mutex: &'a VirtualMutex<T>) -> VirtualGuard<'a, T> {
        mutex.lock(Location::caller())
    }

    #[track_caller]
    fn wait<T: Send + 'static>(&self, condition: &VirtualCondition, guard: &mut VirtualGuard<'_, T>) {
        condition.wait(guard, None, Location::caller());
    }

    #[track_caller]
    fn wait_timeout<T: Send + 'static>(
        &self,
        condition: &VirtualCondition,
        guard: &mut VirtualGuard<'_, T>,
        timeout: Duration,
    ) -> bool {
        condition.wait(guard, Some(timeout), Location::caller())
    }

    fn notify_one<T: Send + 'static>(&self, condition: &VirtualCondition, guard: &VirtualGuard<'_, T>) {
        condition.notify_one(guard);
    }

    fn spawn(&self, name: &str, body: impl FnOnce() + Send + 'static) -> VirtualThread {
        let body = self.body(body);
        let mut simulator = self.simulator();
        let task = simulator.spawn(name.to_owned(), body);
        if !simulator.runs() {
            self.give_way(simulator);
        }
        VirtualThread(task)
    }

    #[track_caller]
    fn join(&self, thread: VirtualThread) {
        let place = Location::caller();
        let mut simulator = self.simulator();
        if simulator.joins(thread.0) {
            simulator.block(BlockedOn::End(thread.0), None, place);
            self.give_way(simulator);
        }
    }

    fn name(&self) -> String {
        self.simulator().name().to_owned()
    }

    fn now(&self) -> Duration {
        Duration::from_nanos(self.shared.clock.now())
    }

    #[track_caller]
    fn sleep(&self, time: Duration) {
        let mut simulator = self.simulator();
        simulator.block(BlockedOn::Time, Some(time), Location::caller());
        self.give_way(simulator);
    }

    #[inline]
    fn executed(&self, instructions: u32) {
        self.work(self.shared.instruction.saturating_mul(instructions.into()));
    }
}
