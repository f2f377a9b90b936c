"""The functions that job files call (aurora-spec section 2.11 and appendix B, 16, 17 and 23)."""
import itertools

from aurora_dsl import schema
from aurora_dsl.errors import INVALID_COMBINATION, SchemaError
from aurora_dsl.schema import Constraint, Process, Resources, Task
from aurora_dsl.values import Empty, String


def order(*processes):
    """One chain: each process starts after the one before it. A list, so that chains are joined with `+`."""
    names = []
    for process in processes:
        if isinstance(process, Process):
            names.append(process.name())
        elif isinstance(process, (str, String)):
            names.append(process)
        else:
            raise ValueError('order takes processes and names of processes, not %s' % type(process).__name__)
    return [Constraint(order=names)]


def SequentialTask(*tables, **fields):
    """A task whose processes run one after the other, as listed."""
    task = Task(*tables, **fields)
    if task.has_constraints() and len(task.constraints()) > 0:
        raise SchemaError(INVALID_COMBINATION, 'constraints', '', 'a SequentialTask makes its own; use Task with order(...) instead')
    if not task.has_processes() or len(task.processes()) == 0:
        return task
    return task(constraints=order(*task.processes()))


def SimpleTask(name, command):
    """A task of one process with 1 core, 1 GB of memory and 1 GB of disk."""
    return Task(name=name, processes=[Process(name=name, cmdline=command)],
                resources=Resources(cpu=1.0, ram=1 * schema.GB, disk=1 * schema.GB))


def _number(struct, name):
    value = getattr(struct, name)()
    number = 0 if value is Empty else value._plain((), '', None)
    if isinstance(number, str):
        raise ValueError('tasks can only be joined when their numbers are known: %s is %r; bind it before' % (name, number))
    return number


def _resources(tasks, joined):
    granted = [t.resources() for t in tasks if t.has_resources()]
    if not granted:
        return Empty
    return Resources(**{name: joined([_number(r, name) for r in granted]) for name in Resources._fields})


def _distinct(values):
    """Each value once, in the order in which they were first seen; the original left the order to chance."""
    seen, kept = set(), []
    for value in values:
        if value not in seen:
            seen.add(value)
            kept.append(value)
    return kept


def _joined(tasks, fields, constraints, resources, wait):
    if not tasks:
        return Task(**fields)
    for task in tasks:
        if not isinstance(task, Task):
            raise ValueError('only tasks can be joined, not %s' % type(task).__name__)
    joined = {
        'processes': _distinct(p for t in tasks if t.has_processes() for p in t.processes()),
        'constraints': _distinct([c for t in tasks if t.has_constraints() for c in t.constraints()] + constraints()),
        'resources': _resources(tasks, resources),
        'finalization_wait': wait([_number(t, 'finalization_wait') for t in tasks]),
    }
    joined.update(fields)
    return tasks[-1](**joined)


def combine_tasks(*tasks, **fields):
    """One task that runs all of them at once: resources added up, the longest finalization wait; name and the rest from the last."""
    return _joined(tasks, fields, lambda: [], sum, max)


def concat_tasks(*tasks, **fields):
    """One task that runs them one after the other: the greatest resources, the waits added up; name and the rest from the last."""
    def in_turn():
        pairs = []
        for before, after in zip(tasks, tasks[1:]):
            if before.has_processes() and after.has_processes():
                pairs += [order(p, q)[0] for p, q in itertools.product(before.processes(), after.processes())]
        return pairs
    return _joined(tasks, fields, in_turn, max, sum)


def _command_line(flag, words, named):
    """Flags from texts (bare), dicts and keywords (with a value; a falsy one leaves the flag bare)."""
    parts = []
    for word in words:
        pairs = word.items() if isinstance(word, dict) else [(word, None)]
        parts += [(flag(str(key)), value) for key, value in pairs]
    parts += [(flag(key), value) for key, value in named.items()]
    return ' '.join('%s %s' % (key, value) if value else key for key, value in parts)


def java_options(*words, **named):
    """A fragment of a command line in Java's manner: `-a -Xmx 1g`."""
    return _command_line(lambda key: '-' + key, words, named)


def python_options(*words, **named):
    """A fragment of a command line in Python's manner: `-x 1 --boo 2`."""
    return _command_line(lambda key: ('-' if len(key) == 1 else '--') + key, words, named)


class Units:
    BYTES, KB, MB, GB, TB = schema.BYTES, schema.KB, schema.MB, schema.GB, schema.TB


class Processes:
    order = staticmethod(order)


class Tasks:
    combine = staticmethod(combine_tasks)
    concat = staticmethod(concat_tasks)
    simple = staticmethod(SimpleTask)
    sequential = staticmethod(SequentialTask)


class Options:
    java = staticmethod(java_options)
    python = staticmethod(python_options)
