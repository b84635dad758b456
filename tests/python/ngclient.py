"""Follows a repository with the reference TUF client and says in JSON what it ended with.

    ngclient.py ADDRESS ROOT.json FOLDER

FOLDER is the client's memory. The first call in a new folder begins with ROOT.json; later ones go on from the memory.
"""
import hashlib
import json
import pathlib
import sys

from tuf.api.exceptions import DownloadError, RepositoryError
from tuf.ngclient import Updater

address, root, folder = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
metadata, targets = folder / "metadata", folder / "targets"
bootstrap = None if metadata.exists() else root.read_bytes()
for place in (metadata, targets):
    place.mkdir(parents=True, exist_ok=True)
try:
    updater = Updater(str(metadata), f"{address}/tuf/", str(targets), f"{address}/r/", bootstrap=bootstrap)
    updater.refresh()
    info = updater.get_targetinfo("release.json")
    manifest = pathlib.Path(updater.download_target(info)).read_bytes()
except (RepositoryError, DownloadError) as error:
    print(json.dumps({"refused": type(error).__name__, "text": str(error)}))
    sys.exit(1)
version = lambda role: json.loads((metadata / f"{role}.json").read_bytes())["signed"]["version"]
print(
    json.dumps(
        {
            "root": version("root"),
            "timestamp": version("timestamp"),
            "targets": version("targets"),
            "sha256": hashlib.sha256(manifest).hexdigest(),
            "release": json.loads(manifest)["release"],
        }
    )
)
