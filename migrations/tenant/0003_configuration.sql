create table statuses (
    entity text not null check (entity in ('client', 'lead')),
    key text not null,
    label text not null,
    hue text not null check (hue in ('blue', 'violet', 'amber', 'grey', 'teal', 'green', 'red', 'pink')),
    position int not null,
    is_default boolean not null default false,
    closed boolean not null default false,
    outcome text not null default 'none' check (outcome in ('none', 'won', 'lost')),
    primary key (entity, key)
);
create unique index statuses_one_default on statuses (entity) where is_default;

create table pipelines (
    key text primary key,
    name text not null,
    position int not null,
    is_default boolean not null default false
);

create table pipeline_stages (
    pipeline_key text not null references pipelines (key) on delete cascade,
    key text not null,
    label text not null,
    position int not null,
    probability int not null check (probability between 0 and 100),
    hue text not null,
    outcome text not null default 'none' check (outcome in ('none', 'won', 'lost')),
    primary key (pipeline_key, key)
);

create table message_templates (
    key text primary key,
    subject text not null,
    text text not null,
    html text not null,
    updated_at timestamptz not null default now()
);
