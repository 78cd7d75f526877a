//! Changing the look.

use kernel::event::Event;
use kernel::validate::Checker;
use poem_openapi::types::MaybeUndefined;
use runtime::http::SignedIn;
use runtime::registry::Branding;
use runtime::{Ctx, Rows as _, audit};
use serde_json::{Value as Json, json};
use template::{FONTS, NEUTRALS, is_locale};
use uuid::Uuid;

use super::http::BrandingPatch;
use super::pictures;
use crate::{own_tenant, settings, undo as undoing};

/// The kind under which a change of the look is written down.
pub const KIND: &str = "branding";

/// The fields that go back to the template's when they are emptied.
const FROM_TEMPLATE: [&str; 4] = ["primary", "radius", "font", "neutral"];

/// Checked values by field; null goes back to what the CRM began with.
pub(super) type Wish = Vec<(&'static str, Json)>;

/// Checks what was sent, all faults at once, and stores its pictures.
pub(super) async fn read(who: &SignedIn, patch: &BrandingPatch) -> kernel::Result<Wish> {
    let mut check = Checker::new();
    let mut wish = words(&mut check, patch);
    let pictures = [
        ("logo_light", "logo", &patch.logo_light, &who.tenant.branding.logo_light),
        ("logo_dark", "logo-dark", &patch.logo_dark, &who.tenant.branding.logo_dark),
        ("mark", "mark", &patch.mark, &who.tenant.branding.mark),
        ("favicon", "favicon", &patch.favicon, &who.tenant.branding.favicon),
    ];
    for (field, _, given, present) in &pictures {
        if let MaybeUndefined::Value(address) = given
            // What stands there already may be sent back as it is.
            && Some(address) != present.as_ref()
            && let Err(message) = pictures::check(address.trim())
        {
            check.add(field, message);
        }
    }
    check.finish()?;
    for (field, name, given, _) in pictures {
        match given {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => wish.push((field, Json::Null)),
            MaybeUndefined::Value(address) => {
                let kept = pictures::keep(&who.caller.app, who.tenant.key, name, field, address.trim()).await?;
                wish.push((field, kept.into()));
            }
        }
    }
    Ok(wish)
}

/// Everything but the pictures.
fn words(check: &mut Checker, patch: &BrandingPatch) -> Wish {
    let mut wish = Wish::new();
    match &patch.name {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => check.add("name", "is required"),
        MaybeUndefined::Value(name) => wish.push(("name", check.required("name", Some(name), 120).into())),
    }
    match &patch.radius {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => wish.push(("radius", Json::Null)),
        MaybeUndefined::Value(pixels) if (0..=12).contains(pixels) => wish.push(("radius", (*pixels).into())),
        MaybeUndefined::Value(_) => check.add("radius", "must be a whole number from 0 to 12"),
    }
    for (field, given) in
        [("primary", &patch.primary), ("font", &patch.font), ("neutral", &patch.neutral), ("locale", &patch.locale)]
    {
        let text = match given {
            MaybeUndefined::Undefined => continue,
            MaybeUndefined::Null => {
                wish.push((field, Json::Null));
                continue;
            }
            MaybeUndefined::Value(text) => text.trim(),
        };
        match field {
            "primary" => {
                wish.push((field, check.colour(field, text).into()));
                continue;
            }
            "font" if !FONTS.contains(&text) => check.add(field, format!("must be one of {}", FONTS.join(", "))),
            "neutral" if !NEUTRALS.contains(&text) => check.add(field, format!("must be one of {}", NEUTRALS.join(", "))),
            "locale" if !is_locale(text) => check.add(field, "must be a language tag like en or en-GB"),
            _ => wish.push((field, text.into())),
        }
    }
    wish
}

/// Name and look as one object.
fn facts(name: &str, look: &Branding) -> Json {
    let mut all = json!(look);
    all["name"] = name.into();
    all
}

/// Applies a wish. Returns name, look and modules as they are then, and how to take it back.
pub(super) async fn change(ctx: &Ctx, wish: Wish) -> kernel::Result<(String, Branding, Vec<String>, Option<Uuid>)> {
    ctx.require("settings.manage")?;
    settings::lock(ctx).await?;
    let base: Option<Option<Json>> = ctx.tx().scalar("select template_base from tenant_meta", []).await?;
    let base = base.flatten().unwrap_or_default();
    let wish = wish.into_iter().map(|(field, value)| match field {
        _ if !value.is_null() => (field.to_owned(), value),
        "locale" => (field.to_owned(), base["settings"]["locale"].clone()),
        _ if FROM_TEMPLATE.contains(&field) => (field.to_owned(), base["branding"][field].clone()),
        _ => (field.to_owned(), Json::Null),
    });
    apply(ctx, wish.collect(), true).await
}

/// Sets fields to values; null removes one.
async fn apply(
    ctx: &Ctx,
    values: Vec<(String, Json)>,
    can_be_undone: bool,
) -> kernel::Result<(String, Branding, Vec<String>, Option<Uuid>)> {
    let own = own_tenant::read(ctx).await?;
    let old = facts(&own.name, &own.branding);
    let mut new = old.clone();
    for (field, value) in values {
        new[field.as_str()] = value;
    }
    let name = new["name"].as_str().unwrap_or(&own.name).to_owned();
    let look: Branding = serde_json::from_value(new.clone()).map_err(kernel::DomainError::internal)?;
    let changes = audit::diff(&old, &facts(&name, &look));
    if changes.is_empty() {
        return Ok((name, look, own.modules, None));
    }
    own_tenant::write(ctx, Some(&name), Some(&look), None).await?;
    let undo_id = if can_be_undone { Some(undoing::record(ctx, KIND, json!(changes)).await?) } else { None };
    ctx.audit("branding.updated", "branding", None, changes).await?;
    ctx.emit(Event::new("branding.changed", ctx.tenant().id, "settings.manage")).await?;
    Ok((name, look, own.modules, undo_id))
}

/// Takes a change back. Fails with `changed_since` when a field is no longer what the change made it.
pub async fn undo(ctx: &Ctx, payload: &Json) -> kernel::Result<()> {
    ctx.require("settings.manage")?;
    settings::lock(ctx).await?;
    let changes: Vec<audit::Change> = serde_json::from_value(payload.clone()).map_err(kernel::DomainError::internal)?;
    let own = own_tenant::read(ctx).await?;
    let now = facts(&own.name, &own.branding);
    let moved: Vec<&str> = changes.iter().filter(|c| now[&c.field] != c.new).map(|c| c.field.as_str()).collect();
    if !moved.is_empty() {
        return Err(undoing::changed_since(moved));
    }
    apply(ctx, changes.into_iter().map(|c| (c.field, c.old)).collect(), false).await?;
    Ok(())
}
