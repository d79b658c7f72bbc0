"""Objects rebuilt from untrusted bytes (CWE-502)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="numpy-allow-pickle",
        cwe="CWE-502",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = np.load($in, allow_pickle=True)  #!
                """,
        ),
        fixed=(
            """
                $out = np.load($in, allow_pickle=False)
                """,
        ),
        decoy=(
            """
                $out = np.load($in)
                """,
        ),
        wrong_fix=(
            """
                $out = np.load($in, allow_pickle=True, mmap_mode="r")  #!
                """,
        ),
        imports=("import numpy as np",),
        frameworks=("numpy",),
        takes="filename",
        checks_help=False,
    ),
    Mechanism(
        id="torch-load",
        cwe="CWE-502",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $state = torch.load($in, weights_only=False)  #!
                $out = $state
                """,
        ),
        fixed=(
            """
                $state = torch.load($in, weights_only=True)
                $out = $state
                """,
        ),
        wrong_fix=(
            """
                $state = torch.load($in, weights_only=False, map_location="cpu")  #!
                $out = $state
                """,
        ),
        imports=("import torch",),
        frameworks=("torch",),
        takes="filename",
        checks_help=False,
    ),
    Mechanism(
        id="pandas-read-pickle",
        cwe="CWE-502",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $frame = pd.read_pickle($in)  #!
                $out = $frame.columns.tolist()
                """,
        ),
        fixed=(
            """
                $frame = pd.read_parquet($in)
                $out = $frame.columns.tolist()
                """,
        ),
        wrong_fix=(
            """
                $frame = pd.read_pickle($in, compression="gzip")  #!
                $out = $frame.columns.tolist()
                """,
        ),
        imports=("import pandas as pd",),
        frameworks=("pandas",),
        takes="filename",
        checks_help=False,
    ),
    Mechanism(
        id="redis-pickled-value",
        cwe="CWE-502",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $value = pickle.loads($store.get($in))  #!
                $out = $value
                """,
        ),
        fixed=(
            """
                $value = json.loads($store.get($in))
                $out = $value
                """,
        ),
        wrong_fix=(
            """
                $value = pickle.loads($store.get("v1:" + $in) or b"")  #!
                $out = $value
                """,
        ),
        imports=(
            "import json",
            "import pickle",
            "import redis",
        ),
        given=(("store", 'redis.Redis(host="<<cache|redis>>")'),),
        frameworks=("redis",),
        checks_help=False,
    ),
    Mechanism(
        id="multiprocessing-recv",
        cwe="CWE-502",
        kind=Kind.LOCAL,
        vulnerable=(
            """
                with Listener(("0.0.0.0", <<6000|7001>>)) as $listener:
                    with $listener.accept() as $peer:
                        $job = $peer.recv()  #!
                $out = $job
                """,
        ),
        fixed=(
            """
                with Listener(("0.0.0.0", <<6000|7001>>)) as $listener:
                    with $listener.accept() as $peer:
                        $job = json.loads($peer.recv_bytes(65536))
                $out = $job
                """,
        ),
        wrong_fix=(
            """
                with Listener(("0.0.0.0", <<6000|7001>>)) as $listener:
                    with $listener.accept() as $peer:
                        $job = $peer.recv() if $peer.poll(5) else None  #!
                $out = $job
                """,
        ),
        imports=(
            "import json",
            "from multiprocessing.connection import Listener",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="socket-pickle",
        cwe="CWE-502",
        kind=Kind.LOCAL,
        vulnerable=(
            """
                with socket.create_server(("", <<9000|5555>>)) as $server:
                    $peer, _ = $server.accept()
                    $data = $peer.recv(65536)
                $out = pickle.loads($data)  #!
                """,
        ),
        fixed=(
            """
                with socket.create_server(("", <<9000|5555>>)) as $server:
                    $peer, _ = $server.accept()
                    $data = $peer.recv(65536)
                $out = json.loads($data)
                """,
        ),
        wrong_fix=(
            """
                with socket.create_server(("", <<9000|5555>>)) as $server:
                    $peer, _ = $server.accept()
                    $data = $peer.recv(65536)
                $out = pickle.loads($data) if $data else {}  #!
                """,
        ),
        imports=(
            "import json",
            "import pickle",
            "import socket",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="celery-pickle-serializer",
        cwe="CWE-502",
        kind=Kind.LOCAL,
        vulnerable=(
            """
                $app = Celery("<<jobs|mailer>>", broker="redis://queue:6379/0")
                $app.conf.update(task_serializer="pickle", accept_content=["pickle"])  #!
                $out = $app
                """,
        ),
        fixed=(
            """
                $app = Celery("<<jobs|mailer>>", broker="redis://queue:6379/0")
                $app.conf.update(task_serializer="json", accept_content=["json"])
                $out = $app
                """,
        ),
        wrong_fix=(
            """
                $app = Celery("<<jobs|mailer>>", broker="redis://queue:6379/0")
                $app.conf.update(task_serializer="json", accept_content=["json", "pickle"])  #!
                $out = $app
                """,
        ),
        imports=("from celery import Celery",),
        frameworks=("celery",),
    ),
    Mechanism(
        id="session-cookie-pickle",
        cwe="CWE-502",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = pickle.loads(zlib.decompress(base64.urlsafe_b64decode($in)))  #!
                """,
        ),
        fixed=(
            """
                $out = json.loads(zlib.decompress(base64.urlsafe_b64decode($in)))
                """,
        ),
        wrong_fix=(
            """
                $out = dict(pickle.loads(zlib.decompress(base64.urlsafe_b64decode($in))))  #!
                """,
        ),
        imports=(
            "import base64",
            "import json",
            "import pickle",
            "import zlib",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="transformers-remote-code",
        cwe="CWE-502",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = AutoModel.from_pretrained($in, trust_remote_code=True)  #!
                """,
        ),
        fixed=(
            """
                $out = AutoModel.from_pretrained($in, use_safetensors=True)
                """,
        ),
        wrong_fix=(
            """
                $out = AutoModel.from_pretrained($in, trust_remote_code=True, revision="main")  #!
                """,
        ),
        imports=("from transformers import AutoModel",),
        frameworks=("transformers",),
        checks_help=False,
    ),
)
