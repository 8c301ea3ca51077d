"""A table as compiled code sees it: a bare pointer to records.

An array's element access looks for negative indices, and an array that is handed on is counted; both cost as much as
the work itself in the kernel. `rows(table)[i]` does neither. Whoever holds rows must keep their array alive.
"""

# mypy: ignore-errors

import operator

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing import signature
from numba.core.typing.templates import AbstractTemplate, infer_global
from numba.extending import intrinsic, lower_builtin, models, register_model
from numba.np.arrayobj import make_array

from simulation.traffic.machine_code.lines import LINE


class Rows(types.Type):
    """Records of one type, one after the other."""

    def __init__(self, dtype):
        self.dtype = dtype
        super().__init__(name=f"Rows({dtype})")


@register_model(Rows)
class _RowsModel(models.PrimitiveModel):
    def __init__(self, manager, rows_type):
        super().__init__(manager, rows_type, manager.lookup(rows_type.dtype).get_value_type())


@intrinsic
def rows(typingctx, table):
    """The records of a one-dimensional array without gaps."""

    def codegen(context, builder, sig, args):
        return make_array(sig.args[0])(context, builder, args[0]).data

    if isinstance(table, Rows):
        return signature(table, table), lambda context, builder, sig, args: args[0]
    return signature(Rows(table.dtype), table), codegen


@intrinsic
def prefetch(typingctx, row, line):
    """Ask the processor to have a line of a record in its cache soon."""

    def codegen(context, builder, sig, args):
        byte = ir.IntType(8).as_pointer()
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        ask = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        offset = builder.mul(args[1], ir.Constant(args[1].type, LINE))
        builder.call(ask, [builder.gep(builder.bitcast(args[0], byte), [offset]), number(1), number(3), number(1)])
        return context.get_dummy_value()

    return signature(types.none, row, types.int64), codegen


@infer_global(operator.getitem)
class _Row(AbstractTemplate):
    def generic(self, args, kws):
        if isinstance(args[0], Rows):
            return signature(args[0].dtype, args[0], types.intp)


@lower_builtin(operator.getitem, Rows, types.intp)
def _row(context, builder, sig, args):
    return builder.gep(args[0], [args[1]])
