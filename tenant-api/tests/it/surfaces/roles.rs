//! Roles to look with: every permission in every scope, every field at every level.

use std::collections::BTreeSet;

use kernel::permission::{FIELDS, Level, PERMISSIONS, Scope};
use sqlx::AssertSqlSafe;
use test_kit::World;
use uuid::Uuid;

/// Writes a role as the tables have it; a permission without a scope is not granted.
pub async fn make(world: &World, schema: &str, name: &str, grants: &[(&str, Option<Scope>)], levels: &[(&str, Level)]) {
    let id = Uuid::now_v7();
    let run = async |sql: String| sqlx::query(AssertSqlSafe(sql)).execute(&world.admin).await.unwrap();
    run(format!("insert into {schema}.roles (id, name) values ('{id}', '{name}')")).await;
    for (key, scope) in grants.iter().filter_map(|(key, scope)| Some((key, (*scope)?))) {
        run(format!("insert into {schema}.role_permissions values ('{id}', '{key}', '{}')", scope.as_str())).await;
    }
    for (key, level) in levels {
        run(format!("insert into {schema}.role_fields values ('{id}', '{key}', '{}')", level.as_str())).await;
    }
}

/// A role with every reading right in one scope, one field at one level and all others at another.
pub async fn lonely(world: &World, schema: &str, field: &str, level: Level, others: Level, scope: Scope) -> String {
    let name = format!("{field} {} else {}", level.as_str(), others.as_str());
    let grants = ["clients.read", "leads.read", "contacts.read", "dashboard.read"].map(|key| (key, Some(scope)));
    let levels: Vec<_> = FIELDS.iter().map(|f| (f.key, if f.key == field { level } else { others })).collect();
    make(world, schema, &name, &grants, &levels).await;
    name
}

/// Roles that together hold every permission in each of its scopes and not at all, together with every
/// field at each of its levels. Every second of them may read everything in some scope, or there would be
/// nothing to look at; everything else is dealt out by a fixed rule, so that a failure can be repeated.
pub async fn covering(world: &World, schema: &str, part: usize) -> Vec<String> {
    let mut names = Vec::new();
    let (mut grants_seen, mut levels_seen) = (BTreeSet::new(), BTreeSet::new());
    let deal = |role: usize, at: usize, of: usize| (role * (1 + at / 4 % 3) + at * 7 + role / of) % of;
    for role in 0..12 {
        let grants: Vec<(&str, Option<Scope>)> = PERMISSIONS
            .iter()
            .enumerate()
            .map(|(at, def)| {
                let mut choices: Vec<Option<Scope>> = def.scopes.iter().copied().map(Some).collect();
                let reading = def.key.ends_with("s.read");
                if !reading || role % 2 == 1 {
                    choices.push(None);
                }
                // Of reading, every second role has one choice more: each half takes its own turns.
                let turn = if reading { role / 2 } else { role };
                (def.key, choices[deal(turn, at, choices.len())])
            })
            .collect();
        let levels: Vec<(&str, Level)> =
            FIELDS.iter().enumerate().map(|(at, f)| (f.key, Level::OPEN_FIRST[deal(role, at + 3, 3)])).collect();
        grants_seen.extend(grants.iter().copied());
        levels_seen.extend(levels.iter().copied());
        if role / 6 == part {
            let name = format!("Covering {role}");
            make(world, schema, &name, &grants, &levels).await;
            names.push(name);
        }
    }
    // Nothing may fall out of the deal.
    for def in PERMISSIONS {
        let missing: Vec<_> = def.scopes.iter().copied().map(Some).filter(|s| !grants_seen.contains(&(def.key, *s))).collect();
        assert!(
            missing.is_empty() && grants_seen.contains(&(def.key, None)),
            "{} is not dealt in {missing:?} or not at all",
            def.key
        );
    }
    for field in FIELDS {
        assert!(Level::OPEN_FIRST.iter().all(|l| levels_seen.contains(&(field.key, *l))), "{}", field.key);
    }
    names
}
