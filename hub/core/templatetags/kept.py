"""`{% kept "components/x.html" with ... only %}`: as `include`, for a part that often stays when what is around it changes."""

from django import template
from django.template import Context
from django.template.base import Parser, Token
from django.template.loader_tags import IncludeNode, do_include
from django.utils.safestring import SafeString, mark_safe

from hub.core.kept import at_hand

register = template.Library()


class KeptNode(IncludeNode):
    """An include that is made again only if its parameters have changed (`hub.core.kept`)."""

    def render(self, context: Context) -> SafeString:
        """The component, for these parameters."""
        store, make = at_hand(), super().render
        if store is None:
            return make(context)
        given = {name: value.resolve(context) for name, value in self.extra_context.items()}
        return mark_safe(store.html(self.template.var, given, lambda: make(context)))  # noqa: S308 - a template made it


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """Parameters as of `include`, with `only`."""
    made = do_include(parser, token)
    # what is around it must not be able to show in it
    if not made.isolated_context or not isinstance(made.template.var, str):
        raise template.TemplateSyntaxError("kept takes a template by its name, and `only`")
    return KeptNode(made.template, extra_context=made.extra_context, isolated_context=True)
