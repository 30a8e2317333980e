"""Everything that a browser profile sends and is sent, and everything that a script could reach."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request, Response

_JWT = re.compile(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+")
_TOKEN_MEMBER = re.compile(r'"token"\s*:\s*"([^"]+)"')

# Follows every reference from the window and from each element, what React hangs on one included:
# only what is closed over by a function stays out of reach, for this walk as for a hostile script.
_REACHABLE = """async () => {
    const found = new Set();
    const seen = new Set();
    const queue = [window, document, ...document.querySelectorAll("*")];
    while (queue.length) {
        const here = queue.pop();
        if (seen.has(here)) continue;
        seen.add(here);
        for (const key of Reflect.ownKeys(here)) {
            found.add(String(key));
            let value;
            try { value = here[key]; } catch { continue; }
            if (typeof value === "string") found.add(value);
            // The official client answers any name with a function that does so too: without end.
            else if (typeof value === "function" && value.anyNameAtAll !== undefined) continue;
            else if (value === Object(value)) queue.push(value);
        }
        if (here instanceof Map || here instanceof Set)
            for (const each of [...here].flat()) {
                if (typeof each === "string") found.add(each);
                else if (each !== null && typeof each === "object") queue.push(each);
            }
    }
    for (const each of [localStorage, sessionStorage]) found.add(JSON.stringify({ ...each }));
    found.add(document.cookie);
    found.add(JSON.stringify(await cookieStore.getAll()));
    found.add(location.href).add(document.referrer).add(document.title).add(window.name);
    found.add(JSON.stringify(history.state) ?? "");
    for (const each of performance.getEntries()) found.add(each.name);
    found.add(document.documentElement.outerHTML);
    for (const each of document.querySelectorAll("input, textarea, select")) found.add(each.value);
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys())
            found.add(request.url).add(await (await cache.match(request)).text());
    }
    const done = (asked) => new Promise((resolve, reject) => {
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error);
    });
    for (const { name } of await indexedDB.databases()) {
        const database = await done(indexedDB.open(name));
        for (const store of database.objectStoreNames) {
            const held = database.transaction(store).objectStore(store);
            found.add(JSON.stringify([await done(held.getAllKeys()), await done(held.getAll())]));
        }
        database.close();
    }
    return [...found];
}"""


def reachable(page: Page) -> str:
    """Return all the text that a script in the page could get hold of by itself."""
    found: list[str] = page.evaluate(_REACHABLE)
    return "\n".join(found)


@dataclass  # no slots: Playwright keeps its own on whatever listens
class Wiretap:
    """Listens to a profile.

    Attributes:
        credentials: each access token and session value that was sent either way, and what of it
            would do.
        addresses: of each request, each page and each download.
        said: on the console, and as errors that nobody caught.
    """

    credentials: set[str] = field(default_factory=set)
    addresses: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def on(self, context: BrowserContext) -> None:
        """Listen to a profile and its pages from now on."""
        context.on("request", self._sent)
        context.on("response", self._answered)
        context.on("console", self._logged)
        context.on("weberror", lambda error: self.said.append(str(error.error)))

    def on_page(self, page: Page) -> None:
        """Listen to where a page goes and what it saves."""
        page.on("framenavigated", lambda frame: self.addresses.append(frame.url))
        page.on("download", lambda download: self.addresses.append(download.url))
        page.on("websocket", lambda socket: self.addresses.append(socket.url))

    def take_cookies(self, context: BrowserContext) -> None:
        """Learn the session values of the profile's cookies."""
        for cookie in context.cookies():
            value = cookie.get("value", "")
            self._learn(value)
            self._learn(value.split(".")[0])

    def leaks(self, text: str) -> list[str]:
        """Return what of the credentials a text holds."""
        return [each for each in self.credentials if each in text]

    def _learn(self, credential: str) -> None:
        if not credential:
            return
        self.credentials.add(credential)
        if _JWT.fullmatch(credential):
            # The signature alone is the half of it that nobody could make again.
            self.credentials.add(credential.rpartition(".")[2])

    def _sent(self, request: Request) -> None:
        self.addresses.append(request.url)
        for token in _JWT.findall(request.headers.get("authorization", "")):
            self._learn(token)

    def _answered(self, response: Response) -> None:
        if "/api/auth/" not in response.url:
            return
        try:
            body = response.text()
        except Error:  # a redirect, or a page that has gone on, has none
            return
        for token in [*_JWT.findall(body), *_TOKEN_MEMBER.findall(body)]:
            self._learn(token)

    def _logged(self, message: ConsoleMessage) -> None:
        self.said.append(message.text)
