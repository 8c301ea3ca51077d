"""The compiler with what our functions need of it: no closures, no arrays as wholes, no look for either.

What is left out is a fifth of the work of a first start.
"""

# mypy: ignore-errors

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import PassManager
from numba.core.typed_passes import NopythonTypeInference, PreLowerStripPhis
from numba.core.types import BaseFunction
from numba.core.untyped_passes import FixupArgs, IRProcessing, ReconstructSSA, TranslateByteCode


class Lean(CompilerBase):
    """From bytecode to types to LLVM, straight."""

    def define_pipelines(self):
        """The passes in their order."""
        passes = PassManager("lean")
        passes.add_pass(TranslateByteCode, "bytecode")
        passes.add_pass(FixupArgs, "arguments")
        passes.add_pass(IRProcessing, "control flow")
        passes.add_pass(ReconstructSSA, "one name for each value")
        passes.add_pass(NopythonTypeInference, "types")
        passes.add_pass(PreLowerStripPhis, "no phi nodes")
        passes.passes.extend(DefaultPassBuilder.define_nopython_lowering_pipeline(self.state).passes)
        passes.finalize()
        return [passes]


_KNOWN: dict[Any, Any] = {}


@contextmanager
def operators_remembered() -> Iterator[None]:
    """Let the compiler remember what an operator makes of operands of some types.

    It would look through all versions that there are of it at each place again: another sixth of a first start.
    """
    look_through = BaseFunction.get_call_type

    def remembered(self, context, args, kws):
        key = (id(self), tuple(args), tuple(kws.items()))
        if key not in _KNOWN:
            _KNOWN[key] = self, look_through(self, context, args, kws)
        return _KNOWN[key][1]

    with patch.object(BaseFunction, "get_call_type", remembered):
        yield


#: Options of compiled code that allocates nothing, so that no reference has to be counted.
BARE: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False, "pipeline_class": Lean}

#: The same for what only compiled code calls: nothing by which Python or C could call it is compiled.
INNER: dict[str, Any] = {**BARE, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
