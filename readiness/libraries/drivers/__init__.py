"""Database drivers: linked code in, one `Query` out for every call that hands SQL text to a cursor, connection or pool, and
one `Read` for every place that takes several rows from one.

Covers psycopg 2 and 3, sqlite3, aiosqlite, PyMySQL, mysqlclient, MySQL Connector, asyncpg, aiomysql, aiopg, databases,
oracledb, cx_Oracle, pyodbc, pymssql, DuckDB, and the cursors that SQLAlchemy and Django hand out; clients of warehouses, of
analytical databases and of Cassandra (`warehouses`); peewee, Tortoise, Piccolo and further layers over a driver that take SQL
text (`mappers`). All of them stand in tables; what stands in none is left to `written_sql`.
"""
