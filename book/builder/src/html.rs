//! What the checks read of a built page.

use scraper::{ElementRef, Html, Node};

/// A built page.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Built {
    /// Every id, in order, and whether a heading has it.
    pub ids: Vec<(String, bool)>,
    /// Every `href` and `src`, in order.
    pub links: Vec<String>,
    /// Texts outside of code in which something is [`LEFT`].
    pub leftovers: Vec<String>,
}

/// Marks for the book's builder, which a reader must not see outside of code.
pub const LEFT: [&str; 2] = ["{{#", "`"];

impl Built {
    /// Reads a page.
    pub fn parse(text: &str) -> Self {
        let mut built = Self::default();
        let document = Html::parse_document(text);
        for node in document.tree.root().descendants() {
            match node.value() {
                Node::Element(element) => {
                    let heading = matches!(element.name(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
                    built.ids.extend(element.id().map(|id| (id.to_owned(), heading)));
                    let links = [element.attr("href"), element.attr("src")];
                    built.links.extend(links.into_iter().flatten().map(str::to_owned));
                }
                Node::Text(text) if LEFT.iter().any(|left| text.contains(left)) => {
                    let shows = |element: ElementRef<'_>| {
                        matches!(element.value().name(), "code" | "pre" | "script" | "style")
                    };
                    if !node.ancestors().filter_map(ElementRef::wrap).any(shows) {
                        built.leftovers.push(text.trim().to_owned());
                    }
                }
                _ => {}
            }
        }
        built
    }

    /// Whether an element of the page has this id.
    pub fn has_id(&self, id: &str) -> bool {
        self.ids.iter().any(|(found, _)| found == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_links_and_leftovers_are_read() {
        let built = Built::parse(
            "<h2 id=a><a href='#a'>A</a></h2><p id=b><img src=c.svg>{{#one}} <code>{{#two}} `</code></p><summary>a `b`</summary>",
        );
        assert_eq!(built.ids, [("a".to_owned(), true), ("b".to_owned(), false)]);
        assert_eq!(built.links, ["#a", "c.svg"]);
        assert_eq!(built.leftovers, ["{{#one}}", "a `b`"]);
    }
}
