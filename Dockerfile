# Two images of one version. They hold code and static files, no secret and no data: those come from files and volumes.

FROM python:3.11.14-slim-bookworm AS build
ENV PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PATH=/opt/venv/bin:$PATH
WORKDIR /srv/hubtable
RUN python -m venv /opt/venv
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt && pip uninstall --yes pip setuptools
COPY manage.py ./
COPY hub hub
COPY agencies agencies
COPY situations situations
COPY conferences conferences
COPY templates templates
COPY static static
# Nothing that is made up here leaves this stage: no database, and keys of this one command.
RUN HUBTABLE_DATA=/tmp/unused HUBTABLE_STATIC=/srv/static python manage.py collectstatic --no-input --verbosity 0

FROM caddy:2.10.2-alpine AS proxy
# A copy of the program has no file capability: it listens above 1024, and may run where every capability is dropped.
RUN cp /usr/bin/caddy /tmp/caddy && mv /tmp/caddy /usr/bin/caddy \
    && install -d -o 10001 -g 10001 /data /config /srv/served
COPY hub/deploy/Caddyfile /etc/caddy/Caddyfile
USER 10001:10001
EXPOSE 8080 8443
HEALTHCHECK --interval=10s --timeout=3s CMD ["nc", "-z", "127.0.0.1", "8443"]
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]

FROM python:3.11.14-slim-bookworm AS app
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/venv/bin:$PATH HUBTABLE_DATA=/srv/data HUBTABLE_STATIC=/srv/static
WORKDIR /srv/hubtable
# pg_dump and pg_restore, of the version that docker-compose.yml names; nothing that builds or installs stays.
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql-client-15 && rm -rf /var/lib/apt/lists/* \
    && python -m pip uninstall --yes pip setuptools wheel \
    && install -d -o 10001 -g 10001 /srv/served
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/static /srv/static
COPY --from=build /srv/hubtable /srv/hubtable
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
CMD ["python", "manage.py", "serve", "--prepared", "--host", "0.0.0.0", "--port", "8000"]
