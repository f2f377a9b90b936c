"""Runs one job file and answers with its jobs as JSON, or with what is wrong and on which line of the user's own files."""
import builtins
import json
import os
import signal
import sys
import traceback

from aurora_dsl import helpers, schema, templates, values
from aurora_dsl.errors import FILE_SYNTAX, PYTHON_FAILED, SchemaError, nearest, shorten

MAX_JOBS = 10000
MAX_INCLUDES = 64


class FileError(Exception):
    """Something wrong with a file as a whole, apart from what Python itself reports."""

    def __init__(self, code, rule, file, line=None, column=None):
        super().__init__(rule)
        self.code, self.rule, self.file, self.line, self.column = code, rule, file, line, column


class JobFile:
    """One evaluation: the names that the file sees, and the files that it came to include."""

    def __init__(self, path):
        self.path = os.path.abspath(path)
        self.loaded = []
        self._open = []
        self.names = self._preloaded()

    def _preloaded(self):
        names = {'__name__': 'aurora_job_file', '__builtins__': builtins, 'include': self.include, 'sys': sys}
        for name in ('Boolean', 'Choice', 'Default', 'Empty', 'Enum', 'Environment', 'Float', 'Integer', 'List', 'Map', 'Object', 'Required',
                     'String', 'Struct'):
            names[name] = getattr(values, name)
        names['Ref'] = templates.Ref
        names.update((n, v) for n, v in vars(schema).items() if not n.startswith('_') and n not in ('bound', 'STANDARD_NAMES'))
        for name in ('Options', 'Processes', 'SequentialTask', 'SimpleTask', 'Tasks', 'Units', 'combine_tasks', 'concat_tasks', 'java_options',
                     'order', 'python_options'):
            names[name] = getattr(helpers, name)
        return names

    def run(self):
        """Executes the file; its jobs, each a Job struct."""
        self._execute(self.path)
        if 'jobs' not in self.names:
            raise FileError(PYTHON_FAILED, "must define a list named 'jobs'%s" % nearest('jobs', self._own_names()), self.path)
        listed = self.names['jobs']
        if isinstance(listed, (str, dict, schema.Struct)) or not hasattr(listed, '__iter__'):
            raise FileError(PYTHON_FAILED, "'jobs' must be a list of Job, not %s" % type(listed).__name__, self.path)
        jobs = []
        for index, job in enumerate(listed):
            if index == MAX_JOBS:
                raise FileError(PYTHON_FAILED, "'jobs' holds more than %d jobs" % MAX_JOBS, self.path)
            if isinstance(job, dict):
                job = schema.Job(job)
            if not isinstance(job, schema.Job):
                raise FileError(PYTHON_FAILED, 'jobs[%d] must be a Job, not %s' % (index, type(job).__name__), self.path)
            jobs.append(job)
        return jobs

    def include(self, path):
        """Executes another file with the same names; its path is relative to the file that includes it."""
        including = sys._getframe(1).f_code.co_filename
        target = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(including)), os.fspath(path)))
        if target in self._open:
            raise RuntimeError('include(%r) goes in a circle' % path)
        if len(self.loaded) >= MAX_INCLUDES:
            raise RuntimeError('include(%r): more than %d files are included' % (path, MAX_INCLUDES))
        self._execute(target)

    def _own_names(self):
        return [n for n in self.names if n not in self._preloaded() and not n.startswith('_')]

    def _execute(self, path):
        with open(path, 'rb') as file:
            source = file.read()
        outer = self.names.get('__file__')
        self.loaded.append(path)
        self._open.append(path)
        self.names['__file__'] = path
        try:
            exec(compile(_decoded(source, path), path, 'exec', dont_inherit=True), self.names)
        finally:
            self._open.pop()
            if outer is not None:
                self.names['__file__'] = outer


def _decoded(source, path):
    try:
        return source.decode('utf-8-sig')
    except UnicodeDecodeError as error:
        line = source.count(b'\n', 0, error.start) + 1
        raise FileError(FILE_SYNTAX, 'is not UTF-8: byte 0x%02x on this line' % source[error.start], path, line) from None


def _error(code, kind, rule, place=(None, None), column=None, field='', value='', chain=()):
    return {'code': code, 'type': kind, 'message': rule, 'file': place[0], 'line': place[1], 'column': column, 'field': field,
            'value': value, 'included_from': ['%s:%d' % c for c in chain]}


def _explain_syntax(error):
    rule = error.msg
    if 'Missing parentheses in call to' in rule:
        rule += ' (this is Python 2; the file is run by Python %d.%d)' % sys.version_info[:2]
    return rule


def _explain(error, names):
    """Python's own words, with the likeliest meant name."""
    text = str(error)
    if isinstance(error, NameError) and getattr(error, 'name', None):
        text += nearest(error.name, list(names) + dir(builtins))
    return '%s: %s' % (type(error).__name__, shorten(text, 1000)) if text else type(error).__name__


def describe(error, job_file):
    """An exception as the answer's error: the deepest line of the user's own files, and which files included that one."""
    frames = [(f.f_code.co_filename, line) for f, line in traceback.walk_tb(error.__traceback__) if f.f_code.co_filename in job_file.loaded]
    if isinstance(error, SyntaxError) and error.filename in job_file.loaded:
        frames.append((error.filename, error.lineno))
    elif isinstance(error, FileError):
        frames.append((error.file, error.line))
    place = frames[-1] if frames else (job_file.path, None)
    chain = [f for f, after in zip(frames, frames[1:]) if f[0] != after[0]]

    if isinstance(error, FileError):
        return _error(error.code, 'FileError', error.rule, place, error.column, chain=chain)
    if isinstance(error, SchemaError):
        return _error(error.code, 'SchemaError', error.rule, place, field=error.field, value=error.value, chain=chain)
    if isinstance(error, SyntaxError) and error.filename in job_file.loaded:
        return _error(FILE_SYNTAX, 'SyntaxError', _explain_syntax(error), place, error.offset, chain=chain)
    if isinstance(error, SystemExit):
        return _error(PYTHON_FAILED, 'SystemExit', 'the file ends the program with exit(%s) before its jobs are read' % shorten(str(error)), place, chain=chain)
    if isinstance(error, MemoryError):
        return _error(PYTHON_FAILED, 'MemoryError', 'the file needs more memory than a job file may have', place, chain=chain)
    return _error(PYTHON_FAILED, type(error).__name__, _explain(error, job_file.names), place, chain=chain)


def _describe_fault(fault):
    return {'code': fault.code, 'field': fault.field, 'value': fault.value, 'message': fault.rule}


def _bindings(given):
    try:
        return values.Environment(given)
    except SchemaError as error:
        raise error.inside('bind')


def answer(request):
    """The jobs of the file, bound, each with the places where its structs were written and the templates that failed; or the error."""
    job_file = JobFile(request['file'])
    try:
        bindings = _bindings(request['bindings'])
        jobs = []
        for job in job_file.run():
            noted = values.Binding()
            plain = schema.bound(job.bind(bindings), noted)
            jobs.append({'job': plain, 'places': noted.places, 'faults': [_describe_fault(f) for f in noted.faults]})
        return json.dumps({'jobs': jobs}, ensure_ascii=False)
    except BaseException as error:  # whatever a user's file raises becomes the answer
        return json.dumps({'error': describe(error, job_file)}, ensure_ascii=False)


def _take_standard_output():
    """Standard output, for the answer alone: what the file prints, and what its child processes print, goes to standard error."""
    sys.stdout.flush()
    answers = os.fdopen(os.dup(1), 'wb')
    os.dup2(2, 1)
    return answers


def _limit(request):
    """Bounds that hold even when the program that started us is gone: time, and the memory of this process."""
    if hasattr(signal, 'alarm'):
        signal.alarm(int(request['seconds']) + 2)
    if hasattr(os, 'setsid'):
        os.setsid()  # a process group of our own, which is ended as one
    try:
        import resource
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (request['memory'], hard))
    except (ImportError, ValueError, OSError):
        pass  # not on this system; the time limit still holds


def main(request):
    answers = _take_standard_output()
    _limit(request)
    text = answer(request)
    answers.write(text.encode('utf-8', 'replace'))
    answers.flush()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            pass  # closed or replaced by the file: what it printed is its own affair
    os._exit(0)  # threads and exit handlers of the file have no say any more
