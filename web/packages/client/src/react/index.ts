"use client";

export { Account } from "./account.tsx";
export { AccountDeleted } from "./account-deleted.tsx";
export { ForgottenPassword } from "./forgotten-password.tsx";
export { OnlySignedOut, RequireUser, SignedIn, SignedOut } from "./guards.tsx";
export { NewPassword } from "./new-password.tsx";
export type { Paths } from "./paths.ts";
export { GatepostProvider, useGatepost, useSession, useUser, type Navigate } from "./provider.tsx";
export { Sessions } from "./sessions.tsx";
export { SignIn } from "./sign-in.tsx";
export { SignUp } from "./sign-up.tsx";
export type { TextOverrides, Texts } from "./texts.ts";
export { VerifyEmail } from "./verify-email.tsx";
export { VerifyEmailNotice } from "./verify-email-notice.tsx";
