//! What leaves as a file comes in elsewhere as it was: a broker moves house.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, World};

use super::{Sheet, export, text};
use crate::imports::send;

/// Columns that an import can't set: what the system itself knows, money, and what hangs on other records.
const NOT_CARRIED: [&str; 10] = [
    "Id",
    "KYC status",
    "Partner",
    "Balance",
    "Currency",
    "Last activity",
    "Created",
    "Updated",
    "Details of the source",
    "Client id",
];

/// The same team, people and fields in every tenant.
async fn furnish(broker: &Broker<'_>) {
    let team = broker.team("Sales", None).await;
    broker.user("Anna Agent", "Agent", Some(team)).await;
    broker.user("Émile Ärger", "Agent", None).await;
    let manager = broker.manager().await;
    for entity in ["client", "lead"] {
        for (label, kind, options) in [
            ("Risk score", "number", json!(null)),
            ("Remark", "text", json!(null)),
            ("Met on", "date", json!(null)),
            ("Pays", "flag", json!(null)),
            ("Level", "choice", json!([{ "label": "Gold" }, { "label": "Silver, old" }])),
            ("Products", "choices", json!([{ "label": "Forex" }, { "label": "CFD" }])),
        ] {
            let mut field = json!({ "entity": entity, "label": label, "type": kind });
            if !options.is_null() {
                field["options"] = options;
            }
            manager.post("/api/custom-fields", &field).await.expect(201);
        }
    }
}

/// People whose names, notes and numbers are as bad as they get.
async fn people(api: &Api<'_>) {
    let users = api.get("/api/users?limit=50").await.expect(200);
    let id = |name: &str| users["data"].as_array().unwrap().iter().find(|u| u["name"] == name).unwrap()["id"].clone();
    let options = api.get("/api/custom-fields").await.expect(200).to_string();
    assert!(options.contains("Silver, old"), "{options}");
    let cases = [
        json!({ "first_name": "محمد", "last_name": "الأحمد", "email": "m@example.com", "phone": "+971501234567", "country": "AE",
            "tags": ["vip", "شهر"], "custom": { "risk_score": -4.5, "remark": "=1+1", "met_on": "2024-02-29", "pays": true } }),
        json!({ "first_name": "=cmd|' /C calc'!A0", "last_name": "@SUM(A1)", "email": "evil@example.com", "source": "+1",
            "tags": ["=tag", "-tag"], "assigned_to": id("Anna Agent"), "custom": { "risk_score": 12345678901.123, "remark": "'=1" } }),
        json!({ "first_name": "'t", "last_name": "'=Hooft", "email": "hooft@example.com", "source": "''+x",
            "custom": { "risk_score": 0.000001, "remark": "a \"b\", c; d\te\n\"" , "pays": false } }),
        json!({ "first_name": "Jürgen 😀", "last_name": "O'Brien, \"Jr\"", "email": "j@example.com", "phone": "+442071838750",
            "country": "GB", "status": "vip", "assigned_to": id("Émile Ärger"), "follow_up_at": "2027-03-01T09:30:00Z",
            "follow_up_note": "=Call; \"twice\"",
            "custom": { "risk_score": -99999999999999.5, "remark": "_x000D_ & <b>", "level": "gold", "products": ["forex", "cfd"] } }),
        json!({ "first_name": "Min", "last_name": "Imal", "email": "min@example.com" }),
    ];
    for (n, case) in cases.into_iter().enumerate() {
        let mut client = case.clone();
        client["address"] = ["1 High Street\nLondon", "-1+1\n=2", "\"", "‏שלום, 5", ""][n].into();
        client["language"] = ["ar", "de", "", "he", ""][n].into();
        client["date_of_birth"] = ["1984-05-17", "1950-01-01", "2000-02-29", "1900-01-01", ""][n].into();
        api.post("/api/clients", &client).await.expect(201);
        let mut lead = case;
        if lead["status"] == "vip" {
            lead["status"] = "contacted".into();
        }
        lead["message"] = ["two\nlines", "=HYPERLINK(\"x\")", "-5", "@me, 'you'", ""][n].into();
        api.post("/api/leads", &lead).await.expect(201);
    }
}

async fn bytes(world: &World, api: &Api<'_>, body: &Json) -> Vec<u8> {
    let made = export(world, api, body).await;
    assert_eq!(made["status"], "done", "{made}");
    let answer = world.http.get(text(&made, "download_url")).send().await.unwrap();
    answer.bytes().await.unwrap().to_vec()
}

/// All records by e-mail, without what an import can't set.
async fn told(world: &World, api: &Api<'_>, entity: &str) -> BTreeMap<String, Vec<(String, String)>> {
    let body = json!({ "entity": entity, "format": "csv", "language": "en" });
    let sheet = Sheet::of_csv(&bytes(world, api, &body).await);
    let carried = |row: &Vec<String>| -> Vec<(String, String)> {
        let cells = sheet.titles.iter().cloned().zip(row.iter().cloned());
        cells.filter(|(title, _)| !NOT_CARRIED.contains(&title.as_str())).collect()
    };
    let emails = sheet.column("E-mail").into_iter().map(str::to_owned);
    emails.zip(sheet.rows.iter().map(carried)).collect()
}

/// Imports a file as its columns are suggested.
async fn import(world: &World, api: &Api<'_>, entity: &str, name: &str, file: Vec<u8>, rows: usize) {
    let sent = send(api, entity, name, file).await.expect(201);
    let path = format!("/api/imports/{}", text(&sent, "id"));
    let columns = sent["columns"].as_array().unwrap();
    let suggested: serde_json::Map<String, Json> = columns
        .iter()
        .filter(|c| !c["suggested_field"].is_null())
        .map(|c| (text(c, "name").to_owned(), c["suggested_field"].clone()))
        .collect();
    api.put(&format!("{path}/mapping"), &json!({ "mapping": suggested })).await.expect(200);
    let seen = api.post(&format!("{path}/preview"), &json!({})).await.expect(200);
    assert_eq!((&seen["valid"], &seen["invalid"]), (&json!(rows), &json!(0)), "{entity} {name}: {}", seen["errors"]);
    api.post(&format!("{path}/start"), &json!({})).await.expect(202);
    world.drain().await;
    let done = api.get(&path).await.expect(200);
    assert_eq!((text(&done, "status"), &done["created"]), ("done", &json!(rows)), "{done}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_comes_in_elsewhere_as_it_was() {
    let world = World::new().await;
    let home = world.broker("acme").await;
    furnish(&home).await;
    let api = home.manager().await;
    people(&api).await;
    for (n, manner) in [
        json!({ "format": "csv", "language": "en" }),
        json!({ "format": "xlsx", "language": "ar" }),
        json!({ "format": "csv", "language": "ar" }),
        json!({ "format": "xlsx", "raw": true }),
    ]
    .into_iter()
    .enumerate()
    {
        let other = world.broker(&format!("other{n}")).await;
        furnish(&other).await;
        let there = other.manager().await;
        for entity in ["clients", "leads"] {
            let mut body = manner.clone();
            body["entity"] = entity.into();
            let file = bytes(&world, &api, &body).await;
            let before = told(&world, &api, entity).await;
            assert_eq!(before.len(), 5);
            import(&world, &there, entity, &format!("{entity}.{}", text(&manner, "format")), file, before.len()).await;
            let after = told(&world, &there, entity).await;
            for (email, row) in &before {
                assert_eq!(Some(row), after.get(email), "{manner} {entity}");
            }
            assert_eq!(before.len(), after.len());
        }
    }
}
