//! The chart as text: pictures in `tests/snapshots` (`UPDATE_EXPECT=1 cargo test` records them anew), and what holds for
//! any chart.

mod support;

use expect_test::expect_file;
use ungil_timeline::{Chart, SpanKind, Style};
use unicode_width::UnicodeWidthStr;

#[test]
fn pictures_are_as_recorded() {
    let all = [40, 80, 120].as_slice();
    let charts = [
        (support::countdown(), all),
        (support::gil(), all),
        (support::pool(), all),
        (support::convoy(), &[80]),
        (support::zoomed(), &[80]),
    ];
    for (chart, widths) in charts {
        for (width, unicode) in widths.iter().flat_map(|width| [(*width, true), (*width, false)]) {
            is_as_recorded(&chart, width, unicode);
        }
    }
}

fn is_as_recorded(chart: &Chart, width: usize, unicode: bool) {
    let text = chart.text(&Style { width, unicode, color: false });
    let signs = if unicode { "unicode" } else { "ascii" };
    let snapshots = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots");
    expect_file![format!("{snapshots}/{}-{width}-{signs}.txt", chart.name)].assert_eq(&text);
}

#[test]
fn a_range_draws_what_lies_in_it() {
    let mut chart = support::countdown();
    chart.range = Some(support::ms(40)..support::ms(65));
    let text = chart.text(&Style::default());
    for label in ["join Thread-1", "sleep", "again", "tiny", "puts", "Thread-2", "40", "65 ms"] {
        assert!(text.contains(label), "{label}:\n{text}");
    }
    // `again` goes on for 10 of 25 ms.
    let row = text.lines().find(|line| line.starts_with("Thread-2")).unwrap();
    let columns = row.split_once('│').unwrap().1.trim_end().chars().count();
    assert!((27..=31).contains(&columns), "{row}");
    for label in ["start", "print", "left", "wakes", "done"] {
        assert!(!text.contains(label), "{label}:\n{text}");
    }
    for empty in [support::ms(500)..support::ms(600), support::ms(9)..support::ms(3)] {
        chart.range = Some(empty);
        assert!(chart.text(&Style::default()).contains("Thread-2 │\n"), "{:?}", chart.range);
    }
}

#[test]
fn a_range_keeps_a_span_without_a_length() {
    let mut chart = Chart::new("range");
    chart.lane("main").span(SpanKind::Run, support::ms(5)..support::ms(5), "at the edge");
    chart.range = Some(support::ms(5)..support::ms(9));
    assert!(chart.text(&Style::default()).contains("at the edge"));
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for (n, chart) in support::all().iter().enumerate() {
        // The large ones take their time.
        let step = if chart.arrows.len() > 1000 { 23 } else { 1 };
        for width in (0..=200).step_by(step) {
            for unicode in [true, false] {
                let text = chart.text(&Style { width, unicode, color: false });
                for line in text.lines() {
                    assert!(line.width() <= width, "chart {n}, width {width}: {line:?}");
                    assert!(!line.ends_with(' ') && !line.chars().any(char::is_control), "{line:?}");
                    assert!(unicode || line.is_ascii(), "{line:?}");
                }
                assert!(text.is_empty() || text.ends_with('\n'));
            }
        }
    }
}

#[test]
fn an_endless_line_is_not_drawn() {
    let text = support::countdown().text(&Style { width: usize::MAX, ..Style::default() });
    assert!(text.lines().all(|line| line.width() <= 400));
}

#[test]
fn colours_change_nothing_but_colours() {
    for chart in support::all() {
        let plain = chart.text(&Style::default());
        let colored = chart.text(&Style { color: true, ..Style::default() });
        assert_eq!(strip(&colored), plain);
    }
    assert!(support::gil().text(&Style { color: true, ..Style::default() }).contains("\x1b["));
}

/// The text without its `ESC [ … m`.
fn strip(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let first = parts.next().unwrap_or_default().to_string();
    parts.fold(first, |text, part| text + part.split_once('m').expect("an escape ends in m").1)
}

#[test]
fn every_label_of_a_small_chart_can_be_read() {
    let text = support::countdown().text(&Style::default());
    for label in ["start", "join Thread-1", "print", "working", "sleep", "again", "tiny", "4 left", "3 left"]
    {
        assert!(text.contains(label), "{label}:\n{text}");
    }
    for label in ["2 left", "1 left", "done", "starts", "puts", "wakes", "main", "Thread-1", "Thread-2"] {
        assert!(text.contains(label), "{label}:\n{text}");
    }
}

#[test]
fn the_legend_names_what_occurs() {
    let legend = |chart: &Chart| chart.text(&Style::default()).lines().last().unwrap_or_default().to_string();
    assert_eq!(legend(&support::gil()).trim(), "█ runs   ░ waits   ▒ in I/O   • instant   ▼ arrow");
    assert_eq!(legend(&support::pool()).trim(), "█ runs   ▒ in I/O");
}

#[test]
fn one_line_when_there_is_nothing_to_draw() {
    let narrow = Style { width: 29, ..Style::default() };
    assert_eq!(support::gil().text(&narrow), "too narrow: needs 30 columns\n");
    assert_eq!(Chart::new("x").text(&Style::default()), "x: nothing was recorded\n");
}
