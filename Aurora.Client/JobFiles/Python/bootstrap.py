# Runs as `python3 -I -X utf8 -c <this text>`: standard input holds one JSON request with our modules' sources, so nothing is written to disk and
# no value shows up in a process list. Kept to the syntax of old Pythons, so that an old one can say that it is too old.
import sys

if sys.version_info < (3, 9):
    sys.stderr.write('AURORA-OLD-PYTHON %d.%d\n' % sys.version_info[:2])
    sys.exit(97)

import json
import types


def load_modules(sources):
    """Makes the package aurora_dsl from [name, source] pairs, in the order in which they import one another."""
    package = types.ModuleType('aurora_dsl')
    package.__path__ = []
    sys.modules['aurora_dsl'] = package
    for name, source in sources:
        module = types.ModuleType('aurora_dsl.' + name)
        sys.modules[module.__name__] = module
        setattr(package, name, module)
        exec(compile(source, '<aurora>/' + name + '.py', 'exec', dont_inherit=True), module.__dict__)
    return package


request = json.loads(sys.stdin.buffer.read().decode('utf-8'))
load_modules(request['modules']).evaluate.main(request)
