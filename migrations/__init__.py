"""The steps that build the catalog's schema, run by `catalog.store.migrate`."""
