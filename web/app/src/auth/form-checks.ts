export type Problems<Name extends string> = Partial<Record<Name, string>>;

export const PASSWORD_LENGTH = { shortest: 8, longest: 128 } as const;

export function emailProblem(email: string): string | undefined {
  if (!email) return "Enter your email address.";
  // The server decides what an address is; this only catches slips before a round trip.
  return /^\S+@\S+\.\S+$/.test(email) ? undefined : "That does not look like an email address.";
}

export function newPasswordProblem(password: string): string | undefined {
  if (!password) return "Choose a password.";
  if (password.length < PASSWORD_LENGTH.shortest) return `Use at least ${PASSWORD_LENGTH.shortest} characters.`;
  if (password.length > PASSWORD_LENGTH.longest) return `Use at most ${PASSWORD_LENGTH.longest} characters.`;
  return undefined;
}

export const requiredProblem = (value: string, sentence: string): string | undefined => (value ? undefined : sentence);
