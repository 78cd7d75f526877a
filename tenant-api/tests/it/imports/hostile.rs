//! Files that are no files of rows, or mean harm: a sentence, or a clean import, and nothing else.

use serde_json::json;
use test_kit::World;

use super::{counts, file, map, mapped, preview, run, send};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_table_is_refused_in_words() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let api = broker.manager().await;
    let mut quote = b"first_name,last_name,email\nJane,Doe,\"".to_vec();
    quote.resize(6_000_000, b'x');
    for (name, bytes, word) in [
        ("people.csv", b"%PDF-1.7\n1 0 obj".to_vec(), "PDF"),
        ("empty.csv", Vec::new(), "empty"),
        ("blank.csv", b"\n\n  \n".to_vec(), "no rows"),
        ("old.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old".to_vec(), "old kind"),
        ("page.csv", b"<!DOCTYPE html><html><table>".to_vec(), "web page"),
        ("noise.csv", (0..2_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect(), "neither"),
        ("cut.xlsx", file("people.xlsx")[..3_000].to_vec(), "damaged"),
        ("open.csv", quote, "never closed"),
        ("large_cell.xlsx", file("large_cell.xlsx"), "megabyte"),
        ("wide.csv", vec![b','; 5_000], "columns"),
    ] {
        let refused = send(&api, "clients", name, bytes).await.refused(422, "file_unreadable");
        assert!(refused["message"].as_str().unwrap().contains(word), "{name}: {refused}");
    }
    let refused = send(&api, "partners", "people.csv", "a,b\n1,2\n").await.refused(422, "validation_failed");
    assert_eq!(refused["data"]["fields"].as_object().unwrap().keys().collect::<Vec<_>>(), ["entity"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bomb_goes_off_nowhere() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let api = broker.manager().await;
    // Its first rows look like rows.
    let sent = send(&api, "clients", "bomb.xlsx", file("bomb.xlsx")).await.expect(201);
    let path = format!("/api/imports/{}", sent["id"].as_str().unwrap());
    let columns = json!({ sent["columns"][0]["name"].as_str().unwrap(): "email" });
    api.put(&format!("{path}/mapping"), &json!({ "mapping": columns })).await.expect(200);
    // It says how large it is; the job finds out what that means.
    api.post(&format!("{path}/preview"), &json!({})).await.expect(202);
    world.drain().await;
    let now = api.get(&path).await.expect(200);
    assert_eq!((&now["status"], now["task"].is_null()), (&json!("mapped"), true), "{now}");
    assert!(now["error"].as_str().unwrap().contains("unpacks"), "{now}");
    api.post(&format!("{path}/start"), &json!({})).await.refused(409, "not_previewed");
    // What is only declared takes no time.
    let sent = send(&api, "clients", "declared.xlsx", file("declares_billions.xlsx")).await.expect(201);
    assert_eq!(sent["columns"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_cells_are_cleaned_or_named() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    world.start_workers();
    let api = broker.manager().await;
    let long = "x".repeat(70_000);
    let text = format!(
        "first_name,last_name,email,email,source\r\n\
         Ja\u{202e}ne,=1+1,jane@example.com,other@example.com,\"Fair\n2025\"\r\
         Nu\u{0}l,Doe,nul@example.com,,\n\
         Long,Doe,long@example.com,,{long}\n\
         '=Quote,'t Hooft,quote@example.com,,'+x\n\
         Short\n"
    );
    let path = mapped(&api, "clients", &text, json!({})).await;
    let seen = preview(&api, &path).await;
    assert_eq!(counts(&seen, ["total", "valid", "invalid"]), [5, 2, 3], "{seen}");
    let rows: Vec<u64> = seen["errors"].as_array().unwrap().iter().map(|e| e["row"].as_u64().unwrap()).collect();
    assert!([3, 4, 6].iter().all(|n| rows.contains(n)), "{rows:?}");
    run(&api, &path).await;
    let found = api.get("/api/clients?sort=name").await.expect(200);
    let mut names: Vec<(&str, &str)> =
        found["data"].as_array().unwrap().iter().map(|c| (c["name"].as_str().unwrap(), c["source"].as_str().unwrap())).collect();
    names.sort_unstable();
    assert_eq!(names, [("=Quote 't Hooft", "+x"), ("Jane =1+1", "Fair\n2025")]);
    let errors = api.get(&format!("{path}/errors.csv")).await;
    assert!(errors.status == 200 && errors.text.contains("Nu\u{fffd}l"), "{}", &errors.text[..200.min(errors.text.len())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_header_still_has_columns() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    world.start_workers();
    let api = broker.manager().await;
    let sent = send(&api, "leads", "raw.csv", "Jane,Doe,jane@example.com\nJohn,Roe,john@example.com\n").await.expect(201);
    assert_eq!((&sent["header_row"], &sent["columns"][2]["suggested_field"]), (&json!(0), &json!("email")));
    let path = format!("/api/imports/{}", sent["id"].as_str().unwrap());
    map(&api, &path, &sent, json!({ "mapping": { "Column 1": "first_name", "Column 2": "last_name", "Column 3": "email" } }))
        .await
        .expect(200);
    assert_eq!(counts(&preview(&api, &path).await, ["total", "valid"]), [2, 2]);
    assert_eq!(run(&api, &path).await["created"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_larger_than_the_settings_allow_is_refused() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let api = broker.manager().await;
    let text = super::people(40_000);
    assert!(text.len() > 1024 * 1024);
    send(&api, "clients", "large.csv", text.clone()).await.expect(201);
    api.patch("/api/settings", &json!({ "import_max_megabytes": 1 })).await.expect(200);
    send(&api, "clients", "large.csv", text).await.refused(413, "file_too_large");
    send(&api, "clients", "small.csv", super::people(10)).await.expect(201);
}
