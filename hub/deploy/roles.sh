#!/bin/sh
# Run once by the database's container on an empty volume, as the cluster's administrator: the two roles, and their database.
#   hubtable_owner  owns the tables: migrations, backups, moving and restoring. It too must say why it wants to see walled rows.
#   hubtable_app    what serves. It owns nothing, alters nothing, and sees of the walled tables what its transaction asks for.
# Passwords are read by psql itself: what is among the arguments is in the process list.
set -eu
export HUBTABLE_SECRETS_DIR="${HUBTABLE_SECRETS_DIR:-/run/secrets}"
exec psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set database="$HUBTABLE_DATABASE" \
    --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\set owner_password `cat "$HUBTABLE_SECRETS_DIR/owner_password"`
\set app_password `cat "$HUBTABLE_SECRETS_DIR/app_password"`
CREATE ROLE hubtable_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'owner_password';
CREATE ROLE hubtable_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'app_password';
CREATE DATABASE :"database" OWNER hubtable_owner;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO hubtable_app;
\connect :"database"
ALTER SCHEMA public OWNER TO hubtable_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO hubtable_app;
SQL
