-- Masked forms and search texts are stored, so that lists and searches of masked staff run on
-- plain indexes. The same forms are in kernel::mask.
create function mask_email(value text) returns text language sql immutable parallel safe
    return left(value, 1) || '•••@' || left(split_part(value, '@', 2), 1) || '•••.' || substring(value from '[^.@]*$');

-- Calling codes are prefix-free, but alternatives of a regular expression prefer the longest match:
-- the codes of three digits have to be named so that they can't swallow a shorter one.
create function mask_phone(value text) returns text language sql immutable parallel safe
    return '+' || coalesce(substring(value from '^\+(1|7|20|27|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|(?:2[1-689]|3[578]|42|5[09]|6[7-9]|8[035789]|9[679])\d)'), '')
        || ' •••• ••• ' || right(value, 3);

create table clients (
    id uuid primary key,
    first_name text not null,
    last_name text not null,
    email text not null,
    phone text,
    country text check (length(country) = 2),
    address text,
    date_of_birth date,
    status text not null,
    kyc_status text not null default 'missing'
        check (kyc_status in ('missing', 'pending', 'approved', 'rejected', 'expired')),
    source text,
    assigned_to uuid references users (id),
    team_id uuid references teams (id),
    tags text[] not null default '{}',
    custom jsonb not null default '{}',
    balance numeric(20, 4) not null default 0,
    currency text not null default 'USD',
    last_activity_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by uuid,
    version int not null default 1,
    deleted_at timestamptz,
    email_masked text generated always as (mask_email(email)) stored,
    phone_masked text generated always as (mask_phone(phone)) stored,
    search_name text not null generated always as (lower(first_name || ' ' || last_name)) stored,
    search_all text not null generated always as
        (lower(first_name || ' ' || last_name || ' ' || email || ' ' || coalesce(phone, ''))) stored
);
-- A common name matches many rows; with good statistics the planner walks the date index instead.
alter table clients alter column search_all set statistics 1000;
alter table clients alter column search_name set statistics 1000;
alter table clients alter column status set statistics 1000;

create unique index clients_by_email on clients (email) where deleted_at is null;
create index clients_by_created on clients (created_at desc, id desc) where deleted_at is null;
create index clients_by_status on clients (status, created_at desc, id desc) where deleted_at is null;
create index clients_by_owner on clients (assigned_to, created_at desc, id desc) where deleted_at is null;
create index clients_by_team on clients (team_id, created_at desc, id desc) where deleted_at is null;
create index clients_by_name on clients (search_name, id) where deleted_at is null;
create index clients_by_activity on clients (last_activity_at desc, id desc) where deleted_at is null;
create index clients_by_balance on clients (balance desc, id desc) where deleted_at is null;
create index clients_by_country on clients (country, created_at desc, id desc) where deleted_at is null;
create index clients_by_kyc on clients (kyc_status, created_at desc, id desc) where deleted_at is null;
create index clients_by_tag on clients using gin (tags) where deleted_at is null;
create index clients_search_all on clients using gin (search_all extensions.gin_trgm_ops) where deleted_at is null;
create index clients_search_name on clients using gin (search_name extensions.gin_trgm_ops) where deleted_at is null;
