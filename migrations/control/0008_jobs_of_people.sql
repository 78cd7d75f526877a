-- Jobs that somebody waits for name them in their payload; their own jobs are asked for with every page.
create index outbox_by_requester on control.outbox (tenant_key, (payload ->> 'requested_by'), created_at desc, id desc)
    where kind <> 'event' and payload ->> 'requested_by' is not null;
