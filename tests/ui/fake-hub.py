#!/usr/bin/env python3
"""Stands in for the command cloze where a test is about how the window takes what can go wrong with
it. What it is asked about a repository named bad/… goes wrong as that name says; all else is asked
of the real command, which FAKE_HUB_CLOZE names."""
import os
import signal
import sys
import time

line = " ".join(sys.argv[1:])
real = os.environ["FAKE_HUB_CLOZE"]
if "bad/crash" in line:
    print(" 34 %  Downloading model.safetensors (1 of 3 MB)", file=sys.stderr, flush=True)
    os.kill(os.getpid(), signal.SIGSEGV)
elif "bad/hang" in line:
    time.sleep(600)
elif "bad/nonsense" in line:
    print("Here you are!")
elif "bad/odd" in line:
    print('{"repo":"bad/odd","asked":7,"files":[3,{},{"path":"a"}],"bytes":"many","usable":"yes","licence":[]}')
else:
    if "bad/offline" in line:
        os.environ["HF_ENDPOINT"] = "http://127.0.0.1:9"
    os.execv(real, [real, *sys.argv[1:]])
