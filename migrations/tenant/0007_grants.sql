-- The full role reads and writes everything but can't rewrite history. The masked role gets columns,
-- by name: a new column is closed to it until a migration opens it.
grant usage on schema {{schema}} to {{full}}, {{masked}};
-- By name: `on all tables in schema` reads the catalog of every tenant, so that each new tenant would
-- take longer than the one before.
grant select, insert, update, delete on schema_migrations, tenant_meta, settings, roles, role_permissions,
    role_fields, teams, users, login_failures, sessions, refresh_tokens, password_tokens, statuses, pipelines, pipeline_stages, message_templates, clients,
    partners, leads, lead_status_history, audit_log, audit_head, idempotency_keys
    to {{full}};
grant usage on audit_log_n_seq to {{full}}, {{masked}};
grant execute on function mask_email(text), mask_phone(text) to {{full}}, {{masked}};
-- History is appended to, never rewritten: of a written audit row only its place in the chain can be set.
revoke update, delete on audit_log from {{full}};
grant update (seq, prev_hash, hash) on audit_log to {{full}};
revoke delete on audit_head, lead_status_history from {{full}};

-- Configuration and staff hold no contact data of clients; what a masked actor may change there, permissions decide.
grant select, insert, update, delete on settings, roles, role_permissions, role_fields, teams, statuses, pipelines,
    pipeline_stages, message_templates, partners to {{masked}};
grant select, update on tenant_meta to {{masked}};
grant select, insert on lead_status_history to {{masked}};
grant select (id, email, name, role_id, team_id, status, must_change_password, two_factor, last_login_at, last_login_ip,
    created_at, updated_at, created_by), insert, update on users to {{masked}};
grant select, insert, update on sessions to {{masked}};
grant select (user_id, purpose, created_at, expires_at, used_at), insert, update, delete on password_tokens to {{masked}};

grant select (id, first_name, last_name, country, address, date_of_birth, status, kyc_status, source, assigned_to,
    team_id, tags, custom, balance, currency, last_activity_at, created_at, updated_at, created_by, version, deleted_at,
    email_masked, phone_masked, search_name) on clients to {{masked}};
grant insert (id, first_name, last_name, email, phone, country, address, date_of_birth, status, kyc_status, source,
    assigned_to, team_id, tags, custom, currency, last_activity_at, created_at, updated_at, created_by, version)
    on clients to {{masked}};
grant update (first_name, last_name, country, address, date_of_birth, status, kyc_status, source, assigned_to, team_id,
    tags, custom, last_activity_at, updated_at, version, deleted_at) on clients to {{masked}};

grant select (id, first_name, last_name, country, status, source, partner_id, assigned_to, team_id, message, metadata,
    converted_client_id, created_at, updated_at, created_by, version, email_masked, phone_masked, search_name)
    on leads to {{masked}};
grant insert (id, first_name, last_name, email, phone, country, status, source, partner_id, assigned_to, team_id,
    message, metadata, created_at, updated_at, created_by, version) on leads to {{masked}};
grant update (first_name, last_name, country, status, source, assigned_to, team_id, message, metadata,
    converted_client_id, updated_at, version) on leads to {{masked}};

grant select (id, n, at, actor_id, actor_name, on_behalf_of, action, resource_type, resource_id, diff_masked, ip,
    request_id, seq) on audit_log to {{masked}};
grant insert (id, at, actor_id, actor_name, on_behalf_of, action, resource_type, resource_id, diff, diff_masked, ip,
    request_id) on audit_log to {{masked}};

grant select, insert, update, delete on idempotency_keys to {{masked}};
