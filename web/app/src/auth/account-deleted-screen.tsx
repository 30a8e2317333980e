import { AccountDeleted } from "@gatepost/client/react";
import { AuthLayout } from "./auth-layout.tsx";

export function AccountDeletedScreen() {
  return (
    <AuthLayout title="Deleting an account" introduction="It is done by a link in a mail, in the browser that is signed in.">
      <AccountDeleted />
    </AuthLayout>
  );
}
