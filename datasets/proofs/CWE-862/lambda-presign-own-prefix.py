"""A surveyor gets a download address for the pictures of another firm."""

import json
import os
import sys
import types
from types import SimpleNamespace

STORED = {"north/12/ROOF_1.jpg": 4000, "south/31/ROOF_9.jpg": 5000}


class ClientError(Exception):
    """An answer of S3 that is an error."""

    def __init__(self, key):
        super().__init__(key)
        self.response = {"Error": {"Code": "404"}}


class S3:
    """A bucket with a picture of each of two firms."""

    def head_object(self, **names):
        """Describe an object."""
        if names["Key"] not in STORED:
            raise ClientError(names["Key"])
        return {"ContentLength": STORED[names["Key"]]}

    def generate_presigned_url(self, method, **options):
        """Sign an address."""
        names = options["Params"]
        return f"https://{names['Bucket']}.example/{names['Key']}?signed"


def prepare(folder):
    """Stand in for the client of S3."""
    os.environ["PICTURE_BUCKET"] = "pictures"
    sys.modules |= {
        "boto3": SimpleNamespace(client=lambda service: S3()),
        "botocore": types.ModuleType("botocore"),
        "botocore.exceptions": SimpleNamespace(ClientError=ClientError),
    }


def download(program, **query):
    """Ask for an address as a surveyor of the firm north."""
    claims = {"sub": "ada", "custom:firm": "north"}
    event = {
        "requestContext": {"authorizer": {"claims": claims}},
        "queryStringParameters": query,
    }
    answer = program.handler(event, None)
    return answer["statusCode"], json.loads(answer["body"])


def works(program, folder):
    """A picture of the own firm is handed out."""
    status, body = download(program, key="north/12/ROOF_1.jpg", name="12/ROOF_1.jpg")
    assert status == 200
    assert body["url"].endswith("/north/12/ROOF_1.jpg?signed")


def holds(program, folder):
    """A picture of another firm is not, however it is named."""
    for name in ("31/ROOF_9.jpg", "../south/31/ROOF_9.jpg", "south/31/ROOF_9.jpg"):
        _, body = download(program, key="south/31/ROOF_9.jpg", name=name)
        assert "south" not in body.get("url", ""), "the picture of another firm"
