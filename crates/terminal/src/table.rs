//! Rows of cells: on the screen, and as Markdown.

use std::io;

use anstyle::Style as Colour;
use textwrap::core::display_width;

use crate::Screen;

impl Screen {
    /// Rows of cells, each column as wide as its widest cell; the last one wraps. Where there is no room for
    /// that, each cell gets a line.
    pub fn table(&mut self, rows: &[Vec<String>]) -> io::Result<()> {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let width_of = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| display_width(cell)).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns.saturating_sub(1)).map(width_of).collect();
        let margin = 2 + widths.iter().map(|width| width + 2).sum::<usize>();
        let fits = margin + width_of(columns.saturating_sub(1)).min(24) < self.style.width;
        for row in rows {
            let Some((last, first)) = row.split_last() else { continue };
            if !fits {
                for (index, cell) in row.iter().enumerate() {
                    self.prose(if index == 0 { 2 } else { 4 }, Colour::new(), cell)?;
                }
                continue;
            }
            let mut line = String::from("  ");
            for (cell, width) in first.iter().zip(&widths) {
                line.push_str(cell);
                line.push_str(&" ".repeat(width + 2 - display_width(cell)));
            }
            let room = self.style.width.saturating_sub(margin + 1).max(1);
            for (index, piece) in textwrap::wrap(last, room).iter().enumerate() {
                let before = if index == 0 { line.as_str() } else { &" ".repeat(margin) };
                self.line(format_args!("{before}{piece}").to_string().trim_end())?;
            }
        }
        Ok(())
    }
}

/// As Markdown; the first row is the heading. Columns are aligned to the right, but for those of which `is_left` is true.
pub fn markdown(rows: &[Vec<String>], is_left: impl Fn(usize) -> bool) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut lines: Vec<String> = rows.iter().map(|row| line(row)).collect();
    let columns = 0..rows.first().map_or(0, Vec::len);
    let rule: String = columns.map(|column| if is_left(column) { "---|" } else { "--:|" }).collect();
    lines.insert(lines.len().min(1), format!("|{rule}\n"));
    lines.concat()
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_are_aligned() {
        let rows = [["what", "ns"], ["lock", "9.5"]].map(|row| row.map(str::to_owned).to_vec());
        let expected = "| what | ns |\n|---|--:|\n| lock | 9.5 |\n";
        assert_eq!(super::markdown(&rows, |column| column == 0), expected);
    }
}
