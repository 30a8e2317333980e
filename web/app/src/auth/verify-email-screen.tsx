import { VerifyEmail } from "@gatepost/client/react";
import { AuthLayout } from "./auth-layout.tsx";

export function VerifyEmailScreen() {
  return (
    <AuthLayout title="Your email address" introduction="That it is yours is shown by a link in a mail.">
      <VerifyEmail />
    </AuthLayout>
  );
}
