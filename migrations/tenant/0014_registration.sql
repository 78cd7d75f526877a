-- What people agree to when they register, and every wording of it that there ever was.
create table consents (
    id uuid primary key,
    key text not null check (key ~ '^[a-z][a-z0-9_]{0,39}$'),
    required boolean not null default true,
    -- The language that it is written in.
    locale text,
    position int not null default 0,
    archived boolean not null default false,
    -- The wording in force.
    version int not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create unique index consents_by_key on consents (key);
create table consent_texts (
    consent_id uuid not null references consents (id),
    version int not null check (version > 0),
    title text not null,
    body text not null,
    hash text not null,
    published_at timestamptz not null default now(),
    published_by uuid,
    primary key (consent_id, version)
);
grant select, insert, update on consents to {{full}};
-- A wording that somebody agreed to is never rewritten.
grant select, insert on consent_texts to {{full}};
grant select (id, key, required, locale, position, archived, version, created_at, updated_at) on consents to {{masked}};
grant select (consent_id, version, title, body, hash, published_at, published_by) on consent_texts to {{masked}};

-- Who agreed to which wording, when and from where.
create table client_consents (
    id uuid primary key,
    client_id uuid not null references clients (id),
    key text not null,
    version int not null,
    hash text not null,
    at timestamptz not null,
    ip text
);
create index client_consents_by_client on client_consents (client_id, at desc, id);
create index client_consents_by_key on client_consents (key);
grant select, insert, update on client_consents to {{full}};
grant select (id, client_id, key, version, hash, at) on client_consents to {{masked}};

-- How a client came in by themselves. The password waits for the client area.
create table client_registrations (
    id uuid primary key,
    client_id uuid not null references clients (id),
    partner_id uuid references partners (id),
    lead_id uuid references leads (id),
    metadata jsonb not null default '{}',
    submitted_at timestamptz not null,
    verified_at timestamptz not null,
    ip text,
    password_hash text
);
create index client_registrations_by_client on client_registrations (client_id);
grant select, insert, update on client_registrations to {{full}};
grant select (id, client_id, partner_id, lead_id, submitted_at, verified_at) on client_registrations to {{masked}};

-- Forms whose e-mail address is not verified yet. What they say is sealed, and gone once the link was
-- used or has expired; the row stays for a while, to tell whoever comes late.
create table registrations (
    id uuid primary key,
    sealed text not null,
    token_hash bytea,
    state text not null default 'new' check (state in ('new', 'sent', 'dropped', 'verified')),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create unique index registrations_by_token on registrations (token_hash) where token_hash is not null;
create index registrations_by_expiry on registrations (expires_at);
create index registrations_to_empty on registrations (expires_at) where sealed <> '';
grant select, insert, update, delete on registrations to {{full}};

-- Secrets that the tenant's own staff put in, sealed; no answer shows them.
create table sealed_secrets (
    name text primary key,
    sealed bytea not null,
    updated_at timestamptz not null,
    updated_by uuid
);
grant select, insert, update, delete on sealed_secrets to {{full}};
