//! Which thread runs on which core.
//!
//! A small version of Linux's CFS scheduler. A thread runs until it blocks, until its slice ends while another thread
//! waits, or until a thread is woken that has run much less. The ready thread that has run least is next. An idle core
//! takes any ready thread.

use std::time::Duration;

use super::event_queue::SimEvent;
use super::simulator::{Simulator, Status, TaskId, nanoseconds};

#[derive(Default)]
pub(super) struct Core {
    pub(super) runs: Option<TaskId>,
    /// The number of the current turn: a turn ends when a thread leaves the core.
    pub(super) turn: u64,
    /// Whether the end of the slice is planned.
    pub(super) slice: bool,
    /// The least `vruntime` of the core's threads; it never decreases. A thread that has slept starts near it, so the
    /// thread does not make up for all the time that it slept.
    pub(super) min_vruntime: u64,
}

impl Simulator {
    /// Makes a woken thread ready. Returns whether an idle CPU was interrupted for it.
    pub(super) fn make_ready(&mut self, task: TaskId) -> bool {
        self.tasks[task].status = Status::Ready;
        let Some(core) = self.assign_core(task) else { return true };
        // A thread that has slept may run before other threads, but not for longer than a slice.
        let credit = nanoseconds(self.computer.slice);
        let thread = &mut self.tasks[task];
        thread.vruntime = thread.vruntime.max(self.cores[core].min_vruntime.saturating_sub(credit));
        if self.computer.wake_busy.is_zero() {
            self.preempt(core, nanoseconds(self.computer.ahead));
        } else {
            let turn = self.cores[core].turn;
            let at = self.events.clock.now().saturating_add(nanoseconds(self.computer.wake_busy));
            self.events.plan(at, SimEvent::Preempt { core, turn });
        }
        false
    }

    /// Gives an idle core to a ready thread: its last core if possible. If no core is idle, the thread waits, and the
    /// core is returned that it would have.
    fn assign_core(&mut self, task: TaskId) -> Option<usize> {
        let thread = &self.tasks[task];
        let mine = || (0..self.cores.len()).filter(|core| thread.affinity[*core]);
        let before = Some(thread.core).filter(|core| thread.affinity[*core]);
        let idle = |core: &usize| self.cores[*core].runs.is_none();
        if let Some(core) = before.filter(idle).or_else(|| mine().find(idle)) {
            let latency = self.with_jitter(self.computer.wake_idle);
            self.run(task, core, latency);
            return None;
        }
        let core = before.or_else(|| mine().next());
        let shared: Vec<usize> = mine().collect();
        if let Some(core) = core {
            self.migrate(task, core);
            self.raise_min_vruntime(core);
        }
        self.ready.push(task);
        for core in shared {
            self.plan_slice(core);
        }
        core
    }

    fn with_jitter(&mut self, time: Duration) -> Duration {
        let most = time * self.computer.jitter.min(100) / 100;
        if most.is_zero() {
            return time;
        }
        time - most + Duration::from_nanos(self.random_below(2 * nanoseconds(most) as usize) as u64)
    }

    /// Gives a core to a thread, which begins to run after `latency`.
    pub(super) fn run(&mut self, task: TaskId, core: usize, latency: Duration) {
        self.migrate(task, core);
        let since = self.events.clock.now().saturating_add(nanoseconds(latency));
        let thread = &mut self.tasks[task];
        thread.status = Status::Runs;
        thread.since = since;
        thread.until = since.saturating_add(std::mem::take(&mut thread.left));
        let (at, event) = (thread.until, SimEvent::Resume { task, turn: thread.turn });
        self.cores[core].runs = Some(task);
        self.events.plan(at, event);
        self.raise_min_vruntime(core);
        if self.ready.iter().any(|ready| self.tasks[*ready].affinity[core]) {
            self.plan_slice(core);
        }
    }

    /// Takes a thread off its core, and runs the next thread there.
    pub(super) fn leave_core(&mut self, task: TaskId) {
        let now = self.events.clock.now();
        let thread = &mut self.tasks[task];
        thread.turn += 1;
        thread.vruntime += now.saturating_sub(thread.since);
        let core = &mut self.cores[thread.core];
        core.runs = None;
        core.turn += 1;
        core.slice = false;
        let core = thread.core;
        if let Some(next) = self.pick_next(core) {
            self.ready.retain(|ready| *ready != next);
            self.run(next, core, self.computer.switch);
        }
    }

    /// Stops the thread that runs on this core, if it has run longer by at least `ahead` than the next ready thread.
    pub(super) fn preempt(&mut self, core: usize, ahead: u64) {
        let (Some(task), Some(next)) = (self.cores[core].runs, self.pick_next(core)) else { return };
        let ran = self.vruntime(task).cast_signed() - self.cores[core].min_vruntime.cast_signed();
        if ran < self.relative_vruntime(next) + ahead.cast_signed() {
            self.plan_slice(core);
            return;
        }
        let now = self.events.clock.now();
        let thread = &mut self.tasks[task];
        thread.left = thread.until.saturating_sub(now.max(thread.since));
        thread.status = Status::Ready;
        self.leave_core(task);
        let _ = self.assign_core(task);
    }

    /// The ready thread that may run on this core and has run least.
    fn pick_next(&self, core: usize) -> Option<TaskId> {
        let may = self.ready.iter().copied().filter(|task| self.tasks[*task].affinity[core]);
        may.min_by_key(|task| self.relative_vruntime(*task))
    }

    /// The thread's `vruntime` minus the `min_vruntime` of its core.
    fn relative_vruntime(&self, task: TaskId) -> i64 {
        let thread = &self.tasks[task];
        thread.vruntime.cast_signed() - self.cores[thread.core].min_vruntime.cast_signed()
    }

    /// The thread's `vruntime` now, including its current turn.
    fn vruntime(&self, task: TaskId) -> u64 {
        let thread = &self.tasks[task];
        match thread.status {
            Status::Runs => thread.vruntime + self.events.clock.now().saturating_sub(thread.since),
            _ => thread.vruntime,
        }
    }

    /// Each core has its own `min_vruntime`. A thread keeps its distance from it.
    fn migrate(&mut self, task: TaskId, core: usize) {
        let behind = self.relative_vruntime(task);
        let min_vruntime = self.cores[core].min_vruntime;
        let thread = &mut self.tasks[task];
        thread.vruntime = min_vruntime.saturating_add_signed(behind);
        thread.core = core;
    }

    fn raise_min_vruntime(&mut self, core: usize) {
        let here = self.ready.iter().copied().filter(|task| self.tasks[*task].core == core);
        let least = here.chain(self.cores[core].runs).map(|task| self.vruntime(task)).min();
        let min_vruntime = &mut self.cores[core].min_vruntime;
        *min_vruntime = (*min_vruntime).max(least.unwrap_or(0));
    }

    /// Plans the end of the running thread's slice, as another thread waits for the core.
    fn plan_slice(&mut self, core: usize) {
        let Some(task) = self.cores[core].runs else { return };
        if std::mem::replace(&mut self.cores[core].slice, true) {
            return;
        }
        let since = self.tasks[task].since;
        let from = self.events.clock.now().max(since);
        let slice = nanoseconds(self.computer.slice).max(1);
        // A thread that has run alone for long has used up whole slices before.
        let ran = (from - since) % slice;
        let turn = self.cores[core].turn;
        self.events.plan(from.saturating_add(slice - ran), SimEvent::SliceEnd { core, turn });
    }
}
