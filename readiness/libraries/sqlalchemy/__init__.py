"""SQLAlchemy and SQLModel: linked code in, queries and reads out."""
