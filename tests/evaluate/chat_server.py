"""An OpenAI-compatible server of its own process, whose model knows one word.

Prints its port, then answers: `Vulnerable - CWE-78` where the code asked about calls os.system; it
declines codes that hold `declined`, babbles at `babble`, and reasons first when asked to. Every
request is a line in the log file named on the command line.
"""

import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    """Answers `POST …/chat/completions`."""

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        asked = json.loads(self.rfile.read(length))["messages"][-1]["content"]
        with Path(sys.argv[1]).open("a") as log:
            log.write(json.dumps(asked) + "\n")
        code = re.findall(r"<code>\n(.*?)\n</code>", asked, re.DOTALL)[-1]
        text = "Vulnerable - CWE-78" if "os.system" in code else "Secure"
        if "step by step" in asked:
            text = f"It would be Secure if nobody called it. But see line 5.\n\n{text}"
        if "declined" in code:
            text = "I can't help with that."
        if "babble" in code:
            text = "la la la"
        body = {
            "choices": [{"message": {"content": text}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 100, "completion_tokens": 10},
        }
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
