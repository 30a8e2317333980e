import { NewPassword } from "@gatepost/client/react";
import { useEffect } from "react";
import { readAddressAgain } from "../routing/location.ts";
import { AuthLayout } from "./auth-layout.tsx";

export function NewPasswordScreen() {
  // By now the component has taken the token out of the address, and nothing here may keep it.
  useEffect(readAddressAgain, []);
  return (
    <AuthLayout title="New password" introduction="Choose one that you use nowhere else.">
      <NewPassword />
    </AuthLayout>
  );
}
