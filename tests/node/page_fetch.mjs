// `fetch` as a page on `origin` has it: Node's own keeps no cookies and says not where it is.
// Requests stay on that origin; what crosses origins is for the tests in a real browser.

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 10;
const SAFE = new Set(["GET", "HEAD"]);

/** Returns fetch; each exchange is pushed to `exchanges`. */
export function pageFetch(origin, jar, exchanges) {
  async function send(url, method, given, body, signal) {
    if (url.origin !== origin) throw new TypeError(`a request to another origin: ${url}`);
    const headers = new Headers(given);
    const cookies = jar.header(url);
    if (cookies !== undefined) headers.set("cookie", cookies);
    if (!SAFE.has(method)) headers.set("origin", origin);
    headers.set("referer", `${origin}/`);
    headers.set("sec-fetch-site", "same-origin");
    headers.set("sec-fetch-mode", "cors");
    headers.set("sec-fetch-dest", "empty");
    const response = await fetch(url, { method, headers, body, signal, redirect: "manual" });
    exchanges.push({
      method,
      url: url.href,
      requestHeaders: Object.fromEntries(headers),
      requestBody: body ?? null,
      status: response.status,
      headers: Object.fromEntries(response.headers),
      setCookies: response.headers.getSetCookie(),
      body: await response.clone().text(),
    });
    jar.store(url, response.headers.getSetCookie());
    return response;
  }

  return async (input, init = {}) => {
    const request = new Request(new URL(input instanceof Request ? input.url : input, origin), init);
    let { method } = request;
    let url = new URL(request.url);
    let body = SAFE.has(method) ? undefined : await request.text();
    const headers = new Headers(request.headers);
    // A request without a body has no type, as in a browser.
    if (init.body === undefined || init.body === null) {
      body = undefined;
      if (!new Headers(init.headers).has("content-type")) headers.delete("content-type");
    }
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const response = await send(url, method, headers, body, request.signal);
      const location = response.headers.get("location");
      if (!REDIRECTS.has(response.status) || location === null || init.redirect === "manual")
        return response;
      url = new URL(location, url);
      if (response.status < 307 && !SAFE.has(method)) [method, body] = ["GET", undefined];
    }
    throw new TypeError("too many redirects");
  };
}
