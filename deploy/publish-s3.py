#!/usr/bin/env python3
"""Copies a repository to an S3-compatible store, tuf/timestamp.json last: until then terminals see the old release.

    AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… deploy/publish-s3.py REPO --endpoint https://… --bucket NAME

Python's standard library only. It deletes nothing, signs nothing of the release and needs none of the publisher's keys.
"""
import argparse
import base64
import contextlib
import datetime
import hashlib
import hmac
import http.client
import os
import pathlib
import re
import sys
import time
import urllib.parse

IMMUTABLE = "public, max-age=31536000, immutable"
SHORT = "public, max-age=60, must-revalidate"
TIMESTAMP = "tuf/timestamp.json"
SHA256 = "[0-9a-f]{64}"
# What is uploaded, in this order; anything else in the folder stays where it is.
KINDS = [
    rf"[pb]/{SHA256}",
    rf"r/{SHA256}\.release\.json",
    r"tuf/[1-9][0-9]*\.root\.json",
    r"tuf/[1-9][0-9]*\.targets\.json",
    r"tuf/[1-9][0-9]*\.snapshot\.json",
    re.escape(TIMESTAMP),
]
TRIES = 4
TIMEOUT_S = 120
PIECE_BYTES = 1 << 20


class Refused(Exception):
    """The store said no; asking again does not help."""


def files(repo):
    """Names of the release's files, in the order in which they may appear."""
    every = sorted(p.relative_to(repo).as_posix() for p in repo.rglob("*") if p.is_file())
    wanted = [name for kind in KINDS for name in every if re.fullmatch(kind, name)]
    if not wanted or wanted[-1] != TIMESTAMP:
        raise Refused(f"{repo} 里没有发布内容（缺 {TIMESTAMP}）")
    return wanted


def digests(path):
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    with open(path, "rb") as file:
        while piece := file.read(PIECE_BYTES):
            sha256.update(piece)
            md5.update(piece)
    return sha256.hexdigest(), md5


def sign(method, url, headers, payload_sha256, keys, region, now):
    """AWS Signature Version 4: the headers with an Authorization."""
    access_key, secret_key, token = keys
    parts = urllib.parse.urlsplit(url)
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    headers = {**headers, "Host": parts.netloc, "X-Amz-Date": stamp, "X-Amz-Content-SHA256": payload_sha256}
    if token:
        headers["X-Amz-Security-Token"] = token
    canonical = sorted((name.lower(), " ".join(value.split())) for name, value in headers.items())
    names = ";".join(name for name, _ in canonical)
    lines = "".join(f"{name}:{value}\n" for name, value in canonical)
    request = "\n".join([method, parts.path, "", lines, names, payload_sha256])
    scope = f"{stamp[:8]}/{region}/s3/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = ("AWS4" + secret_key).encode()
    for part in [stamp[:8], region, "s3", "aws4_request", text]:
        key = hmac.digest(key, part.encode(), "sha256")
    credential = f"AWS4-HMAC-SHA256 Credential={access_key}/{scope}"
    return {**headers, "Authorization": f"{credential}, SignedHeaders={names}, Signature={key.hex()}"}


class Bucket:
    def __init__(self, options, keys):
        self.base = f"{options.endpoint.rstrip('/')}/{options.bucket}/"
        if options.prefix:
            self.base += f"{options.prefix.strip('/')}/"
        self.region, self.keys, self.acl = options.region, keys, options.acl

    def ask(self, method, name, headers, payload_sha256, path=None):
        """One request, tried again when the line or the store is the trouble; status and headers of the answer."""
        for attempt in range(TRIES):
            try:
                answer = self.ask_once(method, name, headers, payload_sha256, path)
                if answer[0] < 500 and answer[0] != 429:
                    return answer
                trouble = f"HTTP {answer[0]}"
            except (OSError, http.client.HTTPException) as error:
                trouble = repr(error)
            if attempt + 1 < TRIES:
                time.sleep(2**attempt)
        raise Refused(f"{method} {name}：{trouble}")

    def ask_once(self, method, name, headers, payload_sha256, path):
        url = self.base + name
        parts = urllib.parse.urlsplit(url)
        now = datetime.datetime.now(datetime.timezone.utc)
        headers = sign(method, url, headers, payload_sha256, self.keys, self.region, now)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        # A file object is sent piece by piece; a pack may be larger than the memory.
        opened = open(path, "rb") if path else contextlib.nullcontext()
        with opened as body, contextlib.closing(kind(parts.netloc, timeout=TIMEOUT_S)) as connection:
            connection.request(method, parts.path, body=body, headers=headers)
            response = connection.getresponse()
            response.read()
            return response.status, response.headers

    def has(self, name, size):
        status, headers = self.ask("HEAD", name, {}, hashlib.sha256(b"").hexdigest())
        if status in (403, 404):
            return False
        if status != 200:
            raise Refused(f"HEAD {name}：HTTP {status}")
        return headers.get("Content-Length") == str(size)

    def put(self, name, path):
        sha256, md5 = digests(path)
        headers = {
            "Cache-Control": SHORT if name == TIMESTAMP else IMMUTABLE,
            "Content-Type": "application/json" if name.endswith(".json") else "application/octet-stream",
            "Content-Length": str(path.stat().st_size),
            # The store refuses what was damaged on the way.
            "Content-MD5": base64.b64encode(md5.digest()).decode(),
        }
        if self.acl:
            headers["x-amz-acl"] = self.acl
        status, _ = self.ask("PUT", name, headers, sha256, path)
        if status != 200:
            raise Refused(f"PUT {name}：HTTP {status}")


def main():
    parser = argparse.ArgumentParser(description="把发布库上传到兼容 S3 的对象存储，最后上传 tuf/timestamp.json")
    parser.add_argument("repo", type=pathlib.Path, help="发布库")
    parser.add_argument("--endpoint", required=True, help="存储的地址，如 https://s3.example.com")
    parser.add_argument("--bucket", required=True)
    parser.add_argument("--prefix", default="", help="桶里的文件夹")
    parser.add_argument("--region", default=os.environ.get("AWS_REGION", "us-east-1"))
    parser.add_argument("--acl", choices=["public-read"], help="桶策略已允许公开读取时不用写")
    options = parser.parse_args()
    # Signed as they are written, so they must need no escaping.
    if not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+/?", options.endpoint):
        raise Refused(f"--endpoint 应写成 https://主机：{options.endpoint}")
    if not re.fullmatch(r"[A-Za-z0-9._/-]*", f"{options.bucket}/{options.prefix}"):
        raise Refused("--bucket 和 --prefix 只能用字母、数字和 . _ - /")
    names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]
    keys = [os.environ.get(name, "") for name in names]
    if not keys[0] or not keys[1]:
        raise Refused(f"请设置环境变量 {names[0]} 和 {names[1]}")
    bucket, sent, sent_bytes = Bucket(options, keys), 0, 0
    for name in files(options.repo):
        path = options.repo / name
        size = path.stat().st_size
        # A version of metadata is never used twice and a hash names one content: what is there is right.
        if name != TIMESTAMP and bucket.has(name, size):
            continue
        bucket.put(name, path)
        sent, sent_bytes = sent + 1, sent_bytes + size
    print(f"已上传{sent}个文件，{sent_bytes}字节；终端的地址：{bucket.base}")


if __name__ == "__main__":
    try:
        main()
    except Refused as refused:
        sys.exit(f"没有发布完：{refused}")
