/** What the browser may know about a token. Nothing here is verified: that is the server's work. */
export interface AccessToken {
  readonly jwt: string;
  readonly subject: string;
  readonly lifetimeMs: number;
}

/**
 * The lifetime is `exp − iat`, both by the server's clock, and never a comparison with ours:
 * a computer whose clock is wrong must not think a good token expired, or an expired one good.
 */
export function readAccessToken(jwt: string): AccessToken {
  const { sub, iat, exp } = readPayload(jwt);
  if (typeof sub !== "string" || typeof iat !== "number" || typeof exp !== "number" || exp <= iat) {
    throw new TypeError("The access token has no usable sub, iat and exp.");
  }
  return { jwt, subject: sub, lifetimeMs: (exp - iat) * 1000 };
}

function readPayload(jwt: string): Record<string, unknown> {
  const [, payload, signature, ...rest] = jwt.split(".");
  if (!payload || !signature || rest.length > 0) throw new TypeError("The access token is not a JWT.");
  const base64 = payload.replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  // Whatever is no object has no claims.
  return { ...JSON.parse(new TextDecoder().decode(bytes)) };
}
