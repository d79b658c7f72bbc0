"""Predictable values where an attacker must not guess (CWE-330, CWE-331, CWE-335, CWE-338)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="rand-token-choice",
        cwe="CWE-338",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $alphabet = string.ascii_letters + string.digits
            $token = "".join(random.choice($alphabet) for _ in range(<<32|40|24>>))  #!
            $out = $token
            """,
        ),
        fixed=(
            """
            $alphabet = string.ascii_letters + string.digits
            $token = "".join(secrets.choice($alphabet) for _ in range(<<32|40|24>>))
            $out = $token
            """,
        ),
        decoy=(
            """
            $colours = ["teal", "amber", "indigo"]
            $out = {"theme": random.choice($colours), "token": secrets.token_urlsafe(<<32|40|24>>)}
            """,
        ),
        wrong_fix=(
            """
            $alphabet = string.ascii_letters + string.digits + string.punctuation
            random.shuffle(list($alphabet))
            $token = "".join(random.choice($alphabet) for _ in range(<<32|40|24>> * 2))  #!
            $out = $token
            """,
        ),
        imports=(
            "import random",
            "import secrets",
            "import string",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="rand-password-choices",
        cwe="CWE-338",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $new_password($length: int = 16) -> str:
                $pool = string.ascii_letters + string.digits + "!@#%&*"
                #...
                return "".join(random.choices($pool, k=$length))  #!
            """,
        ),
        fixed=(
            """
            def $new_password($length: int = 16) -> str:
                $pool = string.ascii_letters + string.digits + "!@#%&*"
                #...
                return "".join(SystemRandom().choices($pool, k=$length))
            """,
        ),
        decoy=(
            """
            def $new_password($length: int = 16) -> str:
                $pool = list(string.ascii_letters + string.digits + "!@#%&*")
                random.shuffle($pool)
                #...
                return "".join(SystemRandom().choices($pool, k=$length))
            """,
        ),
        wrong_fix=(
            """
            def $new_password($length: int = 16) -> str:
                $pool = string.ascii_letters + string.digits + "!@#%&*"
                $rng = random.Random(SystemRandom().randint(0, 9999))  #!
                #...
                return "".join($rng.choices($pool, k=$length))
            """,
        ),
        imports=(
            "import random",
            "import string",
            "from random import SystemRandom",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="rand-otp-randint",
        cwe="CWE-338",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $send_code($user, $mailer, $cache) -> None:
                $code = f"{random.randint(0, 999999):06d}"  #!
                #...
                $cache.set(f"otp:{$user.id}", $code, timeout=300)
                $mailer.send($user.email, f"Your code is {$code}")
            """,
        ),
        fixed=(
            """
            def $send_code($user, $mailer, $cache) -> None:
                $code = f"{secrets.randbelow(1000000):06d}"
                #...
                $cache.set(f"otp:{$user.id}", $code, timeout=300)
                $mailer.send($user.email, f"Your code is {$code}")
            """,
        ),
        decoy=(
            """
            def $send_code($user, $mailer, $cache) -> None:
                $code = f"{secrets.randbelow(1000000):06d}"
                $delay = random.randint(0, 5)
                #...
                $cache.set(f"otp:{$user.id}", $code, timeout=300)
                $mailer.send_later($delay, $user.email, f"Your code is {$code}")
            """,
        ),
        wrong_fix=(
            """
            def $send_code($user, $mailer, $cache) -> None:
                random.seed(secrets.randbelow(1000))
                $code = f"{random.randint(0, 999999):06d}"  #!
                #...
                $cache.set(f"otp:{$user.id}", $code, timeout=300)
                $mailer.send($user.email, f"Your code is {$code}")
            """,
        ),
        imports=(
            "import random",
            "import secrets",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="rand-session-id-getrandbits",
        cwe="CWE-330",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            class $Sessions:
                def __init__(self) -> None:
                    self._open: dict[str, int] = {}

                def start(self, $user_id: int) -> str:
                    $sid = "%032x" % random.getrandbits(128)  #!
                    #...
                    self._open[$sid] = $user_id
                    return $sid
            """,
        ),
        fixed=(
            """
            class $Sessions:
                def __init__(self) -> None:
                    self._open: dict[str, int] = {}

                def start(self, $user_id: int) -> str:
                    $sid = "%032x" % secrets.randbits(128)
                    #...
                    self._open[$sid] = $user_id
                    return $sid
            """,
        ),
        wrong_fix=(
            """
            class $Sessions:
                def __init__(self) -> None:
                    self._open: dict[str, int] = {}

                def start(self, $user_id: int) -> str:
                    $sid = "%032x" % (random.getrandbits(128) ^ $user_id)  #!
                    #...
                    while $sid in self._open:
                        $sid = "%032x" % random.getrandbits(128)
                    self._open[$sid] = $user_id
                    return $sid
            """,
        ),
        imports=(
            "import random",
            "import secrets",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="rand-uuid1-reset-link",
        cwe="CWE-330",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $start_reset($user, $Reset) -> str:
                $key = uuid.uuid1().hex  #!
                #...
                $Reset.objects.create(user=$user, key=$key)
                return f"/accounts/<<reset|invite>>/{$key}/"
            """,
        ),
        fixed=(
            """
            def $start_reset($user, $Reset) -> str:
                $key = uuid.uuid4().hex
                #...
                $Reset.objects.create(user=$user, key=$key)
                return f"/accounts/<<reset|invite>>/{$key}/"
            """,
        ),
        decoy=(
            """
            def $start_reset($user, $Reset) -> str:
                $trace = uuid.uuid1().hex
                $key = uuid.uuid4().hex
                #...
                $Reset.objects.create(user=$user, key=$key, trace=$trace)
                return f"/accounts/<<reset|invite>>/{$key}/"
            """,
        ),
        wrong_fix=(
            """
            def $start_reset($user, $Reset) -> str:
                $key = uuid.uuid5(uuid.NAMESPACE_DNS, str(uuid.uuid1())).hex  #!
                #...
                $Reset.objects.create(user=$user, key=$key)
                return f"/accounts/<<reset|invite>>/{$key}/"
            """,
        ),
        imports=("import uuid",),
        frameworks=("django",),
    ),
    Mechanism(
        id="rand-seed-time",
        cwe="CWE-335",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            random.seed(<<time.time()|int(time.time())|os.getpid()>>)  #!
            $key = bytes(random.randrange(0, 256) for _ in range(32))
            $out = $key.hex()
            """,
        ),
        fixed=(
            """
            $key = os.urandom(32)
            $out = $key.hex()
            """,
        ),
        decoy=(
            """
            random.seed(<<time.time()|int(time.time())|os.getpid()>>)
            $order = random.sample(range(256), 32)
            $out = {"key": os.urandom(32).hex(), "order": $order}
            """,
        ),
        wrong_fix=(
            """
            random.seed(<<time.time()|int(time.time())|os.getpid()>> * os.getppid())  #!
            $key = bytes(random.randrange(0, 256) for _ in range(32))
            $out = $key.hex()
            """,
        ),
        imports=(
            "import os",
            "import random",
            "import time",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="rand-numpy-key",
        cwe="CWE-338",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $rng = np.random.default_rng()
            $key = $rng.bytes(<<16|32>>)  #!
            $out = $key.hex()
            """,
            """
            $digits = np.random.randint(0, 10, size=<<16|32>>)  #!
            $out = "".join(map(str, $digits))
            """,
        ),
        fixed=(
            """
            $key = secrets.token_bytes(<<16|32>>)
            $out = $key.hex()
            """,
            """
            $digits = [secrets.randbelow(10) for _ in range(<<16|32>>)]
            $out = "".join(map(str, $digits))
            """,
        ),
        decoy=(
            """
            $rng = np.random.default_rng()
            $noise = $rng.normal(0.0, 0.1, size=<<16|32>>)
            $out = {"key": secrets.token_hex(<<16|32>>), "noise": $noise.tolist()}
            """,
        ),
        wrong_fix=(
            """
            $rng = np.random.default_rng(secrets.randbits(16))
            $key = $rng.bytes(<<16|32>>)  #!
            $out = $key.hex()
            """,
        ),
        imports=(
            "import numpy as np",
            "import secrets",
        ),
        frameworks=("numpy",),
    ),
)
