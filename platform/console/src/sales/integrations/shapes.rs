//! What integrations are told of.

use crm::contacts::entity::Contact;
use crm::deals::entity::Deal;
use poem_openapi::{Enum, Object, Union};
use rust_decimal::prelude::ToPrimitive as _;
use uuid::Uuid;

/// A person, whichever program knows of them.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct KnownContactOut {
    /// Id, in the program it comes from.
    pub id: String,
    /// `local`, `brivity` or `topproducer`.
    pub source: String,
    /// First and last name.
    pub name: String,
    /// E-mail; masked or absent for who may not see it.
    pub email: Option<String>,
    /// Phone; masked or absent for who may not see it.
    pub phone: Option<String>,
    /// Where the person works.
    pub company: Option<String>,
    /// As what.
    pub job_title: Option<String>,
    /// `lead`, `prospect`, `customer` or `closed`.
    pub status: Option<String>,
    /// When it was last changed.
    pub updated_at: Option<chrono::DateTime<chrono::Utc>>,
}

/// A deal, whichever program knows of it.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct KnownDealOut {
    /// Id, in the program it comes from.
    pub id: String,
    /// `local`, `brivity` or `topproducer`.
    pub source: String,
    /// Name.
    pub name: String,
    /// What it is worth.
    pub amount: Option<f64>,
    /// Its currency.
    pub currency: Option<String>,
    /// The stage it stands in.
    pub stage: Option<String>,
    /// How likely it is won, in percent.
    pub probability: Option<i32>,
    /// The contact, for who sees it.
    pub contact: Option<String>,
    /// When it should be closed.
    pub close_date: Option<chrono::NaiveDate>,
    /// When it was last changed.
    pub updated_at: Option<chrono::DateTime<chrono::Utc>>,
}

impl From<Contact> for KnownContactOut {
    fn from(k: Contact) -> Self {
        Self {
            name: k.name(),
            id: k.id.to_string(),
            source: "local".to_owned(),
            email: k.email,
            phone: k.phone,
            company: k.company,
            job_title: k.job_title,
            status: Some(k.status),
            updated_at: Some(k.updated_at),
        }
    }
}

impl KnownDealOut {
    /// One of ours, with the word for its stage.
    pub fn of(d: Deal, stage: String) -> Self {
        Self {
            probability: Some(d.chance()),
            id: d.id.to_string(),
            source: "local".to_owned(),
            name: d.name,
            amount: d.amount.and_then(|a| a.to_f64()),
            currency: Some(d.currency),
            stage: Some(stage),
            contact: d.contact_name,
            close_date: d.expected_close_date,
            updated_at: Some(d.updated_at),
        }
    }
}

/// What a search finds.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct FoundOut {
    /// Id, in the program it comes from.
    pub id: String,
    /// `contact` or `deal`.
    #[oai(rename = "type")]
    pub kind: String,
    /// `local`, `brivity` or `topproducer`.
    pub source: String,
    /// Name.
    pub name: String,
    /// Of a contact: the e-mail; masked or absent for who may not see it.
    pub email: Option<String>,
    /// Of a contact: the phone; masked or absent for who may not see it.
    pub phone: Option<String>,
    /// Of a contact: where the person works.
    pub company: Option<String>,
    /// Of a contact: `lead`, `prospect`, `customer` or `closed`.
    pub status: Option<String>,
    /// Of a deal: what it is worth.
    pub amount: Option<f64>,
    /// Of a deal: its currency.
    pub currency: Option<String>,
    /// Of a deal: the stage it stands in.
    pub stage: Option<String>,
}

impl From<KnownContactOut> for FoundOut {
    fn from(k: KnownContactOut) -> Self {
        Self {
            id: k.id,
            kind: "contact".to_owned(),
            source: k.source,
            name: k.name,
            email: k.email,
            phone: k.phone,
            company: k.company,
            status: k.status,
            amount: None,
            currency: None,
            stage: None,
        }
    }
}

impl From<KnownDealOut> for FoundOut {
    fn from(d: KnownDealOut) -> Self {
        Self {
            id: d.id,
            kind: "deal".to_owned(),
            source: d.source,
            name: d.name,
            email: None,
            phone: None,
            company: None,
            status: None,
            amount: d.amount,
            currency: d.currency,
            stage: d.stage,
        }
    }
}

/// Whether another program is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub enum SyncState {
    /// Nothing is going on.
    Idle,
    /// It is being read.
    Syncing,
    /// The last time went wrong.
    Error,
}

/// What is kept of another program.
#[derive(Debug, Clone, Object)]
pub struct KeptOut {
    /// People.
    pub contacts: Vec<KnownContactOut>,
    /// Deals.
    pub deals: Vec<KnownDealOut>,
    /// When it was last read; null: never.
    #[oai(nullable, rename = "lastSync")]
    pub last_sync: Option<chrono::DateTime<chrono::Utc>>,
    /// Whether it is being read.
    #[oai(rename = "syncStatus")]
    pub sync_status: SyncState,
}

impl KeptOut {
    /// Of a program that nobody has connected.
    pub const EMPTY: Self = Self { contacts: Vec::new(), deals: Vec::new(), last_sync: None, sync_status: SyncState::Idle };
}

/// The newest records of our own.
#[derive(Debug, Clone, Object)]
pub struct LocalOut {
    /// Contacts, newest first.
    pub contacts: Vec<KnownContactOut>,
    /// Deals, newest first.
    pub deals: Vec<KnownDealOut>,
}

/// By where it comes from; what was not asked for is absent.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct KeptBySourceOut {
    /// Brivity.
    pub brivity: Option<KeptOut>,
    /// Top Producer.
    pub topproducer: Option<KeptOut>,
    /// Ours.
    pub local: Option<LocalOut>,
}

/// What is at hand.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CachedDataOut {
    /// True.
    pub success: bool,
    /// Whose view of it this is; absent for an API key.
    pub user_id: Option<Uuid>,
    /// The time of the answer.
    pub timestamp: chrono::DateTime<chrono::Utc>,
    /// By where it comes from.
    pub data: KeptBySourceOut,
}

/// What was found, by where it comes from.
#[derive(Debug, Clone, Object)]
pub struct FoundBySourceOut {
    /// Brivity.
    pub brivity: Vec<FoundOut>,
    /// Top Producer.
    pub topproducer: Vec<FoundOut>,
    /// Ours.
    pub local: Vec<FoundOut>,
}

/// What a search found.
#[derive(Debug, Clone, Object)]
pub struct SearchedOut {
    /// True.
    pub success: bool,
    /// What was looked for.
    pub query: String,
    /// `contact`, `deal` or `all`.
    #[oai(rename = "type")]
    pub kind: String,
    /// The first ones of each kind, by where they come from.
    pub results: FoundBySourceOut,
    /// How many there are.
    pub total: u64,
}

/// A program that may be read.
#[derive(Debug, Clone, Object)]
pub struct SourceStatusOut {
    /// Whether it is being read.
    pub status: SyncState,
    /// When it was last read; null: never.
    #[oai(nullable, rename = "lastSync")]
    pub last_sync: Option<chrono::DateTime<chrono::Utc>>,
    /// People known from there.
    #[oai(rename = "contactCount")]
    pub contact_count: u64,
    /// Deals known from there.
    #[oai(rename = "dealCount")]
    pub deal_count: u64,
    /// What went wrong the last time.
    #[oai(skip_serializing_if_is_none)]
    pub error: Option<String>,
}

impl SourceStatusOut {
    /// Of a program that nobody has connected.
    pub const IDLE: Self = Self { status: SyncState::Idle, last_sync: None, contact_count: 0, deal_count: 0, error: None };
}

/// What we have ourselves.
#[derive(Debug, Clone, Copy, Object)]
pub struct LocalCountsOut {
    /// Contacts that the caller sees.
    #[oai(rename = "contactCount")]
    pub contact_count: u64,
    /// Deals that the caller sees.
    #[oai(rename = "dealCount")]
    pub deal_count: u64,
}

/// By program.
#[derive(Debug, Clone, Object)]
pub struct StatusBySourceOut {
    /// Brivity.
    pub brivity: SourceStatusOut,
    /// Top Producer.
    pub topproducer: SourceStatusOut,
    /// Ours.
    pub local: LocalCountsOut,
}

/// How the programs stand.
#[derive(Debug, Clone, Object)]
pub struct SyncStatusOut {
    /// True.
    pub success: bool,
    /// The time of the answer.
    pub timestamp: chrono::DateTime<chrono::Utc>,
    /// By program.
    pub status: StatusBySourceOut,
}

/// People by where they come from.
#[derive(Debug, Clone, Object)]
pub struct ContactsBySourceOut {
    /// Brivity.
    pub brivity: Vec<KnownContactOut>,
    /// Top Producer.
    pub topproducer: Vec<KnownContactOut>,
    /// Ours.
    pub local: Vec<KnownContactOut>,
}

/// Deals by where they come from.
#[derive(Debug, Clone, Object)]
pub struct DealsBySourceOut {
    /// Brivity.
    pub brivity: Vec<KnownDealOut>,
    /// Top Producer.
    pub topproducer: Vec<KnownDealOut>,
    /// Ours.
    pub local: Vec<KnownDealOut>,
}

/// All sources, or the one that was asked for.
#[derive(Debug, Clone, Union)]
pub enum ContactsOf {
    /// By source.
    All(ContactsBySourceOut),
    /// Of one source.
    One(Vec<KnownContactOut>),
}

/// All sources, or the one that was asked for.
#[derive(Debug, Clone, Union)]
pub enum DealsOf {
    /// By source.
    All(DealsBySourceOut),
    /// Of one source.
    One(Vec<KnownDealOut>),
}

/// A page of people.
#[derive(Debug, Clone, Object)]
pub struct KnownContactsOut {
    /// True.
    pub success: bool,
    /// `all`, or the source that was asked for.
    pub source: String,
    /// By source; of one source a list.
    pub contacts: ContactsOf,
    /// How many there are: exact up to 10,000.
    pub count: u64,
    /// 1-based page.
    pub page: u64,
    /// The most of a source on a page.
    pub limit: u64,
}

/// A page of deals.
#[derive(Debug, Clone, Object)]
pub struct KnownDealsOut {
    /// True.
    pub success: bool,
    /// `all`, or the source that was asked for.
    pub source: String,
    /// By source; of one source a list.
    pub deals: DealsOf,
    /// How many there are: exact up to 10,000.
    pub count: u64,
    /// 1-based page.
    pub page: u64,
    /// The most of a source on a page.
    pub limit: u64,
}

/// A refusal in the words of this contract, and in the product's.
#[derive(Debug, Clone, Object)]
pub struct RefusedOut {
    /// False.
    pub success: bool,
    /// Stable code.
    pub code: String,
    /// One sentence for people.
    pub message: String,
}

/// What to forget.
#[derive(Debug, Clone, Default, Object)]
pub struct ClearIn {
    /// `brivity` or `topproducer`; both if absent.
    pub source: Option<String>,
}

/// What was forgotten.
#[derive(Debug, Clone, Object)]
pub struct ClearedOut {
    /// True.
    pub success: bool,
    /// One sentence for people.
    pub message: String,
    /// The time of the answer.
    pub timestamp: chrono::DateTime<chrono::Utc>,
}
