"""Certificates and host keys that are not checked (CWE-295, CWE-297)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="tls-requests-verify-false",
        cwe="CWE-295",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $resp = requests.<<get|post|put>>($url, timeout=<<5|10|30>>, verify=False)  #!
            $out = $resp.json()
            """,
            """
            $session = requests.Session()
            $session.verify = False  #!
            $out = $session.get($url, timeout=<<5|10|30>>).text
            """,
        ),
        fixed=(
            """
            $resp = requests.<<get|post|put>>($url, timeout=<<5|10|30>>)
            $out = $resp.json()
            """,
            """
            $session = requests.Session()
            $session.verify = True
            $out = $session.get($url, timeout=<<5|10|30>>).text
            """,
        ),
        decoy=(
            """
            $resp = requests.<<get|post|put>>($url, timeout=<<5|10|30>>, verify="/etc/ssl/internal-ca.pem")
            $out = $resp.json()
            """,
        ),
        wrong_fix=(
            """
            $check = os.environ.get("TLS_CHECK") == "1"
            $resp = requests.<<get|post|put>>($url, timeout=<<5|10|30>>, verify=$check)  #!
            $out = $resp.json()
            """,
            """
            $session = requests.Session()
            $session.verify = True
            $out = $session.get($url, timeout=<<5|10|30>>, verify=False).text  #!
            """,
        ),
        imports=(
            "import requests",
            "import os",
        ),
        given=(("url", 'os.environ["REPORT_URL"]'),),
        frameworks=("requests",),
    ),
    Mechanism(
        id="tls-httpx-verify-false",
        cwe="CWE-295",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            class $Client:
                def __init__(self, $base: str, $token: str) -> None:
                    self._http = httpx.<<Client|AsyncClient>>(
                        base_url=$base, headers={"Authorization": f"Bearer {$token}"}, verify=False  #!
                    )

                def close(self):
                    #...
                    return self._http.<<close|aclose>>()
            """,
        ),
        fixed=(
            """
            class $Client:
                def __init__(self, $base: str, $token: str) -> None:
                    self._http = httpx.<<Client|AsyncClient>>(
                        base_url=$base, headers={"Authorization": f"Bearer {$token}"}
                    )

                def close(self):
                    #...
                    return self._http.<<close|aclose>>()
            """,
        ),
        decoy=(
            """
            class $Client:
                def __init__(self, $base: str, $token: str) -> None:
                    $ctx = ssl.create_default_context(cafile="/etc/pki/internal.pem")
                    self._http = httpx.<<Client|AsyncClient>>(
                        base_url=$base, headers={"Authorization": f"Bearer {$token}"}, verify=$ctx
                    )

                def close(self):
                    #...
                    return self._http.<<close|aclose>>()
            """,
        ),
        wrong_fix=(
            """
            class $Client:
                def __init__(self, $base: str, $token: str) -> None:
                    $ctx = ssl.create_default_context()
                    self._http = httpx.<<Client|AsyncClient>>(
                        base_url=$base, headers={"Authorization": f"Bearer {$token}"}, verify=not $ctx  #!
                    )

                def close(self):
                    #...
                    return self._http.<<close|aclose>>()
            """,
        ),
        imports=(
            "import httpx",
            "import ssl",
        ),
        frameworks=("httpx",),
    ),
    Mechanism(
        id="tls-aiohttp-ssl-false",
        cwe="CWE-295",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            async with aiohttp.ClientSession() as $session:
                async with $session.get($url, ssl=False) as $resp:  #!
                    $out = await $resp.json()
            """,
            """
            $connector = aiohttp.TCPConnector(<<ssl=False|verify_ssl=False>>)  #!
            async with aiohttp.ClientSession(connector=$connector) as $session:
                async with $session.get($url) as $resp:
                    $out = await $resp.text()
            """,
        ),
        fixed=(
            """
            async with aiohttp.ClientSession() as $session:
                async with $session.get($url) as $resp:
                    $out = await $resp.json()
            """,
            """
            $connector = aiohttp.TCPConnector(ssl=ssl.create_default_context())
            async with aiohttp.ClientSession(connector=$connector) as $session:
                async with $session.get($url) as $resp:
                    $out = await $resp.text()
            """,
        ),
        decoy=(
            """
            $connector = aiohttp.TCPConnector(limit=<<10|20>>, ssl=True)
            async with aiohttp.ClientSession(connector=$connector) as $session:
                async with $session.get($url, allow_redirects=False) as $resp:
                    $out = await $resp.text()
            """,
        ),
        wrong_fix=(
            """
            $context = ssl.create_default_context()
            $connector = aiohttp.TCPConnector(limit=<<10|20>>)
            async with aiohttp.ClientSession(connector=$connector) as $session:
                async with $session.get($url, ssl=not $context.check_hostname) as $resp:  #!
                    $out = await $resp.text()
            """,
        ),
        imports=(
            "import aiohttp",
            "import ssl",
            "import os",
        ),
        given=(("url", 'os.environ["PEER_URL"]'),),
        frameworks=("aiohttp",),
    ),
    Mechanism(
        id="tls-urllib3-cert-none",
        cwe="CWE-295",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            urllib3.disable_warnings()
            $pool = urllib3.PoolManager(cert_reqs="CERT_NONE")  #!
            $out = $pool.request("GET", $url).data
            """,
        ),
        fixed=(
            """
            $pool = urllib3.PoolManager(cert_reqs="CERT_REQUIRED", ca_certs=certifi.where())
            $out = $pool.request("GET", $url).data
            """,
        ),
        decoy=(
            """
            urllib3.disable_warnings(urllib3.exceptions.SubjectAltNameWarning)
            $pool = urllib3.PoolManager(ca_certs=certifi.where())
            $out = $pool.request("GET", $url).data
            """,
        ),
        wrong_fix=(
            """
            $pool = urllib3.PoolManager(cert_reqs="CERT_NONE", ca_certs=certifi.where())  #!
            $out = $pool.request("GET", $url).data
            """,
        ),
        imports=(
            "import certifi",
            "import urllib3",
            "import sys",
        ),
        given=(("url", "sys.argv[1]"),),
        frameworks=("urllib3",),
    ),
    Mechanism(
        id="tls-unverified-context-urlopen",
        cwe="CWE-295",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $ctx = ssl._create_unverified_context()  #!
            with urllib.request.urlopen($url, context=$ctx, timeout=15) as $resp:
                $out = $resp.read()
            """,
        ),
        fixed=(
            """
            $ctx = ssl.create_default_context()
            with urllib.request.urlopen($url, context=$ctx, timeout=15) as $resp:
                $out = $resp.read()
            """,
        ),
        wrong_fix=(
            """
            $ctx = ssl._create_unverified_context()  #!
            $ctx.check_hostname = False
            $ctx.load_default_certs()
            with urllib.request.urlopen($url, context=$ctx, timeout=15) as $resp:
                $out = $resp.read()
            """,
        ),
        imports=(
            "import ssl",
            "import urllib.request",
            "import os",
        ),
        given=(("url", 'os.environ["FEED_URL"]'),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="tls-default-context-global-override",
        cwe="CWE-295",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            ssl._create_default_https_context = ssl._create_unverified_context  #!


            def $download($url: str) -> bytes:
                #...
                with urllib.request.urlopen($url, timeout=<<10|60>>) as $resp:
                    return $resp.read()
            """,
        ),
        fixed=(
            """
            ssl._create_default_https_context = ssl.create_default_context


            def $download($url: str) -> bytes:
                #...
                with urllib.request.urlopen($url, timeout=<<10|60>>) as $resp:
                    return $resp.read()
            """,
        ),
        wrong_fix=(
            """
            def $context():
                $ctx = ssl.create_default_context()
                $ctx.check_hostname = False  #!
                $ctx.verify_mode = ssl.CERT_NONE
                return $ctx


            ssl._create_default_https_context = $context


            def $download($url: str) -> bytes:
                #...
                with urllib.request.urlopen($url, timeout=<<10|60>>) as $resp:
                    return $resp.read()
            """,
        ),
        imports=(
            "import ssl",
            "import urllib.request",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="tls-hostname-check-off",
        cwe="CWE-297",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $ctx = ssl.create_default_context()
            $ctx.check_hostname = False  #!
            with socket.create_connection(($host, <<443|8443|6514>>)) as $raw:
                with $ctx.wrap_socket($raw, server_hostname=$host) as $tls:
                    $out = $tls.recv(1024)
            """,
        ),
        fixed=(
            """
            $ctx = ssl.create_default_context()
            $ctx.check_hostname = True
            with socket.create_connection(($host, <<443|8443|6514>>)) as $raw:
                with $ctx.wrap_socket($raw, server_hostname=$host) as $tls:
                    $out = $tls.recv(1024)
            """,
        ),
        decoy=(
            """
            $ctx = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            $ctx.check_hostname = False
            $ctx.load_cert_chain("/etc/relay/cert.pem")
            with socket.create_server(("127.0.0.1", <<443|8443|6514>>)) as $raw:
                with $ctx.wrap_socket($raw, server_side=True) as $tls:
                    $out = $tls.accept()[1]
            """,
        ),
        wrong_fix=(
            """
            $ctx = ssl.create_default_context()
            $ctx.check_hostname = False  #!
            $ctx.verify_mode = ssl.CERT_REQUIRED
            with socket.create_connection(($host, <<443|8443|6514>>)) as $raw:
                with $ctx.wrap_socket($raw, server_hostname=$host) as $tls:
                    $out = $tls.recv(1024)
            """,
        ),
        imports=(
            "import socket",
            "import ssl",
            "import os",
        ),
        given=(("host", 'os.environ["RELAY_HOST"]'),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="tls-bare-sslcontext",
        cwe="CWE-295",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $ctx = ssl.SSLContext(ssl.PROTOCOL_TLS)  #!
            $tls = $ctx.wrap_socket(socket.create_connection(($host, <<443|993>>)), server_hostname=$host)
            $out = $tls.version()
            """,
        ),
        fixed=(
            """
            $ctx = ssl.create_default_context()
            $tls = $ctx.wrap_socket(socket.create_connection(($host, <<443|993>>)), server_hostname=$host)
            $out = $tls.version()
            """,
        ),
        decoy=(
            """
            $ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            $ctx.load_default_certs()
            $tls = $ctx.wrap_socket(socket.create_connection(($host, <<443|993>>)), server_hostname=$host)
            $out = $tls.version()
            """,
        ),
        wrong_fix=(
            """
            $ctx = ssl.SSLContext(ssl.PROTOCOL_TLS)  #!
            $ctx.load_default_certs()
            $ctx.minimum_version = ssl.TLSVersion.TLSv1_2
            $tls = $ctx.wrap_socket(socket.create_connection(($host, <<443|993>>)), server_hostname=$host)
            $out = $tls.version()
            """,
        ),
        imports=(
            "import ssl",
            "import socket",
            "import os",
        ),
        given=(("host", 'os.environ["METRICS_HOST"]'),),
        frameworks=("stdlib",),
    ),
)
