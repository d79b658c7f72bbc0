"""Skeletons of programs without a web framework: command lines, queues, sockets, functions."""

from weakspot.generate.skeleton import Skeleton

_JSON = ("import json", "import base64")
_RAISE = (
    'raise ValueError("<<unsupported value|unknown option|not allowed|rejected>>")',
    'raise ValueError("<<unexpected input|invalid argument>>")',
    'raise LookupError("<<no such option|unknown entry>>")',
    'raise PermissionError("<<not permitted|refused>>")',
)
_NONE = (*_RAISE, "return None")
_PRINT = ("print($out)", "print(json.dumps($out, default=str))", 'sys.stdout.write(f"{$out}\\n")', 'print("<<result|done>>:", $out)')
_EXIT = ("sys.exit(2)", 'raise SystemExit("<<unknown value|not allowed>>")', 'print("<<unknown value|not allowed>>", file=sys.stderr)\nreturn 2')
_DONE = ("", "return None", "return True", 'logger.info("<<finished|done|handled>>")')
_MAIN = 'if __name__ == "__main__":\n    $main()'
_PARAM_TAKES = frozenset({"text", "bytes", "number", "mapping", "url", "filename"})

SKELETONS: tuple[Skeleton, ...] = (
    Skeleton(
        "function",
        (
            "def $action($in%OTHER):\n    %BODY",
            "def $action($in: %TYPE%OTHER):\n    %BODY",
            "def $action($in: %TYPE%OTHER) -> object:\n    %BODY",
            "def $action($in%OTHER, <<verbose=False|limit=20|dry_run=False|*args|**kwargs>>):\n    %BODY",
            "def $action($context, $in%OTHER):\n    %BODY",
            "def $action(*, $in: %TYPE%OTHER) -> object:\n    %BODY",
        ),
        done=_DONE, reject=_NONE, takes=_PARAM_TAKES, weight=4,
    ),
    Skeleton(
        "method",
        (
            "class $Service:\n    def __init__(self, $options=None):\n        self.options = $options or {}\n\n    def $action(self, $in%OTHER):\n        %BODY",
            "class $Service:\n    def $action(self, $in: %TYPE%OTHER):\n        %BODY",
            "class $Service:\n    <<retries|limit|page_size>> = <<3|50|100>>\n\n    def $action(self, $in%OTHER):\n        %BODY",
            "class $Service:\n    @staticmethod\n    def $action($in%OTHER):\n        %BODY",
            "class $Service:\n    @classmethod\n    def $action(cls, $in: %TYPE%OTHER):\n        %BODY",
        ),
        done=_DONE, reject=_NONE, takes=_PARAM_TAKES, weight=2,
    ),
    Skeleton(
        "async-function",
        ("async def $action($in%OTHER):\n    %BODY", "async def $action($in: %TYPE%OTHER) -> object:\n    %BODY", "class $Service:\n    async def $action(self, $in: %TYPE%OTHER):\n        %BODY"),
        done=_DONE, reject=_NONE, takes=_PARAM_TAKES, is_async=True, weight=1.5,
    ),
    Skeleton(
        "cli-argparse",
        (
            'def $main():\n    $parser = argparse.ArgumentParser(description="<<maintenance tool|data helper|report builder>>")\n    $parser.add_argument("--%KEY", <<required=True|default="">>)\n    $parser.add_argument("--%KEY2", default="<<main|full>>")\n    $args = $parser.parse_args()\n    %BODY',
            'def $main(argv=None):\n    $parser = argparse.ArgumentParser()\n    $parser.add_argument("%KEY")\n    $parser.add_argument("-v", "--%KEY2", <<default="info"|choices=["info", "debug"]>>)\n    $args = $parser.parse_args(argv)\n    %BODY',
        ),
        text=("$args.%KEY",), other=("$args.%KEY2",), result=_PRINT, reject=(*_EXIT, '$parser.error("<<unknown value|not allowed>>")'), done=("return 0", ""),
        framework="cli", imports=("import argparse", "import sys", *_JSON), tail=_MAIN, returns=False,
    ),
    Skeleton(
        "cli-click",
        (
            '@click.command()\n@click.argument("$in")\ndef $main($in):\n    %BODY',
            '@click.command("<<run|export|inspect>>")\n@click.option("--$in", required=True, help="<<what to use|input value>>")\n@click.option("--verbose", is_flag=True)\ndef $main($in, verbose):\n    %BODY',
        ),
        other=('os.environ.get("<<APP_MODE|STAGE>>", "")',),
        result=("click.echo($out)", "click.echo(json.dumps($out, default=str))"), done=('click.echo("<<done|ok>>")', ""), reject=('raise click.BadParameter("<<unknown value|not allowed>>")', 'raise click.ClickException("<<unsupported>>")', "raise click.Abort"),
        framework="cli", imports=("import click", "import os", *_JSON), tail=_MAIN, returns=False, takes=frozenset({"text", "url", "filename"}),
    ),
    Skeleton(
        "cli-argv",
        ("def $main():\n    %BODY", "def $main() -> int:\n    %BODY"),
        text=("sys.argv[1]", "sys.argv[-1]", 'input("<<value|name|target>>: ")', "input().strip()", "sys.stdin.readline().rstrip()", '" ".join(sys.argv[1:])'),
        data=("sys.stdin.buffer.read()",), mapping=("json.load(sys.stdin)",), other=("sys.argv[2]", 'input("<<mode|section>>: ")'),
        result=_PRINT, done=("return 0", ""), reject=_EXIT, framework="cli", imports=("import sys", *_JSON), tail=_MAIN, returns=False,
    ),
    Skeleton(
        "cli-typer",
        ("@$app.command()\ndef $action($in: %TYPE%OTHER):\n    %BODY",),
        result=("typer.echo($out)",), done=("",), reject=("raise typer.Exit(code=<<1|2>>)", 'raise typer.BadParameter("<<unknown value>>")'),
        framework="cli", imports=("import typer",), setup=("$app = typer.Typer()",), takes=frozenset({"text", "url", "filename", "number"}), returns=False, weight=0.5,
    ),
    Skeleton(
        "celery-task",
        (
            "@$app.task\ndef $action($in%OTHER):\n    %BODY",
            "@$app.task(bind=True, max_retries=<<3|5>>)\ndef $action(self, $in%OTHER):\n    %BODY",
            '@shared_task(name="<<jobs|tasks>>.<<process|export>>")\ndef $action($in: %TYPE%OTHER):\n    %BODY',
        ),
        done=("return True", ""), reject=_NONE, framework="celery", imports=("from celery import Celery, shared_task",), setup=('$app = Celery("<<worker|tasks>>", broker="redis://localhost:6379/0")',),
        takes=frozenset({"text", "url", "filename", "mapping", "number"}),
    ),
    Skeleton(
        "kafka-consumer",
        ('def $consume():\n    $consumer = KafkaConsumer("<<orders|events|jobs>>", bootstrap_servers=os.environ["BROKERS"])\n    for $message in $consumer:\n        %BODY', 'def $consume($consumer):\n    for $message in $consumer:\n        %BODY'),
        text=('json.loads($message.value)["%KEY"]', 'json.loads($message.value).get("%KEY", "")', "$message.value.decode()", "$message.key.decode()"),
        data=("$message.value",), mapping=("json.loads($message.value)",), other=('json.loads($message.value).get("%KEY2", "")',),
        result=('logger.info("<<processed|result>> %s", $out)',), done=('logger.info("<<processed|handled>>")', ""), reject=('logger.error("<<dropping message|skipped>>")\ncontinue',),
        framework="kafka", imports=("from kafka import KafkaConsumer", "import os", *_JSON), returns=False,
    ),
    Skeleton(
        "redis-consumer",
        ('def $consume($client):\n    while True:\n        _, $message = $client.<<blpop|brpop>>("<<jobs|events>>")\n        %BODY',),
        text=('json.loads($message)["%KEY"]', "$message.decode()", 'json.loads($message).get("%KEY", "")'), data=("$message",), mapping=("json.loads($message)",), other=('json.loads($message).get("%KEY2", "")',),
        result=('$client.rpush("<<results|done>>", json.dumps($out, default=str))',), done=('$client.incr("<<processed|handled>>")',), reject=('$client.rpush("<<rejected|failed>>", $message)\ncontinue',),
        framework="redis", imports=_JSON, returns=False, weight=0.7,
    ),
    Skeleton(
        "rabbit-callback",
        ("def $callback(channel, method, properties, body):\n    %BODY",),
        text=('json.loads(body)["%KEY"]', "body.decode()", 'properties.headers["%KEY"]', 'json.loads(body).get("%KEY", "")'), data=("body",), mapping=("json.loads(body)",), other=('properties.headers.get("%KEY2", "")',),
        result=('channel.basic_publish(exchange="", routing_key="<<results|replies>>", body=json.dumps($out, default=str))',), done=("channel.basic_ack(delivery_tag=method.delivery_tag)",), reject=("channel.basic_nack(delivery_tag=method.delivery_tag, requeue=False)\nreturn",),
        framework="rabbitmq", imports=_JSON, returns=False, weight=0.7,
    ),
    Skeleton(
        "lambda-handler",
        ("def $handler(event, context):\n    %BODY", "def $handler(event: dict, context: object) -> dict:\n    %BODY"),
        text=('event["%KEY"]', 'event["queryStringParameters"]["%KEY"]', 'event.get("queryStringParameters", {}).get("%KEY", "")', 'json.loads(event["body"])["%KEY"]', 'event["pathParameters"]["%KEY"]', 'event["headers"].get("<<x-source|x-tenant>>", "")', 'event["Records"][0]["s3"]["object"]["key"]'),
        data=('base64.b64decode(event["body"])',), mapping=('json.loads(event["body"])', "event"), other=('event.get("%KEY2", "")',),
        result=('return {"statusCode": 200, "body": json.dumps($out, default=str)}', 'return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps({"result": $out}, default=str)}'),
        done=('return {"statusCode": 204}', 'return {"statusCode": 200, "body": "ok"}'), reject=('return {"statusCode": <<400|403>>, "body": "<<invalid|not allowed>>"}',),
        framework="aws-lambda", imports=_JSON, weight=1.5,
    ),
    Skeleton(
        "websocket",
        ('async def $handler($websocket):\n    async for $message in $websocket:\n        %BODY', 'async def $handler($websocket, <<path|route>>=None):\n    $message = await $websocket.recv()\n    %BODY'),
        text=("$message", 'json.loads($message)["%KEY"]', 'json.loads($message).get("%KEY", "")'), data=("$message",), mapping=("json.loads($message)",), other=('json.loads($message).get("%KEY2", "")',),
        result=("await $websocket.send(json.dumps($out, default=str))",), done=('await $websocket.send("<<ok|done>>")',), reject=('await $websocket.close(code=1008)\nreturn',),
        framework="websockets", imports=_JSON, is_async=True, returns=False,
    ),
    Skeleton(
        "socket-server",
        ("def $serve($conn, addr):\n    with $conn:\n        %BODY", "class $Handler(socketserver.StreamRequestHandler):\n    def handle(self):\n        $conn = self.request\n        %BODY"),
        text=("$conn.recv(<<1024|4096>>).decode()", "$conn.recv(<<1024|4096>>).decode().strip()", '$conn.recv(<<1024|4096>>).split(b" ", 1)[1].decode()'), data=("$conn.recv(<<4096|65536>>)",), mapping=("json.loads($conn.recv(<<4096|65536>>))",),
        other=("$conn.recv(64).decode()",), result=("$conn.sendall(str($out).encode())",), done=('$conn.sendall(b"<<OK|DONE>>\\n")',), reject=('$conn.sendall(b"<<ERR|DENIED>>\\n")\nreturn',),
        framework="socket", imports=("import socketserver", *_JSON), returns=False,
    ),
    Skeleton(
        "async-worker",
        ("async def $worker($queue):\n    while True:\n        $job = await $queue.get()\n        %BODY", "async def $worker($queue: asyncio.Queue, $name: str):\n    while not $queue.empty():\n        $job = await $queue.get()\n        %BODY"),
        text=('$job["%KEY"]', "$job.%KEY", '$job.get("%KEY", "")', '$job["payload"]["%KEY"]'), data=('$job["<<body|payload>>"]',), mapping=('$job["<<payload|params>>"]', "$job"), other=('$job.get("%KEY2")',),
        result=('logger.info("<<job done|finished>>: %s", $out)\n$queue.task_done()',), done=("$queue.task_done()",), reject=('logger.error("<<job refused|dropped>>")\n$queue.task_done()\ncontinue',),
        framework="worker", imports=("import asyncio", *_JSON), is_async=True, returns=False,
    ),
    Skeleton(
        "service-dict",
        ("def $action($payload):\n    %BODY", "def $action($payload: dict) -> object:\n    %BODY", "class $Service:\n    def $action(self, $payload):\n        %BODY"),
        text=('$payload["%KEY"]', '$payload.get("%KEY", "")', "$payload.%KEY"), data=('$payload["<<body|blob>>"]', "$payload.<<body|content>>"), mapping=('$payload["<<params|options>>"]',), other=('$payload.get("%KEY2")',),
        done=_DONE, reject=_NONE, framework="parameter", imports=_JSON, weight=1.5,
    ),
    Skeleton(
        "grpc-servicer",
        ("class $Servicer(<<catalog|jobs|files>>_pb2_grpc.<<Catalog|Jobs|Files>>Servicer):\n    def <<Get|Find|Run>>(self, request, context):\n        %BODY",),
        text=("request.%KEY",), data=("request.<<content|body>>",), mapping=("json_format.MessageToDict(request)",), other=("request.%KEY2",),
        result=("return <<catalog|jobs|files>>_pb2.Reply(body=str($out))",), done=("return <<catalog|jobs|files>>_pb2.Reply()",), reject=('context.abort(grpc.StatusCode.INVALID_ARGUMENT, "<<unknown value|not allowed>>")',),
        framework="grpc", imports=("import grpc", "import catalog_pb2, catalog_pb2_grpc", "import jobs_pb2, jobs_pb2_grpc", "import files_pb2, files_pb2_grpc", "from google.protobuf import json_format"), weight=0.5,
    ),
    Skeleton(
        "file-lines",
        ("def $action($listing):\n    with open($listing, newline=\"\") as $stream:\n        for $line in csv.DictReader($stream):\n            %BODY", "def $action($stream):\n    for $line in csv.DictReader($stream):\n        %BODY"),
        text=('$line["%KEY"]', '$line.get("%KEY", "")', '$line["%KEY"].strip()'), other=('$line["%KEY2"]', '$line.get("%KEY2")'),
        result=("logger.info(\"%s\", $out)",), done=("",), reject=("continue",), framework="import-job", imports=("import csv", *_JSON), returns=False, weight=0.4,
        takes=frozenset({"text", "url", "filename"}),
    ),
)

LOCAL_SKELETONS: tuple[Skeleton, ...] = (
    Skeleton("local-function", ("def $action():\n    %BODY", "def $action() -> object:\n    %BODY", "def $action($context=None):\n    %BODY"), done=_DONE, reject=_NONE, weight=5),
    Skeleton("local-async", ("async def $action():\n    %BODY", "async def $action($context):\n    %BODY", "class $Service:\n    async def $action(self):\n        %BODY"), done=_DONE, reject=_NONE, is_async=True, weight=2),
    Skeleton(
        "local-method",
        ("class $Service:\n    def $action(self):\n        %BODY", "class $Service:\n    def __init__(self, $options):\n        self.options = $options\n\n    def $action(self):\n        %BODY", "class $Service:\n    @staticmethod\n    def $action():\n        %BODY", "class $Service:\n    @property\n    def $value(self):\n        %BODY", "class $Service:\n    @cached_property\n    def $value(self):\n        %BODY"),
        done=_DONE, reject=_NONE, imports=("from functools import cached_property",), method=True, weight=3,
    ),
    Skeleton("local-main", ("def $main():\n    %BODY", "def $main() -> None:\n    %BODY"), result=_PRINT, done=("",), reject=_EXIT, framework="cli", imports=("import sys", "import json"), tail=_MAIN, returns=False, weight=1.5),
    Skeleton("local-click", ("@click.command()\ndef $main():\n    %BODY", '@click.command()\n@click.option("--verbose", is_flag=True)\ndef $main(verbose):\n    %BODY'), result=("click.echo($out)",), done=("",), reject=("raise click.Abort",), framework="cli", imports=("import click",), tail=_MAIN, returns=False),
    Skeleton("local-thread", ("class $Worker(threading.Thread):\n    def run(self):\n        %BODY",), result=("self.result = $out",), done=("",), reject=("return",), imports=("import threading",), returns=False),
    Skeleton("local-task", ("@shared_task\ndef $action():\n    %BODY",), done=("return True", ""), reject=_NONE, framework="celery", imports=("from celery import shared_task",)),
    Skeleton("local-test-setup", ("class $Loader:\n    def __enter__(self):\n        %BODY\n\n    def __exit__(self, *exc):\n        return False",), result=("self.value = $out\nreturn self",), done=("return self",), reject=_RAISE, returns=False, weight=0.7),
    Skeleton("local-init", ("class $Service:\n    def __init__(self, $options=None):\n        self.options = $options\n        %BODY",), result=("self.value = $out",), done=("",), reject=_RAISE, returns=False),
    Skeleton("module", ("%BODY",), result=("print($out)", "$RESULT = $out"), done=("",), reject=_RAISE, returns=False, weight=1.5),
    Skeleton("module-main", ('if __name__ == "__main__":\n    %BODY',), result=_PRINT[:1], done=("",), reject=_RAISE, returns=False, weight=0.7),
)
