"""Static files under hashed names."""

from servestatic.storage import CompressedManifestStaticFilesStorage


class HashedAssets(CompressedManifestStaticFilesStorage):
    """Hashed, compressed, and with the imports between our ES modules rewritten too, so that none is ever stale."""

    support_js_module_import_aggregation = True
