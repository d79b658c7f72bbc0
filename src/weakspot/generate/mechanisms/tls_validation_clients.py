"""Certificate checks that message, cloud and socket clients switch off (CWE-295)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="tls-pika-no-verify",
        cwe="CWE-295",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $channel():
                $ctx = ssl.create_default_context()
                $ctx.check_hostname = False
                $ctx.verify_mode = ssl.CERT_NONE  #!
                #...
                $params = pika.ConnectionParameters(os.environ["MQ_HOST"], 5671, ssl_options=pika.SSLOptions($ctx))
                return pika.BlockingConnection($params).channel()
            """,
        ),
        fixed=(
            """
            def $channel():
                $ctx = ssl.create_default_context(cafile="/etc/ssl/mq-ca.pem")
                #...
                $params = pika.ConnectionParameters(os.environ["MQ_HOST"], 5671, ssl_options=pika.SSLOptions($ctx))
                return pika.BlockingConnection($params).channel()
            """,
        ),
        wrong_fix=(
            """
            def $channel():
                $ctx = ssl.create_default_context(cafile="/etc/ssl/mq-ca.pem")
                $ctx.check_hostname = False
                $ctx.verify_mode = ssl.CERT_OPTIONAL
                #...
                $ctx = ssl._create_unverified_context(cafile="/etc/ssl/mq-ca.pem")  #!
                $params = pika.ConnectionParameters(os.environ["MQ_HOST"], 5671, ssl_options=pika.SSLOptions($ctx))
                return pika.BlockingConnection($params).channel()
            """,
        ),
        imports=(
            "import os",
            "import pika",
            "import ssl",
        ),
        frameworks=("pika",),
    ),
    Mechanism(
        id="tls-mqtt-insecure-set",
        cwe="CWE-295",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $connect($topic: str):
                $client = mqtt.Client()
                $client.tls_set(ca_certs="/etc/mqtt/ca.pem")
                $client.tls_insecure_set(True)  #!
                #...
                $client.connect(os.environ["MQTT_HOST"], 8883)
                $client.subscribe($topic)
                return $client
            """,
        ),
        fixed=(
            """
            def $connect($topic: str):
                $client = mqtt.Client()
                $client.tls_set(ca_certs="/etc/mqtt/ca.pem")
                #...
                $client.connect(os.environ["MQTT_HOST"], 8883)
                $client.subscribe($topic)
                return $client
            """,
        ),
        decoy=(
            """
            def $connect($topic: str):
                $client = mqtt.Client()
                $client.tls_set(ca_certs="/etc/mqtt/ca.pem", cert_reqs=ssl.CERT_REQUIRED)
                $client.tls_insecure_set(False)
                #...
                $client.connect(os.environ["MQTT_HOST"], 8883)
                $client.subscribe($topic)
                return $client
            """,
        ),
        wrong_fix=(
            """
            def $connect($topic: str):
                $client = mqtt.Client()
                $client.tls_set(ca_certs="/etc/mqtt/ca.pem", cert_reqs=ssl.CERT_NONE)  #!
                #...
                $client.connect(os.environ["MQTT_HOST"], 8883)
                $client.subscribe($topic)
                return $client
            """,
        ),
        imports=(
            "import os",
            "import ssl",
            "import paho.mqtt.client as mqtt",
        ),
        frameworks=("paho-mqtt",),
    ),
    Mechanism(
        id="tls-boto3-verify-false",
        cwe="CWE-295",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $client = boto3.client("<<s3|sqs|secretsmanager>>", region_name="eu-west-1", verify=False)  #!
            $out = $client
            """,
        ),
        fixed=(
            """
            $client = boto3.client("<<s3|sqs|secretsmanager>>", region_name="eu-west-1")
            $out = $client
            """,
        ),
        decoy=(
            """
            $client = boto3.client(
                "<<s3|sqs|secretsmanager>>", region_name="eu-west-1", verify=os.environ["AWS_CA_BUNDLE"]
            )
            $out = $client
            """,
        ),
        wrong_fix=(
            """
            $client = boto3.client(
                "<<s3|sqs|secretsmanager>>", region_name="eu-west-1", use_ssl=True, verify=False  #!
            )
            $out = $client
            """,
        ),
        imports=(
            "import boto3",
            "import os",
        ),
        frameworks=("boto3",),
    ),
    Mechanism(
        id="tls-redis-cert-reqs-none",
        cwe="CWE-295",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $cache = redis.Redis(host=os.environ["REDIS_HOST"], port=6380, ssl=True, ssl_cert_reqs=<<None|"none">>)  #!
            $out = $cache.ping()
            """,
        ),
        fixed=(
            """
            $cache = redis.Redis(host=os.environ["REDIS_HOST"], port=6380, ssl=True)
            $out = $cache.ping()
            """,
        ),
        wrong_fix=(
            """
            $cache = redis.Redis(
                host=os.environ["REDIS_HOST"], port=6380, ssl=True, ssl_ca_certs="/etc/ssl/ca.pem", ssl_cert_reqs=<<None|"none">>  #!
            )
            $out = $cache.ping()
            """,
        ),
        imports=(
            "import os",
            "import redis",
        ),
        frameworks=("redis",),
    ),
    Mechanism(
        id="tls-websocket-sslopt",
        cwe="CWE-295",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $ws = websocket.create_connection(os.environ["STREAM_URL"], sslopt={"cert_reqs": ssl.CERT_NONE})  #!
            $out = $ws.recv()
            """,
        ),
        fixed=(
            """
            $ws = websocket.create_connection(os.environ["STREAM_URL"])
            $out = $ws.recv()
            """,
        ),
        decoy=(
            """
            $ws = websocket.create_connection(
                os.environ["STREAM_URL"], sslopt={"cert_reqs": ssl.CERT_REQUIRED, "check_hostname": True}
            )
            $out = $ws.recv()
            """,
        ),
        wrong_fix=(
            """
            $ws = websocket.create_connection(
                os.environ["STREAM_URL"], sslopt={"cert_reqs": ssl.CERT_REQUIRED, "check_hostname": False}  #!
            )
            $out = $ws.recv()
            """,
        ),
        imports=(
            "import os",
            "import ssl",
            "import websocket",
        ),
        frameworks=("websocket-client",),
    ),
    Mechanism(
        id="tls-pyopenssl-verify-callback",
        cwe="CWE-295",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $ctx = SSL.Context(SSL.TLS_CLIENT_METHOD)
            $ctx.set_default_verify_paths()
            $ctx.set_verify(SSL.VERIFY_PEER, lambda conn, cert, errno, depth, ok: True)  #!
            $out = $ctx
            """,
        ),
        fixed=(
            """
            $ctx = SSL.Context(SSL.TLS_CLIENT_METHOD)
            $ctx.set_default_verify_paths()
            $ctx.set_verify(SSL.VERIFY_PEER, lambda conn, cert, errno, depth, ok: bool(ok))
            $out = $ctx
            """,
        ),
        wrong_fix=(
            """
            $ctx = SSL.Context(SSL.TLS_CLIENT_METHOD)
            $ctx.set_default_verify_paths()
            $ctx.set_verify(SSL.VERIFY_NONE, lambda conn, cert, errno, depth, ok: bool(ok))  #!
            $out = $ctx
            """,
        ),
        imports=("from OpenSSL import SSL",),
        frameworks=("pyopenssl",),
    ),
    Mechanism(
        id="tls-kubernetes-verify-ssl",
        cwe="CWE-295",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $conf = client.Configuration()
            $conf.host = os.environ["KUBE_API"]
            $conf.verify_ssl = False  #!
            $out = client.CoreV1Api(client.ApiClient($conf))
            """,
        ),
        fixed=(
            """
            $conf = client.Configuration()
            $conf.host = os.environ["KUBE_API"]
            $conf.ssl_ca_cert = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"
            $out = client.CoreV1Api(client.ApiClient($conf))
            """,
        ),
        wrong_fix=(
            """
            $conf = client.Configuration()
            $conf.host = os.environ["KUBE_API"]
            $conf.ssl_ca_cert = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"
            $conf.verify_ssl = False  #!
            $out = client.CoreV1Api(client.ApiClient($conf))
            """,
        ),
        imports=(
            "from kubernetes import client",
            "import os",
        ),
        frameworks=("kubernetes",),
    ),
)
