import { SignUp } from "@gatepost/client/react";
import { AuthLayout } from "./auth-layout.tsx";

export function SignUpScreen() {
  return (
    <AuthLayout title="Create your account" introduction="It takes half a minute. Then the gate is yours.">
      <SignUp />
    </AuthLayout>
  );
}
