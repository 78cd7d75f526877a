-- A rate is one of two currencies: it says in which it is, so that it counts no longer when the tenant chooses another.
-- Old processes write rates without knowing of it, so the table fills it in; who copies rates says it.
create function rate_base() returns trigger language plpgsql set search_path = {{schema}}, pg_temp
    as $$
begin
    if tg_op = 'UPDATE' or new.base is null then
        new.base := coalesce((select s.value #>> '{}' from settings s where s.key = 'base_currency'), 'USD');
    end if;
    return new;
end $$;
alter table exchange_rates add column base text;
update exchange_rates set base = coalesce((select s.value #>> '{}' from settings s where s.key = 'base_currency'), 'USD');
create trigger rate_base before insert or update on exchange_rates for each row execute function rate_base();
alter table exchange_rates alter column base set not null;
create index exchange_rates_by_base on exchange_rates (base, currency, day desc) include (rate);
grant select (base) on exchange_rates to {{masked}};

-- Customers are looked for by their company, too.
create index customer_details_company on customer_details using gin (fold(company) extensions.gin_trgm_ops)
    where company is not null;

-- What was done in a period.
create index activities_by_completed on activities (completed_at) include (assigned_to, team_id)
    where completed_at is not null and deleted_at is null;
