import type { Texts } from "./texts.ts";

/** What the server, or the way to it, said no with. */
export interface Refusal {
  /** 0: no answer came. */
  readonly status: number;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** A refusal in words, and the fields that it may be about: it is about the first that the form has. */
export interface Refused {
  readonly sentence: string;
  readonly about: readonly string[];
  readonly code: string | undefined;
}

type Refusals = Texts["refusals"];

const NEW_PASSWORD = ["newPassword", "password"];
const OLD_PASSWORD = ["currentPassword", "password"];

const ABOUT: Readonly<Partial<Record<string, readonly string[]>>> = {
  INVALID_EMAIL: ["email"],
  USER_ALREADY_EXISTS: ["email"],
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: ["email"],
  PASSWORD_TOO_SHORT: NEW_PASSWORD,
  PASSWORD_TOO_LONG: NEW_PASSWORD,
  PASSWORD_COMPROMISED: NEW_PASSWORD,
  INVALID_PASSWORD: OLD_PASSWORD,
};

export function refusedWith(refusal: Refusal, refusals: Refusals): Refused {
  const { code } = refusal;
  return { sentence: sentenceFor(refusal, refusals), about: (code && ABOUT[code]) || [], code };
}

function sentenceFor({ status, code, message, retryAfterSeconds }: Refusal, refusals: Refusals): string {
  if (status === 0) return refusals.unreachable;
  if (status === 429) return refusals.tooMany(retryAfterSeconds);
  if (isKnown(code, refusals.byCode)) return refusals.byCode[code];
  if (status >= 500) return refusals.serverTrouble;
  if (status === 401) return refusals.signedOut;
  // Better Auth answers so where a feature is off, often without a word.
  if (status === 404) return refusals.notOffered;
  return message || refusals.unexplained;
}

const isKnown = (code: string | undefined, known: Refusals["byCode"]): code is keyof Refusals["byCode"] =>
  code !== undefined && Object.hasOwn(known, code);

/** Better Auth writes `X-Retry-After`, in seconds; what stands before it may write the standard's name. */
export function retryAfterSeconds(headers: Headers): number | undefined {
  const seconds = Number(headers.get("X-Retry-After") ?? headers.get("Retry-After") ?? undefined);
  return Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : undefined;
}
