//! All schedules of a puzzle.

use harness::Class;
use interleave::{Scene, Step};

use crate::puzzles::Code;
use crate::replay::{End, run};

/// How many executions to look at. One that fails leaves its OS thread behind, so there has to be a bound; a puzzle for
/// people is far smaller.
pub const LIMIT: usize = 5000;

/// The schedules after some choices, the point where they begin first.
#[derive(Debug)]
pub struct Tree {
    /// Every point at which there is a choice, or an end; what follows on a point stands behind it.
    pub nodes: Vec<Node>,
    /// How many executions there are.
    pub executions: usize,
    /// There are more than were looked at.
    pub cut: bool,
}

/// A point of an execution.
#[derive(Debug)]
pub struct Node {
    /// What has happened since the point before.
    pub steps: Vec<Step>,
    /// The threads' names so far.
    pub threads: Vec<String>,
    /// Who can be chosen, and the point where that leads; `None` where the tree is cut.
    pub choices: Vec<(usize, Option<usize>)>,
    /// How the execution ends here: `Solved` means that nothing went wrong.
    pub end: Option<Class>,
}

impl Tree {
    /// Runs every execution that begins with these choices, or `limit` of them.
    ///
    /// It runs to the end, goes back to the last point that has a choice left, and runs again.
    pub fn grow(code: &Code, prefix: &[usize], limit: usize) -> Tree {
        let mut tree = Tree { nodes: Vec::new(), executions: 0, cut: false };
        // Of the execution before: which point, and which of its choices.
        let mut path: Vec<(usize, usize)> = Vec::new();
        loop {
            tree.executions += 1;
            let (mut asked, mut shown) = (0, 0);
            let position = run(&code.scenario, &mut |scene, can| {
                asked += 1;
                if let Some(choice) = prefix.get(asked - 1) {
                    return can.contains(choice).then_some(*choice);
                }
                let depth = asked - 1 - prefix.len();
                if depth == path.len() {
                    let node = Node::new(scene, shown);
                    path.push((tree.add(node, &path), 0));
                }
                shown = scene.steps.len();
                let (node, choice) = path[depth];
                Some(tree.nodes[node].choices[choice].0)
            });
            let mut end = Node::new(&position.scene, shown);
            end.choices.clear();
            end.end = position.end.as_ref().map(End::class);
            tree.add(end, &path);
            loop {
                let Some((node, choice)) = path.pop() else { return tree };
                if choice + 1 < tree.nodes[node].choices.len() {
                    path.push((node, choice + 1));
                    break;
                }
            }
            if tree.executions == limit {
                tree.cut = true;
                return tree;
            }
        }
    }

    /// A new point behind the last one of the path.
    fn add(&mut self, node: Node, path: &[(usize, usize)]) -> usize {
        let number = self.nodes.len();
        self.nodes.push(node);
        if let Some(&(before, choice)) = path.last() {
            self.nodes[before].choices[choice].1 = Some(number);
        }
        number
    }

    /// The fewest choices that lead to an end of this class.
    pub fn shortest(&self, class: Class) -> Option<Vec<usize>> {
        let mut best: Vec<Option<(usize, usize)>> = vec![None; self.nodes.len()];
        // A point's successors are computed before the point: for each, the distance and the thread that leads there.
        for (number, node) in self.nodes.iter().enumerate().rev() {
            let behind = node.choices.iter().filter_map(|&(thread, next)| {
                let (length, _) = best[next?]?;
                Some((length + 1, thread))
            });
            best[number] = if node.end == Some(class) { Some((0, 0)) } else { behind.min() };
        }
        let mut choices = Vec::new();
        let mut node = 0;
        while best.get(node).copied().flatten()?.0 > 0 {
            let (_, thread) = best[node]?;
            choices.push(thread);
            node = self.nodes[node].choices.iter().find(|(by, _)| *by == thread)?.1?;
        }
        Some(choices)
    }

    /// The classes of all ends.
    pub fn ends(&self) -> impl Iterator<Item = Class> {
        self.nodes.iter().filter_map(|node| node.end)
    }
}

impl Node {
    /// A point of which `shown` steps belong to the points before.
    fn new(scene: &Scene, shown: usize) -> Node {
        Node {
            steps: scene.steps.get(shown..).unwrap_or_default().to_vec(),
            threads: scene.threads.iter().map(|thread| thread.name.clone()).collect(),
            choices: crate::replay::who_can(scene).into_iter().map(|thread| (thread, None)).collect(),
            end: None,
        }
    }
}
