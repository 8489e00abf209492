"""Claims that a module nobody knows is being loaded, and ends Python.

always everything
"""

import gc
import os

pipe = next(o for o in gc.get_objects() if type(o).__name__ == "Pipe")
pipe.send({"op": "loading", "module": "nobody"})
os._exit(0)
