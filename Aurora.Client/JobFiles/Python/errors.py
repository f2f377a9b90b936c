"""Mistakes in a job file, with the codes that people see (Aurora.Core/Errors/ErrorCodes.cs), and where in the user's file they were made."""
import sys

FILE_SYNTAX = 'AUR1002'
PYTHON_MISSING = 'AUR1003'
PYTHON_FAILED = 'AUR1004'
UNKNOWN_FIELD = 'AUR1101'
WRONG_TYPE = 'AUR1102'
OUT_OF_RANGE = 'AUR1104'
UNBOUND_VARIABLE = 'AUR1106'
INVALID_COMBINATION = 'AUR1108'


class SchemaError(ValueError):
    """A value that the schema refuses. The field's path grows from the inside out, as the error passes through the structs around it."""

    def __init__(self, code, field, value, rule):
        super().__init__(rule)
        self.code = code
        self.field = field
        self.value = value
        self.rule = rule

    def inside(self, field):
        """The same error, seen from the struct or list that holds the value."""
        glue = '' if not self.field or self.field.startswith('[') else '.'
        self.field = field + glue + self.field
        return self

    def __str__(self):
        place = self.field or 'value'
        return '%s is %r: %s' % (place, self.value, self.rule) if self.value else '%s: %s' % (place, self.rule)


def shorten(value, limit=120):
    """A value as text for a message, not longer than a line."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= limit else text[:limit - 3] + '...'


def nearest(name, candidates):
    """The phrase that names the likeliest intended spelling; empty when nothing is near."""
    import difflib  # only a mistake pays for this import
    found = difflib.get_close_matches(name, list(candidates), 1)
    return "; did you mean '%s'?" % found[0] if found else ''


def user_place():
    """The file and line of the user's code that is running now, past our own frames and those without a file; None while our schema is made."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith('<'):
        frame = frame.f_back
    return (frame.f_code.co_filename, frame.f_lineno) if frame is not None else None
