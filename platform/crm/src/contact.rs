//! E-mail and phone, as far as the actor may see them. Clients and leads share these rules.

use kernel::DomainError;
use kernel::permission::Level;
use kernel::tenant::ViewClass;
use runtime::Ctx;
use sea_orm::sea_query::{Alias, Expr, SelectStatement};

/// The contact fields of one kind of record.
#[derive(Debug, Clone, Copy)]
pub struct ContactFields {
    /// Alias of the table in queries.
    pub table: &'static str,
    /// Policy key of the e-mail.
    pub email: &'static str,
    /// Policy key of the phone.
    pub phone: &'static str,
}

impl ContactFields {
    /// How much of a field the actor sees. One masked field of the group masks the group: the
    /// database role knows no finer grain.
    pub fn level(&self, ctx: &Ctx, key: &str) -> Level {
        let level = ctx.level(key);
        match ctx.tx().view() {
            ViewClass::Full => level,
            ViewClass::Masked => level.min(Level::Masked),
        }
    }

    /// Adds `email` and `phone` to a query: clear, masked or null.
    pub fn select(&self, ctx: &Ctx, select: &mut SelectStatement) {
        for (key, name) in [(self.email, "email"), (self.phone, "phone")] {
            let column = match self.level(ctx, key) {
                Level::Full => Expr::col((Alias::new(self.table), Alias::new(name))),
                Level::Masked => Expr::col((Alias::new(self.table), Alias::new(format!("{name}_masked")))),
                Level::Hidden => Expr::cust("null::text"),
            };
            select.expr_as(column, Alias::new(name));
        }
    }

    /// The column that a search looks into: names only, unless both fields are in clear.
    pub fn search_column(&self, ctx: &Ctx) -> (&'static str, &'static str) {
        let clear = self.level(ctx, self.email) == Level::Full && self.level(ctx, self.phone) == Level::Full;
        (self.table, if clear { "search_all" } else { "search_name" })
    }

    /// Names of fields that are shown masked, and of those not shown at all.
    pub fn marks(&self, ctx: &Ctx) -> (Vec<String>, Vec<String>) {
        let (mut masked, mut hidden) = (Vec::new(), Vec::new());
        for (key, name) in [(self.email, "email"), (self.phone, "phone")] {
            match self.level(ctx, key) {
                Level::Full => {}
                Level::Masked => masked.push(name.to_owned()),
                Level::Hidden => hidden.push(name.to_owned()),
            }
        }
        (masked, hidden)
    }

    /// Refuses to overwrite a value that the actor can't see.
    pub fn may_write(&self, ctx: &Ctx, email: bool, phone: bool) -> kernel::Result<()> {
        for (touched, key, name) in [(email, self.email, "email"), (phone, self.phone, "phone")] {
            if touched && self.level(ctx, key) != Level::Full {
                return Err(DomainError::field_code("field_masked", name, "is masked for your role and can't be changed by it"));
            }
        }
        Ok(())
    }
}
