"""Makes tests/reference/pictures: small files of every kind that the decoder reads, by encoders that are not ours.

    python3 tests/reference/make_pictures.py        (Pillow 9.4)

The fuzzer mutates them, and tests decode them. tests/reference/pictures.json holds what Pillow decodes: width, height, and the mean colour of each
quarter, turned upright and over white.
"""
import json
import struct
import zlib
from pathlib import Path

from PIL import Image, ImageOps, ImageStat

FOLDER = Path(__file__).parent / "pictures"
WIDTH, HEIGHT = 45, 35


def pattern(mode="RGB", shift=0):
    picture = Image.new("RGBA", (WIDTH, HEIGHT))
    picture.putdata([
        ((x * 5 + shift) % 256, (y * 7) % 256, (x * y + shift * 3) % 256, 255 - (x * 4) % 200)
        for y in range(HEIGHT) for x in range(WIDTH)])
    return picture if mode == "RGBA" else picture.convert("RGB").convert(mode)


def exif():
    tags = Image.Exif()
    tags[0x0112] = 6            # orientation: turned right
    tags[0x010E] = "CANARY-DESCRIPTION"
    tags[0x013B] = "CANARY-ARTIST"
    tags.get_ifd(0x8825)[1] = "N"
    return tags


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def interlaced_png():
    """Adam7 with filter 0; Pillow writes none."""
    pixels = pattern().load()
    raw = b""
    for x0, y0, dx, dy in [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]:
        for y in range(y0, HEIGHT, dy):
            raw += b"\0" + b"".join(bytes(pixels[x, y]) for x in range(x0, WIDTH, dx))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")


def sixteen_bit_png():
    raw = b"".join(b"\0" + b"".join(struct.pack(">HHHH", x * 1400, y * 1800, x * y * 40, 65535 - x * 900) for x in range(WIDTH)) for y in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 16, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")


def rle_bmp(bits):
    """BI_RLE8 or BI_RLE4: runs, literals, ends of line and the end of the bitmap; no delta, which Pillow reads wrongly."""
    palette = b"".join(bytes([i * 16 % 256, i * 40 % 256, 255 - i * 13 % 256, 0]) for i in range(16))
    data = b""
    for y in range(HEIGHT):
        data += bytes([20, (y * 17) % 256 if bits == 4 else y % 16])
        data += b"\0\4" + (b"\x12\x34" if bits == 4 else bytes([1, 2, 3, 4]))
        data += bytes([WIDTH - 24, 0x35 if bits == 4 else 7]) + b"\0\0"
    data += b"\0\1"
    offset = 14 + 40 + len(palette)
    header = struct.pack("<IiiHHIIiiII", 40, WIDTH, HEIGHT, 1, bits, 1 if bits == 8 else 2, len(data), 2835, 2835, 16, 0)
    return b"BM" + struct.pack("<IHHI", offset + len(data), 0, 0, offset) + header + palette + data


def masked_bmp():
    """BI_BITFIELDS, 16 bits a pixel, rows from the top, a V4 header."""
    pixels = pattern().load()
    row = (WIDTH * 2 + 3) // 4 * 4
    data = b"".join(
        b"".join(struct.pack("<H", (pixels[x, y][0] >> 3) << 11 | (pixels[x, y][1] >> 2) << 5 | pixels[x, y][2] >> 3) for x in range(WIDTH))
        .ljust(row, b"\0") for y in range(HEIGHT))
    header = struct.pack("<IiiHHIIiiIIIIII", 108, WIDTH, -HEIGHT, 1, 16, 3, len(data), 0, 0, 0, 0, 0xF800, 0x07E0, 0x001F, 0).ljust(108, b"\0")
    return b"BM" + struct.pack("<IHHI", 14 + 108 + len(data), 0, 0, 14 + 108) + header + data


def decoded(path):
    picture = ImageOps.exif_transpose(Image.open(path)).convert("RGBA")
    shown = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
    width, height = shown.size
    quarters = [(x, y, x + width // 2, y + height // 2) for y in (0, height // 2) for x in (0, width // 2)]
    return {"width": width, "height": height, "means": [[round(mean, 2) for mean in ImageStat.Stat(shown.crop(box)).mean] for box in quarters]}


def main():
    FOLDER.mkdir(exist_ok=True)
    jpeg = dict(quality=60, optimize=True)
    profile = b"icc " * 40
    pattern().save(FOLDER / "baseline.jpg", **jpeg, exif=exif(), comment=b"CANARY-COMMENT")
    pattern().save(FOLDER / "progressive.jpg", **jpeg, progressive=True, icc_profile=profile)
    pattern("L").save(FOLDER / "grey.jpg", **jpeg)
    pattern("CMYK").save(FOLDER / "cmyk.jpg", **jpeg)
    pattern().save(FOLDER / "sampled.jpg", **jpeg, subsampling="4:4:4")
    pattern().save(FOLDER / "rgb.png", optimize=True, exif=exif(), icc_profile=profile)
    pattern("RGBA").save(FOLDER / "alpha.png", optimize=True)
    pattern("P").save(FOLDER / "palette.png", optimize=True, transparency=3)
    pattern("1").save(FOLDER / "bits.png", optimize=True)
    pattern().save(FOLDER / "animated.png", save_all=True, append_images=[pattern(shift=90), pattern(shift=180)], duration=40)
    (FOLDER / "interlaced.png").write_bytes(interlaced_png())
    (FOLDER / "deep.png").write_bytes(sixteen_bit_png())
    pattern().save(FOLDER / "lossy.webp", quality=50, exif=exif().tobytes(), icc_profile=profile)
    pattern("RGBA").save(FOLDER / "alpha.webp", quality=50)
    pattern("RGBA").save(FOLDER / "lossless.webp", lossless=True)
    pattern().save(FOLDER / "animated.webp", save_all=True, append_images=[pattern(shift=90)], duration=40, quality=40)
    pattern().resize((17, 11)).save(FOLDER / "rgb.bmp")
    pattern("P").resize((17, 11)).save(FOLDER / "palette.bmp")
    pattern("1").save(FOLDER / "bits.bmp")
    (FOLDER / "rle8.bmp").write_bytes(rle_bmp(8))
    (FOLDER / "rle4.bmp").write_bytes(rle_bmp(4))
    (FOLDER / "masked.bmp").write_bytes(masked_bmp())
    kinds = {path.name: decoded(path) for path in sorted(FOLDER.iterdir())}
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(kind)}" for name, kind in kinds.items())
    (FOLDER.parent / "pictures.json").write_text(f"{{\n{lines}\n}}\n")


if __name__ == "__main__":
    main()
