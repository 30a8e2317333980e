import { ACCOUNT_TEXTS } from "./texts-account.ts";

const seconds = (count: number): string => `${count} ${count === 1 ? "second" : "seconds"}`;

const ENGLISH = {
  ...ACCOUNT_TEXTS,
  fields: {
    name: "Name",
    email: "Email",
    password: "Password",
    currentPassword: "Current password",
    newPassword: "New password",
    passwordHint: (shortest: number) => `At least ${shortest} characters.`,
    show: "Show",
    hide: "Hide",
    /** Read aloud after Show and Hide. */
    whatIsTyped: " what is typed",
    cancel: "Cancel",
  },
  checks: {
    noName: "Tell us what to call you.",
    noEmail: "Enter your email address.",
    notAnEmail: "That does not look like an email address.",
    noPassword: "Enter your password.",
    noNewPassword: "Choose a password.",
    tooShort: (shortest: number) => `Use at least ${shortest} characters.`,
    tooLong: (longest: number) => `Use at most ${longest} characters.`,
  },
  refusals: {
    unreachable: "The server cannot be reached. Check your connection and try again.",
    serverTrouble: "The server had a problem. Try again in a moment.",
    tooMany: (wait: number | undefined) =>
      wait === undefined
        ? "Too many attempts. Wait a moment and try again."
        : `Too many attempts. Try again in ${seconds(wait)}.`,
    signedOut: "You have been signed out. Sign in and try again.",
    notOffered: "This server does not offer that.",
    unexplained: "The server refused that and did not say why.",
    byCode: {
      INVALID_EMAIL_OR_PASSWORD: "That email and password do not match an account.",
      INVALID_EMAIL: "That does not look like an email address.",
      INVALID_PASSWORD: "That is not your password.",
      USER_ALREADY_EXISTS: "An account with this email already exists. Sign in instead, or use another email.",
      USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL:
        "An account with this email already exists. Sign in instead, or use another email.",
      PASSWORD_TOO_SHORT: "The password is too short.",
      PASSWORD_TOO_LONG: "The password is too long.",
      PASSWORD_COMPROMISED: "That password is known from a break-in elsewhere. Choose another.",
      CREDENTIAL_ACCOUNT_NOT_FOUND: "Your account has no password: you sign in another way.",
      EMAIL_NOT_VERIFIED: "Confirm your email address first: the link is in your inbox.",
      EMAIL_ALREADY_VERIFIED: "Your email address is confirmed already.",
      EMAIL_MISMATCH: "You are signed in with another email address.",
      BANNED_USER: "This account has been closed by whoever runs this site.",
      INVALID_TOKEN: "This link is used up or was never good. Ask for another.",
      TOKEN_EXPIRED: "This link has expired. Ask for another.",
      USER_NOT_FOUND: "The account that this link was for is gone.",
      INVALID_USER: "This link is for another account than the one that is signed in here.",
      FAILED_TO_UPDATE_USER: "That address cannot be used.",
      SESSION_NOT_FRESH: "For this you must have signed in within the last day. Sign out, then in again.",
      SESSION_EXPIRED: "For this you must have signed in within the last day. Sign out, then in again.",
      RESET_PASSWORD_DISABLED: "This server sends no mail, so it cannot help with a forgotten password.",
      VERIFICATION_EMAIL_NOT_ENABLED: "This server sends no mail, so it cannot confirm an address.",
      CHANGE_EMAIL_DISABLED: "This server does not let people change their address.",
      INVALID_ORIGIN: "This page may not sign in here: its address is not on the server’s list.",
      INVALID_CALLBACK_URL: "This page may not be linked to from a mail: its address is not on the server’s list.",
      INVALID_REDIRECT_URL: "This page may not be linked to from a mail: its address is not on the server’s list.",
      MISSING_OR_NULL_ORIGIN: "Your browser did not say which page is asking, so the server refused.",
    },
  },
  unreachable: {
    sentence: "The server cannot be reached. Check your connection and try again.",
    tryAgain: "Try again",
  },
  signIn: {
    action: "Sign in",
    busy: "Signing in…",
    sessionEnded: "Your session has ended. Sign in to go on.",
    forgotten: "Forgotten your password?",
    confirmAddress: "Send the link again",
    newHere: "New here?",
    signUp: "Create an account",
  },
  signUp: { action: "Create account", busy: "Creating…", haveOne: "Already have one?", signIn: "Sign in" },
  forgottenPassword: {
    action: "Send the link",
    busy: "Sending…",
    sent: "If there is an account with this address, a mail with a link is on its way. It works for an hour.",
    back: "Back to sign in",
  },
  newPassword: {
    action: "Set the new password",
    busy: "Setting…",
    done: "Your new password is set, and every device has been signed out.",
    noLink: "To choose a new password, follow the link in the mail that we send you. It works once, for an hour.",
    askAgain: "Ask for another link",
    signIn: "Sign in",
  },
};

/** Everything that the components say. */
export type Texts = typeof ENGLISH;

/** The texts to be said instead, section by section. What is left out stays English. */
export type TextOverrides = { readonly [Section in keyof Texts]?: Partial<Texts[Section]> };

export function textsWith(overrides: TextOverrides = {}): Texts {
  const sections = Object.entries(ENGLISH).map(([name, section]) => {
    const own = Object.entries(overrides).find(([overridden]) => overridden === name)?.[1];
    return [name, { ...section, ...own }];
  });
  return Object.fromEntries(sections) as Texts; // each section has what it had, or what took its place
}
