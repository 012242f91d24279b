//! Every puzzle can be solved, and no mended version can be broken.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use harness::Class;
use interleave::Coverage;
use play::json;
use play::puzzles::{ALL, Code, Puzzle};
use play::replay::{End, position, search, who_can};
use play::tree::{LIMIT, Tree};
use source::anchor::Anchor;

/// What fits beside the line numbers on 80 columns, and with the threads and their steps on 30 rows.
const COLUMNS: usize = 67;
const ROWS: usize = 20;

fn class(puzzle: &Puzzle) -> Class {
    puzzle.header().unwrap().class
}

fn tree(code: &Code) -> Tree {
    let tree = Tree::grow(code, &[], LIMIT);
    assert!(!tree.cut, "{}: more than {} executions", code.file, tree.executions);
    tree
}

/// Why the code is not proved to be right.
fn doubts(code: &Code) -> Vec<String> {
    let mut doubts = Vec::new();
    match search(code) {
        Ok(explored) if explored.coverage == Coverage::All => {}
        Ok(explored) => doubts.push(format!("{}: {explored}", code.file)),
        Err(failure) => doubts.push(format!("{}:\n{failure}", code.file)),
    }
    let wrong: BTreeSet<Class> = tree(code).ends().filter(|end| *end != Class::Solved).collect();
    doubts.extend(wrong.iter().map(|class| format!("{}: a schedule ends as {class}", code.file)));
    doubts
}

#[test]
fn every_puzzle_of_every_lesson_is_listed() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = BTreeSet::new();
    for lesson in fs::read_dir(crates).unwrap() {
        let lesson = lesson.unwrap().file_name().into_string().unwrap();
        let Ok(folder) = fs::read_dir(crates.join(&lesson).join("puzzles")) else { continue };
        for file in folder {
            let file = file.unwrap().file_name().into_string().unwrap();
            if !file.ends_with(".stdout") {
                files.insert(format!("crates/{lesson}/puzzles/{file}"));
            }
        }
    }
    let listed = ALL.iter().flat_map(|puzzle| [puzzle.code.file, puzzle.mended.file]).map(str::to_owned);
    assert_eq!(files, listed.collect());
}

#[test]
fn every_goal_can_be_reached_in_as_many_choices_as_par_says() {
    for puzzle in ALL {
        let (name, class) = (puzzle.name, class(puzzle));
        let shortest = tree(&puzzle.code).shortest(class).unwrap_or_else(|| panic!("{name}: no way"));
        let end = position(&puzzle.code, &shortest).unwrap().end;
        assert_eq!(end.as_ref().map(End::class), Some(class), "{name}: {shortest:?}");
        // No shorter one does, by another way than the tree's: replays.
        let mut begun = vec![Vec::new()];
        while let Some(choices) = begun.pop() {
            let position = position(&puzzle.code, &choices).unwrap();
            let end = position.end.as_ref().map(End::class);
            assert!(end != Some(class) || choices.len() >= shortest.len(), "{name}: {choices:?}");
            if end.is_none() && choices.len() + 1 < shortest.len() {
                let longer = |thread| [&choices[..], &[thread]].concat();
                begun.extend(who_can(&position.scene).into_iter().map(longer));
            }
        }
    }
}

#[test]
fn a_goal_is_a_choice_and_no_certainty() {
    for puzzle in ALL {
        let ends: Vec<Class> = tree(&puzzle.code).ends().collect();
        assert!(ends.contains(&Class::Solved), "{}: every schedule fails", puzzle.name);
    }
}

#[test]
fn no_mended_version_can_be_broken() {
    for puzzle in ALL {
        let doubts = doubts(&puzzle.mended);
        assert!(doubts.is_empty(), "{}", doubts.join("\n"));
    }
}

#[test]
fn what_is_not_mended_would_be_noticed() {
    for puzzle in ALL {
        assert_eq!(doubts(&puzzle.code).len(), 2, "by the search and by the schedules");
    }
}

#[test]
fn all_that_happens_stands_on_the_screen() {
    for code in ALL.iter().map(|puzzle| &puzzle.code) {
        let Anchor { first, lines } = code.shown();
        assert!((1..=ROWS).contains(&lines.len()), "{}: {} lines", code.file, lines.len());
        for line in &lines {
            assert!(line.chars().count() <= COLUMNS, "{}: too wide: {line}", code.file);
        }
        for line in tree(code).nodes.iter().flat_map(|node| &node.steps).filter_map(|step| step.line.as_ref())
        {
            let shown = (first..first + lines.len()).contains(&(line.number as usize));
            assert!(shown && line.file == code.file, "{}:{} is not shown", line.file, line.number);
        }
    }
}

#[test]
fn a_tree_ends_as_its_executions_do() {
    let value = json::tree(&ALL[0]).unwrap();
    let mut ends = Vec::new();
    let mut points = vec![&value["tree"]];
    while let Some(point) = points.pop() {
        ends.extend(point["end"].as_str());
        points.extend(point["choices"].as_array().into_iter().flatten().map(|choice| &choice["then"]));
    }
    assert_eq!(value["executions"], ends.len());
    assert_eq!(value["cut"], false);
    assert_eq!(BTreeSet::from_iter(ends), BTreeSet::from(["passed", class(&ALL[0]).name()]));
}

#[test]
fn a_tree_that_is_too_large_is_cut_and_says_so() {
    let whole = tree(&ALL[0].code);
    assert!(!Tree::grow(&ALL[0].code, &[], whole.executions).cut);
    let part = Tree::grow(&ALL[0].code, &[], whole.executions - 1);
    assert!(part.cut && part.ends().count() == whole.executions - 1);
    assert!(part.nodes.iter().flat_map(|node| &node.choices).any(|(_, next)| next.is_none()));
}
