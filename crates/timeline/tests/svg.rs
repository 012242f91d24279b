//! The chart as SVG: well-formed, safe inside a page, nothing lost.

mod support;

use roxmltree::Document;
use std::collections::HashSet;

#[test]
fn it_is_well_formed_and_can_stand_in_markdown() {
    for chart in support::all() {
        let svg = chart.svg();
        let document = Document::parse(&svg).unwrap_or_else(|error| panic!("{error}\n{svg}"));
        let root = document.root_element();
        assert_eq!(root.tag_name().name(), "svg");
        assert_eq!(root.attribute("role"), Some("img"));
        assert!(root.attribute("aria-label").is_some_and(|label| !label.is_empty()));
        assert_eq!(root.first_element_child().map(|title| title.tag_name().name()), Some("title"));
        // Markdown: the first line is one whole tag, and neither a blank line nor an indented one follows.
        assert!(svg.lines().next().is_some_and(|line| line.starts_with("<svg ") && line.ends_with('>')));
        assert!(svg.lines().all(|line| !line.trim().is_empty() && !line.starts_with(' ')), "{svg}");
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}

#[test]
fn it_changes_nothing_else_in_the_page() {
    for chart in support::all() {
        let svg = chart.svg();
        let document = Document::parse(&svg).unwrap();
        assert!(
            document.descendants().all(|node| node.attribute("id").is_none()),
            "two pictures may share a page"
        );
        let style =
            document.descendants().find(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "style")));
        let style = style.and_then(|style| style.text()).unwrap();
        for rule in style.lines().filter(|line| !line.is_empty()) {
            let rule = rule.strip_prefix("@media (prefers-color-scheme:dark){").unwrap_or(rule);
            assert!(rule.starts_with(".ungil-timeline"), "{rule}");
        }
        // The colours of the page are set only where there is no page.
        assert!(style.matches("{color:").count() == style.matches(":root{color:").count());
    }
}

#[test]
fn labels_are_escaped_and_kept() {
    let svg = support::nasty().svg();
    let document = Document::parse(&svg).unwrap();
    let texts: HashSet<&str> = document.descendants().filter_map(|node| node.text()).collect();
    assert!(texts.contains("<&>\"'"), "{texts:?}");
    assert!(texts.contains("日本 🎉 party <b>"), "{texts:?}");
    assert_eq!(document.root_element().attribute("aria-label"), Some("a < b & \"c\" 'd' [31m"));
    assert!(svg.chars().all(|c| c == '\n' || !c.is_control()));
}

#[test]
fn bars_have_tool_tips() {
    let svg = support::countdown().svg();
    assert!(svg.contains("<title>sleep, 30.0 ms to 60.0 ms (30.0 ms)</title>"), "{svg}");
    assert!(svg.contains("<title>Thread-1 → main: wakes, 95.0 ms</title>"), "{svg}");
    assert_eq!(svg.matches("<title>").count(), 1 + 9 + 5 + 4);
}

#[test]
fn everything_is_inside_the_picture() {
    for chart in support::all() {
        let svg = chart.svg();
        let document = Document::parse(&svg).unwrap();
        let view: Vec<f64> = document
            .root_element()
            .attribute("viewBox")
            .unwrap()
            .split(' ')
            .map(|n| n.parse().unwrap())
            .collect();
        for node in
            document.descendants().filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "rect")))
        {
            let number = |name| node.attribute(name).map_or(0.0, |n| n.parse::<f64>().unwrap());
            assert!(number("x") >= 0.0 && number("x") + number("width") <= view[2]);
            assert!(number("y") + number("height") <= view[3]);
        }
    }
}

#[test]
fn thousands_of_spans_stay_a_page() {
    for chart in [support::dense(), support::convoy()] {
        let size = chart.svg().len();
        assert!(size < 100_000, "{size}");
    }
}

#[test]
fn a_crowd_shows_its_shares() {
    let svg = support::convoy().svg();
    assert!(svg.contains("<title>runs 4/8, in I/O 0/8, waits 4/8 of the time</title>"), "{svg}");
    assert!(svg.contains("too many arrows to draw: drop request x700, switch x700"), "{svg}");
    // Zoomed in, each span is there again.
    assert!(support::zoomed().svg().contains("<title>holds, "));
}
