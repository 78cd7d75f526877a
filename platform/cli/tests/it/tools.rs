//! Commands that say what is wrong.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use test_kit::World;

use crate::kit::{command, run, run_in, with};

#[tokio::test]
async fn every_fault_of_the_configuration_is_told_at_once() {
    let vars: BTreeMap<String, String> = [
        ("DATABASE_URL", "mysql://x"),
        ("REDIS_URL", "http://x"),
        ("LISTEN", "here"),
        ("METRICS_ADDR", "there"),
        ("MASTER_KEY", "short"),
        ("RATE_SIGNIN", "often"),
        ("DATABASE_POOL", "0"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, nonsense"),
        ("PUBLIC_SCHEME", "gopher"),
        ("MAIL_FROM", "nobody"),
        ("SESSION_DAYS", "1000"),
    ]
    .into_iter()
    .map(|(k, v)| (k.to_owned(), v.to_owned()))
    .collect();
    for args in [["api"], ["workers"]] {
        let told = run(&mut command(&args, &vars)).await.failure();
        let missing = ["S3_ENDPOINT", "S3_ACCESS_KEY", "S3_SECRET_KEY", "SMTP_URL"];
        for name in vars.keys().map(String::as_str).chain(missing) {
            assert!(told.contains(name), "{args:?}: {name} is not told of:\n{told}");
        }
        assert!(!told.contains("short"), "a secret is shown: {told}");
    }
}

#[tokio::test]
async fn what_cannot_be_reached_is_said() {
    let world = World::new().await;
    let nobody = "postgres://a:b@127.0.0.1:1/x";
    let told = run_in(&world, &["api"], &[("REDIS_URL", "redis://127.0.0.1:1")]).await.failure();
    assert!(told.contains("Redis can't be reached"), "{told}");
    let taken = format!("127.0.0.1:{}", world.port);
    let told = run_in(&world, &["api"], &[("LISTEN", &taken)]).await.failure();
    assert!(told.contains(&format!("can't listen on {taken}")), "{told}");
    let told = run_in(&world, &["workers"], &[("PROVISION_DATABASE_URL", "")]).await.failure();
    assert!(told.contains("PROVISION_DATABASE_URL is missing"), "{told}");
    let told = run_in(&world, &["api"], &[("DATABASE_URL", nobody)]).await.failure();
    assert!(told.contains("the database is not ready"), "{told}");
}

#[tokio::test]
async fn doctor_names_what_is_wrong() {
    let world = World::new().await;
    world.broker("acme").await;
    let well = run_in(&world, &["doctor"], &[]).await.success();
    for part in ["configuration", "database, Redis", "file store", "mail server", "tenant schemas", "isolation", "jobs"] {
        assert!(well.lines().any(|line| line.starts_with(part) && line.contains("ok")), "{part}:\n{well}");
    }
    world.stop_s3().await;
    world.mail.stop().await;
    sqlx::query("update control.tenants set schema_version = 1 where slug = 'acme'").execute(&world.admin).await.unwrap();
    let ill = run_in(&world, &["doctor"], &[]).await;
    assert!(!ill.ok);
    for (part, word) in [("file store", ""), ("mail server", ""), ("tenant schemas", "acme")] {
        assert!(
            ill.out.lines().any(|line| line.starts_with(part) && line.contains("WRONG") && line.contains(word)),
            "{part}:\n{}",
            ill.out
        );
    }
    assert!(ill.err.contains("3 of the checks failed"), "{}", ill.err);
}

fn templates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

#[tokio::test]
async fn a_template_is_checked_with_file_and_line() {
    let dir = tempfile::tempdir().unwrap();
    copy(&templates(), dir.path());
    let ours = dir.path().join("forex-broker");
    let check = async || run(&mut command(&["template", "check", ours.to_str().unwrap()], &BTreeMap::new())).await;
    check().await.success();
    let roles = ours.join("roles.yaml");
    let text = std::fs::read_to_string(&roles).unwrap();
    let line = text.lines().position(|l| l.contains("clients.read: all")).unwrap() + 1;
    std::fs::write(&roles, text.replacen("clients.read: all", "clients.raed: all", 1)).unwrap();
    let look = ours.join("branding.yaml");
    let text = std::fs::read_to_string(&look).unwrap();
    std::fs::write(&look, text.replace("radius: 8", "radius: big")).unwrap();
    std::fs::remove_file(ours.join("settings.yaml")).unwrap();
    let told = check().await.failure();
    assert!(told.contains(&format!("roles.yaml:{line}:")) && told.contains("did you mean \"clients.read\"?"), "{told}");
    assert!(told.contains("branding.yaml:3:") && told.contains("settings.yaml:1:"), "{told}");
    let told = run(&mut command(&["template", "check", "nowhere"], &BTreeMap::new())).await.failure();
    assert!(told.contains("nowhere"), "{told}");
}

#[tokio::test]
async fn the_openapi_files_are_written_and_checked() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_str().unwrap().to_owned();
    let openapi = async |args: &[&str]| run(&mut command(&[&["openapi", "--dir", &path], args].concat(), &BTreeMap::new())).await;
    let told = openapi(&["--check"]).await.failure();
    assert!(told.contains("openapi.json is not current"), "{told}");
    openapi(&[]).await.success();
    openapi(&["--check"]).await.success();
    let file = dir.path().join("openapi-platform.json");
    let spec: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert!(spec["openapi"].as_str().unwrap().starts_with("3.0"));
    assert!(
        spec["paths"]["/signup"]["post"].is_object() || spec["paths"]["/api/platform/signup"]["post"].is_object(),
        "{}",
        spec["paths"]
    );
    std::fs::write(&file, "{}").unwrap();
    let told = openapi(&["--check"]).await.failure();
    assert!(told.contains("openapi-platform.json is not current"), "{told}");
}

#[tokio::test]
async fn commands_without_an_installation_say_where_they_looked() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_str().unwrap();
    let told = run(&mut command(&["tenant", "--data-dir", path, "list"], &BTreeMap::new())).await.failure();
    assert!(told.contains(path) && told.contains("set DATABASE_URL, or name the data directory"), "{told}");
    let told = run(&mut command(&["doctor", "--data-dir", path], &BTreeMap::new())).await.failure();
    assert!(told.contains(path), "{told}");
    let mut elsewhere = command(&["tenant", "list"], &with(&BTreeMap::new(), &[]));
    let told = run(elsewhere.current_dir(dir.path())).await.failure();
    assert!(told.contains(".brokerdesk"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tenant_commands_refuse_what_makes_no_sense() {
    let world = World::new().await;
    world.broker("acme").await;
    let create = async |slug: &str, template: &str, email: &str, password: &str| {
        let args = ["tenant", "create", slug, "--name", "X", "--template", template, "--admin-email", email];
        run_in(&world, &args, &[("ADMIN_PASSWORD", password)]).await.failure()
    };
    let good = ("forex-broker", "a@b.example", "a good long password");
    for (slug, word) in [("admin", "reserved"), ("A", "slug"), ("acme", "taken")] {
        let told = create(slug, good.0, good.1, good.2).await;
        assert!(told.to_lowercase().contains(word), "{slug}: {told}");
    }
    let told = create("beta", "nonsense", good.1, good.2).await;
    assert!(told.contains("nonsense"), "{told}");
    let told = create("beta", good.0, "nobody", "short").await;
    assert!(told.contains("admin.email") && told.contains("admin.password"), "{told}");
    for args in [["tenant", "verify", "nobody"], ["tenant", "suspend", "nobody"], ["tenant", "resume", "nobody"]] {
        let told = run_in(&world, &args, &[]).await.failure();
        assert!(told.to_lowercase().contains("tenant"), "{args:?}: {told}");
    }
    let told = run_in(&world, &["tenant", "drop", "acme", "--confirm", "acne"], &[]).await.failure();
    assert!(told.contains("--confirm must repeat the address"), "{told}");
    run_in(&world, &["tenant", "drop", "acme", "--confirm", "acme"], &[]).await.success();
    let list = run_in(&world, &["tenant", "list"], &[]).await.success();
    assert!(!list.contains("acme") && !list.contains("beta"), "{list}");
}
