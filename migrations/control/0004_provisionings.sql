-- A run of the provisioner with its steps. It is resumable: a step that is done is not done again.
create table control.provisionings (
    id uuid primary key,
    tenant_key bigint references control.tenants (key) on delete set null,
    slug text not null,
    name text not null,
    -- {"template": name} or {"tenant": slug, "include": "config"}
    source jsonb not null,
    -- Who asked: signup, owner or cli.
    origin text not null check (origin in ('signup', 'owner', 'cli')),
    -- {"name", "email", "password_hash"?}; without a hash the administrator is invited by mail.
    admin jsonb not null,
    branding jsonb not null default '{}',
    status text not null default 'running' check (status in ('running', 'done', 'failed')),
    error text,
    created_at timestamptz not null default now(),
    finished_at timestamptz
);
create index provisionings_by_created on control.provisionings (created_at desc, id desc);
create index provisionings_by_status on control.provisionings (status, created_at desc) where status <> 'done';
create index provisionings_by_tenant on control.provisionings (tenant_key);

create table control.provisioning_steps (
    provisioning_id uuid not null references control.provisionings (id) on delete cascade,
    ord int not null,
    name text not null,
    status text not null default 'pending' check (status in ('pending', 'running', 'done', 'failed')),
    started_at timestamptz,
    finished_at timestamptz,
    error text,
    primary key (provisioning_id, ord)
);
