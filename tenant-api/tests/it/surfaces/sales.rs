//! Opportunities, deals and activities: who sees which, on every face that lists them.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, Row as _};
use test_kit::World;
use uuid::Uuid;

use super::oracle::Oracle;
use super::reading::Look;
use super::word;

/// An opportunity, a deal or an activity that hangs on nothing.
#[derive(Debug, Clone)]
pub struct Sale {
    /// Where its routes begin.
    pub area: String,
    pub id: Uuid,
    pub name: String,
    pub owner: Option<Uuid>,
    pub team: Option<Uuid>,
}

/// Each kind with the lists in which it stands.
const LISTS: [(&str, &[&str]); 3] = [
    ("opportunities", &["/api/opportunities", "/api/crm/opportunities"]),
    ("deals", &["/api/deals", "/admin/deals", "/api/crm/deals"]),
    ("activities", &["/api/activities", "/admin/activities", "/api/crm/activities"]),
];

/// One of each kind.
pub async fn plant(world: &World, schema: &str, owner: Option<Uuid>, team: Option<Uuid>) {
    let deal = |kind: &str| {
        format!(
            "insert into {schema}.deals (id, kind, name, pipeline_key, stage, currency, amount, assigned_to, team_id)
             select $1, '{kind}', $2, p.key, s.key, 'USD', 100, $3, $4 from {schema}.pipelines p
             join {schema}.pipeline_stages s on s.pipeline_key = p.key and s.outcome = 'none'
             where p.is_default order by s.position limit 1"
        )
    };
    let activity = format!(
        "insert into {schema}.activities (id, type, subject, due_at, assigned_to, team_id)
         values ($1, 'call', $2, now() + interval '3 days', $3, $4)"
    );
    for sql in [deal("opportunity"), deal("deal"), activity] {
        let made = sqlx::query(AssertSqlSafe(sql)).bind(Uuid::now_v7()).bind(word()).bind(owner).bind(team);
        assert_eq!(made.execute(&world.admin).await.unwrap().rows_affected(), 1);
    }
}

/// Every one that is not deleted and hangs on nothing that could show it to more people.
pub async fn all(world: &World, schema: &str) -> Vec<Sale> {
    let sql = format!(
        "select case kind when 'deal' then 'deals' else 'opportunities' end as area, id, name, assigned_to as owner, team_id as team
         from {schema}.deals where deleted_at is null
         union all select 'activities', id, subject, assigned_to, team_id from {schema}.activities where deleted_at is null
             and num_nonnulls(client_id, lead_id, contact_id, deal_id, opportunity_id) = 0"
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&world.admin).await.unwrap();
    let sale = |r: sqlx::postgres::PgRow| Sale { area: r.get(0), id: r.get(1), name: r.get(2), owner: r.get(3), team: r.get(4) };
    rows.into_iter().map(sale).collect()
}

impl Oracle {
    pub fn sees_sale(&self, sale: &Sale) -> bool {
        self.reaches(&format!("{}.read", sale.area), sale.owner, sale.team)
    }

    /// Those out of sight of which a text tells.
    pub fn sales_told(&self, text: &str) -> Vec<String> {
        let hidden = self.sales.iter().filter(|s| !self.has("audit.read") && !self.sees_sale(s));
        let told = hidden.filter(|s| text.contains(&s.name) || text.contains(&s.id.to_string()));
        told.map(|s| format!("one of the {} outside the scope is told of", s.area)).collect()
    }
}

impl Look<'_, '_> {
    /// Lists hold what may be seen, all of it and nothing else, and so does each record by itself.
    pub async fn sales(&mut self) {
        for (area, lists) in LISTS {
            let of_area: Vec<Sale> = self.oracle.sales.iter().filter(|s| s.area == area).cloned().collect();
            let seen: BTreeSet<String> = of_area.iter().filter(|s| self.oracle.sees_sale(s)).map(|s| s.id.to_string()).collect();
            let may = self.oracle.has(&format!("{area}.read"));
            for list in lists {
                let reply = self.get("list", &format!("{list}?limit=200")).await;
                self.check("list", reply.status == if may { 200 } else { 403 }, || format!("{list}: {}", reply.text));
                if reply.status != 200 {
                    continue;
                }
                let rows = reply.json["data"].as_array().into_iter().flatten();
                let told: BTreeSet<String> = rows.filter_map(|r| r["id"].as_str().map(str::to_owned)).collect();
                let missing = seen.difference(&told).count();
                let known: BTreeSet<String> = of_area.iter().map(|s| s.id.to_string()).collect();
                let strange = told.intersection(&known).filter(|id| !seen.contains(*id)).count();
                self.check("list", (missing, strange) == (0, 0), || format!("{list}: {missing} are missing, {strange} too many"));
            }
            let (mine, others): (Vec<&Sale>, Vec<&Sale>) = of_area.iter().partition(|s| seen.contains(&s.id.to_string()));
            for sale in mine.into_iter().take(3).chain(others.into_iter().take(3)) {
                for list in lists.iter().filter(|_| may) {
                    let path = format!("{list}/{}", sale.id);
                    let reply = self.get("detail", &path).await;
                    let wanted = if seen.contains(&sale.id.to_string()) { 200 } else { 404 };
                    self.check("detail", reply.status == wanted, || format!("{path}: {} and not {wanted}", reply.status));
                }
            }
        }
    }
}
