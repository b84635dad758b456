"""Compares the signatures of deploy/publish-s3.py with those of Amazon's own library, request by request."""
import datetime
import hashlib
import importlib.util
import pathlib
import unittest.mock

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

script = pathlib.Path(__file__).parents[2] / "deploy" / "publish-s3.py"
spec = importlib.util.spec_from_file_location("publish_s3", script)
publish = importlib.util.module_from_spec(spec)
spec.loader.exec_module(publish)

now = datetime.datetime(2026, 3, 2, 1, 0, 0, tzinfo=datetime.timezone.utc)
cases = [
    ("PUT", "https://s3.example.com/hall/zwgk/tuf/timestamp.json", b"{}", "", {"Cache-Control": "public,  max-age=60"}),
    ("HEAD", "http://127.0.0.1:9000/hall/p/" + 64 * "a", b"", "", {}),
    ("PUT", "https://s3.example.com/hall/r/x.json", b"x", "token/+=", {"x-amz-acl": "public-read", "Content-Length": "1"}),
]
for method, url, body, token, headers in cases:
    sha256 = hashlib.sha256(body).hexdigest()
    ours = publish.sign(method, url, headers, sha256, ("AKIDEXAMPLE", "secret/key+", token), "cn-north-1", now)
    request = AWSRequest(method=method, url=url, headers=dict(headers), data=body)
    auth = botocore.auth.S3SigV4Auth(Credentials("AKIDEXAMPLE", "secret/key+", token or None), "s3", "cn-north-1")
    # The library takes the time from here.
    with unittest.mock.patch("botocore.auth.get_current_datetime", lambda *_: now.replace(tzinfo=None)):
        request.headers["Host"] = ours["Host"]
        request.headers["X-Amz-Content-SHA256"] = sha256
        auth.add_auth(request)
    assert request.headers["Authorization"] == ours["Authorization"], (ours, dict(request.headers))
print(f"{len(cases)} passed, 0 failed")
