import { RedirectRefusedError, SessionChangedError, TokenUnavailableError } from "./errors.ts";
import type { TokenKeeper } from "./token-keeper.ts";

interface AuthorizedFetchOptions {
  readonly tokens: TokenKeeper;
  readonly baseURL: string;
  readonly allowedOrigins: ReadonlySet<string>;
}

/** `fetch` that adds the access token, to allowed origins only, and cures one expired token. */
export function createAuthorizedFetch(options: AuthorizedFetchOptions): typeof fetch {
  const { tokens, baseURL, allowedOrigins } = options;

  return async function authorizedFetch(input, init) {
    const url = new URL(input instanceof Request ? input.url : input, baseURL);
    if (!allowedOrigins.has(url.origin)) return fetch(input, init);

    const resource = input instanceof Request ? input : url;
    const epoch = tokens.epoch();
    const sendInThisEpoch = async (token: string | null): Promise<Response> => {
      refuseIfSessionChanged(tokens, epoch);
      const response = await send(resource, init, token);
      // An answer meant for the person before is not handed to the page of the person after.
      refuseIfSessionChanged(tokens, epoch);
      return response;
    };

    const token = await tokens.current();
    const response = await sendInThisEpoch(token);
    if (response.status !== 401 || token === null || !canBeSentAgain(input, init)) return response;

    const replacement = await replacementFor(token, tokens);
    return replacement === null ? response : sendInThisEpoch(replacement);
  };
}

async function send(resource: URL | Request, init: RequestInit | undefined, token: string | null): Promise<Response> {
  const headers = new Headers(init?.headers ?? (resource instanceof Request ? resource.headers : undefined));
  if (token !== null) headers.set("Authorization", `Bearer ${token}`);
  const response = await fetch(resource, { ...init, headers, redirect: "manual" });
  if (!isRedirect(response)) return response;
  throw new RedirectRefusedError(
    `${resource instanceof Request ? resource.url : resource.href} answered with a redirect.`,
  );
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
async function replacementFor(rejected: string, tokens: TokenKeeper): Promise<string | null> {
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
