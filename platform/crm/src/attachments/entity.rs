//! Rows of `attachments`, and the only way to read them.

use chrono::{DateTime, Utc};
use kernel::permission::Scope;
use kernel::tenant::TenantKey;
use runtime::Ctx;
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query, SelectStatement};
use uuid::Uuid;

use crate::ownership::Ownership;
use crate::related::{self, Parent};

/// What a file can hang on.
pub const PARENTS: [Parent; 5] = [Parent::Client, Parent::Contact, Parent::Deal, Parent::Opportunity, Parent::Activity];

/// A file on a record.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Attachment {
    /// Id.
    pub id: Uuid,
    /// The client it is for; one of these records is there.
    pub client_id: Option<Uuid>,
    /// The client's name.
    pub client_name: Option<String>,
    /// The contact.
    pub contact_id: Option<Uuid>,
    /// The contact's name.
    pub contact_name: Option<String>,
    /// The deal.
    pub deal_id: Option<Uuid>,
    /// The deal's name.
    pub deal_name: Option<String>,
    /// The opportunity.
    pub opportunity_id: Option<Uuid>,
    /// The opportunity's name.
    pub opportunity_name: Option<String>,
    /// The activity.
    pub activity_id: Option<Uuid>,
    /// The activity's subject.
    pub activity_name: Option<String>,
    /// Its name.
    pub filename: String,
    /// MIME type, by its contents.
    pub content_type: String,
    /// Size.
    pub bytes: i64,
    /// Checksum in hexadecimal.
    pub sha256: String,
    /// Where it is in the file store.
    pub object_key: String,
    /// Who added it.
    pub uploaded_by: Option<Uuid>,
    /// Their name.
    pub uploader_name: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Owner of the record.
    pub parent_owner: Option<Uuid>,
    /// Team of the record.
    pub parent_team: Option<Uuid>,
}

impl Attachment {
    /// The record it hangs on.
    pub fn parent(&self) -> Option<(Parent, Uuid)> {
        let ids = [self.client_id, self.contact_id, self.deal_id, self.opportunity_id, self.activity_id];
        PARENTS.into_iter().zip(ids).find_map(|(parent, id)| Some((parent, id?)))
    }

    /// Whose the record is.
    pub fn owner(&self) -> Ownership {
        Ownership { user: self.parent_owner, team: self.parent_team }
    }
}

/// The folder of one file in the file store. Nothing in it comes from a request's text.
pub fn folder(tenant: TenantKey, id: Uuid) -> String {
    format!("{}attachments/{id}/", tenant.storage_prefix())
}

/// Files on records that the actor may read and that lie within a scope. Every read starts here.
pub fn visible_to(ctx: &Ctx, scope: Scope) -> SelectStatement {
    let mut select = Query::select();
    for name in ["id", "filename", "content_type", "bytes", "sha256", "object_key", "uploaded_by", "uploader_name", "created_at"]
    {
        select.column((Alias::new("f"), Alias::new(name)));
    }
    select
        .from_as(Alias::new("attachments"), Alias::new("f"))
        .and_where(Expr::col((Alias::new("f"), Alias::new("deleted_at"))).is_null());
    related::hang(ctx, &mut select, &PARENTS, "f", scope);
    select
}
