-- As in the tenants' own settings: documents are a module of their own, and whoever has clients has them.
update control.tenants set modules = modules || '["documents"]', registry_version = registry_version + 1
    where modules ? 'clients' and not modules ? 'documents';
