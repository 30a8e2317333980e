import { RedirectRefusedError, SessionChangedError, TokenUnavailableError } from "@gatepost/client";
import { Refusal } from "../api/refusal.ts";

const SENTENCES: Readonly<Record<string, string>> = {
  INVALID_EMAIL_OR_PASSWORD: "That email and password do not match an account.",
  INVALID_EMAIL: "That does not look like an email address.",
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL:
    "An account with this email already exists. Sign in instead, or use another email.",
  PASSWORD_TOO_SHORT: "The password needs at least 8 characters.",
  PASSWORD_TOO_LONG: "The password can have at most 128 characters.",
  EMAIL_NOT_VERIFIED: "Confirm your email address first: the link is in your inbox.",
  INVALID_ORIGIN: "This page may not sign in here: its address is not on the server’s list.",
  MISSING_OR_NULL_ORIGIN: "Your browser did not say which page is asking, so the server refused.",
  TASK_NOT_FOUND: "That task is no longer there. It may have been deleted meanwhile.",
  TASK_LIST_NOT_FOUND: "That list is no longer there. It may have been deleted, or is not shared with you any more.",
  LIST_SHARE_NOT_FOUND: "They are not among those whom you let in any more.",
  LIST_NAME_TAKEN: "You already have a list with that name.",
  NOT_YOUR_LIST: "Only its owner shares a list.",
  READ_ONLY: "It is somebody else’s, and this is not yours to change.",
  OWN_ADDRESS: "That is your own address.",
  SHARED_ALREADY: "The list is shared with them already.",
  TOO_MANY: "A list can be shared with 50 people at most.",
  INVALID_CURSOR: "These tasks have changed too much to go on from here. Reload the page.",
  ADMIN_DATABASE_UNKNOWN:
    "This server may not read what is somebody’s. It can where GATEPOST_ADMIN_DATABASE_URL is set.",
  PAYLOAD_TOO_LARGE: "That is more than the server takes at once.",
  PRECONDITION_FAILED: "It was changed meanwhile, so nothing was saved.",
  IDEMPOTENCY_KEY_IN_USE: "The server is still at work on that.",
};

const sentenceForCode = (code: string | undefined): string | undefined =>
  code === undefined ? undefined : SENTENCES[code];

/** What to tell the person about anything that was thrown. */
export function sentenceFor(error: unknown): string {
  if (error instanceof Refusal) return sentenceForRefusal(error);
  if (error instanceof TokenUnavailableError) return "The server cannot be reached at the moment. Nothing was changed.";
  if (error instanceof SessionChangedError) return "You have been signed out.";
  if (error instanceof RedirectRefusedError) return "The server sent us somewhere unexpected, so we did not follow.";
  // `fetch` throws a TypeError for every failure below HTTP.
  if (error instanceof TypeError) return "The server cannot be reached. Check your connection and try again.";
  return "Something went wrong. Try again.";
}

function sentenceForRefusal({ status, code, message }: Refusal): string {
  const known = sentenceForCode(code);
  if (known) return known;
  if (status === 429) return "That was a lot at once. Wait a moment and try again.";
  if (status >= 500) return "The server had a problem. Nothing was lost; try again in a moment.";
  return message || "The server refused that and did not say why.";
}
