//! YAML as a tree in which every node knows its place.
//!
//! Built from parser events rather than by deserialising, because a template's author wants all
//! mistakes at once, each with its line, and duplicate keys reported instead of overwritten.
//! Scalars stay text until a check asks for a type: `country: NO` is Norway and not "false".
//! Anchors, aliases, tags and several documents in a file are refused; a template needs none.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle};

use crate::problem::Mark;

/// Deeper than any template is; keeps a hostile file from growing the stack of open nodes.
const MAX_DEPTH: usize = 16;

/// A value and where it begins.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) at: Mark,
    pub(crate) kind: Kind,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// Text as written; `plain` when it stood without quotes.
    Scalar { text: String, plain: bool },
    /// A list.
    List(Vec<Node>),
    /// Keys and values in file order, duplicates included.
    Map(Vec<(Node, Node)>),
}

impl Node {
    /// Whether nothing was written: `key:` or `key: null`.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { text, plain: true }
            if matches!(text.as_str(), "" | "~" | "null"))
    }

    /// What the node is, for messages.
    pub(crate) fn describe(&self) -> String {
        match &self.kind {
            _ if self.is_empty() => "nothing".into(),
            Kind::Scalar { text, .. } => format!("\"{text}\""),
            Kind::List(_) => "a list".into(),
            Kind::Map(_) => "a mapping".into(),
        }
    }
}

/// A collection whose end has not been seen yet.
struct Open {
    at: Mark,
    children: Vec<Node>,
    is_map: bool,
}

/// Reads one document; `Ok(None)` when the file holds nothing.
pub(crate) fn parse(text: &str) -> Result<Option<Node>, (Mark, String)> {
    let mut open: Vec<Open> = Vec::new();
    let mut root: Option<Node> = None;
    let mut parser = Parser::new_from_str(text);

    while let Some(next) = parser.next_event() {
        let (event, span) = next.map_err(|e| (mark(e.marker()), broken(e.info())))?;
        let at = mark(&span.start);
        let done = match event {
            Event::Scalar(_, _, anchor, tag) if anchor > 0 || tag.is_some() => {
                return Err((at, "anchors and tags are not supported; write the plain value".into()));
            }
            Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag) if anchor > 0 || tag.is_some() => {
                return Err((at, "anchors and tags are not supported; write the plain value".into()));
            }
            Event::Alias(_) => {
                return Err((at, "aliases are not supported; repeat the value".into()));
            }
            Event::Scalar(text, style, ..) => {
                Some(Node { at, kind: Kind::Scalar { text: text.into_owned(), plain: matches!(style, ScalarStyle::Plain) } })
            }
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                if open.len() == MAX_DEPTH {
                    return Err((at, "nested too deeply".into()));
                }
                let is_map = matches!(event, Event::MappingStart(..));
                open.push(Open { at, children: Vec::new(), is_map });
                None
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(Open::close),
            Event::DocumentStart(_) if root.is_some() => {
                return Err((at, "a second document; keep one per file".into()));
            }
            _ => None,
        };
        if let Some(node) = done {
            match open.last_mut() {
                Some(parent) => parent.children.push(node),
                None => root = Some(node),
            }
        }
    }
    Ok(root.filter(|node| !node.is_empty()))
}

impl Open {
    fn close(self) -> Node {
        let kind = if self.is_map {
            let mut pairs = Vec::with_capacity(self.children.len() / 2);
            let mut children = self.children.into_iter();
            while let (Some(key), Some(value)) = (children.next(), children.next()) {
                pairs.push((key, value));
            }
            Kind::Map(pairs)
        } else {
            Kind::List(self.children)
        };
        Node { at: self.at, kind }
    }
}

fn mark(marker: &Marker) -> Mark {
    Mark { line: marker.line().max(1), column: marker.col() + 1 }
}

/// The parser's words, led in so that a reader knows it is the form and not the content.
fn broken(info: &str) -> String {
    format!("this is not valid YAML: {info}; check the indentation, colons and quotes around here")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(node: &Node) -> &[(Node, Node)] {
        match &node.kind {
            Kind::Map(pairs) => pairs,
            other => panic!("not a map: {other:?}"),
        }
    }

    #[test]
    fn every_node_knows_its_place() {
        let root = parse("a: 1\nb:\n  - x: NO\n    y: 'q'\n").unwrap().unwrap();
        let pairs = map(&root);
        assert_eq!((pairs[1].0.at.line, pairs[1].0.at.column), (2, 1));
        let Kind::List(items) = &pairs[1].1.kind else { panic!() };
        let item = map(&items[0]);
        assert_eq!((item[0].1.at.line, item[0].1.at.column), (3, 8));
        assert_eq!(item[0].1.kind, Kind::Scalar { text: "NO".into(), plain: true });
        assert_eq!((item[1].0.at.line, item[1].0.at.column), (4, 5));
    }

    #[test]
    fn duplicates_are_kept_for_the_checks() {
        assert_eq!(map(&parse("a: 1\na: 2\n").unwrap().unwrap()).len(), 2);
    }

    #[test]
    fn what_a_template_does_not_need_is_refused_with_its_place() {
        for (text, line, word) in [
            ("a: &x 1\nb: *x\n", 1, "anchors"),
            ("a: !!str 1\n", 1, "tags"),
            ("a: 1\n---\nb: 2\n", 2, "second document"),
            ("a: 1\n b: [\n", 2, "not valid YAML"),
            ("a:\n\tb: 1\n", 2, "not valid YAML"),
        ] {
            let (at, message) = parse(text).unwrap_err();
            assert!(message.contains(word), "{text:?}: {message}");
            assert_eq!(at.line, line, "{text:?}: {message}");
        }
        assert!(parse(&"[".repeat(100)).is_err());
    }

    #[test]
    fn an_empty_file_is_nothing() {
        for text in ["", "# only a comment\n", "---\n", "null\n"] {
            assert_eq!(parse(text), Ok(None), "{text:?}");
        }
    }
}
