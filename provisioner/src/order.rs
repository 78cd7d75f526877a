//! What is to be provisioned, and writing it down: the tenant's row, the provisioning and its steps
//! appear together or not at all. A placed order holds its address.

use kernel::DomainError;
use kernel::event::Event;
use kernel::permission::PLATFORM_MANAGE;
use kernel::tenant::{TenantKey, check_slug};
use kernel::validate::Checker;
use runtime::{Ctx, Rows as _, audit};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use template::Template;
use uuid::Uuid;

use crate::steps::STEPS;

/// What a tenant is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A template by its name.
    Template(String),
    /// Another tenant's configuration, by its slug.
    Tenant(String),
}

impl Source {
    /// As stored.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Template(name) => json!({ "template": name }),
            Self::Tenant(slug) => json!({ "tenant": slug, "include": "config" }),
        }
    }

    /// From what is stored.
    pub fn from_json(json: &Json) -> kernel::Result<Self> {
        match (json["template"].as_str(), json["tenant"].as_str()) {
            (Some(name), None) => Ok(Self::Template(name.to_owned())),
            (None, Some(slug)) => Ok(Self::Tenant(slug.to_owned())),
            _ => Err(DomainError::internal("a provisioning without a source")),
        }
    }
}

/// Who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A broker, on the sign-up page.
    Signup,
    /// The platform owner, in the console.
    Owner,
    /// Somebody at the command line, or a test.
    Cli,
}

impl Origin {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Signup => "signup",
            Self::Owner => "owner",
            Self::Cli => "cli",
        }
    }
}

/// The first administrator.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Administrator {
    /// Name.
    pub name: String,
    /// E-mail, lower-cased.
    pub email: String,
    /// With it the account is active at once; without it an invitation leaves by mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_hash: Option<String>,
}

/// What the orderer wants of the tenant's look; the rest comes from the source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrandingWish {
    /// Brand colour, `#rrggbb`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary: Option<String>,
    /// An `https` address, or the picture itself as a `data:` address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
}

/// An order for a tenant. Its fields have been checked.
#[derive(Debug, Clone)]
pub struct Order {
    /// The address.
    pub slug: String,
    /// The company.
    pub name: String,
    /// What it is made from.
    pub source: Source,
    /// Who asked.
    pub origin: Origin,
    /// The first administrator.
    pub admin: Administrator,
    /// The look.
    pub branding: BrandingWish,
}

/// An order that was written down.
#[derive(Debug, Clone, Copy)]
pub struct Placed {
    /// The provisioning.
    pub provisioning_id: Uuid,
    /// The tenant's number.
    pub key: TenantKey,
    /// The tenant's public id.
    pub tenant_id: Uuid,
}

/// The template, its version and the modules that a tenant of this source begins with.
struct Beginning {
    template: String,
    version: String,
    modules: Json,
}

#[derive(FromQueryResult)]
struct SourceRow {
    template: String,
    template_version: String,
    modules: Json,
}

#[derive(FromQueryResult)]
struct KeyRow {
    key: i64,
}

async fn beginning(ctx: &Ctx, source: &Source) -> kernel::Result<Beginning> {
    match source {
        Source::Template(name) => {
            let template = Template::embedded(name)
                .ok_or_else(|| DomainError::field("source.template", format!("there is no template `{name}`")))?;
            Ok(Beginning { template: template.name.clone(), version: template.version.clone(), modules: json!(template.modules) })
        }
        Source::Tenant(slug) => {
            let row: Option<SourceRow> = ctx
                .tx()
                .one(
                    "select template, template_version, modules from control.tenants
                     where slug = $1 and key > 0 and status in ('active', 'suspended')",
                    [slug.clone().into()],
                )
                .await?;
            let row = row
                .ok_or_else(|| DomainError::field("source.tenant", format!("there is no tenant `{slug}` that can be cloned")))?;
            Ok(Beginning { template: row.template, version: row.template_version, modules: row.modules })
        }
    }
}

/// Writes an order down, in a transaction of the platform's realm. The caller adds the job.
pub async fn place(ctx: &Ctx, order: &Order) -> kernel::Result<Placed> {
    let start = beginning(ctx, &order.source).await?;
    let (tenant_id, provisioning_id) = (Uuid::now_v7(), Uuid::now_v7());
    let row: Option<KeyRow> = ctx
        .tx()
        .one(
            "insert into control.tenants (id, slug, name, status, template, template_version, modules)
             values ($1, $2, $3, 'provisioning', $4, $5, $6) on conflict (slug) do nothing returning key",
            [
                tenant_id.into(),
                order.slug.clone().into(),
                order.name.clone().into(),
                start.template.clone().into(),
                start.version.into(),
                start.modules.into(),
            ],
        )
        .await?;
    let Some(KeyRow { key }) = row else { return Err(slug_taken()) };
    ctx.tx()
        .run(
            "insert into control.provisionings (id, tenant_key, slug, name, source, origin, admin, branding)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            [
                provisioning_id.into(),
                key.into(),
                order.slug.clone().into(),
                order.name.clone().into(),
                order.source.to_json().into(),
                order.origin.as_str().into(),
                json!(order.admin).into(),
                json!(order.branding).into(),
            ],
        )
        .await?;
    let names: Vec<String> = STEPS.iter().map(|s| (*s).to_owned()).collect();
    ctx.tx()
        .run(
            "insert into control.provisioning_steps (provisioning_id, ord, name)
             select $1, s.ord, s.name from unnest($2::text[]) with ordinality as s (name, ord)",
            [provisioning_id.into(), names.into()],
        )
        .await?;
    ctx.tx().run("insert into control.tenant_usage (tenant_key) values ($1)", [key.into()]).await?;
    let facts =
        json!({ "slug": order.slug, "name": order.name, "source": order.source.to_json(), "origin": order.origin.as_str() });
    ctx.audit("tenant.requested", "tenant", Some(tenant_id), audit::diff(&json!({}), &facts)).await?;
    ctx.emit(Event::new("tenant.updated", tenant_id, PLATFORM_MANAGE)).await?;
    Ok(Placed { provisioning_id, key: TenantKey(key), tenant_id })
}

/// A checker for forms with an address: a bad one gives the whole answer its code.
#[derive(Default)]
pub(crate) struct Form {
    pub(crate) fields: Checker,
    code: Option<&'static str>,
}

impl Form {
    /// The address; must be there and be one that can be given out.
    pub(crate) fn slug(&mut self, value: Option<&str>) -> String {
        let slug = self.fields.required("slug", value, 100);
        if !slug.is_empty()
            && let Err(problem) = check_slug(&slug)
        {
            self.fields.add("slug", problem.message());
            self.code = Some(problem.code());
        }
        slug
    }

    /// Fails with everything that was wrong.
    pub(crate) fn finish(self) -> kernel::Result<()> {
        match (self.fields.finish(), self.code) {
            (Err(DomainError::Invalid { message, fields, .. }), Some(code)) => {
                Err(DomainError::Invalid { code, message, fields })
            }
            (result, _) => result,
        }
    }
}

/// The address belongs to somebody.
pub(crate) fn slug_taken() -> DomainError {
    DomainError::conflict_field("slug_taken", "slug", "This address is taken; choose another.")
}
