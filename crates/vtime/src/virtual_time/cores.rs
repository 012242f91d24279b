//! Which thread runs on which core.
//!
//! It is Linux's scheduler made small. A thread runs until it blocks, its slice ends while another one waits, or one is
//! woken that has run less by so much that it goes first. The thread that has run least is next. An idle core takes any
//! ready thread.

use std::time::Duration;

use super::event_queue::SimEvent;
use super::simulator::{Simulator, Status, Task, nanoseconds};

#[derive(Default)]
pub(super) struct Core {
    pub(super) runs: Option<Task>,
    /// Counts the turns.
    pub(super) turn: u64,
    /// Whether the end of the slice is planned.
    pub(super) slice: bool,
    /// How long each of its threads has run at least. A thread that has slept need not make up for all that time.
    pub(super) floor: u64,
}

impl Simulator {
    /// A thread that was woken can go on. Whether a CPU that was idle was interrupted for it.
    pub(super) fn make_ready(&mut self, task: Task) -> bool {
        self.tasks[task].status = Status::Ready;
        let Some(core) = self.place(task) else { return true };
        // A thread that has slept may go before the others, but not for longer than a slice.
        let credit = nanoseconds(self.computer.slice);
        let thread = &mut self.tasks[task];
        thread.ran = thread.ran.max(self.cores[core].floor.saturating_sub(credit));
        if self.computer.wake_busy.is_zero() {
            self.make_place(core, nanoseconds(self.computer.ahead));
        } else {
            let turn = self.cores[core].turn;
            let at = self.events.clock.now().saturating_add(nanoseconds(self.computer.wake_busy));
            self.events.plan(at, SimEvent::Stop { core, turn });
        }
        false
    }

    /// Gives an idle core to a thread that is ready, the one that it had before if possible. If there is none, it waits
    /// for that one or another.
    fn place(&mut self, task: Task) -> Option<usize> {
        let thread = &self.tasks[task];
        let mine = || (0..self.cores.len()).filter(|core| thread.may[*core]);
        let before = Some(thread.core).filter(|core| thread.may[*core]);
        let idle = |core: &usize| self.cores[*core].runs.is_none();
        if let Some(core) = before.filter(idle).or_else(|| mine().find(idle)) {
            let latency = self.vary(self.computer.wake_idle);
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

    fn vary(&mut self, time: Duration) -> Duration {
        let most = time * self.computer.jitter.min(100) / 100;
        if most.is_zero() {
            return time;
        }
        time - most + Duration::from_nanos(self.lot(2 * nanoseconds(most) as usize) as u64)
    }

    /// Gives a core to a thread, which runs from `latency` later on.
    pub(super) fn run(&mut self, task: Task, core: usize, latency: Duration) {
        self.move_to(task, core);
        let since = self.events.clock.now().saturating_add(nanoseconds(latency));
        let thread = &mut self.tasks[task];
        thread.status = Status::Runs;
        thread.since = since;
        thread.until = since.saturating_add(std::mem::take(&mut thread.left));
        let (at, event) = (thread.until, SimEvent::Goes { task, turn: thread.turn });
        self.cores[core].runs = Some(task);
        self.events.plan(at, event);
        self.raise_floor(core);
        if self.ready.iter().any(|ready| self.tasks[*ready].may[core]) {
            self.plan_slice(core);
        }
    }

    /// Takes the thread off its core, which goes to the next one.
    pub(super) fn leave_core(&mut self, task: Task) {
        let now = self.events.clock.now();
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
            self.run(next, core, self.computer.switch);
        }
    }

    /// Stops the thread that runs on this core, if it has run longer by more than `ahead` than one that is ready.
    pub(super) fn make_place(&mut self, core: usize, ahead: u64) {
        let (Some(task), Some(next)) = (self.cores[core].runs, self.next_for(core)) else { return };
        let ran = self.ran(task).cast_signed() - self.cores[core].floor.cast_signed();
        if ran < self.behind(next) + ahead.cast_signed() {
            self.plan_slice(core);
            return;
        }
        let now = self.events.clock.now();
        let thread = &mut self.tasks[task];
        thread.left = thread.until.saturating_sub(now.max(thread.since));
        thread.status = Status::Ready;
        self.leave_core(task);
        let _ = self.place(task);
    }

    /// The ready thread that may run there and has run least.
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
            Status::Runs => thread.ran + self.events.clock.now().saturating_sub(thread.since),
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
        let since = self.tasks[task].since;
        let from = self.events.clock.now().max(since);
        let slice = nanoseconds(self.computer.slice).max(1);
        // One that has run alone for long has had slices before.
        let ran = (from - since) % slice;
        let turn = self.cores[core].turn;
        self.events.plan(from.saturating_add(slice - ran), SimEvent::Slice { core, turn });
    }
}
