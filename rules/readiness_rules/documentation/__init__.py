"""What clients and operators are told."""
