"""An NFS client that stays mounted: libnfs, driven by lines of its input.

    read PATH   opens a file, reads all of it, and closes it
    hold PATH   opens a file and keeps it open
    held        reads all of the file that is kept open

Each is answered with a line: the size, and the MD5 of what was read, or the
name of the error.
"""

import ctypes
import ctypes.util
import errno
import hashlib
import os
import sys

lib = ctypes.CDLL(ctypes.util.find_library("nfs"))
lib.nfs_init_context.restype = ctypes.c_void_p
lib.nfs_get_error.restype = ctypes.c_char_p
lib.nfs_parse_url_dir.restype = ctypes.POINTER(ctypes.c_char_p)  # server, path, file

nfs = ctypes.c_void_p(lib.nfs_init_context())
url = lib.nfs_parse_url_dir(nfs, sys.argv[1].encode())
if not url or lib.nfs_mount(nfs, url[0], url[1]):
    sys.exit(lib.nfs_get_error(nfs).decode())
print("mounted", flush=True)


class NFSError(Exception):
    pass


def check(code):
    if code < 0:
        raise NFSError(errno.errorcode.get(-code, str(code)))
    return code


def open_file(path):
    f = ctypes.c_void_p()
    check(lib.nfs_open(nfs, os.fsencode(path), os.O_RDONLY, ctypes.byref(f)))
    return f


def read_all(f):
    data, buf = b"", ctypes.create_string_buffer(64 << 10)
    while True:
        n = check(lib.nfs_pread(nfs, f, ctypes.c_uint64(len(data)), ctypes.c_uint64(len(buf)), buf))
        if n == 0:
            return "%d %s" % (len(data), hashlib.md5(data).hexdigest())
        data += buf.raw[:n]


held = None
for line in sys.stdin:
    command, _, path = line.rstrip("\n").partition(" ")
    try:
        if command == "hold":
            held = open_file(path)
            answer = "held"
        elif command == "held":
            answer = read_all(held)
        else:
            f = open_file(path)
            answer = read_all(f)
            lib.nfs_close(nfs, f)
    except NFSError as e:
        answer = str(e)
    print(answer, flush=True)
