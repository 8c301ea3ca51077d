"""Makes object code of a compiled function that needs neither Python nor the compiler to run.

The compiler's callback (`numba.cfunc`) takes all arguments as one row of words. What only serves to raise Python's
errors is cut off: nothing raises one, and LLVM sees that once nobody else can call the parts.
"""

# mypy: ignore-errors

from contextlib import contextmanager
from importlib import import_module
from typing import Any
from unittest.mock import patch

import llvmlite.binding as llvm
import numba
from llvmlite import ir
from numba import types
from numba.core.codegen import JITCodeLibrary, JITCPUCodegen
from numba.core.typing import signature
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array

from simulation.traffic.machine_code.compiler import BARE, Lean, operators_remembered

_RESULTS = {int: types.int64, float: types.float64, None: types.void}
_WORD = ir.IntType(64)


def object_code(source: str, arguments: tuple[Any, ...], result: Any, name: str, machine: Any) -> bytes:
    """The code of `"module.function"` for arguments of these types, callable from C as `name`.

    Raises RuntimeError when it would not run on its own.
    """
    module, _, function = source.rpartition(".")
    body = getattr(import_module(f"simulation.traffic.{module}"), function)
    unpacked = _unpacking([numba.typeof(value) for value in arguments])

    def call(words):
        return body(*unpacked(words))

    prototype = _RESULTS[result](types.CPointer(types.int64))
    options = {"error_model": BARE["error_model"], "_nrt": False, "pipeline_class": Lean}
    with _without_machine_code(), operators_remembered():
        compiled = numba.cfunc(prototype, **options)(call)
    code = llvm.parse_assembly(compiled.inspect_llvm())
    for part in (*code.functions, *code.global_variables):
        if not part.is_declaration:
            part.linkage = "external" if part.name == compiled.native_name else "internal"
    code.get_function(compiled.native_name).name = name
    passes = llvm.create_new_module_pass_manager()
    passes.add_ipsccp_pass()
    passes.add_dead_arg_elimination_pass()
    passes.add_simplify_cfg_pass()
    passes.add_global_dead_code_eliminate_pass()
    code.verify()
    passes.run(code, llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options()))
    needed = [f.name for f in code.functions if f.is_declaration]
    foreign = [n for n in needed if n.startswith(("Py", "_Py", "numba_", "NRT_"))]
    if foreign:
        raise RuntimeError(f"{source} may not allocate or raise; it needs {', '.join(foreign)}")
    return machine.emit_object(code)


@contextmanager
def _without_machine_code():
    """Let the compiler stop at LLVM's code: it would make machine code of every part on the way, which nobody runs."""

    def finish(library, name):
        library._ensure_finalized()
        return 0

    with (
        patch.multiple(JITCodeLibrary, get_pointer_to_function=finish, _finalize_specific=lambda library: None),
        patch.multiple(JITCPUCodegen, _add_module=lambda *_: None, set_env=lambda *_: None),
    ):
        yield


def _unpacking(kinds):
    """Compiled code that makes a tuple of arguments of these types from a row of words."""
    everything = types.Tuple(kinds)

    @intrinsic
    def unpacked(typingctx, words):
        def codegen(context, builder, sig, args):
            place = 0

            def word(kind=_WORD):
                nonlocal place
                at = builder.gep(args[0], [ir.Constant(_WORD, place)])
                place += 1
                return builder.load(builder.bitcast(at, kind.as_pointer()), align=1)

            def array(kind):
                found = make_array(kind)(context, builder)
                data = builder.inttoptr(word(), found.data.type)
                shape = [word() for _ in range(kind.ndim)]
                size = ir.Constant(_WORD, context.get_abi_sizeof(context.get_data_type(kind.dtype)))
                strides = [size]
                for length in reversed(shape[1:]):
                    strides.insert(0, builder.mul(strides[0], length))
                populate_array(found, data=data, shape=shape, strides=strides, itemsize=size, meminfo=None)
                return found._getvalue()

            values = [
                array(kind) if isinstance(kind, types.Array) else word(context.get_value_type(kind)) for kind in kinds
            ]
            return context.make_tuple(builder, everything, values)

        return signature(everything, words), codegen

    return unpacked
