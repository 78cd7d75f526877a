-- Rows are written with the change; the hash chain is closed a moment later by the sealer, so that
-- writers do not queue behind one another for the chain's head.
create table audit_log (
    id uuid primary key,
    -- Order of writing; the sealer goes by it.
    n bigint generated always as identity,
    at timestamptz not null,
    actor_id uuid,
    actor_name text,
    on_behalf_of uuid,
    action text not null,
    resource_type text not null,
    resource_id uuid,
    -- Clear values: no grant for masked roles.
    diff jsonb not null default '[]',
    -- The same with sensitive values masked.
    diff_masked jsonb not null default '[]',
    ip text,
    request_id text,
    -- Place in the chain, the hash before and the hash of this row.
    seq bigint,
    prev_hash bytea,
    hash bytea
);
create unique index audit_by_seq on audit_log (seq) where seq is not null;
create index audit_unsealed on audit_log (n) where seq is null;
create index audit_by_time on audit_log (at desc, id desc);
create index audit_by_resource on audit_log (resource_id, at desc, id desc);
create index audit_by_actor on audit_log (actor_id, at desc, id desc);
create index audit_by_action on audit_log (action, at desc, id desc);

create table audit_head (
    only_row boolean primary key default true check (only_row),
    seq bigint not null default 0,
    hash bytea not null default '\x'
);
insert into audit_head default values;

create table idempotency_keys (
    -- Who sent it: a user's id, or the address of a caller without one.
    caller text not null,
    key text not null,
    request_hash bytea not null,
    status int,
    headers jsonb,
    body bytea,
    created_at timestamptz not null default now(),
    primary key (caller, key)
);
create index idempotency_by_created on idempotency_keys (created_at);
