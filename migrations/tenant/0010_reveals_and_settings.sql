-- Masked values that somebody asked to see. Never changed, never deleted.
create table reveals (
    id uuid primary key,
    user_id uuid not null references users (id),
    resource_type text not null,
    resource_id uuid not null,
    field text not null,
    purpose text not null,
    at timestamptz not null,
    -- The day in the tenant's time zone: the quota's.
    day date not null
);
create index reveals_by_user on reveals (user_id, day, at);
create index reveals_by_record on reveals (resource_id, at desc);
grant select, insert on reveals to {{full}};

-- How to take a change back: what was there before, by kind of change.
create table undo_log (
    id uuid primary key,
    kind text not null,
    payload jsonb not null,
    actor_id uuid,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz
);
create index undo_log_by_expiry on undo_log (expires_at);
grant select, insert, update, delete on undo_log to {{full}};

-- Fields of the tenant's own; their values are in `custom` of the record.
create table custom_fields (
    id uuid primary key,
    entity text not null check (entity in ('client', 'lead')),
    key text not null check (key ~ '^[a-z][a-z0-9_]{0,39}$'),
    label text not null,
    type text not null check (type in ('text', 'number', 'date', 'flag', 'choice', 'choices', 'url')),
    options jsonb not null default '[]',
    required boolean not null default false,
    help text not null default '',
    position int not null default 0,
    archived boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create unique index custom_fields_by_key on custom_fields (entity, key);
grant select, insert, update, delete on custom_fields to {{full}}, {{masked}};

alter table leads add column custom jsonb not null default '{}';
grant select (custom), insert (custom), update (custom) on leads to {{masked}};

-- The audit log names what it speaks of.
grant select (id, name) on api_keys to {{masked}};
