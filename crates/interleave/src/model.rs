//! How a model is set up, and what it proves.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::failure::Failure;
use crate::global::Maker;
use crate::record::Place;
use crate::run;

/// A model: a closure all of whose executions are searched for one that fails.
///
/// The closure makes everything that it shares itself, out of this crate's types, starts at most four
/// threads, and asserts what must hold. It is run again and again, so it has to do the same each time: no
/// randomness, no clocks but [`crate::time`], no files.
///
/// ```
/// use interleave::sync::{Arc, Mutex};
/// use interleave::{Coverage, Model, thread};
///
/// let explored = Model::new()
///     .search(|| {
///         let n = Arc::new(Mutex::new(0));
///         let other = {
///             let n = Arc::clone(&n);
///             thread::spawn(move || *n.lock() += 1)
///         };
///         *n.lock() += 1;
///         other.join().unwrap();
///         assert_eq!(*n.lock(), 2);
///     })
///     .unwrap();
/// assert_eq!(explored.coverage, Coverage::All);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a model searches nothing until `prove` or `search`"]
pub struct Model(Settings);

#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) preemption_bound: Option<usize>,
    pub(crate) time: Duration,
    pub(crate) steps: usize,
    pub(crate) spurious: bool,
    /// The end of a thread is a step of its own. Only models that call `is_finished` need that; the search finds
    /// out by itself.
    pub(crate) watch_ends: bool,
    /// The release of a mutex is a step of its own. Only models that call `try_lock` need that; the search finds
    /// out by itself.
    pub(crate) watch_locks: bool,
    /// Where the atomics are made that are read before each store; the search finds out by itself.
    pub(crate) looks: Vec<Place>,
    /// The globals that each execution makes at its beginning; the search finds out by itself.
    pub(crate) globals: Vec<Maker>,
    pub(crate) backend: Backend,
    pub(crate) seed: u64,
    pub(crate) executions: usize,
}

/// What searches the executions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Backend {
    /// Every execution, and what the memory orderings allow: for locks, orderings and small models.
    #[default]
    Loom,
    /// Random executions, of as many threads as one likes; all memory is sequentially consistent, and data
    /// races are not found. For what is too large to be searched: pools, schedulers, interpreters.
    #[cfg(feature = "shuttle")]
    Shuttle,
}

impl Default for Model {
    fn default() -> Self {
        Model(Settings {
            preemption_bound: None,
            time: Duration::from_secs(3),
            steps: 2000,
            spurious: false,
            watch_ends: false,
            watch_locks: false,
            looks: Vec::new(),
            globals: Vec::new(),
            backend: Backend::default(),
            seed: 0,
            executions: 2000,
        })
    }
}

impl Model {
    /// All executions, for at most three seconds.
    pub fn new() -> Self {
        Model::default()
    }

    /// Searches only the executions with at most `bound` preemptions: switches away from a thread that could
    /// go on. Few are enough for most mistakes, and the search is much smaller.
    ///
    /// A wait with a time-out counts as a thread that can go on.
    pub fn preemption_bound(mut self, bound: usize) -> Self {
        self.0.preemption_bound = Some(bound);
        self
    }

    /// How long the search may take. An execution that makes no step for two seconds, or for this time if it
    /// is less, hangs.
    pub fn time(mut self, budget: Duration) -> Self {
        self.0.time = budget;
        self
    }

    /// How many steps an execution may have, 2000 by default: one that has more does not end, or is too long
    /// to search.
    pub fn steps(mut self, at_most: usize) -> Self {
        self.0.steps = at_most;
        self
    }

    /// What searches the executions, [`Backend::Loom`] by default.
    pub fn backend(mut self, backend: Backend) -> Self {
        self.0.backend = backend;
        self
    }

    /// Where a random search begins; the same seed gives the same executions. Not for [`Backend::Loom`],
    /// which leaves nothing to chance.
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }

    /// How many executions a random search has at most, 2000 by default: one half with random steps, one with
    /// few switches of priority (PCT of depth 3). Not for [`Backend::Loom`].
    pub fn executions(mut self, at_most: usize) -> Self {
        self.0.executions = at_most;
        self
    }

    /// Whether waits may also wake spuriously, as they may outside of a model: one wait of each thread in an
    /// execution, at a condition variable, in `park` or at a futex. Another thread makes a step meanwhile.
    pub fn spurious(mut self, wake_ups: bool) -> Self {
        self.0.spurious = wake_ups;
        self
    }

    /// Searches the executions of `f`, and returns what was covered. Blocks until the search is over.
    ///
    /// The search ends at the first failure. The thread on which the search ran is then left where it is: its
    /// memory is not given back, and a thread in an endless loop runs until the process ends.
    ///
    /// # Errors
    ///
    /// The first execution that fails, with as few preemptions as were enough to find it.
    #[track_caller]
    pub fn search(&self, f: impl Fn() + Send + Sync + 'static) -> SearchResult {
        run::search(&self.0, Place::caller(), Arc::new(f))
    }

    /// For tests: searches all executions of `f`, or all within the [`Model::preemption_bound`]. Blocks until
    /// the search is over.
    ///
    /// # Panics
    ///
    /// If an execution fails, with its picture; and if the search is not complete: it ran out of
    /// [`Model::time`], or the backend takes samples only.
    #[track_caller]
    pub fn prove(&self, f: impl Fn() + Send + Sync + 'static) -> Explored {
        match run::search(&self.0, Place::caller(), Arc::new(f)) {
            Ok(explored) if explored.coverage == Coverage::within(self.0.preemption_bound) => explored,
            Ok(explored) => panic!(
                "{explored}: no failure so far, but the search is not complete; \
                 give it more Model::time, or less to search"
            ),
            Err(failure) => panic!("{failure}"),
        }
    }

    /// Runs one execution of `f`, in which `choose` is the scheduler: at each step it gives the index of a
    /// thread that can go on, or `None` to stop. The engine is shuttle.
    ///
    /// At the end of an execution that does not fail, `choose` is called once more with the last scene, in which
    /// no thread can go on; its answer is ignored. If a [`Global`](crate::Global) is first used while several
    /// threads run, the execution begins anew, without steps.
    ///
    /// To go back, run the execution again with the choices up to that step.
    ///
    /// # Errors
    ///
    /// The execution, if it fails.
    ///
    /// # Panics
    ///
    /// If the chosen thread cannot go on.
    #[cfg(feature = "shuttle")]
    #[track_caller]
    pub fn schedule(
        &self,
        f: impl Fn() + Send + Sync + 'static,
        mut choose: impl FnMut(&crate::play::Scene) -> Option<usize>,
    ) -> SearchResult {
        let settings = Settings { backend: Backend::Shuttle, watch_ends: true, ..self.0.clone() };
        run::play(settings, Place::caller(), Arc::new(f), &mut choose)
    }
}

/// The result of a search: what was covered without a failure, or the first execution that fails.
pub type SearchResult = Result<Explored, Box<Failure>>;

/// How much a search has covered without a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "an incomplete search proves nothing: look at what was covered"]
pub struct Explored {
    /// The number of executions of `f`.
    pub executions: usize,
    /// Which executions these are.
    pub coverage: Coverage,
}

/// Which executions of a model a search has covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Every execution: only this is a proof.
    All,
    /// Every execution with at most this number of preemptions, as loom counts them.
    AtMost(usize),
    /// The executions that there was time for, or a random sample.
    Stopped,
}

impl Coverage {
    /// What a complete search within `bound` covers.
    pub(crate) fn within(bound: Option<usize>) -> Coverage {
        bound.map_or(Coverage::All, Coverage::AtMost)
    }
}

impl fmt::Display for Explored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.executions;
        match self.coverage {
            Coverage::All => write!(f, "all executions ({n})"),
            Coverage::AtMost(1) => write!(f, "all executions with at most 1 preemption ({n})"),
            Coverage::AtMost(k) => write!(f, "all executions with at most {k} preemptions ({n})"),
            Coverage::Stopped => write!(f, "stopped after {n}"),
        }
    }
}
