"""What recognisers of queries share, whatever runs the text: a composed SQL text in, its pieces with their places, the statement
and its rows out; and of a function of the project that runs what it is given, the calls that give it.

It knows no library. Which calls run SQL is said by `drivers`, `sqlalchemy` and `django_orm`, and by `written_sql` for the calls
that none of these knows.
"""
