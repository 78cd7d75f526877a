//! The words of `/admin`: how a customer stands, what a refusal offers, and what is looked for.

use serde_json::{Value as Json, json};
use test_kit::World;

use super::{console, set_up};

fn id(json: &Json) -> &str {
    json["id"].as_str().unwrap()
}

const WORDS: [&str; 5] = ["lead", "prospect", "active", "inactive", "churned"];

#[tokio::test]
async fn a_customer_stands_as_the_contract_says_on_every_template() {
    let world = World::new().await;
    for template in ["forex-broker", "partner-network", "sales-crm"] {
        let broker = world.broker_from(template, template).await;
        set_up(&broker).await;
        let admin = console(&broker, "ada", "admin");
        let mut made = Vec::new();
        for word in WORDS {
            let body = json!({ "name": "Jane Doe", "email": format!("{word}@example.com"), "status": word });
            let customer = admin.post("/admin/customers", &body).await.expect(201);
            assert_eq!(customer["status"], word, "{template}");
            let read = admin.get(&format!("/admin/customers/{}", id(&customer))).await.expect(200);
            assert_eq!(read["status"], word, "{template}");
            let found = admin.get(&format!("/admin/customers?status={word}")).await.expect(200);
            assert_eq!((&found["total"], &found["data"][0]["id"]), (&json!(1), &customer["id"]), "{template} {word}");
            made.push(customer);
        }
        // Without one it is what everybody begins as.
        let plain = admin.post("/admin/customers", &json!({ "name": "A B", "email": "x@example.com" })).await.expect(201);
        assert_eq!(plain["status"], "lead", "{template}");
        let path = format!("/admin/customers/{}", id(&plain));
        for word in WORDS {
            assert_eq!(admin.patch(&path, &json!({ "status": word })).await.expect(200)["status"], word, "{template}");
        }
        // Reports come with the pipeline.
        if template == "sales-crm" {
            let counts = admin.get("/admin/reports/overview").await.expect(200)["customers_by_status"].clone();
            let wanted = [("lead", 1), ("prospect", 1), ("active", 1), ("inactive", 1), ("churned", 2)];
            assert_eq!(counts, json!(wanted.map(|(status, count)| json!({ "status": status, "count": count }))));
        }
        let told = admin.patch(&path, &json!({ "status": "nowhere" })).await.refused(422, "validation_failed");
        assert_eq!(told["data"]["fields"]["status"], json!(["must be one of lead, prospect, active, inactive, churned"]));
        let told = admin.get("/admin/customers?status=nowhere").await.refused(422, "validation_failed");
        assert_eq!(told["data"]["fields"]["status"], json!(["must be one of lead, prospect, active, inactive, churned"]));
    }
}

#[tokio::test]
async fn a_status_of_the_tenant_s_own_survives_being_written_back() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    set_up(&acme).await;
    let (admin, ada) = (console(&acme, "ada", "admin"), acme.manager().await);
    let body = json!({ "name": "Jane Doe", "email": "jane@example.com", "status": "key_account" });
    let made = admin.post("/admin/customers", &body).await.expect(201);
    assert_eq!(made["status"], "active");
    let path = format!("/admin/customers/{}", id(&made));
    admin.put(&path, &json!({ "name": "Jane Roe", "email": "jane@example.com", "status": "active" })).await.expect(200);
    let ours = format!("/api/clients/{}", id(&made));
    assert_eq!(ada.get(&ours).await.expect(200)["status"], "key_account", "it was active before");
    admin.patch(&path, &json!({ "status": "inactive" })).await.expect(200);
    assert_eq!(ada.get(&ours).await.expect(200)["status"], "dormant");
    assert_eq!(admin.get("/admin/customers?status=active").await.expect(200)["total"], 0);
}

#[tokio::test]
async fn customers_are_found_by_their_company() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    set_up(&acme).await;
    let admin = console(&acme, "ada", "admin");
    for (name, company) in [("Jane Doe", "Zyxcorp Ltd"), ("John Roe", "Other"), ("Cher Bell", "Zyxcorp Ltd")] {
        let body = json!({ "name": name, "email": format!("{}@example.com", &name[..4].trim()), "company": company });
        admin.post("/admin/customers", &body).await.expect(201);
    }
    for (search, found) in
        [("Zyxcorp", 2), ("zyxCORP%20ltd", 2), ("jane%20zyxcorp", 1), ("john%20zyxcorp", 0), ("other", 1), ("roe", 1)]
    {
        let answer = admin.get(&format!("/admin/customers?search={search}")).await.expect(200);
        assert_eq!(answer["total"], found, "{search}: {answer}");
    }
    // Of those whom somebody does not see nobody is found, and the product's own list knows of no company.
    assert_eq!(console(&acme, "anna", "agent").get("/admin/customers?search=zyxcorp").await.expect(200)["total"], 0);
    assert_eq!(acme.manager().await.get("/api/clients?search=zyxcorp").await.expect(200)["total"], 0);
}

#[tokio::test]
async fn why_a_deal_was_lost_may_be_told_later() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    set_up(&acme).await;
    let admin = console(&acme, "ada", "admin");
    let jane = admin.post("/admin/customers", &json!({ "name": "Jane Doe", "email": "jane@example.com" })).await.expect(201);
    let deal = json!({ "name": "Big one", "customer_id": jane["id"], "stage": "lost" });
    let deal = admin.post("/admin/deals", &deal).await.expect(201);
    let path = format!("/admin/deals/{}", id(&deal));
    let told = admin.patch(&format!("{path}/stage"), &json!({ "stage": "lost", "lost_reason": "price" })).await.expect(200);
    assert_eq!(told["lost_reason"], "price");
    assert_eq!(admin.get(&path).await.expect(200)["lost_reason"], "price");
    // What is not said again stays; what is said anew replaces it, whichever way.
    admin.patch(&format!("{path}/stage"), &json!({ "stage": "closed_lost" })).await.expect(200);
    assert_eq!(admin.get(&path).await.expect(200)["lost_reason"], "price");
    for (n, body) in [
        json!({ "stage": "lost", "lost_reason": "reason 0" }),
        json!({ "stage": "lost", "lost_reason": "reason 1", "amount": 5 }),
        json!({ "lost_reason": "reason 2" }),
    ]
    .iter()
    .enumerate()
    {
        assert_eq!(admin.put(&path, body).await.expect(200)["lost_reason"], format!("reason {n}"), "{body}");
    }
    let log = acme.manager().await.get(&format!("/api/audit?resource_id={}&limit=50", id(&deal))).await.expect(200);
    let reasons = log["data"].as_array().unwrap().iter().filter(|e| e["diff"].to_string().contains("lost_reason")).count();
    assert!(reasons >= 4, "{log}");
    // A deal that is not lost has none.
    let open =
        admin.post("/admin/deals", &json!({ "name": "Open", "customer_id": jane["id"], "stage": "lead" })).await.expect(201);
    let path = format!("/admin/deals/{}/stage", id(&open));
    let moved = admin.patch(&path, &json!({ "stage": "lead", "lost_reason": "price" })).await.expect(200);
    assert_eq!(moved.get("lost_reason"), None, "{moved}");
}

#[tokio::test]
async fn refusals_speak_the_console_s_words() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    set_up(&acme).await;
    let admin = console(&acme, "ada", "admin");
    let told = admin.get("/admin/deals?stage=x").await.refused(422, "validation_failed");
    assert_eq!(
        told["data"]["fields"]["stage"],
        json!([
            "must be one of lead, qualified, proposal, negotiation, won, lost, upcoming, contacted, offer_sent, renewed, churned"
        ])
    );
    let gone = format!("/admin/customers/{}", uuid::Uuid::nil());
    for path in [gone.clone(), format!("{gone}/contacts"), format!("{gone}/tags"), format!("{gone}/notes")] {
        assert_eq!(admin.get(&path).await.refused(404, "not_found")["message"], "Customer not found.", "{path}");
    }
    for told in [admin.patch(&gone, &json!({ "name": "A B" })).await, admin.delete(&gone).await] {
        assert_eq!(told.refused(404, "not_found")["message"], "Customer not found.");
    }
    let told = admin.post("/admin/notes", &json!({ "content": "x" })).await.refused(422, "validation_failed");
    assert!(told["data"]["fields"]["customer_id"].is_array() && !told.to_string().contains("client"), "{told}");
    let form =
        reqwest::multipart::Form::new().part("file", reqwest::multipart::Part::bytes(b"hello".to_vec()).file_name("a.txt"));
    let told = admin.send(admin.request(reqwest::Method::POST, "/admin/attachments").multipart(form)).await;
    let told = told.refused(422, "validation_failed");
    assert_eq!(told["data"]["fields"]["customer_id"], json!(["name one record: one of customer_id, deal_id, activity_id"]));
    assert!(!told.to_string().contains("client"), "{told}");
}
