//! The files of a template, from a folder or from the binary.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use crate::problem::{Mark, Problem};

/// Path below `templates/` and text of every file, compiled in.
static EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The folder beside the templates whose messages and partials all of them use.
pub(crate) const SHARED: &str = "_shared";

/// The folder of the platform's own messages.
pub(crate) const PLATFORM: &str = "_platform";

/// A template's text files are small; more is a mistake, and not worth reading.
const MAX_FILE: u64 = 256 * 1024;

/// One file: what to call it in a problem, and its text.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) label: String,
    pub(crate) text: String,
}

/// Files by their path inside the folder, with `/`.
pub(crate) type Files = BTreeMap<String, File>;

/// What a template is made of.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// The folder's name, which must be the template's.
    pub(crate) name: String,
    /// What stands before a path in a problem, without the last `/`.
    pub(crate) label: String,
    /// The template's own files.
    pub(crate) own: Files,
    /// The files of the shared folder.
    pub(crate) shared: Files,
}

impl Source {
    /// Reads a folder. The shared files lie beside it, or else are those of the binary, so that
    /// a template can be written anywhere.
    pub(crate) fn read(dir: &Path, problems: &mut Vec<Problem>) -> Option<Source> {
        let label = trim(&dir.display().to_string());
        let name = match dir.canonicalize() {
            Ok(full) if full.is_dir() => full.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
            Ok(_) => {
                problems.push(problem(&label, "this is a file; name the template's folder"));
                return None;
            }
            Err(error) => {
                problems.push(problem(&label, format!("the folder can't be read: {error}")));
                return None;
            }
        };
        let mut own = Files::new();
        walk(dir, &label, "", &mut own, problems);

        let beside = dir.join("..").join(SHARED);
        let shared = if beside.is_dir() {
            let parent = dir.parent().filter(|p| !p.as_os_str().is_empty());
            let label = parent.map_or_else(|| SHARED.to_owned(), |p| trim(&p.join(SHARED).display().to_string()));
            let mut files = Files::new();
            walk(&beside, &label, "", &mut files, problems);
            files
        } else {
            embedded(SHARED)
        };
        Some(Source { name, label, own, shared })
    }

    /// A folder of the binary; `None` when there is none of that name.
    pub(crate) fn embedded(name: &str) -> Option<Source> {
        let own = embedded(name);
        (!own.is_empty()).then(|| Source {
            name: name.to_owned(),
            label: format!("templates/{name}"),
            own,
            shared: embedded(SHARED),
        })
    }

    /// A file of the template itself; one that is missing is a problem.
    pub(crate) fn need(&self, path: &str, problems: &mut Vec<Problem>) -> Option<&File> {
        let found = self.own.get(path);
        if found.is_none() {
            let label = format!("{}/{path}", self.label);
            problems.push(problem(&label, "this file is missing; see the README of templates/ for what belongs in it"));
        }
        found
    }
}

/// Names of the templates in the binary, in alphabetical order.
pub(crate) fn embedded_names() -> Vec<&'static str> {
    let mut names: Vec<&str> = EMBEDDED
        .iter()
        .filter_map(|(path, _)| path.split_once('/').map(|(folder, _)| folder))
        .filter(|folder| !folder.starts_with('_'))
        .collect();
    names.dedup();
    names
}

fn embedded(folder: &str) -> Files {
    EMBEDDED
        .iter()
        .filter_map(|(path, text)| {
            let inner = path.strip_prefix(folder)?.strip_prefix('/')?;
            let file = File { label: format!("templates/{path}"), text: (*text).to_owned() };
            Some((inner.to_owned(), file))
        })
        .collect()
}

fn walk(dir: &Path, label: &str, prefix: &str, files: &mut Files, problems: &mut Vec<Problem>) {
    let entries = fs::read_dir(dir).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let entries = match entries {
        Ok(entries) => entries,
        Err(error) => {
            problems.push(problem(label, format!("the folder can't be read: {error}")));
            return;
        }
    };
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        // Editors and operating systems leave such files behind.
        if name.starts_with('.') || name.ends_with('~') {
            continue;
        }
        let (label, path) = (format!("{label}/{name}"), format!("{prefix}{name}"));
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => {
                // messages/<name>/<file> is as deep as a template goes.
                if path.matches('/').count() < 2 {
                    walk(&entry.path(), &label, &format!("{path}/"), files, problems);
                } else {
                    problems.push(problem(&label, "a folder does not belong here; remove it"));
                }
            }
            // A link could lead out of the folder.
            Ok(kind) if kind.is_symlink() => {
                problems.push(problem(&label, "this is a link; put a copy of the file here"));
            }
            Ok(_) => match read(&entry.path()) {
                Ok(text) => {
                    files.insert(path, File { label, text });
                }
                Err(why) => problems.push(problem(&label, why)),
            },
            Err(error) => problems.push(problem(&label, format!("can't be read: {error}"))),
        }
    }
}

fn read(path: &Path) -> Result<String, String> {
    let size = fs::metadata(path).map_err(|e| format!("can't be read: {e}"))?.len();
    if size > MAX_FILE {
        return Err(format!("the file has {size} bytes; a template's files stay below {MAX_FILE}"));
    }
    let bytes = fs::read(path).map_err(|e| format!("can't be read: {e}"))?;
    String::from_utf8(bytes).map_err(|_| "the file is not UTF-8 text; save it as UTF-8".to_owned())
}

fn trim(label: &str) -> String {
    match label.trim_end_matches('/') {
        "" => label.to_owned(),
        trimmed => trimmed.to_owned(),
    }
}

/// A problem of a file as a whole.
pub(crate) fn problem(label: &str, message: impl Into<String>) -> Problem {
    Problem { file: label.to_owned(), line: Mark::START.line, column: Mark::START.column, message: message.into() }
}
