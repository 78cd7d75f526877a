-- Jobs and events, written in the transaction of the change that causes them. The truth about
-- background work is here; Redis only carries it.
create table control.outbox (
    id uuid primary key,
    tenant_key bigint not null,
    -- 'event' rows are published and gone; every other kind is a job.
    kind text not null,
    payload jsonb not null,
    dedupe_key text,
    state text not null default 'queued' check (state in ('queued', 'sent', 'running', 'done', 'dead')),
    attempts int not null default 0,
    max_attempts int not null default 8,
    run_at timestamptz not null default now(),
    -- A row that is sent or running past this instant is handed out again.
    lease_until timestamptz,
    error text,
    progress jsonb,
    created_at timestamptz not null default now(),
    finished_at timestamptz
);
-- The relay goes from tenant to tenant over the first, so that one tenant's backlog costs the others
-- nothing; events never stand behind jobs.
create index outbox_due on control.outbox (tenant_key, run_at, id) where state = 'queued' and kind <> 'event';
create index outbox_events on control.outbox (id) where kind = 'event';
create index outbox_leased on control.outbox (lease_until) where state in ('sent', 'running');
create index outbox_by_tenant on control.outbox (tenant_key, created_at desc, id desc) where kind <> 'event';
create unique index outbox_dedupe on control.outbox (tenant_key, kind, dedupe_key)
    where dedupe_key is not null and state in ('queued', 'sent', 'running');
create index outbox_finished on control.outbox (finished_at) where state = 'done';

-- A tenant's roles reach only their own rows. Their names end in the tenant's number.
create function control.tenant_of_role() returns bigint language sql stable parallel safe
    as $$ select nullif(substring(current_user from '_([0-9]+)$'), '')::bigint $$;

alter table control.outbox enable row level security;
create policy outbox_tenant on control.outbox to {{tenants}}
    using (tenant_key = (select control.tenant_of_role()))
    with check (tenant_key = (select control.tenant_of_role()));
create policy outbox_application on control.outbox to {{app}} using (true) with check (true);
create policy outbox_provisioner on control.outbox to {{prov}} using (true) with check (true);
