create table roles (
    id uuid primary key,
    name text not null,
    description text not null default '',
    builtin boolean not null default false,
    position int not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create unique index roles_by_name on roles (lower(name));

create table role_permissions (
    role_id uuid not null references roles (id) on delete cascade,
    permission text not null,
    scope text not null check (scope in ('own', 'team', 'all')),
    primary key (role_id, permission)
);

create table role_fields (
    role_id uuid not null references roles (id) on delete cascade,
    field text not null,
    level text not null check (level in ('full', 'masked', 'hidden')),
    primary key (role_id, field)
);

create table teams (
    id uuid primary key,
    name text not null,
    parent_id uuid references teams (id),
    leader_id uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create unique index teams_by_name on teams (lower(name));
create index teams_by_parent on teams (parent_id);

create table users (
    id uuid primary key,
    email text not null,
    name text not null,
    password_hash text,
    role_id uuid not null references roles (id),
    team_id uuid references teams (id),
    status text not null check (status in ('invited', 'active', 'inactive')),
    must_change_password boolean not null default false,
    two_factor boolean not null default false,
    last_login_at timestamptz,
    last_login_ip text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by uuid
);
create unique index users_by_email on users (lower(email));
create index users_by_team on users (team_id);
create index users_by_role on users (role_id);
create index users_by_name on users (lower(name), id);
create index users_by_created on users (created_at desc, id desc);
alter table teams add constraint teams_leader foreign key (leader_id) references users (id) on delete set null;

-- Failed sign-ins per address that was typed, known or not: an unknown e-mail locks the same way.
create table login_failures (
    email_hash bytea primary key,
    failures int not null,
    locked_until timestamptz,
    last_at timestamptz not null
);

create table sessions (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    ip text,
    user_agent text,
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    revoke_reason text
);
create index sessions_by_user on sessions (user_id, created_at desc);

-- Every refresh token ever given out in a session. Using one a second time ends the session.
create table refresh_tokens (
    token_hash bytea primary key,
    session_id uuid not null references sessions (id) on delete cascade,
    issued_at timestamptz not null default now(),
    used_at timestamptz,
    -- The very same request repeated is answered the same, not as theft.
    used_key text,
    successor_sealed bytea
);
create index refresh_tokens_by_session on refresh_tokens (session_id);

-- Invitations and password resets: a token that sets a password once.
create table password_tokens (
    token_hash bytea primary key,
    user_id uuid not null references users (id) on delete cascade,
    purpose text not null check (purpose in ('invitation', 'reset')),
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz
);
create index password_tokens_by_user on password_tokens (user_id);
