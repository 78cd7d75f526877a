-- Sign-ups that wait for their e-mail to be verified. A pending one holds its address until it expires.
create table control.signups (
    id uuid primary key,
    company text not null,
    slug text not null,
    name text not null,
    email text not null,
    password_hash text not null,
    template text not null,
    branding jsonb not null default '{}',
    token_hash bytea not null unique,
    status text not null default 'pending' check (status in ('pending', 'verified')),
    provisioning_id uuid,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    verified_at timestamptz
);
create index signups_by_slug on control.signups (slug) where status = 'pending';
