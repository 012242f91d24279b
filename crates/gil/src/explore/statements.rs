//! Statements that are atomic under some GILs and not under others.

use super::Question;

/// A statement that two threads execute at the same time.
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    /// The statement, as the table shows it.
    pub text: &'static str,
    /// The program that shows whether the statement is atomic.
    pub question: Question<'static>,
}

/// The table, the simplest statement first.
pub const STATEMENTS: &[Statement] = &[
    Statement {
        text: "x = 1",
        question: Question { setup: "x = 0", threads: &["x = 1", "x = 2"], look: "x" },
    },
    Statement {
        text: "x += 1",
        question: Question { setup: "x = 0", threads: &["x += 1", "x += 1"], look: "x" },
    },
    Statement {
        text: "x = x + 1",
        question: Question { setup: "x = 0", threads: &["x = x + 1", "x = x + 1"], look: "x" },
    },
    Statement {
        text: "x = f(x)",
        question: Question {
            setup: "x = 0\ndef f(a):\n    return a + 1",
            threads: &["x = f(x)", "x = f(x)"],
            look: "x",
        },
    },
    Statement {
        text: "l.append(x)",
        question: Question { setup: "l = []", threads: &["l.append(1)", "l.append(2)"], look: "sorted(l)" },
    },
    Statement {
        text: "l[0] += 1",
        question: Question { setup: "l = [0]", threads: &["l[0] += 1", "l[0] += 1"], look: "l" },
    },
    Statement {
        text: "d[k] = v",
        question: Question { setup: "d = {}", threads: &["d[1] = 'a'", "d[2] = 'b'"], look: "len(d)" },
    },
    Statement {
        text: "d[k] += 1",
        question: Question { setup: "d = {'k': 0}", threads: &["d['k'] += 1", "d['k'] += 1"], look: "d" },
    },
    Statement {
        text: "if k not in d: d[k] = v",
        question: Question {
            setup: "d = {}\nmade = [0, 0]",
            threads: &[
                "if 'k' not in d:\n    d['k'] = 1\n    made[0] = 1",
                "if 'k' not in d:\n    d['k'] = 2\n    made[1] = 1",
            ],
            look: "made",
        },
    },
    Statement {
        text: "d.setdefault(k, v)",
        question: Question {
            setup: "d = {}",
            threads: &["a = d.setdefault('k', 1)", "b = d.setdefault('k', 2)"],
            look: "(d, a, b)",
        },
    },
    Statement {
        text: "a, b = b, a",
        question: Question {
            setup: "a = 1\nb = 2",
            threads: &["a, b = b, a", "a, b = b, a"],
            look: "(a, b)",
        },
    },
    Statement {
        text: "l.append(l.pop())",
        question: Question {
            setup: "l = [1]",
            threads: &["l.append(l.pop())", "l.append(l.pop())"],
            look: "l",
        },
    },
    Statement {
        text: "for i in range(2): x += 1",
        question: Question {
            setup: "x = 0",
            threads: &["for i in range(2):\n    x += 1", "for j in range(2):\n    x += 1"],
            look: "x",
        },
    },
    Statement {
        text: "with lock: x += 1",
        question: Question {
            setup: "import threading\nlock = threading.Lock()\nx = 0",
            threads: &["with lock:\n    x += 1", "with lock:\n    x += 1"],
            look: "x",
        },
    },
];
