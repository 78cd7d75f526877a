//! Documents of some demo clients, so that the compliance queue has something to show.

use std::sync::Arc;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use crm::documents::entity::folder;
use runtime::registry::Tenant;
use runtime::{Ctx, Rows as _, SharedApp, crypto};
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// Clients whose documents wait, and clients whose documents are approved.
const WAITING: i64 = 18;
const APPROVED: i64 = 12;
/// Days until the approved ones expire, in turns.
const DAYS_LEFT: [i64; 6] = [4, 12, 26, 75, 300, 1_200];

#[derive(FromQueryResult)]
struct Person {
    id: Uuid,
    name: String,
    country: Option<String>,
    kyc_status: String,
    assigned_to: Option<Uuid>,
}

/// Hands in an identity document and a proof of address for some clients: the files first, then their rows.
pub async fn hand_in(app: &SharedApp, tenant: &Arc<Tenant>) -> anyhow::Result<()> {
    let ctx = Ctx::system(app, tenant, "Demo data").await?;
    let sql = "(select id, first_name || ' ' || last_name as name, country, kyc_status, assigned_to from clients
                where kyc_status = 'pending' order by created_at desc, id limit $1)
               union all
               (select id, first_name || ' ' || last_name, country, kyc_status, assigned_to from clients
                where kyc_status = 'approved' order by created_at desc, id limit $2)";
    let people: Vec<Person> = ctx.tx().all(sql, [WAITING.into(), APPROVED.into()]).await?;
    let now = ctx.now();
    drop(ctx);
    let mut rows = Vec::new();
    for (n, person) in people.iter().enumerate() {
        let hours = i64::try_from(n).unwrap_or_default() * 5;
        let left = DAYS_LEFT[n % DAYS_LEFT.len()];
        let expires = (person.kyc_status == "approved").then(|| (now + Duration::days(left)).date_naive());
        for (kind, title, file) in
            [("identity", "Passport", "passport.pdf"), ("address", "Electricity bill", "electricity-bill.pdf")]
        {
            let id = Uuid::now_v7();
            let bytes = pdf(title, person);
            let at = now - Duration::hours(hours + 1);
            rows.push(row(person, id, (kind, file), &bytes, at, expires.filter(|_| kind == "identity")));
            app.files.put(&format!("{}original", folder(tenant.key, person.id, id, 1)), "application/pdf", bytes).await?;
        }
    }
    let ctx = Ctx::system(app, tenant, "Demo data").await?;
    ctx.tx()
        .run(
            "insert into documents (id, lineage, version, client_id, stored_under, type, filename, content_type, bytes, sha256, status,
                 expires_at, reminded, uploaded_by, completed_at, created_at, updated_at)
             select id, id, 1, client_id, client_id, type, filename, 'application/pdf', bytes, sha256, status, expires_at, 1, uploaded_by,
                 created_at, created_at, created_at
             from json_populate_recordset(null::documents, $1::text::json)",
            [Json::Array(rows).to_string().into()],
        )
        .await?;
    Ok(ctx.commit().await?)
}

fn row(
    person: &Person,
    id: Uuid,
    (kind, filename): (&str, &str),
    bytes: &[u8],
    at: DateTime<Utc>,
    expires_at: Option<NaiveDate>,
) -> Json {
    let sha256: String = crypto::sha256(bytes).iter().map(|b| format!("{b:02x}")).collect();
    json!({
        "id": id, "client_id": person.id, "type": kind, "filename": filename, "bytes": bytes.len(), "sha256": sha256,
        "status": person.kyc_status, "expires_at": expires_at, "uploaded_by": person.assigned_to, "created_at": at,
    })
}

/// A page that looks like a specimen of a document.
fn pdf(title: &str, person: &Person) -> Vec<u8> {
    let plain = |text: &str| text.chars().filter(|c| c.is_ascii_alphanumeric() || " -.".contains(*c)).collect::<String>();
    let number: String = person.id.simple().to_string().to_uppercase().chars().rev().take(9).collect();
    let lines = [
        ("28", "0.15 0.2 0.3", plain(title)),
        ("11", "0.45 0.48 0.55", "Name".to_owned()),
        ("18", "0.1 0.1 0.12", plain(&person.name)),
        ("11", "0.45 0.48 0.55", "Country".to_owned()),
        ("18", "0.1 0.1 0.12", plain(person.country.as_deref().unwrap_or("-"))),
        ("11", "0.45 0.48 0.55", "Number".to_owned()),
        ("18", "0.1 0.1 0.12", number),
        ("40", "0.82 0.85 0.9", "SPECIMEN".to_owned()),
    ];
    let mut page = "0.95 0.96 0.98 rg 40 420 515 380 re f\n".to_owned();
    for (n, (size, colour, text)) in lines.iter().enumerate() {
        page.push_str(&format!("BT {colour} rg /F1 {size} Tf 70 {} Td ({text}) Tj ET\n", 750 - 42 * n));
    }
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{page}endstream", page.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut text = "%PDF-1.4\n".to_owned();
    let mut table = "0000000000 65535 f \n".to_owned();
    for (n, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", text.len()));
        text.push_str(&format!("{} 0 obj\n{object}\nendobj\n", n + 1));
    }
    let start = text.len();
    text.push_str(&format!("xref\n0 6\n{table}trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"));
    text.into_bytes()
}
