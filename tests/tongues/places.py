"""Where the words stand that somebody without an account may meet."""

TEMPLATES = (
    "help/*.html",
    "agencies/public_*.html",
    "403.html",
    "403_csrf.html",
    "404.html",
    "500.html",
    "errors/403.html",
    "errors/404.html",
    "errors/405.html",
    "errors/409.html",
    "errors/422.html",
    "errors/500.html",
    "errors/503.html",
)
"""With everything that they include or extend, by name."""
FRAMES = ("base.html",)
"""What `page.layout` names."""
MEMBERS_ONLY = ("components/idle_cover.html",)
"""Parts of the frame that only members see; what a visitor's page asks for all the same is found when it is walked."""

MODULES = (
    "agencies/cadence.py",
    "agencies/views/public.py",
    "hub/core/languages.py",
    "hub/core/text.py",
    "situations/referral_forms.py",
    "situations/referrals/answers.py",
    "situations/referrals/bringing.py",
    "situations/referrals/limits.py",
    "situations/referrals/proof_of_work.py",
    "situations/referrals/receipts.py",
    "situations/referrals/steps.py",
    "situations/referrals/thread.py",
    "situations/views/referral_*.py",
)
VERBS = "situations/referrals/*.py"
"""What these write to a family stands where they set its language."""

DJANGO = (
    "This field is required.",
    "Enter a valid value.",
    "Select a valid choice. %(value)s is not one of the available choices.",
    "Null characters are not allowed.",
    "Enter a valid email address.",
)
"""Django's own words that pages for anybody show; it ships them in Spanish and Portuguese, and not in Haitian Creole."""
DJANGO_PLURALS = (
    (
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
    ),
)
