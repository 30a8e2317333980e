// The real Better Auth: e-mail address and password, and a JWT for the API behind it.
import { betterAuth } from "better-auth";
import { jwt } from "better-auth/plugins";
import { database } from "./database.ts";
import { sendMail, sendsMail } from "./mail.ts";
import { settings } from "./settings.ts";

export const auth = betterAuth({
  baseURL: settings.baseURL,
  trustedOrigins: settings.trustedOrigins,
  database: "pool" in database ? database.pool : database.file,
  emailAndPassword: {
    enabled: true,
    ...(sendsMail && { sendResetPassword: ({ user, url }) => sendMail(user.email, "Choose a new password", url) }),
    // A password is forgotten for a reason, which somebody else may know.
    revokeSessionsOnPasswordReset: true,
  },
  emailVerification: {
    sendOnSignUp: true,
    ...(sendsMail && { sendVerificationEmail: ({ user, url }) => sendMail(user.email, "Confirm your address", url) }),
  },
  user: {
    changeEmail: {
      enabled: true,
      ...(sendsMail && {
        sendChangeEmailConfirmation: ({ user, newEmail, url }) =>
          sendMail(user.email, `Change your address to ${newEmail}`, url),
      }),
    },
    deleteUser: {
      enabled: true,
      ...(sendsMail && { sendDeleteAccountVerification: ({ user, url }) => sendMail(user.email, "Delete your account", url) }),
    },
  },
  plugins: [
    jwt({
      jwks: {
        keyPairConfig: { alg: settings.algorithm },
        rotationInterval: settings.rotationInterval,
        gracePeriod: settings.gracePeriod,
      },
      jwt: {
        issuer: settings.baseURL,
        audience: settings.baseURL,
        expirationTime: "15m",
        // Without this, the whole user goes into every token: name, e-mail address and all. The
        // API needs to know who it is (`sub`, which the plugin adds) and which session, so that
        // signing out ends the tokens of that session and of no other.
        definePayload: ({ session }) => ({ sid: session.id }),
      },
    }),
  ],
  // The peer as server.ts sees it; what a client writes there itself never gets here.
  advanced: { ipAddress: { ipAddressHeaders: ["x-forwarded-for"] } },
  telemetry: { enabled: false },
});
