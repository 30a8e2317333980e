import type { ActivityItem } from "../api/activity.ts";

interface Wording {
  /** What is said whatever the detail is, or where there is none. */
  readonly plain: string;
  readonly byDetail?: Readonly<Partial<Record<string, string>>>;
}

const WORDINGS: ReadonlyMap<string, Wording> = new Map(Object.entries<Wording>({
  authn_login_success: { plain: "Signed in", byDetail: { new_device: "Signed in with a new device" } },
  authn_login_fail: {
    plain: "A sign-in failed",
    byDetail: {
      wrong_password: "A sign-in failed: the password was wrong",
      email_not_verified: "A sign-in was refused: your email address is not confirmed yet",
      banned: "A sign-in was refused: the account is banned",
    },
  },
  authn_login_successafterfail: { plain: "That sign-in came after wrong passwords from the same address" },
  authn_login_fail_max: { plain: "Too many wrong passwords from one address: it was stopped" },
  authn_login_lock: { plain: "Too many wrong passwords: new addresses were kept out for a while" },
  authn_link_sent: {
    plain: "You were sent a link",
    byDetail: {
      verify_email: "You were sent a link to confirm your email address",
      reset_password: "You were sent a link to set a new password",
      delete_user: "You were sent a link to delete your account",
      existing_account: "Somebody tried to sign up with your email address",
    },
  },
  authn_link_refused: { plain: "A link did nothing: it had been used already, or was too old" },
  authn_password_change: { plain: "Your password was changed" },
  authn_password_change_fail: { plain: "Your password was not changed: the current one was wrong" },
  authn_password_check_fail: { plain: "Your password was asked for, and what was typed was wrong" },
  authn_password_compromised: { plain: "A new password was refused: it is on a list of stolen ones" },
  authn_token_refused: { plain: "An access token of yours was refused" },
  authz_fail: { plain: "Something was refused that your account may not do" },
  malicious_csrf: { plain: "Another site tried to act in your name, and was refused" },
  session_logout: { plain: "Signed out" },
  session_revoked: { plain: "A session was ended" },
  user_created: { plain: "Your account was created" },
  user_updated: {
    plain: "Your account was changed",
    byDetail: {
      email: "Your email address was changed",
      email_verified: "Your email address was confirmed",
    },
  },
  user_account_unlinked: { plain: "A way to sign in was removed" },
}));

/** Where it cannot be said of somebody else in the words that are for themselves. */
const OTHERS: ReadonlyMap<string, string> = new Map(Object.entries({
  "authn_login_fail email_not_verified": "A sign-in was refused: the email address is not confirmed yet",
  authn_link_sent: "A link was sent",
  "authn_link_sent verify_email": "A link was sent to confirm the email address",
  "authn_link_sent reset_password": "A link was sent to set a new password",
  "authn_link_sent delete_user": "A link was sent to delete the account",
  "authn_link_sent existing_account": "Somebody tried to sign up with this email address",
  authn_password_change: "The password was changed",
  authn_password_change_fail: "The password was not changed: the current one was wrong",
  authn_password_check_fail: "The password was asked for, and what was typed was wrong",
  authn_token_refused: "An access token was refused",
  authz_fail: "Something was refused that this account may not do",
  malicious_csrf: "Another site tried to act in this name, and was refused",
  user_created: "The account was created",
  user_updated: "The account was changed",
  "user_updated email": "The email address was changed",
  "user_updated email_verified": "The email address was confirmed",
}));

/** What happened, in words that need no explanation. */
export function activitySentence({ name, detail }: Pick<ActivityItem, "name" | "detail">): string {
  const wording = WORDINGS.get(name);
  if (!wording) return "Something happened to your account";
  return (detail === null ? undefined : wording.byDetail?.[detail]) ?? wording.plain;
}

/** The same about somebody else: without "you". */
export const somebodysSentence = (item: Pick<ActivityItem, "name" | "detail">): string =>
  OTHERS.get(`${item.name} ${item.detail ?? ""}`.trim()) ?? OTHERS.get(item.name) ?? activitySentence(item);
