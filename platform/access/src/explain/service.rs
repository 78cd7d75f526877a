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
use super::subject::{Record, Subject};
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
    let seen = record.as_ref().is_none_or(|(kind, _, record)| sees(ctx, *kind, record));
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
    let about = record.as_ref().map(|(kind, _, record)| (*kind, record));
    if let Some(first) = question.needs_first() {
        ask_permission(&mut verdict, &subject, &grants, &teams, first, about);
    }
    if let Some(module) = module_of(question.permission).filter(|m| ctx.actor().modules_off.contains(m)) {
        verdict.refuse(format!("The module {module} is switched off in this CRM: nobody has what belongs to it."));
    }
    ask_permission(&mut verdict, &subject, &grants, &teams, question.permission, about);
    if let Some((kind, record)) = about
        && record.deleted
        && question.permission != "clients.delete"
    {
        verdict.refuse(format!("This {} was deleted; nobody sees it until it is restored.", kind.word));
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
            label: if seen { record.label } else { format!("A {} you may not see", kind.word) },
        }),
    })
}

/// Whether the caller may see the record themselves.
fn sees(ctx: &Ctx, kind: Kind, record: &Record) -> bool {
    let Some(scope) = ctx.actor().scope(kind.read()) else { return false };
    !record.deleted && ctx.actor().covers(scope, record.owner, record.team_id)
}

/// Asks for a permission of the role, and whether it reaches the record.
fn ask_permission(
    verdict: &mut Verdict,
    subject: &Subject,
    grants: &Grants,
    teams: &TeamTree,
    permission: &str,
    record: Option<(Kind, &Record)>,
) {
    let (name, role) = (&subject.name, &subject.role_name);
    let scope = grants.scope(permission);
    let open = verdict.allowed;
    let line = format!("{permission}: {}", scope_word(scope));
    if let Some(scope) = scope {
        let reach = match scope {
            Scope::All => "for every record",
            Scope::Team => "for records of their teams and their own",
            Scope::Own => "for records assigned to them",
        };
        verdict.pass(format!("The role {role} of {name} has {permission} {reach}."));
        if let Some((kind, record)) = record {
            ask_reach(verdict, subject, teams, scope, kind, record);
        }
    } else {
        verdict.refuse(format!("The role {role} of {name} does not have {permission}."));
    }
    // What stopped the user first stays the line that decides.
    if open || verdict.line.is_none() {
        verdict.line = Some(line);
    }
}

/// Whether a scope reaches a record: the same rule as `Actor::covers`, in words.
fn ask_reach(verdict: &mut Verdict, subject: &Subject, teams: &TeamTree, scope: Scope, kind: Kind, record: &Record) {
    let (name, what) = (&subject.name, kind.word);
    let own = record.owner == Some(subject.id);
    let belongs = match (what, &record.owner_name) {
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
    let Some(team) = record.team_id else {
        return verdict.refuse(format!("This {what} belongs to no team and is not {name}'s own.{belongs}"));
    };
    let called = |id: Uuid| teams.name(id).unwrap_or("unknown").to_owned();
    let whose = if what == "team" { format!("the team {}", called(team)) } else { format!("the {what}'s team {}", called(team)) };
    // The nearest team on the way up that is theirs, by belonging to it or by leading it.
    let led = teams.led_by(subject.id);
    let through = teams.upwards(team).into_iter().find(|t| subject.team_id == Some(*t) || led.contains(t));
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
