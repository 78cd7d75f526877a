-- Staff from files: what they came with, so that the import can be taken back, and the role that a row gives.
alter table imports drop constraint imports_entity_check;
alter table imports add constraint imports_entity_check check (entity in ('client', 'lead', 'user'));
alter table import_rows add column role_id uuid;
alter table users add column import_id uuid;
create index users_by_import on users (import_id, id) where import_id is not null;
