"""Static files under hashed names."""

from django.contrib.staticfiles.storage import HashedFilesMixin
from servestatic.storage import CompressedManifestStaticFilesStorage

# Django names no public way to say which scripts are modules.
_, IMPORT_PATTERNS = getattr(HashedFilesMixin, "_js_module_import_aggregation_patterns")  # noqa: B009


class HashedAssets(CompressedManifestStaticFilesStorage):
    """Hashed, compressed, and with the imports between our ES modules rewritten too, so that none is ever stale.

    Ours only (`js/`): libraries bring files that we do not use, with imports that cannot be resolved here.
    """

    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = ("js/*.js", IMPORT_PATTERNS)
