-- Clients who may be the same person, and how two of them become one and two again.

set local maintenance_work_mem = '256MB';

-- What two addresses share that reach the same mailbox: case, what stands behind a plus, and at Gmail dots.
create function email_key(value text) returns text language sql immutable parallel safe
    return case when lower(value) ~ '@(gmail|googlemail)\.com$'
        then replace(regexp_replace(split_part(lower(value), '@', 1), '^([^+]+)\+.*$', '\1'), '.', '') || '@gmail.com'
        else regexp_replace(lower(value), '^([^+@]+)\+[^@]*@', '\1@') end;
-- A name without accents and case, whichever of its words comes first.
create function name_key(first_name text, last_name text) returns text language sql immutable parallel safe
    return (select string_agg(w, ' ' order by w collate "C")
        from regexp_split_to_table(fold(first_name || ' ' || last_name), '[^[:alnum:]]+') w where w <> '');
grant execute on function email_key(text), name_key(text, text) to {{full}}, {{masked}};

-- Over clear columns: a role without a grant on them can't look anything up here either.
create index clients_by_email_key on clients (email_key(email)) where deleted_at is null;
create index clients_by_phone on clients (phone) where phone is not null and deleted_at is null;
create index clients_by_birth on clients (date_of_birth) where date_of_birth is not null and deleted_at is null;
create index leads_by_email_key on leads (email_key(email)) where email is not null and converted_client_id is null;
create index leads_by_phone on leads (phone) where phone is not null and converted_client_id is null;
create index leads_by_client on leads (converted_client_id) where converted_client_id is not null;

-- The client that a joined one is part of now.
alter table clients add column merged_into uuid references clients (id);
create index clients_by_merged on clients (merged_into) where merged_into is not null;
grant select (merged_into) on clients to {{masked}};

-- Two clients, the lower id first. Which of their values agree follows from clear ones: the masked role
-- reads nothing of it.
create table duplicate_pairs (
    id uuid primary key,
    a_id uuid not null references clients (id),
    b_id uuid not null references clients (id),
    score numeric(3, 2) not null check (score between 0 and 1),
    reasons text[] not null,
    state text not null default 'open' check (state in ('open', 'dismissed', 'merged')),
    found_at timestamptz not null,
    changed_at timestamptz,
    changed_by uuid,
    check (a_id < b_id)
);
create unique index duplicate_pairs_by_clients on duplicate_pairs (a_id, b_id);
create index duplicate_pairs_by_second on duplicate_pairs (b_id);
create index duplicate_pairs_by_score on duplicate_pairs (state, score desc, id desc);
grant select, insert, update, delete on duplicate_pairs to {{full}};

-- Clients whose identity changed since somebody last looked for others like them. Without a key, so that
-- nobody who writes a client ever waits here.
create table duplicate_todo (
    client_id uuid not null
);
grant select, insert, update, delete on duplicate_todo to {{full}};
grant insert (client_id) on duplicate_todo to {{masked}};
-- How far looking through all of them is, and when it was last done.
create table duplicate_scan (
    only_row boolean primary key default true check (only_row),
    position uuid,
    finished_at timestamptz
);
-- Where there is nothing yet, there is nothing to look through.
insert into duplicate_scan (finished_at) select case when not exists (select from clients) then now() end;
grant select, update on duplicate_scan to {{full}};

-- What a merge made of the kept client. Never deleted: it is how to split them again. Holds clear values.
create table merges (
    id uuid primary key,
    -- Order: what was merged last is split first.
    n bigint generated always as identity,
    keep_id uuid not null references clients (id),
    drop_id uuid not null references clients (id),
    at timestamptz not null,
    actor_id uuid,
    actor_name text not null,
    -- Columns of the kept client before and after.
    before jsonb not null,
    after jsonb not null default '{}',
    -- What the dropped client's balance added.
    added_balance numeric(20, 4) not null default 0,
    -- What the documents of each said before they lay together.
    keep_standing text,
    drop_standing text,
    split_at timestamptz,
    split_by uuid,
    split_by_name text
);
create index merges_by_kept on merges (keep_id, n desc);
create index merges_by_dropped on merges (drop_id, n desc);
-- Rows of other tables that went from the dropped client to the kept one.
create table merge_moves (
    merge_id uuid not null references merges (id) on delete cascade,
    table_name text not null,
    row_id uuid not null,
    primary key (merge_id, table_name, row_id)
);
grant select, insert, update on merges to {{full}};
grant select, insert on merge_moves to {{full}};

-- Roles that stand already: who may edit and delete clients may make one of two.
insert into role_permissions (role_id, permission, scope)
    select d.role_id, 'clients.merge', d.scope from role_permissions d
    where d.permission = 'clients.delete' and exists (select 1 from role_permissions u
        where u.role_id = d.role_id and u.permission = 'clients.update')
    on conflict do nothing;
