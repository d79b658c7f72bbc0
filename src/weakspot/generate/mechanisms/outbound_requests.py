"""Requests to addresses of the caller's choice and redirects (CWE-918, CWE-601)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="requests-get-url",
        cwe="CWE-918",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $answer = requests.<<get|head>>($in, timeout=<<5|10>>)  #!
                $out = $answer.text
                """,
        ),
        fixed=(
            """
                $answer = requests.<<get|head>>("https://api.<<partner|weather>>.example/v1/lookup", params={"q": $in}, timeout=<<5|10>>)
                $out = $answer.text
                """,
        ),
        wrong_fix=(
            """
                if not $in.startswith("http"):
                    raise ValueError("not a web address")
                $answer = requests.<<get|head>>($in, timeout=<<5|10>>)  #!
                $out = $answer.text
                """,
        ),
        imports=("import requests",),
        frameworks=("requests",),
        takes="url",
    ),
    Mechanism(
        id="requests-post-hook",
        cwe="CWE-918",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $answer = requests.post($in, json={"event": "<<paid|ready>>"}, timeout=10)  #!
                $out = $answer.status_code
                """,
        ),
        fixed=(
            """
                if urlsplit($in).hostname not in ("hooks.example.com", "hooks.example.org"):
                    raise ValueError("host not known")
                $answer = requests.post($in, json={"event": "<<paid|ready>>"}, timeout=10, allow_redirects=False)
                $out = $answer.status_code
                """,
        ),
        wrong_fix=(
            """
                if "hooks.example.com" not in $in:
                    raise ValueError("host not known")
                $answer = requests.post($in, json={"event": "<<paid|ready>>"}, timeout=10)  #!
                $out = $answer.status_code
                """,
        ),
        imports=(
            "import requests",
            "from urllib.parse import urlsplit",
        ),
        frameworks=("requests",),
        takes="url",
    ),
    Mechanism(
        id="requests-host-fstring",
        cwe="CWE-918",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $answer = requests.get(f"http://{$in}/health", timeout=3)  #!
                $out = $answer.ok
                """,
        ),
        fixed=(
            """
                $answer = requests.get(f"http://status.internal/{$in}/health", timeout=3)
                $out = $answer.ok
                """,
        ),
        wrong_fix=(
            """
                $answer = requests.get("http://" + $in.lower() + "/health", timeout=3)  #!
                $out = $answer.ok
                """,
        ),
        imports=("import requests",),
        frameworks=("requests",),
    ),
    Mechanism(
        id="urllib-urlopen",
        cwe="CWE-918",
        kind=Kind.FLOW,
        vulnerable=(
            """
                with urllib.request.urlopen($in) as $page:  #!
                    $out = $page.read()
                """,
        ),
        fixed=(
            """
                if urlsplit($in).netloc != "<<feeds|media>>.example.com" or not $in.startswith("https:"):
                    raise ValueError("address not allowed")
                with urllib.request.urlopen($in) as $page:
                    $out = $page.read()
                """,
        ),
        wrong_fix=(
            """
                if urlsplit($in).netloc in ("localhost", "127.0.0.1"):
                    raise ValueError("address not allowed")
                with urllib.request.urlopen($in) as $page:  #!
                    $out = $page.read()
                """,
        ),
        imports=(
            "import urllib.request",
            "from urllib.parse import urlsplit",
        ),
        frameworks=("stdlib",),
        takes="url",
    ),
    Mechanism(
        id="httpx-async-get",
        cwe="CWE-918",
        kind=Kind.FLOW,
        vulnerable=(
            """
                async with httpx.AsyncClient() as $client:
                    $answer = await $client.get($in)  #!
                $out = $answer.json()
                """,
        ),
        fixed=(
            """
                async with httpx.AsyncClient() as $client:
                    $answer = await $client.get("https://<<rates|geo>>.example.com/lookup", params={"key": $in})
                $out = $answer.json()
                """,
        ),
        wrong_fix=(
            """
                async with httpx.AsyncClient() as $client:
                    $answer = await $client.get($in, follow_redirects=True, timeout=5)  #!
                $out = $answer.json()
                """,
        ),
        imports=("import httpx",),
        frameworks=("httpx",),
        takes="url",
    ),
    Mechanism(
        id="httpx-base-url-join",
        cwe="CWE-918",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = httpx.get(urljoin("https://catalogue.example.com/", $in)).text  #!
                """,
        ),
        fixed=(
            """
                $out = httpx.get(urljoin("https://catalogue.example.com/", quote($in, safe=""))).text
                """,
        ),
        wrong_fix=(
            """
                $out = httpx.get(urljoin("https://catalogue.example.com/", $in.strip())).text  #!
                """,
        ),
        imports=(
            "import httpx",
            "from urllib.parse import quote, urljoin",
        ),
        frameworks=("httpx",),
    ),
    Mechanism(
        id="aiohttp-client-get",
        cwe="CWE-918",
        kind=Kind.FLOW,
        vulnerable=(
            """
                async with aiohttp.ClientSession() as $session:
                    async with $session.get($in) as $answer:  #!
                        $out = await $answer.read()
                """,
        ),
        fixed=(
            """
                async with aiohttp.ClientSession() as $session:
                    async with $session.get(yarl.URL("https://img.example.com/").with_path($in)) as $answer:
                        $out = await $answer.read()
                """,
        ),
        wrong_fix=(
            """
                async with aiohttp.ClientSession() as $session:
                    async with $session.get(yarl.URL($in)) as $answer:  #!
                        $out = await $answer.read()
                """,
        ),
        imports=(
            "import aiohttp",
            "import yarl",
        ),
        frameworks=("aiohttp",),
        takes="url",
    ),
    Mechanism(
        id="http-client-host",
        cwe="CWE-918",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $link = http.client.HTTPSConnection($in, timeout=5)  #!
                $link.request("GET", "/status")
                $out = $link.getresponse().status
                """,
        ),
        fixed=(
            """
                $link = http.client.HTTPSConnection("status.example.com", timeout=5)
                $link.request("GET", "/status", headers={"X-Subject": $in})
                $out = $link.getresponse().status
                """,
        ),
        wrong_fix=(
            """
                $link = http.client.HTTPSConnection($in.split(":")[0], 443, timeout=5)  #!
                $link.request("GET", "/status")
                $out = $link.getresponse().status
                """,
        ),
        imports=("import http.client",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="socket-check-address",
        cwe="CWE-918",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $host = urlsplit($in).hostname or ""
                $address = socket.gethostbyname($host)
                $out = requests.get($in, timeout=5, headers={"Host": $host}).content  #!
                """,
        ),
        fixed=(
            """
                $host = urlsplit($in).hostname or ""
                $address = socket.gethostbyname($host)
                if not ipaddress.ip_address($address).is_global:
                    raise ValueError("inner address")
                $in = $in.replace($host, $address, 1)
                $out = requests.get($in, timeout=5, headers={"Host": $host}, allow_redirects=False).content
                """,
        ),
        wrong_fix=(
            """
                $host = urlsplit($in).hostname or ""
                $address = socket.gethostbyname($host)
                if $address == "127.0.0.1":
                    raise ValueError("inner address")
                $out = requests.get($in, timeout=5, headers={"Host": $host}).content  #!
                """,
        ),
        imports=(
            "import ipaddress",
            "import requests",
            "import socket",
            "from urllib.parse import urlsplit",
        ),
        frameworks=("requests",),
        takes="url",
    ),
    Mechanism(
        id="pycurl-url",
        cwe="CWE-918",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $buffer = io.BytesIO()
                $curl = pycurl.Curl()
                $curl.setopt(pycurl.URL, $in)  #!
                $curl.setopt(pycurl.WRITEDATA, $buffer)
                $curl.perform()
                $out = $buffer.getvalue()
                """,
        ),
        fixed=(
            """
                $buffer = io.BytesIO()
                $curl = pycurl.Curl()
                $curl.setopt(pycurl.URL, "https://files.example.com/" + quote($in, safe=""))
                $curl.setopt(pycurl.WRITEDATA, $buffer)
                $curl.perform()
                $out = $buffer.getvalue()
                """,
        ),
        wrong_fix=(
            """
                $buffer = io.BytesIO()
                $curl = pycurl.Curl()
                $curl.setopt(pycurl.URL, $in.replace("file://", ""))  #!
                $curl.setopt(pycurl.WRITEDATA, $buffer)
                $curl.perform()
                $out = $buffer.getvalue()
                """,
        ),
        imports=(
            "import io",
            "import pycurl",
            "from urllib.parse import quote",
        ),
        frameworks=("pycurl",),
        takes="url",
    ),
)
