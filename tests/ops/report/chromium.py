"""How does a test look at a page? In a headless Chromium out of npm, told what to do over a pair of pipes.

A browser that a test runner downloads comes from a host of its own; this one comes out of the registry that Azurite
comes from, pinned with its hash (`@sparticuz/chromium`: the browser of the same version as upstream's, for x86-64
Linux, with the libraries and a typeface that a bare machine lacks). HOLDFAST_CHROMIUM names another one, where that
does not run. It is spoken to in the DevTools protocol itself: a message is a line of JSON, so that the libraries for it
(Playwright's is 165 MB) would bring more than they save.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
import select
import shutil
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any

from holdfast_sandbox.blobs.install import node
from holdfast_sandbox.engine.places import home

HERE = Path(__file__).parent
PINNED = ("package.json", "package-lock.json")
#: Packed with Brotli, which Node has and Python has not.
PACKED = ("chromium", "al2023.tar", "fonts.tar", "swiftshader.tar")
UNPACK = """
const fs = require("node:fs"), zlib = require("node:zlib");
const [from, to, ...names] = process.argv.slice(1);
for (const name of names) {
  fs.writeFileSync(`${to}/${name}`, zlib.brotliDecompressSync(fs.readFileSync(`${from}/${name}.br`)));
}
"""
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/cache</cachedir></fontconfig>
"""
#: Seconds: for an answer, and for npm.
PATIENCE, INSTALL = 30.0, 900.0
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, "End": 35, "Home": 36}
KEYS |= {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}


def installed() -> Path:
    """The folder of the packages and, below `browser`, of what was unpacked; made once for each content of the lock."""
    stamp = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in PINNED)).hexdigest()[:16]
    folder = home() / "browser" / stamp
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder.parent / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".whole").is_file():
            for name in PINNED:
                shutil.copyfile(HERE / name, folder / name)
            npm = shutil.which("npm") or str(Path(node()).with_name("npm"))
            command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
            environ = {**os.environ, "PATH": os.pathsep.join([str(Path(node()).parent), os.environ.get("PATH", "")])}
            subprocess.run(command, cwd=folder, env=environ, check=True, timeout=INSTALL)
            unpacked = folder / "browser"
            unpacked.mkdir(exist_ok=True)
            packed = folder / "node_modules/@sparticuz/chromium/bin"
            subprocess.run([node(), "-e", UNPACK, str(packed), str(unpacked), *PACKED], check=True)
            for name in PACKED[1:]:
                with tarfile.open(unpacked / name) as archive:
                    archive.extractall(unpacked, filter="data")
                (unpacked / name).unlink()
            (unpacked / "chromium").chmod(0o700)
            # Without a typeface the browser dies of the first letter; the package's own is looked for elsewhere.
            (unpacked / "fonts.conf").write_text(FONTS.format(folder=unpacked), encoding="utf-8")
            (folder / ".whole").touch()
    return folder


class Chromium:
    """A browser; `page` opens a file in it. To be closed."""

    def __init__(self) -> None:
        self.folder = installed()
        browser = self.folder / "browser"
        self._profile = tempfile.mkdtemp(prefix="holdfast-chromium-")
        theirs, self._write = os.pipe()
        self._read, back = os.pipe()
        # The browser reads from 3 and writes to 4; above ten neither is in the other's way.
        high = [fcntl.fcntl(one, fcntl.F_DUPFD, 10) for one in (theirs, back)]

        def hand_over() -> None:
            for number, one in enumerate(high, 3):
                os.dup2(one, number)

        command = [
            os.environ.get("HOLDFAST_CHROMIUM") or str(browser / "chromium"),
            "--headless=shell",
            "--remote-debugging-pipe",
            "--no-sandbox",  # of the processes of a browser that is run by root, and shows nothing but our own page
            "--no-zygote",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--font-render-hinting=none",
            f"--user-data-dir={self._profile}",
        ]
        libraries = os.pathsep.join(filter(None, [str(browser / "lib"), os.environ.get("LD_LIBRARY_PATH")]))
        own = {"LD_LIBRARY_PATH": libraries, "FONTCONFIG_PATH": str(browser)}
        environ = os.environ if "HOLDFAST_CHROMIUM" in os.environ else {**os.environ, **own}
        self._process = subprocess.Popen(
            command,
            env=environ,
            preexec_fn=hand_over,
            pass_fds=(3, 4),
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for one in (theirs, back, *high):
            os.close(one)
        self._number, self._buffer = 0, b""
        self.events: list[dict[str, Any]] = []

    def call(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """Ask, and wait for the answer; what the browser tells meanwhile is kept in `events`."""
        self._number += 1
        said: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        os.write(self._write, json.dumps(said | ({"sessionId": session} if session else {})).encode() + b"\0")
        until = time.monotonic() + PATIENCE
        while True:
            answer = self._next(until, method)
            if answer.get("id") != self._number:
                self.events.append(answer)
            elif "error" in answer:
                raise AssertionError(f"{method}: {answer['error']}")
            else:
                return dict(answer["result"])

    def wait_for(self, method: str, session: str) -> None:
        """Until the browser has told that."""
        until = time.monotonic() + PATIENCE
        while not any(one.get("method") == method and one.get("sessionId") == session for one in self.events):
            self.events.append(self._next(until, method))

    def _next(self, until: float, what: str) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read], [], [], max(0.0, until - time.monotonic()))
            more = os.read(self._read, 1 << 16) if ready else b""
            if not more:
                raise AssertionError(f"the browser did not answer {what} (exit code: {self._process.poll()})")
            self._buffer += more
        one, self._buffer = self._buffer.split(b"\0", 1)
        return dict(json.loads(one))

    def page(self, file: Path, width: int = 1280, height: int = 900, *, script: bool = True, **media: str) -> Page:
        """A tab with that file. `media`: `prefers_color_scheme="dark"`, and `media="print"`."""
        return Page(self, file, width, height, script, media)

    def close(self) -> None:
        """End the browser."""
        self._process.kill()
        self._process.wait()
        for one in (self._read, self._write):
            os.close(one)
        shutil.rmtree(self._profile, ignore_errors=True)


class Page:
    """A tab. `requests` are all addresses that it asked for, `errors` what it complained of: exceptions, and what its
    policy forbade."""

    def __init__(
        self, browser: Chromium, file: Path, width: int, height: int, script: bool, media: dict[str, str]
    ) -> None:
        self._browser = browser
        self._target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = browser.call("Target.attachToTarget", targetId=self._target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.resize(width, height)
        kind = media.pop("media", "")
        features = [{"name": name.replace("_", "-"), "value": value} for name, value in media.items()]
        self.call("Emulation.setEmulatedMedia", media=kind, features=features)
        if not script:
            self.call("Emulation.setScriptExecutionDisabled", value=True)
        went = self.call("Page.navigate", url=file.resolve().as_uri())
        assert "errorText" not in went, f"{file}: {went}"
        browser.wait_for("Page.loadEventFired", self._session)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask this tab."""
        return self._browser.call(method, self._session, **params)

    def resize(self, width: int, height: int = 900) -> None:
        """Another window."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def evaluate(self, script: str) -> Any:
        """The value of an expression in the page, a promise's included."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise AssertionError(f"{script[:200]}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def press(self, key: str, *, times: int = 1) -> None:
        """A key of the keyboard."""
        more = {"key": key, "code": key, "windowsVirtualKeyCode": KEYS[key]}
        for _ in range(times):
            self.call("Input.dispatchKeyEvent", type="keyDown", **more, **({"text": "\r"} if key == "Enter" else {}))
            self.call("Input.dispatchKeyEvent", type="keyUp", **more)

    def write(self, text: str) -> None:
        """Type into what has the focus."""
        self.call("Input.insertText", text=text)

    def screenshot(self, file: Path, *, whole: bool = True) -> None:
        """A picture of it, down to its end."""
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(shot["data"]))

    def axe(self) -> list[str]:
        """What axe-core finds of accessibility: its rule, and where."""
        source = (self._browser.folder / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
        self.call("Runtime.evaluate", expression=source)
        found = self.evaluate("axe.run(document, {resultTypes: ['violations']}).then((all) => all.violations)")
        return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]

    @property
    def requests(self) -> list[str]:
        return [one["params"]["request"]["url"] for one in self._told("Network.requestWillBeSent")]

    @property
    def errors(self) -> list[str]:
        thrown = [json.dumps(one["params"]["exceptionDetails"]) for one in self._told("Runtime.exceptionThrown")]
        return thrown + [one["params"]["entry"]["text"] for one in self._told("Log.entryAdded")]

    def _told(self, method: str) -> list[dict[str, Any]]:
        self.call("Runtime.evaluate", expression="0")  # whatever was told before has arrived then
        mine = [one for one in self._browser.events if one.get("sessionId") == self._session]
        return [one for one in mine if one.get("method") == method]
