import { ForgottenPassword } from "@gatepost/client/react";
import { AuthLayout } from "./auth-layout.tsx";

export function ForgottenPasswordScreen() {
  return (
    <AuthLayout title="Forgotten password" introduction="We send you a link, and you choose another.">
      <ForgottenPassword />
    </AuthLayout>
  );
}
