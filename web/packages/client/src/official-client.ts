import { createAuthClient, type AuthClient, type BetterAuthClientPlugin } from "better-auth/client";
import { jwtClient } from "better-auth/client/plugins";
import { readAccessToken, type AccessToken } from "./access-token.ts";
import type { User } from "./session.ts";
import type { Answer } from "./transports.ts";

type JwtPlugin = ReturnType<typeof jwtClient>;

export type OfficialClient<Plugins extends BetterAuthClientPlugin[] = []> = AuthClient<{
  plugins: [JwtPlugin, ...Plugins];
}>;

/** What an answer of the server's means for the session of this page. */
export type Outcome = "signed-out" | "user-changed" | "look-again";

/** The official Better Auth client; `onOutcome` hears what its calls have done to the session. */
export function createOfficialClient(
  baseURL: string,
  plugins: BetterAuthClientPlugin[],
  onOutcome: (outcome: Outcome) => void,
): OfficialClient {
  return createAuthClient({
    baseURL,
    // What the others add is for the types of the caller, who knows which they are.
    plugins: [jwtClient(), ...plugins] as [JwtPlugin],
    fetchOptions: {
      // The server has answered by now: it comes first, then this tab's memory, then the other tabs.
      onSuccess: ({ response }) => {
        forgetLastMatch();
        const outcome = outcomeOf(new URL(response.url).pathname);
        if (outcome) onOutcome(outcome);
      },
    },
  });
}

/** They end the session at hand, change its person or what is known of them, or, in plugins, begin one. */
const MAY_CHANGE_THE_SESSION =
  /\/(delete-\S*user|revoke-\S+|update-user|change-email|verify\S*|set-active|(stop-)?impersonat\S+|callback)$/;

/**
 * The official client matches each body against a pattern, and browsers keep the last string that
 * matched anything in `RegExp.input`: a global, and this body may have been a token.
 */
function forgetLastMatch(): void {
  /^/.test("");
}

function outcomeOf(path: string): Outcome | undefined {
  if (/\/sign-out$/.test(path)) return "signed-out";
  if (/\/sign-(in|up)\/[^/]+$/.test(path)) return "user-changed";
  if (MAY_CHANGE_THE_SESSION.test(path)) return "look-again";
  return undefined;
}

export async function askForToken(auth: OfficialClient): Promise<Answer<AccessToken>> {
  try {
    const { data, error } = await auth.token();
    if (error) return error.status === 401 ? "session-gone" : "unavailable";
    return readAccessToken(data.token);
  } catch {
    return "unavailable";
  }
}

export async function askWhoThisIs(auth: OfficialClient): Promise<User | null> {
  const { data, error } = await auth.getSession();
  if (error) throw new Error("The server cannot say who this is.");
  return data && data.user;
}
