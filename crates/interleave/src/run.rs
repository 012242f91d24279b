//! A search on an OS thread of its own, which may be abandoned, and the thread that waits for its verdict.
//!
//! The first failure ends a search: its log is sent, and the model's OS thread stops for good where it is.
//! Nothing unwinds, no destructor runs, nothing can abort the process; the price is the thread's memory. An
//! execution that makes no step for a while hangs, and is given up in the same way.

use std::any::Any;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, Instant};

use crate::failure::{Failure, Kind};
use crate::model::{Backend, Coverage, Explored, SearchResult, Settings};
#[cfg(feature = "shuttle")]
use crate::play::Turn;
use crate::record::{Log, Place};
use crate::runtime::{self, Runtime};
use crate::{classify, engine};

/// An execution that makes no step for this time hangs; less if the whole budget is less, but never less than
/// `PATIENCE`: the machine may be busy.
const HANG: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_millis(300);

/// How often the waiting thread checks that there was a step.
const LOOK: Duration = Duration::from_millis(20);

/// What ended an execution.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// A panic came out of a thread.
    Panic { message: String, place: Place },
    /// The engine gave up, in its own words.
    Engine(String),
    /// The model does what the engine cannot follow.
    Unjudged(String),
    /// Nothing happens any more.
    Hang,
}

enum Report {
    /// With `reply`, the search waits to hear whether it may go on.
    Verdict {
        verdict: Verdict,
        log: Box<Log>,
        reply: Option<Sender<bool>>,
    },
    Passed(Explored),
    /// From the beginning, with other settings: the search has found out that it needs them.
    Restart(Box<Settings>),
    /// The caller is the scheduler: which of these threads goes on? None: the execution is to stop.
    #[cfg(feature = "shuttle")]
    Choose {
        log: Box<Log>,
        runnable: Vec<usize>,
        reply: Sender<Option<usize>>,
    },
}

/// Chooses the thread that goes on.
#[cfg(feature = "shuttle")]
type Choose<'a> = &'a mut dyn FnMut(&crate::play::Scene) -> Option<usize>;

/// Without shuttle the caller cannot schedule.
#[cfg(not(feature = "shuttle"))]
type Choose<'a> = std::convert::Infallible;

/// What the model's OS thread and the waiting thread share.
pub(crate) struct Shared {
    log: Mutex<Log>,
    decided: AtomicBool,
    reports: Sender<Report>,
    pub(crate) settings: Settings,
    /// Where the model was run.
    pub(crate) caller: Place,
}

impl Shared {
    pub(crate) fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The verdict is out.
    pub(crate) fn decided(&self) -> bool {
        // Relaxed: set by the same OS thread, or by the waiting thread, which has given this thread up.
        self.decided.load(Ordering::Relaxed)
    }

    /// Sends the verdict; the first one counts. Does not block, for the panic hook's sake: std holds a lock
    /// while it runs.
    pub(crate) fn decide(&self, verdict: Verdict) {
        if !self.decided.swap(true, Ordering::Relaxed) {
            self.send(verdict, None);
        }
    }

    /// Sends the verdict and waits. Returns true if the verdict is not certain, and the search goes on.
    pub(crate) fn judge(&self, verdict: Verdict) -> bool {
        let (reply, answer) = channel();
        self.send(verdict, Some(reply));
        let goes_on = answer.recv().unwrap_or(false);
        if !goes_on {
            self.decided.store(true, Ordering::Relaxed);
        }
        goes_on
    }

    /// Asks which of the threads goes on, and waits for the answer.
    #[cfg(feature = "shuttle")]
    fn choose(&self, runnable: Vec<usize>) -> usize {
        let (reply, answer) = channel();
        let log = Box::new(self.log().clone());
        let _ = self.reports.send(Report::Choose { log, runnable, reply });
        match answer.recv() {
            Ok(Some(thread)) => thread,
            // The execution is over, though not at its end: as after a verdict, nothing may unwind.
            _ => loop {
                std::thread::park();
            },
        }
    }

    /// Begins the search anew. The calling thread stops for good, as after a verdict.
    pub(crate) fn restart(&self, settings: Settings) {
        self.decided.store(true, Ordering::Relaxed);
        let _ = self.reports.send(Report::Restart(Box::new(settings)));
    }

    fn send(&self, verdict: Verdict, reply: Option<Sender<bool>>) {
        let log = Box::new(self.log().clone());
        // An error: no thread waits for the report any more, the model was given up as hanging.
        let _ = self.reports.send(Report::Verdict { verdict, log, reply });
    }
}

/// The message of a panic.
pub(crate) fn message(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).into()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "a value that is no text".into()
    }
}

/// In a model's OS thread no panic is printed: the engine's own is the verdict, the checked code's may be
/// caught.
fn hook(info: &PanicHookInfo<'_>, before: &dyn Fn(&PanicHookInfo<'_>)) {
    let Some(runtime) = runtime::here() else { return before(info) };
    if runtime.shared.decided() {
        return;
    }
    let message = message(info.payload());
    if runtime.in_code() {
        let place = info.location().map_or(runtime.shared.caller, Place::of_panic);
        runtime.note_panic(message, place);
    } else {
        runtime.shared.decide(Verdict::Engine(message));
    }
}

fn install_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        #[cfg(feature = "shuttle")]
        engine::keep_its_hook_out();
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| hook(info, &before)));
    });
}

/// Refuses a model inside a model: it would run again in every execution of the outer model.
fn not_inside() {
    if let Some(model) = runtime::here() {
        model.decide(Verdict::Unjudged("a model is run inside of a model".into()));
    }
}

/// Searches the executions of `f`.
pub(crate) fn search(settings: &Settings, caller: Place, f: Arc<dyn Fn() + Send + Sync>) -> SearchResult {
    not_inside();
    install_hook();
    let mut settings = settings.clone();
    loop {
        match attempt(settings, caller, Arc::clone(&f), None) {
            End::Result(result) => return result,
            End::Restart(other) => settings = *other,
        }
    }
}

/// Runs one execution of `f` as `choose` says.
#[cfg(feature = "shuttle")]
pub(crate) fn play(
    settings: Settings,
    caller: Place,
    f: Arc<dyn Fn() + Send + Sync>,
    choose: Choose<'_>,
) -> SearchResult {
    not_inside();
    install_hook();
    let mut settings = settings;
    let result = loop {
        match attempt(settings, caller, Arc::clone(&f), Some(&mut *choose)) {
            End::Result(result) => break result,
            End::Restart(other) => settings = *other,
        }
    };
    result.map_err(|mut failure| {
        // There was no search.
        failure.execution = 0;
        failure
    })
}

/// How an attempt ends.
enum End {
    Result(SearchResult),
    /// The search has to begin anew.
    Restart(Box<Settings>),
}

/// One search.
fn attempt(
    settings: Settings,
    caller: Place,
    f: Arc<dyn Fn() + Send + Sync>,
    choose: Option<Choose<'_>>,
) -> End {
    let (reports, verdicts) = channel();
    let shared = Arc::new(Shared {
        log: Mutex::default(),
        decided: AtomicBool::new(false),
        reports: reports.clone(),
        settings,
        caller,
    });
    let played = choose.is_some();
    let model = {
        let shared = Arc::clone(&shared);
        move || {
            let runtime = Rc::new(Runtime::new(shared));
            let _inside = runtime::enter(Rc::clone(&runtime));
            // A panic that comes out of the engine has been reported by the hook.
            if let Ok(explored) = catch_unwind(AssertUnwindSafe(|| executions(&runtime, &f, played))) {
                let _ = reports.send(Report::Passed(explored));
            }
        }
    };
    let spawned = std::thread::Builder::new().name("model".into()).spawn(model);
    spawned.expect("a thread for the model can be started");
    wait(&shared, &verdicts, choose)
}

/// Waits for the verdict.
#[cfg_attr(not(feature = "shuttle"), expect(unused_variables, reason = "nobody chooses"))]
fn wait(shared: &Shared, reports: &Receiver<Report>, choose: Option<Choose<'_>>) -> End {
    #[cfg(feature = "shuttle")]
    let mut choose = choose;
    let patience = shared.settings.time.clamp(PATIENCE, HANG);
    let mut unsure: Option<Box<Failure>> = None;
    let mut last = (shared.log().beats, Instant::now());
    loop {
        match reports.recv_timeout(LOOK) {
            Ok(Report::Passed(explored)) => {
                #[cfg(feature = "shuttle")]
                if let Some(choose) = &mut choose {
                    choose(&crate::play::scene(&shared.log(), &[], shared.caller));
                }
                return End::Result(unsure.map_or(Ok(explored), Err));
            }
            Ok(Report::Restart(settings)) => return End::Restart(settings),
            #[cfg(feature = "shuttle")]
            Ok(Report::Choose { log, runnable, reply }) => {
                let scene = crate::play::scene(&log, &runnable, shared.caller);
                let choice = choose.as_mut().and_then(|choose| choose(&scene));
                assert!(choice.is_none_or(|choice| runnable.contains(&choice)), "a thread that can go on");
                let _ = reply.send(choice);
                if choice.is_none() {
                    return End::Result(Ok(Explored { executions: 0, coverage: Coverage::Stopped }));
                }
                last = (0, Instant::now());
            }
            Ok(Report::Verdict { verdict, log, reply }) => {
                let failure = Box::new(classify::failure(&verdict, &log, shared.caller));
                let Some(reply) = reply else { return End::Result(Err(better(unsure, failure))) };
                let goes_on = failure.kind == Kind::CannotJudge;
                let _ = reply.send(goes_on);
                if !goes_on {
                    return End::Result(Err(failure));
                }
                unsure.get_or_insert(failure);
            }
            Err(RecvTimeoutError::Timeout) => {
                let beats = shared.log().beats;
                if beats != last.0 {
                    last = (beats, Instant::now());
                } else if last.1.elapsed() >= patience {
                    shared.decided.store(true, Ordering::Relaxed);
                    let log = shared.log().clone();
                    return End::Result(Err(Box::new(classify::failure(
                        &Verdict::Hang,
                        &log,
                        shared.caller,
                    ))));
                }
            }
            // The model's thread has panicked without a verdict: the panic hook was replaced meanwhile.
            Err(RecvTimeoutError::Disconnected) => {
                let verdict = Verdict::Engine("the checker has ended without a verdict".into());
                let log = shared.log().clone();
                return End::Result(Err(Box::new(classify::failure(&verdict, &log, shared.caller))));
            }
        }
    }
}

/// A certain failure replaces an earlier one that is not certain.
fn better(unsure: Option<Box<Failure>>, failure: Box<Failure>) -> Box<Failure> {
    match unsure {
        Some(unsure) if failure.kind == Kind::CannotJudge => unsure,
        _ => failure,
    }
}

/// What the model's OS thread does.
#[cfg_attr(not(feature = "shuttle"), expect(unused_variables, reason = "nobody chooses"))]
fn executions(runtime: &Rc<Runtime>, f: &Arc<dyn Fn() + Send + Sync>, played: bool) -> Explored {
    match runtime.shared.settings.backend {
        Backend::Loom => stages(runtime, f),
        #[cfg(feature = "shuttle")]
        Backend::Shuttle => by_shuttle(runtime, f, played),
    }
}

/// Random executions, or one execution whose steps are chosen. They are never a complete search.
#[cfg(feature = "shuttle")]
fn by_shuttle(runtime: &Rc<Runtime>, f: &Arc<dyn Fn() + Send + Sync>, played: bool) -> Explored {
    let Settings { seed, executions, steps, time, .. } = runtime.shared.settings;
    let f = Arc::clone(f);
    let execution = move || execution(&f);
    if played {
        let runtime = Rc::clone(runtime);
        engine::play(
            steps,
            move |runnable| match crate::play::turn(&runtime, &runnable) {
                Turn::Goes(thread) => thread,
                Turn::Choose(threads) => runtime.shared.choose(threads),
            },
            execution,
        );
    } else {
        runtime.shared.log().seed = Some(seed);
        engine::search_at_random(seed, executions, steps, time, execution);
    }
    Explored { executions: runtime.executions(), coverage: Coverage::Stopped }
}

/// One execution of `f`, called by the engine.
fn execution(f: &Arc<dyn Fn() + Send + Sync>) {
    // An engine's closure has to be Send, but the runtime is not: it belongs to this OS thread.
    let runtime = runtime::here().expect("a model runs on its own OS thread");
    runtime.begin_execution();
    let _ = runtime.body_of_thread(0, || f());
    runtime.end_main();
}

/// The stages of a search: at most 0, 1, 2, 3 preemptions, then without a bound.
///
/// Each stage repeats the ones before, so the sum is little more than the last; a failure that needs few
/// preemptions is found in a small stage, with a short execution. The last stage gets what is left of the
/// time.
fn stages(runtime: &Rc<Runtime>, f: &Arc<dyn Fn() + Send + Sync>) -> Explored {
    let settings = &runtime.shared.settings;
    let start = Instant::now();
    let bounds = (0..=settings.preemption_bound.unwrap_or(3)).map(Some);
    let bounds = bounds.chain(settings.preemption_bound.is_none().then_some(None));
    let mut explored = Explored { executions: 0, coverage: Coverage::Stopped };
    let mut tried = 0;
    for bound in bounds {
        let left = settings.time.saturating_sub(start.elapsed());
        if left.is_zero() {
            break;
        }
        let (executions, complete) = stage(runtime, f, bound, left);
        tried += executions;
        if !complete {
            break;
        }
        let coverage = Coverage::within(bound);
        explored = Explored { executions, coverage };
    }
    if explored.coverage == Coverage::Stopped {
        explored.executions = tried;
    }
    explored
}

/// One stage: how many executions, and whether these are all.
fn stage(
    runtime: &Rc<Runtime>,
    f: &Arc<dyn Fn() + Send + Sync>,
    bound: Option<usize>,
    time: Duration,
) -> (usize, bool) {
    {
        let mut log = runtime.shared.log();
        log.execution = 0;
        log.bound = bound;
    }
    let start = Instant::now();
    let f = Arc::clone(f);
    engine::search(bound, runtime.shared.settings.steps, time, move || execution(&f));
    // A search that is out of time returns in the same way as a complete search; the clock tells them apart. If a
    // complete search ends too late it counts as stopped, which is never wrong.
    (runtime.executions(), start.elapsed() < time)
}
