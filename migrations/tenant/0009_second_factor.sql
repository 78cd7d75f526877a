-- A second factor: the secret is sealed under the master key; of recovery codes there are only hashes.
create table two_factor (
    user_id uuid primary key references users (id) on delete cascade,
    secret_sealed bytea,
    -- A code works once: the time step of the last one that did.
    last_step bigint not null default 0,
    enabled_at timestamptz,
    -- A secret that waits for its first code.
    pending_sealed bytea,
    pending_until timestamptz
);

create table recovery_codes (
    user_id uuid not null references users (id) on delete cascade,
    code_hash bytea not null,
    used_at timestamptz,
    primary key (user_id, code_hash)
);

alter table roles add column two_factor_required boolean not null default false;

-- A key of a program: no user, a role of its own.
create table api_keys (
    id uuid primary key,
    name text not null,
    -- The first characters, by which people tell keys apart.
    prefix text not null,
    key_hash bytea not null unique,
    role_id uuid not null references roles (id),
    created_by uuid,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    last_used_ip text
);
create index api_keys_by_created on api_keys (created_at desc, id desc);
create index api_keys_by_role on api_keys (role_id);

grant select, insert, update, delete on two_factor, recovery_codes, api_keys to {{full}};
