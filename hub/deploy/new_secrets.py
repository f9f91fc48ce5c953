"""The secrets of a new installation, one file each, for docker-compose.yml: `python3 hub/deploy/new_secrets.py secrets`.

What is there already is left as it is. Nobody but you can enter the directory; the files themselves can be read, because the
containers read them as users of their own. smtp_password is made empty: write your mail server's into it.
"""

import base64
import secrets
import sys
from pathlib import Path

PASSWORDS = (
    "admin_password", "owner_password", "app_password",
    "keys_admin_password", "keys_owner_password", "keys_app_password", "redis_password",
)  # fmt: skip


def key() -> str:
    """32 random bytes in base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def make(directory: Path) -> list[str]:
    """Makes the files that are missing and returns their names."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory.chmod(0o700)
    values = {name: secrets.token_urlsafe(32) for name in PASSWORDS}
    values |= {"secret_key": secrets.token_urlsafe(50), "vault_keys": f"1:{key()}", "ledger_key": key(), "smtp_password": ""}
    made = [name for name in values if not (directory / name).exists()]
    for name in made:
        file = directory / name
        file.write_text(f"{values[name]}\n", encoding="ascii")
        file.chmod(0o444)
    return made


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004  the program and the directory
        sys.exit(f"usage: {sys.argv[0]} DIRECTORY")
    for made_now in make(Path(sys.argv[1])):
        print(made_now)  # noqa: T201
