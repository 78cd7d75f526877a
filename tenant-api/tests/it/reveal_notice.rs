//! Where the mail of unusual reveals leads: to a page that whoever gets it may open, with exactly those reveals.

use reqwest::Url;
use serde_json::{Value as Json, json};
use test_kit::{Api, World};

use crate::activities::id;

async fn setting(manager: &Api<'_>, key: &str, value: Json) {
    manager.patch("/api/settings", &json!({ key: value })).await.expect(200);
}

/// A record of each kind that has values to reveal, of a user's.
async fn three(manager: &Api<'_>, owner: &str) -> [(&'static str, String); 3] {
    let mut made = Vec::new();
    for kind in ["clients", "leads", "contacts"] {
        let body = json!({ "first_name": "Jane", "last_name": "Doe", "email": format!("{kind}.{owner}@hidden.com"),
            "phone": "+442071838750", "assigned_to": owner });
        made.push((kind, id(&manager.post(&format!("/api/{kind}"), &body).await.expect(201))));
    }
    made.try_into().unwrap()
}

async fn reveal(who: &Api<'_>, (kind, record): &(&str, String), field: &str) -> test_kit::Reply {
    who.post(&format!("/api/{kind}/{record}/reveal"), &json!({ "fields": [field], "purpose": "Call back" })).await
}

/// The link of the newest mail to an address, and its text.
async fn mail(world: &World, to: &str) -> (Url, String) {
    world.drain().await;
    let mail = world
        .mail
        .list(Some(to))
        .into_iter()
        .find(|m| m.subject.contains("reveals"))
        .unwrap_or_else(|| panic!("no mail to {to}"));
    let link = mail.links.iter().find(|l| l.contains("/settings/")).unwrap_or_else(|| panic!("{:?}", mail.links));
    (Url::parse(link).unwrap(), mail.text.clone())
}

/// What the page behind the link asks for: the user, and the chapter of what they did.
fn asked(link: &Url) -> String {
    let parts: Vec<&str> = link.path_segments().unwrap().collect();
    let ["settings", "users", user] = parts.as_slice() else { panic!("no page of the product: {link}") };
    let tab = link.query_pairs().find(|(name, _)| name == "tab").map(|(_, value)| value.into_owned());
    assert_eq!(tab.as_deref(), Some("reveals"), "{link}");
    format!("/api/users/{user}/activity?kind=reveals")
}

fn actions(list: &Json) -> Vec<String> {
    list["data"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap().to_owned()).collect()
}

async fn lead(manager: &Api<'_>, team: uuid::Uuid, leader: &str) {
    manager.patch(&format!("/api/teams/{team}"), &json!({ "leader_id": leader })).await.expect(200);
}

#[tokio::test]
async fn the_leader_opens_what_the_mail_links_to() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    let (desk, away) = (broker.team("Desk", None).await, broker.team("Away", None).await);
    let night = broker.team("Night", Some(desk)).await;
    let anna = broker.actor("Anna", "Agent", Some(night)).await;
    let lena = broker.actor("Lena", "Team Leader", Some(desk)).await;
    let ralf = broker.actor("Ralf", "Team Leader", Some(away)).await;
    lead(&ada, desk, lena.id()).await;
    lead(&ada, away, ralf.id()).await;
    // Who leads the team and may not see its people is no help.
    let otto = broker.actor("Otto", "Agent", Some(night)).await;
    lead(&ada, night, otto.id()).await;
    setting(&ada, "reveal_daily_quota", json!(3)).await;
    let records = three(&ada, anna.id()).await;
    // Something that is none.
    anna.post("/api/activities", &json!({ "type": "task", "subject": "Call" })).await.expect(201);
    for record in &records {
        reveal(&anna, record, "phone").await.expect(200);
    }
    reveal(&anna, &records[0], "email").await.refused(429, "reveal_quota");

    let (link, text) = mail(&world, &broker.email("Lena")).await;
    assert!(text.contains("contacts"), "{text}");
    assert!(world.mail.list(Some(&broker.email("Otto"))).is_empty());
    let page = asked(&link);
    let seen = lena.get(&page).await.expect(200);
    assert_eq!(actions(&seen), ["reveal.refused", "contact.revealed", "lead.revealed", "client.revealed"], "{seen}");
    assert_eq!(seen["data"][3]["resource"]["id"], json!(records[0].1));
    assert!(seen["data"].as_array().unwrap().iter().all(|e| e["actor"]["id"] == json!(anna.id())));
    assert!(!seen.to_string().contains("2071838"), "{seen}");
    // The page itself, whose people she may read.
    lena.get(&format!("/api/users/{}", anna.id())).await.expect(200);
    // That she looked is written down.
    let noted = ada.get("/api/audit?action=audit.read").await.expect(200);
    let noted = noted["data"].as_array().unwrap().iter().find(|e| e["actor"]["id"] == json!(lena.id())).unwrap().clone();
    assert!(noted["diff"].to_string().contains("reveals") && noted["diff"].to_string().contains(anna.id()), "{noted}");

    // Of her people and no others, and nothing but that.
    ralf.get(&page).await.refused(403, "forbidden");
    anna.get(&page).await.refused(403, "forbidden");
    lena.get(&format!("/api/users/{}/activity", anna.id())).await.refused(403, "forbidden");
    lena.get(&format!("/api/users/{}/activity?kind=reveals", ralf.id())).await.refused(403, "forbidden");
    lena.get(&format!("/api/users/{}/activity?kind=reveals", lena.id())).await.refused(403, "forbidden");
    otto.get(&page).await.refused(403, "forbidden");
    lena.get(&format!("/api/users/{}/activity?kind=gossip", anna.id())).await.refused(422, "validation_failed");
    // Who leads no longer looks no longer.
    lead(&ada, desk, ralf.id()).await;
    lena.get(&page).await.refused(403, "forbidden");
    ralf.get(&page).await.expect(200);
}

#[tokio::test]
async fn without_a_leader_an_administrator_opens_it() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    // Somebody who administers accounts and does not read the log.
    let roles =
        json!({ "name": "Office", "copy_of": "CRM Manager", "permissions": { "audit.read": "none", "audit.export": "none" } });
    ada.post("/api/roles", &roles).await.expect(201);
    let olga = broker.actor("Olga", "Office", None).await;
    let anna = broker.actor("Anna", "Agent", None).await;
    // The console's administrator reads no mail and signs in nowhere.
    crate::console::set_up(&broker).await;
    crate::console::console(&broker, "boss", "admin").get("/admin/me").await.expect(200);
    setting(&ada, "reveal_daily_quota", json!(1)).await;
    let records = three(&ada, anna.id()).await;
    reveal(&anna, &records[2], "phone").await.expect(200);
    for (name, api) in [("Ada Manager", &ada), ("Olga", &olga)] {
        let to = if name == "Olga" { broker.email("Olga") } else { "ada@acme.example".to_owned() };
        let (link, _) = mail(&world, &to).await;
        assert_eq!(actions(&api.get(&asked(&link)).await.expect(200)), ["contact.revealed"], "{name}");
    }
    assert!(world.mail.list(Some("boss@cms.example.com")).is_empty());
}
