-- What a tenant takes up in the database, beside its files.
alter table control.tenant_usage add column database_bytes bigint not null default 0;
-- Modules that have no code yet are none; they come back with it.
update control.tenants set modules = modules - 'trading' - 'money', registry_version = registry_version + 1
    where modules ?| array['trading', 'money'];
