"""Compiled functions as Python calls them: their machine code is loaded where it is at hand, else compiled and kept.

Loading the compiler takes longer than most runs do, so what it has made is kept as plain object code, which LLVM
loads in a few milliseconds. The code of a function is valid for the sources of the engines, the types of its
arguments, the processor and the version of LLVM; all of that stands in the name of its file.
"""

import ctypes
import hashlib
import os
import struct
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite  # type: ignore[import-untyped]
import llvmlite.binding as llvm  # type: ignore[import-untyped]
import numpy as np

from simulation.traffic.machine_code import cache as code_cache

_HERE = Path(__file__).parents[1]
_LOCK = threading.Lock()
_RESULTS = {int: ctypes.c_int64, float: ctypes.c_double, None: None}
_CODES = {float: "d", int: "q", np.uint64: "Q"}


class Compiled:
    """One function of a module here, `"module.function"`, that allocates nothing and raises nothing.

    Takes arrays without gaps, ints, floats and unsigned 64-bit numbers, always of the same types, and answers an int,
    a float or None. Raises TypeError and struct.error for arguments of other types than the first call's. Other
    threads go on meanwhile.
    """

    def __init__(self, source: str, result: type[int] | type[float] | None = None) -> None:
        self.source = source
        self.result = result
        self._types: tuple[Any, ...] = ()
        self._pack: Callable[..., bytes] = bytes
        self._function: Callable[[bytes], Any] | None = None

    @property
    def is_ready(self) -> bool:
        """Whether its code is loaded."""
        return self._function is not None

    def __call__(self, *arguments: Any) -> Any:
        packed = self._packed(arguments)
        return self._function(packed)  # type: ignore[misc]

    def bound(self, *arguments: Any) -> Callable[[], Any]:
        """The call with these arguments, for many times: to say where arrays lie takes longer than a short call."""
        packed = self._packed(arguments)
        # The arrays stay alive with it.
        return lambda kept=arguments: self._function(packed)  # type: ignore[misc]

    def _packed(self, arguments: tuple[Any, ...]) -> bytes:
        if self._function is None:
            self._prepare(arguments)
        words: list[Any] = []
        for kind, value in zip(self._types, arguments, strict=True):
            if not isinstance(kind, np.dtype):
                words.append(value)
                continue
            if (value.dtype is not kind and value.dtype != kind) or not value.flags.c_contiguous:
                raise TypeError(f"{self.source} takes arrays of {kind} without gaps, not of {value.dtype}")
            words.append(value.ctypes.data)
            words += value.shape
        return self._pack(*words)

    def _prepare(self, arguments: tuple[Any, ...]) -> None:
        with _LOCK:
            if self._function is not None:
                return
            self._types = tuple(_type_of(value) for value in arguments)
            layout = "=" + "".join(map(_words_of, arguments))
            self._pack = struct.Struct(layout).pack
            name = self._name(layout)
            code = _kept(name) or self._compile(name, arguments)
            loader = _loader()
            loader.add_object_file(llvm.ObjectFileRef.from_data(code))
            loader.finalize_object()
            prototype = ctypes.CFUNCTYPE(_RESULTS[self.result], ctypes.c_char_p)
            self._function = prototype(loader.get_function_address(name))

    def _name(self, layout: str) -> str:
        """The name of the code, in its file and as a symbol."""
        types = [kind.str if isinstance(kind, np.dtype) else kind.__name__ for kind in self._types]
        key = repr((layout, types, _machine(), llvmlite.__version__))
        return f"{self.source}-{hashlib.sha256(key.encode()).hexdigest()[:16]}"

    def _compile(self, name: str, arguments: tuple[Any, ...]) -> bytes:
        from simulation.traffic.machine_code.object_code import object_code

        code = object_code(self.source, arguments, self.result, name, target_machine())
        _keep(name, code)
        return code


def _type_of(value: Any) -> Any:
    """The dtype of an array, or the Python type that stands for a number."""
    if isinstance(value, np.ndarray):
        return value.dtype
    if isinstance(value, np.uint64):
        return np.uint64
    return float if isinstance(value, float) else int


def _words_of(value: Any) -> str:
    """How `struct` writes it: a number as it is, of an array where it lies and its lengths."""
    return "Q" + "q" * value.ndim if isinstance(value, np.ndarray) else _CODES[_type_of(value)]


@cache
def _machine() -> tuple[str, str, str]:
    """System, processor and what the processor can do."""
    return llvm.get_process_triple(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()


def target_machine() -> llvm.TargetMachine:
    """This machine, as LLVM generates code for it."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    triple, cpu, features = _machine()
    target = llvm.Target.from_triple(triple)
    return target.create_target_machine(cpu=cpu, features=features, opt=3, codemodel="jitdefault", jit=True)


@cache
def _loader() -> llvm.ExecutionEngine:
    return llvm.create_mcjit_compiler(llvm.parse_assembly(""), target_machine())


@cache
def _folder() -> Path | None:
    return code_cache.choose(_HERE)


def _kept(name: str) -> bytes | None:
    """Code that was kept whole, else None."""
    folder = _folder()
    try:
        data = (folder / f"{name}.o").read_bytes() if folder else b""
    except OSError:
        return None
    code = data[32:]
    return code if code and hashlib.sha256(code).digest() == data[:32] else None


def _keep(name: str, code: bytes) -> None:
    """Keep code for later starts, where there is a place; of several processes at once the last one's stays."""
    folder = _folder()
    if folder is None:
        return
    own = folder / f".{name}-{os.getpid()}"
    try:
        own.write_bytes(hashlib.sha256(code).digest() + code)
        own.replace(folder / f"{name}.o")
    except OSError:
        own.unlink(missing_ok=True)
