import { sentenceForCode } from "../messages/refusals.ts";
import { gatepost } from "./session.ts";

export interface SignInForm {
  readonly email: string;
  readonly password: string;
}

export interface SignUpForm extends SignInForm {
  readonly name: string;
}

/** A sentence to show when the server said no; undefined when the person is in. */
export type Outcome = Promise<string | undefined>;

export const signIn = (form: SignInForm): Outcome =>
  attempt((noteRetryAfter) => gatepost.auth.signIn.email(form, { onError: noteRetryAfter }));

export const signUp = (form: SignUpForm): Outcome =>
  attempt((noteRetryAfter) => gatepost.auth.signUp.email(form, { onError: noteRetryAfter }));

interface AuthError {
  readonly status: number;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

type Attempt = (noteRetryAfter: (context: { response: Response }) => void) => Promise<{ error: AuthError | null }>;

async function attempt(call: Attempt): Outcome {
  let retryAfter: string | null = null;
  try {
    const { error } = await call(({ response }) => {
      retryAfter = response.headers.get("X-Retry-After");
    });
    if (!error) return undefined;
    if (error.status === 429) return tooManyAttempts(retryAfter);
    return sentenceForCode(error.code) ?? error.message ?? "The server refused that and did not say why.";
  } catch {
    return "The server cannot be reached. Check your connection and try again.";
  }
}

function tooManyAttempts(retryAfter: string | null): string {
  const seconds = Number(retryAfter);
  if (!retryAfter || !Number.isFinite(seconds)) return "Too many attempts. Wait a moment and try again.";
  return `Too many attempts. Try again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`;
}
