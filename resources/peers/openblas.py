"""OpenBLAS's sgemm for `cloze bench gemm --peer`, called without anything in between."""
import ctypes
import time

from peer import serve

ROW_MAJOR, AS_IS, TRANSPOSED = 101, 111, 112


def open_library():
    for name in ("libopenblas.so.0", "libopenblas.so"):
        try:
            return ctypes.CDLL(name)
        except OSError:
            pass
    raise ImportError("libopenblas.so.0")


def matrix(elements):
    """Floats between -1 and 1 that do not repeat within a cache line."""
    values = (ctypes.c_float * 1021)(*((i * 619 % 1021) / 510 - 1 for i in range(1021)))
    filled = bytearray(bytes(values) * (elements // 1021 + 1))
    return (ctypes.c_float * elements).from_buffer(filled)


def prepare(task):
    blas = open_library()
    blas.openblas_set_num_threads(task["threads"])
    blas.openblas_get_config.restype = ctypes.c_char_p
    blas.cblas_sgemm.argtypes = [ctypes.c_int] * 6 + [ctypes.c_float, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p,
                                                      ctypes.c_int, ctypes.c_float, ctypes.c_void_p, ctypes.c_int]
    last = {}

    def run(request):
        form, m, n, k = (request[name] for name in ("form", "m", "n", "k"))
        batches, times = request["batches"], request["times"]
        if last.get("request") != request:
            last.update(request=request, a=matrix(batches * m * k), b=matrix(batches * k * n), c=matrix(batches * m * n))
        a, b, c = (ctypes.addressof(last[name]) for name in "abc")
        turn_a, turn_b = TRANSPOSED if form == "TN" else AS_IS, TRANSPOSED if form == "NT" else AS_IS
        lda, ldb = m if form == "TN" else k, k if form == "NT" else n
        calls = [(a + 4 * i * m * k, b + 4 * i * k * n, c + 4 * i * m * n) for i in range(batches)] * times
        began = time.perf_counter()
        for x, y, z in calls:
            blas.cblas_sgemm(ROW_MAJOR, turn_a, turn_b, m, n, k, 1, x, lda, y, ldb, 0, z, n)
        return None, time.perf_counter() - began

    config = blas.openblas_get_config().decode(errors="replace").split()
    return {"ready": " ".join(config[:2]) if config[:1] == ["OpenBLAS"] else "OpenBLAS", "device": "cpu"}, run


serve(prepare)
