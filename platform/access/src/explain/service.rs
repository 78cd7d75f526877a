//! Finds the answer.

use kernel::DomainError;
use kernel::module::module_of;
use kernel::permission::{FieldDef, Level, Scope};
use kernel::tenant::ViewClass;
use runtime::access::usable_view;
use runtime::teams::TeamTree;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::http::{ExplainOut, ExplainStep, ExplainedResource, ExplainedUser, RuleOut};
use super::question::{Asked, Kind, Question};
use super::record::{Place, Record, Rights};
use super::subject::Subject;
use crate::roles::{Grants, RoleRef, of_role, scope_word};

/// The answer while it is being found.
struct Verdict {
    allowed: bool,
    steps: Vec<ExplainStep>,
    /// The first thing that stands in the way.
    refusal: Option<String>,
    /// The line that decides.
    line: Option<String>,
}

impl Verdict {
    fn pass(&mut self, text: String) {
        self.steps.push(ExplainStep { ok: true, text });
    }

    fn refuse(&mut self, text: String) {
        self.allowed = false;
        if self.refusal.is_none() {
            self.refusal = Some(text.clone());
        }
        self.steps.push(ExplainStep { ok: false, text });
    }
}

/// Answers a question; whoever may explain asks about anybody, everybody about themselves.
pub(super) async fn explain(ctx: &Ctx, asked: &Asked) -> kernel::Result<ExplainOut> {
    let user = match asked.user.or(ctx.user_id()) {
        Some(user) => user,
        None => return Err(DomainError::field("user_id", "is required")),
    };
    if ctx.user_id() != Some(user) {
        ctx.require("access.explain")?;
    }
    let question = Question::read(asked)?;
    let subject = Subject::load(ctx, user).await?;
    let record = match question.record {
        Some((kind, id)) => Some((kind, id, Record::load(ctx, kind, id).await?)),
        None => None,
    };
    let seen = record.as_ref().is_none_or(|(kind, _, record)| ctx.actor().see(*kind, record));
    if !seen && ctx.actor().scope("access.explain").is_none() {
        return Err(DomainError::not_found("Record"));
    }
    let grants = of_role(ctx, subject.role_id).await?;
    let teams = TeamTree::load(ctx.tx()).await?;

    let mut verdict = Verdict { allowed: true, steps: Vec::new(), refusal: None, line: None };
    for step in subject.account(ctx).await? {
        match (step.ok, step.stops) {
            (true, _) => verdict.pass(step.text),
            (false, true) => verdict.refuse(step.text),
            // It stands in the way of a sign-in, not of what was asked.
            (false, false) => verdict.steps.push(ExplainStep { ok: false, text: step.text }),
        }
    }
    let asker = Asker { subject: &subject, grants: &grants, teams: &teams, off: &ctx.actor().modules_off };
    match &record {
        Some((kind, _, record)) => asker.about(&mut verdict, &question, *kind, record),
        None => {
            if let Some(first) = question.needs_first() {
                asker.ask(&mut verdict, first, None);
            }
            asker.ask(&mut verdict, question.permission, None);
        }
    }
    let level = match question.field {
        Some(field) => Some(ask_field(ctx, &mut verdict, &subject, &grants, field, question.writes()).await?),
        None => None,
    };
    let reason = verdict.refusal.take().unwrap_or_else(|| summary(&verdict.steps, &subject, level, question.field));
    Ok(ExplainOut {
        allowed: verdict.allowed,
        scope: Some(grants.scope(question.permission).into()),
        level: level.map(Into::into),
        rule: verdict.line.map(|line| RuleOut { role: RoleRef { id: subject.role_id, name: subject.role_name.clone() }, line }),
        reason,
        steps: verdict.steps,
        user: ExplainedUser { id: subject.id, name: subject.name },
        resource: record.map(|(kind, id, record)| ExplainedResource {
            kind: kind.word.to_owned(),
            id,
            label: if seen { record.label } else { capital(&format!("{} you may not see", kind.a())) },
        }),
    })
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Whoever is asked about, and by what.
struct Asker<'a> {
    subject: &'a Subject,
    grants: &'a Grants,
    teams: &'a TeamTree,
    /// The modules that are off.
    off: &'a [&'static str],
}

impl Rights for Asker<'_> {
    fn scope(&self, permission: &str) -> Option<Scope> {
        self.grants.scope(permission).filter(|_| !module_of(permission).is_some_and(|m| self.off.contains(&m)))
    }

    fn covers(&self, scope: Scope, place: &Place) -> bool {
        let own = place.owner == Some(self.subject.id);
        let theirs = |team: Uuid| self.teams.reach(self.subject.id, self.subject.team_id).contains(&team);
        match scope {
            Scope::All => true,
            Scope::Team => own || place.team_id.is_some_and(theirs),
            Scope::Own => own,
        }
    }
}

impl Asker<'_> {
    /// Asks about a record, in the order in which a request would meet the rules.
    fn about(&self, verdict: &mut Verdict, question: &Question, kind: Kind, record: &Record) {
        let (place, permission, area) = (&record.place, question.permission, question.area());
        match (kind.word, area) {
            // Documents are their clients'.
            ("document", _) => {
                self.ask(verdict, place.kind.read(), Some(place));
                self.ask(verdict, permission, Some(place));
            }
            ("note" | "attachment", _) => self.hanging(verdict, permission, place, record.author),
            ("activity", "activities") => {
                self.seen_through(verdict, place);
                if permission != kind.read() {
                    self.ask(verdict, permission, Some(place));
                }
            }
            (_, "notes" | "attachments") => self.hanging(verdict, permission, place, None),
            (_, "activities") => {
                self.ask(verdict, kind.read(), Some(place));
                self.ask(verdict, permission, None);
                if verdict.allowed && permission == "activities.read" {
                    verdict.pass(format!("Whoever reads {} reads what was done about it.", kind.a()));
                }
            }
            _ => {
                if let Some(first) = question.needs_first() {
                    self.ask(verdict, first, Some(place));
                }
                self.ask(verdict, permission, Some(place));
            }
        }
        // Who may delete may bring back.
        if record.deleted && permission.strip_prefix(kind.area) != Some(".delete") {
            verdict.refuse(format!("This {} was deleted; nobody sees it until it is restored.", kind.word));
        }
        if place.kind != kind && place.deleted {
            verdict
                .refuse(format!("The {} that it hangs on was deleted; nobody sees it until that is restored.", place.kind.word));
        }
    }

    /// Asks for a permission of the role, and whether it reaches the record.
    fn ask(&self, verdict: &mut Verdict, permission: &str, place: Option<&Place>) {
        let (name, role) = (&self.subject.name, &self.subject.role_name);
        let scope = self.grants.scope(permission);
        let open = verdict.allowed;
        if let Some(module) = module_of(permission).filter(|m| self.off.contains(m)) {
            let text = format!("The module {module} is switched off in this CRM: nobody has what belongs to it.");
            if !verdict.steps.iter().any(|step| step.text == text) {
                verdict.refuse(text);
            }
        }
        let line = format!("{permission}: {}", scope_word(scope));
        if let Some(scope) = scope {
            let reach = match scope {
                Scope::All => "for every record",
                Scope::Team => "for records of their teams and their own",
                Scope::Own => "for records assigned to them",
            };
            verdict.pass(format!("The role {role} of {name} has {permission} {reach}."));
            if let Some(place) = place {
                self.ask_reach(verdict, scope, place);
            }
        } else {
            verdict.refuse(format!("The role {role} of {name} does not have {permission}."));
        }
        // What stopped the user first stays the line that decides.
        if open || verdict.line.is_none() {
            verdict.line = Some(line);
        }
    }

    /// Whether an activity is seen, by whose it is or by what it is about.
    fn seen_through(&self, verdict: &mut Verdict, activity: &Place) {
        let read = activity.kind.read();
        self.ask(verdict, read, None);
        let Some(scope) = self.scope(read) else { return };
        let on = activity.about.iter().find(|on| !on.deleted && self.reaches(on.kind.read(), on));
        match on.filter(|_| !self.covers(scope, activity)) {
            Some(on) => verdict.pass(format!(
                "It is about {} that {} may read, and whoever reads a record reads what was done about it.",
                on.kind.a(),
                self.subject.name
            )),
            None => self.ask_reach(verdict, scope, activity),
        }
    }

    /// A note or a file on a record: the record must be seen, and be reached with the right to what hangs on it. One's
    /// own one may change with the right to add some.
    fn hanging(&self, verdict: &mut Verdict, permission: &'static str, on: &Place, author: Option<Uuid>) {
        let (read, add, done) = match permission.starts_with("notes.") {
            true => ("notes.read", "notes.create", "wrote this note"),
            false => ("attachments.read", "attachments.upload", "added this file"),
        };
        let is_activity = on.kind.word == "activity";
        self.ask(verdict, on.kind.read(), (!is_activity).then_some(on));
        if permission == add {
            return self.also(verdict, permission, on);
        }
        self.also(verdict, read, on);
        if permission == read {
            return;
        }
        if author == Some(self.subject.id) && self.scope(add).is_some() {
            self.ask(verdict, add, None);
            return verdict.pass(format!("{} {done}.", self.subject.name));
        }
        self.also(verdict, permission, on);
    }

    /// Whether a permission for what hangs on records reaches one that is seen. An activity is seen with the records it
    /// is about, too, and then these have to be reached.
    fn also(&self, verdict: &mut Verdict, permission: &str, on: &Place) {
        if on.kind.word != "activity" {
            return self.ask(verdict, permission, Some(on));
        }
        self.ask(verdict, permission, None);
        // A deleted one is told of at the end.
        if on.deleted || self.scope(on.kind.read()).is_none() || self.scope(permission).is_none() {
            return;
        }
        let name = &self.subject.name;
        if self.read(on, Some(permission)) {
            verdict.pass(format!("The activity it hangs on, or a record that is about, is within reach of {name}."));
        } else {
            verdict.refuse(format!(
                "The activity it hangs on and the records that is about are out of reach: {name} would have to read one of them and have {permission} for it."
            ));
        }
    }

    /// Whether a scope reaches a record: the same rule as `Actor::covers`, in words.
    fn ask_reach(&self, verdict: &mut Verdict, scope: Scope, place: &Place) {
        let (subject, name, what) = (self.subject, &self.subject.name, place.kind.word);
        let own = place.owner == Some(subject.id);
        let belongs = match (what, &place.owner_name) {
            ("user" | "team" | "partner", _) => String::new(),
            (_, Some(owner)) => format!(" It is assigned to {owner}."),
            (_, None) => " It is assigned to nobody.".to_owned(),
        };
        if scope == Scope::All {
            return;
        }
        if own {
            return verdict.pass(match what {
                "user" => format!("It is {name}'s own account."),
                _ => format!("This {what} is assigned to {name}."),
            });
        }
        if scope == Scope::Own {
            return verdict.refuse(match what {
                "user" | "team" | "partner" => format!("A {what} is never {name}'s own."),
                _ => format!("This {what} is not assigned to {name}.{belongs}"),
            });
        }
        let Some(team) = place.team_id else {
            return verdict.refuse(format!("This {what} belongs to no team and is not {name}'s own.{belongs}"));
        };
        let called = |id: Uuid| self.teams.name(id).unwrap_or("unknown").to_owned();
        let whose =
            if what == "team" { format!("the team {}", called(team)) } else { format!("the {what}'s team {}", called(team)) };
        // The nearest team on the way up that is theirs, by belonging to it or by leading it.
        let led = self.teams.led_by(subject.id);
        let through = self.teams.upwards(team).into_iter().find(|t| subject.team_id == Some(*t) || led.contains(t));
        match through {
            Some(through) => {
                let how = if subject.team_id == Some(through) { "team" } else { "led team" };
                let tie = if through == team { "is" } else { "includes" };
                verdict.pass(format!("{name}'s {how} {} {tie} {whose}.", called(through)));
            }
            None => verdict.refuse(match subject.team_id {
                Some(own) => format!("{name}'s team {} does not include {whose}.{belongs}", called(own)),
                None => format!("{name} belongs to no team and leads none that includes {whose}.{belongs}"),
            }),
        }
    }
}

#[derive(FromQueryResult)]
struct MaskRow {
    mask: i32,
}

/// Asks how much of a field is shown, and answers it.
async fn ask_field(
    ctx: &Ctx,
    verdict: &mut Verdict,
    subject: &Subject,
    grants: &Grants,
    field: &'static FieldDef,
    writes: bool,
) -> kernel::Result<Level> {
    let role = &subject.role_name;
    let ruled = grants.level(field.key);
    let views: Vec<MaskRow> = ctx.tx().all("select mask from view_roles", []).await?;
    let views: Vec<ViewClass> = views.into_iter().map(|v| ViewClass::from_mask(v.mask)).collect();
    let opened = usable_view(&views, |key| grants.level(key)).opens(field);
    let level = if opened { ruled } else { ruled.min(Level::Masked) };
    let open = verdict.allowed;
    let title = field.title;
    match (level, writes) {
        (Level::Hidden, _) => verdict.refuse(format!("The role {role} hides the field “{title}”.")),
        (Level::Masked, true) if ruled == Level::Masked => {
            verdict.refuse(format!("The role {role} masks the field “{title}”, and what is masked can't be changed."));
        }
        (Level::Masked, false) if ruled == Level::Masked => {
            verdict.pass(format!("The role {role} shows the field “{title}” masked."));
        }
        (Level::Masked, _) => {
            let text = format!(
                "The role {role} shows the field “{title}” in clear, but the database role for it is still being made; until then it is masked."
            );
            if writes { verdict.refuse(text) } else { verdict.pass(text) }
        }
        (Level::Full, _) => verdict.pass(format!("The role {role} shows the field “{title}” in clear.")),
    }
    if open {
        verdict.line = Some(format!("{}: {}", field.key, ruled.as_str()));
    }
    Ok(level)
}

/// The answer when nothing stands in the way: what decided last.
fn summary(steps: &[ExplainStep], subject: &Subject, level: Option<Level>, field: Option<&FieldDef>) -> String {
    let last = steps.iter().rev().find(|s| s.ok).map(|s| s.text.as_str()).unwrap_or_default();
    match (level, field) {
        (Some(Level::Masked), Some(field)) => format!("{} sees the field “{}” masked. {last}", subject.name, field.title),
        (Some(_), Some(field)) => format!("{} sees the field “{}” in clear. {last}", subject.name, field.title),
        _ => format!("{} may. {last}", subject.name),
    }
}
