//! `/settings`.

use chrono::{DateTime, Utc};
use kernel::DomainError;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Staff};
use template::SettingKind;
use uuid::Uuid;

use super::service::{self, Setting};
use crate::administration;

/// Who changed a setting.
#[derive(Debug, Object)]
pub struct SettingUserOut {
    /// The user.
    pub id: Uuid,
    /// Their name.
    pub name: String,
}

/// A setting with its value.
#[derive(Debug, Object)]
pub struct SettingOut {
    /// Its name.
    pub key: String,
    /// `general`, `security`, `mail`, `public`, `registration`, `captcha` or `modules`.
    pub group: String,
    /// What it does, with its unit.
    pub title: String,
    /// What else one should know before changing it.
    pub help: String,
    /// `text`, `locale`, `currency`, `country`, `countries`, `timezone`, `word`, `whole`, `flag`,
    /// `addresses`, `email`, `team`, `user` or `modules`.
    pub kind: String,
    /// The words to choose from, for kinds that have such.
    #[oai(nullable)]
    pub options: Option<Vec<String>>,
    /// The smallest number.
    #[oai(nullable)]
    pub min: Option<i64>,
    /// The largest number; of a text the most characters.
    #[oai(nullable)]
    pub max: Option<i64>,
    /// Its value.
    pub value: serde_json::Value,
    /// Its value where nobody chose another.
    pub default: serde_json::Value,
    /// When it was changed last; null while it is as the CRM began.
    #[oai(nullable)]
    pub updated_at: Option<DateTime<Utc>>,
    /// Who changed it last.
    #[oai(nullable)]
    pub updated_by: Option<SettingUserOut>,
}

impl From<Setting> for SettingOut {
    fn from(setting: Setting) -> Self {
        let definition = setting.definition;
        let (min, max) = match definition.kind {
            SettingKind::Whole(min, max) => (Some(min), Some(max)),
            SettingKind::Line(max) | SettingKind::Lines(max) => (None, i64::try_from(max).ok()),
            _ => (None, None),
        };
        Self {
            key: definition.key.to_owned(),
            group: definition.group.to_owned(),
            title: definition.title.to_owned(),
            help: definition.help.to_owned(),
            kind: definition.kind.as_str().to_owned(),
            options: setting.options,
            min,
            max,
            value: setting.value,
            default: setting.default,
            updated_at: setting.updated.as_ref().map(|(at, ..)| *at),
            updated_by: setting.updated.map(|(_, id, name)| SettingUserOut { id, name: name.unwrap_or_default() }),
        }
    }
}

/// All settings.
#[derive(Debug, Object)]
pub struct SettingsOut {
    /// In the order in which they are shown.
    pub settings: Vec<SettingOut>,
}

/// All settings after a change.
#[derive(Debug, Object)]
pub struct SettingsChangedOut {
    /// In the order in which they are shown.
    pub settings: Vec<SettingOut>,
    /// Takes the change back: `POST /undo/{undo_id}`. Null when nothing changed.
    #[oai(nullable)]
    pub undo_id: Option<Uuid>,
}

/// Settings of a broker.
pub struct SettingsApi;

#[OpenApi]
impl SettingsApi {
    /// List the settings
    #[oai(path = "/settings", method = "get", operation_id = "listSettings")]
    async fn list(&self, auth: Staff) -> ApiResult<Json<SettingsOut>> {
        let ctx = auth.0.read().await?;
        let found = service::all(&ctx, &auth.0.tenant.modules).await?;
        Ok(Json(SettingsOut { settings: found.into_iter().map(SettingOut::from).collect() }))
    }

    /// Change settings
    ///
    /// An object of keys and values; null puts a key back to what the CRM began with. All faults come
    /// at once, each under its key.
    #[oai(path = "/settings", method = "patch", operation_id = "updateSettings")]
    async fn update(&self, auth: Staff, body: Json<serde_json::Value>) -> ApiResult<Json<SettingsChangedOut>> {
        let who = auth.0;
        let wanted = body.0.as_object().ok_or_else(|| DomainError::field("body", "must be an object of keys and values"))?;
        let ctx = administration::begin(&who).await?;
        let (undo_id, found) = service::change(&ctx, wanted).await?;
        let out = SettingsChangedOut { settings: found.into_iter().map(SettingOut::from).collect(), undo_id };
        ctx.commit_reply(200, &out).await?;
        if ["modules", "locale"].iter().any(|key| wanted.contains_key(*key)) {
            who.caller.app.publish_invalidation("registry", who.tenant.key, &who.tenant.slug).await;
        }
        Ok(Json(out))
    }
}
