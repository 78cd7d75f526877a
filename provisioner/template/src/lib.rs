//! CRM templates: loading them, and proving that they are whole before anything is built from one.
//!
//! A template is a folder of data (see the README of `templates/`): roles, statuses, pipelines,
//! branding, settings and messages. What always holds: a [`Template`] that exists is valid, so
//! whoever applies one needs no checks of its own. Whoever writes one gets every mistake at once,
//! each as a [`Problem`] with file, line and what to do.
//!
//! The templates of `templates/` are compiled in: [`Template::embedded_all`].

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "tests"))]

mod checks;
mod colour;
mod mail;
mod message;
mod parts;
mod problem;
mod read;
mod settings;
mod source;
mod yaml;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::LazyLock;

use serde::Serialize;
use serde_json::{Map, Value, json};

pub use colour::{is_colour, on_primary};
pub use message::{COMMON, MESSAGES, Message, MessageDef, PLATFORM_MESSAGES, Rendered, Variable, definition};
pub use parts::{Branding, FONTS, Hue, MODULES, NEUTRALS, Outcome, Pipeline, REQUIRABLE, Role, Stage, Status, Statuses};
pub use problem::Problem;
pub use settings::{SETTINGS, SettingDef, SettingKind, is_allowed, is_locale};

use problem::{Findings, Mark, hint};
use source::{Files, PLATFORM, Source};
use yaml::Node;

/// The YAML files of a template.
const YAML_FILES: [&str; 6] =
    ["template.yaml", "roles.yaml", "statuses.yaml", "pipelines.yaml", "branding.yaml", "settings.yaml"];

/// A valid template.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Template {
    /// Its name, also that of its folder, e.g. `forex-broker`.
    pub name: String,
    /// `major.minor.patch`.
    pub version: String,
    /// What the sign-up page calls it.
    pub title: String,
    /// One sentence on what it is for.
    pub description: String,
    /// The modules that are on from the start, of [`MODULES`].
    pub modules: Vec<String>,
    /// At least one of them can administer.
    pub roles: Vec<Role>,
    /// Of clients and leads.
    pub statuses: Statuses,
    /// At least one; the first is shown first.
    pub pipelines: Vec<Pipeline>,
    /// How the CRM looks at first.
    pub branding: Branding,
    /// A value for every one of [`SETTINGS`] but the modules.
    pub settings: Map<String, Value>,
    /// One for each of [`MESSAGES`].
    pub messages: Vec<Message>,
}

static EMBEDDED: LazyLock<Vec<Template>> = LazyLock::new(|| {
    source::embedded_names().into_iter().filter_map(Source::embedded).map(|source| whole(build(&source, Vec::new()))).collect()
});

static PLATFORM_MAIL: LazyLock<Vec<Message>> = LazyLock::new(|| {
    let mut problems = Vec::new();
    let messages =
        Source::embedded(PLATFORM).map(|source| mail::load(&source, PLATFORM_MESSAGES, &mut problems)).unwrap_or_default();
    whole(finish(Some(messages), problems))
});

/// What was compiled in is proven by this crate's tests, so a problem here can only be a build
/// that skipped them; such a binary must not create tenants.
fn whole<T>(loaded: Result<T, Vec<Problem>>) -> T {
    loaded.unwrap_or_else(|problems| panic!("a template of this build is broken:\n{}", report(&problems)))
}

impl Template {
    /// Loads and checks the template in a folder. Messages and partials that it does not have
    /// come from the folder `_shared` beside it or, without one, from those compiled in.
    ///
    /// # Errors
    /// Every problem of every file, in the order of files and lines.
    pub fn load(dir: &Path) -> Result<Template, Vec<Problem>> {
        let mut problems = Vec::new();
        match Source::read(dir, &mut problems) {
            Some(source) => build(&source, problems),
            None => Err(problems),
        }
    }

    /// The compiled-in template of a name.
    ///
    /// # Panics
    /// When the binary was built from broken templates; the tests of this crate prevent it.
    pub fn embedded(name: &str) -> Option<&'static Template> {
        EMBEDDED.iter().find(|t| t.name == name)
    }

    /// All compiled-in templates by name.
    ///
    /// # Panics
    /// When the binary was built from broken templates; the tests of this crate prevent it.
    pub fn embedded_all() -> &'static [Template] {
        &EMBEDDED
    }

    /// The role that the first administrator of a CRM gets: the first one that can administer.
    pub fn administrator(&self) -> Option<&Role> {
        self.roles.iter().find(|role| role.can_administer())
    }

    /// A role by its key.
    pub fn role(&self, key: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.key == key)
    }

    /// A message by its key.
    pub fn message(&self, key: &str) -> Option<&Message> {
        self.messages.iter().find(|message| message.key == key)
    }

    /// The whole template as applied to a tenant: the base of a later three-way merge.
    ///
    /// What has a key is stored under it and keeps its `position`, so that a merge compares like
    /// with like even when something was added in between.
    pub fn base(&self) -> Value {
        let pipelines = keyed(&self.pipelines, |p| &p.key).map(|(key, mut pipeline)| {
            let stages = self.pipelines.iter().find(|p| p.key == key).map(|p| &p.stages[..]);
            pipeline["stages"] = keyed(stages.unwrap_or_default(), |s| &s.key).collect();
            (key, pipeline)
        });
        json!({
            "name": self.name,
            "version": self.version,
            "title": self.title,
            "description": self.description,
            "modules": self.modules,
            "roles": keyed(&self.roles, |r| &r.key).collect::<Value>(),
            "statuses": {
                "client": keyed(&self.statuses.client, |s| &s.key).collect::<Value>(),
                "lead": keyed(&self.statuses.lead, |s| &s.key).collect::<Value>(),
            },
            "pipelines": pipelines.collect::<Value>(),
            "branding": self.branding,
            "settings": self.settings,
            "messages": keyed(&self.messages, |m| &m.key).collect::<Value>(),
        })
    }
}

/// Items as key and object; the key moves out of the object, the position in.
fn keyed<T: Serialize>(items: &[T], key: fn(&T) -> &String) -> impl Iterator<Item = (String, Value)> {
    items.iter().enumerate().map(move |(position, item)| {
        let mut value = json!(item);
        if let Some(object) = value.as_object_mut() {
            object.remove("key");
            object.insert("position".into(), position.into());
        }
        (key(item).clone(), value)
    })
}

/// The messages that the platform sends in its own name, e.g. to confirm a sign-up.
///
/// # Panics
/// When the binary was built from broken messages; the tests of this crate prevent it.
pub fn platform_messages() -> &'static [Message] {
    &PLATFORM_MAIL
}

/// `brokerdesk template check <dir>`: a line on what the template holds, or all its problems, one
/// per line, and how many they are. `Err` is what a command prints before it fails.
pub fn check_command(dir: &Path) -> Result<String, String> {
    match Template::load(dir) {
        Ok(t) => Ok(format!(
            "{} {} is valid: {} roles, {} client and {} lead statuses, {} pipelines, {} settings, {} messages",
            t.name,
            t.version,
            t.roles.len(),
            t.statuses.client.len(),
            t.statuses.lead.len(),
            t.pipelines.len(),
            t.settings.len(),
            t.messages.len(),
        )),
        Err(problems) => {
            let word = if problems.len() == 1 { "problem" } else { "problems" };
            Err(format!("{}\n{} {word}", report(&problems), problems.len()))
        }
    }
}

fn report(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n")
}

/// Reads and checks all files; `problems` holds what was found while reading the folder.
fn build(source: &Source, mut problems: Vec<Problem>) -> Result<Template, Vec<Problem>> {
    unknown_files(&source.own, &mut problems);
    let problems_ref = &mut problems;
    let manifest = part(source, "template.yaml", problems_ref, |out, root| checks::manifest(out, root, &source.name));
    let roles = part(source, "roles.yaml", problems_ref, checks::roles);
    let statuses = part(source, "statuses.yaml", problems_ref, checks::statuses);
    let pipelines = part(source, "pipelines.yaml", problems_ref, checks::pipelines);
    let branding = part(source, "branding.yaml", problems_ref, checks::branding);
    let settings = part(source, "settings.yaml", problems_ref, settings::settings);
    let messages = mail::load(source, MESSAGES, problems_ref);

    let template = match (manifest, roles, statuses, pipelines, branding, settings) {
        (Some(m), Some(roles), Some(statuses), Some(pipelines), Some(branding), Some(settings)) => Some(Template {
            name: m.name,
            version: m.version,
            title: m.title,
            description: m.description,
            modules: m.modules,
            roles,
            statuses,
            pipelines,
            branding,
            settings,
            messages,
        }),
        _ => None,
    };
    finish(template, problems)
}

/// Nothing counts unless there is no problem at all.
fn finish<T>(value: Option<T>, mut problems: Vec<Problem>) -> Result<T, Vec<Problem>> {
    problems.sort();
    problems.dedup();
    match value {
        Some(value) if problems.is_empty() => Ok(value),
        _ => Err(problems),
    }
}

/// Reads one YAML file and hands its root to a check.
fn part<T>(
    source: &Source,
    path: &str,
    problems: &mut Vec<Problem>,
    check: impl FnOnce(&mut Findings<'_>, &Node) -> Option<T>,
) -> Option<T> {
    let file = source.need(path, problems)?;
    let mut out = Findings { file: file.label.clone(), problems };
    match yaml::parse(&file.text) {
        Ok(Some(root)) => check(&mut out, &root),
        Ok(None) => {
            out.add(Mark::START, "this file is empty; see the README of templates/ for what belongs in it");
            None
        }
        Err((at, message)) => {
            out.add(at, message);
            None
        }
    }
}

/// Reports files at the top that nothing reads; `mail` looks below `messages/` and `partials/`.
fn unknown_files(own: &Files, problems: &mut Vec<Problem>) {
    for (path, file) in own {
        let folder = path.split_once('/').map(|(folder, _)| folder);
        let message = match folder {
            Some("messages" | "partials") => continue,
            Some(folder) => {
                format!("unknown folder \"{folder}\"{}", hint(folder, &["messages", "partials"]))
            }
            None if YAML_FILES.contains(&path.as_str()) || path == "README.md" => continue,
            None => format!("unknown file \"{path}\"{}", hint(path, &YAML_FILES)),
        };
        problems.push(source::problem(&file.label, message));
    }
}
