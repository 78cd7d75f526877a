//! Rows as they go into the tenant's tables. Fields have the names of the columns.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use runtime::audit::Change;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::sales::Sales;

/// What the tenant's template made: roles by name, and statuses.
#[derive(Debug, Clone, Deserialize)]
pub struct Facts {
    /// Ids of the roles by name.
    pub roles: BTreeMap<String, Uuid>,
    /// Statuses of clients, the default first, then in order.
    pub client_statuses: Vec<String>,
    /// Statuses of leads, likewise.
    pub lead_statuses: Vec<String>,
    /// The administrator, who was made with the tenant.
    pub admin: Uuid,
    /// The hash of the one password that everybody has.
    pub password_hash: String,
}

impl Facts {
    /// A status of clients by its key; the default where the tenant has none of that key.
    pub fn client_status(&self, key: &str) -> String {
        if let Some(own) = super::sales::status_of(self, key) {
            return own;
        }
        known(&self.client_statuses, key)
    }

    /// A status of leads, likewise.
    pub fn lead_status(&self, key: &str) -> String {
        known(&self.lead_statuses, key)
    }
}

fn known(statuses: &[String], key: &str) -> String {
    statuses.iter().find(|s| *s == key).or(statuses.first()).cloned().unwrap_or_else(|| key.to_owned())
}

/// Everything that a demo broker has.
#[derive(Debug, Default, PartialEq)]
pub struct Dataset {
    /// Teams, parents first.
    pub teams: Vec<TeamRow>,
    /// Staff.
    pub users: Vec<UserRow>,
    /// Partners.
    pub partners: Vec<PartnerRow>,
    /// Clients, oldest first.
    pub clients: Vec<ClientRow>,
    /// Leads, oldest first.
    pub leads: Vec<LeadRow>,
    /// Changes of the leads' statuses.
    pub statuses: Vec<StatusRow>,
    /// The audit log, oldest first.
    pub audit: Vec<AuditRow>,
    /// What a sales team works on.
    pub sales: Sales,
}

/// A team.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TeamRow {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// The team above.
    pub parent_id: Option<Uuid>,
    /// Its leader; set when the users are there.
    pub leader_id: Uuid,
    /// Made at.
    pub created_at: DateTime<Utc>,
}

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UserRow {
    /// Id.
    pub id: Uuid,
    /// E-mail.
    pub email: String,
    /// Name.
    pub name: String,
    /// Password's hash.
    pub password_hash: String,
    /// Role.
    pub role_id: Uuid,
    /// Team.
    pub team_id: Option<Uuid>,
    /// Status.
    pub status: &'static str,
    /// Last sign-in.
    pub last_login_at: DateTime<Utc>,
    /// Its address.
    pub last_login_ip: String,
    /// Made at.
    pub created_at: DateTime<Utc>,
    /// Made by.
    pub created_by: Uuid,
}

/// A partner.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartnerRow {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Whether their form takes leads.
    pub approved: bool,
    /// How many they brought.
    pub leads_count: i64,
    /// Made at.
    pub created_at: DateTime<Utc>,
    /// Changed at.
    pub updated_at: DateTime<Utc>,
    /// Made by.
    pub created_by: Uuid,
}

/// A client.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClientRow {
    /// Id.
    pub id: Uuid,
    /// First name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// E-mail.
    pub email: String,
    /// Phone in E.164.
    pub phone: Option<String>,
    /// Country.
    pub country: &'static str,
    /// Language, ISO 639-1.
    pub language: &'static str,
    /// Address.
    pub address: Option<String>,
    /// Date of birth.
    pub date_of_birth: Option<NaiveDate>,
    /// Status.
    pub status: String,
    /// State of the identity check.
    pub kyc_status: &'static str,
    /// Where they came from.
    pub source: &'static str,
    /// Who looks after them.
    pub assigned_to: Option<Uuid>,
    /// Whose team.
    pub team_id: Option<Uuid>,
    /// Tags.
    pub tags: Vec<&'static str>,
    /// Free fields.
    pub custom: Json,
    /// Balance, as a decimal number.
    pub balance: String,
    /// Currency.
    pub currency: &'static str,
    /// When something last happened.
    pub last_activity_at: DateTime<Utc>,
    /// Made at.
    pub created_at: DateTime<Utc>,
    /// Changed at.
    pub updated_at: DateTime<Utc>,
    /// Made by; nobody where they registered themselves.
    pub created_by: Option<Uuid>,
    /// How often changed, plus one.
    pub version: i32,
}

/// A lead.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeadRow {
    /// Id.
    pub id: Uuid,
    /// First name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// E-mail.
    pub email: Option<String>,
    /// Phone in E.164.
    pub phone: Option<String>,
    /// Country.
    pub country: &'static str,
    /// Status.
    pub status: String,
    /// Where they came from.
    pub source: &'static str,
    /// The partner who brought them.
    pub partner_id: Option<Uuid>,
    /// Who works them.
    pub assigned_to: Option<Uuid>,
    /// Whose team.
    pub team_id: Option<Uuid>,
    /// What they wrote.
    pub message: Option<String>,
    /// Where exactly they came from.
    pub metadata: Json,
    /// The client that they became.
    pub converted_client_id: Option<Uuid>,
    /// Made at.
    pub created_at: DateTime<Utc>,
    /// Changed at.
    pub updated_at: DateTime<Utc>,
    /// Made by.
    pub created_by: Option<Uuid>,
    /// How often changed, plus one.
    pub version: i32,
}

/// A change of a lead's status.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatusRow {
    /// Id.
    pub id: Uuid,
    /// The lead.
    pub lead_id: Uuid,
    /// Before.
    pub old_status: Option<String>,
    /// After.
    pub new_status: String,
    /// Who.
    pub changed_by: Option<Uuid>,
    /// When.
    pub at: DateTime<Utc>,
}

/// A row of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuditRow {
    /// Id.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor_id: Option<Uuid>,
    /// Their name.
    pub actor_name: String,
    /// What was done.
    pub action: &'static str,
    /// To what kind of record.
    pub resource_type: &'static str,
    /// To which.
    pub resource_id: Uuid,
    /// What changed.
    pub diff: Vec<Change>,
    /// The same, masked.
    pub diff_masked: Vec<Change>,
    /// From where.
    pub ip: Option<String>,
}
