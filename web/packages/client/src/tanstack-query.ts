import { RedirectRefusedError, SessionChangedError } from "./errors.ts";
import type { Gatepost } from "./gatepost.ts";

const MOST_RETRIES = 3;
/** Longer than the client waits before it asks a server again that could give out no token. */
const FIRST_DELAY_MS = 2_500;
const LONGEST_DELAY_MS = 30_000;

/** For `new QueryClient({ defaultOptions })`: what another try may cure is tried again, and nothing else. */
export const defaultOptions = {
  queries: {
    retry: (failures: number, error: unknown): boolean => failures < MOST_RETRIES && isWorthAnotherTry(error),
    retryDelay: (failures: number): number => Math.min(FIRST_DELAY_MS * 2 ** failures, LONGEST_DELAY_MS),
  },
};

function isWorthAnotherTry(error: unknown): boolean {
  if (error instanceof SessionChangedError || error instanceof RedirectRefusedError) return false;
  const status = member(error, "status") ?? member(member(error, "response"), "status");
  if (typeof status === "number" && status >= 400 && status < 500) return false;
  // axios puts what its adapter threw behind an error of its own.
  const cause = member(error, "cause");
  return cause === undefined || isWorthAnotherTry(cause);
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** As much of a QueryClient as this needs. */
interface QueryClient {
  clear(): void;
  getQueryCache(): { getAll(): readonly { reset(): void }[] };
  getMutationCache(): { getAll(): readonly { setOptions(options: object): void }[] };
}

/** Drops all that was kept for a person as soon as they leave or change. Returns what stops it. */
export function clearOnSessionEvent(queries: QueryClient, gatepost: Pick<Gatepost, "onSessionEvent">): () => void {
  return gatepost.onSessionEvent(() => {
    // An optimistic edit that fails from now on would put back what the person before had on the screen.
    for (const mutation of queries.getMutationCache().getAll()) mutation.setOptions({});
    // Components that show a query keep what it last gave them; clearing alone would not tell them.
    for (const query of queries.getQueryCache().getAll()) query.reset();
    queries.clear();
  });
}
