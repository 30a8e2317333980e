// The cookies of one browser profile on one host, by the rules of RFC 6265bis that sign-in
// depends on. What a browser would refuse is refused, aloud.

const attribute = (text) => {
  const at = text.indexOf("=");
  return at < 0
    ? [text.trim().toLowerCase(), ""]
    : [text.slice(0, at).trim().toLowerCase(), text.slice(at + 1).trim()];
};

function parse(line) {
  const [pair, ...rest] = line.split(";");
  const at = pair.indexOf("=");
  if (at < 1) throw new Error(`not a cookie: ${line}`);
  const flags = Object.fromEntries(rest.map(attribute));
  return {
    name: pair.slice(0, at).trim(),
    value: pair.slice(at + 1).trim(),
    path: flags.path?.startsWith("/") ? flags.path : "/",
    secure: "secure" in flags,
    domain: flags.domain,
    expires:
      "max-age" in flags
        ? Date.now() + Number(flags["max-age"]) * 1000
        : "expires" in flags
          ? Date.parse(flags.expires)
          : Infinity,
  };
}

// Browsers treat loopback as trustworthy: Secure cookies work there over plain http.
const trustworthy = (url) =>
  url.protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);

const matches = (path, pathname) =>
  pathname === path || pathname.startsWith(path.endsWith("/") ? path : `${path}/`);

export class CookieJar {
  #cookies = new Map();

  /** Keep what an answer from `url` sets. */
  store(url, lines) {
    for (const line of lines) {
      const cookie = parse(line);
      const { name, path, secure, domain } = cookie;
      if (secure && !trustworthy(url)) throw new Error(`Secure cookie over http: ${line}`);
      if (domain !== undefined && domain.replace(/^\./, "") !== url.hostname)
        throw new Error(`cookie for another host: ${line}`);
      if (/^__(Secure|Host)-/i.test(name) && !secure) throw new Error(`prefix wants Secure: ${line}`);
      if (/^__Host-/i.test(name) && (domain !== undefined || path !== "/"))
        throw new Error(`__Host- wants Path=/ and no Domain: ${line}`);
      const key = `${name};${path}`;
      if (cookie.expires <= Date.now()) this.#cookies.delete(key);
      else this.#cookies.set(key, cookie);
    }
  }

  /** The Cookie header for a request to `url`, or undefined. */
  header(url) {
    const sent = this.#alive().filter(
      ({ path, secure }) => matches(path, url.pathname) && (!secure || trustworthy(url)),
    );
    return sent.map(({ name, value }) => `${name}=${value}`).join("; ") || undefined;
  }

  /** Everything kept, by name. */
  all() {
    return Object.fromEntries(this.#alive().map(({ name, value }) => [name, value]));
  }

  #alive() {
    return [...this.#cookies.values()].filter(({ expires }) => expires > Date.now());
  }
}
