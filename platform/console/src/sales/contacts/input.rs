//! What the face says of a contact.

use crm::contacts::entity::Contact;
use crm::contacts::http::{ContactIn, ContactPatch};
use kernel::DomainError;
use poem_openapi::Object;
use poem_openapi::types::MaybeUndefined;
use runtime::Ctx;

use crate::{naming, people};

/// A contact to add or change; what is absent stays, null empties. `name` is first and last name in one.
#[derive(Debug, Clone, Default, Object)]
pub struct SalesContactIn {
    /// First and last name. It or `first_name` is required when a contact is added.
    pub name: MaybeUndefined<String>,
    /// First name.
    pub first_name: MaybeUndefined<String>,
    /// Last name.
    pub last_name: MaybeUndefined<String>,
    /// E-mail; refused while it is masked for the caller.
    pub email: MaybeUndefined<String>,
    /// Phone; refused while it is masked for the caller.
    pub phone: MaybeUndefined<String>,
    /// Where the person works.
    pub company: MaybeUndefined<String>,
    /// As what.
    pub job_title: MaybeUndefined<String>,
    /// `lead` (the default), `prospect`, `customer` or `closed`, in any letter case.
    pub status: MaybeUndefined<String>,
    /// Where the contact came from.
    pub source: MaybeUndefined<String>,
    /// What is known of the person.
    pub notes: MaybeUndefined<String>,
    /// 0 to 5.
    pub rating: MaybeUndefined<i32>,
    /// The client whose contact it is.
    pub client_id: MaybeUndefined<String>,
    /// Owner's id, ours or the issuer's.
    pub assigned_to: MaybeUndefined<String>,
    /// Tags.
    pub tags: MaybeUndefined<Vec<String>>,
    /// Custom fields by key: what is named is replaced, null removes.
    pub custom: MaybeUndefined<serde_json::Value>,
}

impl SalesContactIn {
    /// As a change.
    pub async fn patch(self, ctx: &Ctx) -> kernel::Result<ContactPatch> {
        let assigned_to = people::given(ctx, [("assigned_to", &self.assigned_to)]).await?;
        let mut patch = ContactPatch {
            first_name: self.first_name,
            last_name: self.last_name,
            email: self.email,
            phone: self.phone,
            company: self.company,
            job_title: self.job_title,
            status: self.status,
            source: self.source,
            rating: self.rating,
            description: self.notes,
            client_id: self.client_id,
            assigned_to,
            tags: self.tags,
            custom: self.custom,
            ..ContactPatch::default()
        };
        match &self.name {
            MaybeUndefined::Value(name) => {
                let (first, last) = naming::split(name);
                patch.first_name = MaybeUndefined::Value(first);
                // A contact may do with one name.
                patch.last_name = MaybeUndefined::Value(if last == naming::NONE { String::new() } else { last });
            }
            MaybeUndefined::Null => patch.first_name = MaybeUndefined::Null,
            MaybeUndefined::Undefined => {}
        }
        Ok(patch)
    }

    /// As a new one.
    pub async fn new_contact(self, ctx: &Ctx) -> kernel::Result<ContactIn> {
        let patch = self.patch(ctx).await?;
        Ok(ContactIn {
            first_name: patch.first_name.take(),
            last_name: patch.last_name.take(),
            email: patch.email.take(),
            phone: patch.phone.take(),
            company: patch.company.take(),
            job_title: patch.job_title.take(),
            status: patch.status.take(),
            source: patch.source.take(),
            rating: patch.rating.take(),
            description: patch.description.take(),
            client_id: patch.client_id.take(),
            assigned_to: patch.assigned_to.take(),
            tags: patch.tags.take(),
            custom: patch.custom.take(),
            ..ContactIn::default()
        })
    }

    /// Without what is sent back as it was shown: who sees a value masked may keep it.
    pub fn without_echo(mut self, shown: &Contact) -> Self {
        for (given, shown) in [(&mut self.email, &shown.email), (&mut self.phone, &shown.phone)] {
            if given.value().is_some() && given.value() == shown.as_ref() {
                *given = MaybeUndefined::Undefined;
            }
        }
        self
    }

    /// Whether the name is given in one: faults of it are told of that.
    pub fn is_named_in_one(&self) -> bool {
        !self.name.is_undefined() || (self.first_name.is_undefined() && self.last_name.is_undefined())
    }
}

/// Faults by the names that the caller used.
pub fn spelt(error: DomainError, in_one: bool) -> DomainError {
    let error = error.renamed(&[("description", "notes"), ("search", "filter")]);
    if in_one { error.renamed(&[("first_name", "name"), ("last_name", "name")]) } else { error }
}
