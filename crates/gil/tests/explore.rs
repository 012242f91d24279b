//! What can come out, by all schedules.

use ungil_gil::explore::{Outcomes, Policy, Question, STATEMENTS, Turn, explore, is_atomic};

const LIMIT: usize = 20_000;

fn ask(setup: &str, threads: &[&str], look: &str, policy: Policy) -> Outcomes {
    explore(&Question { setup, threads, look }, policy, LIMIT).unwrap_or_else(|error| panic!("{error}"))
}

/// The table of the book: which statements are atomic where. `atomicity.py` tries the same in CPython.
#[test]
fn the_table() {
    let mut table = String::new();
    for statement in STATEMENTS {
        let mut row = format!("{:<25}", statement.text);
        for policy in [Policy::OldGil, Policy::NewGil, Policy::NoGil] {
            row += if is_atomic(&statement.question, policy, LIMIT).unwrap() { " yes" } else { " no " };
        }
        table += row.trim_end();
        table += "\n";
    }
    let wanted = "\
x = 1                     yes yes yes
x += 1                    no  yes no
x = x + 1                 no  yes no
x = f(x)                  no  no  no
l.append(x)               yes yes yes
l[0] += 1                 no  yes no
d[k] = v                  yes yes yes
d[k] += 1                 no  yes no
if k not in d: d[k] = v   no  yes no
d.setdefault(k, v)        yes yes yes
a, b = b, a               no  yes no
l.append(l.pop())         no  no  no
for i in range(2): x += 1 no  yes no
with lock: x += 1         yes yes yes
";
    assert_eq!(table, wanted);
}

#[test]
fn an_increment_loses_one() {
    let old = ask("x = 0", &["x += 1", "x += 1"], "x", Policy::OldGil);
    assert_eq!(old.values(), ["1", "2"]);
    // Seven instructions each, RESUME to RETURN_VALUE: 14! / (7! 7!).
    assert_eq!((old.schedules, old.to_string()), (Some(3432), "all executions (3432)".to_owned()));
    let lost = old.outcomes.iter().find(|outcome| outcome.value == "1").unwrap();
    let has = |turn: &Turn, name| turn.instructions.iter().any(|i| i.starts_with(name));
    let stored = lost.example.iter().position(|turn| has(turn, "STORE_GLOBAL")).unwrap();
    let loads = lost.example[..stored].iter().filter(|turn| has(turn, "LOAD_GLOBAL")).count();
    assert_eq!(loads, 2, "both have loaded x before one stores it");
}

/// The swap under the old GIL: a value can be there twice.
#[test]
fn a_swap_can_lose_a_value() {
    let swap = ["a, b = b, a", "a, b = b, a"];
    let old = ask("a = 1\nb = 2", &swap, "(a, b)", Policy::OldGil);
    assert_eq!(old.values(), ["(1, 2)", "(2, 1)", "(2, 2)"]);
    assert_eq!(ask("a = 1\nb = 2", &swap, "(a, b)", Policy::NewGil).values(), ["(1, 2)"]);
}

#[test]
fn three_threads() {
    let threads = ["x += 1", "x += 1", "x += 1"];
    let three = ask("x = 0", &threads, "x", Policy::NoGil);
    assert_eq!(three.values(), ["1", "2", "3"]);
    // 21! / 7!^3
    assert_eq!(three.schedules, Some(399_072_960));
}

#[test]
fn a_deadlock_comes_out() {
    let setup = "import threading\na = threading.Lock()\nb = threading.Lock()";
    let threads = ["with a:\n    with b:\n        pass", "with b:\n    with a:\n        pass"];
    let outcomes = ask(setup, &threads, "'done'", Policy::NewGil);
    assert_eq!(outcomes.values(), ["'done'", "deadlock"]);
    let same = ["with a:\n    with b:\n        pass"; 2];
    assert_eq!(ask(setup, &same, "'done'", Policy::OldGil).values(), ["'done'"]);
}

#[test]
fn an_exception_comes_out() {
    let check = "if len(l) > 0:\n    l.pop()";
    let outcomes = ask("l = [1]", &[check, check], "l", Policy::OldGil);
    let wanted = [
        "[]",
        "[], thread 1: IndexError: pop from empty list",
        "[], thread 2: IndexError: pop from empty list",
    ];
    assert_eq!(outcomes.values(), wanted);
}

/// A loop that waits for another thread may go round for ever, and the states are few.
#[test]
fn a_circle_of_states_ends_the_search() {
    let outcomes = ask("go = False", &["while not go:\n    pass", "go = True"], "go", Policy::NewGil);
    assert_eq!(outcomes.values(), ["True"]);
    assert_eq!((outcomes.complete, outcomes.schedules), (true, None));
    assert!(outcomes.to_string().starts_with("all executions (some never end;"), "{outcomes}");
}

#[test]
fn a_search_that_was_stopped_says_so() {
    let count = "for i in range(100):\n    x += 1";
    let outcomes =
        explore(&Question { setup: "x = 0", threads: &[count, count], look: "x" }, Policy::OldGil, 50)
            .unwrap();
    assert!(!outcomes.complete);
    assert_eq!(outcomes.to_string(), "stopped after 50 states");
}

#[test]
fn a_question_that_is_no_program_is_refused() {
    for (setup, thread, look, wanted) in [
        ("x = ", "x", "x", "setup:1:5: a value is missing before the end of the line"),
        ("x = 1 / 0", "x", "x", "setup:1:1: ZeroDivisionError: division by zero"),
        ("x = 0", "x +", "x", "thread 1:1:4: a value is missing before the end of the line"),
        ("x = 0", "x", "x y", "look:1:3: the statement ends before `y`"),
    ] {
        let question = Question { setup, threads: &[thread], look };
        let error = explore(&question, Policy::OldGil, LIMIT).unwrap_err().to_string();
        assert_eq!(error.lines().next(), Some(wanted));
    }
    let outcomes = ask("import threading", &["threading.Thread(target=print).start()"], "1", Policy::NewGil);
    assert_eq!(outcomes.values(), ["1, thread 1: RuntimeError: no threads can be started here"]);
}

/// The exception that has ended a thread, and the lock that a thread waits for, distinguish states that are equal
/// otherwise.
#[test]
fn a_thread_at_its_end_is_part_of_a_state() {
    let failed = ask("d = {}\nk = 0", &["d[k]", "k = 1\nk = 2"], "k", Policy::OldGil);
    let wanted = ["2, thread 1: KeyError: 0", "2, thread 1: KeyError: 1", "2, thread 1: KeyError: 2"];
    assert_eq!(failed.values(), wanted);
    let setup =
        "import threading\na = threading.Lock()\nb = threading.Lock()\na.acquire()\nb.acquire()\nl = [a]";
    let blocked = ask(setup, &["l[0].acquire()", "l[0] = b\na.release()"], "'done'", Policy::OldGil);
    assert_eq!(blocked.values(), ["'done'", "deadlock"]);
}

/// Its time may be over before the lock is free, and after.
#[test]
fn a_time_out_comes_out() {
    let setup = "import threading\nlock = threading.Lock()\nlock.acquire()";
    let threads = ["got = lock.acquire(timeout=1)", "lock.release()"];
    assert_eq!(ask(setup, &threads, "got", Policy::NewGil).values(), ["False", "True"]);
    assert_eq!(ask(setup, &threads[..1], "got", Policy::Serial).values(), ["False"]);
}

/// If threads run one after the other, a thread that waits for the next thread loops for ever.
#[test]
fn a_loop_without_an_end_ends_the_search() {
    let outcomes = ask("go = False", &["while not go:\n    pass", "go = True"], "go", Policy::Serial);
    assert_eq!((outcomes.values(), outcomes.schedules), (vec!["True"], None));
    let endless = Question { setup: "x = 0", threads: &["while True:\n    x += 1"], look: "x" };
    let counts = explore(&endless, Policy::Serial, 50).unwrap();
    assert_eq!((counts.values(), counts.complete), (vec![], false));
    let question = Question { setup: "while True:\n    pass", threads: &[], look: "1" };
    let error = explore(&question, Policy::OldGil, LIMIT).unwrap_err().to_string();
    assert!(error.contains("this does not end within 1000000 instructions"), "{error}");
}
