"""Makes the files of this folder with NumPy: a recording of random events, and its frames by the formulas of CIFAR10-DVS
(Li et al. 2017) in array operations, in the file forms that NumPy writes."""
import numpy as np

T, SIDE = 16, 128
rng = np.random.default_rng(7)
addresses = rng.integers(0, 1 << 15, 5003, dtype=np.uint32)
addresses[1000:1700] = addresses[1000]  # A pixel with more events in a step than a byte counts.
times = np.sort(rng.integers(0, 1_300_000, len(addresses), dtype=np.uint32))
with open("recording.aedat", "wb") as file:
    file.write(b"#!AER-DAT2.0\r\n# This is a raw AE data file - do not edit\r\n# Timestamps are in microseconds\r\n#\r\n")
    file.write(np.stack([addresses, times], 1).astype(">u4").tobytes())

x = 127 - ((addresses & 0x7F00) >> 8).astype(int)
y = 127 - ((addresses & 0xFE) >> 1).astype(int)
p = 1 - (addresses & 1).astype(int)
frames = np.zeros((T, 2, SIDE, SIDE))
each = len(addresses) // T
for j in range(T):
    part = slice(j * each, (j + 1) * each if j < T - 1 else len(addresses))
    np.add.at(frames[j], (p[part], y[part], x[part]), 1)

np.savez_compressed("frames.npz", frames=frames.astype(np.float32))
np.savez_compressed("other_name.npz", arr=np.zeros(3))
small = np.arange(2 * 2 * 3 * 4).reshape(2, 2, 3, 4)
for name in ("uint8", "int16", "int32", "int64", "float32", "float64"):
    np.save(f"small_{name}.npy", small.astype(name))
np.save("small_fortran.npy", np.asfortranarray(small.astype("float32")))
np.save("small_big_endian.npy", small.astype(">f4"))
np.save("small_structured.npy", np.zeros((2, 2, 3, 4), dtype=[("t", "<i4"), ("p", "u1")]))
np.savez("small_plain.npz", events=np.zeros(5), frames=small.astype("int16"))
