"""What each column of the key store and of other people's models may hold: nothing about anybody who is talked about."""

from hub.core.fieldclass import Declared, FieldClass

PROCESS, TECHNICAL = FieldClass.PROCESS, FieldClass.TECHNICAL

FIELD_CLASSES: Declared = {
    # wrapped keys, in a database of their own, and the list of those destroyed
    "keystore.DataKey": {PROCESS: "situation agency", TECHNICAL: "id master_version wrapped"},
    "keystore.ShreddedKey": {PROCESS: "situation agency at", TECHNICAL: "id"},
    "keystore.ReferralKey": {PROCESS: "referral agency", TECHNICAL: "id master_version wrapped"},
    "keystore.ShreddedReferralKey": {PROCESS: "referral agency at", TECHNICAL: "id"},
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
    # second factors: secrets are sealed by the adapter (agencies.second_factors)
    "mfa.Authenticator": {PROCESS: "user type created_at last_used_at", TECHNICAL: "id data"},
    "usersessions.UserSession": {
        PROCESS: "user created_at last_seen_at ip user_agent data",
        TECHNICAL: "id session_key",
    },
    # whose account at an agency's own provider; providers themselves stand in agencies.SingleSignOn
    "socialaccount.SocialAccount": {PROCESS: "user provider uid last_login date_joined extra_data", TECHNICAL: "id"},
    "socialaccount.SocialApp": {PROCESS: "provider provider_id name client_id settings", TECHNICAL: "id secret key"},
    "socialaccount.SocialToken": {TECHNICAL: "id app account token token_secret expires_at"},
}
