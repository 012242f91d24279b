//! The simulated threads: what they wait for, and which of them continues next.

use std::collections::VecDeque;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use super::computer::Computer;
use super::cores::Core;
use super::event_queue::{Clock, EventQueue, Planned, SimEvent};
use super::failure::{Failure, Wait};
use super::slab::Slab;

pub(super) fn nanoseconds(time: Duration) -> u64 {
    time.as_nanos().try_into().unwrap_or(u64::MAX)
}

/// The number of a thread.
pub(super) type TaskId = usize;

pub(super) type Body = Box<dyn FnOnce() + Send>;

pub(super) struct Simulator {
    pub(super) computer: Computer,
    pub(super) events: EventQueue,
    pub(super) tasks: Vec<Task>,
    pub(super) cores: Vec<Core>,
    /// Threads that can run, but have no core.
    pub(super) ready: Vec<TaskId>,
    /// The thread whose code is being executed.
    current: TaskId,
    pub(super) locks: Slab<Lock>,
    pub(super) conditions: Slab<Vec<Waiter>>,
    /// State of the random numbers.
    random: u64,
    failure: Option<Failure>,
    /// What the simulation does next, if that was decided already.
    chosen: Option<Next>,
}

pub(super) struct Task {
    name: String,
    body: Option<Body>,
    pub(super) status: Status,
    /// The number of its current turn on a core.
    pub(super) turn: u64,
    /// The number of its current wait.
    wait: u64,
    /// Whether its last wait has timed out.
    timed_out: bool,
    /// The core on which it runs, or ran last.
    pub(super) core: usize,
    /// On which cores it may run.
    pub(super) affinity: Vec<bool>,
    /// When it began its turn, if it runs.
    pub(super) since: u64,
    /// When its current work will end, if it runs.
    pub(super) until: u64,
    /// How much of its work is left, if it was preempted.
    pub(super) left: u64,
    /// How long it has run, on the scale of its core's [`Core::min_vruntime`]. Linux: `vruntime`.
    pub(super) vruntime: u64,
    joiners: Vec<TaskId>,
}

pub(super) enum Status {
    Ready,
    Runs,
    Blocked(BlockedOn, &'static Location<'static>),
    Ended,
}

/// What a thread waits for.
#[derive(Clone, Copy)]
pub(super) enum BlockedOn {
    Lock(usize),
    Condition(usize),
    End(TaskId),
    Message,
    Time,
}

#[derive(Default)]
pub(super) struct Lock {
    pub(super) holder: Option<TaskId>,
    pub(super) waiters: VecDeque<TaskId>,
}

/// A thread that waits at a condition.
pub(super) struct Waiter {
    pub(super) task: TaskId,
    /// The lock that it needs before it continues.
    pub(super) lock: usize,
}

/// What the simulation does next.
pub(super) enum Next {
    /// The code of this thread continues. If it has not begun: its body.
    Resume(TaskId, Option<Body>),
    End(Result<(), Failure>),
}

impl Simulator {
    pub(super) fn new(computer: Computer) -> Self {
        Simulator {
            events: EventQueue::new(),
            tasks: Vec::new(),
            cores: (0..computer.cores.max(1)).map(|_| Core::default()).collect(),
            ready: Vec::new(),
            current: 0,
            locks: Slab::default(),
            conditions: Slab::default(),
            random: computer.seed,
            failure: None,
            chosen: None,
            computer,
        }
    }

    pub(super) fn clock(&self) -> Arc<Clock> {
        Arc::clone(&self.events.clock)
    }

    pub(super) fn current(&self) -> TaskId {
        self.current
    }

    pub(super) fn name(&self) -> &str {
        &self.tasks[self.current].name
    }

    pub(super) fn timed_out(&self) -> bool {
        self.tasks[self.current].timed_out
    }

    /// Whether the current thread has a core. If not, it must give way now.
    pub(super) fn runs(&self) -> bool {
        matches!(self.tasks[self.current].status, Status::Runs)
    }

    /// A random number below `n`, which is not 0: splitmix64.
    pub(super) fn random_below(&mut self, n: usize) -> usize {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    /// Returns what the simulation's loop does next.
    pub(super) fn chosen(&mut self) -> Next {
        self.chosen.take().unwrap_or_else(|| self.next())
    }

    /// The current thread gives way. Returns true if the same thread continues, so that the loop need not switch
    /// coroutines.
    pub(super) fn continues(&mut self) -> bool {
        let task = self.current;
        let next = self.next();
        let continues = matches!(next, Next::Resume(next, _) if next == task);
        if !continues {
            self.chosen = Some(next);
        }
        continues
    }

    /// Handles events until a thread's code continues.
    fn next(&mut self) -> Next {
        if let Some(failure) = self.failure.take() {
            return Next::End(Err(failure));
        }
        while let Some(Planned { at, event, .. }) = self.events.next() {
            if !self.is_current(event) {
                continue;
            }
            self.events.begin(at);
            match event {
                SimEvent::Resume { task, .. } => {
                    self.current = task;
                    return Next::Resume(task, self.tasks[task].body.take());
                }
                SimEvent::TimeOut { task, .. } => self.time_out(task),
                SimEvent::SliceEnd { core, .. } => {
                    self.cores[core].slice = false;
                    self.preempt(core, 0);
                }
                SimEvent::Preempt { core, .. } => self.preempt(core, nanoseconds(self.computer.ahead)),
            }
        }
        let waits: Vec<Wait> = (0..self.tasks.len()).filter_map(|task| self.describe(task)).collect();
        Next::End(if waits.is_empty() {
            Ok(())
        } else {
            Err(Failure::Deadlock { at: Duration::from_nanos(self.events.clock.now()), waits })
        })
    }

    fn is_current(&self, event: SimEvent) -> bool {
        match event {
            SimEvent::Resume { task, turn } => self.tasks[task].turn == turn,
            SimEvent::TimeOut { task, wait } => self.tasks[task].wait == wait,
            SimEvent::SliceEnd { core, turn } | SimEvent::Preempt { core, turn } => {
                self.cores[core].turn == turn
            }
        }
    }

    pub(super) fn spawn(&mut self, name: String, body: Body) -> TaskId {
        let parent = self.tasks.get(self.current);
        let affinity = parent.map_or_else(|| vec![true; self.cores.len()], |parent| parent.affinity.clone());
        let core = parent.map_or(0, |parent| parent.core);
        let parent_is_there = parent.is_some();
        self.tasks.push(Task {
            name,
            body: Some(body),
            status: Status::Ready,
            turn: 0,
            wait: 0,
            timed_out: false,
            core,
            affinity,
            since: 0,
            until: 0,
            left: 0,
            vruntime: self.cores[core].min_vruntime,
            joiners: Vec::new(),
        });
        let task = self.tasks.len() - 1;
        if parent_is_there {
            self.make_ready(task);
        } else {
            // The main thread runs at once, at time 0.
            self.run(task, core, Duration::ZERO);
        }
        task
    }

    /// The current thread works for `time`. The caller gives way until then.
    pub(super) fn work(&mut self, time: u64) {
        let until = self.events.clock.now().saturating_add(time);
        let thread = &mut self.tasks[self.current];
        thread.until = until;
        let event = SimEvent::Resume { task: self.current, turn: thread.turn };
        self.events.plan(until, event);
    }

    /// The current thread blocks, at most for `timeout`. The caller gives way.
    pub(super) fn block(
        &mut self,
        on: BlockedOn,
        timeout: Option<Duration>,
        place: &'static Location<'static>,
    ) {
        let task = self.current;
        let thread = &mut self.tasks[task];
        thread.status = Status::Blocked(on, place);
        thread.timed_out = false;
        let event = SimEvent::TimeOut { task, wait: thread.wait };
        let at =
            timeout.map_or(u64::MAX, |timeout| self.events.clock.now().saturating_add(nanoseconds(timeout)));
        // A time-out beyond the end of the clock never comes.
        if at < u64::MAX {
            self.events.plan(at, event);
        }
        self.leave_core(task);
    }

    /// Wakes a thread. Returns whether an idle CPU was interrupted for it.
    pub(super) fn wake(&mut self, task: TaskId) -> bool {
        self.tasks[task].wait += 1;
        self.make_ready(task)
    }

    /// Moves a notified thread from the condition to the waiters of the lock, whose release wakes it. The notifying
    /// thread holds the lock, so a wake-up now would be in vain.
    pub(super) fn notify(&mut self, waiter: &Waiter) {
        self.tasks[waiter.task].wait += 1;
        if let Status::Blocked(on, _) = &mut self.tasks[waiter.task].status {
            *on = BlockedOn::Lock(waiter.lock);
        }
        self.locks[waiter.lock].waiters.push_back(waiter.task);
    }

    /// Adds the current thread to the joiners of `other`. False if `other` has ended.
    pub(super) fn joins(&mut self, other: TaskId) -> bool {
        let task = self.current;
        let other = &mut self.tasks[other];
        let ended = matches!(other.status, Status::Ended);
        if !ended {
            other.joiners.push(task);
        }
        !ended
    }

    pub(super) fn pin(&mut self, cores: &[usize]) {
        let task = self.current;
        let may: Vec<bool> = (0..self.cores.len()).map(|core| cores.contains(&core)).collect();
        let any = may.contains(&true);
        self.tasks[task].affinity = may.into_iter().map(|may| may || !any).collect();
        if !self.tasks[task].affinity[self.tasks[task].core] {
            self.tasks[task].status = Status::Ready;
            self.leave_core(task);
            self.make_ready(task);
        }
    }

    pub(super) fn end(&mut self, panic: Option<String>) {
        let task = self.current;
        self.tasks[task].status = Status::Ended;
        self.leave_core(task);
        for joiner in std::mem::take(&mut self.tasks[task].joiners) {
            self.wake(joiner);
        }
        if let Some(message) = panic {
            self.failure = Some(Failure::Panic { thread: self.tasks[task].name.clone(), message });
        }
    }

    fn time_out(&mut self, task: TaskId) {
        if let Status::Blocked(BlockedOn::Condition(condition), _) = self.tasks[task].status {
            self.conditions[condition].retain(|waiter| waiter.task != task);
        }
        self.tasks[task].timed_out = true;
        self.wake(task);
    }

    fn describe(&self, task: TaskId) -> Option<Wait> {
        let thread = &self.tasks[task];
        let Status::Blocked(on, place) = &thread.status else { return None };
        let what = match *on {
            BlockedOn::Lock(lock) => match self.locks[lock].holder {
                Some(holder) => format!("for a mutex that {} holds", self.tasks[holder].name),
                None => "for a mutex".to_owned(),
            },
            BlockedOn::Condition(_) => "at a condition".to_owned(),
            BlockedOn::End(other) => format!("until {} ends", self.tasks[other].name),
            BlockedOn::Message => "for a message".to_owned(),
            BlockedOn::Time => "for ever".to_owned(),
        };
        let place = format!("{}:{}", place.file(), place.line());
        Some(Wait { thread: thread.name.clone(), what, place })
    }
}
