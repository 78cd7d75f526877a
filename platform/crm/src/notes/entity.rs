//! Rows of `notes`, and the only way to read them.

use chrono::{DateTime, Utc};
use kernel::permission::Scope;
use runtime::Ctx;
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query, SelectStatement, SimpleExpr};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::ownership::Ownership;
use crate::related::{self, Parent};

/// What a note can hang on.
pub const PARENTS: [Parent; 6] =
    [Parent::Client, Parent::Lead, Parent::Contact, Parent::Deal, Parent::Opportunity, Parent::Activity];

/// A note.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Note {
    /// Id.
    pub id: Uuid,
    /// Markdown.
    pub content: String,
    /// The client it is about; one of these records is there.
    pub client_id: Option<Uuid>,
    /// The client's name.
    pub client_name: Option<String>,
    /// The lead.
    pub lead_id: Option<Uuid>,
    /// The lead's name.
    pub lead_name: Option<String>,
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
    /// Whether it stands before the others.
    pub pinned: bool,
    /// Users whom it mentions.
    pub mentions: Vec<Uuid>,
    /// The same with their names.
    pub mention_names: Json,
    /// Who wrote it.
    pub author_id: Option<Uuid>,
    /// Their name.
    pub author_name: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes.
    pub version: i32,
    /// Owner of the record.
    pub parent_owner: Option<Uuid>,
    /// Team of the record.
    pub parent_team: Option<Uuid>,
}

impl Note {
    /// The record it hangs on.
    pub fn parent(&self) -> Option<(Parent, Uuid)> {
        let ids = [self.client_id, self.lead_id, self.contact_id, self.deal_id, self.opportunity_id, self.activity_id];
        PARENTS.into_iter().zip(ids).find_map(|(parent, id)| Some((parent, id?)))
    }

    /// Whose the record is.
    pub fn owner(&self) -> Ownership {
        Ownership { user: self.parent_owner, team: self.parent_team }
    }
}

/// Notes on records that the actor may read and that lie within a scope. Every read starts here.
pub fn visible_to(ctx: &Ctx, scope: Scope) -> SelectStatement {
    let mut select = Query::select();
    for name in ["id", "content", "pinned", "mentions", "author_id", "author_name", "created_at", "updated_at", "version"] {
        select.column((Alias::new("n"), Alias::new(name)));
    }
    let names = "(select coalesce(jsonb_agg(jsonb_build_object('id', u.id, 'name', u.name) order by u.name), '[]')
                  from users u where u.id = any(n.mentions))";
    select.expr_as(Expr::cust(names), Alias::new("mention_names")).from_as(Alias::new("notes"), Alias::new("n"));
    related::hang(ctx, &mut select, &PARENTS, "n", scope);
    select
}

/// The condition that leaves deleted ones out.
pub fn alive() -> SimpleExpr {
    Expr::col((Alias::new("n"), Alias::new("deleted_at"))).is_null()
}
