import { SignIn } from "@gatepost/client/react";
import { AuthLayout } from "./auth-layout.tsx";

export function SignInScreen() {
  return (
    <AuthLayout title="Welcome back" introduction="Sign in and carry on where you were.">
      <SignIn />
    </AuthLayout>
  );
}
