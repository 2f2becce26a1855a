"""Addresses by rule: a street as countries write it, and what belongs to it."""
