//! What a file tells of records that are out of sight, and what is shown of those that are not.

use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, World};

use super::{ended, map, mapped, people, preview, run, send, undo};

/// Somebody who imports, and sees no more than what is their own.
async fn own_importer<'w>(world: &'w World, broker: &Broker<'w>, manager: &Api<'w>) -> Api<'w> {
    let grants = json!({ "clients.import": "all", "clients.create": "all", "clients.read": "own", "clients.update": "own" });
    let fields = json!({ "clients.email": "full", "clients.phone": "full", "clients.date_of_birth": "full",
        "clients.address": "full", "clients.balance": "full" });
    let role = json!({ "name": "Own importer", "permissions": grants, "fields": fields });
    manager.post("/api/roles", &role).await.expect(201);
    // Its view of the database is made by a job.
    world.drain().await;
    broker.actor("Olga", "Own importer", None).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_records_out_of_sight_a_row_says_only_that_there_is_one() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let olga = own_importer(&world, &broker, &manager).await;
    let secret =
        json!({ "first_name": "Secret", "last_name": "Person", "email": "secret@hidden.example", "phone": "+442071838750" });
    let secret = manager.post("/api/clients", &secret).await.expect(201);
    let text = "first_name,last_name,email,phone\nNew,Name,new@example.com,+442071838750\n";
    let rule = json!({ "match": ["phone"], "duplicates": "update", "update": "all" });
    let path = mapped(&olga, "clients", text, rule).await;
    assert_eq!(preview(&olga, &path).await["duplicates_in_database"], 1);
    let silent = async |state: &str| {
        let rows = olga.get(&format!("{path}/rows?state={state}")).await;
        let row = rows.clone().expect(200)["data"][0].clone();
        assert_eq!(row["state"], state, "{row}");
        for word in ["Secret", "hidden.example", secret["id"].as_str().unwrap()] {
            assert!(!rows.text.contains(word), "{word} in {}", rows.text);
        }
    };
    silent("duplicate").await;
    olga.post(&format!("{path}/start"), &json!({})).await.expect(202);
    world.drain().await;
    let done = ended(&olga, &path, &["done"]).await;
    assert_eq!((&done["updated"], &done["skipped"]), (&json!(0), &json!(1)), "{done}");
    silent("skipped").await;
    let seen = manager.get(&format!("{path}/rows?state=skipped")).await.expect(200);
    assert_eq!(seen["data"][0]["existing"]["name"], "Secret Person");
    let now = manager.get(&format!("/api/clients/{}", secret["id"].as_str().unwrap())).await.expect(200);
    assert_eq!((&now["name"], &now["version"]), (&json!("Secret Person"), &json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sees_little_takes_back_only_their_own() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let olga = own_importer(&world, &broker, &manager).await;
    let theirs = mapped(&manager, "clients", &people(3), json!({})).await;
    preview(&manager, &theirs).await;
    manager.post(&format!("{theirs}/start"), &json!({})).await.expect(202);
    let text = people(3).replace("@example.com", "@own.example.com");
    let own = mapped(&olga, "clients", &text, json!({})).await;
    preview(&olga, &own).await;
    olga.post(&format!("{own}/start"), &json!({})).await.expect(202);
    world.drain().await;
    assert_eq!(olga.get(&theirs).await.expect(200)["undoable"], json!(false));
    olga.post(&format!("{theirs}/undo"), &json!({})).await.refused(403, "forbidden");
    assert_eq!(olga.get(&own).await.expect(200)["undoable"], json!(true));
    olga.post(&format!("{own}/undo"), &json!({})).await.expect(202);
    manager.post(&format!("{theirs}/undo"), &json!({})).await.expect(202);
    world.drain().await;
    for path in [own, theirs] {
        assert_eq!(manager.get(&path).await.expect(200)["status"], "undone");
    }
}

/// Both sides have all fields that the file brings; a client whose e-mail is taken can't be another one.
#[tokio::test(flavor = "multi_thread")]
async fn both_sides_are_whole() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    world.start_workers();
    let api = broker.manager().await;
    let field = json!({ "entity": "client", "label": "Level", "type": "number" });
    let key = api.post("/api/custom-fields", &field).await.expect(201)["key"].as_str().unwrap().to_owned();
    let mut old = json!({
        "first_name": "Old", "last_name": "Person", "email": "known@example.com", "phone": "+442071838750",
        "address": "Street 1", "date_of_birth": "1984-03-12", "tags": ["gold"], "country": "GB",
    });
    old["custom"] = json!({ key.clone(): 3 });
    api.post("/api/clients", &old).await.expect(201);
    let text = "First name,Last name,Email,Phone,Address,Date of birth,Tags,Level\n\
        New,Person,known@example.com,,Street 2,1985-03-12,silver,4\n\
        Phone,Only,other@example.com,+442071838750,,,,\n\
        Twice,One,twice@example.com,,Street 3,,,\n\
        Twice,Two,twice@example.com,,Street 4,,,\n";
    let path = mapped(&api, "clients", text, json!({ "duplicates": "review", "match": ["email", "phone"] })).await;
    preview(&api, &path).await;
    let rows = api.get(&format!("{path}/rows?state=duplicate")).await.expect(200);
    let there = &rows["data"][0]["existing"]["values"];
    let told = json!([
        there["first_name"],
        there["last_name"],
        there["address"],
        there["date_of_birth"],
        there["tags"],
        there["custom.level"],
        there["source"]
    ]);
    assert_eq!(told, json!(["Old", "Person", "Street 1", "1984-03-12", "gold", "3", null]), "{there}");
    let twin = rows["data"].as_array().unwrap().iter().find(|r| r["twin_row"] == 4).unwrap();
    let told = json!([twin["existing"], twin["twin_values"]["last_name"], twin["twin_values"]["address"]]);
    assert_eq!(told, json!([null, "One", "Street 3"]), "{twin}");
    run(&api, &path).await;
    let rows = api.get(&format!("{path}/rows?state=review")).await.expect(200);
    let told: Vec<Json> = rows["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| json!([r["row"], r["creatable"], r["existing"]["values"]["last_name"]]))
        .collect();
    assert_eq!(json!(told), json!([[2, false, "Person"], [3, true, "Person"], [5, false, "One"]]));
    let decide = async |row: u32| api.post(&format!("{path}/rows/{row}/decide"), &json!({ "choice": "create" })).await;
    decide(3).await.expect(200);
    decide(2).await.refused(409, "email_exists");
}

/// The partner comes to a record that is there, is counted, and goes again with the import.
#[tokio::test(flavor = "multi_thread")]
async fn partners_are_taken_over_and_given_back() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    world.start_workers();
    let api = broker.manager().await;
    let partner = api.post("/api/partners", &json!({ "name": "Pia", "email": "pia@partner.example" })).await.expect(201);
    for entity in ["clients", "leads"] {
        let body = json!({ "first_name": "Old", "last_name": "One", "email": "old@example.com" });
        let old = api.post(&format!("/api/{entity}"), &body).await.expect(201);
        let record = format!("/api/{entity}/{}", old["id"].as_str().unwrap());
        let text = "first_name,last_name,email,Partner\nOld,One,old@example.com,pia@partner.example\n";
        let sent = send(&api, entity, "partners.csv", text).await.expect(201);
        let path = format!("/api/imports/{}", sent["id"].as_str().unwrap());
        map(&api, &path, &sent, json!({ "duplicates": "update", "update": "empty" })).await.expect(200);
        preview(&api, &path).await;
        assert_eq!(run(&api, &path).await["updated"], 1);
        assert_eq!(api.get(&record).await.expect(200)["partner_id"], partner["id"], "{entity}");
        let leads =
            async || api.get(&format!("/api/partners/{}", partner["id"].as_str().unwrap())).await.expect(200)["leads"].clone();
        let before = leads().await;
        assert_eq!(undo(&api, &path).await["restored"], 1);
        assert!(api.get(&record).await.expect(200)["partner_id"].is_null(), "{entity}");
        assert_eq!((before, leads().await), (json!(u8::from(entity == "leads")), json!(0)));
    }
}
