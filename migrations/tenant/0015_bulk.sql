-- A change of many records at once: what was chosen, what each record had before, how far it is.
create table bulk_changes (
    id uuid primary key,
    entity text not null check (entity in ('client', 'lead')),
    -- What is done to each record, as crm::bulk reads it.
    change jsonb not null,
    -- What the selection was, in the words of the request; may hold what somebody searched for.
    selection jsonb not null,
    actor_id uuid,
    -- Whether the actor is an API key.
    by_key boolean not null default false,
    actor_name text not null,
    ip text,
    request_id text,
    -- The job that carries it out, or takes it back.
    job_id uuid,
    total bigint not null,
    processed bigint not null default 0,
    changed bigint not null default 0,
    -- The last record that was looked at while taking it back, and what came of it.
    undone_to uuid,
    restored bigint not null default 0,
    skipped bigint not null default 0,
    created_at timestamptz not null
);
create index bulk_changes_by_created on bulk_changes (created_at);

-- The records a job still has to work on: the selection as it was when it was asked for.
create table bulk_chunks (
    change_id uuid not null references bulk_changes (id) on delete cascade,
    n int not null,
    ids uuid[] not null,
    done boolean not null default false,
    primary key (change_id, n)
);

-- What each changed record had before and got instead; null where a change does not touch it.
create table bulk_rows (
    change_id uuid not null references bulk_changes (id) on delete cascade,
    record_id uuid not null,
    old_user uuid,
    new_user uuid,
    old_team uuid,
    new_team uuid,
    old_status text,
    new_status text,
    old_tags text[],
    new_tags text[],
    deleted_at timestamptz,
    primary key (change_id, record_id)
);

-- Who gets what comes in without an owner. The first rule that fits decides.
create table assignment_rules (
    id uuid primary key,
    name text not null,
    entity text not null check (entity in ('client', 'lead')),
    position int not null default 0,
    enabled boolean not null default true,
    -- Empty means any.
    countries text[] not null default '{}',
    languages text[] not null default '{}',
    sources text[] not null default '{}',
    partners uuid[] not null default '{}',
    -- To these users in turn, or to the members of a team.
    users uuid[] not null default '{}',
    team_id uuid references teams (id),
    method text not null default 'round_robin' check (method in ('round_robin', 'load')),
    max_open int check (max_open > 0),
    -- Whose turn it was last; its row lock makes those who ask at once stand in a line.
    last_user uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index assignment_rules_in_order on assignment_rules (entity, position, id);
create index assignment_rules_by_team on assignment_rules (team_id);

grant select, insert, update, delete on bulk_changes, bulk_chunks, bulk_rows, assignment_rules to {{full}};
-- Owners, teams, statuses and tags are no sensitive values; what somebody searched for may be one.
grant select (id, entity, change, actor_id, by_key, actor_name, ip, request_id, job_id, total, processed, changed,
    undone_to, restored, skipped, created_at), insert, update (job_id, total, processed, changed, undone_to, restored, skipped)
    on bulk_changes to {{masked}};
grant select (change_id, n, ids, done), insert, update on bulk_chunks to {{masked}};
grant select (change_id, record_id, old_user, new_user, old_team, new_team, old_status, new_status, old_tags, new_tags,
    deleted_at), insert on bulk_rows to {{masked}};
grant select (id, name, entity, position, enabled, countries, languages, sources, partners, users, team_id, method, max_open,
    last_user, created_at, updated_at), insert, update, delete on assignment_rules to {{masked}};
grant insert on undo_log to {{masked}};

-- Counting per team, per agent and per agent's open records reads this and no table.
create index clients_by_load on clients (assigned_to, team_id, status)
    include (kyc_status, created_at, last_activity_at) where deleted_at is null;
create index leads_by_load on leads (assigned_to, team_id, status) include (created_at);

-- Roles that stand already: who manages roles can hand out what is new.
insert into role_permissions (role_id, permission, scope)
    select role_id, 'assignment.manage', 'all' from role_permissions where permission = 'roles.manage'
    on conflict do nothing;
