//! Reading all settings, changing some, and taking a change back.

use std::collections::HashMap;
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use kernel::DomainError;
use kernel::event::Event;
use kernel::validate::Checker;
use runtime::audit::Change;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde_json::{Map, Value as Json, json};
use template::{MODULES, SETTINGS, SettingDef, SettingKind, Template, is_allowed};
use uuid::Uuid;

use crate::{own_tenant, undo as undoing};

/// The kind under which a change of settings is written down.
pub const KIND: &str = "settings";

/// A setting with its value.
#[derive(Debug, Clone)]
pub struct Setting {
    /// What it is.
    pub definition: &'static SettingDef,
    /// Its value.
    pub value: Json,
    /// Its value where nobody chose another.
    pub default: Json,
    /// The words to choose from, if there are such.
    pub options: Option<Vec<String>>,
    /// When and by whom it was changed last; none while it is as the CRM began.
    pub updated: Option<(DateTime<Utc>, Uuid, Option<String>)>,
}

#[derive(FromQueryResult)]
struct Row {
    key: String,
    value: Json,
    updated_at: DateTime<Utc>,
    updated_by: Option<Uuid>,
    name: Option<String>,
}

#[derive(FromQueryResult)]
struct Base {
    template: String,
    template_base: Option<Json>,
}

impl Base {
    /// What the CRM began with, as far as its template says.
    fn default_of(&self, definition: &SettingDef) -> Json {
        let base = self.template_base.as_ref();
        let stored = match definition.kind {
            SettingKind::Modules => base.and_then(|b| b.get("modules")),
            _ => base.and_then(|b| b.pointer(&format!("/settings/{}", definition.key))),
        };
        stored.and_then(|value| definition.check(value).ok()).unwrap_or_else(|| definition.default())
    }

    /// The modules that the template offers.
    fn modules(&self) -> Vec<String> {
        let stored = self
            .template_base
            .as_ref()
            .and_then(|b| b["modules"].as_array())
            .map(|list| list.iter().filter_map(Json::as_str).map(str::to_owned).collect::<Vec<_>>());
        let shipped = || Template::embedded(&self.template).map(|t| t.modules.clone());
        stored.filter(|m| !m.is_empty()).or_else(shipped).unwrap_or_else(|| MODULES.iter().map(|m| (*m).to_owned()).collect())
    }
}

/// Makes those who change a CRM's configuration come one after the other. Who also changes access
/// calls `access_changed` instead, which takes the same lock.
pub(crate) async fn lock(ctx: &Ctx) -> kernel::Result<()> {
    ctx.lock_configuration().await?;
    Ok(())
}

/// Every setting, in the order of the list. `modules` are those that are on.
pub async fn all(ctx: &Ctx, modules: &[String]) -> kernel::Result<Vec<Setting>> {
    ctx.require("settings.manage")?;
    let base = ctx.tx().one::<Base>("select template, template_base from tenant_meta", []).await?;
    let base = base.ok_or_else(|| DomainError::internal("tenant_meta is empty"))?;
    let sql =
        "select s.key, s.value, s.updated_at, s.updated_by, u.name from settings s left join users u on u.id = s.updated_by";
    let rows = ctx.tx().all::<Row>(sql, []).await?;
    let mut rows: HashMap<String, Row> = rows.into_iter().map(|row| (row.key.clone(), row)).collect();
    let mut found = Vec::with_capacity(SETTINGS.len());
    for definition in SETTINGS {
        let row = rows.remove(definition.key);
        let default = base.default_of(definition);
        let value = match definition.kind {
            SettingKind::Modules => json!(modules),
            _ => row.as_ref().map_or_else(|| default.clone(), |r| r.value.clone()),
        };
        let options = match definition.kind {
            SettingKind::Word(words) => Some(words.iter().map(|w| (*w).to_owned()).collect()),
            SettingKind::Modules => Some(base.modules()),
            _ => None,
        };
        let updated = row.and_then(|r| r.updated_by.map(|by| (r.updated_at, by, r.name)));
        found.push(Setting { definition, value, default, options, updated });
    }
    Ok(found)
}

/// Changes settings; all faults at once, each under its key. Returns how to take it back, unless
/// nothing changed, and every setting as it is then.
pub async fn change(ctx: &Ctx, wanted: &Map<String, Json>) -> kernel::Result<(Option<Uuid>, Vec<Setting>)> {
    ctx.require("settings.manage")?;
    begin(ctx, wanted.keys().map(String::as_str)).await?;
    let undo_id = match apply(ctx, wanted).await? {
        changes if changes.is_empty() => None,
        changes => Some(undoing::record(ctx, KIND, json!(changes)).await?),
    };
    Ok((undo_id, all(ctx, &own_tenant::read(ctx).await?.modules).await?))
}

/// Takes the lock under which settings change. Those that decide who gets in, and to what, are a change of
/// access.
async fn begin<'a>(ctx: &Ctx, mut keys: impl Iterator<Item = &'a str>) -> kernel::Result<()> {
    if keys.any(|key| SettingDef::named(key).is_some_and(|d| ["security", "modules"].contains(&d.group))) {
        ctx.access_changed().await
    } else {
        lock(ctx).await
    }
}

async fn apply(ctx: &Ctx, wanted: &Map<String, Json>) -> kernel::Result<Vec<Change>> {
    let own = own_tenant::read(ctx).await?;
    let present = all(ctx, &own.modules).await?;
    let mut check = Checker::new();
    let mut changes = Vec::new();
    for (key, given) in wanted {
        let Some(setting) = present.iter().find(|s| s.definition.key == key) else {
            check.add(key, "is not a setting");
            continue;
        };
        match value(ctx, setting, given).await? {
            Ok(new) if new == setting.value => {}
            Ok(new) => changes.push(Change { field: key.clone(), old: setting.value.clone(), new }),
            Err(message) => check.add(key, message),
        }
    }
    check.finish()?;
    for change in &changes {
        write(ctx, &own, change).await?;
    }
    if !changes.is_empty() {
        ctx.audit("settings.updated", "settings", None, changes.clone()).await?;
        ctx.emit(Event::new("settings.changed", ctx.tenant().id, "settings.manage")).await?;
    }
    if changes.iter().any(|c| c.field == "modules" || c.field == "timezone") {
        tell_everybody(ctx).await?;
    }
    Ok(changes)
}

/// Lets every open screen ask anew who its user is and what they may do: a module came or went, or days begin
/// elsewhere.
async fn tell_everybody(ctx: &Ctx) -> kernel::Result<()> {
    let users: Option<Vec<Uuid>> =
        ctx.tx().scalar("select coalesce(array_agg(id order by id), '{}') from users where status = 'active'", []).await?;
    ctx.emit(Event::personal("access.changed", ctx.tenant().id, users.unwrap_or_default())).await
}

/// The value to store, or what is wrong with the given one.
async fn value(ctx: &Ctx, setting: &Setting, given: &Json) -> kernel::Result<Result<Json, String>> {
    if given.is_null() {
        return Ok(Ok(setting.default.clone()));
    }
    let new = match setting.definition.check(given) {
        Ok(new) => new,
        Err(message) => return Ok(Err(message)),
    };
    Ok(match setting.definition.kind {
        SettingKind::Addresses => {
            let caller: Option<IpAddr> = ctx.request().ip.as_deref().and_then(|ip| ip.parse().ok());
            if is_allowed(&new, caller) {
                Ok(new)
            } else {
                let here = ctx.request().ip.as_deref().unwrap_or("unknown");
                Err(format!("would shut you out: your own address is {here}"))
            }
        }
        SettingKind::TimeZone => {
            let sql = "select 1 from pg_catalog.pg_timezone_names where name = $1";
            let known = ctx.tx().scalar::<i32>(sql, [new.as_str().unwrap_or_default().into()]).await?;
            known.map(|_| new).ok_or_else(|| "is not a time zone that is known here".to_owned())
        }
        SettingKind::Team | SettingKind::User => {
            let (sql, wrong) = match setting.definition.kind {
                SettingKind::Team => ("select 1 from teams where id = $1::text::uuid", "is not a team"),
                _ => ("select 1 from users where id = $1::text::uuid and status = 'active'", "is not an active user"),
            };
            let id = new.as_str().unwrap_or_default().to_owned();
            let known = id.is_empty() || ctx.tx().scalar::<i32>(sql, [id.into()]).await?.is_some();
            if known { Ok(new) } else { Err(wrong.to_owned()) }
        }
        SettingKind::Modules => {
            let offered = setting.options.as_deref().unwrap_or_default();
            let other: Vec<&str> = new
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Json::as_str)
                .filter(|m| !offered.iter().any(|o| o == m))
                .collect();
            if other.is_empty() {
                Ok(new)
            } else {
                Err(format!("can't have {}: the template does not offer it", other.join(", ")))
            }
        }
        _ => Ok(new),
    })
}

async fn write(ctx: &Ctx, own: &own_tenant::OwnTenant, change: &Change) -> kernel::Result<()> {
    ctx.tx()
        .run(
            "insert into settings (key, value, updated_at, updated_by) values ($1, $2, $3, $4)
             on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at, updated_by = excluded.updated_by",
            [change.field.clone().into(), change.new.clone().into(), ctx.now().into(), ctx.user_id().into()],
        )
        .await?;
    match change.field.as_str() {
        "modules" => {
            let modules: Vec<String> = serde_json::from_value(change.new.clone()).map_err(DomainError::internal)?;
            own_tenant::write(ctx, None, None, Some(&modules)).await
        }
        // Pages carry it before anybody has signed in.
        "locale" => {
            let mut look = own.branding.clone();
            look.locale = change.new.as_str().map(str::to_owned);
            own_tenant::write(ctx, None, Some(&look), None).await
        }
        _ => Ok(()),
    }
}

/// Takes a change back. Fails with `changed_since` when a setting is no longer what the change made it.
pub async fn undo(ctx: &Ctx, payload: &Json) -> kernel::Result<()> {
    ctx.require("settings.manage")?;
    let changes: Vec<Change> = serde_json::from_value(payload.clone()).map_err(DomainError::internal)?;
    begin(ctx, changes.iter().map(|c| c.field.as_str())).await?;
    let present = all(ctx, &own_tenant::read(ctx).await?.modules).await?;
    let now = |key: &str| present.iter().find(|s| s.definition.key == key).map(|s| &s.value);
    let moved: Vec<&str> = changes.iter().filter(|c| now(&c.field) != Some(&c.new)).map(|c| c.field.as_str()).collect();
    if !moved.is_empty() {
        return Err(undoing::changed_since(moved));
    }
    apply(ctx, &changes.into_iter().map(|c| (c.field, c.old)).collect()).await?;
    Ok(())
}
