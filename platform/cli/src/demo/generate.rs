//! A whole broker in memory. The same plan, tenant and moment give the same data.

use chrono::{DateTime, Duration, Utc};

use super::blueprint::Blueprint;
use super::clients::{self, DAYS, millis};
use super::dice::Dice;
use super::leads::{self, Ground};
use super::people::People;
use super::rows::{Dataset, Facts};
use super::sales::Desk;
use super::{sales, staff, trail};

/// Everything that goes into a demo broker's tables.
pub fn dataset(plan: &Blueprint, facts: &Facts, now: DateTime<Utc>) -> anyhow::Result<Dataset> {
    let mut dice = Dice::new(plan.seed);
    let dice = &mut dice;
    let now = millis(now);
    let opened = now - Duration::days(DAYS + 14);
    let mut people = People::new(now.date_naive());
    let (teams, users, floor) = staff::hire(plan, facts, opened, now, dice)?;
    let mut partners = staff::partners(plan, facts, opened, now, dice);
    let mut clients = clients::make(plan.clients, facts, &floor, &mut people, now, dice);
    let ground = Ground { facts, floor: &floor, clients: &clients, now };
    let (mut leads, statuses) = leads::make(plan.leads, &ground, &mut people, &mut partners, dice);
    if plan.sales.is_some() {
        sales::refit(&mut clients, &mut leads, dice);
    }
    let mut set = Dataset { teams, users, partners, clients, leads, statuses, ..Dataset::default() };
    trail::write(&mut set, plan.histories, facts, &floor, now, dice);
    if let Some(volume) = plan.sales {
        let desk = Desk { floor: &floor, users: &set.users, clients: &set.clients, leads: &set.leads, now };
        let (work, told) = sales::make(volume, &desk, &mut people, dice);
        set.sales = work;
        set.audit.extend(told);
        set.audit.sort_by_key(|row| (row.at, row.id));
    }
    Ok(set)
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use uuid::Uuid;

    use super::*;
    use crate::demo::Size;
    use crate::demo::blueprint::of_size;

    fn facts() -> Facts {
        let words = |list: &str| list.split(' ').map(str::to_owned).collect();
        let roles = ["CRM Manager", "Team Leader", "Agent", "Compliance", "Support", "Partner Manager", "Marketing"];
        Facts {
            roles: (1..).zip(roles).map(|(n, name)| (name.to_owned(), Uuid::from_u128(n))).collect(),
            client_statuses: words("new active vip dormant restricted closed"),
            lead_statuses: words("new contacted callback no_answer interested converted not_interested wrong_details"),
            admin: Uuid::from_u128(99),
            password_hash: "hash".into(),
        }
    }

    fn now() -> DateTime<Utc> {
        "2026-03-18T14:30:00Z".parse().expect("a moment")
    }

    fn northwind(size: Size) -> Dataset {
        dataset(&of_size(size)[0], &facts(), now()).expect("a dataset")
    }

    #[test]
    fn the_same_seed_gives_the_same_broker() {
        assert_eq!(northwind(Size::Small), northwind(Size::Small));
        let ember = dataset(&of_size(Size::Small)[1], &facts(), now()).expect("a dataset");
        assert_ne!(ember.clients[0].email, northwind(Size::Small).clients[0].email);
    }

    #[test]
    fn contact_data_is_unique_valid_and_reaches_nobody() {
        let set = northwind(Size::Full);
        let emails: HashSet<&str> = set.clients.iter().map(|c| c.email.as_str()).collect();
        assert_eq!(emails.len(), 20_000);
        let leads = set.leads.iter().filter_map(|l| l.email.as_deref());
        let staff = set.users.iter().map(|u| u.email.as_str()).chain(set.partners.iter().map(|p| p.email.as_str()));
        for email in emails.into_iter().chain(leads).chain(staff) {
            assert!(kernel::validate::is_email(email) && email == email.to_lowercase(), "{email}");
            let domain = email.split_once('@').map(|(_, d)| d).unwrap_or_default();
            assert!(domain.ends_with(".example") || ["example.com", "example.net", "example.org"].contains(&domain), "{email}");
        }
        // Reading numbers is slow without optimisation; a sample has every pattern many times.
        let phones = set.clients.iter().filter_map(|c| c.phone.as_ref()).chain(set.leads.iter().filter_map(|l| l.phone.as_ref()));
        for phone in phones.step_by(71) {
            assert_eq!(kernel::phone::normalise(phone, None).as_ref(), Ok(phone));
        }
        assert!(set.leads.iter().all(|l| l.email.is_some() || l.phone.is_some()));
    }

    #[test]
    fn times_follow_one_another() {
        let set = northwind(Size::Full);
        for c in &set.clients {
            assert!(c.created_at <= c.updated_at && c.updated_at <= c.last_activity_at && c.last_activity_at <= now(), "{c:?}");
            assert!(c.date_of_birth.is_none_or(|d| now().date_naive().years_since(d).is_some_and(|y| (18..90).contains(&y))));
            assert!(kernel::validate::is_country(c.country));
        }
        for l in &set.leads {
            assert!(l.created_at <= l.updated_at && l.updated_at <= now(), "{l:?}");
        }
        assert!(set.audit.iter().all(|a| a.at <= now()));
        assert!(set.clients.is_sorted_by_key(|c| c.created_at));
        // Ids sort as the records were made.
        assert!(set.clients.windows(2).all(|w| w[0].created_at == w[1].created_at || w[0].id < w[1].id));
        let month = set.clients.iter().filter(|c| now() - c.created_at < Duration::days(30)).count();
        assert!((1_200..3_500).contains(&month), "{month}");
    }

    #[test]
    fn the_book_is_believable() {
        let set = northwind(Size::Full);
        let share = |n: usize| n as f64 / set.clients.len() as f64;
        let assigned = share(set.clients.iter().filter(|c| c.assigned_to.is_some()).count());
        assert!((0.8..0.9).contains(&assigned), "{assigned}");
        let teams: HashMap<Uuid, Option<Uuid>> = set.users.iter().map(|u| (u.id, u.team_id)).collect();
        for c in set.clients.iter().filter(|c| c.assigned_to.is_some()) {
            assert_eq!(c.assigned_to.map(|a| teams[&a]), Some(c.team_id));
        }
        let countries: HashSet<&str> = set.clients.iter().map(|c| c.country).collect();
        assert_eq!(countries.len(), 20);
        let active = share(set.clients.iter().filter(|c| c.status == "active").count());
        assert!((0.4..0.6).contains(&active), "{active}");
        assert!(set.clients.iter().any(|c| c.balance.parse::<f64>().is_ok_and(|b| b > 100_000.0)));
        let mut names: HashMap<String, u32> = HashMap::new();
        for c in &set.clients {
            *names.entry(format!("{} {}", c.first_name, c.last_name)).or_default() += 1;
        }
        assert!(names.values().all(|n| *n < 40), "{:?}", names.iter().max_by_key(|(_, n)| **n));
    }

    #[test]
    fn leads_are_tied_to_partners_clients_and_history() {
        for set in [northwind(Size::Small), dataset(&of_size(Size::Small)[1], &facts(), now()).expect("ember")] {
            for p in &set.partners {
                let brought = set.leads.iter().filter(|l| l.partner_id == Some(p.id)).count();
                assert_eq!(p.leads_count, brought as i64);
                assert!(p.approved || brought == 0);
            }
            assert!(set.partners.iter().any(|p| p.leads_count > 0));
            let mut last: HashMap<Uuid, &str> = HashMap::new();
            for s in &set.statuses {
                assert_eq!(last.get(&s.lead_id).copied(), s.old_status.as_deref());
                last.insert(s.lead_id, &s.new_status);
            }
            assert!(set.leads.iter().all(|l| last.get(&l.id) == Some(&l.status.as_str())));
            let became: Vec<Uuid> = set.leads.iter().filter_map(|l| l.converted_client_id).collect();
            let once: HashSet<&Uuid> = became.iter().collect();
            assert!(!became.is_empty() && once.len() == became.len());
            assert!(became.iter().all(|id| set.clients.iter().any(|c| c.id == *id)));
        }
    }

    #[test]
    fn a_sales_team_has_work_in_every_stage_and_day() {
        let plan = &of_size(Size::Small)[2];
        let set = dataset(plan, &facts(), now()).expect("a dataset");
        assert_eq!(set, dataset(plan, &facts(), now()).expect("the same"));
        let sales = &set.sales;
        let of = |kind: &str| sales.deals.iter().filter(|d| d["kind"] == kind).collect::<Vec<_>>();
        assert_eq!((of("opportunity").len(), of("deal").len()), (90, 160));
        for stage in ["lead", "qualified", "proposal", "negotiation", "won", "lost", "upcoming", "renewed"] {
            assert!(sales.deals.iter().any(|d| d["stage"] == stage), "{stage}");
        }
        // Each deal's last step is where it stands, and it was won or lost then.
        for deal in &sales.deals {
            let steps: Vec<_> = sales.stages.iter().filter(|s| s["deal_id"] == deal["id"]).collect();
            let last = steps.last().expect("a step");
            assert_eq!((&last["new_stage"], &last["at"]), (&deal["stage"], &deal["stage_since"]));
            assert!(steps.windows(2).all(|w| w[0]["new_stage"] == w[1]["old_stage"]));
            assert_eq!(deal["closed_at"].is_null(), deal["outcome"] == "none");
        }
        assert!(of("deal").iter().any(|d| d["opportunity_id"].is_string()));
        let due = |a: &serde_json::Value| a["due_at"].as_str().and_then(|t| t.parse::<DateTime<Utc>>().ok());
        let open: Vec<_> = sales.activities.iter().filter(|a| a["status"] == "scheduled").collect();
        assert!(open.iter().any(|a| due(a).is_some_and(|at| at < now())), "overdue");
        assert!(open.iter().any(|a| due(a).is_some_and(|at| at > now() + Duration::days(7))), "later");
        assert!(open.iter().any(|a| a["due_at"].is_null()) && open.iter().any(|a| a["repeats"].is_string()));
        let primary: Vec<_> = sales.contacts.iter().filter(|c| c["is_primary"] == true).map(|c| &c["client_id"]).collect();
        assert_eq!(primary.len(), set.clients.len(), "one of each customer");
        let told = serde_json::to_string(&(&set.leads, &set.clients)).expect("text") + format!("{sales:?}").as_str();
        for word in ["raw_spread", "spreads on", "MetaTrader", "mt5", "swap-free", "deposit", "leverage", "/gold"] {
            assert!(!told.contains(word), "a sales team knows nothing of {word}");
        }
    }

    #[test]
    fn trails_end_where_the_record_is_and_hide_contact_data() {
        let set = northwind(Size::Small);
        let newest = set.clients.last().expect("clients");
        assert!(set.audit.iter().any(|a| a.resource_id == newest.id && a.action == "client.created"));
        for c in &set.clients[set.clients.len() - 100..] {
            let rows: Vec<_> = set.audit.iter().filter(|a| a.resource_id == c.id).collect();
            assert_eq!(rows.len(), usize::try_from(c.version).expect("a count"));
            let said = |field: &str| {
                let mut changes = rows.iter().flat_map(|a| &a.diff).filter(|d| d.field == field);
                changes.next_back().map(|d| d.new.clone())
            };
            assert_eq!(said("status"), Some(c.status.clone().into()));
            assert_eq!(said("kyc_status"), Some(c.kyc_status.into()));
            assert_eq!(said("email"), Some(c.email.clone().into()));
            for change in rows.iter().flat_map(|a| &a.diff_masked).filter(|d| d.field == "email") {
                assert!(change.new.as_str().is_some_and(|e| e.contains("•••")));
            }
        }
    }
}
