-- What a tenant's own staff may change of its row in the registry: name, look and modules, of this
-- tenant and no other. The role says which one it is.
create function control.change_tenant(new_name text, new_branding jsonb, new_modules jsonb) returns bigint
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
        update control.tenants
        set name = coalesce(new_name, name), branding = coalesce(new_branding, branding),
            modules = coalesce(new_modules, modules), registry_version = registry_version + 1, updated_at = now()
        where key = nullif(substring(current_setting('role') from '_([0-9]+)$'), '')::bigint and status = 'active'
        returning registry_version
    $$;
revoke all on function control.change_tenant(text, jsonb, jsonb) from public;
grant execute on function control.change_tenant(text, jsonb, jsonb) to {{tenants}};

-- The same row, read and locked: what is changed together is compared with what is there now.
create function control.own_tenant() returns table (name text, branding jsonb, modules jsonb)
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
        select t.name, t.branding, t.modules from control.tenants t
        where t.key = nullif(substring(current_setting('role') from '_([0-9]+)$'), '')::bigint and t.status = 'active'
        for update
    $$;
revoke all on function control.own_tenant() from public;
grant execute on function control.own_tenant() to {{tenants}};
