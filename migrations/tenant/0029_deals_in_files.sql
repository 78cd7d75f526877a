-- Deals, opportunities and activities that come from files.
alter table imports drop constraint imports_entity_check;
alter table imports add constraint imports_entity_check
    check (entity in ('client', 'lead', 'user', 'contact', 'opportunity', 'deal', 'activity'));
-- Checked values of kinds that have more of them than people do, by the keys of fields.
alter table import_rows add column more jsonb;
alter table activities add column import_id uuid;
grant select (import_id) on activities to {{masked}};
-- The list of what came with an import, and what its rows are compared by.
create index deals_by_import on deals (import_id, created_at desc, id desc) where import_id is not null;
create index activities_by_import on activities (import_id, created_at desc, id desc) where import_id is not null;
create index activities_by_subject on activities (search_text) where deleted_at is null;
-- What rows may call a contact: the name alone, without the company that is searched for with it.
create index contacts_by_whole_name on contacts (fold(trim(first_name || ' ' || last_name))) where deleted_at is null;
-- A record that goes is looked for in every table that may name it, in what was deleted there, too.
create index activities_of_deal on activities (deal_id) where deal_id is not null;
create index activities_of_opportunity on activities (opportunity_id) where opportunity_id is not null;
create index notes_of_deal on notes (deal_id) where deal_id is not null;
create index notes_of_activity on notes (activity_id) where activity_id is not null;
create index attachments_of_deal on attachments (deal_id) where deal_id is not null;
create index attachments_of_activity on attachments (activity_id) where activity_id is not null;

-- Roles that stand already: whoever brings clients in and adds deals may bring deals in, and the same for activities.
insert into role_permissions (role_id, permission, scope)
    select r.role_id, k.area || '.import', 'all' from role_permissions r cross join (values ('deals'), ('activities')) k (area)
    where r.permission = 'clients.import'
      and exists (select 1 from role_permissions c where c.role_id = r.role_id and c.permission = k.area || '.create')
      and 2 = (select count(*) from role_fields f where f.role_id = r.role_id and f.level = 'full'
          and f.field in ('clients.email', 'clients.phone'))
    on conflict do nothing;
