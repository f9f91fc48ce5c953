# Holds code and static files, no secret and no data: those come from the environment and the database.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HUBTABLE_DATA=/srv/data
WORKDIR /srv/hubtable

# pg_dump and pg_restore, of the version that docker-compose.yml names
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql-client-15 && rm -rf /var/lib/apt/lists/*

COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt

COPY manage.py ./
COPY hub hub
COPY agencies agencies
COPY situations situations
COPY conferences conferences
COPY templates templates
COPY static static

# Collected as root and left unwritable for the server. The signing key exists for this one command only.
RUN HUBTABLE_SECRET_KEY=unused HUBTABLE_VAULT_KEYS="" DATABASE_URL=sqlite:////tmp/unused.sqlite3 \
    python manage.py collectstatic --no-input --verbosity 0 \
    && useradd --system --uid 10001 --no-create-home hubtable
USER hubtable

EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["python", "manage.py", "serve", "--prepared", "--host", "0.0.0.0", "--port", "8000"]
