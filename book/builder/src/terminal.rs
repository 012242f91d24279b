//! A program's output as a picture of a terminal.

use anstyle::{Color, RgbColor};
use anstyle_svg::{Palette, Term};

const fn rgb(hex: u32) -> RgbColor {
    let [_, red, green, blue] = hex.to_be_bytes();
    RgbColor(red, green, blue)
}

/// The eight colours and their bright twins, all of them legible on [`GROUND`].
const COLOURS: Palette = {
    let [black, red, green, yellow] = [rgb(0x484f58), rgb(0xff7b72), rgb(0x3fb950), rgb(0xd29922)];
    let [blue, magenta, cyan, white] = [rgb(0x58a6ff), rgb(0xbc8cff), rgb(0x39c5cf), rgb(0xe6edf3)];
    let grey = rgb(0x9198a1);
    Palette([
        black, red, green, yellow, blue, magenta, cyan, white, grey, red, green, yellow, blue, magenta, cyan,
        white,
    ])
};

/// Dark, but set off from a black page too: the picture is the same on light and on dark ones.
const GROUND: RgbColor = rgb(0x161b22);
const TEXT: RgbColor = rgb(0xe6edf3);

/// Draws a text with ANSI colours as SVG.
pub fn svg(ansi: &str) -> String {
    // Faint would be drawn at 40 %, which cannot be read; terminals show about this grey.
    let ansi = ansi.replace("\x1b[2m", "\x1b[90m");
    Term::new()
        .palette(COLOURS)
        .fg_color(Color::Rgb(TEXT))
        .bg_color(Color::Rgb(GROUND))
        .min_width_px(0)
        .render_svg(ansi.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_colours_are_kept() {
        let svg = svg("a<b \x1b[1m\x1b[31mred\x1b[0m\n  \x1b[2mfaint\x1b[0m\n\n");
        assert!(svg.starts_with("<svg "), "{svg}");
        for piece in ["a&lt;b ", "bold\">red<", "#FF7B72", "faint", "#9198A1", "height=\"56px\""] {
            assert!(svg.contains(piece), "{piece}\n{svg}");
        }
        assert!(!svg.contains("opacity"), "{svg}");
    }
}
