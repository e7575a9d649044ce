"""What `helm test` runs: every workspace's receiver is there, knows its client secret, and turns strangers away.

Arguments: the webhook's URL, and the folder that holds `<app_id>/client-secrets`. A ping changes nothing anywhere.
"""

import hmac
import json
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path


def main(url: str, folder: Path) -> int:
    """Try every workspace; how many answers were wrong."""
    wrong = _expect("HEAD, as Intercom asks when the URL is saved", url, None, {}, 200)
    for workspace in sorted(path for path in folder.iterdir() if not path.name.startswith(".")):
        body = json.dumps({"app_id": workspace.name, **_ping()}).encode()
        secrets = (workspace / "client-secrets").read_text().replace(",", "\n").split()
        for number, secret in enumerate(secrets, 1):
            signed = {"X-Hub-Signature": f"sha1={hmac.new(secret.encode(), body, 'sha1').hexdigest()}"}
            what = f"workspace {workspace.name}: a ping signed under client secret {number}"
            wrong += _expect(what, url, body, signed, 200)
        wrong += _expect(f"workspace {workspace.name}: the same without a signature", url, body, {}, 401)
    return wrong


def _ping() -> dict[str, object]:
    now = int(time.time())
    item = {"type": "ping", "message": "helm test"}
    return {
        "type": "notification_event",
        "id": None,
        "topic": "ping",
        "created_at": now,
        "first_sent_at": now,
        "delivery_attempts": 1,
        "data": {"type": "notification_event_data", "item": item},
    }


def _expect(what: str, url: str, body: bytes | None, headers: dict[str, str], wanted: int) -> int:
    method = "HEAD" if body is None else "POST"
    request = urllib.request.Request(  # noqa: S310 - the chart's own URL
        url, data=body, method=method, headers={"Content-Type": "application/json", **headers}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - likewise
            found = str(response.status)
    except urllib.error.HTTPError as answer:
        found = str(answer.code)
    except OSError as error:
        found = f"no answer: {error}"
    right = found == str(wanted)
    print(f"{'ok' if right else 'WRONG'}  {what}: {found}{'' if right else f', wanted {wanted}'}", flush=True)
    return not right


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1], Path(sys.argv[2]))))
