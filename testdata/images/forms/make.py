"""Makes the files of this folder: forms of JPEG and PNG, and beside each, as NAME.png, what PIL
makes of it with convert("RGB"). A file without one is refused by PIL, or by us alone where its name
begins with "refused-".

Needs Pillow and jpegtran of libjpeg-turbo:  python3 make.py
"""
import io
import math
import random
import subprocess
import zlib
from pathlib import Path

from PIL import Image

WIDTH, HEIGHT = 43, 29
random.seed(12)


def picture():
    image = Image.new("RGB", (WIDTH, HEIGHT))
    for y in range(HEIGHT):
        for x in range(WIDTH):
            noise = random.randrange(20)
            image.putpixel((x, y), (
                (x * 5 + noise) % 256,
                int(127 + 120 * math.sin(x / 5 + y / 7)),
                (y * 8 + noise) % 256))
    return image


def jpeg(image, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", **options)
    return out.getvalue()


def png(image, **options):
    out = io.BytesIO()
    image.save(out, "PNG", **options)
    return out.getvalue()


def segment(data, marker):
    """Where a marker's segment begins, of those before the first scan."""
    at = 2
    while data[at + 1] != marker:
        if data[at + 1] == 0xDA:
            raise ValueError("%x" % marker)
        at += 2 + int.from_bytes(data[at + 2:at + 4], "big")
    return at


def patched(data, marker, offset, value):
    at = segment(data, marker) + offset
    return data[:at] + bytes([value]) + data[at + 1:]


def without(data, marker):
    at = segment(data, marker)
    return data[:at] + data[at + 2 + int.from_bytes(data[at + 2:at + 4], "big"):]


def inserted(data, segment_bytes):
    return data[:2] + segment_bytes + data[2:]


def ycck(image):
    """What Photoshop stores: YCC of the three inks and the inverse of black. PIL inverts on saving."""
    c, m, y, k = image.split()
    planes = [*Image.merge("RGB", (c, m, y)).convert("YCbCr").split(), k.point(lambda v: 255 - v)]
    return Image.merge("CMYK", [plane.point(lambda v: 255 - v) for plane in planes])


def cmyk(image):
    """With black taken out of the other three."""
    out = Image.new("CMYK", image.size)
    for y in range(HEIGHT):
        for x in range(WIDTH):
            r, g, b = image.getpixel((x, y))
            k = 255 - max(r, g, b)
            out.putpixel((x, y), tuple(
                0 if k == 255 else round(255 * (255 - v - k) / (255 - k)) for v in (r, g, b)) + (k,))
    return out


def jpegtran(data, *arguments):
    return subprocess.run(["jpegtran", *arguments], input=data, stdout=subprocess.PIPE, check=True).stdout


def chunks(data):
    at = 8
    while at < len(data):
        end = at + 12 + int.from_bytes(data[at:at + 4], "big")
        yield at, end, data[at + 4:at + 8]
        at = end


def chunk(kind, body):
    checksum = zlib.crc32(kind + body)
    return len(body).to_bytes(4, "big") + kind + body + checksum.to_bytes(4, "big")


def split_idat(data):
    """The picture's data in two chunks; the two parts of the file, cut between them."""
    at, end = next((at, end) for at, end, kind in chunks(data) if kind == b"IDAT")
    body = data[at + 8:end - 4]
    return data[:at] + chunk(b"IDAT", body[:900]), chunk(b"IDAT", body[900:]) + data[end:]


def interlaced(image):
    """Adam7, which PIL reads and does not write."""
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    rows = b""
    for left, top, right, down in passes:
        for y in range(top, HEIGHT, down):
            line = b"".join(bytes(image.getpixel((x, y))) for x in range(left, WIDTH, right))
            rows += b"\0" + line if line else b""
    header = WIDTH.to_bytes(4, "big") + HEIGHT.to_bytes(4, "big") + bytes([8, 2, 0, 0, 1])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def sixteen(image):
    """16 bits a sample, of which PIL takes the upper 8."""
    rows = b""
    for y in range(HEIGHT):
        rows += b"\0" + b"".join(bytes([v, (x * 31 + y) % 256]) for x in range(WIDTH) for v in image.getpixel((x, y)))
    header = WIDTH.to_bytes(4, "big") + HEIGHT.to_bytes(4, "big") + bytes([16, 2, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


rgb = picture()
grey = rgb.convert("L")
four = cmyk(rgb)
plain = jpeg(rgb, quality=85, subsampling=2)
full = jpeg(rgb, quality=90, subsampling=0)
progressive = jpeg(rgb, quality=85, progressive=True)
cmyk420 = jpeg(four, quality=90, subsampling=2)
cmyk444 = jpeg(four, quality=90, subsampling=0)
ycck444 = patched(jpeg(ycck(four), quality=90, subsampling=0), 0xEE, 15, 2)
ycck420 = patched(jpeg(ycck(four), quality=90, subsampling=2), 0xEE, 15, 2)
exif = Image.Exif()
exif[0x0112] = 6
thumbnail = b"\xff\xe1" + (2 + 6 + len(plain)).to_bytes(2, "big") + b"Exif\0\0" + plain

first, rest = split_idat(png(rgb))

files = {
    "plain.jpg": plain,
    "444.jpg": full,
    "422.jpg": jpeg(rgb, quality=85, subsampling=1),
    "progressive.jpg": progressive,
    "progressive-grey.jpg": jpeg(grey, progressive=True),
    "grey.jpg": jpeg(grey),
    "restart.jpg": jpegtran(plain, "-restart", "1"),
    "no-marker.jpg": without(plain, 0xE0),
    "no-marker-444.jpg": without(full, 0xE0),
    "cmyk.jpg": cmyk444,
    "cmyk-420.jpg": cmyk420,
    "cmyk-progressive.jpg": jpeg(four, progressive=True),
    "cmyk-no-adobe.jpg": without(cmyk444, 0xEE),
    "ycck.jpg": ycck444,
    "ycck-420.jpg": ycck420,
    "ycck-transform-1.jpg": patched(ycck444, 0xEE, 15, 1),
    "exif-rotated.jpg": jpeg(rgb, exif=exif),
    "trailing.jpg": plain + b"behind the end",
    "early-end.jpg": plain[:-200] + b"\xff\xd9",
    "cut-thumbnail.jpg": inserted(plain, thumbnail)[:-100],
    "thumbnail.jpg": inserted(plain, thumbnail),
    "cut-in-header.jpg": plain[:100],
    "cut-2.jpg": plain[:-2],
    "cut-1.jpg": plain[:-1],
    "cut-half.jpg": plain[:(len(plain) + 623) // 2],
    "cut-progressive.jpg": progressive[:-2],
    "cut-progressive-half.jpg": progressive[:(len(progressive) + 300) // 2],
    "cut-cmyk.jpg": cmyk420[:-40],
    "cut-restart.jpg": jpegtran(plain, "-restart", "1")[:-30],
    "refused-arithmetic.jpg": jpegtran(plain, "-arithmetic"),
    "refused-arithmetic-progressive.jpg": jpegtran(progressive, "-arithmetic", "-progressive"),
    "refused-12-bit.jpg": patched(plain, 0xC0, 4, 12),
    "refused-lossless.jpg": patched(plain, 0xC0, 1, 0xC3),
    "refused-two-components.jpg": patched(plain, 0xC0, 9, 2),
    "rgb.png": png(rgb),
    "grey.png": png(grey),
    "rgba.png": png(Image.merge("RGBA", [*rgb.split(), grey])),
    "palette.png": png(rgb.quantize(17)),
    "palette-transparent.png": png(rgb.quantize(17), transparency=3),
    "one-bit.png": png(grey.convert("1")),
    "exif-rotated.png": png(rgb, exif=exif),
    "no-iend.png": png(rgb)[:-12],
    "cut-crc.png": png(rgb)[:-14],
    "cut-half.png": png(rgb)[:1500],
    "interlaced.png": interlaced(rgb),
    "cut-interlaced.png": interlaced(rgb)[:-200],
    "rgb16.png": sixteen(rgb),
    "split.png": first + rest,
    "cut-between.png": first,
    "cut-header.png": png(rgb)[:40],
}
flipped = bytearray(png(rgb))
flipped[900] ^= 4
files["damaged.png"] = bytes(flipped)

# Adobe's marker without a transform makes three components RGB.
at = segment(full, 0xE0)
files["rgb-adobe.jpg"] = inserted(without(full, 0xE0), b"\xff\xee\x00\x0eAdobe\x00\x64\0\0\0\0\x00")
files["ycc-adobe.jpg"] = inserted(without(full, 0xE0), b"\xff\xee\x00\x0eAdobe\x00\x64\0\0\0\0\x01")

folder = Path(__file__).parent
for name, data in files.items():
    (folder / name).write_bytes(data)
    decoded = folder / (name + ".png")
    decoded.unlink(missing_ok=True)
    try:
        Image.open(io.BytesIO(data)).convert("RGB").save(decoded)
        print(name, len(data))
    except Exception as e:
        print(name, len(data), repr(e)[:90])
    if name.startswith("refused-"):
        decoded.unlink(missing_ok=True)
