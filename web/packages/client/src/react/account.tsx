import { useId, type ReactNode } from "react";
import { AddressForm } from "./address-form.tsx";
import { DeleteAccount } from "./delete-account.tsx";
import { SignedIn } from "./guards.tsx";
import { NameForm } from "./name-form.tsx";
import { PasswordForm } from "./password-form.tsx";
import { useTexts } from "./provider.tsx";

/** What a person can change of their account. `children` are sections of the app's own, above the deletion. */
export function Account({ children }: { readonly children?: ReactNode }) {
  const { account: words } = useTexts();
  return (
    <SignedIn>
      {(user) => (
        <div className="gatepost gatepost-account">
          <Section title={words.nameTitle}>
            <NameForm user={user} />
          </Section>
          <Section title={words.emailTitle}>
            <AddressForm user={user} />
          </Section>
          <Section title={words.passwordTitle}>
            <PasswordForm user={user} />
          </Section>
          {children}
          <Section title={words.deleteTitle}>
            <DeleteAccount user={user} />
          </Section>
        </div>
      )}
    </SignedIn>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section className="gatepost-section" aria-labelledby={id}>
      <h2 id={id} className="gatepost-title">
        {title}
      </h2>
      {children}
    </section>
  );
}
