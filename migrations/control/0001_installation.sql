-- One row that says which installation this database belongs to. Roles are shared by all databases
-- of a cluster, so every role name starts with the prefix kept here.
create table control.installation (
    only_row boolean primary key default true check (only_row),
    prefix text not null check (prefix ~ '^[a-z][a-z0-9]{1,11}$'),
    created_at timestamptz not null default now()
);
