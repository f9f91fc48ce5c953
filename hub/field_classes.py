"""What each column of the key store and of other people's models may hold: nothing about anybody who is talked about."""

from hub.core.fieldclass import Declared, FieldClass

PROCESS, TECHNICAL = FieldClass.PROCESS, FieldClass.TECHNICAL

FIELD_CLASSES: Declared = {
    # wrapped keys, in a database of their own, and the list of those destroyed
    "keystore.DataKey": {PROCESS: "situation agency", TECHNICAL: "id master_version wrapped"},
    "keystore.ShreddedKey": {PROCESS: "situation agency at", TECHNICAL: "id"},
    # the presses of a day: digests under a key that only the page has
    "pressing.Press": {PROCESS: "member view made_at where", TECHNICAL: "id key sent"},
    # unused by HubTable: rights come from seats and roles
    "auth.Permission": {TECHNICAL: "id name content_type codename"},
    "auth.Group": {TECHNICAL: "id name"},
    "auth.Group_permissions": {TECHNICAL: "id group permission"},
    "contenttypes.ContentType": {TECHNICAL: "id app_label model"},
    "sessions.Session": {TECHNICAL: "session_key session_data expire_date"},
    "account.EmailAddress": {PROCESS: "user email verified primary", TECHNICAL: "id"},
    "account.EmailConfirmation": {PROCESS: "email_address created sent", TECHNICAL: "id key"},
}
