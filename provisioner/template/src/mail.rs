//! Loading messages: their files, their partials, and the proof that they render.
//!
//! A message is taken from the template's own folder or else from the shared one, always as a
//! whole. Partials (`partials/<name>.hbs`) are found the same way, one by one.

use std::collections::BTreeMap;

use handlebars::{Handlebars, RenderError, RenderErrorReason, Template as Compiled, TemplateError};
use serde_json::{Map, Value};

use crate::colour::is_colour;
use crate::message::{COMMON, Format, Message, MessageDef, Variable, engine, one_line};
use crate::problem::{Findings, Mark, Problem, hint};
use crate::read::is_key;
use crate::source::{File, Files, Source, problem};

/// The files of a message's folder.
const PARTS: [&str; 4] = ["subject.hbs", "text.hbs", "html.hbs", "sample.json"];

/// What mail programs still show of a subject.
const MAX_SUBJECT: usize = 120;

/// Loads every message of a list.
pub(crate) fn load(source: &Source, definitions: &[MessageDef], problems: &mut Vec<Problem>) -> Vec<Message> {
    unknown_files(&source.own, definitions, problems);
    let partials = partials(source, problems);
    let mut found = Vec::new();
    for definition in definitions {
        let prefix = format!("messages/{}/", definition.key);
        let has = |files: &Files| files.keys().any(|path| path.starts_with(&prefix));
        let files = if has(&source.own) { &source.own } else { &source.shared };
        if !has(files) {
            problems.push(problem(
                &format!("{}/messages/{}", source.label, definition.key),
                format!("the message is missing; add the folder with {}", PARTS.join(", ")),
            ));
            continue;
        }
        let parts = PARTS.map(|name| {
            let file = files.get(&format!("{prefix}{name}"));
            if file.is_none() {
                problems.push(problem(
                    &format!("{}/{prefix}{name}", source.label),
                    "this file is missing; a message has four, and its folder replaces the shared one as a whole",
                ));
            }
            file
        });
        if let [Some(subject), Some(text), Some(html), Some(sample)] = parts {
            let files = MessageFiles { subject, text, html, sample };
            found.extend(message(definition, &files, &partials, problems));
        }
    }
    found
}

/// Reports files that nothing reads: most are a wrong name.
fn unknown_files(own: &Files, definitions: &[MessageDef], problems: &mut Vec<Problem>) {
    let keys: Vec<&str> = definitions.iter().map(|d| d.key).collect();
    for (path, file) in own {
        let parts: Vec<&str> = path.split('/').collect();
        let message = match parts.as_slice() {
            ["messages", key, _] if !keys.contains(key) => {
                format!("unknown message \"{key}\"{}", hint(key, &keys))
            }
            ["messages", _, name] if !PARTS.contains(name) => {
                format!("unknown file \"{name}\" of a message{}", hint(name, &PARTS))
            }
            ["messages", _, _] => continue,
            ["partials", name] if name.strip_suffix(".hbs").is_some_and(is_key) => continue,
            ["partials", ..] => "a partial is named like button.hbs".to_owned(),
            _ => continue,
        };
        problems.push(problem(&file.label, message));
    }
}

/// The partials a template can use, by name.
type Partials<'s> = BTreeMap<&'s str, &'s File>;

fn partials<'s>(source: &'s Source, problems: &mut Vec<Problem>) -> Partials<'s> {
    let mut found = Partials::new();
    // The template's own come last and replace the shared ones.
    for (path, file) in source.shared.iter().chain(&source.own) {
        let name = path.strip_prefix("partials/").and_then(|n| n.strip_suffix(".hbs"));
        if let Some(name) = name.filter(|n| is_key(n)) {
            found.insert(name, file);
        }
    }
    for file in found.values() {
        syntax(file, Format::Html, problems);
        for (used, at) in references(&file.text) {
            reference(file, &used, at, &found, problems);
        }
    }
    // A partial that includes itself would be rendered for ever.
    let names: Vec<&str> = found.keys().copied().collect();
    for name in names {
        let file = found[name];
        if closure(&file.text, &found).contains(&name) {
            problems.push(problem(&file.label, "this partial includes itself; break the circle"));
            found.remove(name);
        }
    }
    found
}

/// Reports a partial that does not exist.
fn reference(file: &File, used: &str, at: Mark, all: &Partials<'_>, problems: &mut Vec<Problem>) {
    if !all.contains_key(used) {
        let known: Vec<&str> = all.keys().copied().collect();
        findings(file, problems).add(at, format!("unknown partial \"{used}\"{}", hint(used, &known)));
    }
}

/// The partials a text names, `{{> name}}` or `{{#> name}}`, and where.
fn references(text: &str) -> Vec<(String, Mark)> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for (start, _) in line.match_indices("{{") {
            let inside = line[start + 2..].trim_start_matches(['~', '#']);
            let Some(name) = inside.strip_prefix('>') else {
                continue;
            };
            let name: String =
                name.trim_start().chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '@')).collect();
            if !name.is_empty() && name != "@partial-block" {
                let column = line[..start].chars().count() + 1;
                found.push((name, Mark { line: index + 1, column }));
            }
        }
    }
    found
}

/// The partials a text needs, those that they need included, each once.
fn closure<'s>(text: &str, all: &Partials<'s>) -> Vec<&'s str> {
    let mut found: Vec<&'s str> = Vec::new();
    let mut open: Vec<String> = references(text).into_iter().map(|(name, _)| name).collect();
    while let Some(name) = open.pop() {
        if let Some((name, file)) = all.get_key_value(name.as_str())
            && !found.contains(name)
        {
            found.push(name);
            open.extend(references(&file.text).into_iter().map(|(name, _)| name));
        }
    }
    found.sort_unstable();
    found
}

/// A text with its partials written in front as inline ones, so that it stands alone.
fn standing_alone(text: &str, all: &Partials<'_>) -> String {
    let mut whole = String::new();
    for name in closure(text, all) {
        whole.push_str(&format!("{{{{#*inline \"{name}\"}}}}{}{{{{/inline}}}}", all[name].text));
    }
    whole.push_str(text);
    whole
}

struct MessageFiles<'s> {
    subject: &'s File,
    text: &'s File,
    html: &'s File,
    sample: &'s File,
}

fn message(
    definition: &MessageDef,
    files: &MessageFiles<'_>,
    partials: &Partials<'_>,
    problems: &mut Vec<Problem>,
) -> Option<Message> {
    let before = problems.len();
    let parts = [(files.subject, Format::Text), (files.text, Format::Text), (files.html, Format::Html)];
    let variables: Vec<Variable> = COMMON.iter().chain(definition.variables).copied().collect();
    let sample = sample(files.sample, &variables, problems);
    for (file, format) in parts {
        for (used, at) in references(&file.text) {
            reference(file, &used, at, partials, problems);
        }
        syntax(file, format, problems);
    }
    let subject = files.subject.text.trim();
    if subject.contains('\n') {
        let at = Mark { line: 2, column: 1 };
        findings(files.subject, problems).add(at, "a subject is one line; join the lines");
    }
    // Rendering tells nothing new about what is broken already.
    if problems.len() > before {
        return None;
    }
    let sample = sample?;
    let known: Vec<&str> = variables.iter().map(|v| v.name).collect();
    let contexts = contexts(&sample, &variables);
    for (file, format) in parts {
        let engine = prepare(file, format, partials);
        for context in &contexts {
            match engine.render(&file.label, context) {
                Ok(text) => output(file, &text, std::ptr::eq(file, files.subject), problems),
                Err(error) => unrendered(&error, file, partials, &known, problems),
            }
        }
    }
    Some(Message {
        key: definition.key.to_owned(),
        subject: standing_alone(subject, partials),
        text: standing_alone(&files.text.text, partials),
        html: standing_alone(&files.html.text, partials),
        sample,
    })
}

/// The sample as it is, then with each optional value gone, then with all of them gone.
fn contexts(sample: &Map<String, Value>, variables: &[Variable]) -> Vec<Map<String, Value>> {
    let optional: Vec<&str> = variables.iter().filter(|v| v.optional).map(|v| v.name).collect();
    let without = |names: &[&str]| {
        let mut context = sample.clone();
        for name in names {
            context.insert((*name).to_owned(), Value::Null);
        }
        context
    };
    let mut all = vec![sample.clone()];
    all.extend(optional.iter().map(|name| without(&[name])));
    all.push(without(&optional));
    all
}

fn findings<'p>(file: &File, problems: &'p mut Vec<Problem>) -> Findings<'p> {
    Findings { file: file.label.clone(), problems }
}

/// Whether handlebars can read the file, and nothing in HTML goes unescaped.
fn syntax(file: &File, format: Format, problems: &mut Vec<Problem>) {
    if let Err(error) = Compiled::compile(&file.text) {
        let (at, message) = syntax_error(&error);
        findings(file, problems).add(at, message);
    }
    if format == Format::Text {
        return;
    }
    for (index, line) in file.text.lines().enumerate() {
        for raw in ["{{{", "{{&", "{{~&", "{{~{"] {
            if let Some(start) = line.find(raw) {
                let at = Mark { line: index + 1, column: line[..start].chars().count() + 1 };
                findings(file, problems)
                    .add(at, "a value without escaping lets whoever typed it put HTML into the mail; use two braces");
            }
        }
    }
}

fn syntax_error(error: &TemplateError) -> (Mark, String) {
    let at = error.pos().map_or(Mark::START, |(line, column)| Mark { line, column: column.max(1) });
    // The parser draws the place below its first line; the place is ours to tell.
    let reason = error.reason().to_string();
    let reason = reason.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default().to_owned();
    (at, format!("this is not valid handlebars: {reason}; check the braces and that every {{{{#…}}}} has its {{{{/…}}}}"))
}

/// The context a message is tried with: exactly the variables that the code will give.
fn sample(file: &File, variables: &[Variable], problems: &mut Vec<Problem>) -> Option<Map<String, Value>> {
    let mut out = findings(file, problems);
    let value: Value = match serde_json::from_str(&file.text) {
        Ok(value) => value,
        Err(error) => {
            let at = Mark { line: error.line().max(1), column: error.column().max(1) };
            out.add(at, format!("this is not valid JSON: {error}"));
            return None;
        }
    };
    let Value::Object(sample) = value else {
        out.add(Mark::START, "the sample must be an object: { \"name\": \"…\", … }");
        return None;
    };
    let known: Vec<&str> = variables.iter().map(|v| v.name).collect();
    for key in sample.keys().filter(|key| !known.contains(&key.as_str())) {
        let message = format!("no such variable in this message: \"{key}\"{}", hint(key, &known));
        out.add(place_of(&file.text, key), message);
    }
    for variable in variables {
        let name = variable.name;
        match sample.get(name) {
            None => out.add(Mark::START, format!("the sample lacks \"{name}\"; add it")),
            Some(Value::String(text)) if name.ends_with("primary") && !is_colour(text) => {
                out.add(place_of(&file.text, name), format!("\"{name}\" must be a colour like #2456d6"));
            }
            Some(Value::String(text)) if !text.trim().is_empty() => {}
            Some(Value::Null) if variable.optional => {}
            Some(_) => {
                let or = if variable.optional { " or null" } else { "" };
                out.add(place_of(&file.text, name), format!("\"{name}\" must be a text{or}"));
            }
        }
    }
    Some(sample)
}

/// Where a key stands in a JSON text.
fn place_of(text: &str, key: &str) -> Mark {
    let quoted = format!("\"{key}\"");
    text.lines()
        .enumerate()
        .find_map(|(i, line)| {
            let start = line.find(&quoted)?;
            Some(Mark { line: i + 1, column: line[..start].chars().count() + 1 })
        })
        .unwrap_or(Mark::START)
}

/// Handlebars with a file and the partials under their names, so that an error says in which of
/// them it is. All of them have been compiled before, so registering can't fail.
fn prepare(file: &File, format: Format, partials: &Partials<'_>) -> Handlebars<'static> {
    let mut engine = engine(format);
    for (name, partial) in partials {
        let _ = engine.register_partial(name, &partial.text);
    }
    let _ = engine.register_template_string(&file.label, &file.text);
    engine
}

/// Reports why a file did not render, in the file where it happened.
fn unrendered(error: &RenderError, file: &File, partials: &Partials<'_>, known: &[&str], problems: &mut Vec<Problem>) {
    let place = error.template_name.as_deref().and_then(|name| partials.get(name)).copied();
    let at = Mark { line: error.line_no.unwrap_or(1).max(1), column: error.column_no.unwrap_or(1).max(1) };
    let message = match error.reason() {
        RenderErrorReason::MissingVariable(Some(name)) => {
            format!("unknown variable \"{name}\"{}", hint(name, known))
        }
        other => format!("this can't be rendered with the sample: {other}"),
    };
    findings(place.unwrap_or(file), problems).add(at, message);
}

/// What came out must be something to send.
fn output(file: &File, text: &str, is_subject: bool, problems: &mut Vec<Problem>) {
    let mut out = findings(file, problems);
    if text.trim().is_empty() {
        out.add(Mark::START, "rendered with the sample this is empty; write a text");
    }
    let length = one_line(text).chars().count();
    if is_subject && length > MAX_SUBJECT {
        let message = format!("rendered with the sample the subject has {length} characters; keep it below {MAX_SUBJECT}");
        out.add(Mark::START, message);
    }
}
