//! Changes of contacts, pipelines, exchange rates, opportunities and deals.

use serde_json::json;
use test_kit::Api;
use uuid::Uuid;

use super::changes::Witness;
use super::id;

pub(super) async fn everything(w: &mut Witness<'_>, ada: &Api<'_>, anna: Uuid) {
    contacts(w, ada, anna).await;
    pipelines(w, ada).await;
    for kind in [&OPPORTUNITIES, &DEALS] {
        deals(w, ada, anna, kind).await;
    }
    convert(w, ada).await;
}

const ACTOR: &str = "Ada Manager";

async fn contacts(w: &mut Witness<'_>, ada: &Api<'_>, anna: Uuid) {
    let client = json!({ "first_name": "Con", "last_name": "Tact", "email": "con@tact.example" });
    let client = id(&w.made("createClient", ada.post("/api/clients", &client).await, ACTOR, &["client.created"]).await);
    let mut paths = Vec::new();
    for name in ["Kim", "Lou"] {
        let body = json!({ "first_name": name, "client_id": client, "phone": "+442071838750" });
        let made = w.made("createContact", ada.post("/api/contacts", &body).await, ACTOR, &["contact.created"]).await;
        paths.push(format!("/api/contacts/{}", id(&made)));
    }
    let path = paths[1].clone();
    w.refused(ada.post("/api/contacts", &json!({})).await).await;
    w.made("updateContact", ada.patch(&path, &json!({ "rating": 3 })).await, ACTOR, &["contact.updated"]).await;
    w.made("updateContact", ada.patch(&path, &json!({ "rating": 3 })).await, ACTOR, &[]).await;
    let primary = ada.patch(&format!("{path}/primary"), &json!({})).await;
    w.made("setPrimaryContact", primary, ACTOR, &["contact.updated"]).await;
    let body = json!({ "fields": ["phone"], "purpose": "Call back" });
    w.made("revealContact", ada.post(&format!("{path}/reveal"), &body).await, ACTOR, &["contact.revealed"]).await;
    w.made("deleteContact", ada.delete(&path).await, ACTOR, &["contact.deleted"]).await;
    w.made("restoreContact", ada.post(&format!("{path}/restore"), &json!({})).await, ACTOR, &["contact.restored"]).await;
    let ids = [path.rsplit('/').next().unwrap()];
    let many = ["contact.updated", "contact.bulk_updated"];
    let body = json!({ "ids": ids, "assigned_to": anna });
    w.made("assignContacts", ada.post("/api/contacts/assign", &body).await, ACTOR, &many).await;
    let body = json!({ "ids": ids, "change": { "status": "customer" } });
    w.made("changeContacts", ada.post("/api/contacts/bulk", &body).await, ACTOR, &many).await;
}

async fn pipelines(w: &mut Witness<'_>, ada: &Api<'_>) {
    let made = ada.post("/api/pipelines", &json!({ "name": "Extra" })).await;
    let made = w.made("createPipeline", made, ACTOR, &["pipeline.created"]).await;
    w.refused(ada.post("/api/pipelines", &json!({ "name": "Extra" })).await).await;
    let changed = ada.patch("/api/pipelines/extra", &json!({ "name": "More" })).await;
    w.made("updatePipeline", changed, ACTOR, &["pipeline.updated"]).await;
    let mut stages = made["stages"].clone();
    for stage in stages.as_array_mut().unwrap() {
        stage.as_object_mut().unwrap().retain(|name, _| !["position", "open_deals"].contains(&name.as_str()));
    }
    stages[0]["label"] = "Begun".into();
    let set = ada.put("/api/pipelines/extra/stages", &json!({ "stages": stages })).await;
    w.made("setPipelineStages", set, ACTOR, &["pipeline.updated"]).await;
    w.made("deletePipeline", ada.delete("/api/pipelines/extra").await, ACTOR, &["pipeline.deleted"]).await;
    let rate = json!({ "currency": "EUR", "day": "2026-01-01", "rate": "1.1" });
    w.made("setExchangeRate", ada.put("/api/exchange-rates", &rate).await, ACTOR, &["exchange_rate.set"]).await;
    let gone = ada.delete("/api/exchange-rates/EUR/2026-01-01").await;
    w.made("deleteExchangeRate", gone, ACTOR, &["exchange_rate.removed"]).await;
}

/// One of the two, by its operations.
struct Kind {
    area: &'static str,
    word: &'static str,
    operations: [&'static str; 7],
}

const OPPORTUNITIES: Kind = Kind {
    area: "opportunities",
    word: "opportunity",
    operations: [
        "createOpportunity",
        "updateOpportunity",
        "moveOpportunity",
        "deleteOpportunity",
        "restoreOpportunity",
        "assignOpportunities",
        "changeOpportunities",
    ],
};
const DEALS: Kind = Kind {
    area: "deals",
    word: "deal",
    operations: ["createDeal", "updateDeal", "moveDeal", "deleteDeal", "restoreDeal", "assignDeals", "changeDeals"],
};

async fn deals(w: &mut Witness<'_>, ada: &Api<'_>, anna: Uuid, kind: &Kind) {
    let [create, update, step, delete, restore, assign, change] = kind.operations;
    let action = |verb: &str| format!("{}.{verb}", kind.word);
    let root = format!("/api/{}", kind.area);
    let body = json!({ "name": "Big", "amount": "100" });
    let made = w.made(create, ada.post(&root, &body).await, ACTOR, &[action("created").as_str()]).await;
    let path = format!("{root}/{}", id(&made));
    w.refused(ada.post(&root, &json!({})).await).await;
    w.made(update, ada.patch(&path, &json!({ "next_steps": "Call" })).await, ACTOR, &[action("updated").as_str()]).await;
    let stages = ada.get("/api/pipelines").await.expect(200)[0]["stages"].clone();
    let moved = ada.patch(&format!("{path}/stage"), &json!({ "stage": stages[1]["key"] })).await;
    w.made(step, moved, ACTOR, &[action("moved").as_str()]).await;
    w.made(delete, ada.delete(&path).await, ACTOR, &[action("deleted").as_str()]).await;
    w.made(restore, ada.post(&format!("{path}/restore"), &json!({})).await, ACTOR, &[action("restored").as_str()]).await;
    let (one, many) = (action("updated"), action("bulk_updated"));
    let body = json!({ "ids": [made["id"]], "assigned_to": anna });
    w.made(assign, ada.post(&format!("{root}/assign"), &body).await, ACTOR, &[&one, &many]).await;
    let body = json!({ "ids": [made["id"]], "change": { "add_tags": ["vip"] } });
    w.made(change, ada.post(&format!("{root}/bulk"), &body).await, ACTOR, &[&one, &many]).await;
}

async fn convert(w: &mut Witness<'_>, ada: &Api<'_>) {
    let listed = ada.get("/api/opportunities").await.expect(200);
    let path = format!("/api/opportunities/{}/convert", id(&listed["data"][0]));
    let converted = ada.post(&path, &json!({})).await;
    w.made("convertOpportunity", converted, ACTOR, &["tag.created", "deal.created", "opportunity.moved"]).await;
    w.refused(ada.post(&path, &json!({})).await).await;
}
