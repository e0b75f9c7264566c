"""Which library gives a service which capability: names only, read by the engine to tell 'not applicable' from 'not found'.

A service whose code imports none of a capability's libraries, and whose manifests and locks name none of them, cannot have
sites of rules about that capability. So a name too many costs an open point, a name too few claims what is not proven:
when in doubt a library is listed. Each set holds import names and distribution names (lower case, `-`) together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

WEB = """
fastapi starlette flask quart apiflask flask_restful flask-restful flask_restx flask-restx flask_smorest flask-smorest
flask_openapi3 flask-openapi3 flask_appbuilder flask-appbuilder flask_rest_jsonapi flask-rest-jsonapi
flask_combo_jsonapi flask-combo-jsonapi flask_restless flask-restless flask_classful flask-classful safrs eve django
djangorestframework rest_framework ninja
django-ninja ninja_extra django-ninja-extra tastypie django-tastypie sanic sanic_ext sanic-ext litestar starlite aiohttp
falcon tornado pyramid cornice connexion bottle cherrypy web web.py webpy web2py py4web hug blacksheep robyn emmett emmett55
responder molten tg turbogears2 masonite morepath muffin esmerald ravyn lilya xpresso chalice aws_lambda_powertools
aws-lambda-powertools functions_framework functions-framework azure-functions mangum zappa werkzeug webob wsgiref uvicorn
hypercorn daphne granian gunicorn uwsgi uwsgidecorators waitress gevent-websocket strawberry strawberry-graphql
strawberry_django graphene graphene_django graphene-django graphene-sqlalchemy graphene_federation ariadne tartiflette
graphql graphql-core grpc grpcio grpclib nameko spyne soaplib socketio python-socketio engineio python-engineio channels
autobahn klein django_ninja fastapi_utils fastapi-utils fastapi_restful fastapi-restful fastapi_users fastapi-users
fastapi_pagination fastapi-pagination sqladmin starlette_admin starlette-admin piccolo_api piccolo-api nicegui streamlit dash
gradio panel flet plone zope zope2 pylons odoo frappe wagtail mezzanine saleor feincms microdot picoweb uhttp socketify
japronto vibora growler bocadillo apistar restless flask_admin flask-admin flask_graphql flask-graphql jsonrpcserver jsonrpc
openapi_core openapi-core bentoml mlserver litserve fastmcp
"""

DATABASE = """
sqlalchemy sqlmodel alembic flask_sqlalchemy flask-sqlalchemy flask_sqlalchemy_lite flask-sqlalchemy-lite geoalchemy2
advanced_alchemy advanced-alchemy sqlalchemy_utils sqlalchemy-utils sqlalchemy_continuum sqlalchemy-continuum sqlakeyset
fastcrud fastapi_crudrouter fastapi-crudrouter fastapi_sqlalchemy fastapi-sqlalchemy fastapi_async_sqlalchemy
django djangorestframework peewee playhouse peewee_async peewee-async pony tortoise tortoise-orm ormar piccolo gino edgedb
gel prisma databases encode-databases records dataset pydal web2py storm sqlobject masoniteorm masonite-orm orator edgy
saffier mayim sqlc ibis ibis-framework aiosql pugsql yesql pypika sqlbuilder dbt django_extensions dj_database_url
dj-database-url sqlite3 pysqlite3 pysqlite3-binary aiosqlite apsw sqlcipher3 sqlite_utils sqlite-utils duckdb
psycopg psycopg2 psycopg2-binary psycopg-binary psycopg_pool psycopg-pool psycopg_c psycopg-c aiopg asyncpg pg8000 pygresql pg
pgdb py-postgresql postgresql psqlpy momoko queries pgvector postgres pymysql MySQLdb mysqlclient mysql mysql-connector
mysql-connector-python mysqlx aiomysql asyncmy oursql mariadb pyodbc aioodbc turbodbc pypyodbc odbc pymssql mssql-python
mssql_python pytds python-tds oracledb cx_Oracle cx-oracle cx_oracle_async ibm_db ibm-db ibm_db_dbi firebird fdb
firebird-driver sqlanydb teradatasql hdbcli jaydebeapi phoenixdb
snowflake snowflake-connector-python snowflake-sqlalchemy google-cloud-bigquery google-cloud-spanner google-cloud-firestore
google-cloud-datastore redshift_connector redshift-connector databricks databricks-sql-connector pyathena trino presto
presto-python-client pyhive impala impyla clickhouse_driver clickhouse-driver clickhouse_connect clickhouse-connect
asynch aiochclient infi.clickhouse_orm vertica_python vertica-python exasol pyexasol pydruid crate cratedb monetdb pymonetdb
questdb taos taospy pinotdb dremio
pymongo motor mongoengine beanie odmantic mongokit umongo pymodm bunnet djongo flask_pymongo flask-pymongo
flask_mongoengine flask-mongoengine mongoz gridfs bson
cassandra cassandra-driver scylla-driver aiocassandra cqlengine couchdb couchbase couchdb2 aiocouch cloudant ibmcloudant
arango python-arango aioarango pyArango rethinkdb tinydb pickledb zodb ZODB BTrees unqlite plyvel leveldb lmdb rocksdb
python-rocksdb sqlitedict diskcache blitzdb faunadb surrealdb
neo4j neo4j-driver py2neo neomodel gremlin_python gremlinpython gqlalchemy pyorient kuzu falkordb
pynamodb boto3 botocore aioboto3 aiobotocore dynamorm dynamodb
influxdb influxdb_client influxdb-client influxdb3-python aioinflux
elasticsearch elasticsearch_dsl elasticsearch-dsl elastic_transport opensearchpy opensearch-py django_elasticsearch_dsl
solr pysolr whoosh meilisearch typesense haystack django-haystack
supabase postgrest firebase_admin firebase-admin appwrite xata pocketbase
qdrant_client qdrant-client chromadb pinecone weaviate weaviate-client pymilvus lancedb redisvl redis_om redis-om
sqlalchemy_redshift sqlalchemy-bigquery pyspark connectorx adbc_driver_manager
"""

CACHE = """
redis aioredis redis_om redis-om hiredis rediscluster redis-py-cluster valkey glide valkey-glide coredis fakeredis pymemcache
pylibmc memcache python-memcached python-binary-memcached bmemcached aiomcache emcache cachetools aiocache fastapi_cache
fastapi-cache2 fastapi-cache dogpile dogpile.cache flask_caching flask-caching flask_cache django_redis django-redis cashews
diskcache beaker cachelib joblib async_lru async-lru aiocached walrus django
"""

HTTP_CLIENT = """
requests requests_toolbelt requests-toolbelt requests_oauthlib requests-oauthlib requests_futures requests-futures httpx
httpx2 aiohttp urllib3 urllib http httplib2 pycurl treq niquests aiohttp_retry aiohttp-retry grequests asks tls_client
tls-client curl_cffi curl-cffi primp httpcore h2 hyper mechanize zeep suds suds-community suds-py3 gql sgqlc
python-graphql-client xmlrpc jsonrpcclient uplink simple_rest_client hammock tapi grpc grpcio grpclib websockets
websocket websocket-client boto3 botocore aioboto3 aiobotocore google-cloud-storage google google-api-python-client
googleapiclient azure azure-storage-blob azure-identity msal stripe twilio sendgrid slack_sdk slack-sdk slack_bolt slack-bolt
openai anthropic cohere mistralai ollama litellm langchain langchain_openai elasticsearch opensearchpy opensearch-py
authlib oauthlib social_django python-jose github PyGithub pygithub gitlab python-gitlab jira atlassian
atlassian-python-api hvac consul python-consul kubernetes kubernetes_asyncio docker minio smart_open smart-open fsspec s3fs
gcsfs ftplib telnetlib smtplib imaplib poplib aiosmtplib aioimaplib ldap3 ldap python-ldap paramiko asyncssh fabric telegram
python-telegram-bot discord discord.py tweepy braintree paypalrestsdk plaid shopify mailchimp_marketing hubspot
simple_salesforce simple-salesforce zendesk pusher firebase_admin firebase-admin sentry_sdk
"""

TASKS = """
celery django_celery_beat django-celery-beat django_celery_results kombu billiard dramatiq dramatiq_abort periodiq rq
django_rq django-rq rq_scheduler rq-scheduler huey arq saq taskiq taskiq_fastapi taskiq-redis streaq procrastinate
django_q django-q2 django-q django_tasks django-tasks apscheduler schedule rocketry flask_apscheduler flask-apscheduler
fastapi_scheduler luigi airflow apache-airflow prefect dagster temporalio cadence conductor kafka kafka-python
kafka-python-ng confluent_kafka confluent-kafka aiokafka faust faust-streaming faststream propan pika aio_pika aio-pika
aiormq amqp amqpstorm stomp stomp.py nats nats-py pulsar pulsar-client google-cloud-pubsub google-cloud-tasks
azure-servicebus azure-eventhub paho paho-mqtt aiomqtt gmqtt hbmqtt bullmq beanstalkc greenstalk mrq spinach repid
nameko pgqueuer pgmq chancy oban
"""

LOGGING = """
logging loguru structlog logbook eliot python-json-logger pythonjsonlogger json_log_formatter json-log-formatter logfire
sentry_sdk sentry-sdk raven rollbar bugsnag airbrake honeybadger newrelic ddtrace datadog opentelemetry
opentelemetry-sdk opentelemetry-api google-cloud-logging watchtower picologging twiggy daiquiri ecs_logging ecs-logging
django_structlog django-structlog asgi_correlation_id asgi-correlation-id seqlog graypy logstash logstash-async
"""

METRICS = """
prometheus_client prometheus-client prometheus_fastapi_instrumentator prometheus-fastapi-instrumentator
starlette_exporter starlette-exporter starlette_prometheus starlette-prometheus django_prometheus django-prometheus
prometheus_flask_exporter prometheus-flask-exporter aioprometheus statsd datadog ddtrace opentelemetry opentelemetry-sdk
opentelemetry-api newrelic elasticapm elastic-apm sentry_sdk sentry-sdk logfire aws_embedded_metrics aws-embedded-metrics
google-cloud-monitoring applicationinsights azure-monitor-opentelemetry scout_apm scout-apm appsignal instana influxdb
influxdb_client pyformance aiodogstatsd markus
"""

AUTHENTICATION = """
jwt pyjwt jose python-jose joserfc authlib passlib bcrypt argon2 argon2-cffi pwdlib itsdangerous oauthlib
requests_oauthlib fastapi_users fastapi-users fastapi_login fastapi-login fastapi_jwt_auth fastapi-jwt-auth authx
fastapi_azure_auth fastapi-azure-auth fastapi_auth0 fastapi_keycloak fastapi_sso fastapi-sso flask_login flask-login
flask_jwt_extended flask-jwt-extended flask_security flask-security flask_httpauth flask-httpauth flask_principal
allauth django-allauth dj_rest_auth dj-rest-auth djoser rest_framework_simplejwt djangorestframework-simplejwt knox
django-rest-knox oauth2_provider django-oauth-toolkit social_django social-auth-app-django guardian django-guardian rules
oso casbin keycloak python-keycloak ldap3 ldap django_auth_ldap saml2 pysaml2 onelogin python3-saml sanic_jwt sanic-jwt
aiohttp_security aiohttp-security webauthn pyotp supertokens_python clerk_backend_api workos django
"""

TEMPLATES = """
jinja2 mako chameleon genshi django tornado bottle dominate htpy fasthtml python-fasthtml markupsafe airium pystache chevron
"""

FILES = """
boto3 minio google-cloud-storage azure-storage-blob aiofiles python-multipart multipart fsspec s3fs gcsfs storages
django-storages pillow PIL werkzeug
"""


def _names(words: str) -> frozenset[str]:
    """Every word, and as a distribution name in its normal form (PEP 503)."""
    return frozenset(words.split()) | {re.sub(r"[-_.]+", "-", word.lower()) for word in words.split()}


CAPABILITIES: Mapping[str, frozenset[str]] = {
    name: _names(words)
    for name, words in {
        "web": WEB,
        "database": DATABASE,
        "cache": CACHE,
        "http client": HTTP_CLIENT,
        "tasks": TASKS,
        "logging": LOGGING,
        "metrics": METRICS,
        "authentication": AUTHENTICATION,
        "templates": TEMPLATES,
        "files": FILES,
    }.items()
}
"""Capability -> the libraries that give it."""

DATABASES: Mapping[str, str] = {
    name: title
    for title, words in {
        "PostgreSQL": """psycopg psycopg2 psycopg2-binary psycopg-binary psycopg_pool psycopg-pool aiopg asyncpg pg8000 pygresql
            pgdb psqlpy momoko py-postgresql pgvector""",
        "MySQL": "pymysql MySQLdb mysqlclient mysql mysql-connector-python mysql-connector mysqlx aiomysql asyncmy oursql",
        "MariaDB": "mariadb",
        "SQLite": "sqlite3 pysqlite3 pysqlite3-binary aiosqlite apsw sqlcipher3",
        "DuckDB": "duckdb",
        "SQL Server": "pymssql pytds python-tds mssql_python mssql-python",
        "ODBC": "pyodbc aioodbc turbodbc",
        "Oracle": "oracledb cx_Oracle cx-oracle",
        "Db2": "ibm_db ibm-db ibm_db_dbi",
        "Snowflake": "snowflake snowflake-connector-python",
        "BigQuery": "google-cloud-bigquery",
        "Spanner": "google-cloud-spanner",
        "Firestore": "google-cloud-firestore",
        "Redshift": "redshift_connector redshift-connector",
        "Databricks": "databricks-sql-connector",
        "Trino": "trino",
        "ClickHouse": "clickhouse_driver clickhouse-driver clickhouse_connect clickhouse-connect asynch aiochclient",
        "MongoDB": "pymongo motor mongoengine beanie odmantic umongo pymodm flask-pymongo flask_pymongo",
        "Cassandra": "cassandra cassandra-driver scylla-driver",
        "CouchDB": "couchdb aiocouch",
        "Couchbase": "couchbase",
        "ArangoDB": "arango python-arango aioarango",
        "RethinkDB": "rethinkdb",
        "SurrealDB": "surrealdb",
        "Gel": "edgedb gel",
        "DynamoDB": "pynamodb dynamorm",
        "Neo4j": "neo4j py2neo neomodel",
        "InfluxDB": "influxdb influxdb_client influxdb-client aioinflux",
        "Elasticsearch": "elasticsearch elasticsearch_dsl elasticsearch-dsl",
        "OpenSearch": "opensearchpy opensearch-py",
        "Redis": "redis aioredis django_redis django-redis redis_om redis-om coredis",
        "Valkey": "valkey valkey-glide",
        "Memcached": "pymemcache pylibmc python-memcached aiomcache bmemcached",
    }.items()
    for name in _names(words)
}
"""Driver -> the database it speaks to, for the first line of the report."""

DISPLAY_NAMES: Mapping[str, str] = {
    "sqlalchemy": "SQLAlchemy",
    "sqlmodel": "SQLModel",
    "dbapi": "DB-API",
    "django": "Django ORM",
    "asyncpg": "asyncpg",
    "aiosqlite": "aiosqlite",
    "sqlite3": "sqlite3",
    "psycopg": "Psycopg",
    "psycopg2": "psycopg2",
    "pymysql": "PyMySQL",
    "MySQLdb": "mysqlclient",
    "aiomysql": "aiomysql",
    "tortoise": "Tortoise ORM",
    "peewee": "Peewee",
    "pymongo": "PyMongo",
    "motor": "Motor",
    "beanie": "Beanie",
    "databases": "databases",
}
"""A library as its recogniser calls it -> as its makers spell it."""
