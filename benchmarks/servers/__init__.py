"""The processes of a benchmark that are not the guard: a model without thought, and a proxy without a guard."""
