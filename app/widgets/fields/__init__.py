"""One editor widget a kind of value; `field_for(schema)` in kinds.py picks it from a JSON schema.

field      what they share: `value`, `set_value`, `changed`, `finished`, `set_problem`
kinds      from a schema to a field
row        a field with its label, reset, help and problem
"""
