"""The provider's people and its one client, made before it starts. Run as a module in the provider's environment."""

import json
import os
import sys

if __name__ == "__main__":
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)

    from django.contrib.auth.models import User
    from oauth2_provider.models import Application

    given = json.load(sys.stdin)
    for name, email in given["people"].items():
        User.objects.create_user(name, email, os.environ["PROVIDER_PASSWORD"])
    Application.objects.create(
        name="HubTable", client_id=given["client_id"], client_secret=given["client_secret"],
        client_type="confidential", authorization_grant_type="authorization-code", algorithm="RS256",
        redirect_uris=" ".join(given["redirect_uris"]), skip_authorization=True,
    )  # fmt: skip
