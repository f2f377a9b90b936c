"""Templates: what `{{profile.jvm[heap]}}` names, and how a text is filled in from the scopes around it (aurora-spec appendix B, 6 to 13)."""
import re

from aurora_dsl.errors import SchemaError, UNBOUND_VARIABLE, shorten

# Innermost braces only: in {{a[{{b}}]}} the inner template is replaced first, then the text is scanned again.
TEMPLATE = re.compile(r'\{\{(&?)([^{}]+)\}\}')
_FIRST = re.compile(r'[^\W\d]\w*')
_NEXT = re.compile(r'\.([^\W\d]\w*)|\[([A-Za-z0-9_./\-]+)\]')

MAX_ROUNDS = 100
MAX_TEXT = 1 << 20


class Ref:
    """A variable's address: a name, then attributes (`.name`) and indexes (`[key]`)."""

    __slots__ = ('address', 'parts')

    def __init__(self, address, parts):
        self.address = address
        self.parts = parts

    _cache = {}

    @classmethod
    def from_address(cls, address):
        """Reads an address; a text that is none (spaces, operators) is refused."""
        ref = cls._cache.get(address)
        if ref is None:
            ref = cls._cache[address] = cls(address, cls._parse(address))
        return ref

    @staticmethod
    def _parse(address):
        first = _FIRST.match(address)
        parts, at = [], 0
        if first:
            parts.append(('.', first.group()))
            at = first.end()
            while at < len(address):
                step = _NEXT.match(address, at)
                if not step:
                    break
                parts.append(('.', step.group(1)) if step.group(1) else ('[', step.group(2)))
                at = step.end()
        if not parts or at < len(address):
            raise SchemaError(
                UNBOUND_VARIABLE, '', '{{%s}}' % shorten(address),
                'must be a name with .attributes and [indexes], without spaces; write {{&...}} where the braces are meant literally')
        return tuple(parts)

    def __eq__(self, other):
        return isinstance(other, Ref) and self.parts == other.parts

    def __hash__(self):
        return hash(self.parts)

    def __repr__(self):
        return 'Ref(%s)' % self.address


def find(ref, scopes):
    """The value of a reference: the nearest scope that has all of it wins. None when no scope has it."""
    parts = ref.parts
    if len(parts) > 1 and parts[0] == ('.', 'self'):
        parts, scopes = parts[1:], [s for s in scopes if s._is_struct][:1]
    elif len(parts) > 1 and parts[0] == ('.', 'super'):
        # The outermost struct wins, as in the original: from a process that is the job, and only then its task.
        parts, scopes = parts[1:], [s for s in scopes if s._is_struct][:0:-1]
    for scope in scopes:
        value = scope._find(parts)
        if value is not None:
            return value
    return None


def fill_in(text, scopes, depth=0):
    """Replaces every template that has a value, again and again until the text is stable; those without one stay as they are.

    `{{&x}}` is left alone: it stands for a literal `{{x}}`, and whoever uses the text last takes the mark away.
    """
    if '{{' not in text:
        return text

    def replace(match):
        if match.group(1):
            return match.group()
        value = find(Ref.from_address(match.group(2)), scopes)
        return match.group() if value is None else value._text(scopes, depth + 1)

    for _ in range(MAX_ROUNDS if depth < MAX_ROUNDS else 0):
        filled = TEMPLATE.sub(replace, text)
        if filled == text:
            return text
        if len(filled) > MAX_TEXT:
            raise SchemaError(UNBOUND_VARIABLE, '', shorten(text), 'grows beyond 1 MB when its templates are filled in')
        text = filled
    raise SchemaError(UNBOUND_VARIABLE, '', shorten(text), 'refers to itself: its templates go in a circle')
