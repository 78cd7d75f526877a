-- When somebody of the staff wants to come back to a person, and what for. `follow_up_told` says that the
-- owner was reminded of this very date.
alter table clients
    add column follow_up_at timestamptz,
    add column follow_up_note text,
    add column follow_up_told boolean not null default false,
    -- Where the client came from: the lead it was, and the partner who brought that.
    add column partner_id uuid references partners (id),
    add column lead_id uuid references leads (id);
alter table leads
    add column tags text[] not null default '{}',
    add column follow_up_at timestamptz,
    add column follow_up_note text,
    add column follow_up_told boolean not null default false;

update clients c set lead_id = l.id, partner_id = l.partner_id from leads l where l.converted_client_id = c.id;

-- Both directions, and those that have no date at the end of either: the newest record first among equals.
create index clients_by_follow_up on clients (follow_up_at, created_at desc, id desc) where deleted_at is null;
create index leads_by_follow_up on leads (follow_up_at, created_at desc, id desc);
-- What the reminders look for: few rows, whatever the size of the table.
create index clients_follow_up_due on clients (follow_up_at)
    where follow_up_at is not null and not follow_up_told and deleted_at is null;
create index leads_follow_up_due on leads (follow_up_at) where follow_up_at is not null and not follow_up_told;
create index leads_by_tag on leads using gin (tags);

grant select (follow_up_at, follow_up_note, follow_up_told, partner_id, lead_id),
    insert (follow_up_at, follow_up_note, follow_up_told, partner_id, lead_id),
    update (follow_up_at, follow_up_note, follow_up_told) on clients to {{masked}};
grant select (tags, follow_up_at, follow_up_note, follow_up_told), insert (tags, follow_up_at, follow_up_note, follow_up_told),
    update (tags, follow_up_at, follow_up_note, follow_up_told) on leads to {{masked}};

-- The statuses that may follow; null lets every status follow.
alter table statuses add column transitions text[];
grant select (transitions) on statuses to {{masked}};
-- Why a lead got a status, e.g. why it was lost.
alter table lead_status_history add column reason text;
grant select (reason) on lead_status_history to {{masked}};
