//! What is wrong with a program's text: where, and in words.

use ungil_gil::Program;

/// The message for a program, with its place.
fn error(text: &str) -> String {
    match Program::compile("program.py", text) {
        Ok(_) => panic!("this compiles: {text}"),
        Err(error) => error.to_string().lines().next().unwrap().replacen("program.py:", "", 1),
    }
}

#[test]
fn a_caret_shows_the_place() {
    let error = Program::compile("program.py", "x = 1\nif x:\n    y = (x +\t* 2)\n").unwrap_err();
    let wanted = "\
program.py:3:14: a value is missing before `*`
        y = (x +\t* 2)
                \t^";
    assert_eq!(error.to_string(), wanted);
    assert_eq!((error.position().line, error.position().column), (3, 14));
}

#[test]
fn what_is_python_but_not_offered_is_said_so() {
    for (text, wanted) in [
        ("class A:\n    pass\n", "1:1: `class` is Python, but not offered here"),
        ("x = lambda: 1\n", "1:5: `lambda` is Python, but not offered here"),
        ("try:\n    pass\n", "1:1: `try` is Python, but not offered here"),
        ("x = {1, 2}\n", "1:7: sets are Python, but not offered here: a dict has `key: value`"),
        ("@f\ndef g(): pass\n", "1:1: `@` is Python, but not offered here"),
        ("if (x := 1): pass\n", "1:7: `:=` is Python, but not offered here"),
        ("x = l[::2]\n", "1:8: steps of slices are Python, but not offered here"),
        ("def f(a=1): pass\n", "1:8: parameters have no defaults and no types here"),
        ("def f(*a): pass\n", "1:7: parameters are plain names here"),
        ("f(*a)\n", "1:3: arguments from a list or dict are Python, but not offered here"),
        (
            "def f():\n    def g(): pass\n",
            "2:5: a function inside a function is Python, but not offered here",
        ),
        ("for x in y:\n    pass\nelse:\n    pass\n", "3:1: `else` of `for` is Python, but not offered here"),
        ("x: int = 1\n", "1:2: types of variables are Python, but not offered here"),
        ("x.y = 1\n", "1:1: nothing can be assigned to an attribute (objects are fixed here)"),
        ("import a, b\n", "1:9: write one `import` a line"),
        ("x = 99999999999999999999\n", "1:5: integers have 64 bits here, and this one is too large"),
        ("x = f'{y:>5}'\n", "1:5: `:>5` is not offered: `:10`, `:.3f` and `:10.3f` are"),
    ] {
        assert_eq!(error(text), wanted, "{text}");
    }
}

#[test]
fn what_is_no_python_is_said_so() {
    for (text, wanted) in [
        ("x = (1,\n", "1:5: `(` is never closed"),
        ("x = 1)\n", "1:6: `)` closes nothing"),
        ("x = (1]\n", "1:7: `]` cannot close `(` of line 1"),
        ("x = 'a\n", "1:5: this text is not closed in its line"),
        ("x = '''a\n", "1:5: this text is never closed"),
        ("if x:\npass\n", "2:1: the block of `if` is missing: indent it"),
        ("x = 1\n  y = 2\n", "2:3: this line is indented, and no block begins here"),
        ("if x:\n    y\n  z\n", "3:3: this line is indented like none of the blocks around it"),
        ("x = = 1\n", "1:5: a value is missing before `=`"),
        ("1 = x\n", "1:1: nothing can be assigned to a literal"),
        ("f() = x\n", "1:1: nothing can be assigned to a call"),
        ("f() += 1\n", "1:1: only a name or an item can be changed in place"),
        ("x + 1 = 2\n", "1:3: nothing can be assigned to an expression"),
        ("None = 2\n", "1:1: nothing can be assigned to `None`"),
        ("x 1\n", "1:3: the statement ends before `1`"),
        ("while x\n    pass\n", "1:8: `while` needs `:` here, not the end of the line"),
        ("return 1\n", "1:1: `return` is outside of a function"),
        ("break\n", "1:1: `break` is outside of a loop"),
        ("if x:\n    continue\n", "2:5: `continue` is outside of a loop"),
        ("def f(a, a): pass\n", "1:10: two parameters have the name `a`"),
        ("def f(a):\n    global a\n", "1:1: `a` is a parameter and global"),
        ("f(a=1, 2)\n", "1:8: arguments without a name come first"),
        ("f(a=1, a=2)\n", "1:8: the argument `a` is there twice"),
        ("x = 1_\n", "1:5: `1_` is not a number"),
        ("x = 0x\n", "1:5: `` is not a number"),
        ("x = 012\n", "1:5: a number does not begin with 0 (octal ones begin with 0o)"),
        ("x = 5 $ 3\n", "1:7: a program has no `$` here"),
        ("x = f'{y'\n", "1:5: a `{` of this f-string is never closed"),
        ("x = f'{}'\n", "1:5: in this f-string: a value is missing before the end of the program"),
        ("x = '\\x1'\n", "1:6: this escape is not complete"),
        ("é = (\n", "1:5: `(` is never closed"),
    ] {
        assert_eq!(error(text), wanted, "{text}");
    }
}

/// However deep: an error, and no overflow of the stack.
#[test]
fn what_is_nested_too_deeply_is_refused() {
    let deep = |text: &str, times: usize| text.repeat(times);
    for text in [
        deep("(", 10_000) + &deep(")", 10_000),
        deep("[", 10_000) + &deep("]", 10_000),
        "x = ".to_owned() + &deep("-", 10_000) + "1\n",
        "x = ".to_owned() + &deep("not ", 10_000) + "1\n",
        "x = 1".to_owned() + &deep(" + 1", 10_000) + "\n",
        "x = 1".to_owned() + &deep(" ** 1", 10_000) + "\n",
        "x = a".to_owned() + &deep("[0]", 10_000) + "\n",
        "x = a".to_owned() + &deep("()", 10_000) + "\n",
        "x = a".to_owned() + &deep(" if a else a", 10_000) + "\n",
        (0..1000).map(|i| " ".repeat(i) + "if x:\n").collect(),
    ] {
        let error = error(&text);
        assert!(error.contains("nested too deeply") || error.contains("is too long"), "{error}");
    }
}

/// Bytes at random make errors, and no panics.
#[test]
fn no_text_makes_the_parser_panic() {
    let pieces = [
        "x", "1", "'", "\"", "(", ")", "[", "]", "{", "}", ":", ",", ".", "=", "+=", "*", "**", "-", "not ",
        "if ", "else ", "for ", "in ", "def f", "\n", "    ", "\t", "while ", "f'", "\\", "é", "lambda",
        "0x", "1e", "#", "return ", "global ", "import ", "with ", "del ", ";", "and ", "is ", "\r", "_",
        "...",
    ];
    // A linear congruential generator: the same texts each time.
    let mut state: u64 = 1;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..12 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            text += pieces[(state >> 33) as usize % pieces.len()];
        }
        let _ = Program::compile("p.py", &text);
    }
}
