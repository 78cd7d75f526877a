-- A record that goes is looked for in every table that may name it, in what was deleted there, too.
create index contacts_of_client on contacts (client_id) where client_id is not null;
create index deals_of_client on deals (client_id) where client_id is not null;
create index deals_of_contact on deals (contact_id) where contact_id is not null;
create index activities_of_client on activities (client_id) where client_id is not null;
create index activities_of_contact on activities (contact_id) where contact_id is not null;
create index activities_of_lead on activities (lead_id) where lead_id is not null;
create index notes_of_client on notes (client_id) where client_id is not null;
create index notes_of_contact on notes (contact_id) where contact_id is not null;
create index notes_of_lead on notes (lead_id) where lead_id is not null;
create index attachments_of_client on attachments (client_id) where client_id is not null;
create index attachments_of_contact on attachments (contact_id) where contact_id is not null;
