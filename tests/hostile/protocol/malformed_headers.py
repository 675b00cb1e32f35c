"""Send a header that breaks another rule at every call."""

import itertools
import os
import struct

HEADERS = itertools.cycle(
    [
        b"NaN",
        b'["t",3,null,NaN,0,null]',
        b'["t",3,null,Infinity,0,null]',
        b'{"value": 0, "number": 3}',
        b'["t",3,null,["x"],0,null]',
        b'["t",3,null,0,0,["d","updates",["l"],"updates",["l"]]]',
        b'["t",3,null,0,0,["d","updates"]]',
        b'["t",3,null,1e5,0,null]',
        b'["t",3,null,' + b"9" * 5000 + b",0,null]",
        b'["t",3,null,"\xff\xfe",0,null]',
        b'["t",3,null,"\\ud800",0,null]',
        b"[" * 100_000,
        b'["l"' + b',["l"]' * 40_000 + b"]",
        b'["t",3,null,["a","f8",4611686018427387904,4],0,null]',
        b'["t",3,null,["a","f8",0,9223372036854775807,9223372036854775807],0,null]',
        b'["t",3,null,["a","f8",-1,-1],0,null]',
        b'["t",3,null,["a","O",1],0,null]',
        b'["t",3,null,["a","f8",true],0,null]',
        b'["t",3,null,["r",-1,"state",null],0,null]',
        b'["t",3,null,["r",1,"<script>",null],0,null]',
        b"",
        b"[]",
        b"null null",
    ]
)


def _send():
    header = next(HEADERS)
    os.write(4, struct.pack("<IQ", len(header), 0) + header)


def mean_squared_error(prediction, target):
    _send()


def mean_squared_error_gradient(prediction, target):
    for _ in range(5):
        _send()
