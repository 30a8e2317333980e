import type { Texts } from "./texts.ts";

type Checks = Texts["checks"];

export const PASSWORD_LENGTH = { shortest: 8, longest: 128 } as const;

export function emailProblem(email: string, checks: Checks): string | undefined {
  if (!email) return checks.noEmail;
  // The server decides what an address is; this only catches slips before a round trip.
  return /^\S+@\S+\.\S+$/.test(email) ? undefined : checks.notAnEmail;
}

export function newPasswordProblem(password: string, checks: Checks): string | undefined {
  if (!password) return checks.noNewPassword;
  if (password.length < PASSWORD_LENGTH.shortest) return checks.tooShort(PASSWORD_LENGTH.shortest);
  if (password.length > PASSWORD_LENGTH.longest) return checks.tooLong(PASSWORD_LENGTH.longest);
  return undefined;
}
