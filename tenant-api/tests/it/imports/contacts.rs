//! Contacts from files: whose they are, which is the primary one, and that all of it can be taken back.

use serde_json::{Value as Json, json};
use test_kit::{Api, World};

use super::{RAN, counts, ended, mapped, preview, run, send, there_and_back, total};
use crate::contacts::hold;
use crate::deals::Dice;

fn text<'j>(json: &'j Json, name: &str) -> &'j str {
    json[name].as_str().unwrap_or_else(|| panic!("no {name} in {json}"))
}

async fn client(api: &Api<'_>, first: &str, last: &str, email: &str) -> String {
    let body = json!({ "first_name": first, "last_name": last, "email": email });
    text(&api.post("/api/clients", &body).await.expect(201), "id").to_owned()
}

async fn undo(api: &Api<'_>, path: &str) -> Json {
    api.post(&format!("{path}/undo"), &json!({})).await.expect(202);
    ended(api, path, &["undone", "failed"]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_contacts_comes_in_whatever_its_headings() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    world.start_workers();
    let api = broker.manager().await;
    let anna = broker.user("Anna", "Agent", None).await;
    let north = client(&api, "Nora", "North", "nora@example.com").await;
    let south = client(&api, "Sam", "South", "sam@example.com").await;
    client(&api, "Twin", "Name", "twin1@example.com").await;
    client(&api, "Twin", "Name", "twin2@example.com").await;
    let old = json!({ "first_name": "Old", "email": "old@example.com", "client_id": south });
    let old = api.post("/api/contacts", &old).await.expect(201);
    let desk = json!({ "entity": "contact", "label": "Desk", "type": "number" });
    api.post("/api/custom-fields", &desk).await.expect(201);

    let file = format!(
        "Vorname,Nachname,E-Mail,Telefon,Firma,Position,Status,Quelle,Bewertung,Kunde,Betreuer,Tags,Bemerkung,Desk
Ada,Ace,ADA@example.com,+442071838750,\"Acme, Ltd\",CEO,Customer,Fair,5,nora@example.com,Anna,\"vip; new\",x,7
Bob,,bob@example.com,,,,مهتم,,,Nora North,{},,,
Cid,,,,,,,,,{south},,,,
Old,,old@example.com,,Later,,,,3,,,,,
Dan,,dan@example.com,,,,,,9,,,,,
Eve,,eve@example.com,,,,vip,,,nobody@example.com,,,,
Fay,,fay@example.com,,,,,,2.5,Twin Name,Nobody,,,
,,gus@example.com,,,,,,,,,,,many
",
        broker.email("Anna")
    );
    let sent = send(&api, "contacts", "Kontakte.csv", file).await.expect(201);
    let suggested: Vec<(&str, &str)> = sent["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| (text(c, "name"), c["suggested_field"].as_str().unwrap_or_default()))
        .collect();
    for pair in [
        ("Vorname", "first_name"),
        ("Firma", "company"),
        ("Position", "job_title"),
        ("Bewertung", "rating"),
        ("Kunde", "client_id"),
        ("Betreuer", "assigned_to"),
        ("Desk", "custom.desk"),
    ] {
        assert!(suggested.contains(&pair), "{pair:?} in {suggested:?}");
    }
    let keys: Vec<&str> = sent["fields"].as_array().unwrap().iter().map(|f| text(f, "key")).collect();
    assert!(keys.contains(&"description") && !keys.contains(&"country") && !keys.contains(&"partner_id"), "{keys:?}");
    let path = format!("/api/imports/{}", text(&sent, "id"));
    let more = json!({ "duplicates": "update", "update": "empty" });
    super::map(&api, &path, &sent, more).await.expect(200);
    let seen = preview(&api, &path).await;
    assert_eq!(counts(&seen, ["total", "valid", "invalid", "duplicates_in_database"]), [8, 4, 4, 1], "{seen}");
    let faults: Vec<(u64, &str, &str)> = seen["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["row"].as_u64().unwrap(), text(e, "column"), text(e, "code")))
        .collect();
    for fault in [
        (6, "Bewertung", "rating_invalid"),
        (7, "Status", "status_unknown"),
        (7, "Kunde", "client_unknown"),
        (8, "Bewertung", "rating_invalid"),
        (8, "Kunde", "client_unknown"),
        (8, "Betreuer", "user_unknown"),
        (9, "Vorname", "required"),
        (9, "Desk", "invalid"),
    ] {
        assert!(faults.contains(&fault), "{fault:?} in {faults:?}");
    }
    assert_eq!(seen["sample"][0]["values"]["client_id"], "Nora North", "{}", seen["sample"]);
    // A faulty row is put right on the spot, and its client found.
    let fixed = json!({ "values": { "Kunde": "sam@example.com", "Status": "closed" } });
    let fixed = api.patch(&format!("{path}/rows/7"), &fixed).await.expect(200);
    assert_eq!((fixed["valid"].as_u64(), text(&fixed["row"], "state")), (Some(5), "valid"), "{fixed}");

    let done = run(&api, &path).await;
    assert_eq!(counts(&done, RAN), [8, 8, 4, 1, 0, 3], "{done}");
    let list = api.get(&format!("/api/contacts?import_id={}&sort=name", text(&sent, "id"))).await.expect(200);
    let names: Vec<&str> = list["data"].as_array().unwrap().iter().map(|c| text(c, "name")).collect();
    assert_eq!(names, ["Ada Ace", "Bob", "Cid", "Eve"]);
    let ada = &list["data"][0];
    for (field, value) in [
        ("email", json!("ada@example.com")),
        ("phone", json!("+442071838750")),
        ("company", json!("Acme, Ltd")),
        ("job_title", json!("CEO")),
        ("status", json!("customer")),
        ("source", json!("Fair")),
        ("rating", json!(5)),
        ("client_id", json!(north)),
        ("is_primary", json!(true)),
        ("assigned_to", json!(anna)),
        ("tags", json!(["vip", "new"])),
        ("custom", json!({ "desk": 7 })),
    ] {
        assert_eq!(ada[field], value, "{field}");
    }
    let bob = &list["data"][1];
    assert_eq!((text(bob, "status"), text(bob, "client_id"), &bob["is_primary"]), ("prospect", north.as_str(), &json!(false)));
    assert_eq!(list["data"][2]["is_primary"], false, "their client has a primary contact");
    let filled = api.get(&format!("/api/contacts/{}", text(&old, "id"))).await.expect(200);
    assert_eq!((&filled["company"], &filled["rating"], &filled["is_primary"]), (&json!("Later"), &json!(3), &json!(true)));
    hold(&broker).await;
    let filter = json!({ "field": "import_id", "op": "in", "value": [sent["id"]] });
    assert_eq!(total(&api, &format!("/api/contacts?filter={filter}")).await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_ours_comes_back_as_it_went() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    world.start_workers();
    let api = broker.manager().await;
    let north = client(&api, "Nora", "North", "nora@example.com").await;
    let body = json!({ "first_name": "Zoë", "last_name": "Zola", "email": "zoe@example.com", "phone": "+442071838750",
        "company": "=Acme", "job_title": "CEO", "status": "customer", "rating": 4, "description": "A\nB", "client_id": north,
        "tags": ["vip", "late"] });
    let zoe = api.post("/api/contacts", &body).await.expect(201);
    for language in ["en", "ar"] {
        let asked = json!({ "entity": "contacts", "format": "csv", "language": language });
        let asked = api.post("/api/exports", &asked).await.expect(202);
        let mut file = api.get(&format!("/api/exports/{}", text(&asked, "id"))).await.expect(200);
        while file["download_url"].is_null() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            file = api.get(&format!("/api/exports/{}", text(&asked, "id"))).await.expect(200);
        }
        let bytes = world.http.get(text(&file, "download_url")).send().await.unwrap().bytes().await.unwrap();
        let zoe = api.get(&format!("/api/contacts/{}", text(&zoe, "id"))).await.expect(200);
        let emptied =
            json!({ "company": "", "job_title": "", "status": "lead", "rating": null, "description": null, "tags": [] });
        api.patch(&format!("/api/contacts/{}", text(&zoe, "id")), &emptied).await.expect(200);
        let path =
            mapped(&api, "contacts", std::str::from_utf8(&bytes).unwrap(), json!({ "duplicates": "update", "update": "all" }))
                .await;
        let seen = preview(&api, &path).await;
        assert_eq!(counts(&seen, ["valid", "invalid"]), [1, 0], "{language}: {seen}");
        run(&api, &path).await;
        let again = api.get(&format!("/api/contacts/{}", text(&zoe, "id"))).await.expect(200);
        for field in ["company", "job_title", "status", "rating", "description", "tags", "client_id", "is_primary"] {
            assert_eq!(again[field], zoe[field], "{language}: {field}");
        }
    }
}

/// A random file: of clients that have contacts and of such that have none; some are there already, some stand twice.
fn random(dice: &mut Dice, rows: usize) -> String {
    let mut text = String::from("first_name,last_name,email,phone,company,client,status,rating,tags,Level\n");
    for n in 0..rows {
        let email = match dice.below(5) {
            0 => format!("known{}@example.com", dice.below(12)),
            1 => format!("twice{}@example.com", dice.below(5)),
            2 => "nobody".to_owned(),
            _ => format!("new{n}@example.com"),
        };
        let client = match dice.below(3) {
            0 => String::new(),
            _ => format!("client{}@example.com", dice.below(8)),
        };
        text.push_str(&format!(
            "{},Doe{n},{email},,{},{client},{},{},{},{}\n",
            ["Jane", "John", "Ana", ""][dice.below(4)],
            ["Acme", "Umbrella", ""][dice.below(3)],
            ["lead", "Customer", ""][dice.below(3)],
            ["1", "5", ""][dice.below(3)],
            ["vip", "\"vip,cold\"", "spring", ""][dice.below(4)],
            dice.below(9),
        ));
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_of_contacts_taken_back_leaves_everything_as_it_was() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    world.start_workers();
    let api = broker.manager().await;
    let mut clients = Vec::new();
    for n in 0..8 {
        clients.push(client(&api, "Client", &n.to_string(), &format!("client{n}@example.com")).await);
    }
    for n in 0..12 {
        let mut body = json!({ "first_name": "Known", "last_name": n.to_string(), "email": format!("known{n}@example.com") });
        if n % 3 == 0 {
            body["client_id"] = json!(clients[n % 4]);
            body["rating"] = json!(2);
            body["tags"] = json!(["old"]);
        }
        api.post("/api/contacts", &body).await.expect(201);
    }
    let mut dice = Dice(20_261_127);
    let (mut created, mut updated) = (0, 0);
    for round in 0..10 {
        let rule = ["update", "create_anyway", "update", "review", "skip"][round % 5];
        let mut more = json!({ "duplicates": rule, "update": dice.pick(&["empty", "all"]) });
        if dice.below(2) == 0 {
            more["match"] = json!(["email", "phone"]);
            more["new_fields"] = json!([{ "column": "Level", "label": format!("Level {round}"), "type": "number" }]);
        }
        let done = there_and_back(&broker, "contacts", &random(&mut dice, 60), &more, async || hold(&broker).await).await;
        created += done["created"].as_u64().unwrap();
        updated += done["updated"].as_u64().unwrap();
    }
    assert!(created > 100 && updated > 10, "{created} {updated}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_worked_with_since_stays_and_the_rule_of_the_primary_one_holds() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    world.start_workers();
    let api = broker.manager().await;
    let north = client(&api, "Nora", "North", "nora@example.com").await;
    let lone = json!({ "first_name": "Lone", "email": "lone@example.com" });
    let lone = text(&api.post("/api/contacts", &lone).await.expect(201), "id").to_owned();
    let file = "first_name,email,client\nAda,ada@example.com,nora@example.com\nBob,bob@example.com,nora@example.com\n\
                Lone,lone@example.com,nora@example.com\n";
    let path = mapped(&api, "contacts", file, json!({ "duplicates": "update" })).await;
    preview(&api, &path).await;
    run(&api, &path).await;
    let of = async |name: &str| {
        api.get(&format!("/api/contacts?search={name}")).await.expect(200)["data"].as_array().unwrap().first().cloned()
    };
    assert_eq!(of("ada").await.unwrap()["is_primary"], true);
    assert_eq!(of("lone").await.unwrap()["client_id"], json!(north));
    // Somebody made the one that was filled in the primary one, wrote a note on Bob, and added another.
    api.patch(&format!("/api/contacts/{lone}/primary"), &json!({})).await.expect(200);
    let bob = text(&of("bob").await.unwrap(), "id").to_owned();
    api.post("/api/notes", &json!({ "content": "Nice", "contact_id": bob })).await.expect(201);
    let new = json!({ "first_name": "New", "client_id": north });
    let new = text(&api.post("/api/contacts", &new).await.expect(201), "id").to_owned();
    let undone = undo(&api, &path).await;
    assert_eq!(undone["status"], "undone", "{undone}");
    hold(&broker).await;
    let lone = api.get(&format!("/api/contacts/{lone}")).await.expect(200);
    assert_eq!((&lone["client_id"], &lone["is_primary"]), (&Json::Null, &json!(false)));
    assert_eq!(api.get(&format!("/api/contacts/{new}")).await.expect(200)["is_primary"], true);
    assert!(of("bob").await.is_none());
    let bob = api.post(&format!("/api/contacts/{bob}/restore"), &json!({})).await.expect(200);
    assert_eq!((&bob["client_id"], &bob["is_primary"]), (&json!(north), &json!(false)));
    hold(&broker).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_imports_sees_what_is_in_the_file_and_may_find_clients() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let manager = broker.manager().await;
    client(&manager, "Nora", "North", "nora@example.com").await;
    let permissions =
        json!({ "contacts.read": "all", "contacts.create": "all", "contacts.import": "all", "clients.read": "all" });
    let fields = json!({ "contacts.email": "full", "contacts.phone": "full", "clients.email": "masked" });
    let role = json!({ "name": "Clerk", "permissions": permissions, "fields": fields });
    let role = text(&manager.post("/api/roles", &role).await.expect(201), "id").to_owned();
    // The database role of what they see in clear is made by a job.
    world.drain().await;
    let clerk = broker.actor("Carl", "Clerk", None).await;
    let file = "first_name,client\nAda,nora@example.com\n";
    send(&clerk, "leads", "x.csv", file).await.refused(403, "forbidden");
    let sent = send(&clerk, "contacts", "x.csv", file).await.expect(201);
    let path = format!("/api/imports/{}", text(&sent, "id"));
    // Who sees no address of a client learns of none.
    super::map(&clerk, &path, &sent, json!({})).await.refused(403, "field_masked");
    super::map(&clerk, &path, &sent, json!({ "mapping": { "first_name": "first_name" } })).await.expect(200);
    assert_eq!(preview(&clerk, &path).await["valid"], 1);
    let less = json!({ "fields": { "contacts.email": "masked" } });
    manager.patch(&format!("/api/roles/{role}"), &less).await.expect(200);
    send(&clerk, "contacts", "x.csv", file).await.refused(403, "field_masked");
    clerk.post(&format!("{path}/start"), &json!({})).await.refused(403, "field_masked");
}
