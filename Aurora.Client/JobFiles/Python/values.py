"""The language's types: simple values, lists, maps, structs, and the environments that bind names.

A value keeps what it was given and becomes a number or a text only when the job is bound (lazy coercion), because a template inside it may take its
value from a struct that does not exist yet. Values never change: calling a struct, or `bind`, makes a copy, so one struct can be used in many jobs.

What a name means is decided by scopes, nearest first. Seen from inside a struct: its own fields, its own bindings (latest first), then the fields and
bindings of the struct around it, and so on outwards.
"""
import math

from aurora_dsl.errors import OUT_OF_RANGE, SchemaError, UNKNOWN_FIELD, WRONG_TYPE, nearest, shorten, user_place
from aurora_dsl.templates import Ref, fill_in


class _Empty:
    """The value of a field that has none."""

    def __repr__(self):
        return 'Empty'

    def __bool__(self):
        return False


Empty = _Empty()


class Binding:
    """What is noted while a job becomes plain data: where each struct was written, and which templates failed."""

    def __init__(self):
        self.places = {}
        self.faults = []


def _attempt(action, fallback, path, noted):
    """Runs a step of the binding. With a Binding to note it in, a mistake is collected, so that all of them are reported at once."""
    try:
        return action()
    except SchemaError as error:
        if noted is None:
            raise
        noted.faults.append(error.inside(path))
        return fallback


class Environment:
    """Names and their values, for `bind`. Keys are names, dotted names or Refs; values are simple, typed values, dicts or environments."""

    _is_struct = False

    def __init__(self, *tables, **names):
        self._table = {}
        for table in tables + (names,):
            self._add((), table)

    def _add(self, prefix, table):
        if isinstance(table, Environment):
            self._table.update((prefix + parts, value) for parts, value in table._table.items())
            return
        if not isinstance(table, dict):
            raise ValueError('bind takes names, dicts, structs or environments, not %s' % type(table).__name__)
        for key, value in table.items():
            parts = prefix + (key if isinstance(key, Ref) else Ref.from_address(str(key))).parts
            if isinstance(value, (dict, Environment)):
                self._add(parts, value)
            elif isinstance(value, Object):
                self._table[parts] = value
            elif isinstance(value, (str, int, float)):
                self._table[parts] = String(str(value))
            else:
                raise ValueError('Environment values must be strings, numbers, Objects or other Environments.')

    def _find(self, parts):
        # The longest bound prefix first: {'a.b': 1} beats {'a': struct} for {{a.b}}.
        for length in range(len(parts), 0, -1):
            value = self._table.get(parts[:length])
            if value is not None:
                return value if length == len(parts) else value._find(parts[length:])
        return None


class Object:
    """Anything typed. `_scopes` holds its own bindings and the scopes it was taken from, nearest first."""

    _scopes = ()
    _is_struct = False

    def bind(self, *tables, **names):
        """A copy in which the names have values; on one object a later bind wins."""
        scopes = [t if isinstance(t, (Struct, Environment)) else Environment(t) for t in tables]
        if names:
            scopes.append(Environment(names))
        return self._with_scopes(tuple(reversed(scopes)) + self._scopes)

    def unwrap(self):
        """A Choice's chosen value; here a choice is never wrapped."""
        return self

    def get(self):
        """The value as plain Python data, as far as its templates can be filled in here."""
        return self._plain((), '', None)

    def __mod__(self, table):
        return self.bind(table)

    def _with_scopes(self, scopes):
        copy = self.__class__.__new__(self.__class__)
        copy.__dict__.update(self.__dict__)
        copy._scopes = scopes
        return copy

    def _in_scope(self, scopes):
        return self._with_scopes(self._scopes + tuple(scopes))

    def _find(self, parts):
        return None

    def _text(self, scopes, depth):
        return str(self._plain(scopes, '', None))

    def __eq__(self, other):
        if isinstance(other, Object):
            return type(self) is type(other) and self._plain((), '', None) == other._plain((), '', None)
        return self._plain((), '', None) == other

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        return hash(repr(self._plain((), '', None)))

    def __str__(self):
        return self._text((), 0)

    def __repr__(self):
        return '%s(%s)' % (type(self).__name__, shorten(str(self)))


def _encodable(text):
    """The text, if it is one: names of files and variables that are not UTF-8 reach Python with halves of surrogate pairs in them."""
    try:
        text.encode('utf-8')
    except UnicodeEncodeError:
        raise SchemaError(WRONG_TYPE, '', shorten(ascii(text)), 'must be text that can be written as UTF-8') from None
    return text


class Simple(Object):
    """A text or a number, kept as given; a text with a template is accepted for every type."""

    def __init__(self, value):
        if isinstance(value, Simple):
            self._scopes = value._scopes
            value = value._value
        if not isinstance(value, (str, int, float)):
            raise SchemaError(WRONG_TYPE, '', shorten(value), 'must be %s' % self._rule)
        if not isinstance(value, str):
            value = self._convert(value)
        self._value = value

    def get(self):
        return self._value

    def _plain(self, scopes, path, noted):
        if not isinstance(self._value, str):
            return self._value
        text = _attempt(lambda: _encodable(fill_in(self._value, self._scopes + scopes)), self._value, path, noted)
        return self._from_text(text)

    def _text(self, scopes, depth):
        return fill_in(self._value, self._scopes + scopes, depth) if isinstance(self._value, str) else str(self._value)

    def _from_text(self, text):
        """The text as this type; a text that is none stays a text, and the reader of the job reports it with its field."""
        return text


class String(Simple):
    """A text; numbers and truth values become their Python texts."""

    _rule = 'a string'
    _convert = staticmethod(str)


class _Number(Simple):
    def __int__(self):
        return int(self._plain((), '', None))

    def __float__(self):
        return float(self._plain((), '', None))

    def _convert(self, value):
        if isinstance(value, float) and not math.isfinite(value):
            raise SchemaError(OUT_OF_RANGE, '', str(value), 'must be a finite number')
        return self._number(value)

    def _from_text(self, text):
        try:
            return self._convert(self._number(text))
        except (ValueError, OverflowError):
            return text


class Integer(_Number):
    """A whole number; fractions are cut off, but a text must be whole."""

    _rule = 'an integer'
    _number = int


class Float(_Number):
    """A number."""

    _rule = 'a number'
    _number = float


class Boolean(Simple):
    """True or false; as a text also 1 and 0, in any case."""

    _rule = 'true or false'
    _convert = staticmethod(bool)
    _texts = {'true': True, '1': True, 'false': False, '0': False}

    def _from_text(self, text):
        return self._texts.get(text.lower(), text)

    def __bool__(self):
        return self._plain((), '', None) is True


def Enum(*values):
    """The type of one of some texts: Enum('a', 'b') or Enum('Name', ('a', 'b'))."""
    name = 'Enum'
    if len(values) == 2 and not isinstance(values[1], str):
        name, values = values

    class _Enum(String):
        _rule = 'one of %s' % ', '.join(values)

        def __init__(self, value):
            super().__init__(value)
            if '{{' not in self._value and self._value not in values:
                raise SchemaError(OUT_OF_RANGE, '', shorten(self._value), 'must be ' + self._rule)

    _Enum.__name__ = str(name)
    return _Enum


class _Sequence(Object):
    """The base of List types; `_of` is the elements' type."""

    def __init__(self, values=()):
        if isinstance(values, _Sequence):
            values = list(values)
        if isinstance(values, (str, bytes, dict, Object)) or not hasattr(values, '__iter__'):
            raise SchemaError(WRONG_TYPE, '', shorten(values), 'must be a list of %s' % self._of.__name__)
        self._values = [_inside('[%d]' % i, self._of, v) for i, v in enumerate(values)]

    def _find(self, parts):
        kind, key = parts[0]
        if kind != '[' or not key.isdigit() or int(key) >= len(self._values):
            return None
        value = self._values[int(key)]._in_scope(self._scopes)
        return value if len(parts) == 1 else value._find(parts[1:])

    def _plain(self, scopes, path, noted):
        inner = self._scopes + scopes
        return [v._plain(inner, '%s[%d]' % (path, i), noted) for i, v in enumerate(self._values)]

    def __len__(self):
        return len(self._values)

    def __iter__(self):
        return (v._in_scope(self._scopes) for v in self._values)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return [v._in_scope(self._scopes) for v in self._values[index]]
        return self._values[index]._in_scope(self._scopes)

    def __add__(self, other):
        return list(self) + list(other)

    def __radd__(self, other):
        return list(other) + list(self)


class _Mapping(Object):
    """The base of Map types; `_key` and `_value_type` are its types."""

    def __init__(self, values=None, **more):
        if isinstance(values, _Mapping):
            values = dict(values.items())
        if values is not None and not isinstance(values, dict):
            raise SchemaError(WRONG_TYPE, '', shorten(values), 'must be a map')
        pairs = dict(values or {}, **more)
        self._pairs = [(_inside('[%s]' % k, self._key, k), _inside('[%s]' % k, self._value_type, v)) for k, v in pairs.items()]

    def _find(self, parts):
        kind, key = parts[0]
        for k, v in self._pairs if kind == '[' else ():
            if str(k._in_scope(self._scopes)) == key:
                value = v._in_scope(self._scopes)
                return value if len(parts) == 1 else value._find(parts[1:])
        return None

    def _plain(self, scopes, path, noted):
        inner = self._scopes + scopes
        plain = {}
        for k, v in self._pairs:
            key = str(k._plain(inner, path, noted))
            plain[key] = v._plain(inner, '%s[%s]' % (path, key), noted)
        return plain

    def items(self):
        return [(k._in_scope(self._scopes), v._in_scope(self._scopes)) for k, v in self._pairs]

    def __len__(self):
        return len(self._pairs)

    def __iter__(self):
        return (k for k, _ in self.items())

    def __contains__(self, key):
        return any(k == key for k, _ in self.items())

    def __getitem__(self, key):
        for k, v in self.items():
            if k == key:
                return v
        raise KeyError(key)


def _inside(name, kind, value):
    """The value as the type; a mistake inside it is reported with the path that leads to it."""
    try:
        return value if isinstance(value, kind) else kind(value)
    except SchemaError as error:
        raise error.inside(name) from None


_list_types, _map_types = {}, {}


def List(of):
    """The type of lists of a type."""
    if of not in _list_types:
        _list_types[of] = type('%sList' % of.__name__, (_Sequence,), {'_of': of})
    return _list_types[of]


def Map(key, value):
    """The type of maps from one type to another."""
    if (key, value) not in _map_types:
        _map_types[key, value] = type('%s%sMap' % (key.__name__, value.__name__), (_Mapping,), {'_key': key, '_value_type': value})
    return _map_types[key, value]


class _ChoiceType(type(Object)):
    def __instancecheck__(cls, value):
        return isinstance(value, tuple(cls._alternatives))


def Choice(*arguments):
    """The type of one of several types: Choice([A, B]) or Choice('Name', [A, B]). The value is the chosen alternative itself, never wrapped.

    A dict becomes the first alternative that has all its keys and lacks no required one.
    """
    name = arguments[0] if isinstance(arguments[0], str) else 'Choice'
    alternatives = list(arguments[-1])

    def choose(cls, value):
        for alternative in alternatives:
            try:
                chosen = alternative(value)
            except SchemaError:
                continue
            if not isinstance(chosen, Struct) or not chosen._missing():
                return chosen
        raise SchemaError(WRONG_TYPE, '', shorten(value), 'must be one of %s' % ', '.join(a.__name__ for a in alternatives))

    return _ChoiceType(name, (Object,), {'_alternatives': alternatives, '__new__': choose})


class _Field:
    """A struct's field: its type, and its default (Empty for none)."""

    def __init__(self, kind, required=False, default=Empty):
        self.kind = kind
        self.required = required
        self.default = default if default is Empty else _inside('default', kind, default)


def Required(kind):
    """A field that must have a value when the job is bound."""
    return _Field(kind, required=True)


def Default(kind, default):
    """A field that has this value unless another is given."""
    return _Field(kind, default=default)


def _accessor(name):
    def access(self):
        value = self._values[name]
        return Empty if value is Empty else value._in_scope((self,) + self._scopes)
    return access


class _StructType(type):
    """Collects the typed attributes of a class as its fields, and gives it `x()` and `has_x()` for each of them."""

    def __new__(mcs, name, bases, attributes):
        fields = {}
        for base in reversed(bases):
            fields.update(getattr(base, '_fields', {}))
        for key, value in list(attributes.items()):
            if isinstance(value, type) and issubclass(value, Object):
                value = _Field(value)
            if isinstance(value, _Field):
                fields[key] = value
                attributes[key] = _accessor(key)
                attributes['has_' + key] = lambda self, key=key: self._values[key] is not Empty
        attributes['_fields'] = fields
        return super().__new__(mcs, name, bases, attributes)


class Struct(Object, metaclass=_StructType):
    """A record with typed fields. Calling one with new values makes a modified copy; `field=Empty` takes a value away."""

    _is_struct = True

    def __init__(self, *tables, **values):
        self._values = {name: field.default for name, field in self._fields.items()}
        self._place = user_place()
        for table in tables:
            if isinstance(table, type(self)):
                table = table._values
            if not isinstance(table, dict):
                raise SchemaError(WRONG_TYPE, '', shorten(table), 'must be a %s or a dict' % type(self).__name__)
            self._set(table)
        self._set(values)

    def __call__(self, **values):
        copy = self._with_scopes(self._scopes)
        copy._values = dict(self._values)
        copy._place = user_place()
        copy._set(values)
        return copy

    def _set(self, values):
        for name, value in values.items():
            field = self._fields.get(name)
            if field is None:
                raise SchemaError(UNKNOWN_FIELD, str(name), '', '%s has no field of this name%s' % (type(self).__name__, nearest(str(name), self._fields)))
            self._values[name] = Empty if value is Empty else _inside(name, field.kind, value)

    def _missing(self):
        return [name for name, field in self._fields.items() if field.required and self._values[name] is Empty]

    def _find(self, parts):
        kind, name = parts[0]
        value = self._values.get(name, Empty) if kind == '.' else Empty
        if value is Empty:
            return None
        value = value._in_scope((self,) + self._scopes)
        return value if len(parts) == 1 else value._find(parts[1:])

    def _plain(self, scopes, path, noted):
        if noted is not None and self._place is not None:
            noted.places[path] = self._place
        inner = (self,) + self._scopes + scopes
        return {name: value._plain(inner, path + '.' + name if path else name, noted)
                for name, value in self._values.items() if value is not Empty}
