//! The shipped templates are whole; every kind of mistake is found, with its file and line.

mod cases;
mod mistakes;
mod shipped;

use super::*;

const SHIPPED: [&str; 3] = ["forex-broker", "partner-network", "sales-crm"];

fn source(name: &str) -> Source {
    Source::embedded(name).unwrap()
}

fn problems(source: &Source) -> Vec<Problem> {
    build(source, Vec::new()).err().unwrap_or_default()
}

/// The forex template with one file changed by replacing a text that must be in it.
fn changed(path: &str, from: &str, to: &str) -> Source {
    let mut source = source("forex-broker");
    let file = source.own.get_mut(path).unwrap_or_else(|| panic!("no file {path}"));
    assert!(file.text.contains(from), "{path} lacks {from:?}");
    file.text = file.text.replacen(from, to, 1);
    source
}

/// The forex template with its own copy of a shared message's file, changed.
fn with_message(key: &str, name: &str, text: &str) -> Source {
    let mut source = source("forex-broker");
    let prefix = format!("messages/{key}/");
    let shared: Vec<_> = source
        .shared
        .iter()
        .filter(|(path, _)| path.starts_with(&prefix))
        .map(|(path, file)| (path.clone(), file.clone()))
        .collect();
    source.own.extend(shared);
    let label = format!("templates/forex-broker/{prefix}{name}");
    source.own.insert(format!("{prefix}{name}"), source::File { label, text: text.to_owned() });
    source
}
