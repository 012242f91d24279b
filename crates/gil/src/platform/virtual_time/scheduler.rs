//! Which thread runs on which core, and what happens next: the simulated operating system.
//!
//! It is Linux's scheduler made small. A thread runs until it blocks, its slice ends while another one waits, or one is
//! woken that has run less by so much that it goes first. Who has run least is next. A core that has nothing to do
//! takes whoever is ready.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::failure::{Failure, Wait};
use super::machine::Machine;
use super::slab::Slab;

/// What is read at every instruction, and so without a lock. Everything happens on one thread of the operating system:
/// all accesses are relaxed.
pub(super) struct Clock {
    /// In nanoseconds.
    now: AtomicU64,
    /// When the next thing happens. Until then, time passes for the running thread alone.
    horizon: AtomicU64,
}

impl Clock {
    #[inline]
    pub(super) fn now(&self) -> u64 {
        self.now.load(Ordering::Relaxed)
    }

    /// Lets time pass for the running thread, if nothing else happens meanwhile.
    #[inline]
    pub(super) fn pass(&self, time: u64) -> bool {
        let then = self.now().saturating_add(time);
        let alone = then < self.horizon.load(Ordering::Relaxed);
        if alone {
            self.now.store(then, Ordering::Relaxed);
        }
        alone
    }
}

pub(super) fn nanoseconds(time: Duration) -> u64 {
    time.as_nanos().try_into().unwrap_or(u64::MAX)
}

/// The number of a thread.
pub(super) type Task = usize;

pub(super) type Body = Box<dyn FnOnce() + Send>;

pub(super) struct Scheduler {
    machine: Machine,
    clock: Arc<Clock>,
    /// What will happen, and also what would have happened: an event of an earlier turn or wait means nothing.
    events: BinaryHeap<Reverse<Event>>,
    /// Of what happens at the same time, what was planned first comes first.
    planned: u64,
    tasks: Vec<Thread>,
    cores: Vec<Core>,
    /// Who could run, but has no core.
    ready: Vec<Task>,
    /// Whose code is executed.
    current: Task,
    pub(super) locks: Slab<Lock>,
    pub(super) conditions: Slab<Vec<Waiter>>,
    /// State of the random numbers.
    random: u64,
    failure: Option<Failure>,
}

struct Thread {
    name: String,
    body: Option<Body>,
    status: Status,
    /// Counts its turns on a core.
    turn: u64,
    /// Counts its waits.
    wait: u64,
    /// Whether its last wait ended by its time-out.
    timed_out: bool,
    /// The core on which it runs, or ran last.
    core: usize,
    /// On which cores it may run.
    may: Vec<bool>,
    /// When it began to run, if it runs.
    since: u64,
    /// When it will be through with what it does, if it runs.
    until: u64,
    /// How much of that is left, if it was stopped.
    left: u64,
    /// How long it has run, in the time of its core, see [`Core::floor`].
    ran: u64,
    joiners: Vec<Task>,
}

enum Status {
    Ready,
    Runs,
    Blocked(On, &'static Location<'static>),
    Ended,
}

/// What a thread waits for.
#[derive(Clone, Copy)]
pub(super) enum On {
    Lock(usize),
    Condition(usize),
    End(Task),
    Message,
    Time,
}

struct Core {
    runs: Option<Task>,
    /// Counts the turns.
    turn: u64,
    /// Whether the end of the slice is planned.
    slice: bool,
    /// How long each of its threads has run at least. Who has slept does not have all that time to make up for.
    floor: u64,
}

#[derive(Default)]
pub(super) struct Lock {
    pub(super) holder: Option<Task>,
    pub(super) waiting: VecDeque<Task>,
}

/// Who waits at a condition.
pub(super) struct Waiter {
    pub(super) task: Task,
    /// What it needs before it goes on.
    pub(super) lock: usize,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    at: u64,
    planned: u64,
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// A thread goes on in its code.
    Goes {
        task: Task,
        turn: u64,
    },
    TimeOut {
        task: Task,
        wait: u64,
    },
    /// The slice of the thread on this core ends.
    Slice {
        core: usize,
        turn: u64,
    },
    /// It may have to make place for one that was woken.
    Stop {
        core: usize,
        turn: u64,
    },
}

/// What the simulation does next.
pub(super) enum Next {
    /// This thread's code goes on; at its beginning with its body.
    Goes(Task, Option<Body>),
    Ends(Result<(), Failure>),
}

impl Scheduler {
    pub(super) fn new(machine: Machine) -> Self {
        let core = || Core { runs: None, turn: 0, slice: false, floor: 0 };
        Scheduler {
            clock: Arc::new(Clock { now: AtomicU64::new(0), horizon: AtomicU64::new(u64::MAX) }),
            events: BinaryHeap::new(),
            planned: 0,
            tasks: Vec::new(),
            cores: (0..machine.cores.max(1)).map(|_| core()).collect(),
            ready: Vec::new(),
            current: 0,
            locks: Slab::default(),
            conditions: Slab::default(),
            random: machine.seed,
            failure: None,
            machine,
        }
    }

    pub(super) fn clock(&self) -> Arc<Clock> {
        Arc::clone(&self.clock)
    }

    pub(super) fn current(&self) -> Task {
        self.current
    }

    pub(super) fn name(&self) -> &str {
        &self.tasks[self.current].name
    }

    pub(super) fn timed_out(&self) -> bool {
        self.tasks[self.current].timed_out
    }

    /// Whether the thread whose code is executed has a core. If not, it has to give way now.
    pub(super) fn runs(&self) -> bool {
        matches!(self.tasks[self.current].status, Status::Runs)
    }

    /// A number below `n`, which is not 0: splitmix64.
    pub(super) fn lot(&mut self, n: usize) -> usize {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    fn plan(&mut self, at: u64, what: What) {
        self.planned += 1;
        self.events.push(Reverse(Event { at, planned: self.planned, what }));
        if at < self.clock.horizon.load(Ordering::Relaxed) {
            self.clock.horizon.store(at, Ordering::Relaxed);
        }
    }

    /// Lets time pass until somebody's code goes on.
    pub(super) fn next(&mut self) -> Next {
        if let Some(failure) = self.failure.take() {
            return Next::Ends(Err(failure));
        }
        while let Some(Reverse(Event { at, what, .. })) = self.events.pop() {
            if !self.is_still_meant(what) {
                continue;
            }
            self.clock.now.store(at, Ordering::Relaxed);
            match what {
                What::Goes { task, .. } => {
                    self.current = task;
                    let horizon = self.events.peek().map_or(u64::MAX, |Reverse(event)| event.at);
                    self.clock.horizon.store(horizon, Ordering::Relaxed);
                    return Next::Goes(task, self.tasks[task].body.take());
                }
                What::TimeOut { task, .. } => self.time_out(task),
                What::Slice { core, .. } => {
                    self.cores[core].slice = false;
                    self.make_place(core, 0);
                }
                What::Stop { core, .. } => self.make_place(core, nanoseconds(self.machine.ahead)),
            }
        }
        let waits: Vec<Wait> = (0..self.tasks.len()).filter_map(|task| self.describe(task)).collect();
        Next::Ends(if waits.is_empty() {
            Ok(())
        } else {
            Err(Failure::Deadlock { at: Duration::from_nanos(self.clock.now()), waits })
        })
    }

    fn is_still_meant(&self, what: What) -> bool {
        match what {
            What::Goes { task, turn } => self.tasks[task].turn == turn,
            What::TimeOut { task, wait } => self.tasks[task].wait == wait,
            What::Slice { core, turn } | What::Stop { core, turn } => self.cores[core].turn == turn,
        }
    }

    // ---- what threads do

    pub(super) fn spawn(&mut self, name: String, body: Body) -> Task {
        let parent = self.tasks.get(self.current);
        let may = parent.map_or_else(|| vec![true; self.cores.len()], |parent| parent.may.clone());
        let core = parent.map_or(0, |parent| parent.core);
        let parent_is_there = parent.is_some();
        self.tasks.push(Thread {
            name,
            body: Some(body),
            status: Status::Ready,
            turn: 0,
            wait: 0,
            timed_out: false,
            core,
            may,
            since: 0,
            until: 0,
            left: 0,
            ran: self.cores[core].floor,
            joiners: Vec::new(),
        });
        let task = self.tasks.len() - 1;
        if parent_is_there {
            self.make_ready(task);
        } else {
            // Time begins when main does.
            self.run(task, core, Duration::ZERO);
        }
        task
    }

    /// The current thread has something to do that takes so long. It gives way until then.
    pub(super) fn work(&mut self, time: u64) {
        let until = self.clock.now().saturating_add(time);
        let thread = &mut self.tasks[self.current];
        thread.until = until;
        let what = What::Goes { task: self.current, turn: thread.turn };
        self.plan(until, what);
    }

    /// The current thread blocks, at most for `timeout`. It gives way.
    pub(super) fn block(&mut self, on: On, timeout: Option<Duration>, place: &'static Location<'static>) {
        let task = self.current;
        let thread = &mut self.tasks[task];
        thread.status = Status::Blocked(on, place);
        thread.timed_out = false;
        let what = What::TimeOut { task, wait: thread.wait };
        let at = timeout.map_or(u64::MAX, |timeout| self.clock.now().saturating_add(nanoseconds(timeout)));
        // One that is further away never comes.
        if at < u64::MAX {
            self.plan(at, what);
        }
        self.leave_core(task);
    }

    pub(super) fn wake(&mut self, task: Task) {
        self.tasks[task].wait += 1;
        self.make_ready(task);
    }

    /// Who was notified at a condition waits for its lock from now on: whoever releases that wakes it. Who holds it is
    /// the notifier, so to wake it now would be in vain.
    pub(super) fn notify(&mut self, waiter: &Waiter) {
        self.tasks[waiter.task].wait += 1;
        if let Status::Blocked(on, _) = &mut self.tasks[waiter.task].status {
            *on = On::Lock(waiter.lock);
        }
        self.locks[waiter.lock].waiting.push_back(waiter.task);
    }

    /// The current thread wants to wait for the end of `other`; false: that has come.
    pub(super) fn joins(&mut self, other: Task) -> bool {
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
        self.tasks[task].may = may.into_iter().map(|may| may || !any).collect();
        if !self.tasks[task].may[self.tasks[task].core] {
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

    fn time_out(&mut self, task: Task) {
        if let Status::Blocked(On::Condition(condition), _) = self.tasks[task].status {
            self.conditions[condition].retain(|waiter| waiter.task != task);
        }
        self.tasks[task].timed_out = true;
        self.wake(task);
    }

    fn describe(&self, task: Task) -> Option<Wait> {
        let thread = &self.tasks[task];
        let Status::Blocked(on, place) = &thread.status else { return None };
        let what = match *on {
            On::Lock(lock) => match self.locks[lock].holder {
                Some(holder) => format!("for a mutex that {} holds", self.tasks[holder].name),
                None => "for a mutex".to_owned(),
            },
            On::Condition(_) => "at a condition".to_owned(),
            On::End(other) => format!("until {} ends", self.tasks[other].name),
            On::Message => "for a message".to_owned(),
            On::Time => "for ever".to_owned(),
        };
        let place = format!("{}:{}", place.file(), place.line());
        Some(Wait { thread: thread.name.clone(), what, place })
    }

    // ---- who runs where

    /// A thread that was woken can go on.
    fn make_ready(&mut self, task: Task) {
        self.tasks[task].status = Status::Ready;
        let Some(core) = self.place(task, self.machine.wake_idle) else { return };
        // Who has slept may go before the others, but not for longer than a slice.
        let credit = nanoseconds(self.machine.slice);
        let thread = &mut self.tasks[task];
        thread.ran = thread.ran.max(self.cores[core].floor.saturating_sub(credit));
        if self.machine.wake_busy.is_zero() {
            self.make_place(core, nanoseconds(self.machine.ahead));
        } else {
            let turn = self.cores[core].turn;
            let at = self.clock.now().saturating_add(nanoseconds(self.machine.wake_busy));
            self.plan(at, What::Stop { core, turn });
        }
    }

    /// Gives an idle core to a thread that is ready, the one that it had before if possible. If there is none, it waits
    /// for that one or another.
    fn place(&mut self, task: Task, latency: Duration) -> Option<usize> {
        let thread = &self.tasks[task];
        let mine = || (0..self.cores.len()).filter(|core| thread.may[*core]);
        let before = Some(thread.core).filter(|core| thread.may[*core]);
        let idle = |core: &usize| self.cores[*core].runs.is_none();
        if let Some(core) = before.filter(idle).or_else(|| mine().find(idle)) {
            self.run(task, core, latency);
            return None;
        }
        let core = before.or_else(|| mine().next());
        let shared: Vec<usize> = mine().collect();
        if let Some(core) = core {
            self.move_to(task, core);
            self.raise_floor(core);
        }
        self.ready.push(task);
        for core in shared {
            self.plan_slice(core);
        }
        core
    }

    /// Gives a core to a thread, which runs from `latency` later on.
    fn run(&mut self, task: Task, core: usize, latency: Duration) {
        self.move_to(task, core);
        let since = self.clock.now().saturating_add(nanoseconds(latency));
        let thread = &mut self.tasks[task];
        thread.status = Status::Runs;
        thread.since = since;
        thread.until = since.saturating_add(std::mem::take(&mut thread.left));
        let (at, what) = (thread.until, What::Goes { task, turn: thread.turn });
        self.cores[core].runs = Some(task);
        self.plan(at, what);
        self.raise_floor(core);
        if self.ready.iter().any(|ready| self.tasks[*ready].may[core]) {
            self.plan_slice(core);
        }
    }

    /// Takes the thread off its core, which goes to the next one.
    fn leave_core(&mut self, task: Task) {
        let now = self.clock.now();
        let thread = &mut self.tasks[task];
        thread.turn += 1;
        thread.ran += now.saturating_sub(thread.since);
        let core = &mut self.cores[thread.core];
        core.runs = None;
        core.turn += 1;
        core.slice = false;
        let core = thread.core;
        if let Some(next) = self.next_for(core) {
            self.ready.retain(|ready| *ready != next);
            self.run(next, core, self.machine.switch);
        }
    }

    /// Stops the thread that runs on this core, if it has run longer by more than `ahead` than one that is ready.
    fn make_place(&mut self, core: usize, ahead: u64) {
        let (Some(task), Some(next)) = (self.cores[core].runs, self.next_for(core)) else { return };
        let ran = self.ran(task).cast_signed() - self.cores[core].floor.cast_signed();
        if ran < self.behind(next) + ahead.cast_signed() {
            self.plan_slice(core);
            return;
        }
        let now = self.clock.now();
        let thread = &mut self.tasks[task];
        thread.left = thread.until.saturating_sub(now.max(thread.since));
        thread.status = Status::Ready;
        self.leave_core(task);
        let _ = self.place(task, self.machine.switch);
    }

    /// Who is ready, may run there, and has run least.
    fn next_for(&self, core: usize) -> Option<Task> {
        let may = self.ready.iter().copied().filter(|task| self.tasks[*task].may[core]);
        may.min_by_key(|task| self.behind(*task))
    }

    /// How long the thread has run, from the floor of its core on.
    fn behind(&self, task: Task) -> i64 {
        let thread = &self.tasks[task];
        thread.ran.cast_signed() - self.cores[thread.core].floor.cast_signed()
    }

    /// How long a thread has run up to now.
    fn ran(&self, task: Task) -> u64 {
        let thread = &self.tasks[task];
        match thread.status {
            Status::Runs => thread.ran + self.clock.now().saturating_sub(thread.since),
            _ => thread.ran,
        }
    }

    /// Each core has a time of its own, in which a thread takes its place among the others.
    fn move_to(&mut self, task: Task, core: usize) {
        let behind = self.behind(task);
        let floor = self.cores[core].floor;
        let thread = &mut self.tasks[task];
        thread.ran = floor.saturating_add_signed(behind);
        thread.core = core;
    }

    fn raise_floor(&mut self, core: usize) {
        let here = self.ready.iter().copied().filter(|task| self.tasks[*task].core == core);
        let least = here.chain(self.cores[core].runs).map(|task| self.ran(task)).min();
        let floor = &mut self.cores[core].floor;
        *floor = (*floor).max(least.unwrap_or(0));
    }

    /// The thread that runs there has to share its core from now on.
    fn plan_slice(&mut self, core: usize) {
        let Some(task) = self.cores[core].runs else { return };
        if std::mem::replace(&mut self.cores[core].slice, true) {
            return;
        }
        let now = self.clock.now();
        let slice = nanoseconds(self.machine.slice).max(1);
        // One that has run alone for long has had its slice.
        let ran = now.saturating_sub(self.tasks[task].since) % slice;
        let turn = self.cores[core].turn;
        self.plan(now.saturating_add(slice - ran), What::Slice { core, turn });
    }
}
