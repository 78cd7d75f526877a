//! Contacts, opportunities, deals and activities around a client, what hangs on them, and what belongs to one
//! user or to the tenant beside them.

use chrono::{TimeDelta, Utc};
use runtime::Rows as _;
use serde_json::json;
use uuid::Uuid;

use super::hunt::What;
use super::plant::{Around, Gardener, Kind, Record};

impl Gardener<'_> {
    /// Around a client: a contact, an opportunity, a deal and an activity of the same owner, with notes, files and a
    /// document.
    pub(super) async fn sales(&mut self, client: &Record, around: &Around) -> anyhow::Result<()> {
        let lead = self.out.of(Kind::Lead).last().cloned();
        let contact = self.contact(client.owner, client.team, Some(client)).await?.clone();
        let opportunity = self.deal(Kind::Opportunity, client, &contact, around).await?;
        let deal = self.deal(Kind::Deal, client, &contact, around).await?;
        self.activity(client, &deal).await?;
        for on in [Some(client), lead.as_ref(), Some(&contact), Some(&deal), Some(&opportunity)].into_iter().flatten() {
            self.note(on, around.author).await?;
        }
        for on in [client, &deal] {
            self.attachment(on, around.author).await?;
        }
        self.document(client).await
    }

    /// A contact of a client, or of none.
    pub(super) async fn contact(
        &mut self,
        owner: Option<Uuid>,
        team: Option<Uuid>,
        client: Option<&Record>,
    ) -> anyhow::Result<&mut Record> {
        let (id, first, last) = (Uuid::now_v7(), self.told("first name"), self.told("last name"));
        let (email, phone) = (self.email("contacts.email"), self.phone("contacts.phone"));
        let (company, title, source) = (self.told("company"), self.told("job title"), self.told("source"));
        let (about, tag, note) = (self.told("description"), self.told("tag"), self.told("custom field"));
        let sql =
            "insert into contacts (id, client_id, is_primary, first_name, last_name, email, phone, company, job_title, source,
                       description, assigned_to, team_id, tags, custom)
                   values ($1, $2, $2 is not null, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, array[$13], $14)";
        let values = [
            id.into(),
            client.map(|c| c.id).into(),
            first.into(),
            last.into(),
            email.clone().into(),
            phone.clone().into(),
            company.into(),
            title.into(),
            source.into(),
            about.into(),
            owner.into(),
            team.into(),
            tag.into(),
            json!({ "note": note }).into(),
        ];
        self.ctx.tx().run(sql, values).await?;
        let was = self.email("contacts.email");
        self.history("contact", id, &was, &email).await?;
        let record = self.push(Kind::Contact, id, owner, team);
        (record.email, record.phone) = (email, phone);
        Ok(record)
    }

    async fn deal(&mut self, kind: Kind, client: &Record, contact: &Record, around: &Around) -> anyhow::Result<Record> {
        let (id, name, about) = (Uuid::now_v7(), self.told("name"), self.told("description"));
        let (next, tag, note) = (self.told("next steps"), self.told("tag"), self.told("custom field"));
        let sql =
            "insert into deals (id, kind, name, description, next_steps, client_id, contact_id, pipeline_key, stage, amount,
                       currency, assigned_to, team_id, tags, custom)
                   values ($1, $2, $3, $4, $5, $6, $7, $8, 'begun', 1500, 'USD', $9, $10, array[$11], $12)";
        let values = [
            id.into(),
            kind.word().into(),
            name.into(),
            about.into(),
            next.into(),
            client.id.into(),
            contact.id.into(),
            around.pipeline.clone().into(),
            client.owner.into(),
            client.team.into(),
            tag.into(),
            json!({ "note": note }).into(),
        ];
        self.ctx.tx().run(sql, values).await?;
        let reason = self.told("reason of a step");
        let sql = "insert into deal_stages (id, deal_id, pipeline_key, new_stage, reason) values ($1, $2, $3, 'begun', $4)";
        self.ctx.tx().run(sql, [Uuid::now_v7().into(), id.into(), around.pipeline.clone().into(), reason.into()]).await?;
        Ok(self.push(kind, id, client.owner, client.team).clone())
    }

    async fn activity(&mut self, client: &Record, deal: &Record) -> anyhow::Result<()> {
        let (id, subject, about) = (Uuid::now_v7(), self.told("subject"), self.told("description"));
        let place = self.told("place");
        let sql =
            "insert into activities (id, type, subject, description, location, due_at, client_id, deal_id, assigned_to, team_id)
                   values ($1, 'call', $2, $3, $4, $5, $6, $7, $8, $9)";
        let values = [
            id.into(),
            subject.into(),
            about.into(),
            place.into(),
            (Utc::now() + TimeDelta::days(3)).into(),
            client.id.into(),
            deal.id.into(),
            client.owner.into(),
            client.team.into(),
        ];
        self.ctx.tx().run(sql, values).await?;
        let on = vec![client.clone(), deal.clone()];
        self.push(Kind::Activity, id, client.owner, client.team).on = on;
        Ok(())
    }

    async fn note(&mut self, on: &Record, author: Uuid) -> anyhow::Result<()> {
        let (id, content) = (Uuid::now_v7(), self.told("content"));
        let of = |kind: &[Kind]| kind.contains(&on.kind).then_some(on.id);
        let sql = "insert into notes (id, content, client_id, contact_id, lead_id, deal_id, author_id, author_name)
                   values ($1, $2, $3, $4, $5, $6, $7, 'Somebody')";
        let values = [
            id.into(),
            content.into(),
            of(&[Kind::Client]).into(),
            of(&[Kind::Contact]).into(),
            of(&[Kind::Lead]).into(),
            of(&[Kind::Deal, Kind::Opportunity]).into(),
            author.into(),
        ];
        self.ctx.tx().run(sql, values).await?;
        let on = on.clone();
        let record = self.push(Kind::Note, id, on.owner, on.team);
        record.on = vec![on];
        Ok(())
    }

    async fn attachment(&mut self, on: &Record, uploader: Uuid) -> anyhow::Result<()> {
        let (id, name) = (Uuid::now_v7(), self.told("name of a file"));
        let of = |kind: Kind| (on.kind == kind).then_some(on.id);
        let sql =
            "insert into attachments (id, client_id, deal_id, filename, content_type, bytes, sha256, object_key, uploaded_by,
                       uploader_name)
                   values ($1, $2, $3, $4, 'application/pdf', 9, repeat('0', 64), $5, $6, 'Somebody')";
        let key = format!("{}attachments/{id}", self.ctx.tenant().key.storage_prefix());
        let values = [
            id.into(),
            of(Kind::Client).into(),
            of(Kind::Deal).into(),
            format!("{name}.pdf").into(),
            key.into(),
            uploader.into(),
        ];
        self.ctx.tx().run(sql, values).await?;
        let on = on.clone();
        let record = self.push(Kind::Attachment, id, on.owner, on.team);
        record.on = vec![on];
        Ok(())
    }

    async fn document(&mut self, client: &Record) -> anyhow::Result<()> {
        let (id, name) = (Uuid::now_v7(), self.out.new_word());
        // The name of a file may say what is in it.
        self.needle(&name, What::Behind("documents.view", "name of a file"));
        let sql =
            "insert into documents (id, lineage, version, client_id, stored_under, type, filename, content_type, bytes, sha256,
                       status, completed_at)
                   select $1, $1, 1, $2, $2, key, $3, 'application/pdf', 9, repeat('0', 64), 'pending', now()
                   from document_types order by position limit 1";
        self.ctx.tx().run(sql, [id.into(), client.id.into(), format!("{name}.pdf").into()]).await?;
        let on = client.clone();
        self.push(Kind::Document, id, client.owner, client.team).on = vec![on];
        Ok(())
    }

    /// A pipeline with three stages; returns its key.
    pub(super) async fn pipeline(&mut self) -> anyhow::Result<String> {
        let (key, name) = (self.told("key"), self.told("name"));
        let tx = self.ctx.tx();
        let sql = "insert into pipelines (key, name, position) values ($1, $2, 90)";
        tx.run(sql, [key.clone().into(), name.into()]).await?;
        let label = self.told("label of a stage");
        for (at, (stage, outcome)) in [("begun", "none"), ("won", "won"), ("lost", "lost")].into_iter().enumerate() {
            let sql = "insert into pipeline_stages (pipeline_key, key, label, position, probability, hue, outcome)
                       values ($1, $2, $3, $4, 50, 'grey', $5)";
            let label = if outcome == "none" { label.as_str() } else { stage };
            let values = [key.clone().into(), stage.into(), label.into(), i32::try_from(at)?.into(), outcome.into()];
            self.ctx.tx().run(sql, values).await?;
        }
        self.push(Kind::Pipeline, Uuid::now_v7(), None, None).path = key.clone();
        Ok(key)
    }

    /// What is one user's own, or shared by them: views and notifications; and tags and a rule of assignment.
    pub(super) async fn personal(&mut self, others: &[Uuid; 2], teams: &[Uuid; 2]) -> anyhow::Result<()> {
        for (other, team) in others.iter().zip(teams) {
            self.view("client", *other, None, "own").await?;
            self.view("client", *other, Some(*team), "team").await?;
            self.view("deal", *other, None, "all").await?;
            self.notification(*other).await?;
        }
        for staffer in self.out.staff.clone() {
            self.view("client", staffer.id, None, "own").await?;
            self.notification(staffer.id).await?;
        }
        let (id, name) = (Uuid::now_v7(), self.told("name"));
        self.ctx.tx().run("insert into tags (id, name, hue) values ($1, $2, 'blue')", [id.into(), name.into()]).await?;
        self.push(Kind::Tag, id, None, None);
        let (id, name) = (Uuid::now_v7(), self.told("name"));
        let sql = "insert into assignment_rules (id, name, entity, enabled, users) values ($1, $2, 'lead', false, array[$3])";
        self.ctx.tx().run(sql, [id.into(), name.into(), others[0].into()]).await?;
        self.push(Kind::Rule, id, None, None);
        Ok(())
    }

    async fn view(&mut self, entity: &str, owner: Uuid, team: Option<Uuid>, shared: &str) -> anyhow::Result<()> {
        let (id, name, sought) = (Uuid::now_v7(), self.told("name"), self.told("filter"));
        let query = json!({ "filter": { "search": sought } });
        let sql = "insert into views (id, entity, name, shared, owner_id, team_id, query) values ($1, $2, $3, $4, $5, $6, $7)";
        let values = [id.into(), entity.into(), name.into(), shared.into(), owner.into(), team.into(), query.into()];
        self.ctx.tx().run(sql, values).await?;
        // Everybody's is nobody's.
        let owner = (shared != "all").then_some(owner);
        self.push(Kind::View, id, owner, team).needs = if entity == "deal" { "deals.read" } else { "clients.read" };
        Ok(())
    }

    async fn notification(&mut self, user: Uuid) -> anyhow::Result<()> {
        let (id, sender) = (Uuid::now_v7(), self.told("sender"));
        let about = self.out.of(Kind::Client).find(|c| c.owner == Some(user)).map(|c| c.id);
        let sql =
            "insert into notifications (id, user_id, kind, entity, record_id, actor_name) values ($1, $2, 'mention', $3, $4, $5)";
        let values = [id.into(), user.into(), about.map(|_| "client").into(), about.into(), sender.into()];
        self.ctx.tx().run(sql, values).await?;
        self.push(Kind::Notification, id, Some(user), None);
        Ok(())
    }
}
