-- Every sensitive field is a wall of its own. A role of staff that sees some fields in clear gets a
-- database role with just their columns, made when it is first needed; it stands in view_roles.
create table view_roles (
    -- The open fields, as kernel::tenant::ViewClass counts them.
    mask int primary key check (mask > 0),
    created_at timestamptz not null default now()
);
grant select on view_roles to {{full}}, {{masked}};
-- The ledger of migrations is written by the schema's owner alone.
revoke insert, update, delete on schema_migrations from {{full}};

-- The same forms are in kernel::mask.
create function mask_date(value date) returns text language sql immutable parallel safe
    return extract(year from value)::int::text || '-••-••';
create function mask_text(value text) returns text language sql immutable parallel safe
    return case when value is not null then '•••••' end;
grant execute on function mask_date(date), mask_text(text) to {{full}}, {{masked}};

alter table clients
    add column date_of_birth_masked text generated always as (mask_date(date_of_birth)) stored,
    add column address_masked text generated always as (mask_text(address)) stored;
revoke select (address, date_of_birth, balance), update (address, date_of_birth) on clients from {{masked}};
grant select (date_of_birth_masked, address_masked) on clients to {{masked}};

-- Roles that stand already: identity and finance open and close as the client's e-mail did, and who
-- manages roles can hand out what is new.
insert into role_fields (role_id, field, level)
    select r.role_id, f.field, r.level from role_fields r,
        (values ('clients.date_of_birth'), ('clients.address'), ('clients.balance')) as f (field)
    where r.field = 'clients.email' on conflict do nothing;
insert into role_permissions (role_id, permission, scope)
    select r.role_id, p.permission, 'all' from role_permissions r,
        (values ('clients.reveal'), ('leads.reveal'), ('access.explain'), ('api_keys.manage')) as p (permission)
    where r.permission = 'roles.manage' on conflict do nothing;
