/** The server could not be asked for a token (offline, 5xx, a rate limit). The session may well be alive. */
export class TokenUnavailableError extends Error {
  override readonly name = "TokenUnavailableError";
}

/** The session ended or changed hands since the request was made, so it must not be sent in another's name. */
export class SessionChangedError extends Error {
  override readonly name = "SessionChangedError";
}

/** A request that carries a token follows no redirect: where it leads cannot be seen before it is followed. */
export class RedirectRefusedError extends Error {
  override readonly name = "RedirectRefusedError";
}

/** A message was to be sent while the WebSocket was lost, or its session had ended. */
export class NotConnectedError extends Error {
  override readonly name = "NotConnectedError";
}
