"""Brings all catalogues up to date."""

import os
import sys


def main() -> int:
    """Says for each language how many words wait for their translation."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.test")
    import django

    django.setup()
    from tests.tongues import catalogues

    for language in catalogues.TRANSLATED:
        left = catalogues.update(language)
        sys.stdout.write(f"{language}: {left} words without a translation\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
