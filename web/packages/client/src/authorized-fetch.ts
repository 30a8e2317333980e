import { RedirectRefusedError, SessionChangedError, TokenUnavailableError } from "./errors.ts";
import type { TokenKeeper } from "./token-keeper.ts";
import type { Credential } from "./transports.ts";

interface AuthorizedFetchOptions {
  readonly tokens: TokenKeeper;
  readonly baseURL: string;
  readonly allowedOrigins: ReadonlySet<string>;
}

/** `fetch` that adds the credential, for allowed origins only, and cures one that has expired. */
export function createAuthorizedFetch(options: AuthorizedFetchOptions): typeof fetch {
  const { tokens, baseURL, allowedOrigins } = options;

  return async function authorizedFetch(input, init) {
    const url = new URL(input instanceof Request ? input.url : input, baseURL);
    if (!allowedOrigins.has(url.origin)) return fetch(input, init);

    const resource = input instanceof Request ? input : url;
    const epoch = tokens.epoch();
    const sendInThisEpoch = async (credential: Credential | null): Promise<Response> => {
      refuseIfSessionChanged(tokens, epoch);
      const response = await send(resource, init, credential);
      // An answer meant for the person before is not handed to the page of the person after.
      refuseIfSessionChanged(tokens, epoch);
      return response;
    };

    const credential = await tokens.current();
    const response = await sendInThisEpoch(credential);
    if (credential === null || !wantsAnother(response, credential) || !canBeSentAgain(input, init)) return response;

    const replacement = await replacementFor(credential, tokens);
    return replacement === null ? response : sendInThisEpoch(replacement);
  };
}

async function send(
  resource: URL | Request,
  init: RequestInit | undefined,
  credential: Credential | null,
): Promise<Response> {
  const headers = new Headers(init?.headers ?? (resource instanceof Request ? resource.headers : undefined));
  if (credential?.bearer !== undefined) headers.set("Authorization", `Bearer ${credential.bearer}`);
  const cookies = credential !== null && credential.bearer === undefined;
  const response = await fetch(resource, {
    ...init,
    headers,
    redirect: "manual",
    ...(cookies && { credentials: "include" }),
  });
  if (!isRedirect(response)) return response;
  throw new RedirectRefusedError(
    `${resource instanceof Request ? resource.url : resource.href} answered with a redirect.`,
  );
}

/**
 * RFC 6750, 3.1: `invalid_token` asks for another token, and any other error for something that another
 * token would not cure. No error at all says that there was no credential: the cookie has expired.
 */
function wantsAnother(response: Response, { bearer }: Credential): boolean {
  if (response.status !== 401) return false;
  const error = /\berror="?([a-z_]+)/.exec(response.headers.get("WWW-Authenticate") ?? "")?.[1];
  return error === "invalid_token" || (error === undefined && bearer === undefined);
}

/** Browsers hide a redirect's status behind the type; other runtimes show it. */
function isRedirect(response: Response): boolean {
  return response.type === "opaqueredirect" || [301, 302, 303, 307, 308].includes(response.status);
}

/** A stream has been read by the time the answer is here. */
function canBeSentAgain(input: RequestInfo | URL, init: RequestInit | undefined): boolean {
  if (init?.body !== undefined && init.body !== null) return !(init.body instanceof ReadableStream);
  return !(input instanceof Request && input.body !== null);
}

/** When no token can be had right now, the 401 at hand is the answer. */
async function replacementFor(rejected: Credential, tokens: TokenKeeper): Promise<Credential | null> {
  try {
    return await tokens.replace(rejected);
  } catch (error) {
    if (error instanceof TokenUnavailableError) return null;
    throw error;
  }
}

function refuseIfSessionChanged(tokens: TokenKeeper, epoch: number): void {
  if (tokens.epoch() !== epoch) throw new SessionChangedError("The session changed while the request was under way.");
}
