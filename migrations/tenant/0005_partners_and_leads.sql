create table partners (
    id uuid primary key,
    name text not null,
    email text not null,
    approved boolean not null default false,
    leads_count bigint not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by uuid
);
create unique index partners_by_email on partners (lower(email));
create index partners_by_created on partners (created_at desc, id desc);
create index partners_by_name on partners (lower(name), id);

create table leads (
    id uuid primary key,
    first_name text not null,
    last_name text not null,
    email text,
    phone text,
    country text check (length(country) = 2),
    status text not null,
    source text,
    partner_id uuid references partners (id),
    assigned_to uuid references users (id),
    team_id uuid references teams (id),
    message text,
    metadata jsonb not null default '{}',
    converted_client_id uuid references clients (id),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by uuid,
    version int not null default 1,
    email_masked text generated always as (mask_email(email)) stored,
    phone_masked text generated always as (mask_phone(phone)) stored,
    search_name text not null generated always as (lower(first_name || ' ' || last_name)) stored,
    search_all text not null generated always as
        (lower(first_name || ' ' || last_name || ' ' || coalesce(email, '') || ' ' || coalesce(phone, ''))) stored
);
alter table leads alter column search_all set statistics 1000;
alter table leads alter column search_name set statistics 1000;
create index leads_by_created on leads (created_at desc, id desc);
create index leads_by_status on leads (status, created_at desc, id desc);
create index leads_by_owner on leads (assigned_to, created_at desc, id desc);
create index leads_by_team on leads (team_id, created_at desc, id desc);
create index leads_by_partner on leads (partner_id, created_at desc, id desc);
create index leads_by_country on leads (country, created_at desc, id desc);
create index leads_by_name on leads (search_name, id);
create index leads_search_all on leads using gin (search_all extensions.gin_trgm_ops);
create index leads_search_name on leads using gin (search_name extensions.gin_trgm_ops);

create table lead_status_history (
    id uuid primary key,
    lead_id uuid not null references leads (id) on delete cascade,
    old_status text,
    new_status text not null,
    changed_by uuid,
    at timestamptz not null default now()
);
create index lead_status_history_by_lead on lead_status_history (lead_id, at desc);
