//! A search that says "all executions" has missed none: small random programs, and every outcome that some
//! order of their steps has, found by trying all orders of a plain simulation.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use interleave::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};
use interleave::sync::atomic::{AtomicU32, fence};
use interleave::{Coverage, Model, SearchResult, futex, sync, thread};

/// A step of a program; the numbers are objects and values.
#[derive(Clone, Copy, Debug)]
enum Op {
    Load(usize),
    Store(usize, u32),
    Add(usize),
    Exchange(usize, u32, u32),
    Fence,
    Lock(usize),
    TryLock(usize),
    Unlock(usize),
    /// Waits once, with the lock of the same number, which it holds.
    Wait(usize),
    Notify(usize),
    FutexWait(usize, u32),
    FutexWake(usize),
    Park,
    Unpark(usize),
}

type Program = Vec<Vec<Op>>;

/// What the steps of each thread returned; 9: nothing.
type Outcome = Vec<Vec<u32>>;

const OBJECTS: usize = 2;

#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    next: Vec<usize>,
    results: Outcome,
    memory: [u32; OBJECTS],
    holders: [Option<usize>; OBJECTS],
    /// What each thread sleeps on.
    asleep: Vec<Option<(u8, usize)>>,
    /// The sleeping threads, in the order in which they fell asleep.
    sleepers: Vec<usize>,
    /// Woken, and needs its lock again.
    relock: Vec<Option<usize>>,
    permits: Vec<bool>,
}

const CONDVAR: u8 = 0;
const FUTEX: u8 = 1;
const PARK: u8 = 2;

impl State {
    fn sleep(&mut self, thread: usize, on: (u8, usize)) {
        self.asleep[thread] = Some(on);
        self.sleepers.push(thread);
    }

    fn wake(&mut self, on: (u8, usize)) -> u32 {
        let Some(at) = self.sleepers.iter().position(|it| self.asleep[*it] == Some(on)) else { return 0 };
        let thread = self.sleepers.remove(at);
        self.asleep[thread] = None;
        1
    }

    /// One step of `thread`; None: it cannot go on.
    fn step(&self, program: &Program, thread: usize) -> Option<State> {
        let mut state = self.clone();
        if state.asleep[thread].is_some() {
            return None;
        }
        if let Some(lock) = state.relock[thread] {
            if state.holders[lock].is_some() {
                return None;
            }
            state.relock[thread] = None;
            state.holders[lock] = Some(thread);
            return Some(state);
        }
        let op = *program[thread].get(state.next[thread])?;
        state.next[thread] += 1;
        let mut result = 9;
        match op {
            Op::Load(x) => result = state.memory[x],
            Op::Store(x, value) => state.memory[x] = value,
            Op::Add(x) => {
                result = state.memory[x];
                state.memory[x] += 1;
            }
            Op::Exchange(x, from, to) => {
                result = state.memory[x];
                if result == from {
                    state.memory[x] = to;
                }
            }
            Op::Fence => {}
            Op::Lock(m) if state.holders[m].is_some() => return None,
            Op::Lock(m) => state.holders[m] = Some(thread),
            Op::TryLock(m) => {
                result = u32::from(state.holders[m].is_none());
                state.holders[m] = state.holders[m].or(Some(thread));
            }
            Op::Unlock(m) => {
                if state.holders[m] == Some(thread) {
                    state.holders[m] = None;
                }
            }
            // A try_lock before it may have failed.
            Op::Wait(m) if state.holders[m] != Some(thread) => {}
            Op::Wait(m) => {
                state.holders[m] = None;
                state.relock[thread] = Some(m);
                state.sleep(thread, (CONDVAR, m));
            }
            Op::Notify(m) => {
                state.wake((CONDVAR, m));
            }
            Op::FutexWait(x, value) => {
                if state.memory[x] == value {
                    state.sleep(thread, (FUTEX, x));
                }
            }
            Op::FutexWake(x) => result = state.wake((FUTEX, x)),
            Op::Park => {
                if !std::mem::take(&mut state.permits[thread]) {
                    state.sleep(thread, (PARK, thread));
                }
            }
            Op::Unpark(other) => {
                if state.wake((PARK, other)) == 0 {
                    state.permits[other] = true;
                }
            }
        }
        state.results[thread].push(result);
        Some(state)
    }
}

/// Every outcome of any order of the steps, and whether some order hangs.
fn outcomes(program: &Program) -> (BTreeSet<Outcome>, bool) {
    let threads = program.len();
    let start = State {
        next: vec![0; threads],
        results: vec![Vec::new(); threads],
        asleep: vec![None; threads],
        relock: vec![None; threads],
        permits: vec![false; threads],
        ..State::default()
    };
    let (mut found, mut hangs) = (BTreeSet::new(), false);
    let mut seen = BTreeSet::from([start.clone()]);
    let mut open = vec![start];
    while let Some(state) = open.pop() {
        let next: Vec<State> = (0..threads).filter_map(|thread| state.step(program, thread)).collect();
        if next.is_empty() {
            if (0..threads).all(|thread| state.next[thread] == program[thread].len())
                && state.asleep.iter().all(Option::is_none)
                && state.relock.iter().all(Option::is_none)
            {
                found.insert(state.results);
            } else {
                hangs = true;
            }
        }
        open.extend(next.into_iter().filter(|state| seen.insert(state.clone())));
    }
    (found, hangs)
}

#[derive(Clone, Copy, Debug)]
struct Orders {
    load: Ordering,
    store: Ordering,
    both: Ordering,
}

/// The outcomes that the checker finds.
fn modelled(program: &Program, orders: Orders) -> (BTreeSet<Outcome>, SearchResult) {
    let found: Arc<Mutex<BTreeSet<Outcome>>> = Arc::default();
    let result = {
        let (program, found) = (program.clone(), Arc::clone(&found));
        Model::new().time(Duration::from_secs(60)).search(move || {
            let shared = Arc::new(Shared {
                memory: [0; OBJECTS].map(AtomicU32::new),
                locks: [(); OBJECTS].map(sync::Mutex::new),
                condvars: [(); OBJECTS].map(|()| sync::Condvar::new()),
                threads: Mutex::new(vec![thread::current()]),
            });
            let spawn = |ops: &Vec<Op>| {
                let (shared, ops) = (Arc::clone(&shared), ops.clone());
                thread::spawn(move || shared.run(&ops, orders))
            };
            let others: Vec<_> = program[1..].iter().map(spawn).collect();
            // std's lock: the threads are known before any thread begins, and the lock is not part of the
            // program.
            shared.threads.lock().unwrap().extend(others.iter().map(|other| other.thread()));
            let mut outcome = vec![shared.run(&program[0], orders)];
            outcome.extend(others.into_iter().map(|other| other.join().unwrap()));
            found.lock().unwrap().insert(outcome);
        })
    };
    let found = found.lock().unwrap().clone();
    (found, result)
}

struct Shared {
    memory: [AtomicU32; OBJECTS],
    locks: [sync::Mutex<()>; OBJECTS],
    condvars: [sync::Condvar; OBJECTS],
    threads: Mutex<Vec<thread::Thread>>,
}

impl Shared {
    fn run(&self, ops: &[Op], orders: Orders) -> Vec<u32> {
        let mut guards = [const { None }; OBJECTS];
        ops.iter()
            .map(|op| {
                match *op {
                    Op::Load(x) => return self.memory[x].load(orders.load),
                    Op::Store(x, value) => self.memory[x].store(value, orders.store),
                    Op::Add(x) => return self.memory[x].fetch_add(1, orders.both),
                    Op::Exchange(x, from, to) => {
                        return self.memory[x]
                            .compare_exchange(from, to, orders.both, orders.load)
                            .unwrap_or_else(|other| other);
                    }
                    Op::Fence => fence(SeqCst),
                    Op::Lock(m) => guards[m] = Some(self.locks[m].lock()),
                    Op::TryLock(m) => {
                        let guard = self.locks[m].try_lock();
                        let taken = guard.is_some();
                        if taken {
                            guards[m] = guard;
                        }
                        return u32::from(taken);
                    }
                    Op::Unlock(m) => drop(guards[m].take()),
                    Op::Wait(m) => {
                        guards[m] = guards[m].take().map(|guard| self.condvars[m].wait(guard));
                    }
                    Op::Notify(m) => self.condvars[m].notify_one(),
                    Op::FutexWait(x, value) => {
                        futex::wait(&self.memory[x], value, None);
                    }
                    Op::FutexWake(x) => return futex::wake(&self.memory[x], 1) as u32,
                    Op::Park => thread::park(),
                    Op::Unpark(other) => {
                        let other = self.threads.lock().unwrap()[other].clone();
                        other.unpark();
                    }
                }
                9
            })
            .collect()
    }
}

/// xorshift: the same programs each time.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

#[derive(Clone, Copy, Debug)]
enum Family {
    Atomics,
    Locks,
    Waits,
}

fn program(random: &mut Random, family: Family, threads: usize, steps: usize) -> Program {
    (0..threads)
        .map(|_| {
            let mut ops = Vec::new();
            let mut held = None;
            for _ in 0..steps {
                let x = random.below(OBJECTS);
                let value = 1 + random.below(2) as u32;
                let atomic = match random.below(5) {
                    0 | 1 => Op::Load(x),
                    2 => Op::Store(x, value),
                    3 => Op::Add(x),
                    _ => Op::Exchange(x, random.below(2) as u32, value),
                };
                let other = match family {
                    Family::Atomics => atomic,
                    Family::Locks => match held {
                        None => atomic,
                        Some(m) => match random.below(4) {
                            0 => Op::Wait(m),
                            1 => Op::Notify(m),
                            _ => atomic,
                        },
                    },
                    Family::Waits => match random.below(6) {
                        0 => Op::FutexWait(x, random.below(2) as u32),
                        1 => Op::FutexWake(x),
                        2 => Op::Park,
                        3 => Op::Unpark(random.below(threads)),
                        4 => Op::Fence,
                        _ => atomic,
                    },
                };
                let locks = matches!(family, Family::Locks) && random.below(2) == 0;
                ops.push(match held {
                    None if locks => {
                        held = Some(x);
                        if random.below(2) == 0 { Op::Lock(x) } else { Op::TryLock(x) }
                    }
                    Some(m) if locks => {
                        held = None;
                        Op::Unlock(m)
                    }
                    _ => other,
                });
            }
            ops.extend(held.map(Op::Unlock));
            ops
        })
        .collect()
}

const STRONG: Orders = Orders { load: SeqCst, store: SeqCst, both: SeqCst };
const USUAL: Orders = Orders { load: Acquire, store: Release, both: AcqRel };
const WEAK: Orders = Orders { load: Relaxed, store: Relaxed, both: Relaxed };

#[track_caller]
fn compare(family: Family, seed: u64, programs: usize, threads: usize, steps: usize) {
    let mut random = Random(seed);
    for n in 0..programs {
        let program = program(&mut random, family, threads, steps);
        let (expected, hangs) = outcomes(&program);
        let orders = [STRONG, USUAL, WEAK][n % 3];
        let (found, result) = modelled(&program, orders);
        let text = format!("{program:?} with {orders:?}");
        match result {
            Ok(explored) => {
                assert_eq!(explored.coverage, Coverage::All, "{text}");
                assert!(!hangs, "a deadlock is missed: {text}, {explored}");
                let missed: Vec<_> = expected.difference(&found).collect();
                assert!(missed.is_empty(), "outcomes are missed: {text}, {explored}: {missed:?}");
            }
            Err(failure) => assert!(hangs, "a false alarm: {text}\n{failure}"),
        }
    }
}

#[test]
fn atomics() {
    compare(Family::Atomics, 1, 60, 2, 3);
    compare(Family::Atomics, 2, 2, 3, 2);
}

#[test]
fn locks() {
    compare(Family::Locks, 3, 60, 2, 4);
    compare(Family::Locks, 4, 10, 3, 2);
}

#[test]
fn waits() {
    compare(Family::Waits, 5, 90, 2, 4);
    compare(Family::Waits, 6, 20, 3, 2);
}
