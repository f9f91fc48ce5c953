"""Run as a process of its own on a hub's data: an administrator invites somebody; prints the path of the link."""

import django

EMAIL = "new.colleague@harborview.example"


def main() -> None:
    """One agency, its administrator, one invitation."""
    django.setup()
    from django.urls import reverse

    from agencies import invitations, membership

    clinic = membership.found_agency(by=None, key="clinic", name="Harborview Clinic", short_name="Clinic", sector="health")
    admin = membership.add_member(
        by=None,
        roles=[],
        password="x" * 20,
        email="admin@harborview.example",
        name="Admin",
        agency=clinic,
        is_administrator=True,
    )
    whom = {"email": EMAIL, "name": "Sorrel Vane", "position": "Clinician"}
    _row, token = invitations.invite(by=admin, agency=clinic, roles=["representative"], **whom)
    print(reverse("account_invitation", args=[token]))  # noqa: T201 - the test reads it


if __name__ == "__main__":
    main()
