-- Failed items of all tenants, newest first.
create index import_items_poison on import_items (id) where state = 'failed';
