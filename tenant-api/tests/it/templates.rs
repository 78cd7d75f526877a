//! The shipped templates, each as a running CRM, and the check that guards them.

use std::path::Path;

use serde_json::{Map, Value as Json, json};
use template::Template;
use test_kit::World;

async fn provisions(name: &str) {
    let world = World::new().await;
    let template = Template::embedded(name).unwrap();
    let broker = world.broker_from("acme", name).await;
    let manager = broker.manager().await;
    let roles = manager.get("/api/roles").await.expect(200);
    let roles = roles["data"].as_array().unwrap();
    let told: Vec<&str> = roles.iter().map(|r| r["name"].as_str().unwrap()).collect();
    let wanted: Vec<&str> = template.roles.iter().map(|r| r.name.as_str()).collect();
    assert_eq!(told, wanted);
    for default in ["CRM Manager", "Team Leader", "Agent"] {
        assert!(told.contains(&default), "{name} lacks {default}");
    }
    for (role, wanted) in roles.iter().zip(&template.roles) {
        assert_eq!((role["builtin"].as_bool(), role["description"].as_str()), (Some(true), Some(wanted.description.as_str())));
        let given = |all: &Json, nothing: &str| -> Map<String, Json> {
            all.as_object().unwrap().iter().filter(|(_, v)| *v != nothing).map(|(k, v)| (k.clone(), v.clone())).collect()
        };
        assert_eq!(Json::Object(given(&role["permissions"], "none")), json!(wanted.permissions), "{}", wanted.name);
        let fields = given(&json!(wanted.fields), "hidden");
        assert_eq!(given(&role["fields"], "hidden"), fields, "{}", wanted.name);
        // Somebody of the role can work: what their first page asks for is answered.
        let actor = broker.actor(&format!("Some {}", wanted.name), &wanted.name, None).await;
        let me = actor.get("/api/me").await.expect(200);
        assert_eq!(me["user"]["role_name"].as_str(), Some(wanted.name.as_str()));
        let clients = actor.get("/api/clients").await.status;
        assert_eq!(clients, if me["user"]["scopes"]["clients.read"].is_string() { 200 } else { 403 }, "{}", wanted.name);
    }
    let statuses = manager.get("/api/statuses").await.expect(200);
    for (entity, wanted) in [("client", &template.statuses.client), ("lead", &template.statuses.lead)] {
        let keys: Vec<&str> = statuses[entity].as_array().unwrap().iter().map(|s| s["key"].as_str().unwrap()).collect();
        assert_eq!(keys, wanted.iter().map(|s| s.key.as_str()).collect::<Vec<_>>(), "{entity}");
    }
    let branding = manager.get("/api/branding").await.expect(200);
    assert_eq!(branding["primary"].as_str(), Some(template.branding.primary.as_str()));
    assert_eq!(branding["modules"], json!(template.modules));
    let body = json!({ "first_name": "Jane", "last_name": "Doe", "email": "jane@example.com" });
    let client = manager.post("/api/clients", &body).await.expect(201);
    let default = template.statuses.client.iter().find(|s| s.default).unwrap();
    assert_eq!(client["status"].as_str(), Some(default.key.as_str()));
    manager.post("/api/leads", &body).await.expect(201);
}

#[tokio::test]
async fn forex_broker() {
    provisions("forex-broker").await;
}

#[tokio::test]
async fn sales_crm() {
    provisions("sales-crm").await;
}

#[tokio::test]
async fn partner_network() {
    provisions("partner-network").await;
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Replaces a text that must be there and tells the line it stands in.
fn break_file(file: &Path, from: &str, to: &str) -> usize {
    let text = std::fs::read_to_string(file).unwrap();
    let at = text.find(from).unwrap_or_else(|| panic!("{} lacks {from}", file.display()));
    std::fs::write(file, text.replacen(from, to, 1)).unwrap();
    text[..at].lines().count() + usize::from(text[..at].is_empty() || text[..at].ends_with('\n'))
}

#[test]
fn the_check_names_file_and_line_of_every_mistake() {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates");
    for name in ["forex-broker", "sales-crm", "partner-network"] {
        assert!(template::check_command(&shipped.join(name)).unwrap().starts_with(&format!("{name} ")));
    }
    let dir = tempfile::tempdir().unwrap();
    let mine = dir.path().join("forex-broker");
    copy(&shipped.join("_shared"), &dir.path().join("_shared"));
    copy(&shipped.join("forex-broker"), &mine);
    assert!(template::check_command(&mine).is_ok());
    let mut places = Vec::new();
    for (file, from, to, told) in [
        ("roles.yaml", "clients.assign: team", "clients.asign: team", "did you mean \"clients.assign\""),
        ("branding.yaml", "radius: 8", "radius: round", "radius"),
        ("statuses.yaml", "    hue: blue", "    hue: ultra", "hue"),
        ("messages/new_lead/text.hbs", "{{lead}}", "{{leed}}", "leed"),
    ] {
        let line = break_file(&mine.join(file), from, to);
        places.push((format!("{file}:{line}:"), told));
    }
    std::fs::remove_file(mine.join("settings.yaml")).unwrap();
    places.push(("settings.yaml:1:".into(), "missing"));
    let report = template::check_command(&mine).unwrap_err();
    for (place, told) in &places {
        assert!(report.lines().any(|l| l.contains(place.as_str()) && l.contains(told)), "{place} {told} not in\n{report}");
    }
    assert!(report.ends_with(&format!("{} problems", report.lines().count() - 1)), "{report}");
}
