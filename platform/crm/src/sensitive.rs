//! Sensitive fields of clients and leads, as far as the actor may see them: read, searched, filtered,
//! sorted and written by these rules alone.

use kernel::DomainError;
use kernel::permission::Level;
use runtime::Ctx;
use sea_orm::sea_query::{Alias, Expr, SelectStatement};

/// One sensitive field of a kind of record.
#[derive(Debug, Clone, Copy)]
pub struct SensitiveField {
    /// Its name in the record.
    pub name: &'static str,
    /// Policy key.
    pub key: &'static str,
    /// SQL of the clear text; runs only for actors whose database role may.
    clear: &'static str,
    /// SQL of the masked text.
    masked: &'static str,
    /// Whether the record may be without it: only what is there is named as masked.
    pub optional: bool,
}

/// The sensitive fields of one kind of record.
#[derive(Debug, Clone, Copy)]
pub struct SensitiveFields {
    /// Alias of the table in queries.
    table: &'static str,
    /// The fields.
    pub fields: &'static [SensitiveField],
}

const fn field(
    name: &'static str,
    key: &'static str,
    clear: &'static str,
    masked: &'static str,
    optional: bool,
) -> SensitiveField {
    SensitiveField { name, key, clear, masked, optional }
}

/// Sensitive fields of clients.
pub const CLIENT: SensitiveFields = SensitiveFields {
    table: "c",
    fields: &[
        field("email", "clients.email", "c.email", "c.email_masked", false),
        field("phone", "clients.phone", "c.phone", "c.phone_masked", true),
        field("date_of_birth", "clients.date_of_birth", "c.date_of_birth::text", "c.date_of_birth_masked", true),
        field("address", "clients.address", "c.address", "c.address_masked", true),
        field("balance", "clients.balance", "round(c.balance, 2)::text", "'•••'::text", false),
    ],
};

/// Sensitive fields of leads.
pub const LEAD: SensitiveFields = SensitiveFields {
    table: "l",
    fields: &[
        field("email", "leads.email", "l.email", "l.email_masked", true),
        field("phone", "leads.phone", "l.phone", "l.phone_masked", true),
    ],
};

/// Sensitive fields of contacts.
pub const CONTACT: SensitiveFields = SensitiveFields {
    table: "k",
    fields: &[
        field("email", "contacts.email", "k.email", "k.email_masked", true),
        field("phone", "contacts.phone", "k.phone", "k.phone_masked", true),
    ],
};

/// What has no sensitive fields.
pub const NONE: SensitiveFields = SensitiveFields { table: "d", fields: &[] };

impl SensitiveFields {
    /// The field of this name.
    pub fn named(&self, name: &str) -> Option<&'static SensitiveField> {
        self.fields.iter().find(|f| f.name == name)
    }

    /// How much of a field the actor sees; everything of one that is not sensitive.
    pub fn level(&self, ctx: &Ctx, name: &str) -> Level {
        self.named(name).map_or(Level::Full, |f| ctx.level(f.key))
    }

    /// Adds every field to a query: clear, masked or null.
    pub fn select(&self, ctx: &Ctx, select: &mut SelectStatement) {
        for field in self.fields {
            let text = match ctx.level(field.key) {
                Level::Full => field.clear,
                Level::Masked => field.masked,
                Level::Hidden => "null::text",
            };
            select.expr_as(Expr::cust(text), Alias::new(field.name));
        }
    }

    /// The columns of the table that [`select`](Self::select) names.
    pub(crate) fn columns(&self, ctx: &Ctx) -> impl Iterator<Item = String> {
        self.fields.iter().filter_map(|field| match ctx.level(field.key) {
            Level::Full => Some(field.name.to_owned()),
            Level::Masked if field.masked.starts_with(self.table) => Some(format!("{}_masked", field.name)),
            _ => None,
        })
    }

    /// SQL of the text of a field at a level; `None` where nothing of it may be seen.
    pub(crate) fn text(&self, name: &str, level: Level) -> Option<&'static str> {
        let field = self.named(name)?;
        match level {
            Level::Full => Some(field.clear),
            Level::Masked => Some(field.masked),
            Level::Hidden => None,
        }
    }

    /// The column that a search looks into: names only, unless e-mail and phone are in clear.
    pub fn search_column(&self, ctx: &Ctx) -> (&'static str, &'static str) {
        let clear = ["email", "phone"].iter().all(|name| self.level(ctx, name) == Level::Full);
        (self.table, if clear { "search_all" } else { "search_name" })
    }

    /// Names of the fields of a record that are shown masked, and of those not shown at all. `has`
    /// says whether a field that may be absent is there.
    pub fn marks(&self, ctx: &Ctx, has: impl Fn(&str) -> bool) -> (Vec<String>, Vec<String>) {
        let of = |level: Level| self.fields.iter().filter(move |f| ctx.level(f.key) == level).map(|f| f.name);
        let masked = of(Level::Masked).filter(|name| has(name)).map(str::to_owned).collect();
        (masked, of(Level::Hidden).map(str::to_owned).collect())
    }

    /// Names of the fields that the actor does not see in clear.
    pub(crate) fn closed(&self, ctx: &Ctx) -> Vec<&'static str> {
        self.fields.iter().filter(|f| ctx.level(f.key) != Level::Full).map(|f| f.name).collect()
    }

    /// Refuses to filter or sort by a value that the actor can't see.
    pub fn may_ask(&self, ctx: &Ctx, name: &str, parameter: &str) -> kernel::Result<()> {
        if self.level(ctx, name) == Level::Full {
            return Ok(());
        }
        let message = format!("{} is masked for your role and can't be searched, filtered or sorted by", in_words(name));
        Err(DomainError::field_code("field_masked", parameter, message))
    }

    /// Refuses to overwrite values that the actor can't see.
    pub fn may_write<'a>(&self, ctx: &Ctx, names: impl IntoIterator<Item = &'a str>) -> kernel::Result<()> {
        for name in names {
            if self.level(ctx, name) != Level::Full {
                return Err(DomainError::field_code("field_masked", name, "is masked for your role and can't be changed by it"));
            }
        }
        Ok(())
    }
}

fn in_words(name: &str) -> String {
    name.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::permission::FIELDS;

    #[test]
    fn every_sensitive_field_is_known_here() {
        for field in FIELDS {
            let list = match field.key.split_once('.') {
                Some(("clients", _)) => CLIENT,
                Some(("contacts", _)) => CONTACT,
                _ => LEAD,
            };
            assert!(list.fields.iter().any(|f| f.key == field.key && f.name == field.name()), "{}", field.key);
        }
    }
}
