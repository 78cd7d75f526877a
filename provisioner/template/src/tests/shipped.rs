//! What the templates of this repository promise.

use std::collections::BTreeSet;

use kernel::permission::{FIELDS, Level, PERMISSIONS, Scope};

use super::*;

#[test]
fn the_shipped_templates_have_no_problem() {
    assert_eq!(source::embedded_names(), SHIPPED);
    for name in SHIPPED {
        assert_eq!(problems(&source(name)), [], "{name}");
    }
    let names: Vec<&str> = Template::embedded_all().iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names, SHIPPED);
    assert!(Template::embedded("nothing").is_none());
}

#[test]
fn what_is_compiled_in_is_what_lies_in_the_tree() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates");
    for name in SHIPPED {
        let loaded = Template::load(&root.join(name)).unwrap();
        assert_eq!(&loaded, Template::embedded(name).unwrap());
        assert!(check_command(&root.join(name)).unwrap().starts_with(name));
    }
}

#[test]
fn all_messages_render_with_their_samples() {
    let tenant = Template::embedded_all().iter().flat_map(|t| &t.messages);
    let mut count = 0;
    for message in tenant.chain(platform_messages()) {
        let rendered = message.render(&Value::Object(message.sample.clone())).unwrap();
        for text in [&rendered.subject, &rendered.text, &rendered.html] {
            assert!(!text.is_empty() && !text.contains("{{"), "{}: {text}", message.key);
        }
        let link = message.sample["link"].as_str().unwrap();
        let company = message.sample["company"].as_str().unwrap();
        assert!(rendered.text.contains(link), "{}: {}", message.key, rendered.text);
        assert!(!rendered.text.contains("\n\n\n"), "{}: {}", message.key, rendered.text);
        assert!(rendered.html.starts_with("<!doctype html>"), "{}", rendered.html);
        assert!(rendered.html.contains(&company.replace('&', "&amp;")), "{}", message.key);
        assert!(rendered.html.trim_end().ends_with("</html>"), "{}", rendered.html);
        count += 1;
    }
    assert_eq!(count, SHIPPED.len() * MESSAGES.len() + PLATFORM_MESSAGES.len());
}

#[test]
fn values_in_html_mail_are_escaped_also_through_partials() {
    let template = Template::embedded("forex-broker").unwrap();
    let message = template.message("new_lead").unwrap();
    let mut context = message.sample.clone();
    for key in ["lead", "company", "link", "partner"] {
        context.insert(key.into(), "\"><script>x</script>".into());
    }
    let html = message.render(&Value::Object(context)).unwrap().html;
    assert!(!html.contains("<script>"), "{html}");
}

#[test]
fn the_roles_grant_what_the_product_promises() {
    let administrative = ["users.manage", "roles.manage", "settings.manage", "jobs.read", "jobs.manage"];
    for template in Template::embedded_all() {
        let manager = template.administrator().unwrap();
        assert_eq!(manager.name, "CRM Manager");
        // A permission that is added to the catalogue must be given to somebody.
        for permission in PERMISSIONS {
            assert_eq!(manager.permissions.get(permission.key), Some(&Scope::All), "{}", permission.key);
        }
        for role in &template.roles {
            let fields: BTreeSet<&str> = role.fields.keys().map(String::as_str).collect();
            assert_eq!(fields, FIELDS.iter().map(|f| f.key).collect(), "{}", role.key);
            if role.key != manager.key {
                assert!(!administrative.iter().any(|p| role.permissions.contains_key(*p)), "{}", role.key);
                let reads_audit = role.permissions.contains_key("audit.read");
                assert_eq!(reads_audit, role.key == "compliance", "{}", role.key);
            }
        }
        let leader = template.role("team_leader").unwrap();
        assert!(leader.fields.values().all(|l| *l == Level::Full));
        for key in ["clients.read", "clients.assign", "leads.read", "users.read", "teams.read"] {
            assert_eq!(leader.permissions[key], Scope::Team, "{key}");
        }
        let agent = template.role("agent").unwrap();
        assert!(agent.permissions.values().all(|s| *s == Scope::Own));
        for field in FIELDS {
            let expected = if field.group == "finance" { Level::Full } else { Level::Masked };
            assert_eq!(agent.fields[field.key], expected, "{}", field.key);
        }
        for verb in ["delete", "assign", "export"] {
            assert!(!agent.permissions.contains_key(&format!("clients.{verb}")), "{verb}");
            assert!(!agent.permissions.contains_key(&format!("leads.{verb}")), "{verb}");
        }
    }
}

#[test]
fn the_base_is_keyed_for_merging() {
    let template = Template::embedded("forex-broker").unwrap();
    let base = template.base();
    assert_eq!(base["version"], "1.0.0");
    assert_eq!(base["roles"]["agent"]["permissions"]["clients.read"], "own");
    assert_eq!(base["roles"]["agent"]["fields"]["leads.phone"], "masked");
    assert_eq!(base["roles"]["crm_manager"]["position"], 0);
    assert_eq!(base["statuses"]["lead"]["converted"]["outcome"], "won");
    assert_eq!(base["pipelines"]["acquisition"]["stages"]["funded"]["probability"], 100);
    assert_eq!(base["pipelines"]["acquisition"]["stages"]["funded"]["position"], 4);
    assert_eq!(base["settings"]["session_hours"], json!(12));
    assert_eq!(base["branding"]["primary"], "#2456d6");
    assert!(base["messages"]["invitation"]["html"].as_str().unwrap().contains("{{/layout}}"));
    assert!(base["roles"]["agent"].get("key").is_none());
}

#[test]
fn what_can_be_switched_off_is_a_module() {
    for module in kernel::module::MODULES {
        assert!(MODULES.contains(&module.key), "{} is no module of the setting", module.key);
    }
    for key in MODULES {
        assert!(kernel::module::MODULES.iter().any(|m| m.key == *key), "{key} has no code: switching it on shows nothing");
    }
}
