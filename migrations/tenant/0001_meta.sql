-- What this tenant was made from, and the version that moves when anybody's access changes.
create table tenant_meta (
    only_row boolean primary key default true check (only_row),
    access_version bigint not null default 1,
    template text not null default '',
    template_version text not null default '',
    -- The template's values as applied: the base of a later three-way upgrade.
    template_base jsonb,
    created_at timestamptz not null default now()
);
insert into tenant_meta default values;

create table settings (
    key text primary key,
    value jsonb not null,
    updated_at timestamptz not null default now(),
    updated_by uuid
);
