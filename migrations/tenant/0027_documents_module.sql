-- Documents are a module of their own: whoever has clients has them until they switch them off.
update settings set value = value || '["documents"]' where key = 'modules' and value ? 'clients' and not value ? 'documents';
update tenant_meta set template_base = jsonb_set(template_base, '{modules}', template_base -> 'modules' || '["documents"]')
    where template_base -> 'modules' ? 'clients' and not template_base -> 'modules' ? 'documents';
